"""A store in which one file is missing, or one byte is another: no reading command falls over it.

What can be told from the store alone, doctor or log --verify tells.  A part of all places, another one
with another CERTARY_SEED; CERTARY_WALK=all walks every file and every byte.
"""
import collections
import os
import re
import shutil
import sys
import tempfile
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import commandwalk
import outside

READERS = ("list --json", "list", "show {first} --json", "log", "log --json", "identity list --json", "identity show server",
           "ca issued ca --json", "crl list --json", "crl show Issuing", "endpoint list --json", "endpoint history local",
           "target list --json", "target show bundle", "runbook list --json", "runbook show book", "explain {company}/db.pem",
           "impact {first}", "export {first}", "undo --dry-run", "deploy --dry-run --json", "exchange --dry-run server")
# What is a cache, a lock, or the last observation of something; without them there is nothing amiss.
CACHES = (".lock", ".index", ".deploying")
# And what people edit by hand: another byte there may be meant.
THEIRS = ("endpoints", "runbooks", "reports")
SHARE = 1201  # bytes, of all of the store each so-many-th is flipped
FILES = 3     # each so-many-th of them is missing once
SEED = outside.seed()


class Damage(unittest.TestCase):
    maxDiff = None

    def setUp(self):
        self.folder = tempfile.mkdtemp(prefix="certary-", dir=outside.MEMORY)
        self.addCleanup(shutil.rmtree, self.folder)
        os.mkdir(os.path.join(self.folder, "world"))
        self.world = commandwalk.World(os.path.join(self.folder, "world"))
        self.files = sorted(os.path.relpath(os.path.join(path, name), self.world.store)
                            for path, _, names in os.walk(self.world.store) for name in names)
        self.all = os.environ.get("CERTARY_WALK") == "all"
        self.complaints, self.unseen, self.tried = [], collections.Counter(), 0

    def complain(self, where, words, done, why):
        self.complaints.append(f"{where}: certary {' '.join(words)}: {why}: exit {done.returncode}: {done.stderr[-300:]}")

    def read(self, where, words):
        done = self.world.run(*words)
        if done.returncode not in (0, 1, 3, 4) or "Sanitizer" in done.stderr or "runtime error" in done.stderr:
            self.complain(where, words, done, "fell over it")
        elif done.returncode in (1, 3) and not re.match(r"certary: [^\n]+\n", done.stderr):
            self.complain(where, words, done, "doesn't say why")
        elif outside.rudeness((done.stdout + done.stderr).encode()):
            self.complain(where, words, done, "rude")
        return done

    def judge(self, where, readers):
        """Reading first: nothing may be mended by it that isn't told."""
        self.tried += 1
        for line in readers:
            self.read(where, ["--read-only", *(word.format(**self.world.words) for word in line.split())])
        told = [self.read(where, ["--read-only", *words]) for words in (["doctor"], ["log", "--verify"])]
        return any(done.returncode for done in told) or "nothing is amiss" not in told[0].stdout

    def restore(self, name):
        """Only the file that was damaged."""
        shutil.copy2(os.path.join(self.world.kept, "store", name), os.path.join(self.world.store, name))

    def finish(self):
        if self.all:
            print(f"{self.tried} damages, unseen: {dict(self.unseen)}", flush=True)
        self.assertEqual([], self.complaints)

    def test_a_file_is_missing(self):
        every = 1 if self.all else 7
        for i, name in enumerate(self.files if self.all else self.files[SEED % FILES::FILES]):
            os.unlink(os.path.join(self.world.store, name))
            seen = self.judge(f"without {name}", READERS[(SEED + i) % every::every])
            self.restore(name)
            if not seen and name not in CACHES and not name.startswith("reports/"):
                self.unseen[name] += 1
        self.finish()
        self.assertEqual({}, dict(self.unseen))

    def test_a_byte_is_another(self):
        number, every, skip = SEED, 1 if self.all else SHARE, 0 if self.all else SEED % SHARE
        for name in self.files:
            data = outside.read(os.path.join(self.world.store, name))
            for at in range(skip, len(data), every):
                number += 1
                flipped = bytearray(data)
                flipped[at] ^= 1 << number % 8
                outside.write(os.path.join(self.world.store, name), bytes(flipped))
                readers = [READERS[number % len(READERS)]]
                seen = self.judge(f"{name}, byte {at}, bit {number % 8}", readers)
                self.restore(name)
                if not seen and not name.startswith((*CACHES, *THEIRS)):
                    self.unseen[f"{name}, byte {at}, bit {number % 8}"] += 1
            if not self.all:
                skip = (skip - len(data)) % SHARE
            else:
                print(f"{name}: {self.tried} damages so far, {len(self.complaints)} complaints", flush=True)
        self.finish()
        self.assertEqual({}, dict(self.unseen))


if __name__ == "__main__":
    unittest.main()
