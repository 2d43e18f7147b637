#!/usr/bin/env python3
"""Walk commands through every crash and every disk error.

	crashwalk.py [--every N] [--fault kill|ENOSPC|EIO|...]... [OPERATION...]

A command runs once undisturbed under strace, which numbers its system calls that change something
in the store; then once for each of them, on the same store again, and is killed just before the
call, or the call fails.  What is left must be wholly as before the command or wholly as after it,
byte for byte (the clock stands still), and sound in the eyes of certary and of verify_store.py.
At no instant may a private key stand where others could read it, whatever the umask.
"""
import argparse
import collections
import concurrent.futures
import os
import re
import shutil
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "support"))
import outside

CALLS = ("openat write pwrite64 writev ftruncate fallocate rename renameat renameat2 link linkat "
         "symlinkat unlink unlinkat mkdir mkdirat fchmod fchmodat chmod fsync fdatasync syncfs "
         "utimensat copy_file_range").split()
FAULTS = ("kill", "ENOSPC", "EIO", "EDQUOT", "EACCES", "EMFILE")

# Done to six certificates, one of them untrusted, one in the trash; the last change is a note.
OPERATIONS = {
    "import": ["import", "--yes", "{new0}"],
    "import-three": ["import", "--yes", "{new0}", "{new1}", "{new2}"],
    "trust": ["trust", "--yes", "{untrusted}"],
    "limit": ["trust", "--yes", "{untrusted}", "--for", "a.example:636", "--until", "2w"],
    "block-two": ["block", "{first}", "{untrusted}"],
    "rename": ["rename", "{first}", "another name"],
    "delete": ["delete", "{first}"],
    "restore": ["restore", "--yes", "{trash}"],
    "purge": ["purge", "--yes"],
    "undo": ["undo"],
    "undo-import": ["undo", "1"],
}

DRIVER = os.path.join(os.path.dirname(outside.GENCERTS), "..", "store", "drive-identity")

# Done by the driver to identities: "a" is the CA of something, "b" waits for an answer, "gone" is in
# the trash.  On the ground "few" nothing was issued or deleted yet, so that these make their folders.
IDENTITIES = {
    "identity-create": ("begin", ["create", "new", "{key3}", "cert", "{cert3}"]),
    "identity-ask-at-once": ("few", ["create", "new", "{key3}", "request", "{request3}"]),
    "identity-rename": ("many", ["call", "a", "another name"]),
    "identity-ask": ("many", ["ask", "a", "{request0}"]),
    "identity-answer": ("few", ["answer", "b", "{cert1}"]),
    "identity-discard": ("few", ["discard", "b"]),
    "identity-restore": ("many", ["restore", "gone"]),
    "identity-purge": ("many", ["purge", "gone"]),
    "identity-issue": ("few", ["issue", "a", "{cert3}"]),
    "identity-revoke": ("many", ["revoke", "a"]),
    "identity-undo-create": ("few", ["undo"]),
    "identity-undo-discard": ("many", ["undo"]),
    # The same by the program itself, where it writes the same bytes each time.
    "command-rename": ("many", ["identity", "rename", "--yes", "a", "another name"]),
    "command-delete": ("few", ["identity", "delete", "--yes", "b"]),
    "command-restore": ("many", ["identity", "restore", "--yes", "gone"]),
    "command-purge": ("many", ["identity", "purge", "--yes", "gone"]),
    "command-import": ("few", ["identity", "import", "--yes", "--plain", "{key3}", "{cert3}"]),
    "command-undo": ("few", ["undo"]),
}

Call = collections.namedtuple("Call", "name nth text")


class Failure(Exception):
    pass


def can_trace():
    """Why strace can't do its work here, or None."""
    try:
        done = subprocess.run(["strace", "-o", "/dev/null", "true"], capture_output=True, text=True,
                              check=False)
    except FileNotFoundError:
        return "strace is not installed (package strace)"
    return None if done.returncode == 0 else "strace can't trace here: " + done.stderr.strip()


