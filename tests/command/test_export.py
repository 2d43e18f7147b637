"""Export: files that others read, read by those others."""
import hashlib
import json
import os
import pty
import re
import select
import signal
import subprocess
import sys
import time
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
import outside
from outside import Case, openssl, read, write

FORMATS = ("pem", "pkcs7", "pkcs12", "jks")
MANY = 150  # more than GnuTLS reads from one bag
HOSTILE = ("-----BEGIN CERTIFICATE-----", "0\x1b[31mRED\u202e", "ROOT", "root", "Ünïcode ЯΣ",
           "0 begins like DER", "a\\x41", "x" * 200, "# comment", "\U0001f512 lock")


def prints(said):
    """Fingerprints in whatever a program printed, as lower-case digits."""
    return sorted(found.replace(":", "").lower()
                  for found in re.findall(r"(?:[0-9A-Fa-f]{2}:){31}[0-9A-Fa-f]{2}", said))


def blocks(said):
    return sorted(hashlib.sha256(ssl_der(block)).hexdigest() for block in
                  re.findall(r"-----BEGIN CERTIFICATE-----.*?-----END CERTIFICATE-----", said,
                             re.DOTALL))


def ssl_der(pem):
    return openssl("x509", "-outform", "DER", input=pem.encode())


class Export(Case):
    def setUp(self):
        super().setUp()
        self.password = write(self.path("password"), "changeit\n")

    def fill(self, n):
        outside.generate(self.path("made"), n, "-b", self.path("bundle.pem"))
        self.ok("import", "--yes", self.path("bundle.pem"))
        self.prints = sorted(e["fingerprint"] for e in self.json("list"))

    def export(self, kind, *certs):
        file = self.path("out." + kind)
        sealed = ["--password-file", self.password] if kind in ("pkcs12", "jks") else []
        self.ok("export", "--format", kind, *sealed, "-o", file, "--yes", "--", *certs)
        return file

    def tool(self, *words):
        done = subprocess.run(words, capture_output=True, check=False, stdin=subprocess.DEVNULL)
        self.assertEqual(0, done.returncode, (words, done.stdout[-500:], done.stderr[-500:]))
        return done.stdout.decode("utf-8", "replace")


class Peers(Export):
    def java(self, file, *more):
        outside.need(self, "keytool", "default-jre-headless")
        return self.tool("keytool", "-J-XX:TieredStopAtLevel=1", "-J-Duser.language=en",
                         "-J-Dfile.encoding=UTF-8", "-list", "-keystore", file, "-storepass",
                         "changeit", *more)

    def check(self, certs):
        """Each reader finds the same certificates in each format."""
        wanted = sorted(certs)
        for kind in ("jks", "pkcs12"):
            said = self.java(self.export(kind, *certs))
            self.assertEqual(wanted, prints(said), kind)
            self.assertEqual(len(certs), said.count("trustedCertEntry"), kind)
        p12, p7, pem = self.path("out.pkcs12"), self.export("pkcs7", *certs), self.export(
            "pem", *certs)
        said = self.tool("openssl", "pkcs12", "-in", p12, "-nokeys", "-passin",
                         "file:" + self.password)
        self.assertEqual(len(certs), said.count("BEGIN CERTIFICATE"))
        said = self.tool("openssl", "pkcs7", "-inform", "DER", "-in", p7, "-print_certs")
        self.assertEqual(len(certs), said.count("BEGIN CERTIFICATE"))
        self.assertEqual(len(certs), self.tool("openssl", "storeutl", "-noout", "-certs",
                                               pem).count(": Certificate"))
        self.assertEqual(wanted, prints(self.tool("keytool", "-J-Duser.language=en", "-printcert",
                                                  "-file", pem)))
        outside.need(self, "certtool", "gnutls-bin")
        said = self.tool("certtool", "--p12-info", "--inder", "--password", "changeit", "--infile",
                         p12)
        self.assertEqual(len(certs), said.count("BEGIN CERTIFICATE"))
        said = self.tool("certtool", "--p7-info", "--inder", "--infile", p7)
        self.assertEqual(len(certs), said.count("BEGIN CERTIFICATE"))
        said = self.tool("certtool", "-i", "--infile", pem)
        self.assertEqual(len(certs), said.count("BEGIN CERTIFICATE"))

    def test_one(self):
        self.fill(1)
        self.check(self.prints)
        said = self.tool("openssl", "x509", "-inform", "DER", "-in",
                         self.export("der", self.prints[0]), "-noout", "-fingerprint", "-sha256")
        self.assertEqual(self.prints, prints(said))

    def test_many(self):
        self.fill(MANY)
        self.check(self.prints)

    def test_hostile_names(self):
        self.fill(len(HOSTILE))
        for print_, name in zip(self.prints, HOSTILE):
            self.ok("rename", "--", print_, name)
        self.check(self.prints)
        said = self.java(self.path("out.jks"))
        self.assertIn("root, ", said)
        self.assertNotIn("\x1b", said)
        self.assertNotIn("\u202e", said)
        # Java finds each by its alias, as it looks it up.
        self.java(self.path("out.jks"), "-alias", "ROOT")
        self.java(self.path("out.pkcs12"), "-alias", "ünïcode яσ")

    def test_java_needs_no_password(self):
        self.fill(3)
        outside.need(self, "keytool", "default-jre-headless")
        for kind in ("jks", "pkcs12"):
            file = self.export(kind, *self.prints)
            done = subprocess.run(["keytool", "-J-Duser.language=en", "-list", "-keystore", file],
                                  input=b"\n", capture_output=True, check=False)
            self.assertEqual(self.prints, prints(done.stdout.decode()), kind)


