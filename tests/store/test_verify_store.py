"""verify_store.py finds each way in which a store can be wrong, and nothing in a sound one."""
import base64
import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
import unittest

HERE = os.path.dirname(os.path.abspath(__file__))
GENCERTS = os.environ.get("CERTARY_GENCERTS", "build/tests/support/gencerts")


def journal(*ops):
    lines, prev = [], ""
    for seq, op in enumerate(ops, 1):
        record = {"seq": seq, "time": "2026-01-01T00:00:00Z", "who": "ann", "from": "local", "op": op,
                  "cert": None, "name": None, "was": None, "now": None, "why": None, "prev": prev}
        lines.append(json.dumps(record))
        prev = hashlib.sha256(lines[-1].encode()).hexdigest()
    return lines


class Store(unittest.TestCase):
    def setUp(self):
        self.store = tempfile.mkdtemp()
        self.addCleanup(shutil.rmtree, self.store)
        subprocess.run([GENCERTS, "-n", "20", "-S", self.store], check=True)
        self.first = sorted(os.listdir(self.path("trusted")))[0]

    def path(self, *names):
        return os.path.join(self.store, *names)

    def read(self, *names):
        with open(self.path(*names), "rb") as f:
            return f.read()

    def write(self, data, *names):
        with open(self.path(*names), "wb") as f:
            f.write(data if isinstance(data, bytes) else data.encode())

    def der(self):
        body = self.read("trusted", self.first).split(b"-----")[2]
        return base64.b64decode(body)

    def verify(self, *options):
        done = subprocess.run([sys.executable, os.path.join(HERE, "verify_store.py"), *options, self.store],
                              capture_output=True, text=True, check=False)
        self.assertEqual(done.stderr, "")
        self.assertEqual(done.returncode, 1 if done.stdout else 0)
        return done.stdout

    def finds(self, words, *options):
        found = self.verify(*options)
        self.assertIn(words, found)
        self.assertEqual(found.count("\n"), 1, found)


class VerifyParts(Store):
    """What the parts say of each other."""

    def test_names(self):
        os.mkdir(self.path("runbooks"))
        os.symlink("/etc/passwd", self.path("runbooks", "link.txt"))
        self.finds("runbooks/link.txt: neither a file nor a folder")
        os.remove(self.path("runbooks", "link.txt"))
        self.write("-----BEGIN PRIVATE KEY-----\n", "runbooks", "key.txt")
        self.finds("runbooks/key.txt: holds a private key")
        os.remove(self.path("runbooks", "key.txt"))
        os.link(self.path("trusted", self.first), self.store + "-twin")
        self.addCleanup(os.remove, self.store + "-twin")
        self.finds("has 2 names")

    def test_a_folder_elsewhere(self):
        os.rename(self.path("blocked"), self.store + "-elsewhere")
        self.addCleanup(shutil.rmtree, self.store + "-elsewhere")
        os.symlink(self.store + "-elsewhere", self.path("blocked"))
        self.finds("blocked: neither a file nor a folder")

    def test_endpoints(self):
        row = '{ name = "a"; host = "a.example"; port = 636; }'
        for text in ("", "# nothing\n", f"endpoints = ( {row} );\n", f"endpoints: ({row})",
                     'targets = ( { name = "b"; kind = "file"; path = "/b"; more = [ 1, 2 ]; } ); /* that is all */\n'):
            self.write(text, "endpoints")
            self.assertEqual("", self.verify("--strict"), text)
        for text, words in ((f"endpoints = ( {row}, {row} );", "has a twice"), (f"endpoints = ( {row} ", "no libconfig"),
                            ("endpoints = ( { name = } );", "no libconfig"), ("\x00", "no libconfig"),
                            ("endpoints = ( { port = 1; } );", "a row without name, host"),
                            ('targets = ( { name = "b"; kind = "file"; } );', "a row without name, kind, path")):
            self.write(text, "endpoints")
            self.finds(words)

    def told(self, **more):
        """A journal of one line for each file that is there, as if all had been imported."""
        lines, prev = [], ""
        for where in sorted(os.path.relpath(os.path.join(path, name), self.store)
                            for path, _, names in os.walk(self.store) for name in names if name.endswith(".pem")):
            state, _, name = where.partition("/")
            record = {"seq": len(lines) + 1, "time": "2026-01-01T00:00:00Z", "who": "ann", "from": "local",
                      "op": "import", "cert": name[:64], "name": name[:9], "was": None, "now": state, "why": None,
                      "dst": where, "new": hashlib.sha256(self.read(where)).hexdigest(), **more, "prev": prev}
            lines.append(json.dumps(record))
            prev = hashlib.sha256(lines[-1].encode()).hexdigest()
        self.write("\n".join(lines) + "\n", "journal")

    def test_journalled(self):
        for path, _, names in os.walk(self.store):
            for name in names:
                if path.endswith(("trusted", "blocked", "trash", "untrusted")) and len(name) != 68:
                    os.remove(os.path.join(path, name))
        self.told()
        self.assertEqual("", self.verify("--journalled"))
        data = self.read("trusted", self.first)
        self.write(data.replace(b"\nAdded:", b"\nNote: other\nAdded:") if b"Added:" in data else b"Note: x\n" + data,
                   "trusted", self.first)
        self.finds("isn't as the last line of the journal left it", "--journalled")
        os.rename(self.path("trusted", self.first), self.path("blocked", self.first))
        found = self.verify("--journalled")
        self.assertIn(f"trusted/{self.first}: is gone", found)
        self.assertIn(f"blocked/{self.first}: no line of the journal made it", found)
        self.told()
        self.assertEqual("", self.verify("--journalled"))
        self.write(b"Name: a\nName: b\nAdded: today\n" + data, "blocked", self.first)
        self.told()
        found = self.verify("--journalled")
        self.assertIn("says Name twice", found)
        self.assertIn("no time: 'Added: today'", found)


