"""Imports of many certificates: what is bad among them stops nothing, and memory stays small."""
import json
import os
import shutil
import subprocess
import sys
import tempfile
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
import outside
from outside import Case, openssl, read, write

BAD = b"-----BEGIN CERTIFICATE-----\nMIIBszCCAVmgAwIBAgIU!!!!\n-----END CERTIFICATE-----\n"
EMPTY = b"-----BEGIN CERTIFICATE-----\nMAA=\n-----END CERTIFICATE-----\n"
# Measured: 51 MB when everything was kept, 16 MB since it isn't.
MEMORY_MOST = 32 << 10


class Mixed(Case):
    @classmethod
    def setUpClass(cls):
        cls.made = tempfile.mkdtemp(prefix="certary-", dir=outside.MEMORY)
        cls.addClassCleanup(shutil.rmtree, cls.made, True)
        cls.files = outside.generate(cls.made, 3000)
        key = os.path.join(cls.made, "ed25519.key")
        openssl("genpkey", "-algorithm", "ed25519", "-out", key)
        cls.ed25519 = openssl("req", "-x509", "-new", "-key", key, "-subj", "/CN=Edwards",
                              "-days", "99")

    def bundle(self):
        """After every hundredth: a broken block, Ed25519 once more, nothing, the first again and itself again."""
        parts = []
        for i, file in enumerate(self.files):
            parts.append(read(file))
            if i % 100 == 50:
                parts += [BAD, self.ed25519, EMPTY, parts[0], parts[-1]]
        return write(self.path("mixed.pem"), b"".join(parts))

    def check(self, *options):
        done = self.run_program("import", "--json", "--yes", *options, self.bundle())
        self.assertEqual(4, done.code)
        said = json.loads(done.out)
        self.assertEqual((3001, 0, 29 + 30 + 30), (said["imported"], said["known"], said["repeated"]))
        self.assertEqual(60, len(said["problems"]))
        blocks = [int(p["where"].split(",")[0].split()[1]) for p in said["problems"]]
        self.assertEqual(sorted(blocks), blocks)
        self.assertEqual(3001, len(outside.entries(self.store)["trusted"]))
        self.assertEqual("", outside.verify(self.store))
        names = [e["name"] for e in json.loads(self.ok("list", "--json"))]
        self.assertIn("Edwards", names)
        self.assertEqual(len(names), len(set(names)))

    def test_within_limits(self):
        self.check()

    def test_without_limits(self):
        self.check("--no-limits")

    def test_once_more(self):
        path = self.bundle()
        self.run_program("import", "--yes", path)
        done = self.run_program("import", "--yes", path)
        self.assertIn(b"is known already", done.out)
        self.assertIn(b"known already 3001, refused 60", done.out)


class Memory(Case):
    def test_ten_thousand(self):
        if b"__asan_init" in read(outside.PROGRAM):
            self.skipTest("a sanitizer needs memory of its own")
        bundle = self.path("many.pem")
        outside.generate(self.path("made"), 10000, "-b", bundle)
        words = [outside.PROGRAM, "--store", self.store, "import", "--yes", "--no-limits", bundle]
        program = subprocess.Popen(words, stdout=subprocess.DEVNULL, env=outside.environment())
        # Of the program and of the job that it waited for, whichever took more.
        _, status, used = os.wait4(program.pid, 0)
        program.returncode = os.waitstatus_to_exitcode(status)
        self.assertEqual(0, program.returncode)
        self.assertEqual(10000, len(outside.entries(self.store)["trusted"]))
        self.assertLess(used.ru_maxrss, MEMORY_MOST)


if __name__ == "__main__":
    unittest.main()
