"""Identities and the company's CA from outside: made here, judged by OpenSSL and certtool."""
import datetime
import json
import os
import pty
import re
import select
import stat
import subprocess
import sys
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
import outside
from outside import Case, openssl, read, write

KINDS = ("ec256", "ec384", "ed25519", "rsa2048")
# Presets and days are judged at this time, and so is what OpenSSL verifies.
THEN = "1767225600"


class Identities(Case):
    def setUp(self):
        super().setUp()
        self.secret = write(self.path("secret"), "open sesame\n")
        self.wrong = write(self.path("wrong"), "sesame\n")

    def generate(self, name, *options):
        return self.json("generate", "--name", name, "--cn", name, *options)

    def show(self, name):
        return self.json("identity", "show", name)

    def names(self, *options):
        return [i["name"] for i in self.json("identity", "list", *options)]

    def key(self, name):
        return os.path.join(self.store, "keys", self.show(name)["id"] + ".pem")

    def pem(self, name):
        return write(self.path(name + ".shown"), self.ok("identity", "show", name, "--pem"))

    def verify(self, leaf, root, *chain):
        untrusted = [word for c in chain for word in ("-untrusted", c)]
        openssl("verify", "-x509_strict", "-no-CApath", "-no-CAstore", "-attime", THEN, "-CAfile", root,
                *untrusted, leaf)

    def certtool(self, chain, root):
        outside.need(self, "certtool", "gnutls-bin")
        said = subprocess.run(["certtool", "--verify", "--verify-profile", "low",
                               "--load-ca-certificate", root, "--infile", chain],
                              capture_output=True, text=True, check=False,
                              env=dict(os.environ, SOURCE_DATE_EPOCH=THEN)).stdout
        self.assertNotIn("not trusted", said.lower().replace("not activated", ""), said)


