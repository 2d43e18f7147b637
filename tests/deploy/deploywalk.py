#!/usr/bin/env python3
"""Walk a deployment over four targets through every crash and every error of the disk.

	deploywalk.py [--every N] [--fault kill|ENOSPC|EIO|EACCES]...

As tests/store/crashwalk.py does it for the store: once undisturbed under strace, then once for each of
its system calls that change something, in the store or at the targets.  After the next start all
targets are wholly as before or all wholly as after it, modes included, and nothing is left beside them.
"""
import argparse
import concurrent.futures
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "support"))
sys.path.insert(0, os.path.join(HERE, "..", "store"))
import crashwalk
import outside

DRIVER = os.path.join(os.path.dirname(outside.GENCERTS), "..", "deploy", "drive-deploy")
FAULTS = ("kill", "ENOSPC", "EIO", "EACCES")

TARGETS = """targets = (
 {{ name = "bundle"; kind = "pem-bundle"; path = "{out}/bundle.pem"; }},
 {{ name = "hashed"; kind = "openssl-dir"; path = "{out}/hashed"; }},
 {{ name = "anchors"; kind = "p11-kit"; path = "{out}/root"; }},
 {{ name = "server"; kind = "server-pair"; path = "{out}/server/cert.pem"; key = "{out}/server/key.pem";
    identity = "{identity}"; }}{more}
);
"""
MORE = """,
 {{ name = "new"; kind = "openssl-dir"; path = "{out}/new"; }}"""


class Failure(Exception):
    pass


def drive(store, *words):
    return subprocess.run([DRIVER, store, *words], capture_output=True, text=True,
                          env=outside.environment(), timeout=60, check=False)


def look(folder):
    """What consumers see: contents and modes."""
    return outside.tree(os.path.join(folder, "out"))


def leftovers(folder):
    """What the next writer of the store sweeps away is its own affair."""
    found = [os.path.join(path, name) for path, folders, files in os.walk(os.path.join(folder, "out"))
             for name in folders + files if ".certary-" in name]
    return found + [name for name in os.listdir(os.path.join(folder, "store"))
                    if name in ("deploying", ".deploying-new")]


