"""Several operators at once, some killed: nothing acknowledged is lost, and no reader sees half a change.

CERTARY_OPERATIONS says how many changes are tried in all.
"""
import base64
import collections
import hashlib
import json
import os
import random
import subprocess
import sys
import threading
import time
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
import outside
from outside import Case, read

WRITERS, READERS = 8, 4
STEPS = max(2, int(os.environ.get("CERTARY_OPERATIONS", "400")) // WRITERS)
# Readers don't spin: a machine with few processors is to serve the writers as well.
PAUSE = 0.02


def replay(journal):
    """Which file holds what (SHA-256), from the journal alone."""
    files = {}
    for line in journal:
        old = files.pop(line["src"]) if line.get("src") else None
        if line.get("dst"):
            assert line["dst"] not in files, line
            files[line["dst"]] = line.get("new") or old
    return files


def views(journal):
    """What a list showed, as a set of (fingerprint, state), before the first and behind every change."""
    shown, found = {}, {frozenset()}
    for i, line in enumerate(journal):
        for place in (line.get("src"), line.get("dst")):
            state, _, file = (place or "").partition("/")
            if state in outside.STATES:
                shown.pop(file[:64], None)
        state, _, file = (line.get("dst") or "").partition("/")
        if state in outside.STATES and state != "trash":
            shown[file[:64]] = state
        if i + 1 == len(journal) or line["why"] is None or journal[i + 1]["why"] != line["why"]:
            found.add(frozenset(shown.items()))
    return found


class Operators(Case):
    def setUp(self):
        super().setUp()
        self.files = outside.generate(self.path("made"), 8 + WRITERS * 6)
        self.ok("import", *self.files[:8])
        # These change state and name, but are never deleted: every reader must see them all.
        self.always = {e["fingerprint"] for e in self.json("list")}
        self.done = threading.Event()
        self.complaints, self.acknowledged = [], {}
        self.outcomes = collections.Counter()
        self.seen = set()

    def start(self, *args):
        return subprocess.Popen([outside.PROGRAM, "--store", self.store, *args],
                                stdout=subprocess.PIPE,
                                stderr=subprocess.PIPE, stdin=subprocess.DEVNULL,
                                env=outside.environment())

    def choose(self, dice, mine):
        """The words of one random change."""
        which = dice.choice(sorted(self.always))
        own = dice.choice(mine)
        known = [done["seq"] for done in list(self.acknowledged.values()) if "seq" in done]
        return dice.choice([
            ["trust", which], ["untrust", which], ["block", which,
                                                   dice.choice(sorted(self.always))],
            ["rename", which, f"name {dice.random()}"], ["note", which, f"note {dice.random()}"],
            ["import", "--state", "untrusted", *own], ["delete", self.print_of(own[0])],
            ["restore", self.print_of(own[0])], ["purge", "--yes", self.print_of(own[0])],
            ["rename", self.print_of(own[0]), f"own {dice.random()}"],
            ["trust", which, "--for", "a.example:636", "--until", "2w"],
            ["endpoint", "add", "--name", f"e{dice.randrange(5)}", f"{dice.randrange(9)}.example:443"],
            ["runbook", "new", f"book {dice.randrange(10 ** 6)}"],
            ["undo", str(dice.choice(known))] if known else ["trust", which]])

    def print_of(self, file):
        pem = read(file).split(b"-----")[2]
        return hashlib.sha256(base64.b64decode(b"".join(pem.split()))).hexdigest()

    def write_much(self, number):
        dice = random.Random(number)
        first = 8 + number * 6
        mine = [self.files[first + i:first + i + 2] for i in (0, 2, 4)]
        for step in range(STEPS):
            tag = f"writer {number} step {step}"
            words = self.choose(dice, mine)
            process = self.start(*words, "--why", tag, "--json", "--yes")
            if dice.random() < 0.2:
                time.sleep(dice.random() * 0.01)
                process.kill()
            out, err = process.communicate(timeout=120)
            self.outcomes[words[0], process.returncode] += 1
            if process.returncode == 0:
                self.acknowledged[tag] = json.loads(out)
            elif process.returncode not in (-9, 1, 3, 4) or b"Sanitizer" in err:
                self.complaints.append((words, process.returncode, err))

    def read_much(self):
        while not self.done.is_set():
            process = self.start("list", "--json")
            out, err = process.communicate(timeout=120)
            if process.returncode != 0 or err:
                self.complaints.append(("reader", process.returncode, err))
                continue
            entries = json.loads(out)
            seen = [e["fingerprint"] for e in entries]
            self.seen.add(frozenset((e["fingerprint"], e["state"]) for e in entries))
            self.outcomes["reader", 0] += 1
            time.sleep(PAUSE)
            if len(seen) != len(set(seen)) or not self.always <= set(seen):
                self.complaints.append(("a reader sees", sorted(self.always - set(seen)),
                                        len(seen) - len(set(seen))))

    def test_at_once(self):
        readers = [threading.Thread(target=self.read_much) for _ in range(READERS)]
        writers = [threading.Thread(target=self.write_much, args=(n,)) for n in range(WRITERS)]
        for thread in readers + writers:
            thread.start()
        for thread in writers:
            thread.join()
        self.done.set()
        for thread in readers:
            thread.join()
        self.assertEqual([], self.complaints)
        self.assertGreater(self.outcomes["reader", 0], 5)
        self.assertGreater(len(self.acknowledged), STEPS)
        if "CERTARY_OPERATIONS" in os.environ:
            print(f"{WRITERS * STEPS} operations: {len(self.acknowledged)} acknowledged, "
                  f"{sum(n for (_, code), n in self.outcomes.items() if code == -9)} killed, "
                  f"{self.outcomes['reader', 0]} reads of {len(self.seen)} states", flush=True)
        self.run_program("note", sorted(self.always)[0], "the last word")
        self.judge()

    def judge(self):
        file = os.path.join(self.store, "journal")
        journal = [json.loads(line) for line in read(file).splitlines()]
        by_tag = collections.defaultdict(list)
        for line in journal:
            by_tag[line["why"]].append(line)
        for tag, done in self.acknowledged.items():
            rows = [(row["op"], row["cert"], row["name"], row["was"],
                     row["now"]) for row in done["plan"]]
            lines = [(line["op"], line["cert"], line["name"], line["was"],
                      line["now"]) for line in by_tag[tag]]
            self.assertEqual(rows, lines, tag)
            if rows:
                self.assertEqual(done["seq"], by_tag[tag][0]["seq"], tag)
        found = {}
        for folder in (*outside.STATES, "runbooks", "."):
            path = os.path.join(self.store, folder)
            for name in sorted(os.listdir(path)) if os.path.isdir(path) else ():
                if folder == "." and name != "endpoints" or name.startswith("."):
                    continue
                found[f"{folder}/{name}"] = hashlib.sha256(read(os.path.join(path, name))).hexdigest()
        self.assertEqual(replay(journal), found)
        halves = self.seen - views(journal)
        self.assertEqual([], [sorted(half)[:3] for half in halves], f"{len(halves)} of {len(self.seen)}")
        self.is_sound()


if __name__ == "__main__":
    unittest.main()