class Making(Identities):
    def test_a_key_and_its_certificate(self):
        said = self.ok("generate", "--name", "web", "--cn", "www.example.com", "--san", "192.0.2.1",
                       "--subject", "O=Example GmbH", "--subject", "OU=A", "--subject", "OU=B",
                       "--subject", "C=de", "--days", "90", "--note", "for the shop")
        made = self.show("web")
        for words in (made["id"], made["certificates"][0]["fingerprint"], "DNS:www.example.com",
                      "IP:192.0.2.1", self.key("web")):
            self.assertIn(words, said)
        self.assertEqual("CN=www.example.com,OU=B,OU=A,O=Example GmbH,C=DE",
                         made["certificates"][0]["subject"])
        self.assertEqual("for the shop", made["note"])
        self.assertEqual("valid", made["state"])
        self.assertFalse(made["sealed"])
        self.assertEqual(0o600, stat.S_IMODE(os.stat(self.key("web")).st_mode))
        self.assertEqual(0o700, stat.S_IMODE(os.stat(os.path.dirname(self.key("web"))).st_mode))
        self.verify(self.pem("web"), self.pem("web"))
        self.assertEqual([], self.json("list"), "nothing is trusted unless it is said")
        self.is_sound()

    def test_kinds(self):
        for kind in KINDS:
            self.generate(kind + ".example.com", "--key", kind)
            name = kind + ".example.com"
            mine = openssl("pkey", "-in", self.key(name), "-pubout")
            self.assertEqual(mine, openssl("x509", "-in", self.pem(name), "-noout", "-pubkey"))
        self.is_sound()

    def test_nothing_secret_is_said(self):
        self.ok("generate", "--cn", "a.example.com", "--password-file", self.secret)
        made = self.json("generate", "--cn", "b.example.com")
        secrets = [read(self.key(n)).decode().split("\n")[1] for n in self.names()]
        said = json.dumps(made) + self.ok("identity", "list", "--json") + self.ok("log") + \
            read(os.path.join(self.store, "journal")).decode()
        for secret in secrets + ["open sesame"]:
            self.assertNotIn(secret, said)

    def test_sealed(self):
        self.generate("a.example.com", "--password-file", self.secret)
        self.assertTrue(self.show("a.example.com")["sealed"])
        self.assertIn(b"ENCRYPTED", read(self.key("a.example.com")))
        openssl("pkey", "-in", self.key("a.example.com"), "-passin", "file:" + self.secret, "-noout")
        empty = write(self.path("empty"), "\n")
        self.fails(5, "generate", "--cn", "b.example.com", "--password-file", empty)
        self.fails(1, "generate", "--cn", "b.example.com", "--password-file", self.path("none"))

    def test_files(self):
        cert, key = self.path("c.pem"), self.path("k.pem")
        self.ok("generate", "--cn", "a.example.com", "-o", cert, "--key-out", key)
        self.assertEqual(0o600, stat.S_IMODE(os.stat(key).st_mode))
        self.assertEqual(openssl("pkey", "-in", key, "-pubout"),
                         openssl("x509", "-in", cert, "-noout", "-pubkey"))
        before = read(cert)
        line = self.fails(5, "generate", "--cn", "b.example.com", "-o", cert)
        self.assertIn("--yes", line)
        self.fails(2, "generate", "--cn", "b.example.com", "-o", cert, "--key-out", cert)
        self.fails(2, "generate", "--cn", "b.example.com", "--key-out", "-")
        self.fails(1, "generate", "--cn", "b.example.com", "-o", self.path("no", "where.pem"))
        self.assertEqual(before, read(cert))
        self.ok("generate", "--cn", "b.example.com", "-o", cert, "--yes")
        self.assertNotEqual(before, read(cert))

    def test_trusted_at_once(self):
        made = self.generate("a.example.com", "--trust")
        self.assertTrue(made["trusted"])
        self.assertEqual([made["certificate"]["fingerprint"]],
                         [e["fingerprint"] for e in self.json("list", "--state", "trusted")])

    def test_dry_run(self):
        self.assertIn("would generate a.example.com",
                      self.ok("generate", "--cn", "a.example.com", "--dry-run"))
        self.assertFalse(os.path.exists(self.store))
        self.generate("a.example.com")
        self.changes_nothing("generate", "--cn", "b.example.com", "--dry-run", "-o", self.path("x"))
        self.changes_nothing("request", "--cn", "b.example.com", "--dry-run", "--json")

    def test_refusals(self):
        for words in (["generate"], ["generate", "--name", "x"], ["generate", "--cn", "x", "--days", "0"],
                      ["generate", "--cn", "x", "--key", "dsa"], ["generate", "--cn", "x", "--san", "a b"],
                      ["generate", "--cn", "x", "--subject", "O"],
                      ["generate", "--cn", "x", "--subject", "QQ=1"],
                      ["generate", "--cn", "x", "--profile", "nope"],
                      ["generate", "--cn", "x", "--preset", "nope"],
                      ["generate", "--cn", "x", "--ca", "--profile", "server"],
                      ["generate", "--cn", "x", "--path-len", "1"],
                      ["generate", "--cn", "x", "--new-key"], ["generate", "--cn", "x", "more"],
                      ["request", "--cn", "x", "--days", "3"], ["request", "--cn", "x", "--trust"],
                      ["generate", "--cn", "x", "--plain", "--password-file", self.secret]):
            self.fails(2, *words)
        self.assertFalse(os.path.exists(self.store))
        for words in (["--subject", "C=Germany", "--cn", "a.example.com"],
                      ["--cn", "a.example.com", "--san", "*.*.example.com"]):
            self.assertIn(self.run_program("generate", *words).code, (1, 2), words)
        self.assertFalse(os.path.exists(self.store), "a refusal leaves no store behind")
        self.generate("a.example.com")
        self.assertIn("another name", self.fails(1, "generate", "--cn", "a.example.com"))
        self.fails(1, "--read-only", "generate", "--cn", "b.example.com")
        self.fails(3, "generate", "--renew", "nope")

    def test_policy(self):
        conf = write(self.path("conf"), 'required_subject = "O CN"; least_rsa_bits = 3072;\n')
        said = outside.run("--store", self.store, "--config", conf, "generate", "--cn", "a.example.com")
        if said.code == 2 and b"conf" in said.err:
            self.skipTest("the settings are called otherwise")
        self.assertEqual(1, said.code, said.err)

    def test_presets(self):
        self.assertIn("--plain", self.fails(5, "generate", "--cn", "yt", "--preset", "youtrack"))
        made = self.generate("yt.example.com", "--preset", "youtrack", "--password-file", self.secret)
        self.assertEqual(("RSA", 2048), (made["certificate"]["key"]["algorithm"],
                                         made["certificate"]["key"]["bits"]))
        self.assertIn("hint-keystore", [a["code"] for a in made["advice"]])

    def test_renewal(self):
        first = self.generate("a.example.com", "--san", "b.example.com", "--days", "90")
        again = self.json("generate", "--renew", "a.example.com")
        self.assertEqual(first["id"], again["id"])
        self.assertEqual(first["certificate"]["sans"], again["certificate"]["sans"])
        self.assertNotEqual(first["certificate"]["serial"], again["certificate"]["serial"])
        self.assertEqual(2, len(self.show("a.example.com")["certificates"]))
        other = self.json("generate", "--renew", "a.example.com", "--new-key", "--name", "a2")
        self.assertNotEqual(first["id"], other["id"])
        self.assertEqual(first["certificate"]["sans"], other["certificate"]["sans"])
        self.fails(2, "generate", "--renew", "a.example.com", "--name", "x")
        self.fails(2, "generate", "--renew", "a.example.com", "--key", "ec384")
        self.fails(2, "generate", "--renew", "a.example.com", "--key-out", self.path("k"))
        self.is_sound()

    def test_renewal_of_a_sealed_one(self):
        self.generate("a.example.com", "--password-file", self.secret)
        self.fails(5, "generate", "--renew", "a.example.com")
        self.fails(1, "generate", "--renew", "a.example.com", "--password-file", self.wrong)
        self.json("generate", "--renew", "a.example.com", "--password-file", self.secret)
        self.fails(5, "generate", "--renew", "a.example.com", "--new-key", "--name", "b")


