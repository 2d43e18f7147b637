"""A part of crashwalk.py that every change can wait for; `crashwalk.py` alone walks all of it."""
import json
import os
import shutil
import sys
import tempfile
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import crashwalk
import outside


class Crash(unittest.TestCase):
    # Primes, so that the points of the three faults and of all operations are spread and differ.
    SHARES = {"kill": 2, "ENOSPC": 5, "EIO": 7}
    OPERATIONS = crashwalk.OPERATIONS

    def setUp(self):
        why = crashwalk.can_trace()
        if why and os.environ.get("CI"):
            self.fail(why)
        if why:
            self.skipTest(why)

    def walk(self, fault):
        tried, complaints = crashwalk.walk(self.OPERATIONS, [fault], self.SHARES[fault])
        self.assertEqual([], complaints)
        self.assertGreater(tried, 5)

    def test_kill(self):
        self.walk("kill")

    def test_no_space(self):
        self.walk("ENOSPC")

    def test_disk_error(self):
        self.walk("EIO")


class IdentityCrash(Crash):
    """The same for keys and what belongs to them, which a driver changes."""

    SHARES = {"kill": 3, "ENOSPC": 7, "EIO": 11}
    OPERATIONS = crashwalk.IDENTITIES

    def test_generated_keys_are_closed_from_the_start(self):
        folder = tempfile.mkdtemp(dir=outside.MEMORY)
        self.addCleanup(shutil.rmtree, folder)
        store = os.path.join(folder, "store")
        done, lines = crashwalk.trace(store, ["generate", "--yes", "--plain", "--cn", "a.example"], umask=0)
        self.assertEqual(0, done.returncode, done.stderr)
        self.assertTrue(any("/keys>" in line and "O_CREAT" in line for line in lines))
        self.assertEqual([], list(crashwalk.wide(lines)))
        self.assertIsNone(crashwalk.exposed(store, [b"PRIVATE KEY-----"]))

    def test_wide_modes_are_seen(self):
        store = "/store"
        for line in (f'openat(5<{store}/keys>, ".new-1", O_WRONLY|O_CREAT|O_EXCL, 0644) = 6',
                     f'mkdirat(3<{store}>, "discarded", 0755) = 0', 'fchmod(6<x>, 0600) = 0'):
            self.assertEqual([line], list(crashwalk.wide([line])))
        for line in (f'openat(5<{store}/keys>, ".new-1", O_WRONLY|O_CREAT|O_EXCL, 0600) = 6',
                     f'openat(5<{store}/issued>, ".new-1", O_WRONLY|O_CREAT|O_EXCL, 0644) = 6',
                     f'mkdirat(3<{store}>, "keys", 0700) = 0'):
            self.assertEqual([], list(crashwalk.wide([line])))


class GoingBack(unittest.TestCase):
    """An error, and then a kill while the change is taken back: no certificate may be lost."""

    def setUp(self):
        Crash.setUp(self)
        self.folder = tempfile.mkdtemp(dir=outside.MEMORY)
        self.addCleanup(shutil.rmtree, self.folder)
        ground = crashwalk.Ground(self.folder)
        self.begin, self.words = ground.begin, ground.words
        outside.openssl("x509", "-in", ground.words["new0"], "-outform", "DER", "-out",
                        os.path.join(self.begin, "trusted", "dropped.der"))

    def fresh(self):
        return shutil.copytree(self.begin, os.path.join(tempfile.mkdtemp(dir=self.folder), "store"))

    def certificates(self, store):
        return {e["fingerprint"] for state in outside.STATES
                for e in json.loads(crashwalk.must(store, "list", "--json", "--state", state))}

    def walk_back(self, words):
        arguments = [word.format(**self.words) for word in words]
        store = self.fresh()
        before = self.certificates(store)
        _, lines = crashwalk.trace(store, arguments)
        calls = crashwalk.changing_calls(lines, store)
        folders = [c for c in calls if c.name == "fsync" and ".lock>" not in c.text and "/journal>" not in c.text]
        after = self.certificates(store)
        error = f"inject=fsync:error=EIO:when={folders[-1].nth}"
        store = self.fresh()
        _, lines = crashwalk.trace(store, arguments, "-e", error)
        broken = [i for i, line in enumerate(lines) if "INJECTED" in line][0]
        back = crashwalk.changing_calls(lines[broken:], store)
        seen = crashwalk.changing_calls(lines, store)[-len(back):]
        for call in seen:
            if call.name == "fsync":
                continue
            store = self.fresh()
            crashwalk.trace(store, arguments, "-e", error, "-e",
                            f"inject={call.name}:signal=KILL:when={call.nth}")
            self.assertIn(self.certificates(store), (before, after), (words, call.text))
            crashwalk.must(store, "note", self.words["first"], "work goes on")
            crashwalk.must(store, "doctor")
            self.assertEqual("", outside.verify(store))

    def test_edit_of_a_dropped_file(self):
        self.walk_back(["rename", "dropped", "another name"])

    def test_edit_in_place(self):
        self.walk_back(["rename", "{first}", "another name"])

    def test_moves(self):
        self.walk_back(["block", "{first}", "{untrusted}"])

    def test_written_and_moved(self):
        self.walk_back(["trust", "--yes", "{untrusted}", "--for", "a.example:636"])

    def test_import(self):
        self.walk_back(["import", "--yes", "{new1}", "{new2}"])

    def test_purge(self):
        self.walk_back(["purge", "--yes"])


if __name__ == "__main__":
    unittest.main()
