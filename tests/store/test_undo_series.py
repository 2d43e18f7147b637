"""A random series of changes, and all of it undone: the store holds what it held, byte for byte.

CERTARY_SERIES says how many changes (60 else), CERTARY_SEED which series.  What isn't undone is left
out: what was signed may be anywhere, what was purged of identities is gone, and the key of an identity
whose making is undone waits among the discarded.
"""
import json
import os
import random
import re
import shutil
import sys
import tempfile
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import commandwalk
import outside

LENGTH = int(os.environ.get("CERTARY_SERIES", "60"))
SEED = outside.seed()


class Series(unittest.TestCase):
    maxDiff = 3000

    def setUp(self):
        self.folder = tempfile.mkdtemp(prefix="certary-", dir=outside.MEMORY)
        self.addCleanup(shutil.rmtree, self.folder)
        os.mkdir(os.path.join(self.folder, "world"))
        self.world = commandwalk.World(os.path.join(self.folder, "world"))
        self.dice = random.Random(SEED)

    def words(self):
        """One change, of whatever may be there at the moment."""
        d = self.dice
        made = os.path.join(self.world.folder, "made")
        files = [os.path.join(made, name) for name in sorted(os.listdir(made)) if name.endswith(".pem")]
        names = sorted({name[:64] for state in outside.entries(self.world.store).values() for name in state})
        cert, other, who = d.choice(names), d.choice(names), d.choice(("server", "waiting", "signed", "ca"))
        number = d.randrange(10 ** 6)
        return d.choice((
            ["import", *d.sample(files, d.randrange(1, 4))], ["import", "--state", "blocked", d.choice(files)],
            ["trust", cert], ["trust", cert, "--for", "a.example:636", "--until", "2w"], ["untrust", cert],
            ["block", cert, other], ["delete", cert], ["restore", cert], ["purge", cert],
            ["rename", cert, f"name {number}"], ["note", cert, f"note {number}"], ["note", cert, ""],
            ["identity", "rename", who, f"{who} {number}"], ["identity", "note", who, f"note {number}"],
            ["identity", "delete", who], ["identity", "restore", who], ["identity", "restore", "gone"],
            ["identity", "attach", "waiting", self.world.words["answer"]],
            ["generate", "--plain", "--name", f"i{number}", "--cn", "i.example", "--key", "ec256"],
            ["ca", "revoke", "ca", "signed.example"], ["crl", "import", self.world.words["newer"]],
            ["crl", "remove", "Issuing"],
            ["endpoint", "add", "--name", f"e{number % 5}", f"h{number % 7}.example:443"],
            ["endpoint", "remove", f"e{number % 5}"], ["endpoint", "remove", "directory"],
            ["target", "add", "--name", f"t{number % 3}", "--kind", "pem-bundle", "--path", f"/tmp/none/{number}"],
            ["target", "remove", f"t{number % 3}"], ["target", "remove", "bundle"],
            ["runbook", "new", f"book {number % 3}"], ["runbook", "done", "book", "1"],
            ["runbook", "set", "book", "Partner", f"partner {number}"], ["runbook", "remove", f"book {number % 3}"],
            ["runbook", "remove", "book"], ["undo"], ["undo", str(self.last())]))

    def journal(self):
        return [json.loads(line) for line in outside.read(os.path.join(self.world.store, "journal")).splitlines()]

    def last(self):
        return self.journal()[-1]["seq"]

    def contents(self):
        return {path: what for path, what in outside.tree(self.world.store).items()
                if not commandwalk.hidden(path) and path != "journal" and what[1]}

    def test_all_undone(self):
        before, base = self.contents(), self.last()
        done = refused = 0
        while done < LENGTH:
            words = self.words()
            said = self.world.run(*words, "--yes", clock=f"2026-02-0{1 + done % 9}T00:00:00Z")
            self.assertIn(said.returncode, (0, 1, 3, 4), (words, said))
            refused += said.returncode != 0
            done += 1
        self.assertGreater(done - refused, LENGTH // 4)
        self.assertNotEqual(before, self.contents())
        undone = self.undo_all(base)
        after = {path: what for path, what in self.contents().items() if path in before or not path.startswith("discarded/")}
        self.assertEqual({}, {path: (before.get(path), after.get(path)) for path in {*before, *after}
                              if before.get(path) != after.get(path)})
        self.world.must("log", "--verify")
        self.world.must("doctor")
        self.assertEqual("", outside.verify(self.world.store, strict=True))
        if "CERTARY_SERIES" in os.environ:
            print(f"{done} commands, {refused} refused, {undone} undone, {self.last()} lines", flush=True)

    def undo_all(self, base):
        count = 0
        while True:
            said = self.world.must("undo", "--dry-run")
            which = int(re.search(r"change (\d+),", said)[1])
            if which <= base:
                return count
            self.world.must("undo", "--yes")
            count += 1


if __name__ == "__main__":
    unittest.main()
