"""`certary probe`, `endpoint` and `check` from outside, with `openssl s_server` as the other side."""
import json
import os
import re
import socket
import subprocess
import sys
import threading
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
import outside
from outside import Case, PROGRAM, environment, read


class Served(Case):
    """A server with a certificate of a CA that nobody trusts yet."""

    def setUp(self):
        super().setUp()
        self.ok("generate", "--ca", "--cn", "Test CA", "--name", "ca", "--path-len", "1", "--yes")
        self.ok("request", "--cn", "localhost", "--name", "server", "-o", self.path("csr"), "--yes")
        self.ok("sign", "--ca", "ca", "--profile", "server", "--yes", "-o", self.path("answer.pem"),
                self.path("csr"))
        self.run_program("identity", "attach", "server", self.path("answer.pem"))
        self.ok("export", "server", "--key", "--plain", "--format", "pem", "-o", self.path("server.pem"))
        self.port = self.serve()
        self.there = f"localhost:{self.port}"

    def serve(self, *more):
        server = subprocess.Popen(["openssl", "s_server", "-accept", "127.0.0.1:0", "-www",
                                   "-cert", self.path("server.pem"), "-key", self.path("server.pem"),
                                   *more], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                  stderr=subprocess.DEVNULL)
        self.addCleanup(server.communicate)
        self.addCleanup(server.kill)
        for line in server.stdout:
            found = re.match(rb"ACCEPT .*:(\d+)", line)
            if found:
                return int(found[1])
        self.fail("openssl s_server doesn't start")

    def ends(self, code, *args):
        done = self.run_program(*args)
        self.assertEqual((code, ""), (done.code, done.err.decode()), args)
        return done.out.decode()

    def trust_ca(self):
        self.ok("import", "--yes", "--name", "Test CA", self.ca_file())

    def ca_file(self):
        with open(self.path("ca.pem"), "w", encoding="ascii") as f:
            f.write(self.ok("identity", "show", "ca", "--pem"))
        return self.path("ca.pem")


