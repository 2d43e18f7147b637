"""A full-screen program, seen from its terminal: what it sends, when, and what that costs it."""
import collections
import fcntl
import os
import re
import select
import signal
import struct
import termios
import time

import machine
from figures import Missing

# What a terminal would answer; a program that asks would otherwise wait.
ANSWERS = (
    (re.compile(rb"\x1b\[0?c"), b"\x1b[?62;22c"),
    (re.compile(rb"\x1b\[>0?c"), b"\x1b[>41;379;0c"),
    (re.compile(rb"\x1b\[6n"), b"\x1b[1;1R"),
    (re.compile(rb"\x1b\[5n"), b"\x1b[0n"),
)

# size in bytes; last: ms from the key to the last byte, None without an answer
Reply = collections.namedtuple("Reply", "size last")


class Terminal:
    """A program on a pty of its own.  Use it in a with statement: its end is the program's."""

    def __init__(self, argv, size=(24, 80), env=None, stdin=None, cwd=None):
        master, slave = os.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", *size, 0, 0))
        self.began = time.perf_counter()
        self.pid = os.fork()
        if self.pid == 0:
            self._become(argv, slave, dict(os.environ, TERM="xterm-256color", LC_ALL="C.UTF-8",
                                           LINES=str(size[0]), COLUMNS=str(size[1]), **env or {}),
                         stdin, cwd)
        os.close(slave)
        self.fd, self.ended = master, False
        self.poll = select.poll()
        self.poll.register(master, select.POLLIN)

    @staticmethod
    def _become(argv, slave, env, stdin, cwd):
        try:
            os.setsid()
            fcntl.ioctl(slave, termios.TIOCSCTTY, 0)
            for fd in (0, 1, 2):
                os.dup2(slave, fd)
            if stdin:
                os.dup2(os.open(stdin, os.O_RDONLY), 0)
            os.closerange(3, 64)
            if cwd:
                os.chdir(cwd)
            env.pop("TMUX", None)
            os.execvpe(argv[0], argv, env)
        except OSError as e:
            os.write(2, f"{argv[0]}: {e}\n".encode())
        os._exit(127)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        for kind in (signal.SIGHUP, signal.SIGTERM, signal.SIGKILL):
            os.kill(self.pid, kind)
            for _ in range(60):
                self.read(5)
                if os.waitpid(self.pid, os.WNOHANG)[0]:
                    os.close(self.fd)
                    return
                if self.ended:
                    time.sleep(0.005)

    def read(self, wait_ms):
        """What one read brings, and when; b"" when nothing came in that time."""
        data = b""
        if not self.ended and self.poll.poll(max(0, wait_ms)):
            try:
                data = os.read(self.fd, 65536)
            except OSError:
                pass
            self.ended = not data
        at = time.perf_counter()
        for pattern, answer in ANSWERS:
            if data and pattern.search(data):
                os.write(self.fd, answer)
        return data, at

    def wait_for(self, pattern, since, limit=30):
        """Milliseconds from a moment until the screen was sent something that matches."""
        want, seen = re.compile(pattern.encode()), b""
        while not self.ended and time.perf_counter() < since + limit:
            data, at = self.read(100)
            seen = seen[-4096:] + data
            if data and want.search(seen):
                return (at - since) * 1000
        raise Missing(self._story(seen, f"no {pattern!r} on the screen"))

    def _story(self, seen, else_):
        said = seen.decode(errors="replace").strip().splitlines()
        return f"ended: {said[-1][-60:] if said else ''}" if self.ended else else_

    def first_frame(self, until=None, silence=300, limit=120):
        """Milliseconds to what matches until, or without one to the last byte before a silence."""
        if until:
            return self.wait_for(until, self.began, limit)
        last = None
        while not self.ended and time.perf_counter() < self.began + limit:
            data, at = self.read(silence if last else limit * 1000)
            if not data and last:
                return (last - self.began) * 1000
            last = at
        raise Missing(self._story(b"", "no screen"))

    def key(self, keys, quiet=12, no_answer=150):
        """Send keys in one go, and wait until the answer is followed by some ms of silence."""
        sent = time.perf_counter()
        os.write(self.fd, keys)
        size, last = 0, None
        while not self.ended:
            data, at = self.read(quiet if size else no_answer)
            if not data:
                break
            size, last = size + len(data), (at - sent) * 1000
        return Reply(size, last)

    def drain(self, silence=300, limit=30):
        """Read until nothing has come for some milliseconds."""
        end = time.perf_counter() + limit
        while self.read(silence)[0] and time.perf_counter() < end:
            pass

    def idle(self, seconds):
        """Bytes sent and processor time used while nobody touches a key."""
        before, size, end = self.cpu(), 0, time.perf_counter() + seconds
        while not self.ended and (left := end - time.perf_counter()) > 0:
            size += len(self.read(left * 1000)[0])
        return size, self.cpu() - before

    def cpu(self):
        return machine.cpu_ms(machine.tree(self.pid))