class RoundTrip(Export):
    def test_all_formats(self):
        self.fill(MANY)
        for kind in FORMATS:
            file = self.export(kind, *self.prints)
            mine = self.store
            self.store = self.path("again-" + kind)
            self.ok("import", "--yes", "--password-file", self.password, file)
            self.assertEqual(self.prints, sorted(e["fingerprint"] for e in self.json("list")))
            self.is_sound()
            self.store = mine

    def test_thousands(self):
        self.fill(4000)
        for kind in FORMATS:
            file = self.export(kind, *self.prints)
            done = outside.run("--store", self.path("again-" + kind), "import", "--password-file",
                               self.password, "--dry-run", "--json", file)
            self.assertEqual(0, done.code)
            self.assertEqual(4000, json.loads(done.out)["imported"])


class Words(Export):
    def setUp(self):
        super().setUp()
        self.fill(4)
        self.file = self.path("x.pem")

    def test_standard_output(self):
        for words in ([], ["-o", "-"], ["--output=-"], ["-o-"]):
            said = self.changes_nothing("export", *words, *self.prints)
            self.assertEqual(self.prints, blocks(said))
        der = self.run_program("export", "--format", "der", self.prints[0], "--der")
        self.assertEqual(2, der.code)  # an option of show
        done = outside.run("--store", self.store, "export", "--format", "der", self.prints[0])
        self.assertEqual(self.prints[0], hashlib.sha256(done.out).hexdigest())

    def test_suffix_hints_and_format_decides(self):
        self.ok("export", "-o", self.path("a.der"), self.prints[0])
        self.assertEqual(self.prints[0], hashlib.sha256(read(self.path("a.der"))).hexdigest())
        self.ok("export", "-o", self.path("b.der"), "--format", "pem", self.prints[0])
        self.assertIn(b"\n-----BEGIN", read(self.path("b.der")))
        self.ok("export", "-o", self.path("c.jks"), "--password-file", self.password,
                self.prints[0])
        self.assertEqual(b"\xfe\xed\xfe\xed", read(self.path("c.jks"))[:4])
        self.ok("export", "-o" + self.path("d"), self.prints[0])
        self.assertTrue(read(self.path("d")).startswith(b"# "))

    def test_a_suffix_that_nobody_knows(self):
        done = self.run_program("export", "-o", self.path("e.xyz"), self.prints[0])
        self.assertEqual(0, done.code)
        self.assertRegex(done.err.decode(), r"\Acertary: .*e\.xyz: written as pem[^\n]+\n\Z")
        self.ok("export", "-o", self.path("f.xyz"), "--format", "crt", self.prints[0])

    def test_json(self):
        said = self.json("export", "-o", self.file, *self.prints, self.prints[0])
        self.assertEqual((self.file, "pem", os.path.getsize(self.file)),
                         (said["file"], said["format"], said["bytes"]))
        self.assertEqual(self.prints, [c["fingerprint"] for c in said["certificates"]])
        self.assertEqual({e["name"] for e in self.json("list")},
                         {c["name"] for c in said["certificates"]})

    def test_usage(self):
        for words in ([], ["--format", "nope", "x"], ["--format", "der", *self.prints],
                      ["--format", "chain", *self.prints], ["-o", "", self.prints[0]],
                      ["--json", self.prints[0]], ["--password-file", self.password, self.prints[0]],
                      ["-o"], ["--dry-run", self.prints[0]], ["-of", "--why", "x", self.prints[0]]):
            self.fails(2, "export", *words)
        self.fails(3, "export", "no such thing")
        self.fails(3, "export", "-o", self.file, self.prints[0], "no such thing")

    def test_passwords(self):
        for kind in ("pkcs12", "jks"):
            line = self.fails(5, "export", "--format", kind, "-o", self.file, self.prints[0])
            self.assertIn("--password-file", line)
            empty = write(self.path("empty"), "\n")
            self.fails(5, "export", "--format", kind, "-o", self.file, "--password-file", empty,
                       self.prints[0])
            self.fails(1, "export", "--format", kind, "-o", self.file, "--password-file",
                       self.path("none"), self.prints[0])
        umlaut = write(self.path("umlaut"), "pässword\n")
        self.assertIn("ASCII", self.fails(2, "export", "--format", "pkcs12", "-o", self.file,
                                          "--password-file", umlaut, self.prints[0]))
        self.ok("export", "--format", "jks", "-o", self.file, "--password-file", umlaut,
                self.prints[0])

    def test_what_is_there_stays(self):
        write(self.file, "old")
        line = self.fails(5, "export", "-o", self.file, self.prints[0])
        self.assertIn("--yes", line)
        self.ok("export", "--yes", "-o", self.file, self.prints[0])
        self.assertIn(b"BEGIN CERTIFICATE", read(self.file))
        self.assertEqual(0o644, os.stat(self.file).st_mode & 0o777)

    def test_places(self):
        for place in (self.path("no", "such"), self.dir, self.path("made", ""), "/dev/full"):
            self.fails(1, "export", "--yes", "-o", place, self.prints[0])
        self.assertIn("read-only", self.fails(1, "--read-only", "export", "-o", self.file,
                                              self.prints[0]))
        self.changes_nothing("--read-only", "export", self.prints[0])

    def test_truststores_hold_what_is_trusted(self):
        self.ok("block", self.prints[1])
        sealed = ["--format", "jks", "--password-file", self.password, "-o", self.file]
        line = self.fails(5, "export", *sealed, *self.prints)
        self.assertIn("is blocked here", line)
        done = self.run_program("export", *sealed, "--yes", *self.prints)
        self.assertEqual(0, done.code)
        self.assertIn(b"is blocked here", done.err)

    def test_the_store_is_left_alone(self):
        before = outside.tree(self.store)
        for kind in FORMATS:
            self.export(kind, *self.prints)
        self.assertEqual(before, outside.tree(self.store))
        self.assertFalse([n for n in os.listdir(self.dir) if n.startswith(".")])