class Requests(Identities):
    def test_a_request(self):
        done = self.run_program("request", "--name", "web", "--cn", "www.example.com", "--ticket", "T-1")
        self.assertEqual(0, done.code)
        self.assertTrue(done.out.startswith(b"-----BEGIN CERTIFICATE REQUEST-----\n"))
        self.assertTrue(done.out.endswith(b"-----END CERTIFICATE REQUEST-----\n"))
        self.assertIn(b"DNS:www.example.com", done.err)
        openssl("req", "-verify", "-noout", input=done.out)
        web = self.show("web")
        self.assertEqual(("pending", "T-1"), (web["state"], web["requests"][0]["ticket"]))
        self.assertEqual(done.out.decode(), self.ok("identity", "show", "web", "--pem"))
        self.ok("identity", "ticket", "web", "T-2")
        self.assertEqual("T-2", self.show("web")["requests"][0]["ticket"])
        self.is_sound()

    def test_into_a_file(self):
        file = self.path("web.csr")
        self.assertIn(file, self.ok("request", "--cn", "www.example.com", "-o", file))
        openssl("req", "-verify", "-noout", "-in", file)
        self.fails(5, "request", "--cn", "x.example.com", "-o", file)


class Authority(Identities):
    """A root with limits, a CA below it, and a server's certificate by that."""

    def setUp(self):
        super().setUp()
        self.generate("root", "--ca", "--path-len", "1", "--permit", "example.com", "--password-file",
                      self.secret)
        self.csr = self.request("sub", "--profile", "ca")
        self.ok("sign", "--ca", "root", "--profile", "ca", "--password-file", self.secret, "--days",
                "1000",
                "-o", self.path("sub.pem"), self.csr)
        self.ok("identity", "attach", "sub", self.path("sub.pem"))
        self.root = self.pem("root")

    def request(self, name, *options):
        file = self.path(name + ".csr")
        self.ok("request", "--name", name, "--cn", name, "-o", file, *options)
        return file

    def sign(self, csr, *options):
        file = csr + ".pem"
        self.ok("sign", "--ca", "sub", "--profile", "server", "-o", file, "--yes", *options, csr)
        return file

    def test_a_whole_chain(self):
        csr = self.request("www.example.com")
        answer = self.sign(csr)
        self.assertIn("answered", self.ok("identity", "attach", "www.example.com", answer))
        www = self.show("www.example.com")
        self.assertEqual(1, len(www["certificates"][0]["chain"]))
        self.assertIsNotNone(www["requests"][0]["answered"])
        chain = self.path("chain.pem")
        self.ok("export", "--format", "chain", "-o", chain, "www.example.com")
        self.assertEqual(2, read(chain).count(b"BEGIN CERTIFICATE"))
        self.verify(chain, self.root, self.path("sub.pem"))
        self.verify(self.path("sub.pem"), self.root)
        self.certtool(chain, self.root)
        self.is_sound()

    def test_nothing_unseen(self):
        key, csr = self.path("k"), self.path("their.csr")
        openssl("req", "-new", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout",
                key, "-subj", "/CN=a.example.com", "-addext",
                "subjectAltName=DNS:a.example.com,DNS:b.example.com", "-addext",
                "basicConstraints=critical,CA:TRUE", "-addext", "keyUsage=keyCertSign", "-out", csr)
        line = self.fails(5, "sign", "--ca", "sub", "--profile", "server", csr)
        self.assertIn("DNS:b.example.com", line)
        said = self.changes_nothing("sign", "--ca", "sub", "--profile", "server", "--dry-run", csr)
        self.assertIn("a CA", said)
        for options, names in ((["--yes"], ["DNS:a.example.com", "DNS:b.example.com"]),
                               (["--yes", "--drop-san", "b.example.com"], ["DNS:a.example.com"]),
                               (["--san", "c.example.com"], ["DNS:c.example.com"])):
            out = self.path("out.pem")
            done = self.run_program("sign", "--ca", "sub", "--profile", "server", *options, csr)
            self.assertEqual(0, done.code, done.err)
            write(out, done.out.split(b"\n-----BEGIN", 1)[0])  # without the CA behind it
            made = self.json("show", out)
            self.assertEqual((names, False), (made["sans"], made["ca"]))
            self.verify(out, self.root, self.path("sub.pem"))

    def test_refusals(self):
        csr = self.request("www.example.com")
        other = self.request("www.other.test")
        for code, words in ((2, ["--profile", "server"]), (2, ["--ca", "sub"]),
                            (2, ["--ca", "sub", "--profile", "x"]),
                            (3, ["--ca", "nope", "--profile", "server"]),
                            (1, ["--ca", "www.example.com", "--profile", "server"]),
                            (5, ["--ca", "root", "--profile", "server"]),
                            (1, ["--ca", "root", "--profile", "server", "--password-file", self.wrong]),
                            (2, ["--ca", "sub", "--profile", "server", "--drop-san", "x.test"]),
                            (2, ["--ca", "sub", "--profile", "server", "--san", "a b"])):
            before = outside.tree(self.dir)
            done = self.run_program("sign", *words, csr)
            self.assertEqual(code, done.code, (words, done.err))
            self.assertEqual(b"", done.out)
            self.assertEqual(before, outside.tree(self.dir))
        done = self.run_program("sign", "--ca", "root", "--profile", "server", "--yes", "--password-file",
                                self.secret, other)
        self.assertEqual((1, b""), (done.code, done.out), "outside of the name constraints")
        self.fails(1, "sign", "--ca", "sub", "--profile", "server", self.secret)

    def test_list_and_revocation(self):
        answer = self.sign(self.request("www.example.com"))
        issued = self.json("ca", "issued", "sub")
        self.assertEqual(["valid"], [i["state"] for i in issued])
        self.assertGreaterEqual(len(issued[0]["serial"]), 16)
        self.fails(3, "ca", "revoke", "sub", "nope")
        self.fails(1, "ca", "issued", "www.example.com")
        self.ok("ca", "revoke", "sub", issued[0]["serial"], "--why", "lost")
        self.assertEqual(("revoked", "lost"), (self.json("ca", "issued", "sub")[0]["state"],
                                               self.json("ca", "issued", "sub")[0]["why"]))
        crl = self.path("sub.crl")
        self.ok("ca", "crl", "sub", "-o", crl)
        said = openssl("crl", "-in", crl, "-noout", "-text").decode()
        self.assertIn(issued[0]["serial"].upper(), said)
        write(self.path("cas.pem"), read(self.root) + read(self.path("sub.pem")))
        done = subprocess.run(["openssl", "verify", "-crl_check", "-CRLfile", crl, "-attime", THEN,
                               "-CAfile", self.path("cas.pem"), answer], capture_output=True, check=False)
        self.assertIn(b"revoked", done.stdout + done.stderr)
        self.assertIn("BEGIN X509 CRL", self.ok("ca", "crl", "sub", "--days", "7"))
        self.fails(5, "ca", "crl", "root")
        self.fails(5, "ca", "crl", "sub", "-o", crl)
        self.fails(2, "ca", "crl", "sub", "--days", "0")
        self.ok("undo", "--yes")
        self.assertEqual("valid", self.json("ca", "issued", "sub")[0]["state"])

    def test_an_answer_takes_the_place_of_what_was_there(self):
        first = self.generate("a.example.com")["certificate"]
        csr = self.path("again.csr")
        self.ok("request", "--renew", "a.example.com", "-o", csr)
        self.assertTrue(self.show("a.example.com")["renewing"])
        answer = self.sign(csr)  # it begins in the same second
        said = self.ok("identity", "attach", "--dry-run", "a.example.com", answer)
        self.ok("identity", "attach", "a.example.com", answer)
        certs = self.show("a.example.com")["certificates"]
        self.assertIn(certs[0]["fingerprint"][:16] + "  -> a new certificate", said)
        self.assertEqual([True, False], [c["current"] for c in certs])
        self.assertEqual(("CN=sub", first["fingerprint"]), (certs[0]["issuer"], certs[1]["fingerprint"]))
        self.assertFalse(self.show("a.example.com")["renewing"])
        self.assertIn("nothing to do", self.ok("identity", "attach", "a.example.com", answer))

    def test_notes_are_about_this_one(self):
        csr, other = self.request("a.example.com"), self.request("b.example.com")
        answer, strange = self.sign(csr), self.sign(other)
        self.assertIn("known already", self.fails(1, "identity", "attach", "a.example.com", csr))
        said = self.ok("identity", "attach", "--dry-run", "a.example.com", strange, answer, answer)
        notes = re.findall(r"(?m)^[-!] .+$", said)
        self.assertEqual(len(notes), len(set(notes)), said)
        self.assertIn("! CN=b.example.com isn't for the key of a.example.com, and is left out.", notes)
        self.assertNotIn("no request", said)
        self.assertNotIn("private key", said)

    def test_a_request_alone(self):
        self.generate("c.example.com")
        more = self.path("more.csr")
        openssl("req", "-new", "-key", self.key("c.example.com"), "-subj", "/CN=c", "-out", more)
        said = self.ok("identity", "attach", "c.example.com", more)
        self.assertIn("-> request", said)
        self.fails(1, "identity", "attach", "c.example.com", more)

    def test_answers_of_others(self):
        self.request("a.example.com")
        answer = self.sign(self.request("b.example.com"))
        self.assertIn("its key", self.fails(1, "identity", "attach", "a.example.com", answer))
        self.ok("identity", "attach", "b.example.com", answer)
        self.fails(1, "identity", "attach", "root", answer)
        self.fails(3, "identity", "attach", "nope", answer)


