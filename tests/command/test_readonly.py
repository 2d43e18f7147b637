"""`--read-only` writes nothing: every command under strace, whatever it says and however it ends.

What counts is what the program asks the kernel for, and not what is different afterwards: a file that
is written and removed again, or a write that was refused, would show as well.
"""
import fcntl
import itertools
import os
import pty
import re
import select
import struct
import subprocess
import sys
import termios
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
import outside
from outside import Case, generate, need, tree

# By their first word or two; {cert} and the like are filled in.  A command without a row fails.
WORDS = {
    "list": [[], ["--json"]], "show": [["{cert}"], ["{file}"]], "compare": [["{cert}", "{other}"]],
    "match": [["{cert}", "{file}"]], "import": [["{file}"], ["--dry-run", "{folder}"]],
    "export": [["--output", "{dir}/out.pem", "{cert}"], ["--format", "jks", "{cert}"], ["own"]],
    "rename": [["{cert}", "new"], ["--dry-run", "{cert}", "new"]], "note": [["{cert}", "text"]],
    "delete": [["{cert}"]], "restore": [["{cert}"]], "purge": [["--yes", "{cert}"]],
    "trust": [["{cert}"], ["--dry-run", "{other}"]], "untrust": [["{cert}"]], "block": [["{cert}"]],
    "explain": [["{cert}"]], "impact": [["{cert}"], ["--unused"]], "crl list": [[]],
    "crl show": [["{cert}"]], "crl import": [["{file}"]], "crl remove": [["{cert}"]],
    "crl fetch": [["--all"], ["--dry-run", "--all"]],
    "generate": [["--cn", "x.example", "--yes", "--plain"]],
    "request": [["--cn", "x.example", "--yes", "--plain", "--key-out", "{dir}/k.pem"]],
    "sign": [["--ca", "own", "{file}"]], "identity list": [[]], "identity show": [["own"]],
    "identity import": [["{file}"]], "identity attach": [["own", "{file}"]],
    "identity rename": [["own", "other"]], "identity note": [["own", "text"]],
    "identity ticket": [["own", "T-1"]], "identity delete": [["own"]],
    "identity restore": [["own"]], "identity purge": [["--yes", "own"]], "ca issued": [["own"]],
    "ca revoke": [["own", "01"]], "ca crl": [["own"]], "exchange": [["own"], ["--dry-run", "own"]],
    "probe": [["127.0.0.1:1"]], "connect": [["127.0.0.1:1"]], "rehearse": [["--help"]],
    "endpoint add": [["127.0.0.1:2"]], "endpoint list": [[]], "endpoint remove": [["one"]],
    "endpoint history": [["one"]], "endpoint accept": [["one"]],
    "check": [[], ["--nagios"], ["--timeline"]], "services": [[], ["--json"]],
    "runbook list": [[]], "runbook show": [["book"]], "runbook new": [["x", "--template", "renewal"]],
    "runbook done": [["book", "1"]], "runbook reopen": [["book", "1"]], "runbook set": [["book", "a", "b"]],
    "runbook note": [["book", "1", "t"]], "runbook remove": [["book"]],
    "target add": [["--kind", "pem-bundle", "--path", "{dir}/b.pem", "--name", "b"]],
    "target list": [[]], "target show": [["bundle"], ["nss"], ["java"]], "target remove": [["bundle"]],
    "deploy": [["--dry-run"], ["--yes", "--reload"]], "parity": [["{dir}/none.json"]],
    "undo": [[], ["--dry-run"]], "log": [[], ["--verify"]], "doctor": [[], ["--mend"]],
    "setup": [["--print-answers"], ["--yes", "--root", "{dir}"]], "help": [[], ["list"]],
}

OPENS = re.compile(r"\b(?:open|openat|openat2|creat)\((?P<args>.*)\)\s+= ")
WRITING = re.compile(r"O_WRONLY|O_RDWR|O_CREAT|O_TRUNC|O_TMPFILE|O_APPEND|\bcreat\(")
# Always of what has a name.
CHANGES = ("rename renameat renameat2 link linkat symlink symlinkat unlink unlinkat mkdir mkdirat rmdir "
           "mknod mknodat chmod fchmod fchmodat fchmodat2 chown fchown lchown fchownat truncate "
           "utimensat utime utimes futimesat setxattr lsetxattr fsetxattr removexattr").split()
TRACED = ["open", "openat", "openat2", "creat", "ftruncate", "fallocate", *CHANGES]
# A database of NSS is read by its tool, which wants to write: it is given a copy in memory.
WORK = "/dev/shm/certary-work-"
DEVICE = re.compile(r'"/dev/(?:null|tty|pts/\d+|stdin|stdout|stderr)"')


def traces(test):
    """strace, which what runs the tests may forbid; or the test is skipped."""
    need(test, "strace", "strace")
    if subprocess.run(["strace", "-o", "/dev/null", "true"], stderr=subprocess.DEVNULL).returncode:
        test.skipTest("processes can't be traced here")