class Terminal(Export):
    """On a terminal it asks; what is typed blind is typed twice."""

    def setUp(self):
        super().setUp()
        self.fill(2)
        self.file = self.path("x.pem")

    def talk(self, *words, answers=()):
        """Run on a terminal, answer each question once it was asked; exit code and all it said."""
        pid, terminal = pty.fork()
        if pid == 0:
            os.execve(outside.PROGRAM, [outside.PROGRAM, "--store", self.store, "export", *words],
                      outside.environment())
        said, left = b"", list(answers)
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
            if left and left[0][0].encode() in said:
                question, answer = left.pop(0)
                said = said.split(question.encode(), 1)[1]
                os.write(terminal, answer.encode() + b"\n")
        os.close(terminal)
        self.assertEqual([], left, said)
        return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), said.decode()

    def test_bytes_stay_off_the_terminal(self):
        for kind in ("der", "pkcs7", "pkcs12", "jks"):
            code, said = self.talk("--format", kind, self.prints[0])
            self.assertEqual(2, code)
            self.assertIn("no text for a terminal", said)
        code, said = self.talk(self.prints[0])
        self.assertEqual(0, code)
        self.assertEqual(self.prints[:1], blocks(said.replace("\r", "")))

    def test_password(self):
        words = ["--format", "jks", "-o", self.file, self.prints[0]]
        code, said = self.talk(*words, answers=[("truststore: ", "changeit"), ("again: ", "chageit")])
        self.assertEqual(5, code)
        self.assertIn("two passwords", said)
        self.assertFalse(os.path.exists(self.file))
        code, said = self.talk(*words, answers=[("truststore: ", "changeit"),
                                                ("again: ", "changeit")])
        self.assertEqual(0, code)
        self.assertNotIn("changeit", said)
        self.store = self.path("again")
        self.ok("import", "--password-file", self.password, self.file)

    def test_question(self):
        write(self.file, "old")
        words = ["-o", self.file, self.prints[0]]
        for answer in ("", "n", "no"):
            code, said = self.talk(*words, answers=[("all the same? [y/N] ", answer)])
            self.assertEqual(5, code)
            self.assertIn("nothing was written", said)
            self.assertEqual(b"old", read(self.file))
        code, said = self.talk(*words, answers=[("all the same? [y/N] ", "y")])
        self.assertEqual(0, code)
        self.assertNotEqual(b"old", read(self.file))