class Defaults(Identities):
    def test_a_ca_is_one_whichever_way_it_is_asked_for(self):
        for name, words in (("a", ["--ca"]), ("b", ["--profile", "ca"]),
                            ("c", ["--preset", "company-ca", "--plain"])):
            self.generate(name, *words)
            self.assertIn("P-384", self.ok("identity", "show", name))
            self.assertEqual(3650, self.days(self.pem(name)))

    def days(self, pem):
        said = openssl("x509", "-in", pem, "-noout", "-startdate", "-enddate").decode()
        begin, end = (datetime.datetime.strptime(line.split("=")[1], "%b %d %H:%M:%S %Y %Z")
                      for line in said.splitlines())
        return round((end - begin).total_seconds() / 86400)

    def test_a_ca_below_another_lives_half_as_long(self):
        self.generate("root", "--ca", "--path-len", "1", "--days", "3000")
        self.ok("request", "--cn", "sub", "--profile", "ca", "-o", self.path("csr"))
        said = self.ok("sign", "--ca", "root", "--profile", "ca", "--yes", "-o", self.path("pem"),
                       self.path("csr"))
        self.assertRegex(said, r"Days +(1499|1500)\b")
        self.assertNotIn("with the CA", said)

    def test_a_new_key_gets_a_name_beside_the_old_one(self):
        self.generate("wiki.example.com")
        for number in (2, 3):
            self.ok("generate", "--renew", "wiki.example.com", "--new-key", "--yes")
            self.assertIn(f"wiki.example.com ({number})", self.names())
        self.ok("generate", "--renew", "wiki.example.com", "--new-key", "--name", "new", "--yes")
        self.assertIn("new", self.names())


