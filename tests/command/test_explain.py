"""`certary explain` from outside, on chains made by OpenSSL: text, JSON, exit codes."""
import os
import re
import subprocess
import sys
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
import outside
from outside import Case, openssl, read, write

HEX = re.compile(r"\A[0-9a-f]{64}\Z")
CA = "basicConstraints=critical,CA:TRUE\nkeyUsage=critical,keyCertSign,cRLSign\n"
SERVER = "subjectAltName=DNS:www.example.com\nextendedKeyUsage=serverAuth\n"
IDS = "subjectKeyIdentifier=hash\nauthorityKeyIdentifier=keyid\n"


class Chain(Case):
    """root -> issuing -> leaf, of which the root is in the store and trusted."""

    def setUp(self):
        super().setUp()
        self.root = self.make("root", "Example Root CA", CA)
        self.issuing = self.make("issuing", "Example Issuing CA 1", CA, by="root")
        self.leaf = self.make("leaf", "www.example.com", SERVER, by="issuing")
        self.ok("import", "--yes", self.root)

    def make(self, name, cn, extensions, by=None, days="3000", key_of=None):
        """A certificate that is valid around the tests' present, whatever the day is."""
        key, csr, out = (self.path(name + end) for end in (".key", ".csr", ".pem"))
        ids = IDS if by else IDS.splitlines()[0] + "\n"
        ext = write(self.path(name + ".ext"), extensions + ids)
        if key_of:
            write(key, read(self.path(key_of + ".key")))
        else:
            openssl("ecparam", "-name", "prime256v1", "-genkey", "-noout", "-out", key)
        openssl("req", "-new", "-key", key, "-subj", "/CN=" + cn, "-out", csr)
        issuer = by or name
        folder = self.path("ca-" + name)
        os.mkdir(folder)
        config = write(os.path.join(folder, "ca.conf"), f"""
            [ca]
            default_ca = x
            [x]
            database = {folder}/index
            new_certs_dir = {folder}
            serial = {folder}/serial
            default_md = sha256
            policy = p
            [p]
            commonName = supplied
            """)
        write(os.path.join(folder, "index"), "")
        write(os.path.join(folder, "serial"), "4711")
        until = "20251001000000Z" if days == "0" else "20340101000000Z"
        openssl("ca", "-batch", "-notext", "-config", config, "-in", csr, "-out", out,
                "-keyfile", self.path(issuer + ".key"), "-extfile", ext,
                "-startdate", "20240101000000Z", "-enddate", until,
                *(["-cert", self.path(by + ".pem")] if by else ["-selfsign"]))
        return out

    def chain(self, *files):
        return write(self.path("chain.pem"), b"".join(read(f) for f in files))

    def explain(self, code, *args):
        done = self.run_program("explain", *args)
        self.assertEqual((code, b""), (done.code, done.err), done)
        return done.out.decode()

    def explain_json(self, code, *args):
        return outside.json.loads(self.explain(code, "--json", *args))


