"""A part of powerwalk.py that every change can wait for, another one with another CERTARY_SEED.

CERTARY_WALK=all walks through all power cuts and sizes at which writes begin and end, and looks at all commands.
"""
import os
import sys
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import commandwalk
import crashwalk
import outside
import powerwalk

ALL = os.environ.get("CERTARY_WALK") == "all"
SEED = outside.seed()


class Power(unittest.TestCase):
    def setUp(self):
        why = crashwalk.can_trace()
        if why and os.environ.get("CI"):
            self.fail(why)
        if why:
            self.skipTest(why)

    def walk(self, mode, parts, every, whole):
        commands = list(commandwalk.COMMANDS) if ALL else list(commandwalk.COMMANDS)[SEED % parts::parts]
        tried, complaints = powerwalk.walk(mode, commands, whole if ALL else every, SEED % every)
        self.assertEqual([], complaints)
        self.assertGreater(tried, 0)

    def test_syncs(self):
        self.walk("lint", 7, 1, 1)

    def test_files_that_may_not_grow(self):
        with open(outside.PROGRAM, "rb") as program:
            if b".gcda" in program.read():
                self.skipTest("what counts coverage writes files of its own, which may not grow either")
        self.walk("fsize", 11, 37, 1)

    def test_power_cuts(self):
        why = powerwalk.can_cut()
        if why:  # also where a change is judged: few machines allow it
            self.skipTest(why)
        self.walk("power", 11, 17, 1)


class Ledger(unittest.TestCase):
    """What lint would say of a program that takes less care."""

    def judge(self, words, *lines):
        ledger = powerwalk.Ledger()
        for line in lines:
            ledger.take(line)
        found = ledger.bad + ledger.rest()
        self.assertEqual([], found) if not words else self.assertTrue(any(words in line for line in found), found)

    def test_care(self):
        make = 'openat(5</store/a>, ".new-1", O_WRONLY|O_CREAT|O_EXCL|O_NOFOLLOW|O_CLOEXEC, 0644) = 6</store/a/.new-1>'
        write, sync = 'write(6</store/a/.new-1>, ""..., 9) = 9', "fsync(6</store/a/.new-1>) = 0"
        move, last = 'renameat(5</store/a>, ".new-1", 5</store/a>, "b.pem") = 0', "fsync(5</store/a>) = 0"
        self.judge("", make, write, sync, move, last)
        self.judge("", make, write, "syncfs(5</store/a>) = 0", move, last)
        self.judge("has another name before it lasts", make, write, move, sync, last)
        self.judge("isn't made to last", make, write, last)
        self.judge("its folder isn't made to last", make, write, sync, move)
        self.judge("its folder isn't made to last", 'mkdirat(5</store/a>, "c", 0755) = 0')
        self.judge("its folder isn't made to last", 'unlinkat(5</store/a>, "c", 0) = 0')
        self.judge("may open a file that was there", make.replace("O_EXCL|", "").replace(".new-1", "b.pem"), last)
        self.judge("follows links", make.replace("O_NOFOLLOW|", ""), last)
        self.judge("opens a key", make.replace("/store/a>", "/store/keys>"), "fsync(5</store/keys>) = 0")
        self.judge("empties a file", f'openat(5<{outside.TOP}>, "Makefile", O_WRONLY|O_TRUNC|O_NOFOLLOW) = 6<x>')


if __name__ == "__main__":
    unittest.main()