def certary(store, *args):
    return subprocess.run([outside.PROGRAM, "--store", store, *args], capture_output=True,
                          text=True,
                          stdin=subprocess.DEVNULL, env=outside.environment(), timeout=60,
                          check=False)


def must(store, *args):
    done = certary(store, *args)
    if done.returncode != 0:
        said = done.stdout + done.stderr
        raise Failure(f"certary {' '.join(args)}: exit {done.returncode}: {said}")
    return done.stdout


class Ground:
    """A store to begin with, and the words that operations name its certificates by."""

    def __init__(self, folder):
        self.folder = folder
        self.begin = os.path.join(folder, "begin")
        files = outside.generate(os.path.join(folder, "made"), 9)
        must(self.begin, "import", "--yes", *files[:6])
        names = outside.entries(self.begin)["trusted"]
        self.words = {"first": names[0][:64], "untrusted": names[1][:64], "trash": names[2][:64],
                      "new0": files[6], "new1": files[7], "new2": files[8]}
        must(self.begin, "untrust", self.words["untrusted"])
        must(self.begin, "delete", self.words["trash"])
        must(self.begin, "note", self.words["first"], "noted")
        # Later changes stand in the way of taking back this one.
        self.imported = os.path.join(folder, "imported")
        must(self.imported, "import", "--yes", *files[:6])

    def arguments(self, operation):
        return [word.format(**self.words) for word in OPERATIONS[operation]]

    def start(self, operation):
        return self.imported if operation == "undo-import" else self.begin

    def program(self, _):
        return outside.PROGRAM


class IdentityGround(Ground):
    """The same with identities, whose keys and certificates openssl makes."""

    def __init__(self, folder):
        super().__init__(folder)
        self.secrets = []
        for i in range(4):
            self.make(i)
        self.few, self.many = (os.path.join(folder, name) for name in ("few", "many"))
        shutil.copytree(self.begin, self.few)
        self.drive(self.few, "create", "a", "{key0}", "cert", "{cert0}")
        self.drive(self.few, "create", "b", "{key1}", "request", "{request1}")
        shutil.copytree(self.few, self.many)
        self.drive(self.many, "create", "gone", "{key2}", "request", "{request2}")
        self.drive(self.many, "issue", "a", "{cert2}")
        self.drive(self.many, "discard", "gone")

    def make(self, i):
        key, cert, request = (os.path.join(self.folder, f"{what}{i}") for what in ("key", "cert", "request"))
        outside.openssl("genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256", "-out", key)
        outside.openssl("req", "-x509", "-key", key, "-subj", f"/CN={i}.example", "-out", cert)
        outside.openssl("req", "-new", "-key", key, "-subj", f"/CN={i}.example", "-out", request)
        self.words.update({f"key{i}": key, f"cert{i}": cert, f"request{i}": request})
        self.secrets.append(outside.read(key).split(b"\n")[2])

    def drive(self, store, *words):
        subprocess.run([DRIVER, "--store", store, *(word.format(**self.words) for word in words)],
                       env=outside.environment(), check=True)

    def arguments(self, operation):
        return [word.format(**self.words) for word in IDENTITIES[operation][1]]

    def start(self, operation):
        return getattr(self, IDENTITIES[operation][0])

    def program(self, operation):
        return outside.PROGRAM if operation.startswith("command-") else DRIVER


def contents(store):
    """What counts of a store: its certificates and its journal, byte for byte.  Folders that are
    made when they are needed may stay behind empty."""
    later = ("limited", "identities", "issued", "discarded")
    return {path: what for path, what in outside.tree(store).items()
            if not os.path.basename(path).startswith(".") and path not in later}