class Explain(Chain):
    def test_trusted_through_an_anchor(self):
        for files in ((self.leaf, self.issuing), (self.issuing, self.leaf),
                      (self.root, self.issuing, self.leaf)):
            lines = self.explain(0, self.chain(*files)).splitlines()
            self.assertRegex(lines[0], r"\Atrusted, through Example Root CA \(added 2026-01-01 by "
                                       r"\S+ from .*root\.pem")
            self.assertEqual(["  www.example.com          not in the store",
                              "  └ Example Issuing CA 1   not in the store",
                              "    └ Example Root CA      trusted"], lines[1:])

    def test_known_issuers_complete_it(self):
        self.ok("import", "--yes", "--state", "untrusted", self.issuing, self.leaf)
        for what in (self.leaf, "www.example.com"):
            text = self.explain(0, what)
            self.assertIn("Example Issuing CA 1   untrusted, in the store", text)
        self.assertIn("trusted itself, as Example Root CA", self.explain(0, "Example Root CA"))

    def test_json(self):
        x = self.explain_json(0, self.chain(self.leaf, self.issuing))
        self.assertEqual(["trusted", "direct", "name", "fingerprint", "anchor", "reasons", "paths",
                          "cut", "remedies", "nearest"], list(x))
        self.assertEqual([], x["remedies"])
        self.assertEqual((True, False, [], False),
                         (x["trusted"], x["direct"], x["reasons"], x["cut"]))
        self.assertEqual(["name", "fingerprint", "added", "by", "source"], list(x["anchor"]))
        self.assertEqual("Example Root CA", x["anchor"]["name"])
        steps = x["paths"][0]["steps"]
        self.assertEqual([None, None, "trusted"], [s["state"] for s in steps])
        self.assertEqual([True, True, False], [s["presented"] for s in steps])
        self.assertEqual(x["fingerprint"], steps[0]["fingerprint"])
        self.assertEqual(x["anchor"]["fingerprint"], steps[2]["fingerprint"])
        for step in steps:
            self.assertRegex(step["fingerprint"], HEX)

    def test_json_of_a_refusal(self):
        x = self.explain_json(4, self.leaf)
        self.assertEqual((False, False, None), (x["trusted"], x["direct"], x["anchor"]))
        self.assertEqual(["issuer-missing"], [r["code"] for r in x["reasons"]])
        reason = x["reasons"][0]
        self.assertEqual(["code", "text", "fingerprint", "weight"], list(reason))
        self.assertEqual((x["fingerprint"], "breaks"), (reason["fingerprint"], reason["weight"]))
        self.assertEqual(x["reasons"], x["paths"][0]["reasons"])
        self.assertEqual([("decide", f"certary import {self.leaf}"), ("issuer", None)],
                         [(r["kind"], r["command"]) for r in x["remedies"]])

    def test_everything_that_speaks_against_it(self):
        late = self.make("late", "late.example.com", SERVER, by="issuing", days="0")
        self.ok("import", "--yes", "--state", "blocked", self.issuing)
        text = self.explain(4, late, "--host", "other.example")
        self.assertRegex(text, r"\Anot trusted: Example Issuing CA 1: It is blocked")
        self.assertIn("\nalso: late.example.com: It ended on 2025-10-01", text)
        self.assertRegex(text, r"\nalso: late\.example\.com: .*other\.example")
        self.ok("undo", "--yes")

    def test_another_path(self):
        """GnuTLS follows the first issuer that fits; certary looks on, and says so."""
        old = self.make("old", "Example Issuing CA 1", CA, by="root", days="0", key_of="issuing")
        chain = self.chain(self.leaf, self.issuing, old)
        self.assertEqual([], self.explain_json(0, chain)["reasons"])
        chain = self.chain(self.leaf, old, self.issuing)
        self.assertEqual([("another-path", "marks")], [
            (r["code"], r["weight"]) for r in self.explain_json(0, chain)["reasons"]])
        text = self.explain(0, chain)
        self.assertIn("Another path exists than that which the chain as it was sent leads to (a "
                      "certificate has expired)", text)

    def test_near_miss(self):
        """Another key under the issuer's name is named as what is nearest."""
        os.rename(self.issuing, self.path("was.pem"))
        os.remove(self.path("issuing.ext"))
        os.rename(self.path("ca-issuing"), self.path("ca-was"))
        other = self.make("issuing", "Example Issuing CA 1", CA, by="root")
        self.ok("import", "--yes", other)
        self.assertIn("same name and another key", self.explain(4, self.leaf))

    def test_host_and_purpose(self):
        chain = self.chain(self.leaf, self.issuing)
        self.explain(0, chain, "--host", "www.example.com", "--purpose", "server")
        self.assertIn("b.example", self.explain(4, chain, "--host", "b.example"))
        x = self.explain_json(4, chain, "--purpose=client")
        self.assertEqual("wrong-purpose", x["reasons"][0]["code"])
        self.fails(2, "explain", chain, "--purpose", "both")
        self.fails(2, "explain", chain, "--host", "")

    def test_decisions_turn_it(self):
        self.ok("import", "--yes", "--state", "untrusted", self.issuing, self.leaf)
        for verb, code in (("untrust", 4), ("trust", 0), ("block", 4), ("trust", 0), ("delete", 4)):
            self.ok(verb, "--yes", "Example Root CA")
            self.explain(code, "www.example.com")
        self.ok("undo", "--yes")
        self.explain(0, "www.example.com")

    def test_agrees_with_openssl(self):
        for files in ((self.leaf,), (self.leaf, self.issuing)):
            done = subprocess.run(["openssl", "verify", "-CAfile", self.root, "-untrusted",
                                   self.chain(*files), self.leaf],
                                  capture_output=True, check=False)
            self.assertEqual(done.returncode == 0, self.run_program(
                "explain", self.chain(*files)).code == 0)

    def test_no_such_thing(self):
        self.fails(3, "explain", "nothing")
        self.fails(3, "explain", "abcdef")
        self.fails(1, "explain", write(self.path("empty"), ""))
        self.fails(1, "explain", write(self.path("key.pem"), read(self.path("leaf.key"))))

    def test_changes_nothing(self):
        before = outside.tree(self.dir)
        self.explain(4, self.leaf)
        self.explain(0, "Example Root CA", "--read-only")
        self.assertEqual(before, outside.tree(self.dir))


if __name__ == "__main__":
    unittest.main()