class Walk:
    """A store whose decisions have changed since its targets were fed: added, removed and kept are
    certificates of each, two of one subject, one that moves from a folder to the one beside it, and
    another key."""

    def __init__(self, folder):
        self.folder, self.missed = folder, []
        self.begin = os.path.join(folder, "begin")
        self.store = os.path.join(self.begin, "store")
        os.makedirs(os.path.join(self.begin, "out", "server"))
        os.makedirs(os.path.join(self.begin, "out", "root/etc/pki/ca-trust/source"))
        files = [self.twin(i) for i in range(2)] + outside.generate(os.path.join(folder, "made"), 5)
        crashwalk.must(self.store, "import", "--yes", *files[:5])
        for name in ("one", "two"):
            crashwalk.must(self.store, "generate", "--yes", "--plain", "--name", name, "--cn",
                           f"{name}.example", "--key", "ec256")
        self.secrets = [outside.read(os.path.join(self.store, "keys", name)).split(b"\n")[2]
                        for name in os.listdir(os.path.join(self.store, "keys"))]
        self.write_targets(self.begin, "one", "")
        done = drive(self.store, "deploy")
        if done.returncode != 0:
            raise Failure(done.stderr)
        names = [e["name"] for e in json.loads(crashwalk.must(self.store, "list", "--json"))
                 if e["state"] == "trusted"]
        crashwalk.must(self.store, "import", "--yes", files[5], files[6])
        crashwalk.must(self.store, "untrust", names[0])
        crashwalk.must(self.store, "block", names[-1])
        crashwalk.must(self.store, "rename", names[2], "another name")
        self.before = look(self.begin)
        folder = self.fresh()
        done, lines = self.trace(folder)
        if done.returncode != 0:
            raise Failure("fails undisturbed: " + done.stderr)
        self.calls = crashwalk.changing_calls(lines, folder)
        self.wide = [line for line in lines if re.search(r"openat\(.*key\.pem.*O_CREAT.*, 0[0-7]*[1-7][0-7]?\)", line)]
        self.after = look(folder)
        if self.before == self.after or leftovers(folder):
            raise Failure(f"changes nothing, or leaves {leftovers(folder)}")

    def twin(self, i):
        path = os.path.join(self.folder, f"twin{i}.pem")
        outside.openssl("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
                        "-keyout", "/dev/null", "-subj", "/CN=Twins", "-days", "999", "-out", path)
        return path

    def write_targets(self, folder, identity, more):
        out = os.path.join(folder, "out")
        outside.write(os.path.join(folder, "store", "endpoints"),
                      TARGETS.format(out=out, identity=identity, more=more.format(out=out)))

    def fresh(self):
        # Of one length, so that every run makes the same calls.
        folder = os.path.join(tempfile.mkdtemp(dir=self.folder), "tree")
        shutil.copytree(self.begin, folder, symlinks=True)
        self.write_targets(folder, "two", MORE)
        return folder

    def trace(self, folder, *options):
        """With a umask of nothing it is the program alone that keeps others out."""
        with tempfile.NamedTemporaryFile("r") as log:
            quiet = os.environ.get("ASAN_OPTIONS", "") + ":detect_leaks=0"
            done = subprocess.run(
                ["strace", "-y", "-qq", "-s", "0", "-o", log.name, "-e",
                 "trace=" + ",".join("?" + c for c in (*crashwalk.CALLS, "fchown", "fchownat")), *options,
                 "--", DRIVER, os.path.join(folder, "store"), "deploy"],
                capture_output=True, text=True, stdin=subprocess.DEVNULL, umask=0,
                env=outside.environment(ASAN_OPTIONS=quiet), timeout=60, check=False)
            return done, log.read().splitlines()

    def exposed(self, folder):
        """A secret in the record, in a receipt, or where others may read it."""
        for path, _, names in os.walk(folder):
            for name in names:
                full = os.path.join(path, name)
                if not any(secret in outside.read(full) for secret in self.secrets):
                    continue
                if os.stat(full).st_mode & 0o077:
                    return f"{full} is open to others"
                if os.path.basename(path) not in ("keys", "server"):
                    return f"{full} holds a key"
        return None

    def point(self, call, fault, *more):
        folder = self.fresh()
        what = "signal=KILL" if fault == "kill" else "error=" + fault
        options = ["-e", f"inject={call.name}:{what}:when={call.nth}"]
        for other in more:
            options += ["-e", f"inject={other.name}:signal=KILL:when={other.nth}"]
        done, lines = self.trace(folder, *options)
        try:
            # Who must be restarted is found among the processes of the moment, so that calls aren't
            # quite as many each time: what is hit may be another one, and what is left must be whole.
            if not any("(INJECTED)" in line or "killed by" in line for line in lines):
                self.missed.append(call.text)
            self.judge(folder, done, fault == "kill" or bool(more))
        except Failure as e:
            return f"{fault} at {call.text}: {e}"
        finally:
            shutil.rmtree(os.path.dirname(folder))
        return None

    def judge(self, folder, done, killed):
        store = os.path.join(folder, "store")
        exposed = self.exposed(folder)
        if exposed:
            raise Failure(exposed)
        if not killed:
            self.judge_answer(folder, done)
        start = drive(store, "recover")
        if start.returncode != 0:
            raise Failure(f"the next start: {start.stderr}")
        seen = look(folder)
        if seen not in (self.before, self.after):
            wrong = [path for path in {*seen, *self.before, *self.after}
                     if seen.get(path) not in (self.before.get(path), self.after.get(path))]
            raise Failure(f"neither old nor new: {wrong or 'some of each'}; {done.stdout}")
        if leftovers(folder):
            raise Failure(f"left: {leftovers(folder)}")
        problems = outside.verify(store)
        if problems:
            raise Failure("verify_store: " + problems)
        # And work goes on.
        again = drive(store, "deploy")
        if again.returncode != 0 or look(folder) != self.after:
            raise Failure(f"the next deployment: {again.stdout}{again.stderr}")

    def judge_answer(self, folder, done):
        """Who isn't killed must know what it did, and say so of each target."""
        undecided = "nothing is put back" in done.stderr
        wanted = self.after if undecided else {0: self.after, 1: self.before}.get(done.returncode)
        seen = {path: what for path, what in look(folder).items() if ".certary-" not in path}
        if wanted is None or seen != wanted:
            raise Failure(f"exit {done.returncode}, but the targets are otherwise: {done.stdout}{done.stderr}")
        said = re.findall(r"^\w+: (\w+), ", done.stdout, re.M)
        if done.returncode == 0 and said != ["done"] * 5:
            raise Failure(f"done, but says {said}")
        if undecided and said != ["stuck"] * 5:
            raise Failure(f"left to the next start, but says {said}")
        if done.returncode == 1 and not undecided and not set(said) <= {"back", "planned"}:
            raise Failure(f"put back, but says {said}")