def exposed(store, secrets):
    """Where a key could be read by others, or stands where it never should; or None."""
    for folder, _, names in os.walk(store):
        for path in (os.path.join(folder, name) for name in names):
            data, where = outside.read(path), os.path.relpath(path, store)
            if not any(secret in data for secret in secrets):
                continue
            modes = [os.stat(p).st_mode & 0o7777 for p in (folder, path)]
            if os.path.basename(folder) not in ("keys", "discarded") or modes != [0o700, 0o600]:
                return f"{where} holds a key (modes {modes[0]:04o}, {modes[1]:04o})"
    return None


def wide(lines):
    """Calls that make something secret wider than it may be, however briefly."""
    for line in lines:
        mode = re.search(r", (0[0-7]+)\)", line)
        makes = re.match(r"mkdirat\(.*\"(keys|discarded)\"", line)
        opens = re.match(r"openat\([^,]*/(keys|discarded)>.*O_CREAT", line)
        if re.match(r"f?chmod(at)?\(", line) or mode and (
                makes and int(mode[1], 8) & 0o077 or opens and int(mode[1], 8) & 0o177):
            yield line


def trace(store, arguments, *options, program=outside.PROGRAM, umask=-1):
    """Run a command under strace; its exit status, what it said, and the lines of strace."""
    quiet = os.environ.get("ASAN_OPTIONS",
                           "") + ":detect_leaks=0"  # it traces, too, and there can be one
    with tempfile.NamedTemporaryFile("r") as log:
        done = subprocess.run(["strace", "-y", "-qq", "-s", "0", "-o", log.name,
                               "-e", "trace=" + ",".join("?" + c for c in CALLS), *options, "--",
                               program, "--store", store, *arguments],
                              capture_output=True, text=True, stdin=subprocess.DEVNULL, umask=umask,
                              env=outside.environment(ASAN_OPTIONS=quiet), timeout=60, check=False)
        return done, log.read().splitlines()


def changing_calls(lines, store):
    calls, nth = [], collections.Counter()
    for line in lines:
        called = re.match(r"([a-z0-9_]+)\((.*)", line)
        if not called:
            continue
        name, rest = called.groups()
        nth[name] += 1
        opens = name == "openat" and "O_CREAT" not in rest and "O_TRUNC" not in rest
        if store in rest and not opens and not rest.startswith(("1<", "2<")):
            calls.append(Call(name, nth[name], line))
    return calls


