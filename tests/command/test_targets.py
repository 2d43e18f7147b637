"""`certary target` and `deploy` from outside: consumers are real ones, or their files are looked at."""
import hashlib
import json
import os
import pty
import re
import select
import signal
import ssl
import stat
import subprocess
import sys
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
import outside
from outside import Case, need, openssl, read, write

# Names that collide in one way or another, for files, for aliases or for people.
NAMES = ["Company Root", "company root", "Company_Root", "Zürich Ä", "日本 CA", "a b.crt", "x" * 80]


class Fed(Case):
    """Seven trusted roots with difficult names."""

    def setUp(self):
        super().setUp()
        self.prints = []
        for i, name in enumerate(NAMES):
            self.make(f"{i}", f"/CN=Root {i}/O=Test")
            self.ok("import", "--yes", "--name", name, self.path(f"{i}.pem"))
        self.prints = {e["fingerprint"] for e in self.json("list")}
        self.assertEqual(len(NAMES), len(self.prints))

    def make(self, name, subject):
        openssl("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
                "-keyout", self.path(name + ".key"), "-out", self.path(name + ".pem"),
                "-subj", subject, "-days", "3000")

    def add(self, kind, path=None, *more, name="t"):
        words = ["--path", path] if path else []
        self.ok("target", "add", "--kind", kind, "--name", name, *words, *more)

    def talk(self, question, meanwhile, answer, *words):
        """Run on a terminal; do something before its question is answered; exit code and what it said."""
        pid, terminal = pty.fork()
        if pid == 0:
            os.execve(outside.PROGRAM, [outside.PROGRAM, "--store", self.store, *words],
                      outside.environment())
        said, asked = b"", False
        while True:
            if not select.select([terminal], [], [], 60)[0]:
                os.kill(pid, signal.SIGKILL)
                self.fail(f"it waits for something else: {said}")
            try:
                more = os.read(terminal, 4096)
            except OSError:
                more = b""
            if not more:
                break
            said += more
            if not asked and question.encode() in said:
                asked = True
                meanwhile()
                os.write(terminal, answer.encode() + b"\n")
        os.close(terminal)
        self.assertTrue(asked, said)
        return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), said.decode()

    def trusted(self):
        return {e["fingerprint"] for e in self.json("list", "--state", "trusted")}

    def pem_blocks(self, path):
        return re.findall(rb"-----BEGIN CERTIFICATE-----.*?-----END CERTIFICATE-----\n", read(path), re.S)

    def pem_prints(self, path):
        return {self.print_of(b) for b in self.pem_blocks(path)}

    def print_of(self, pem):
        return hashlib.sha256(ssl.PEM_cert_to_DER_cert(pem.decode())).hexdigest()


