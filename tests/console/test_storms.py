"""A terminal that changes, stops and vanishes, at any moment and wherever somebody is: it is given back
as it was, nothing of the store is lost, the lock is free, and nothing is left running.

CERTARY_SEED=N raises others; STORMS_LONG=1 goes through more of them.
"""
import fcntl
import os
import random
import re
import shutil
import signal
import socket
import struct
import sys
import termios
import time
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
import outside
from terminal import PATIENCE, Terminal, left_behind, rude

SEED = outside.seed()
LONG = bool(os.environ.get("STORMS_LONG"))
ESC, ENTER, TAB, F10 = "\033", "\r", "\t", "\033[21~"
CLOCK = {"CERTARY_TEST_CLOCK": "2026-01-15T12:00:00Z"}

# Where somebody may be: pages, dialogs, a line or a form that is being filled in, menus.
PLACES = {
    "certificates": [], "certificate": [ENTER], "search": ["/", "exam"], "filter": ["f"], "sort": ["s"],
    "question": ["b"], "name": ["e", "x"], "why": ["w"], "import": ["i"], "path": ["i", "o", "x"],
    "compare": [" ", " ", "="], "columns": ["C"], "identities": ["2"], "identity": ["2", ENTER],
    "form": ["2", "c", "s", "a.example"], "endpoints": ["3"], "new endpoint": ["3", "c", "x"],
    "targets": ["4"], "new target": ["4", "c", "x"], "journal": ["5"], "line": ["5", ENTER],
    "runbooks": ["2", "B"], "help": ["?"], "command": [":", "lis"], "output": [":", "log" + ENTER],
    "themes": ["T"], "messages": ["!"], "export": ["x"], "probe": ["p", "127.0.0.1"], "limits": ["L"],
}
KEYS = ["j", "k", "G", "g", TAB, "\033[Z", ENTER, ESC, "\033[5~", "\033[6~", " ", "?", "/", "x", "y", "n", "1",
        "2", "3", "4", "5", "C", "|", ">", "<", "[", "]", ":", "\033OA", "\033OB", "\033OC", "\033OD", "\014", "e",
        "i", "T", "!", "\033[<0;3;4M", "\033[<64;3;4M", "\033[200~pasted\033[201~"]


