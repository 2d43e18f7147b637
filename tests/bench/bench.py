#!/usr/bin/env python3
"""Print how quick certary is beside other tools, and beside what it is meant to reach.

  bench.py [--json FILE] PROGRAM GENCERTS FOLDER

rows.py is the table.  From the environment: N, certificates (100000); ROWS, which rows (1,6,7);
QUICK=1, small figures of everything in a minute, which tries the bench and says nothing about
certary; FRESH=1, measure again what is kept from earlier runs.

Machines are noisy and differ: compare ratios, not milliseconds.
"""
import argparse
import functools
import os
import re
import shutil
import subprocess
import sys
import time

import corpus
import machine
import report
from figures import Missing
from named import NAMED
from peers import Peers
from rows import ROWS
from terminal import Terminal

HERE = os.path.dirname(os.path.abspath(__file__))
PACKAGES = os.path.join(HERE, "../../tools/packages")


class Bench:
    """What measurements share: sizes, corpora, places."""

    def __init__(self, program, gencerts, folder):
        self.program, self.gencerts, self.folder = program, gencerts, folder
        self.quick = os.environ.get("QUICK", "0") not in ("", "0")
        self.count = int(os.environ.get("N") or (2000 if self.quick else 100000))
        self.peer_count = min(self.count, 100000)
        self.runs, self.few_runs = (2, 1) if self.quick else (5, 3)
        self.keys, self.idle_seconds = (40, 2) if self.quick else (200, 10)
        self.has_index = None  # does this build of certary write one?  The smallest store shows it
        self.sizes = {"small": 150, "all": self.count, "peer": self.peer_count,
                      "tenth": 100000 if self.count >= 1000000 else self.count // 10}
        # Silence, in ms, that ends the answer to a search: a finder may work without a word.
        self.search_quiet = 80 if self.count <= 100000 else 1000
        os.makedirs(folder, exist_ok=True)
        self.peers = Peers(PACKAGES, os.path.join(folder, "peers.json"),
                           os.environ.get("FRESH") == "1")

    def sized(self, words):
        """Words with the sizes in them: "{all} files"."""
        return words.format(lines=f"{10 * self.peer_count:_}".replace("_", " "),
                            **{name: f"{n:_}".replace("_", " ") for name, n in self.sizes.items()})

    @functools.cache
    def corpus(self, which):
        """Of a size, with a valid index."""
        made = corpus.Corpus(self.folder, self.gencerts, self.sizes[which])
        made.reset()
        self.have_index(made.store)
        return made

    def restore(self, which):
        """A corpus as it was before an import, and its index after that."""
        self.corpus(which).reset()
        self.have_index(self.corpus(which).store)

    def have_index(self, store):
        """Let certary open a store, so that it builds its index; a list may do, or the console."""
        subprocess.run([self.program, "--store", store, "list"], stdout=subprocess.DEVNULL,
                       check=True)
        if self.has_index is not False:
            self.has_index = self._wait_for_index(store, 2 if self.has_index is None else 60)

    def _wait_for_index(self, store, patience):
        index = os.path.join(store, ".index")
        if os.path.exists(index):
            return True
        with Terminal([self.program, "--config", self.no_settings(), "--store", store]) as terminal:
            limit = time.perf_counter() + patience
            while not os.path.exists(index) and time.perf_counter() < limit:
                terminal.read(20)
        return os.path.exists(index)

    def index_of(self, which):
        return os.path.join(self.corpus(which).store, ".index")

    @functools.cache
    def newcomers(self):
        """Certificates that no corpus holds."""
        return self._folder("newcomers", 40, "-k", "-s", "7")

    @functools.cache
    def leaf(self):
        """A valid one that the authorities of every corpus signed; only its dates are others."""
        for path in self._folder("renewed", 60, "-k")[2:]:
            argv = ["openssl", "verify", "-CAfile", self.corpus("small").bundle, path]
            done = subprocess.run(argv, capture_output=True, check=False)
            if done.returncode == 0:
                return path
        raise Missing("no valid certificate among the renewed")

    def _folder(self, name, count, *options):
        folder = os.path.join(self.folder, name)
        if not os.path.isdir(folder):
            corpus.generate(self.gencerts, count, folder, *options)
        return sorted(os.path.join(folder, file) for file in os.listdir(folder))

    def scratch(self, name):
        """A path below the folder with nothing there."""
        path = os.path.join(self.folder, name)
        shutil.rmtree(path, ignore_errors=True)
        return path

    def home(self):
        """Programs that remember things do so here."""
        path = os.path.join(self.folder, "home")
        os.makedirs(path, exist_ok=True)
        return path

    def no_settings(self):
        """A file of settings that says nothing: this machine's own don't count."""
        path = os.path.join(self.folder, "certary.conf")
        with open(path, "a", encoding="utf-8"):
            return path

    @functools.cached_property
    def commands(self):
        done = subprocess.run([self.program, "help"], capture_output=True, text=True, check=True)
        return set(re.findall(r"^  ([a-z]+)\b", done.stdout, re.M))


def tool_of(of):
    given = NAMED.get(of.name)
    return given.tool if given else ""


def wanted():
    picked = [int(word) for word in re.findall(r"\d+", os.environ.get("ROWS", ""))]
    return [row for row in ROWS if not picked or row.group in picked]


def measure(bench, rows):
    """{(how, name): figures, or the Missing that says why not}"""
    wishes, found = {}, {}
    for of in (of for row in rows for of in (row.ours, row.peer) if of):
        if reason := bench.peers.missing(tool_of(of)):
            found[of.how, of.name] = Missing(reason)
        elif of.name not in wishes.setdefault(of.how, []):
            wishes[of.how].append(of.name)
    for which in bench.sizes:
        bench.corpus(which)
    for how, names in wishes.items():
        print(f"{how.__name__}: {', '.join(names)} …", file=sys.stderr)
        machine.wait_for_quiet_disk()
        try:
            found.update({(how, name): figures for name, figures in how(bench, names).items()})
        except Missing as e:
            found.update({(how, name): e for name in names})
    return found


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--json", metavar="FILE")
    for name in ("program", "gencerts", "folder"):
        parser.add_argument(name, type=os.path.abspath)
    given = parser.parse_args()
    bench = Bench(given.program, given.gencerts, given.folder)
    rows = wanted()
    report.write(bench, rows, measure(bench, rows), given.json)


if __name__ == "__main__":
    main()