class Chains(Export):
    """root, upper, lower, server: one below the other, by OpenSSL."""

    def setUp(self):
        super().setUp()
        by = None
        for name in ("root", "upper", "lower", "server"):
            ca = name != "server"
            conf = write(self.path(name + ".ext"), "basicConstraints=critical,CA:%s\n%s%s" % (
                "TRUE" if ca else "FALSE", "subjectAltName=DNS:server.test\n" if not ca else "",
                "authorityInfoAccess=caIssuers;URI:http://ca.test/" + by if by else ""))
            file = self.path(name)
            openssl("req", "-new", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
                    "-keyout", file + ".key", "-subj", "/CN=" + name, "-out", file + ".csr")
            signer = ["-CA", self.path(by + ".pem"), "-CAkey", self.path(by + ".key")] if by else \
                ["-signkey", file + ".key"]
            openssl("x509", "-req", "-in", file + ".csr", *signer, "-CAcreateserial", "-days",
                    "3650", "-extfile", conf, "-out", file + ".pem")
            by = name
        self.file = self.path("chain.pem")
        self.now = {"CERTARY_TEST_CLOCK": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())}

    def test_a_server_may_use_it(self):
        for name in ("lower", "root", "server", "upper"):
            self.ok("import", "--yes", self.path(name + ".pem"))
        self.ok("export", "--format", "chain", "-o", self.file, "server",
                env=self.now)
        want = b"".join(read(self.path(n + ".pem")) for n in ("server", "lower", "upper"))
        self.assertEqual(want, read(self.file))
        done = subprocess.run(["openssl", "verify", "-CAfile",
                               self.path("root.pem"), "-untrusted", self.file,
                               self.path("server.pem")], capture_output=True, check=False)
        self.assertIn(b"OK", done.stdout)

    def test_what_is_over_is_named(self):
        for name in ("lower", "root", "server", "upper"):
            self.ok("import", "--yes", self.path(name + ".pem"))
        line = self.fails(5, "export", "--format", "chain", "-o", self.file, "server",
                          env={"CERTARY_TEST_CLOCK": "2099-01-01T00:00:00Z"})
        self.assertIn("CN=upper: ", line)

    def test_what_is_missing_is_named(self):
        for name in ("root", "server"):
            self.ok("import", "--yes", self.path(name + ".pem"))
        line = self.fails(5, "export", "--format", "chain", "-o", self.file, "server",
                env=self.now)
        self.assertIn("CN=lower", line)
        self.assertIn("http://ca.test/lower", line)
        done = self.run_program("export", "--yes", "--format", "chain", "-o", self.file, "server",
                env=self.now)
        self.assertEqual(0, done.code)
        self.assertIn(b"CN=lower", done.err)
        self.assertEqual(read(self.path("server.pem")), read(self.file))


if __name__ == "__main__":
    unittest.main()
