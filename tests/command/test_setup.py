"""`certary setup` from outside: unattended, on a host that is a folder, with real services and Java."""
import contextlib
import json
import os
import shutil
import socket
import ssl
import subprocess
import sys
import threading
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
import outside
import tlspeer
from outside import Case, need, openssl, read, write


class Service:
    """TLS on a port of loopback, for whoever asks."""

    def __init__(self, test, pair):
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(pair + ".pem", pair + ".key")
        self.context, self.socket = context, socket.create_server(("127.0.0.1", 0))
        self.port = self.socket.getsockname()[1]
        test.addCleanup(self.socket.close)
        threading.Thread(target=self.serve, daemon=True).start()

    def serve(self):
        while True:
            try:
                taken, _ = self.socket.accept()
            except OSError:
                return
            with contextlib.suppress(OSError), taken:
                taken.settimeout(20)
                with self.context.wrap_socket(taken, server_side=True) as secure:
                    secure.recv(100)


class Host(Case):
    """A host below root/: a CA that was added, a truststore with one of its own, configurations."""

    def setUp(self):
        super().setUp()
        need(self, "openssl", "openssl")
        self.env = {"CERTARY_TEST_CLOCK": tlspeer.now(), "CERTARY_CONFIG": self.path("settings")}
        write(self.path("settings"), "")
        self.root = self.path("root")
        self.make("house", None, "basicConstraints=critical,CA:TRUE", "keyUsage=keyCertSign")
        self.make("server", "house", "subjectAltName=DNS:localhost,IP:127.0.0.1",
                  "extendedKeyUsage=serverAuth")
        self.make("custom", None, "basicConstraints=critical,CA:TRUE", "keyUsage=keyCertSign")
        self.make("public", None, "basicConstraints=critical,CA:TRUE", "keyUsage=keyCertSign")
        self.put("usr/local/share/ca-certificates/house.crt", read(self.path("house.pem")))
        self.put("etc/ssl/certs/ca-certificates.crt",
                 read(self.path("public.pem")) + read(self.path("house.pem")))
        self.put("etc/hostname", "box.example\n")
        self.services = [Service(self, self.path("server")) for _ in range(2)]
        self.put("etc/ldap/ldap.conf",
                 f"# ldaps://not.this\nURI ldaps://localhost:{self.services[0].port}\n"
                 "TLS_CACERT /etc/ssl/certs/ca-certificates.crt\n")

    def make(self, name, by, *extensions):
        file = self.path(name)
        ext = write(file + ".ext", "\n".join(extensions) + "\n")
        openssl("req", "-new", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
                "-keyout", file + ".key", "-subj", f"/O=Setup/CN={name}", "-out", file + ".csr")
        signer = ["-CA", self.path(by) + ".pem", "-CAkey", self.path(by) + ".key",
                  "-CAcreateserial"] if by else ["-signkey", file + ".key"]
        openssl("x509", "-req", "-in", file + ".csr", *signer, "-days", "300", "-extfile", ext,
                "-out", file + ".pem")

    def put(self, name, content):
        path = os.path.join(self.root, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        return write(path, content)

    def java(self):
        need(self, "keytool", "openjdk-17-jre-headless")
        path = self.put("usr/lib/jvm/java-17/lib/security/cacerts", "")
        os.unlink(path)
        for alias, name in (("ours", "custom"), ("public [jdk]", "server")):
            subprocess.run(["keytool", "-importcert", "-noprompt", "-alias", alias, "-file",
                            self.path(name + ".pem"), "-keystore", path, "-storepass", "changeit"],
                           check=True, capture_output=True)
        return path

    def answers(self, **said):
        lines = []
        for name, value in said.items():
            text = json.dumps(value) if not isinstance(value, list) else \
                "[" + ", ".join(json.dumps(v) for v in value) + "]"
            lines.append(f"{name} = {text};\n")
        return write(self.path("answers"), "".join(lines))

    def set_up(self, *options, code=0, **said):
        done = self.run_program("setup", "--answers", self.answers(**said), "--root", self.root,
                                *options, env=self.env)
        self.assertEqual(code, done.code, done)
        return done

    def all_of(self):
        """What there is, without what differs from run to run."""
        certs = sorted((e["name"], e["state"], e["fingerprint"]) for e in self.listed("list"))
        ends = [(e["name"], e["dialect"], e["purpose"]) for e in self.listed("endpoint", "list")]
        targets = [(t["name"], t["kind"], t["path"]) for t in self.listed("target", "list")]
        return certs, ends, targets, [i["name"] for i in self.listed("identity", "list")]

    def listed(self, *words):
        return json.loads(self.run_program(*words, "--json", env=self.env).out)


class Unattended(Host):
    def test_ends_with_green_endpoints_and_a_truststore(self):
        truststore = self.java()
        second = f"localhost:{self.services[1].port}"
        said = {"anchors": "system", "endpoints": ["found", second], "targets": ["java-17"],
                "deploy": True, "identity": "self-signed", "names": ["box.example", "127.0.0.1"]}
        done = json.loads(self.set_up("--json", **said).out)
        self.assertEqual(["ok", "ok"], [e["level"] for e in done["endpoints"]])
        self.assertEqual("done", done["deployment"]["targets"][0]["outcome"])
        certs, ends, targets, identities = self.all_of()
        self.assertEqual(["box.example", "custom", "house", "public"], [c[0] for c in certs])
        self.assertEqual({"trusted"}, {c[1] for c in certs})
        self.assertEqual("LDAP", ends[0][2])
        self.assertEqual([("java-17", "java", truststore)], targets)
        self.assertEqual(["box.example"], identities)
        listed = subprocess.run(["keytool", "-list", "-keystore", truststore, "-storepass",
                                 "changeit"], check=True, capture_output=True).stdout.decode()
        for alias in ("ours,", "certary:house,", "certary:public,", "certary:box.example,"):
            self.assertIn(alias, listed)
        before = outside.tree(self.store)
        again = json.loads(self.set_up("--json", **said).out)
        self.assertNotIn("seq", again)
        self.assertEqual([], again["plan"])
        self.assertNotRegex("\n".join(again["summary"]), "Trust|Watch|Save|Make")
        self.assertEqual((certs, ends, targets, identities), self.all_of())
        trusted = {n: v for n, v in before.items() if not n.startswith(("reports", "journal", "."))}
        now = outside.tree(self.store)
        self.assertEqual(trusted, {n: now.get(n) for n in trusted})
        self.is_sound()

    def test_one_undo_takes_all_of_it_back(self):
        done = json.loads(self.set_up("--json", anchors="none", probe=False, identity="request",
                                      targets=[f"pem-bundle:{self.path('all.pem')}"]).out)
        self.assertEqual(1, done["seq"])
        self.assertEqual(1, len(self.all_of()[3]))
        said = self.ok("undo", "--yes", env=self.env)
        self.assertNotIn("at the next deployment", said)
        self.assertIn("No longer a target: ", said)
        self.assertEqual(([], [], [], []), self.all_of())
        self.set_up("--json", anchors="none", probe=False)
        self.assertEqual(["house"], [c[0] for c in self.all_of()[0]])

    def test_a_decision_stays_as_it_was_decided(self):
        self.set_up(anchors="none", probe=False)
        self.ok("untrust", "--yes", "house", env=self.env)
        done = self.set_up(anchors="system", probe=False)
        states = {c[0]: c[1] for c in self.all_of()[0]}
        self.assertEqual({"house": "untrusted", "public": "trusted"}, states)
        self.assertIn(b"1 certificate,", done.out)

    def test_files_and_fingerprints(self):
        print_ = openssl("x509", "-in", self.path("house.pem"), "-noout", "-fingerprint", "-sha256")
        hex_ = print_.decode().split("=")[1].strip().replace(":", "").lower()
        self.set_up(anchors="none", probe=False, endpoints=[],
                    **{"import": [hex_[:12], self.path("custom.pem")]})
        self.assertEqual(["custom", "house"], [c[0] for c in self.all_of()[0]])
        self.assertEqual([], self.all_of()[1])

    def test_dry_run_writes_nothing(self):
        done = self.set_up("--dry-run", anchors="system", identity="self-signed")
        self.assertIn(b"Make the store", done.out)
        self.assertIn(b"would import house", done.out)
        self.assertFalse(os.path.exists(self.store))

    def test_who_may_read(self):
        self.set_up(anchors="none", access="owner", probe=False)
        self.assertEqual(0o700, os.stat(self.store).st_mode & 0o777)

    def test_another_store_is_said_for_the_settings(self):
        """A file of settings is its owner's: they are told what to write."""
        other = self.path("other")
        answers = self.answers(anchors="none", probe=False, store=other, theme="dark")
        env = {**self.env, "CERTARY_STORE": self.store}
        done = outside.run("setup", "--answers", answers, "--root", self.root, env=env)
        self.assertEqual(0, done.code, done)
        self.assertTrue(os.path.exists(os.path.join(other, "certary.store")))
        self.assertFalse(os.path.exists(self.store))
        self.assertIn(f'write into {self.path("settings")}: store = "{other}"; theme = "dark";',
                      done.out.decode())
        self.assertEqual(b"", read(self.path("settings")))

    def test_mistakes(self):
        for said, words in (({"anchors": "all"}, b'answers:1: \'anchors\' is to be "system" or "none"'),
                            ({"colour": "red"}, b"answers:1: no answer is called 'colour'"),
                            ({"probe": "yes"}, b"'probe' is to be true or false"),
                            ({"endpoints": "x"}, b"'endpoints' is to be a list of texts"),
                            ({"import": ["/nonexistent/x.pem"]}, b"/nonexistent/x.pem: No such file"),
                            ({"import": ["founded"]}, b"founded: is no path and no fingerprint"),
                            ({"endpoints": ["no port"]}, b"setup: endpoints: no port"),
                            ({"targets": ["java-99"]}, b"java-99: was not found here"),
                            ({"targets": ["java:relative"]}, b"java:relative: was not found here")):
            done = self.run_program("setup", "--answers", self.answers(**said), "--root", self.root,
                                    env=self.env)
            self.assertNotEqual(0, done.code)
            self.assertIn(words, done.err)
            self.assertEqual(1, done.err.count(b"\n"), done.err)
            self.assertFalse(os.path.exists(self.store), said)

    def test_without_anchors_to_begin_with(self):
        shutil.rmtree(os.path.join(self.root, "etc/ssl"))
        done = self.set_up(code=3, anchors="system")
        self.assertIn(b"no bundle of anchors", done.err)
        self.assertFalse(os.path.exists(self.store))

    def test_nobody_to_ask(self):
        done = self.run_program("setup", env=self.env)
        self.assertEqual(5, done.code)
        self.assertIn(b"--answers FILE", done.err)

    def test_the_example_is_what_is_printed(self):
        printed = self.run_program("setup", "--print-answers", env=self.env).out
        self.assertEqual(read(os.path.join(outside.TOP, "etc/setup-answers.conf.example")), printed)
        write(self.path("answers"), printed)
        self.assertEqual(printed, self.run_program("setup", "--print-answers", "--answers",
                                                   self.path("answers"), env=self.env).out)


if __name__ == "__main__":
    unittest.main()