class VerifyStore(Store):
    def test_sound(self):
        self.write("\n".join(journal("import", "trust", "undo")) + "\n", "journal")
        self.assertEqual(self.verify("--strict"), "")

    def test_dropped_in_files(self):
        der = self.der()
        os.rename(self.path("trusted", self.first), self.path("trusted", "web server.crt"))
        self.assertEqual(self.verify("--strict"), "")
        self.write(der, "trusted", "web server.crt")
        self.assertEqual(self.verify("--strict"), "")

    def test_version(self):
        self.write("certary-store 2\n", "certary.store")
        self.finds("certary.store: says")

    def test_no_folder(self):
        os.rmdir(self.path("blocked"))
        self.finds("blocked: no such folder")

    def test_same_certificate_twice(self):
        shutil.copy(self.path("trusted", self.first), self.path("blocked", self.first))
        self.finds(f"blocked/{self.first}: the same certificate as trusted/{self.first}")
        os.rename(self.path("blocked", self.first), self.path("trusted", "copy.pem"))
        self.finds("the same certificate as")

    def test_wrong_name(self):
        os.rename(self.path("trusted", self.first), self.path("trusted", "0" * 64 + ".pem"))
        self.finds("is named after another certificate")

    def test_two_certificates(self):
        other = sorted(os.listdir(self.path("untrusted")))[0]
        data = self.read("trusted", self.first) + self.read("untrusted", other)
        os.remove(self.path("untrusted", other))
        self.write(data, "trusted", self.first)
        self.finds("holds 2 PEM blocks")

    def test_truncated(self):
        self.write(self.read("trusted", self.first)[:-40], "trusted", self.first)
        self.finds("holds 1 PEM blocks")
        self.write(b"", "trusted", self.first)
        self.finds("holds 0 PEM blocks")

    def test_garbage_in_der(self):
        self.write(b"\x30\x03\x02\x01\x05", "trusted", "number.der")
        self.finds("trusted/number.der: openssl reads no certificate")
        self.write(self.der() + b"\0", "trusted", "number.der")
        self.finds("more or less than one certificate")

    def test_headers(self):
        data = self.read("trusted", self.first)
        self.write(b"no header\n" + data, "trusted", self.first)
        self.finds("not a 'Key: value' line")
        self.write(b"Name: \x1b[31mred\n" + data, "trusted", self.first)
        self.finds("control characters")
        self.write(data + b"more\n", "trusted", self.first)
        self.finds("something stands behind")

    def test_private_key(self):
        key = b"-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n"
        self.write(self.read("trusted", self.first) + key, "trusted", self.first)
        self.finds("a private key")

    def test_left_over(self):
        self.write("", "trusted", ".tmp-1")
        self.assertEqual(self.verify(), "")
        self.finds("trusted/.tmp-1: left over", "--strict")
        os.rename(self.path("trusted", ".tmp-1"), self.path("surprise"))
        self.finds("surprise: nobody knows this name", "--strict")

    def test_stranger(self):
        self.write("read me", "trusted", "README")
        self.finds("not the name of a certificate's file")
        os.remove(self.path("trusted", "README"))
        os.symlink("/etc/passwd", self.path("trusted", "link.pem"))
        self.finds("not a regular file")

    def test_journal(self):
        lines = journal("import", "trust", "block")
        whole = "\n".join(lines) + "\n"
        self.write(whole[:-1], "journal")
        self.finds("no newline at its end")
        self.write(whole.replace("trust", "untrust"), "journal")
        self.finds("line 3: prev is not the SHA-256")
        self.write(whole.replace('"why": null, ', "", 1), "journal")
        self.assertIn("line 1: no 'why'", self.verify())
        self.write("\n".join([lines[0], lines[2]]) + "\n", "journal")
        self.assertIn("line 2: seq is 3", self.verify())
        self.write(whole + "{broken\n", "journal")
        self.finds("line 4: not a JSON object")
        self.write(lines[0].replace("ann", "a\u202en") + "\n", "journal")
        self.finds("line 1: control characters")
        self.write(lines[0].replace('"who"', '"op": "x", "who"') + "\n", "journal")
        self.finds("line 1: a key stands twice")


