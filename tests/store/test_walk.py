"""A part of commandwalk.py that every change can wait for, and locks on file systems that have none.

CERTARY_WALK=all walks all of it, CERTARY_WALK=N each N-th point of all commands; else some points of some commands, others
with another CERTARY_SEED.
"""
import os
import re
import sys
import tempfile
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import commandwalk
import crashwalk
import outside

HOW_MANY = os.environ.get("CERTARY_WALK", "")
EVERY = 1 if HOW_MANY == "all" else int(HOW_MANY) if HOW_MANY.isdigit() else 0
SEED = outside.seed()


def share(parts):
    """Of all commands so many parts' one."""
    return list(commandwalk.COMMANDS)[SEED % parts::parts]


class Traced(unittest.TestCase):
    def setUp(self):
        why = crashwalk.can_trace()
        if why and os.environ.get("CI"):
            self.fail(why)
        if why:
            self.skipTest(why)


class Located(Traced):
    """In one world for all tests, which each puts back."""

    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory(prefix="certary-", dir=outside.MEMORY)
        cls.addClassCleanup(folder.cleanup)
        cls.world = None if crashwalk.can_trace() else commandwalk.World(folder.name)


class Commands(Traced):
    def judge(self, every, parts, least, **how):
        """Each so-many-th point, of all commands or of a part of them."""
        commands = list(commandwalk.COMMANDS) if EVERY else share(parts)
        tried, missed, complaints = commandwalk.walk(commands, every=EVERY or every, offset=SEED % 1000, **how)
        self.assertEqual([], complaints)
        self.assertGreaterEqual(tried, least)
        self.assertLessEqual(missed, tried // 4)

    def test_each_once(self):
        self.judge(53, 5, 5)

    def test_from_there_on(self):
        self.judge(61, 9, 2, faults=commandwalk.FAULTS[1:], sticky=True, workers=2 if EVERY else 1)


class PutBack(Located):
    """No file can be opened any more when a deployment goes back: the next command must know of it."""

    def walk_back(self, command, fault):
        w = commandwalk.Walk(self.world, command)
        last = [call for call in w.calls if call.name == "openat" and ".deploying-new" in call.text][-1]
        self.assertIsNone(w.point(last, fault, True))

    def test_what_cant_be_read_is_not_put_back(self):
        self.walk_back("deploy-pem-bundle", "EMFILE")

    def test_a_folder_goes_with_what_was_stuck_in_it(self):
        self.walk_back("deploy-p11-kit", "EACCES")

    def test_a_folder_just_made_goes_with_its_error(self):
        w = commandwalk.Walk(self.world, "deploy-p11-kit")
        for call in [call for call in w.calls if call.name == "fchmod"]:
            self.assertIsNone(w.point(call, "EIO", False), call.text)


class NoProcesses(Located):
    """Who is to start programs can't be made: then none are started, rather than without walls."""

    def test_no_runner_no_deployment(self):
        self.world.restore("")
        before = outside.tree(self.world.out)
        done = self.world.run("deploy", "--yes", "bundle", wrap=[
            "strace", "-qq", "-o", os.devnull, "-e", "trace=socketpair", "-e", "inject=socketpair:error=EMFILE:when=1", "--"])
        self.assertEqual((1, "certary: starting the process that runs other programs: Too many open files\n"),
                         (done.returncode, done.stderr))
        self.assertEqual(before, outside.tree(self.world.out))


class Locks(Located):
    """A folder of another machine may know no locks: then nothing is changed, and one line says why."""

    def locks(self, *words):
        """The ordinals of the calls of fcntl that lock."""
        _, lines = self.trace(words)
        calls = [line for line in lines if line.startswith("fcntl(")]
        return [i + 1 for i, line in enumerate(calls) if "F_OFD_SETLK" in line]

    def trace(self, words, *options):
        with tempfile.NamedTemporaryFile("r") as log:
            done = self.world.run(*words, wrap=["strace", "-qq", "-o", log.name, "-e", "trace=fcntl", *options, "--"])
            return done, log.read().splitlines()

    def refuses(self, words, name):
        self.world.restore("")
        places = self.locks(*words)
        self.assertTrue(places, words)
        for error in ("ENOLCK", "EOPNOTSUPP", "ENOSYS", "EINVAL"):
            self.world.restore("")
            before = {path: what for path, what in outside.tree(self.world.tree).items()
                      if os.path.basename(path) not in (".lock", ".deploying")}
            done, _ = self.trace(words, "-e", f"inject=fcntl:error={error}:when={places[0]}")
            self.assertEqual(1, done.returncode, (words, error, done))
            self.assertRegex(done.stderr, rf"\Acertary: [^\n]*{re.escape(name)}: can't be locked on this file system[^\n]*\n\Z")
            self.assertEqual(before, {path: what for path, what in outside.tree(self.world.tree).items()
                                      if os.path.basename(path) not in (".lock", ".deploying")})

    def test_no_locks_no_changes(self):
        self.refuses(["rename", self.world.words["first"], "another"], ".lock")
        self.refuses(["generate", "--yes", "--plain", "--name", "new", "--cn", "new.example"], ".lock")
        self.refuses(["endpoint", "add", "--yes", "b.example:443"], ".lock")

    def test_no_locks_no_deployments(self):
        self.refuses(["deploy", "--yes", "bundle"], ".deploying")

    def test_readers_need_none(self):
        self.world.restore("")
        for words in (["list"], ["show", self.world.words["first"]], ["log"], ["doctor"]):
            _, lines = self.trace(words)
            calls = [line for line in lines if line.startswith("fcntl(")]
            for place in [i + 1 for i, line in enumerate(calls) if "F_OFD" in line] or [len(calls) + 1]:
                done, _ = self.trace(words, "-e", f"inject=fcntl:error=ENOLCK:when={place}")
                self.assertEqual((0, ""), (done.returncode, done.stderr), words)


if __name__ == "__main__":
    unittest.main()
