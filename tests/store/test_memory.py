"""No memory: an allocation of a command finds none, each in turn, and the store is as before or as after.

Where the program itself asked, or a library that it stands on but GnuTLS, it ends with one clear line.
Some points of some commands, others with another CERTARY_SEED; CERTARY_WALK=all walks them all.
"""
import os
import re
import shutil
import subprocess
import sys
import tempfile
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import commandwalk
import outside
from commandwalk import Failure

HERE = os.path.dirname(os.path.abspath(__file__))
READERS = {"list": ["list", "--json"], "doctor": ["doctor"], "verify": ["log", "--verify"], "show": ["show", "{first}"]}
CHANGES = ("import", "trust-limited", "rename", "delete", "undo", "identity-rename", "identity-import", "crl-import",
           "endpoint-add", "runbook-set", "generate", "sign", "deploy-openssl-dir", "setup")
SHARE, PARTS = 149, 4  # of a part of the commands each so-many-th point
SEED = outside.seed()


def is_sanitized():
    return b"__asan_init" in outside.read(outside.PROGRAM)


class Memory(unittest.TestCase):
    maxDiff = None

    def setUp(self):
        compiler = shutil.which(os.environ.get("CC", "cc").split()[-1]) or shutil.which("cc")
        if is_sanitized():
            self.skipTest("a sanitizer brings its own malloc, before which nothing can be loaded")
        if not compiler:
            self.skipTest("no compiler to make the failing malloc with")
        self.folder = tempfile.mkdtemp(prefix="certary-", dir=outside.MEMORY)
        self.addCleanup(shutil.rmtree, self.folder)
        self.shim, self.note = (os.path.join(self.folder, name) for name in ("failing.so", "note"))
        built = subprocess.run([compiler, "-O1", "-shared", "-fPIC", "-o", self.shim,
                                os.path.join(HERE, "failing-malloc.c")], capture_output=True, text=True, check=False)
        if built.returncode != 0:
            self.skipTest("the failing malloc can't be made here: " + built.stderr[:200])
        os.mkdir(os.path.join(self.folder, "world"))
        self.world = commandwalk.World(os.path.join(self.folder, "world"))
        self.all = os.environ.get("CERTARY_WALK") == "all"
        self.every = 1 if self.all else SHARE
        self.tried = self.theirs = 0

    def run_short(self, words, **more):
        outside.write(self.note, "")
        done = self.world.run(*words, LD_PRELOAD=self.shim, FAIL_MALLOC_NOTE=self.note, **more)
        return done, outside.read(self.note).decode().split()

    def allocations(self, words):
        done, note = self.run_short(words)
        self.assertIn(done.returncode, (0, 4), done)
        return max(int(n) for n in note)

    def one_line(self, done, number):
        said = done.stderr.strip()
        if done.returncode not in (0, 1, 3, 4) or done.returncode and not re.fullmatch(r"certary: [^\n]+", said):
            raise Failure(f"allocation {number} of ours: exit {done.returncode}, says {said!r}; {done.stdout[-300:]}")

    def points(self, words):
        total = self.allocations(words)
        return range(1 + (SEED + len(words[0])) % self.every, total + 1, self.every)

    def walk(self, words, judge, before=lambda: None):
        complaints = []
        before()
        for number in self.points(words):
            before()
            done, note = self.run_short(words, FAIL_MALLOC=str(number))
            self.tried, self.theirs = self.tried + 1, self.theirs + ("theirs" in note)
            try:
                if "theirs" not in note:
                    self.one_line(done, number)
                judge(done, "theirs" in note)
            except Failure as e:
                complaints.append(f"{' '.join(words[:3])}, allocation {number} ({note}): {e}")
        if os.environ.get("CERTARY_WALK"):
            print(f"{words[0]}: {self.tried} points so far, {self.theirs} within GnuTLS", flush=True)
        return complaints

    def test_changes(self):
        complaints = []
        for command in CHANGES if self.all else CHANGES[SEED % PARTS::PARTS]:
            w = commandwalk.Walk(self.world, command)

            def judge(done, theirs, w=w):
                self.judge_store(w, done, theirs)
            complaints += self.walk(w.arguments, judge, lambda command=command: self.world.restore(command))
        self.assertEqual([], complaints)
        self.assertGreater(self.tried - self.theirs, 5)

    def judge_store(self, w, done, theirs):
        if os.path.exists(os.path.join(self.world.store, "deploying")):
            self.world.must("identity", "note", "--yes", "server" if w.command != "setup" else "d.example", "goes on")
        elif os.path.exists(os.path.join(self.world.store, "certary.store")):
            self.world.must("list")
        # What GnuTLS couldn't read for want of memory may be missing in what is taken from a file.
        if not theirs and done.returncode == 0 and w.seen() != w.after and "not tidied up" not in done.stdout:
            raise Failure(f"exit 0, but not done: {w.differences(w.seen())}")
        if not theirs and not w.is_whole(w.seen()):
            raise Failure(f"neither old nor new: {w.differences(w.seen())}")
        if os.path.exists(os.path.join(self.world.store, "certary.store")):
            self.world.must("log", "--verify")
            problems = outside.verify(self.world.store)
            if problems:
                raise Failure(problems)
            w.work_goes_on()

    def test_readers(self):
        self.world.restore("list")
        before = outside.tree(self.world.tree)
        complaints = []
        for words in list(READERS.values()) if self.all else list(READERS.values())[SEED % PARTS::PARTS]:
            complaints += self.walk([word.format(**self.world.words) for word in words], lambda done, theirs: None)
        self.assertEqual([], complaints)
        self.assertEqual(before, outside.tree(self.world.tree))


if __name__ == "__main__":
    unittest.main()
