"""The verb: receipts, what is behind the store, undo, who else deploys, what a crash leaves."""
import fcntl
import hashlib
import json
import os
import re
import struct
import subprocess
import sys
import tempfile
import unittest

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "support"))
import outside

DRIVER = os.path.join(os.path.dirname(outside.GENCERTS), "..", "deploy", "drive-deploy")


class Verb(outside.Case):
    def setUp(self):
        super().setUp()
        self.files = outside.generate(self.path("made"), 4)
        self.ok("import", "--yes", *self.files[:3])
        self.names = [entry["name"] for entry in self.json("list")]
        os.mkdir(self.path("out"))
        self.targets('{ name = "bundle"; kind = "pem-bundle"; path = "%s/out/bundle.pem"; }',
                     '{ name = "hashed"; kind = "openssl-dir"; path = "%s/out/hashed"; }')

    def targets(self, *rows):
        rows = ",\n".join(row.replace("%s", self.dir) for row in rows)
        outside.write(os.path.join(self.store, "endpoints"), f"targets = ( {rows} );\n")

    def drive(self, *words, **more):
        return subprocess.run([DRIVER, self.store, *words], capture_output=True, text=True,
                              env=outside.environment(**more), timeout=60, check=False)

    def deploy(self, *names):
        done = self.drive("deploy", *names)
        self.assertEqual(0, done.returncode, done.stdout + done.stderr)

    def statuses(self):
        return dict(line.split(": ") for line in self.drive("status").stdout.splitlines())

    def receipts(self):
        folder = os.path.join(self.store, "deployed")
        found = [json.loads(outside.read(os.path.join(folder, name))) for name in os.listdir(folder)]
        return {receipt["target"]: receipt for receipt in found}

    def test_statuses(self):
        self.assertEqual({"bundle": "never", "hashed": "never"}, self.statuses())
        self.deploy()
        self.assertEqual({"bundle": "current", "hashed": "current"}, self.statuses())
        self.ok("rename", self.names[0], "another name")
        self.assertEqual({"bundle": "behind", "hashed": "behind"}, self.statuses())
        self.deploy("bundle")
        self.assertEqual({"bundle": "current", "hashed": "behind"}, self.statuses())
        self.deploy()
        outside.write(self.path("out/bundle.pem"), outside.read(self.path("out/bundle.pem")))
        self.assertEqual({"bundle": "changed", "hashed": "current"}, self.statuses())
        self.deploy()
        self.assertEqual({"bundle": "current", "hashed": "current"}, self.statuses())
        one = os.listdir(self.path("out/hashed"))[0]
        os.unlink(self.path("out/hashed", one))
        self.assertEqual({"bundle": "current", "hashed": "changed"}, self.statuses())

    def test_blocking_concerns_those_that_know_it(self):
        """One that was never trusted isn't in a bundle, blocked or not."""
        self.ok("import", "--yes", "--state", "untrusted", self.files[3])
        other = [e["name"] for e in self.json("list") if e["state"] == "untrusted"][0]
        self.deploy()
        self.ok("block", other)
        self.assertEqual({"bundle": "current", "hashed": "current"}, self.statuses())

    def test_receipts_and_journal(self):
        self.deploy()
        receipt = self.receipts()["hashed"]
        self.assertEqual(3, receipt["count"])
        self.assertEqual(3, receipt["read_back"])
        self.assertEqual(3, len(receipt["prints"]))
        before = outside.tree(self.dir)
        self.deploy()
        after = outside.tree(self.dir)
        before["store/.deploying"] = after["store/.deploying"] # who deployed last
        self.assertEqual(sorted(before), sorted(after))
        self.assertEqual([], [path for path in before if before[path] != after[path]],
                         "nothing to do, and something was written")
        self.is_sound()

    def test_undo_passes_over_it(self):
        self.ok("note", self.names[0], "noted")
        self.deploy()
        self.ok("undo", "--yes")
        self.assertFalse(self.json("show", self.names[0])["note"])
        self.is_sound()

    def test_somebody_else_deploys(self):
        self.deploy()
        self.ok("rename", self.names[0], "another name")
        with open(os.path.join(self.store, ".deploying"), "r+b") as held:
            # An open file description lock, as certary takes it.
            fcntl.fcntl(held, 37, struct.pack("hhqqi4x", fcntl.F_WRLCK, 0, 0, 0, 0))
            done = self.drive("deploy")
            self.assertEqual(1, done.returncode)
            self.assertIn("a deployment is under way by ", done.stderr)
            self.ok("note", self.names[1], "decisions are free meanwhile")
        self.deploy()

    def test_sealed_key(self):
        secret = outside.write(self.path("secret"), "a long passphrase\n")
        self.ok("generate", "--yes", "--name", "web", "--cn", "web.example", "--key", "ec256", "--password-file",
                secret)
        self.targets('{ name = "web"; kind = "server-pair"; identity = "web"; path = "%s/out/web.pem"; '
                     'key = "%s/out/web.key"; }')
        done = self.drive("deploy")
        self.assertEqual(5, done.returncode, done.stderr)
        self.assertIn("sealed", done.stderr)
        self.assertEqual([], os.listdir(self.path("out")))

    def pair(self):
        self.ok("generate", "--yes", "--plain", "--name", "web", "--cn", "web.example", "--key", "ec256")
        self.targets('{ name = "web"; kind = "server-pair"; identity = "web"; path = "%s/out/web.pem"; '
                     'key = "%s/out/web.key"; chain = "%s/out/chain.pem"; }')

    def test_pair_over_something_else(self):
        """Nothing of a file is kept that a key or a certificate replaces: it must be one."""
        self.pair()
        for name, there in (("web.pem", "precious: data\n"), ("web.key", b"\x7fELF\0\1"),
                            ("web.key", outside.read(self.files[0])), ("chain.pem", "precious: data\n")):
            path = outside.write(self.path("out", name), there)
            before = outside.read(path)
            done = self.drive("deploy")
            self.assertEqual(1, done.returncode, name)
            self.assertIn("is there and holds no ", done.stdout)
            self.assertEqual(before, outside.read(path))
            os.unlink(path)
        self.deploy()
        os.rename(self.path("out/web.key"), self.path("out/web.pem"))
        self.assertIn("holds a private key, which would be lost", self.drive("deploy").stdout)
        for name in ("web.pem", "web.key", "chain.pem"):
            outside.write(self.path("out", name), "\n")
        self.deploy()
        outside.openssl("pkey", "-in", self.path("out/web.key"), "-noout")

    LIST = "system.posix_acl_access"

    def give_list(self, path, named):
        """u::rw-, u:65534:NAMED, g::---, m::r--, o::---"""
        rows = ((1, 6, -1), (2, named, 65534), (4, 0, -1), (16, 4, -1), (32, 0, -1))
        value = struct.pack("<I", 2) + b"".join(struct.pack("<HHi", *row) for row in rows)
        try:
            os.setxattr(path, self.LIST, value)
        except OSError as e:
            self.skipTest(str(e))
        return value

    def renew(self):
        os.remove(self.path("out/web.pem"))
        outside.write(self.path("out/web.key"), outside.openssl("genpkey", "-algorithm", "ed25519"))

    def test_who_is_named_may_read_the_key(self):
        """The mode shows what those may who are named, not what the group may."""
        self.pair()
        self.deploy()
        key = self.path("out/web.key")
        value = self.give_list(key, 4)
        self.assertEqual(0o640, os.stat(key).st_mode & 0o777)
        self.renew()
        self.deploy()
        self.assertIn(b"PRIVATE", outside.read(key))
        self.assertEqual(0o640, os.stat(key).st_mode & 0o777)
        self.assertEqual(value, os.getxattr(key, self.LIST))

    def test_key_that_is_open_is_its_owners_alone(self):
        self.pair()
        self.deploy()
        key = self.path("out/web.key")
        self.give_list(key, 4)
        os.chmod(key, 0o644)
        self.renew()
        done = self.drive("deploy")
        self.assertEqual(0, done.returncode, done.stdout + done.stderr)
        self.assertEqual(0o600, os.stat(key).st_mode & 0o777)
        self.assertNotIn(self.LIST, os.listxattr(key))

    def test_list_of_the_folder_is_not_the_keys(self):
        self.pair()
        self.deploy()
        key = self.path("out/web.key")
        os.chmod(key, 0o640)
        rows = ((1, 7, -1), (2, 5, 65534), (4, 5, -1), (16, 7, -1), (32, 5, -1))
        value = struct.pack("<I", 2) + b"".join(struct.pack("<HHi", *row) for row in rows)
        os.setxattr(self.path("out"), "system.posix_acl_default", value)
        self.renew()
        self.deploy()
        self.assertEqual(0o640, os.stat(key).st_mode & 0o777)
        self.assertNotIn(self.LIST, os.listxattr(key))

    def test_looking_needs_no_passphrase(self):
        secret = outside.write(self.path("secret"), "a long passphrase\n")
        self.ok("generate", "--yes", "--name", "web", "--cn", "web.example", "--key", "ec256", "--password-file",
                secret)
        self.targets('{ name = "web"; kind = "server-pair"; identity = "web"; path = "%s/out/web.pem"; '
                     'key = "%s/out/web.key"; }', '{ name = "b"; kind = "pem-bundle"; path = "%s/out/b.pem"; }')
        for change in ("add", "keep"):
            before = outside.tree(self.dir)
            shown = self.json("target", "show", "web")
            plan = json.loads(self.ok("deploy", "--dry-run", "--json"))["targets"]
            self.assertEqual(before, outside.tree(self.dir))
            self.assertEqual(shown["plan"]["targets"][0], plan[0])
            self.assertEqual([1, change == "add"], [len(plan[0][change]), plan[0]["stale"]])
            self.assertIn("passphrase needed", plan[0]["warnings"][0])
            self.assertIn("passphrase needed", self.ok("target", "show", "web"))
            self.assertEqual(3, len(plan[1]["add"]))
            self.fails(5, "deploy", "--yes")
            identity = os.path.join(self.store, "identities")
            found = [os.path.join(at, n) for at, _, names in os.walk(identity) for n in names]
            certs = [f for f in found if b"BEGIN CERTIFICATE-" in outside.read(f)]
            block = re.search(b"-----BEGIN CERTIFICATE-.*END CERTIFICATE-----\n", outside.read(certs[0]), re.S)
            outside.write(self.path("out/web.pem"), block[0])

    def test_identity_that_is_gone(self):
        self.targets('{ name = "web"; kind = "server-pair"; identity = "nobody"; path = "%s/out/web.pem"; }',
                     '{ name = "bundle"; kind = "pem-bundle"; path = "%s/out/bundle.pem"; }')
        done = self.drive("deploy")
        self.assertEqual(1, done.returncode)
        self.assertIn("web: unavailable", done.stdout)
        self.assertEqual([], os.listdir(self.path("out")))

    def test_password_file(self):
        row = '{ name = "p"; kind = "file"; format = "pkcs12"; path = "%s/out/p.p12"; password_file = "%s/secret"; }'
        self.targets(row)
        done = self.drive("deploy")
        self.assertIn("p: unavailable", done.stdout)
        outside.write(self.path("secret"), "geheim\r\nsecond line\n")
        self.deploy()
        outside.openssl("pkcs12", "-in", self.path("out/p.p12"), "-nokeys", "-passin", "pass:geheim")
        outside.write(self.path("secret"), "another")
        done = self.drive("deploy")
        self.assertIn("doesn't open with this password", done.stdout)

    def leave_done(self):
        """As if a deployment that was complete had died before it was tidied up."""
        left = outside.write(self.path("out/.bundle.pem.certary-old"), "old")
        outside.write(os.path.join(self.store, "deploying"), json.dumps(
            {"deployment": 1, "phase": "done", "targets": [{"name": "bundle", "kind": "pem-bundle", "path": "/srv/bundle.pem"}],
             "files": [{"kind": "write", "path": self.path("out/bundle.pem"), "target": 0, "existed": True,
                        "hash": "0" * 64}]}))
        return left

    def test_every_change_mends(self):
        """Also what makes a store where there is none, and so opens it late; and the end of trust has come."""
        secret = outside.write(self.path("secret"), "a long passphrase\n")
        outside.openssl("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout",
                        self.path("own.key"), "-out", self.path("own.pem"), "-subj", "/CN=own", "-days", "3000")
        for words in (["import", "--yes", self.files[3]], ["import", "--yes", self.files[3]],
                      ["import", "--yes", self.path("out")],
                      ["generate", "--yes", "--name", "web", "--cn", "web.example", "--key", "ec256"],
                      ["request", "--yes", "--name", "req", "--cn", "req.example", "--key", "ec256",
                       "--password-file", secret],
                      ["identity", "import", "--yes", self.path("own.pem"), self.path("own.key")],
                      ["crl", "import", self.files[0]],
                      ["target", "add", "--kind", "pem-bundle", "--path", self.path("out/other.pem")],
                      ["deploy", "--yes", "hashed"]):
            self.ok("trust", "--yes", "--until", "2026-01-02", self.names[0])
            left = self.leave_done()
            late = {"env": {"CERTARY_TEST_CLOCK": "2026-01-03T00:00:00Z"}}
            if words[0] != "crl":
                before = outside.tree(self.dir)
                self.run_program(*words, "--dry-run", **late)
                self.run_program("--read-only", *words, **late)
                self.assertEqual(before, outside.tree(self.dir), words)
            done = self.run_program(*words, **late)
            self.assertIn(b"tidied up: bundle", done.err, words)
            self.assertIn(b"is untrusted again", done.err, words)
            self.assertFalse(os.path.exists(left), words)
            self.assertFalse(os.path.exists(os.path.join(self.store, "deploying")), words)
            self.assertEqual("untrusted", self.json("show", self.names[0])["state"], words)

    def test_interrupted_is_told(self):
        """A record that says all was done: what lies beside goes before the next change, with a word."""
        left = self.leave_done()
        self.ok("list")
        self.assertTrue(os.path.exists(left))
        done = self.run_program("note", self.names[0], "something")
        self.assertEqual(0, done.code)
        self.assertIn(b"it was complete, and is tidied up: bundle", done.err)
        self.assertFalse(os.path.exists(left))
        self.assertFalse(os.path.exists(os.path.join(self.store, "deploying")))

    def leave_record(self):
        """A record that takes away a file of somebody's, where it is believed."""
        precious = outside.write(self.path("precious"), "precious")
        record = os.path.join(self.store, "deploying")
        outside.write(record, json.dumps(
            {"deployment": 1, "phase": "going", "targets": [{"name": "bundle", "kind": "pem-bundle", "path": "/srv/bundle.pem"}],
             "files": [{"kind": "write", "path": self.path("precious"), "target": 0, "existed": True,
                        "hash": hashlib.sha256(b"precious").hexdigest()}]}))
        outside.write(self.path(".precious.certary-old"), "planted")
        os.chmod(record, 0o600)
        return precious, record

    def is_not_believed(self, precious):
        done = self.run_program("note", self.names[0], "something")
        self.assertEqual(0, done.code)
        self.assertIn(b"others than you may write it", done.err)
        self.assertEqual(b"precious", outside.read(precious))
        done = self.drive("deploy")
        self.assertEqual(1, done.returncode)
        self.assertIn("others than you may write it", done.stderr)
        self.assertEqual(b"precious", outside.read(precious))

    def test_record_that_others_may_write(self):
        precious, record = self.leave_record()
        os.chmod(record, 0o660)
        self.is_not_believed(precious)

    def test_record_that_others_may_put_there(self):
        precious, _ = self.leave_record()
        os.chmod(self.store, 0o777)
        self.is_not_believed(precious)

    @unittest.skipIf(os.geteuid() != 0, "gives files away")
    def test_record_of_somebody_else(self):
        precious, record = self.leave_record()
        os.chown(record, 65534, -1)
        self.is_not_believed(precious)
        os.chown(record, 0, -1)
        os.chown(self.store, 65534, -1)
        self.is_not_believed(precious)
        os.chown(self.store, 0, -1)
        done = self.run_program("note", self.names[0], "something else")
        self.assertIn(b"all is put back", done.err)

    def test_record_that_cannot_be_read(self):
        outside.write(os.path.join(self.store, "deploying"), "nonsense")
        done = self.run_program("note", self.names[0], "something")
        self.assertEqual(0, done.code, "a decision doesn't wait for it")
        self.assertIn(b"the record of a deployment", done.err)
        done = self.drive("deploy")
        self.assertEqual(1, done.returncode)
        self.assertFalse(os.path.exists(self.path("out/bundle.pem")))

    def test_what_a_killed_one_left_goes(self):
        left = tempfile.mkdtemp(prefix="certary-work-", dir="/dev/shm")
        self.ok("note", self.names[0], "something")
        self.assertFalse(os.path.exists(left))

    def test_no_targets(self):
        os.unlink(os.path.join(self.store, "endpoints"))
        done = self.drive("deploy")
        self.assertEqual(3, done.returncode)

    def test_name_that_no_target_has(self):
        done = self.drive("deploy", "bundle", "nothing")
        self.assertEqual(3, done.returncode)
        self.assertEqual([], os.listdir(self.path("out")))


if __name__ == "__main__":
    unittest.main()