class Keeping(Identities):
    def test_names_have_an_end(self):
        long = "ü" * 201
        self.generate("a", "--trust")
        for words in (["generate", "--cn", "b", "--name", long], ["generate", "--cn", "b", "--name", ""],
                      ["identity", "rename", "a", long], ["rename", "a", long]):
            self.fails(2 if "--cn" not in words or not words[-1] else 1, *words)
        self.ok("identity", "rename", "a", long[1:])

    def test_names_notes_and_trash(self):
        first = self.generate("a.example.com")
        self.generate("b.example.com")
        self.fails(1, "identity", "rename", "a.example.com", "b.example.com")
        self.ok("identity", "rename", first["id"][:8], "Ä")
        self.ok("identity", "note", "Ä", "hello")
        self.assertEqual("hello", self.show("Ä")["note"])
        self.assertEqual(["Ä"], self.names("ä"))
        self.ok("identity", "delete", "Ä", "Ä")
        self.assertEqual(["b.example.com"], self.names())
        self.assertEqual(["Ä"], self.names("--state", "trash"))
        self.assertEqual("trash", self.show("Ä")["state"])
        self.fails(3, "identity", "delete", "Ä")
        self.ok("identity", "restore", "Ä")
        self.ok("identity", "delete", "Ä")
        self.ok("undo", "--yes")
        self.ok("identity", "delete", "Ä")
        self.fails(5, "identity", "purge", "Ä")
        self.fails(3, "identity", "purge", "b.example.com", "--yes")
        self.ok("identity", "purge", "Ä", "--yes")
        self.assertEqual([], self.names("--state", "trash"))
        self.fails(2, "identity", "list", "--state", "x")
        self.fails(1, "identity", "ticket", "b.example.com", "T")
        self.is_sound()

    def test_export(self):
        self.generate("a.example.com")
        self.generate("s.example.com", "--password-file", self.secret)
        self.assertNotIn("PRIVATE", self.ok("export", "a.example.com"))
        self.assertIn("BEGIN PRIVATE", self.ok("export", "--key", "a.example.com"))
        p12, changed = self.path("a.p12"), write(self.path("pw"), "changeit\n")
        self.fails(5, "export", "a.example.com", "-o", p12)
        self.ok("export", "a.example.com", "-o", p12, "--password-file", changed)
        self.assertEqual(0o600, stat.S_IMODE(os.stat(p12).st_mode))
        said = openssl("pkcs12", "-in", p12, "-passin", "file:" + changed, "-nodes")
        self.assertIn(b"PRIVATE KEY", said)
        self.fails(5, "export", "a.example.com", "-o", p12, "--password-file", changed)
        self.fails(5, "export", "--key", "s.example.com")
        self.fails(1, "export", "--key", "s.example.com", "--key-password-file", self.wrong)
        self.assertIn("ENCRYPTED", self.ok("export", "--key", "s.example.com", "--key-password-file",
                                           self.secret))
        self.assertIn("BEGIN PRIVATE", self.ok("export", "--key", "--plain", "s.example.com",
                                               "--key-password-file", self.secret))
        self.assertIn("ENCRYPTED", self.ok("export", "--key", "s.example.com", "--password-file",
                                           self.secret))
        for words in (["a.example.com", "s.example.com"], ["a.example.com", "--plain"],
                      ["a.example.com", "--format", "der", "--key"],
                      ["a.example.com", "--key", "--plain", "--password-file", changed]):
            self.assertEqual(2, self.run_program("export", *words).code, words)
        self.fails(2, "export", "nope", "--key")
        self.fails(3, "export", "nope")

    def test_a_name_for_two(self):
        made = self.generate("a.example.com", "--trust")
        file = self.path("a.pem")
        self.ok("export", "a.example.com", "-o", file)  # both are the same certificate
        self.ok("delete", "a.example.com", "--yes")
        self.ok("purge", "--yes")
        other = outside.generate(self.path("made"), 1)[0]
        self.ok("import", "--yes", "--name", "a.example.com", other)
        line = self.fails(3, "export", "a.example.com")
        self.assertIn(made["id"][:16], line)
        self.ok("export", made["id"][:16])

    def test_import(self):
        key, cert, csr = self.path("k.pem"), self.path("c.pem"), self.path("r.pem")
        self.generate("a.example.com", "-o", cert, "--key-out", key)
        self.generate("b.example.com", "--password-file", self.secret)
        p12, pem = self.path("b.p12"), self.path("b.pem")
        self.ok("export", "b.example.com", "-o", p12, "--password-file", self.secret)
        self.ok("export", "--key", "b.example.com", "-o", pem, "--key-password-file", self.secret)
        self.store = self.path("other")
        self.changes_nothing("identity", "import", "--dry-run", key, cert)
        self.assertFalse(os.path.exists(self.store))
        self.ok("identity", "import", cert, key, "--name", "mine")
        self.assertEqual(["mine"], self.names())
        self.fails(5, "identity", "import", p12)
        self.fails(1, "identity", "import", p12, "--password-file", self.wrong)
        self.fails(1, "identity", "import", cert)
        self.fails(1, "identity", "import", self.path("none"))
        self.ok("identity", "import", pem, "--name", "b", "--password-file", self.secret)
        self.assertTrue(self.show("b")["sealed"], "a key that came sealed stays sealed")
        self.ok("identity", "delete", "b")
        self.ok("identity", "purge", "b", "--yes")
        self.ok("identity", "import", p12, "--name", "b", "--password-file", self.secret, "--plain")
        self.assertFalse(self.show("b")["sealed"])
        openssl("req", "-new", "-key", key, "-subj", "/CN=a.example.com", "-out", csr)
        self.ok("identity", "attach", "mine", csr)
        self.assertEqual(1, len(self.show("mine")["requests"]))
        self.is_sound()