def writes(log):
    """The lines of strace that ask for a change of anything but a device or bare memory."""
    found = []
    with open(log, encoding="latin-1") as f:
        for line in f:
            opened = OPENS.search(line)
            if WORK in line or ".gcda" in line: # what `make cov` counts
                continue
            name = re.search(r"(?:^|\s)([a-z_0-9]+)\(", line)
            if opened and WRITING.search(line) and not DEVICE.search(line):
                found.append(line.strip())
            elif name and name[1] in CHANGES:
                found.append(line.strip())
            elif name and name[1] in ("ftruncate", "fallocate") and "/memfd:" not in line:
                found.append(line.strip())
    return found


class ReadOnly(Case):
    def setUp(self):
        super().setUp()
        traces(self)
        self.files = generate(self.path("made"), 6)
        self.ok("import", *self.files)
        self.ok("generate", "--cn", "own.example", "--ca", "--plain", "--yes", "--name", "own")
        self.ok("endpoint", "add", "--name", "one", "127.0.0.1:1")
        self.ok("runbook", "new", "book", "--template", "renewal")
        os.mkdir(self.path("nss"))
        for name, kind in (("bundle", "pem-bundle"), ("nss", "nss"), ("java", "java"),
                           ("hashed", "openssl-dir")):
            self.ok("target", "add", "--kind", kind, "--path", self.path(name), "--name", name)
        listed = self.json("list")
        self.names = {"cert": listed[0]["fingerprint"], "other": listed[1]["fingerprint"],
                      "file": self.files[0], "folder": self.path("made"), "dir": self.dir}
        os.mkdir(self.path("home"))

    def traced(self, *words):
        log = self.path("trace")
        asan = os.environ.get("ASAN_OPTIONS", "") + ":detect_leaks=0" # it traces the process itself
        argv = ["strace", "-f", "-y", "-qq", "-o", log, "-e", "trace=" + ",".join("?" + c for c in TRACED),
                outside.PROGRAM, "--store", self.store, "--read-only", *words]
        before = tree(self.dir)
        done = subprocess.run(argv, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE, cwd=self.path("home"), timeout=120, check=False,
                              env=outside.environment(HOME=self.path("home"), ASAN_OPTIONS=asan))
        found = writes(log)
        os.unlink(log)
        self.assertEqual(before, tree(self.dir), words)
        self.assertGreaterEqual(done.returncode, 0, words)
        self.assertNotIn(b"(certary help", done.stderr, "words that don't lead anywhere")
        return found

    def test_every_command(self):
        overview = self.ok("help").split("\nOptions")[0]
        commands = re.findall(r"^  ([a-z]+(?: [a-z]+)?)(?=  | [^a-z ])", overview, re.M)
        self.assertEqual(sorted(WORDS), sorted(commands))
        for command, lines in WORDS.items():
            for line in lines:
                words = [*command.split(), *(word.format(**self.names) for word in line)]
                with self.subTest(words=words):
                    self.assertEqual([], self.traced(*words))

    def test_console(self):
        """Its pages, one after the other; what it remembers from one run to the next stays as it was."""
        log = self.path("trace")
        before = tree(self.dir)
        env = outside.environment(HOME=self.path("home"), TERM="xterm-256color",
                                  ASAN_OPTIONS="detect_leaks=0")
        argv = ["strace", "-f", "-y", "-qq", "-o", log, "-e",
                "trace=" + ",".join("?" + c for c in TRACED),
                outside.PROGRAM, "--store", self.store, "--read-only"]
        pid, terminal = pty.fork()
        if pid == 0:
            fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
            os.execvpe("strace", argv, env)
        keys = itertools.chain([b"\r", b"\033", b"2", b"3", b"4", b"5", b"?", b"\033", b"1", b" ", b"t"],
                               itertools.cycle([b"\033", b"q", b"y"]))
        ended = False
        while not ended:
            if select.select([terminal], [], [], 0.3)[0]:
                try:
                    ended = not os.read(terminal, 65536)
                except OSError:
                    ended = True
            else:
                os.write(terminal, next(keys))
        self.assertEqual(0, os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
        os.close(terminal)
        found = writes(log)
        os.unlink(log)
        self.assertEqual([], found)
        self.assertEqual(before, tree(self.dir))

    def test_the_eyes_are_open(self):
        """The same look at a command that does write."""
        log = self.path("trace")
        subprocess.run(["strace", "-f", "-y", "-qq", "-o", log, outside.PROGRAM, "--store", self.store,
                        "rename", self.names["cert"], "new"], check=True, stdin=subprocess.DEVNULL,
                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                       env=outside.environment(ASAN_OPTIONS="detect_leaks=0"))
        self.assertTrue(any("rename" in line for line in writes(log)))
        self.assertTrue(any("O_CREAT" in line for line in writes(log)))


if __name__ == "__main__":
    unittest.main()