class Saved(Fed):
    def test_list_show_remove(self):
        self.assertIn("no targets yet", self.ok("target", "list"))
        self.add("pem-bundle", self.path("all.pem"), "--note", "for curl")
        listed = self.json("target", "list")
        self.assertEqual([("t", "pem-bundle", self.path("all.pem"), "for curl")],
                         [(t["name"], t["kind"], t["path"], t["note"]) for t in listed])
        self.assertIn(self.path("all.pem"), self.ok("target", "list"))
        shown = self.json("target", "show", "t")
        self.assertEqual("never", shown["state"])
        self.assertEqual(7, len(shown["plan"]["targets"][0]["add"]))
        self.ok("target", "remove", "t")
        self.assertEqual([], self.json("target", "list"))
        self.ok("undo", "--yes")
        self.assertEqual(1, len(self.json("target", "list")))
        self.assertFalse(os.path.exists(self.path("all.pem")))
        self.is_sound()

    def test_beside_endpoints(self):
        """Two lists in one file, which people edit."""
        self.ok("endpoint", "add", "--name", "e", "ldap.example:636")
        self.add("pem-bundle", self.path("all.pem"))
        file = os.path.join(self.store, "endpoints")
        write(file, b"# ours\n" + read(file))
        self.add("openssl-dir", self.path("dir"), name="u")
        self.ok("endpoint", "remove", "e")
        self.ok("target", "remove", "t")
        self.assertTrue(read(file).startswith(b"# ours\n"))
        self.assertEqual(["u"], [t["name"] for t in self.json("target", "list")])

    def test_what_is_off_is_said(self):
        for words, said in (
                (["--kind", "nope", "--path", "/x"], "none of that name"),
                (["--path", "/x"], "--kind"),
                (["--kind", "pem-bundle"], "needs --path"),
                (["--kind", "pem-bundle", "--path", "/x", "--format", "jks"], "takes no --format"),
                (["--kind", "java", "--path", "/x", "--format", "pem"], "one of the formats"),
                (["--kind", "server-pair", "--path", "/x"], "needs --identity"),
                (["--kind", "pem-bundle", "--path", "/x", "--reload", "systemctl x"], "whole path"),
                (["--kind", "pem-bundle", "--path", "/x", "--mode", "9"], "--mode"),
                (["--kind", "pem-bundle", "--path", "/x", "--name", "a\x1bb"], "name")):
            err = self.fails(2, "target", "add", *words)
            self.assertIn(said, err)
        self.fails(3, "target", "add", "--kind", "server-pair", "--path", "/x", "--identity", "nobody")
        self.add("pem-bundle", "/nowhere/x")
        self.assertIn("writes there already", self.fails(2, "target", "add", "--kind", "pem-bundle",
                                                         "--path", "/nowhere/x", "--name", "v"))
        self.fails(3, "target", "show", "w")
        self.fails(3, "deploy", "w")

    def test_a_second_one_without_a_name_replaces_nothing(self):
        one, other = (["target", "add", "--kind", "pem-bundle", "--path", self.path(f)] for f in ("a.pem", "b.pem"))
        self.ok(*one)
        self.assertIn("--name", self.fails(2, *other))
        self.ok(*one, "--note", "for curl")
        self.ok(*other, "--name", "b")
        self.assertEqual([("b", "b.pem"), ("pem-bundle", "a.pem")], sorted(
            (t["name"], os.path.basename(t["path"])) for t in self.json("target", "list")))