class Walk:
    """One operation on one ground."""

    def __init__(self, ground, operation):
        self.operation, self.folder = operation, ground.folder
        self.start, self.arguments = ground.start(operation), ground.arguments(operation)
        self.program, self.secrets = ground.program(operation), getattr(ground, "secrets", [])
        self.before = contents(self.start)
        store = self.fresh()
        done, lines = self.trace(store)
        if done.returncode != 0:
            raise Failure(f"{operation}: fails undisturbed: {done.stderr}")
        for line in wide(lines):
            raise Failure(f"{operation}: {line}")
        self.calls = changing_calls(lines, store)
        self.after = contents(store)
        if self.after == self.before or not self.calls:
            raise Failure(f"{operation}: changes nothing")
        shutil.rmtree(os.path.dirname(store))

    def trace(self, store, *options):
        # With a umask of nothing it is the program alone that keeps others out.
        return trace(store, self.arguments, *options, program=self.program,
                     umask=0 if self.secrets else -1)

    def fresh(self):
        # Of one length and shape, so that every run makes the same calls.
        folder = tempfile.mkdtemp(dir=self.folder)
        return shutil.copytree(self.start, os.path.join(folder, "store"), symlinks=True)

    def point(self, call, fault):
        """The complaint about one point, or None."""
        store = self.fresh()
        what = "signal=KILL" if fault == "kill" else "error=" + fault
        done, lines = self.trace(store, "-e", f"inject={call.name}:{what}:when={call.nth}")
        try:
            if fault != "kill" and not any("(INJECTED)" in line for line in lines):
                raise Failure("the call was not reached")
            if fault == "kill" and done.returncode not in (-9, 137):
                raise Failure(f"was not killed: exit {done.returncode}")
            self.judge(store, done, fault)
        except (Failure, AssertionError) as e:
            shutil.rmtree(os.path.dirname(store))
            return f"{self.operation}, {fault} at {call.text}: {e}"
        shutil.rmtree(os.path.dirname(store))
        return None

    def judge(self, store, done, fault):
        said = done.stderr.strip()
        self.judge_secrets(store)
        must(store, "--read-only", "list", "--json")
        must(store, "list")
        found = contents(store)
        if found not in (self.before, self.after):
            raise Failure(f"neither old nor new ({self.differences(found)}); {said}")
        if fault != "kill":
            self.judge_answer(done.returncode, said, found == self.after)
        self.judge_secrets(store)
        must(store, "log", "--verify")
        problems = outside.verify(store)
        if problems:
            raise Failure("verify_store: " + problems)
        self.work_goes_on(store)

    def judge_secrets(self, store):
        where = exposed(store, self.secrets)
        if where:
            raise Failure(where)

    def judge_answer(self, code, said, is_new):
        """A command that goes on must know what it did."""
        if code not in (0, 1):
            raise Failure(f"exit {code}: {said}")
        if (code == 0) != is_new and "half done" not in said:
            raise Failure(f"exit {code}, but the store is {'new' if is_new else 'old'}: {said}")
        if code and not re.fullmatch(r"certary: [^\n]+", said):
            raise Failure(f"says {said!r}")

    def work_goes_on(self, store):
        """The next change finds nothing in its way and leaves nothing behind."""
        left = [name for names in outside.entries(store).values() for name in names]
        if left:
            must(store, "note", sorted(left)[0][:64], "after the fault")
        must(store, "doctor")
        problems = outside.verify(store, strict=True)
        if problems:
            raise Failure("after the next change: " + problems)

    def differences(self, found):
        """The files that are not as after it, with what they are instead."""
        wrong = []
        for path in sorted({*found, *self.before, *self.after}):
            now, old, new = (c.get(path) for c in (found, self.before, self.after))
            if old != new:
                wrong.append(f"{path} is {'new' if now == new else 'old' if now == old else 'neither'}")
            elif now != old:
                wrong.append(f"{path} was changed")
        return ", ".join(wrong)


def walk(operations, faults, every=1, workers=2):
    """(points tried, complaints); of all points each every-th."""
    base = outside.MEMORY or tempfile.gettempdir()
    with tempfile.TemporaryDirectory(prefix="certary-walk-", dir=base) as folder, \
            concurrent.futures.ThreadPoolExecutor(workers) as pool:
        grounds = {}
        points = []
        for operation in operations:
            kind = IdentityGround if operation in IDENTITIES else Ground
            if kind not in grounds:
                grounds[kind] = kind(tempfile.mkdtemp(dir=os.path.realpath(folder)))
            w = Walk(grounds[kind], operation)
            points += [(w, call, fault) for call in w.calls for fault in faults]
        points = points[::every]
        complaints = [c for c in pool.map(lambda p: p[0].point(*p[1:]), points) if c]
    return len(points), complaints


def main():
    options = argparse.ArgumentParser(description=__doc__,
                                      formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--every", type=int, default=1)
    options.add_argument("--fault", action="append", choices=FAULTS)
    options.add_argument("operation", nargs="*", choices=[[], *OPERATIONS, *IDENTITIES], metavar="OPERATION")
    args = options.parse_args()
    why = can_trace()
    if why:
        sys.exit("crashwalk: " + why)
    tried, complaints = walk(args.operation or [*OPERATIONS, *IDENTITIES], args.fault or FAULTS, args.every)
    print(*complaints, sep="\n")
    print(f"{tried} points, {len(complaints)} complaints")
    return 1 if complaints else 0


if __name__ == "__main__":
    sys.exit(main())