class OnATerminal(Identities):
    def converse(self, answers, *args):
        """Answer one prompt after the other; all that was said."""
        pid, fd = pty.fork()
        if pid == 0:
            os.environ.update(outside.environment())
            os.execv(outside.PROGRAM, [outside.PROGRAM, "--store", self.store, *args])
        said, answers = b"", list(answers)
        while True:
            ready, _, _ = select.select([fd], [], [], 20)
            try:
                got = os.read(fd, 4096) if ready else b""
            except OSError:
                got = b""
            if not got:
                break
            said += got
            if answers and re.search(answers[0][0].encode(), said):
                answer = answers.pop(0)[1]
                os.write(fd, answer.encode() + (b"" if answer.endswith(("\x03", "\x1c")) else b"\n"))
                said += b"<answered>"
        os.close(fd)
        self.assertEqual([], answers, said)
        return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), said.decode()

    def test_trust_is_offered(self):
        code, said = self.converse([("Trust it here", "n")], "generate", "--cn", "a.example.com")
        self.assertEqual((0, []), (code, self.json("list")), said)
        code, said = self.converse([("Trust it here", "y")], "generate", "--cn", "b.example.com")
        self.assertEqual((0, 1), (code, len(self.json("list"))), said)

    def test_a_passphrase_is_asked_for(self):
        code, said = self.converse([("Passphrase for the key: $", "one"), ("The same again: $", "two")],
                                   "generate", "--preset", "company-ca", "--cn", "Root")
        self.assertEqual(5, code, said)
        code, said = self.converse([("Passphrase for the key: $", "open sesame"),
                                    ("The same again: $", "open sesame"), ("Trust it", "n")],
                                   "generate", "--preset", "company-ca", "--cn", "Root")
        self.assertEqual(0, code, said)
        self.assertNotIn("open sesame", said)
        code, said = self.converse([("Passphrase of the key of Root: $", "wrong"),
                                    ("(?s)<answered>.*doesn't open.*of Root: $", "open sesame")],
                                   "ca", "crl", "Root")
        self.assertEqual(0, code, said)
        self.assertIn("BEGIN X509 CRL", said)

    def test_enough_of_it(self):
        """Ctrl-C and Ctrl-\\ need no Enter behind them."""
        self.generate("Root", "--ca", "--password-file", self.secret)
        for stop in ("\x03", "half a word\x03", "\x1c"):
            code, said = self.converse([("Passphrase of the key of Root: $", stop)], "ca", "crl", "Root")
            self.assertEqual(5, code, said)
            self.assertIn("no passphrase was given", said)

    def test_signing_is_confirmed(self):
        self.generate("root", "--ca")
        self.ok("request", "--cn", "a.example.com", "-o", self.path("a.csr"))
        words = ("sign", "--ca", "root", "--profile", "server", self.path("a.csr"))
        code, said = self.converse([("Sign it", "n")], *words)
        self.assertEqual((5, []), (code, self.json("ca", "issued", "root")), said)
        code, said = self.converse([("Sign it", "y")], *words)
        self.assertEqual((0, 1), (code, len(self.json("ca", "issued", "root"))), said)

    def test_a_key_is_not_shown(self):
        self.generate("a.example.com")
        code, said = self.converse([], "export", "--key", "a.example.com")
        self.assertEqual(5, code)
        self.assertNotIn("BEGIN", said)
        code, said = self.converse([], "export", "--key", "a.example.com", "--yes")
        self.assertIn("BEGIN PRIVATE KEY", said)


if __name__ == "__main__":
    unittest.main()