class Deployed(Fed):
    def test_pem_bundle(self):
        file = self.path("all.pem")
        self.add("pem-bundle", file)
        before = outside.tree(self.store)
        self.assertIn("add", self.ok("deploy", "--dry-run"))
        self.assertEqual(before, outside.tree(self.store))
        self.assertFalse(os.path.exists(file))
        self.assertIn("read back", self.ok("deploy", "--yes"))
        self.assertEqual(self.prints, self.pem_prints(file))
        self.assertIn("Zürich Ä", read(file).decode())
        self.assertEqual(0o644, stat.S_IMODE(os.stat(file).st_mode) & 0o777)
        self.assertIn("nothing to do", self.ok("deploy", "--yes"))
        self.assertEqual("current", self.json("target", "show", "t")["state"])
        said = self.ok("untrust", "--yes", NAMES[0])
        self.assertIn("It is taken out of t at the next deployment.", said)
        self.assertIn("1 target is behind", said)
        self.assertEqual("behind", self.json("target", "show", "t")["state"])
        plan = json.loads(self.ok("deploy", "--yes", "--json"))["targets"][0]
        self.assertEqual((0, 1, "done"), (len(plan["add"]), len(plan["remove"]), plan["outcome"]))
        self.assertEqual(self.trusted(), self.pem_prints(file))
        self.is_sound()

    def test_curl_and_openssl(self):
        need(self, "curl", "curl")
        self.add("pem-bundle", self.path("all.pem"), name="b")
        self.add("openssl-dir", self.path("dir"), name="d")
        os.mkdir(self.path("dir"))
        self.ok("deploy", "--yes")
        for i in range(len(NAMES)):
            said = openssl("verify", "-CApath", self.path("dir"), "-no-CAfile", "-no-CAstore",
                           self.path(f"{i}.pem"))
            self.assertIn(b"OK", said)
        self.assertEqual(len(NAMES), len([n for n in os.listdir(self.path("dir")) if n.endswith(".0")]))

    def test_java(self):
        need(self, "keytool", "openjdk-17-jre-headless")
        for form in ("jks", "pkcs12"):
            file = self.path("trust." + form)
            self.add("java", file, "--format", form, name=form)
        self.ok("deploy", "--yes")
        for form in ("jks", "pkcs12"):
            listed = subprocess.run(["keytool", "-list", "-keystore", self.path("trust." + form), "-storepass",
                                     "changeit"], capture_output=True, check=True).stdout.decode("latin-1")
            found = {f.replace(":", "").lower() for f in re.findall(r"SHA-256\): ([0-9A-F:]+)", listed)}
            self.assertEqual(self.prints, found)
            self.assertEqual(len(NAMES), len(re.findall("^certary:", listed, re.M)))
        self.is_sound()

    def test_java_others_stay(self):
        """What keytool put in is there afterwards, and what was trusted no longer is gone."""
        need(self, "keytool", "openjdk-17-jre-headless")
        file = self.path("app.jks")
        write(self.path("pass"), "geheim1\n")
        self.make("theirs", "/CN=Theirs")
        keytool = ["keytool", "-keystore", file, "-storepass", "geheim1", "-storetype", "JKS"]
        subprocess.run(keytool + ["-importcert", "-noprompt", "-alias", "Theirs", "-file", self.path("theirs.pem")],
                       check=True, capture_output=True)
        self.add("java", file)
        self.assertIn("--password-file", self.fails(1, "deploy", "--yes"))
        self.ok("target", "add", "--kind", "java", "--name", "t", "--path", file, "--password-file",
                self.path("pass"))
        self.ok("deploy", "--yes")
        self.ok("untrust", "--yes", NAMES[3])
        self.ok("deploy", "--yes")
        listed = subprocess.run(keytool + ["-list"], check=True, capture_output=True).stdout.decode("latin-1")
        self.assertIn("theirs, ", listed)
        self.assertEqual(len(NAMES), len(re.findall("trustedCertEntry", listed)))
        self.assertEqual(len(NAMES) - 1, len(re.findall("^certary:", listed, re.M)))

    def test_blocked_at_the_question(self):
        """What is answered is what was asked: a decision made meanwhile isn't run over."""
        file = self.path("all.pem")
        self.add("pem-bundle", file)
        for command in ("block", "untrust"):
            code, said = self.talk("Deploy it?", lambda: self.ok(command, "--yes", NAMES[0]), "y", "deploy", "t")
            self.assertEqual(1, code, said)
            self.assertIn("the store has changed meanwhile", said)
            self.assertFalse(os.path.exists(file))
            self.ok("trust", "--yes", NAMES[0])
        code, said = self.talk("Deploy it?", lambda: self.ok("note", NAMES[0], "no matter of trust"), "y",
                               "deploy", "t")
        self.assertEqual(0, code, said)
        self.assertEqual(self.prints, self.pem_prints(file))
        self.is_sound()

    def test_all_or_none(self):
        """One that isn't available is told before anything is written."""
        self.add("pem-bundle", self.path("all.pem"), name="good")
        self.add("pem-bundle", self.path("missing/all.pem"), name="bad")
        self.assertIn("bad", self.fails(1, "deploy", "--yes"))
        self.assertFalse(os.path.exists(self.path("all.pem")))
        self.ok("deploy", "--yes", "good")
        self.assertEqual(self.prints, self.pem_prints(self.path("all.pem")))

    def test_empty_wants_a_word(self):
        self.add("java", self.path("t.jks"))
        self.ok("untrust", "--yes", *sorted(self.prints))
        self.assertIn("--empty", self.fails(1, "deploy", "--yes"))
        self.ok("deploy", "--yes", "--empty")
        self.assertTrue(os.path.exists(self.path("t.jks")))

    def test_a_service_is_named(self):
        """The unit that must be restarted, though no process of it is there to be seen."""
        self.ok("generate", "--name", "db", "--cn", "db.example", "--yes")
        self.ok("target", "add", "--kind", "server-pair", "--name", "db", "--identity", "db", "--path",
                self.path("srv.pem"), "--key-path", self.path("srv.key"), "--service", "postgresql 15/main",
                "--owner", "root")
        plan = json.loads(self.ok("deploy", "--yes", "--json"))["targets"][0]
        self.assertEqual(["done"], [plan["outcome"]])
        self.assertIn("postgresql", plan["restart"][0])
        self.assertEqual(0o600, stat.S_IMODE(os.stat(self.path("srv.key")).st_mode))
        self.assertEqual(openssl("x509", "-in", self.path("srv.pem"), "-noout", "-pubkey"),
                         openssl("pkey", "-in", self.path("srv.key"), "-pubout"))

    def test_a_chain_that_ends_nowhere(self):
        """What the service would send leads to no CA that is known here: others may refuse it."""
        self.make("ca", "/CN=Issuing CA")
        openssl("req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout",
                self.path("web.key"), "-subj", "/CN=web.example", "-out", self.path("web.csr"))
        openssl("x509", "-req", "-in", self.path("web.csr"), "-CA", self.path("ca.pem"), "-CAkey",
                self.path("ca.key"), "-days", "9", "-out", self.path("web.pem"))
        self.ok("identity", "import", "--yes", "--plain", "--name", "web", self.path("web.key"), self.path("web.pem"))
        self.ok("target", "add", "--kind", "server-pair", "--name", "web", "--identity", "web", "--path",
                self.path("srv.pem"), "--key-path", self.path("srv.key"))
        self.assertIn("Its chain ends at web, whose issuer isn't trusted here", self.ok("deploy", "--dry-run"))
        self.assertIn("Its chain ends at web", self.ok("deploy", "--yes"))
        self.ok("import", "--yes", self.path("ca.pem"))
        self.assertNotIn("Its chain ends", self.ok("deploy", "--dry-run"))

    def test_paths_of_a_service(self):
        """They are what its configuration says."""
        root = {"CERTARY_TEST_ROOT": self.path("root")}
        conf = self.path("root", "etc", "postgresql", "15", "main")
        self.ok("generate", "--name", "db", "--cn", "db.example", "--yes")
        add = ["target", "add", "--kind", "server-pair", "--identity", "db", "--service"]
        os.makedirs(conf)
        self.fails(3, *add, "postgresql", env=root)
        self.fails(2, *add, "nosuch", env=root)
        write(os.path.join(conf, "postgresql.conf"), "ssl = on\nssl_cert_file = '/srv/db.pem' # ours\n"
              "ssl_key_file = '/srv/db.key'\n")
        self.ok(*add, "postgresql", env=root)
        saved = self.json("target", "list")[0]
        self.assertEqual(("/srv/db.pem", "/srv/db.key", "postgres"),
                         tuple(saved[k] for k in ("path", "key", "owner")))

    def test_nothing_left_for_any_kind(self):
        """The last decision can be withdrawn, whatever the targets are."""
        self.add("file", self.path("all.p7b"), "--format", "pkcs7", name="p7")
        self.add("pem-bundle", self.path("all.pem"), name="pem")
        self.ok("deploy", "--yes")
        self.ok("untrust", "--yes", *sorted(self.prints))
        self.ok("deploy", "--yes", "--empty")
        self.assertEqual(set(), self.pem_prints(self.path("all.pem")))
        self.assertFalse(os.path.exists(self.path("all.p7b")))
        self.ok("check")

    def test_limited_and_untrusted_stay_out(self):
        self.ok("untrust", "--yes", NAMES[0])
        self.ok("block", "--yes", NAMES[1])
        self.add("pem-bundle", self.path("all.pem"))
        self.ok("deploy", "--yes")
        self.assertEqual(self.trusted(), self.pem_prints(self.path("all.pem")))
        self.assertEqual(5, len(self.trusted()))

    def test_store_decides_over_the_system(self):
        """A CA of the system's that the store holds is as it says there, also where that is: not trusted."""
        system = "/etc/ssl/certs/ca-certificates.crt"
        if not os.path.exists(system):
            self.assertFalse(os.environ.get("CI"), "the package ca-certificates is missing")
            self.skipTest("the package ca-certificates is missing")
        file, all_of_it = self.path("all.pem"), self.pem_blocks(system)[:3]
        one = self.print_of(all_of_it[0])
        self.add("pem-bundle", file, "--with-system")
        self.add("pem-bundle", self.path("own.pem"), name="own")
        self.ok("deploy", "--yes")
        self.assertIn(one, self.pem_prints(file))
        write(self.path("one.pem"), all_of_it[0])
        self.ok("import", "--yes", "--state", "untrusted", "--name", "One", self.path("one.pem"))
        for state, command in (("untrusted", None), ("limited", ("trust", "--for", "foo.example:443")),
                               ("blocked", ("block",))):
            if command:
                self.ok(*command, "--yes", "One")
            self.assertEqual("behind" if state == "untrusted" else "current",
                             self.json("target", "show", "t")["state"], state)
            self.assertEqual("current", self.json("target", "show", "own")["state"])
            self.ok("deploy", "--yes")
            self.assertNotIn(one, self.pem_prints(file), state)
            self.assertLess(len(self.prints) + 1, len(self.pem_prints(file)), "the others stay")
        self.ok("trust", "--yes", "One")
        self.ok("deploy", "--yes")
        self.assertIn(one, self.pem_prints(file))
        self.assertIn(b"# certary: One\n", read(file))
        self.ok("delete", "--yes", "One")
        self.ok("deploy", "--yes")
        self.assertIn(one, self.pem_prints(file), "the trash decides nothing")
        self.is_sound()

    def test_reload_only_when_said(self):
        mark = self.path("reloaded")
        self.add("pem-bundle", self.path("all.pem"), "--reload", f'/usr/bin/touch "{mark}"')
        self.ok("deploy", "--yes")
        self.assertFalse(os.path.exists(mark))
        self.ok("deploy", "--yes", "--reload")
        self.assertTrue(os.path.exists(mark))

    def test_reload_that_fails(self):
        """It is deployed, and whoever automates it must notice that its service goes on with the old."""
        file, mark = self.path("all.pem"), self.path("reloaded")
        self.add("pem-bundle", file, "--reload", "/bin/false", name="a")
        self.add("pem-bundle", self.path("other.pem"), "--reload", f'/usr/bin/touch "{mark}"', name="b")
        for form in ([], ["--json"]):
            done = self.run_program("deploy", "--yes", "--reload", *form)
            self.assertEqual(1, done.code)
            self.assertRegex(done.err.decode(), r"\Acertary: deploy: a: It is deployed, but its reload failed: [^\n]+\n\Z")
            self.assertIn("It is deployed, but its reload failed", done.out.decode())
            self.assertTrue(os.path.exists(mark), "those behind it are reloaded")
            self.assertEqual(self.prints, self.pem_prints(file))
            self.assertEqual("current", self.json("target", "show", "a")["state"])
        self.is_sound()

    def test_receipt_that_fails(self):
        """It is deployed, and the journal hasn't got it."""
        self.add("pem-bundle", self.path("all.pem"))
        self.ok("deploy", "--yes")
        folder = os.path.join(self.store, "deployed")
        for name in os.listdir(folder):
            os.unlink(os.path.join(folder, name))
            os.mkdir(os.path.join(folder, name))
        self.ok("untrust", "--yes", NAMES[0])
        done = self.run_program("deploy", "--yes")
        self.assertEqual(1, done.code, done.err)
        self.assertIn("the journal doesn't have it", done.err.decode())
        self.assertEqual(self.trusted(), self.pem_prints(self.path("all.pem")))

    def test_changed_by_somebody(self):
        self.add("pem-bundle", self.path("all.pem"))
        self.ok("deploy", "--yes")
        with open(self.path("all.pem"), "ab") as f:
            f.write(b"# more\n")
        self.assertEqual("changed", self.json("target", "show", "t")["state"])
        self.assertIn("nothing to do", self.ok("deploy", "--yes"))
        self.assertIn(b"# more", read(self.path("all.pem")))
        self.assertEqual("current", self.json("target", "show", "t")["state"])

    def test_check_tells_of_targets(self):
        """A runtime that was upgraded has its own file again."""
        self.add("pem-bundle", self.path("all.pem"), name="app")
        self.ok("check")
        self.ok("deploy", "--yes")
        self.ok("check")
        self.assertIn("CERTARY OK", self.ok("check", "--nagios"))
        self.ok("untrust", "--yes", NAMES[0])
        done = self.run_program("check", "--json")
        self.assertEqual((4, ["warning"], ["behind"]), (done.code, *[[t[k] for t in json.loads(done.out)] for k in
                                                                  ("level", "state")]))
        self.ok("deploy", "--yes")
        write(self.path("all.pem"), "")
        done = self.run_program("check", "--prometheus", self.path("m.prom"))
        self.assertEqual(4, done.code)
        self.assertRegex(done.out.decode(), "critical +app")
        self.assertIn('certary_target_current{target="app",state="changed"} 0', read(self.path("m.prom")).decode())
        done = self.run_program("check", "--nagios")
        self.assertEqual(2, done.code)
        self.assertRegex(done.out.decode(), "CERTARY CRITICAL - 1 critical, 0 warning, 0 ok; .*app")


if __name__ == "__main__":
    unittest.main()