class Storms(outside.Case):
    def setUp(self):
        super().setUp()
        data = os.path.join(outside.TOP, "tests/data")
        shutil.copytree(os.path.join(data, "desk"), self.store)
        shutil.copytree(os.path.join(data, "identities"), self.store, dirs_exist_ok=True)
        os.unlink(self.path("store", "app.csr"))
        for name in ("keys", "requests"):
            os.makedirs(self.path("store", name), 0o700, exist_ok=True)
            os.chmod(self.path("store", name), 0o700)
        for name in os.listdir(self.path("store", "keys")):
            os.chmod(self.path("store", "keys", name), 0o600)
        os.mkdir(self.path("work"))

    def console(self, *options, rows=24, cols=80, control=True, before=(), **env):
        terminal = Terminal(*before, outside.PROGRAM, "--store", self.store, *options, rows=rows, cols=cols,
                            cwd=self.path("work"), control=control,
                            env={**CLOCK, "HOME": self.dir, "TMPDIR": self.dir, "ESCDELAY": "1", **env})
        self.addCleanup(terminal.close)
        terminal.sync()
        return terminal

    def is_sound(self):
        """Whoever comes next gets the lock at once, and finds nothing amiss."""
        with open(self.path("store", ".lock"), "ab") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        self.assertEqual("", outside.verify(self.store))
        for words in (["log", "--verify"], ["doctor"], ["list"]):
            done = outside.run("--store", self.store, *words, env=CLOCK)
            self.assertEqual((0, b""), (done.code, done.err), words)

    # --- sizes ---

    def test_sizes(self):
        """While keys are typed, in every place: it answers, paints only what it may, and shrinks and grows."""
        for place, keys in PLACES.items():
            for turn in range(6 if LONG else 1):
                with self.subTest(place, seed=SEED + turn):
                    self.storm(random.Random(f"{SEED + turn} {place}"), keys)

    def storm(self, chance, keys):
        terminal = self.console("--read-only")
        terminal.press(*keys)
        for _ in range(200 if LONG else 25):
            size = chance.choice([(1, 1), (1, 300), (100, 1), (2, 2), (12, 40), (24, 80), None, None])
            terminal.size(*size or (chance.randint(1, 100), chance.randint(1, 300)))
            for key in chance.choices(KEYS, k=chance.randrange(4)):
                terminal.send(key)
            if chance.random() < 0.3:
                terminal.take(0)
        terminal.drain()
        terminal.size(24, 80)
        terminal.screen()
        terminal.press(ESC, ESC, "n", ESC)
        self.assertEqual("", rude(terminal.raw, terminal.term, clipboard=True))
        terminal.process.terminate()
        self.ended(terminal, 0)

    # --- stops ---

    def test_stops(self):
        """Stopped and brought back, at another size, wherever somebody is: as it was found, and painted anew."""
        for place, keys in PLACES.items():
            with self.subTest(place, seed=SEED):
                self.stops(random.Random(f"{SEED} {place}"), keys)
        self.is_sound()

    def stops(self, chance, keys):
        terminal = self.console(before=[sys.executable, os.path.join(outside.TOP, "tests/support/jobs.py")])
        terminal.press(*keys)
        console = int(outside.read(f"/proc/{terminal.pid}/task/{terminal.pid}/children").split()[0])
        for turn in range(1, 20 if LONG else 4):
            for key in chance.choices(KEYS, k=chance.randrange(3)):
                terminal.send(key)
            how = chance.choice([signal.SIGTSTP, signal.SIGTSTP, signal.SIGSTOP])
            os.kill(console, how)
            said = rb"\x1b\]7778;stopped %d (\w+)\a" % turn
            terminal.until(lambda said=said: re.search(said, terminal.raw), "not stopped")
            if how == signal.SIGTSTP:
                self.assertEqual(b"True", re.search(said, terminal.raw).group(1))
                self.assertEqual([], left_behind(terminal.raw))
            terminal.size(*chance.choice([(24, 80), (1, 1), (50, 132), (10, 40)]))
            terminal.send("fg\n")
            terminal.until(lambda on=b"\x1b]7778;goes on %d\a" % turn: on in terminal.raw, "doesn't go on")
            if chance.random() < 0.5:
                terminal.screen()
        terminal.size(24, 80)
        terminal.screen()
        os.kill(console, signal.SIGTERM)
        self.ended(terminal, 0)

    def ended(self, terminal, code):
        self.assertEqual(code, terminal.end())
        self.assertEqual([], terminal.restored())
        terminal.close()

    # --- the end ---

    def test_signals_wherever_somebody_is(self):
        signals = [signal.SIGTERM, signal.SIGINT, signal.SIGHUP]
        for i, (place, keys) in enumerate(PLACES.items()):
            for signo in signals if LONG else [signals[i % 3]]:
                with self.subTest(place, signal=signo):
                    terminal = self.console()
                    terminal.press(*keys)
                    terminal.process.send_signal(signo)
                    self.ended(terminal, 0)
        self.is_sound()

    def test_fatal_signals(self):
        for signo in (signal.SIGQUIT, signal.SIGSEGV, signal.SIGABRT, signal.SIGALRM, signal.SIGUSR1):
            terminal = self.console()
            terminal.press("?")
            terminal.process.send_signal(signo)
            terminal.end()
            self.assertEqual([], terminal.restored(), signo)
        self.is_sound()

    def test_vanishing(self):
        """The other end is closed: it ends by itself, and so do its children."""
        for place, keys in PLACES.items():
            with self.subTest(place):
                terminal = self.console()
                terminal.press(*keys)
                terminal.vanish()
                terminal.end()
                terminal.close()
        self.is_sound()

    def test_vanishing_unsaid(self):
        """Nobody sends SIGHUP, since it isn't the session's terminal: reading fails, which is the end, too."""
        for keys in (["?"], [":", "x"], ["b"]):
            terminal = self.console(control=False)
            terminal.press(*keys)
            terminal.vanish()
            self.assertEqual(0, terminal.end())
        self.is_sound()

    def test_a_terminal_that_takes_nothing(self):
        """Its buffer is full, and nobody reads: what ends it still does."""
        terminal = self.full()
        terminal.vanish()
        terminal.end()
        self.is_sound()

    def test_ended_before_a_terminal_that_takes_nothing(self):
        """A connection that hangs, and somebody who comes by another one to end what is in it."""
        for signo in (signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT):
            terminal = self.full()
            terminal.process.send_signal(signo)
            terminal.process.wait(PATIENCE)
            self.assertTrue(terminal.modes_are_back())
            terminal.close()
        self.is_sound()

    def full(self):
        """A console whose terminal takes no more bytes, with more of them to come."""
        terminal = self.console(rows=100, cols=300)
        waiting, before = self.waiting(terminal), -1
        while waiting > before: # until painting all of it anew brings nothing more
            terminal.send("\014")
            before, end = waiting, time.monotonic() + 0.5
            while (waiting := self.waiting(terminal)) == before and time.monotonic() < end:
                time.sleep(0.01)
        return terminal

    def waiting(self, terminal):
        """How many bytes nobody has read yet."""
        return struct.unpack("i", fcntl.ioctl(terminal.fd, termios.FIONREAD, b"\0" * 4))[0]

    # --- in the midst ---

    def editor(self, script):
        path = outside.write(self.path("editor"), "#!/bin/sh\n" + script)
        os.chmod(path, 0o700)
        return path

    def notes(self):
        """What editors left behind."""
        return [outside.read(os.path.join(path, "note.txt")) for path, _, files in os.walk(self.dir)
                if "note.txt" in files]

    def test_editor(self):
        """What was typed is in the store or in its file, whatever ends the two of them."""
        for signo in (signal.SIGTERM, signal.SIGHUP, None):
            with self.subTest(signal=signo):
                ready = self.path("ready")
                editor = self.editor(f"echo typed > \"$1\"; touch {ready}; exec sleep 1000")
                terminal = self.console(EDITOR=editor)
                terminal.send("E")
                terminal.until(lambda r=ready: os.path.exists(r), "no editor")
                if signo:
                    terminal.process.send_signal(signo)
                else:
                    terminal.vanish()
                self.assertEqual(0, terminal.end())
                self.assertEqual([b"typed\n"], self.notes())
                if signo: # and where it is, is said
                    self.assertEqual([], terminal.restored())
                    self.assertRegex(terminal.raw, rb"kept in [^)]*/note.txt\)\r\n\Z")
                terminal.close()
                os.unlink(ready)
                for path in [p for p in os.listdir(self.dir) if p.startswith("certary-")]:
                    shutil.rmtree(self.path(path))
        self.is_sound()

    def test_a_change(self):
        """Killed, ended or left alone right after the key that makes it: made, or not, and whole."""
        chance = random.Random(SEED)
        ways = [signal.SIGKILL, signal.SIGTERM, signal.SIGHUP, None]
        for i in range(60 if LONG else 12):
            with self.subTest(i, seed=SEED):
                terminal = self.console()
                terminal.press("*", "U" if i % 2 else "t")
                terminal.send("y")
                time.sleep(chance.random() * 0.01)
                way = ways[i % 4]
                if way:
                    terminal.process.send_signal(way)
                else:
                    terminal.vanish()
                code = terminal.end()
                if way and way != signal.SIGKILL:
                    self.assertEqual((0, []), (code, terminal.restored()))
                terminal.close()
                self.is_sound_after(way == signal.SIGKILL)

    def is_sound_after(self, killed):
        if killed: # whoever changes something next finishes what was begun
            done = outside.run("--store", self.store, "note", "--yes", "wiki.partner.example", "x", env=CLOCK)
            self.assertIn(done.code, (0, 1))
        self.is_sound()

    def test_a_probe(self):
        """Of a service that says nothing: stopped with the console."""
        with socket.create_server(("127.0.0.1", 0)) as silent:
            place = f"127.0.0.1:{silent.getsockname()[1]}"
            for way in (signal.SIGTERM, signal.SIGHUP, None):
                terminal = self.console()
                terminal.press("p", "\025", place)
                terminal.send(F10)
                peer, _ = silent.accept()
                if way:
                    terminal.process.send_signal(way)
                else:
                    terminal.vanish()
                code = terminal.end()
                if way:
                    self.assertEqual((0, []), (code, terminal.restored()))
                peer.close()
                terminal.close()
        self.is_sound()


if __name__ == "__main__":
    unittest.main()
