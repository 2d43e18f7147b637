"""What tests of the program from outside share: running it, a folder and a store for each."""
import collections
import json
import os
import re
import shutil
import stat
import subprocess
import sys
import tempfile
import unicodedata
import unittest

HERE = os.path.dirname(os.path.abspath(__file__))
TOP = os.path.dirname(os.path.dirname(HERE))
sys.path.insert(0, os.path.join(TOP, "tests/store"))
import verify_store

PROGRAM = os.environ.get("CERTARY_PROGRAM", os.path.join(TOP, "build/certary"))
GENCERTS = os.environ.get("CERTARY_GENCERTS", os.path.join(TOP, "build/tests/support/gencerts"))
STATES = ("trusted", "limited", "untrusted", "blocked", "trash")

# The present of gencerts, so that days and states of its certificates are known.
CLOCK = "2026-01-01T00:00:00Z"
# Thousands of fsyncs are tested here, and none of them by what the disk does.
MEMORY = "/dev/shm" if "TMPDIR" not in os.environ and os.access("/dev/shm", os.W_OK) else None
KEPT = ("PATH", "TMPDIR", "ASAN_OPTIONS", "UBSAN_OPTIONS", "LSAN_OPTIONS", "LLVM_PROFILE_FILE")

# How much longer a command may take than by itself: tools/run-valgrind says so.
PATIENCE = int(os.environ.get("CERTARY_PATIENCE", "1"))

SANITIZER = (b"AddressSanitizer", b"LeakSanitizer", b"runtime error:")

Done = collections.namedtuple("Done", "code out err")


def environment(**more):
    env = {name: os.environ[name] for name in KEPT if name in os.environ}
    env.update(LC_ALL="C.UTF-8", HOME="/nonexistent", CERTARY_TEST_CLOCK=CLOCK, TERM="dumb")
    env.update(more)
    return env


def unprofiled(err):
    """Without what `make cov` says where counters can't be written: as another user, or among failing calls."""
    mark, nothing = (b"^profiling:.*\n", b"") if isinstance(err, bytes) else (r"^profiling:.*\n", "")
    return re.sub(mark, nothing, err, flags=re.M)


def run(*args, stdin=b"", env=None, limit=60, cwd=None, stdout=subprocess.PIPE):
    """Run certary; what it wrote as bytes.  Every output is looked at: see rudeness()."""
    done = subprocess.run([PROGRAM, *args], input=stdin, stdout=stdout, stderr=subprocess.PIPE,
                          env=environment(**env or {}), timeout=limit * PATIENCE, cwd=cwd, check=False)
    done = Done(done.returncode, done.stdout or b"", unprofiled(done.stderr))
    if done.code < 0 or any(words in done.err for words in SANITIZER):
        said = done.err[-3000:].decode("latin-1")
        raise AssertionError(f"certary {args} ended with {done.code}: {said}")
    return done


def rudeness(written):
    """What in these bytes must never reach a terminal, in words; "" where nothing does."""
    try:
        text = written.decode("utf-8")
    except UnicodeDecodeError as e:
        return f"no UTF-8 at byte {e.start}: {written[max(0, e.start - 12):e.start + 12]!r}"
    marks = 0
    for i, c in enumerate(text):
        kind = unicodedata.category(c)
        marks = marks + 1 if kind in ("Mn", "Me") else 0
        if (kind in ("Cc", "Cf", "Cs", "Co", "Zl", "Zp") and c != "\n") or marks > 4:
            return f"U+{ord(c):04X} at {i}: {text[max(0, i - 20):i + 20]!r}"
    return ""


def tree(folder):
    """Everything below a folder that a change would change; the cache may come and go."""
    found = {}
    for path, folders, files in os.walk(folder):
        for name in folders + files:
            full = os.path.join(path, name)
            st = os.lstat(full)
            if name == ".index":
                continue
            content = b""
            if stat.S_ISREG(st.st_mode):
                with open(full, "rb") as f:
                    content = f.read()
            found[os.path.relpath(full, folder)] = (st.st_mode, content)
    return found


def entries(store):
    """The files of each state, by looking at the folders."""
    return {s: sorted(n for n in os.listdir(os.path.join(store, s)) if not n.startswith("."))
            for s in STATES if os.path.isdir(os.path.join(store, s))}


def generate(folder, n=6, *options):
    """n varied certificates by gencerts; their paths, number 0 a root, 1 a CA below it."""
    subprocess.run([GENCERTS, "-n", str(n), *options, folder], check=True)
    return sorted(os.path.join(folder,
                               name) for name in os.listdir(folder) if name.endswith(".pem"))


def openssl(*args, **more):
    return subprocess.run(["openssl", *args], capture_output=True, check=True, **more).stdout


def need(test, tool, package):
    """Skip a test whose partner is not installed; where a change is judged that is a failure."""
    if shutil.which(tool):
        return
    if os.environ.get("CI"):
        test.fail(f"{tool} is missing: install the package {package}")
    test.skipTest(f"{tool} is not installed (package {package})")


def seed():
    """Which part of a long walk is walked: always the same, so that a change fails for no reason but its own.

    CERTARY_SEED=N walks another one, CERTARY_SEED=any one by chance.
    """
    given = os.environ.get("CERTARY_SEED", "1")
    number = int.from_bytes(os.urandom(2), "big") if given == "any" else int(given)
    print(f"CERTARY_SEED={number} walks this part again", flush=True)
    return number


def read(path):
    with open(path, "rb") as f:
        return f.read()


def write(path, data):
    with open(path, "wb") as f:
        f.write(data if isinstance(data, bytes) else data.encode())
    return path


def verify(store, strict=False, journalled=False):
    """What tests/store/verify_store.py finds, which knows nothing of certary's code."""
    return "\n".join(verify_store.verify(store, strict, journalled))


class Case(unittest.TestCase):
    """A test with a folder of its own and in it, once something is imported, a store."""

    maxDiff = None

    def setUp(self):
        self.dir = tempfile.mkdtemp(prefix="certary-", dir=MEMORY)
        self.addCleanup(shutil.rmtree, self.dir, True)
        self.store = os.path.join(self.dir, "store")

    def path(self, *names):
        return os.path.join(self.dir, *names)

    def run_program(self, *args, **how):
        done = run("--store", self.store, *args, **how)
        for written in (done.out, done.err):
            if "--der" not in args:
                self.assertEqual("", rudeness(written), args)
        return done

    def ok(self, *args, **how):
        """It works and says nothing on standard error; what it printed."""
        done = self.run_program(*args, **how)
        self.assertEqual((0, ""), (done.code, done.err.decode()), args)
        return done.out if "--der" in args else done.out.decode()

    def json(self, *args, **how):
        return json.loads(self.ok(*args, "--json", **how))

    def fails(self, code, *args, **how):
        """It ends with this code, says so in one line and changes nothing; the line."""
        before = tree(self.dir)
        done = self.run_program(*args, **how)
        line = done.err.decode()
        self.assertEqual(code, done.code, (args, line))
        self.assertRegex(line, r"\Acertary: [^\n]+\n\Z", args)
        self.assertEqual(before, tree(self.dir), f"{args} changed something")
        return line

    def changes_nothing(self, *args, **how):
        before = tree(self.dir)
        out = self.ok(*args, **how)
        self.assertEqual(before, tree(self.dir), f"{args} changed something")
        return out

    def is_sound(self):
        self.assertEqual("", verify(self.store))
        self.ok("log", "--verify")
        self.ok("doctor")