class Probe(Served):
    def test_untrusted_is_kept_and_trusted_at_once(self):
        text = self.ends(4, "probe", self.there)
        self.assertIn("kept as untrusted: localhost", text)
        entry = self.json("list", "--state", "untrusted")[0]
        self.assertEqual("probe " + self.there, entry["source"])
        shown = self.ok("show", "localhost")
        for word in (self.there, "127.0.0.1", "tls", "First"):
            self.assertIn(word, shown)
        self.ok("trust", "--yes", "localhost")
        self.assertIn("trusted directly", self.ends(0, "probe", self.there))
        self.ok("untrust", "--yes", "localhost")
        self.ends(4, "probe", self.there)
        self.trust_ca()
        self.assertIn("trusted through Test CA", self.ends(0, "probe", self.there))
        self.is_sound()

    def test_undo_takes_back_decisions(self):
        """What a probe saw since is nobody's decision; it is undone by its number."""
        self.ends(4, "probe", self.there)
        self.ok("block", "--yes", "localhost")
        self.port = self.serve()
        self.ends(4, "probe", f"localhost:{self.port}")
        self.ok("undo", "--yes")
        self.assertEqual("untrusted", self.json("show", "localhost")["state"])
        kept = next(line for line in self.json("log") if line["op"] == "probe")
        self.ok("undo", "--yes", str(kept["seq"]))
        self.assertEqual([], self.json("list"))

    def test_an_intermediate_that_is_not_sent(self):
        """It is known here since another server sent it, and clients that never met it refuse."""
        self.trust_ca()
        self.ok("request", "--cn", "Sub CA", "--name", "sub", "--profile", "ca", "--yes",
                "-o", self.path("sub.csr"))
        self.ok("sign", "--ca", "ca", "--profile", "ca", "--yes", "-o", self.path("sub.pem"),
                self.path("sub.csr"))
        self.run_program("identity", "attach", "sub", self.path("sub.pem"))
        self.ok("request", "--cn", "localhost", "--name", "second", "--yes",
                "-o", self.path("second.csr"))
        self.ok("sign", "--ca", "sub", "--profile", "server", "--yes", "-o",
                self.path("second.pem"), self.path("second.csr"))
        self.run_program("identity", "attach", "second", self.path("second.pem"))
        self.ok("export", "second", "--key", "--plain", "--format", "pem", "--yes",
                "-o", self.path("server.pem"))
        self.ok("import", "--yes", "--state", "untrusted", self.path("sub.pem"))
        self.port = self.serve()
        self.there = f"localhost:{self.port}"
        self.assertIn("the server doesn't send Sub CA", self.ends(0, "probe", self.there))
        self.ok("endpoint", "add", "--name", "gap", self.there)
        self.assertRegex(self.ends(4, "check"), r"warning +gap +the server doesn't send Sub CA")

    def test_nothing_is_kept(self):
        self.ends(4, "probe", "--no-save", self.there)
        self.ends(4, "--read-only", "probe", self.there)
        self.assertEqual([], self.json("list"))

    def test_the_first_probe_on_a_machine(self):
        self.store = self.path("new")
        self.ends(4, "probe", "--no-save", self.there)
        self.ends(4, "--read-only", "probe", self.there)
        self.assertFalse(os.path.exists(self.store))
        self.assertIn("kept as untrusted", self.ends(4, "probe", self.there))
        self.assertEqual(1, len(self.json("list")))

    @unittest.skipUnless(os.geteuid() == 0, "needs another user")
    def test_where_nothing_can_be_kept(self):
        os.chmod(self.dir, 0o755)
        for store in (self.store, self.path("new")):
            done = subprocess.run(["setpriv", "--reuid=65534", "--clear-groups", PROGRAM, "--store",
                                   store, "probe", "--json", self.there], env=environment(),
                                  stdin=subprocess.DEVNULL, capture_output=True, check=False)
            self.assertEqual(4, done.returncode, done)
            self.assertEqual("untrusted", json.loads(done.stdout)["verdict"])
            self.assertRegex(outside.unprofiled(done.stderr).decode(), r"\Acertary: nothing was kept: [^\n]+\n\Z")

    def test_blocked_stays_blocked(self):
        self.ends(4, "probe", self.there)
        self.ok("block", "--yes", "localhost")
        self.trust_ca()
        self.assertIn("blocked", self.ends(4, "probe", self.there))
        self.assertEqual("blocked", self.json("show", "localhost")["state"])

    def test_another_host(self):
        self.trust_ca()
        text = self.ends(4, "probe", f"127.0.0.1:{self.port}")
        self.assertIn("It is for localhost, not for 127.0.0.1.", text)
        self.ends(0, "probe", f"127.0.0.1:{self.port}", "--sni", "localhost")

    def test_versions(self):
        self.trust_ca()
        for version in ("1.2", "1.3"):
            done = self.run_program("probe", "--json", "--tls", version, self.there)
            self.assertEqual("TLS" + version, json.loads(done.out)["protocol"])
        self.fails(2, "probe", "--tls", "4.2", self.there)

    def test_json(self):
        done = self.run_program("probe", "--json", self.there)
        seen = json.loads(done.out)
        self.assertEqual(4, done.code)
        self.assertEqual("untrusted", seen["verdict"])
        self.assertEqual("CN=localhost", seen["chain"][0]["subject"])
        self.assertEqual(10, len(seen["steps"]))
        self.assertFalse(seen["judgement"]["trusted"])
        self.assertEqual(1, len(seen["kept"]))

    def test_client_certificate(self):
        self.trust_ca()
        self.port = self.serve("-Verify", "2", "-verify_return_error", "-CAfile", self.ca_file())
        self.there = f"localhost:{self.port}"
        self.assertIn("CN=Test CA", self.ends(4, "probe", self.there))
        self.ok("request", "--cn", "client", "--name", "client", "--profile", "client", "--yes",
                "-o", self.path("client.csr"))
        self.ok("sign", "--ca", "ca", "--profile", "client", "--yes", "-o", self.path("client.pem"),
                self.path("client.csr"))
        self.run_program("identity", "attach", "client", self.path("client.pem"))
        text = self.ends(0, "probe", self.there, "--identity", "client")
        self.assertIn("identity client: was sent.", text)
        self.fails(3, "probe", self.there, "--identity", "nobody")

    def test_where_nobody_is(self):
        self.assertIn("unreached", self.ends(6, "probe", "localhost:1"))
        self.assertIn("unreached", self.ends(6, "probe", "nosuch.invalid:443"))

    def test_what_is_no_tls(self):
        with socket.create_server(("127.0.0.1", 0)) as plain:
            def answer():
                peer, _ = plain.accept()
                with peer:
                    peer.recv(100)
                    peer.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n\x1b[31m")
            threading.Thread(target=answer, daemon=True).start()
            port = plain.getsockname()[1]
            done = self.run_program("probe", f"localhost:{port}")
            self.assertIn(done.code, (4, 6))
            self.assertEqual([], self.json("list"))

    def test_words_that_are_no_service(self):
        for word in ("", "localhost", "localhost:", "localhost:99999", "a:b:c", "[::1", "ftp:///"):
            self.fails(2, "probe", word)
        self.fails(2, "probe", "--dialect", "gopher", "localhost:70")


class Check(Served):
    def setUp(self):
        super().setUp()
        self.ok("endpoint", "add", "--name", "web", "--purpose", "REST", self.there)

    def test_endpoints(self):
        self.ok("endpoint", "add", "smtp://mail.example.com")
        self.assertEqual([("web", "tls"), ("mail.example.com:25", "smtp")],
                         [(e["name"], e["dialect"]) for e in self.json("endpoint", "list")])
        self.ok("endpoint", "remove", "web")
        self.ok("undo", "--yes")
        self.assertEqual(2, len(self.json("endpoint", "list")))
        self.fails(3, "endpoint", "remove", "nobody")
        self.fails(3, "endpoint", "add", "--identity", "nobody", "h.example:443")
        self.is_sound()

    def test_what_people_write_stays(self):
        with open(os.path.join(self.store, "endpoints"), "a", encoding="ascii") as f:
            f.write("# ask Ops before you touch this\n")
        self.ok("endpoint", "add", "--name", "b", "b.example:443")
        self.assertIn(b"# ask Ops", read(os.path.join(self.store, "endpoints")))
        with open(os.path.join(self.store, "endpoints"), "a", encoding="ascii") as f:
            f.write("endpoints = 3;\n")
        self.assertIn("endpoints:", self.fails(1, "endpoint", "list"))

    def test_words_that_no_endpoint_has(self):
        for words in (["local\nhost:1"], ["a b.example:443"], ["*.example.com:443"],
                      ["--sni", "a b", "h.example:443"], ["--tls", "9", "h.example:443"],
                      ["--name", "a\nb", "h.example:443"], ["--name", "", "h.example:443"],
                      ["--name", "x" * 201, "h.example:443"]):
            self.fails(2, "endpoint", "add", *words)

    def test_a_name_counts_before_a_place(self):
        self.ok("endpoint", "add", "--name", "twin", self.there)
        self.fails(3, "endpoint", "history", self.there)
        self.ok("endpoint", "add", self.there)
        self.assertEqual([self.there], re.findall(r"(?m)^\w+ +(\S+)", self.ends(4, "check", self.there)))
        self.ok("endpoint", "remove", self.there)
        self.assertEqual(["twin", "web"], sorted(e["name"] for e in self.json("endpoint", "list")))

    def test_a_broken_file_is_found(self):
        path = os.path.join(self.store, "endpoints")
        with open(path, "a", encoding="ascii") as f:
            f.write("garbage\n")
        for words in (["endpoint", "list"], ["check"], ["endpoint", "add", "h.example:443"]):
            self.assertIn(path + ":", self.fails(1, *words))
        done = self.run_program("doctor", "--json")
        self.assertEqual((4, ["endpoints"]), (done.code, [f["file"] for f in json.loads(done.out)]))

    def test_red_and_green(self):
        self.assertRegex(self.ends(4, "check"), r"critical +web +untrusted")
        self.trust_ca()
        self.assertRegex(self.ends(0, "check"), r"ok +web +\d+ days left")
        self.assertRegex(self.ends(4, "check", "web", "--at", "2099-01-01"), "critical")
        self.ok("endpoint", "add", "--name", "gone", "localhost:1")
        self.assertEqual(["gone", "web"], re.findall(r"(?m)^\w+ +(\w+)", self.ends(6, "check")))
        self.fails(3, "check", "nobody")
        self.fails(2, "check", "--at", "someday")

    def test_warning(self):
        self.trust_ca()
        self.ok("endpoint", "add", "--name", "web", "--days", "1000", self.there)
        self.assertRegex(self.ends(4, "check"), "warning +web")

    def test_monitoring(self):
        done = self.run_program("check", "--nagios")
        self.assertEqual(2, done.code)
        self.assertRegex(done.out.decode(), r"\ACERTARY CRITICAL - 1 critical[^\n]*\|[^\n]*\n\Z")
        self.trust_ca()
        metrics = self.path("metrics.prom")
        done = self.run_program("check", "--nagios", "--prometheus", metrics)
        self.assertEqual(0, done.code)
        text = read(metrics).decode()
        labels = f'endpoint="web",host="localhost",port="{self.port}"'
        self.assertIn(f"probe_success{{{labels}}} 1\n", text)
        self.assertRegex(text, r"probe_ssl_earliest_cert_expiry\{[^}]+\} \d{10}\n")

    def test_metrics_want_a_file(self):
        for path in ("-", ""):
            self.fails(2, "check", "--prometheus", path)

    def test_monitoring_gets_its_line_on_errors_too(self):
        for words in (["nobody"], ["--at", "someday"], ["--bogus"], ["--json=1"]):
            done = self.run_program("check", "--nagios", *words)
            self.assertEqual((3, b""), (done.code, done.err), words)
            self.assertRegex(done.out.decode(), r"\ACERTARY UNKNOWN - [^\n]+\n\Z")

    @unittest.skipUnless(os.geteuid() == 0, "needs another user")
    def test_whoever_may_not_write_the_store_is_answered(self):
        self.trust_ca()
        os.chmod(self.dir, 0o755)
        for words, begin in (((), "ok +web"), (("--nagios",), "CERTARY OK")):
            done = subprocess.run(["setpriv", "--reuid=65534", "--clear-groups", PROGRAM, "--store",
                                   self.store, "check", *words], env=environment(),
                                  stdin=subprocess.DEVNULL, capture_output=True, check=False)
            self.assertEqual(0, done.returncode, done)
            self.assertRegex(done.stdout.decode(), r"\A" + begin)
            self.assertRegex(outside.unprofiled(done.stderr).decode(),
                             r"\Acertary: check: nothing is remembered: [^\n]+\n\Z")

    def test_json(self):
        self.trust_ca()
        (one,) = self.json("check")
        self.assertEqual(("web", "ok"), (one["endpoint"]["name"], one["level"]))
        self.assertEqual("trusted", one["report"]["verdict"])


if __name__ == "__main__":
    unittest.main()