class VerifyIdentities(Store):
    """A store with an identity, its request and something it issued, all made by openssl."""

    def setUp(self):
        super().setUp()
        for folder in ("identities", "issued", "discarded"):
            os.makedirs(self.path(folder), exist_ok=True)
        os.chmod(self.path("discarded"), 0o700)
        self.key, self.cert = self.make("a.example")
        request = self.openssl("req", "-new", "-key", "/dev/stdin", "-subj", "/CN=a", stdin=self.key)
        self.id = self.identity(self.key, self.cert)
        self.request = self.record("requests", request)
        self.issued = self.record("issued", self.make("b.example")[1])

    def openssl(self, *args, stdin=b""):
        return subprocess.run(["openssl", *args], input=stdin, capture_output=True, check=True).stdout

    def make(self, cn):
        key = self.openssl("genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256")
        return key, self.openssl("req", "-x509", "-key", "/dev/stdin", "-subj", "/CN=" + cn, stdin=key)

    def private(self, data, *names):
        self.write(data, *names)
        os.chmod(self.path(*names), 0o600)

    def identity(self, key, cert):
        spki = self.openssl("pkey", "-pubout", "-outform", "DER", stdin=key)
        name = hashlib.sha256(spki).hexdigest() + ".pem"
        self.private(key, "keys", name)
        self.write(b"Name: a\nSealed: no\n" + cert, "identities", name)
        return name

    def record(self, folder, pem):
        name = hashlib.sha256(base64.b64decode(pem.split(b"-----")[2])).hexdigest() + ".pem"
        self.write(b"Name: b\n" + pem, folder, name)
        return name

    def discard(self):
        for folder, name, what in (("keys", self.id, "key"), ("identities", self.id, "identity"),
                                   ("requests", self.request, "request")):
            os.rename(self.path(folder, name), self.path("discarded", f"{name}.{what}"))

    def test_sound_identities(self):
        self.assertEqual(self.verify("--strict"), "")
        self.write("Name: only a key\n", "identities", self.id)
        self.assertEqual(self.verify("--strict"), "")
        self.discard()
        self.assertEqual(self.verify("--strict"), "")

    def test_folders(self):
        for folder, mode, loose in (("keys", 0o700, 0o750), ("discarded", 0o700, 0o755),
                                    ("identities", 0o755, 0o775), ("issued", 0o755, 0o757)):
            os.chmod(self.path(folder), loose)
            self.finds(f"{folder}: has mode {loose:04o}, not {mode:04o}")
            os.chmod(self.path(folder), mode)

    def test_modes_of_keys(self):
        os.chmod(self.path("keys", self.id), 0o640)
        self.finds(f"keys/{self.id}: has mode 0640")
        self.discard()
        self.finds(f"discarded/{self.id}.key: has mode 0640")
        os.chmod(self.path("discarded", self.id + ".key"), 0o600)
        self.write("half", "keys", ".new-7")
        os.chmod(self.path("keys", ".new-7"), 0o644)
        self.finds("keys/.new-7: has mode 0644")

    def test_keys(self):
        self.private(self.cert, "keys", self.id)
        self.finds("no PKCS#8 key in PEM")
        self.private(self.make("c")[0], "keys", self.id)
        self.finds("is named after another key")
        self.private(b"-----BEGIN ENCRYPTED PRIVATE KEY-----\nAAAA\n-----END ENCRYPTED PRIVATE KEY-----\n",
                     "keys", self.id)
        self.assertEqual(self.verify(), "")

    def test_couples(self):
        os.rename(self.path("keys", self.id), self.store + "-kept")
        self.finds("a record without its key")
        os.rename(self.store + "-kept", self.path("keys", self.id))
        os.remove(self.path("requests", self.request))
        os.rename(self.path("identities", self.id), self.store + "-kept")
        self.finds("a key without its record")
        os.rename(self.store + "-kept", self.path("discarded", self.id + ".identity"))
        self.assertIn("a key without its record", self.verify())
        self.assertIn("is there and discarded at once", self.verify())

    def test_request_of_nobody(self):
        os.remove(self.path("identities", self.id))
        os.remove(self.path("keys", self.id))
        self.finds("no identity has its key")

    def test_records(self):
        for folder, name in (("identities", self.id), ("requests", self.request), ("issued", self.issued)):
            whole = self.read(folder, name)
            self.write(whole + self.key, folder, name)
            self.finds("a private key")
            self.write(b"no header\n" + whole, folder, name)
            self.finds("not a 'Key: value' line")
            self.write(whole.replace(b"CERTIFICATE", b"X509 CRL"), folder, name)
            self.finds("holds something else than")
            self.write(whole[:-40], folder, name)
            self.finds("holds something else than")
            self.write(whole, folder, name)
            os.rename(self.path(folder, name), self.path(folder, name + ".bak"))
            self.assertIn(f"{name}.bak: not the name of a record", self.verify())
            os.rename(self.path(folder, name + ".bak"), self.path(folder, name))
        self.write(self.read("issued", self.issued) * 2, "issued", self.issued)
        self.finds("holds 2 blocks")

    def test_other_content(self):
        other = self.make("c")[1]
        self.write(b"Name: a\n" + other, "identities", self.id)
        self.finds("is named after another")
        self.write(b"Name: a\n" + self.cert, "identities", self.id)
        self.write(other, "issued", self.issued)
        self.finds("is named after another")

    def test_key_in_the_journal(self):
        line = journal("delete")[0]
        for old in (self.key.decode(), self.key.hex()):
            self.write(line[:-1] + ', "old": ' + json.dumps(old) + "}\n", "journal")
            self.finds("journal: a private key")

    def test_strangers(self):
        self.write("read me", "discarded", "README")
        self.finds("not the name of something discarded")
        os.remove(self.path("discarded", "README"))
        os.symlink("/etc/passwd", self.path("keys", "link.pem"))
        self.finds("keys/link.pem: not a regular file")


if __name__ == "__main__":
    unittest.main()