def run(points, workers=2):
    """(points tried, complaints); points() makes them of a walk."""
    base = outside.MEMORY or tempfile.gettempdir()
    with tempfile.TemporaryDirectory(prefix="certary-walk-", dir=base) as folder, \
            concurrent.futures.ThreadPoolExecutor(workers) as pool:
        w = Walk(os.path.realpath(folder))
        if w.wide:
            return 0, w.wide
        chosen = points(w)
        complaints = [c for c in pool.map(lambda p: w.point(*p), chosen) if c]
        if len(w.missed) > len(chosen) // 4:
            complaints.append(f"{len(w.missed)} of {len(chosen)} points were not reached")
        return len(chosen), complaints


def walk(faults, every=1):
    return run(lambda w: [(call, fault) for call in w.calls for fault in faults][::every])


def walk_back(every=1):
    """An error late in the deployment, and a kill at each step of putting all back."""
    def points(w):
        last = [c for c in w.calls if c.name == "renameat" and "/out" in c.text][-1]
        folder = w.fresh()
        _, lines = w.trace(folder, "-e", f"inject={last.name}:error=EIO:when={last.nth}")
        calls = crashwalk.changing_calls(lines, folder)
        broken = [i for i, call in enumerate(calls) if "INJECTED" in call.text][0]
        # strace does one thing to each kind of call.
        return [(last, "EIO", call) for call in calls[broken + 1:] if call.name != last.name][::every]
    return run(points)


def walk_undecided():
    """The record says that all is done, and from then on nothing lasts any more; a kill at each later step."""
    def points(w):
        done = [i for i, c in enumerate(w.calls)
                if c.name == "renameat" and c.text.count("deploying") == 2][1]
        sync = [c for c in w.calls[done:] if c.name == "fsync"][0]
        sync = sync._replace(nth=f"{sync.nth}+")
        folder = w.fresh()
        _, lines = w.trace(folder, "-e", f"inject=fsync:error=EIO:when={sync.nth}")
        calls = crashwalk.changing_calls(lines, folder)
        broken = [i for i, call in enumerate(calls) if "INJECTED" in call.text][0]
        return [(sync, "EIO")] + [(sync, "EIO", c) for c in calls[broken + 1:] if c.name != "fsync"]
    return run(points)


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--every", type=int, default=1)
    options.add_argument("--fault", action="append", choices=FAULTS)
    args = options.parse_args()
    why = crashwalk.can_trace()
    if why:
        sys.exit("deploywalk: " + why)
    results = [walk(args.fault or FAULTS, args.every), walk_back(args.every), walk_undecided()]
    for _, complaints in results:
        print(*complaints, sep="\n")
    bad = sum(len(complaints) for _, complaints in results)
    print(f"{sum(tried for tried, _ in results)} points, {bad} complaints")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
