"""A program in a terminal of its own, every byte that it sends there, and whether each is one that
a terminal may get: control sequences that the terminal's description has, and text.

	terminal = Terminal("certary", "--store", "x", term="vt100")
	terminal.press("j", "\\r")
	self.assertEqual("", rude(terminal.raw, "vt100"))
"""
import fcntl
import functools
import os
import re
import select
import signal
import struct
import subprocess
import termios
import time

import outside

SLOW = 6 if "ASAN_OPTIONS" in os.environ or "asan" in outside.PROGRAM else 1
PATIENCE = 60 * SLOW # seconds until what must come is given up
MARK = re.compile(rb"\x1b\]7777;(\d+)\x07")

# --- what a terminal may get ---------------------------------------------------------------------

# Capabilities of terminfo by which ncurses paints.
PAINTING = """cup cuu1 cud1 cub1 cuf1 cuu cud cub cuf home hpa vpa cr ht cbt clear el el1 ed ech ich
    ich1 smir rmir dch dch1 il il1 dl dl1 rep csr ind ri indn rin sgr sgr0 bold dim smul rmul rev
    smso rmso setaf setab op sc rc smacs rmacs enacs smcup rmcup smkx rmkx civis cnorm smam rmam""".split()
# What it doesn't know and certary sends by itself: bracketed paste, the mouse, frames for tests.
OWN = rb"\x1b\[\?2004[hl]|\x1b\[\?100[06][hl]|\x1b\]7777;\d+\x07"
CLIPBOARD = rb"\x1b\]52;c;[A-Za-z0-9+/]*=*\x07" # asked for by a key
PARAMETERS = {"%": "%", "d": r"\d+", "c": r".", "s": r"[^\x00-\x1f]*"}


def pattern(capability):
    """A regular expression of what tparm() may make of it."""
    text, out, at = re.sub(r"\$<[^>]*>", "", capability), "", 0
    token = re.compile(r"%(?:p\d|\{\d+\}|'.'|[Pg][A-Za-z]|[?te;]|:?[-+# ]?\d*(?:\.\d+)?[dcsxXo]|.)")
    while at < len(text):
        found = token.match(text, at)
        if not found:
            out += re.escape(text[at])
            at += 1
            continue
        what, at = found.group(), found.end()
        out += {"%?": "(?:", "%e": "|", "%;": "|)"}.get(what, PARAMETERS.get(what[-1], "")
                                                        if what[1] != "?" and len(what) >= 2
                                                        and what[1] not in "pPg{'" else "")
    return out


def unescape(value):
    """As infocmp writes them: \\E, ^G, \\, and octal digits."""
    def one(found):
        text = found.group()
        if text[0] == "^":
            return chr(ord(text[1]) & 0x1f) if text[1] != "?" else "\x7f"
        if text[1].isdigit():
            return chr(int(text[1:], 8) & 0xff)
        return {"E": "\x1b", "e": "\x1b", "n": "\n", "r": "\r", "t": "\t", "b": "\b", "f": "\f",
                "s": " "}.get(text[1], text[1])
    return re.sub(r"\\[0-7]{1,3}|\\.|\^.", one, value)


@functools.lru_cache
def grammar(term):
    """What may be sent to it besides text, as one expression; the longest first."""
    said = subprocess.run(["infocmp", "-1", "-x", term], capture_output=True, check=True).stdout
    found = dict(re.findall(r"^\t(\w+)=(.*),$", said.decode("latin-1"), re.M))
    patterns = set()
    for name in PAINTING:
        if name not in found:
            continue
        whole = unescape(found[name])
        if name == "rep": # the character that it repeats stands before it, as text
            whole = whole[whole.index("\x1b"):]
        patterns.add(pattern(whole))
        if name in ("sgr", "sgr0"): # who draws no lines leaves the character set alone
            bare = re.sub(r"%\?%p9%t.*?%;|\x1b\(B|\x0f", "", whole)
            patterns.add(pattern(bare))
    patterns.discard("")
    patterns |= {re.escape("\r"), re.escape("\n"), re.escape("\b")}
    ordered = sorted(patterns, key=len, reverse=True)
    return re.compile(b"|".join([OWN] + [p.encode("latin-1") for p in ordered]), re.S)


def rude(raw, term, charset="utf-8", clipboard=False):
    """What in this capture no terminal of that kind should have got, in words; "" where nothing."""
    if clipboard:
        raw = re.sub(CLIPBOARD, b"", raw)
    text = grammar(term).sub(b"\n", raw)
    odd = re.search(rb"[\x00-\x09\x0b-\x1f\x7f]", text)
    if odd or charset != "utf-8":
        odd = odd or re.search(rb"[^\n -~]", text)
        return repr(text[max(0, odd.start() - 60):odd.end() + 60]) if odd else ""
    return outside.rudeness(text)


def words(raw, term):
    """The text of a capture without what moves and paints, blanks for each run of that."""
    return re.sub(rb"\s+", b" ", re.sub(b"(?:" + grammar(term).pattern + b")+", b" ", raw)).decode(
        "utf-8", "replace")


# Modes and how they end; the last word on each counts.
MODES = {"alternate screen": (rb"\x1b\[\?1049([hl])", b"l"), "cursor": (rb"\x1b\[\?25([hl])", b"h"),
         "bracketed paste": (rb"\x1b\[\?2004([hl])", b"l"), "mouse": (rb"\x1b\[\?1000([hl])", b"l"),
         "mouse reports": (rb"\x1b\[\?1006([hl])", b"l"), "keypad": (rb"\x1b\[\?1([hl])", b"l")}


def left_behind(raw):
    """Which modes of xterm are not as they were."""
    last = {name: re.findall(mode, raw)[-1:] for name, (mode, _) in MODES.items()}
    return [name for name, found in last.items() if found and found[0] != MODES[name][1]]


# --- the terminal --------------------------------------------------------------------------------

def modes_of(fd):
    """What tcgetattr says, without what drivers change by themselves."""
    modes = termios.tcgetattr(fd)
    return modes[:4]


def session(sid):
    """The processes of a session that aren't over."""
    found = []
    for name in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open(f"/proc/{name}/stat", "rb") as f:
                fields = f.read().rpartition(b")")[2].split()
        except OSError:
            continue
        if int(fields[3]) == sid and fields[0] not in (b"Z", b"X"):
            found.append(int(name))
    return found


class Terminal:
    """argv on a pty; close() kills what is left of it."""

    def __init__(self, *argv, rows=24, cols=80, term="xterm-256color", env=None, cwd=None,
                 control=True):
        self.raw, self.term, self.fd = b"", term, -1
        self.fd, slave = os.openpty()
        self.size(rows, cols)
        self.found = modes_of(slave)
        settings = outside.environment(TERM=term, CERTARY_TEST_SYNC="1", **env or {})
        self.process = subprocess.Popen(
            argv, stdin=slave, stdout=slave, stderr=slave, env=settings, cwd=cwd, start_new_session=True,
            preexec_fn=lambda: control and fcntl.ioctl(0, termios.TIOCSCTTY, 0))
        os.close(slave)
        self.pid = self.process.pid

    def size(self, rows, cols):
        self.rows, self.cols = rows, cols
        fcntl.ioctl(self.fd, termios.TIOCSWINSZ, struct.pack("HHHH", rows, cols, 0, 0))

    def take(self, wait):
        """What comes within that time, as soon as something does; False where nobody is left to send."""
        if not select.select([self.fd], [], [], wait)[0]:
            return True
        try:
            got = os.read(self.fd, 65536)
        except OSError:
            return False
        self.raw += got
        return bool(got)

    def drain(self):
        before = -1
        while len(self.raw) > before and self.fd >= 0:
            before = len(self.raw)
            if not self.take(0):
                break

    def frame(self):
        at = self.raw.rfind(b"\x1b]7777;")
        found = MARK.match(self.raw, at) if at >= 0 else None
        return int(found.group(1)) if found else (
            int(MARK.findall(self.raw)[-1]) if MARK.search(self.raw) else -1)

    def until(self, done, what):
        end = time.monotonic() + PATIENCE
        while not done():
            gone = not self.take(0.5)
            if gone and self.process.poll() is None:
                time.sleep(0.01) # closed, and about to end
            elif gone and not done() or time.monotonic() > end:
                raise AssertionError(f"{what}: {words(self.raw[-3000:], self.term)}")

    def sync(self, frame=None):
        """Until the frame after that one (by default: any)."""
        frame = -1 if frame is None else frame
        self.until(lambda: self.frame() > frame, "no new frame")

    def send(self, keys):
        os.write(self.fd, keys if isinstance(keys, bytes) else keys.encode())

    def press(self, *keys):
        """Each with the frame that answers it; what was sent meanwhile."""
        self.drain()
        begin = len(self.raw)
        for key in keys:
            self.drain()
            frame = self.frame()
            self.send(key)
            self.sync(frame)
        return self.raw[begin:]

    def shows(self, text):
        """Wait until it was sent, painting anew as often as that takes."""
        end = time.monotonic() + PATIENCE
        while text not in self.screen():
            if time.monotonic() > end:
                raise AssertionError(f"not on the screen: {text}: {self.screen()}")
            self.take(0.05)

    def screen(self):
        """What the screen holds, as words: it is painted anew for that."""
        return words(self.press("\x0c"), self.term)

    def end(self):
        """Wait until it is over, and nobody of its own is left; its status."""
        end = time.monotonic() + PATIENCE
        while self.process.poll() is None:
            if time.monotonic() > end:
                raise AssertionError(f"still running: {words(self.raw[-2000:], self.term)}")
            if self.fd < 0 or not self.take(0.05):
                time.sleep(0.01)
        while session(self.pid):
            if time.monotonic() > end:
                raise AssertionError(f"left behind: {session(self.pid)}")
            time.sleep(0.01)
        if self.fd >= 0:
            self.drain()
        return self.process.returncode

    def restored(self):
        """What isn't as it was, in words."""
        odd = left_behind(self.raw)
        return odd + [f"modes {self.found} -> {modes_of(self.fd)}"] * (not self.modes_are_back())

    def modes_are_back(self):
        return modes_of(self.fd) == self.found

    def vanish(self):
        os.close(self.fd)
        self.fd = -1

    def close(self):
        for pid in session(self.pid):
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                pass
        self.process.wait()
        if self.fd >= 0:
            os.close(self.fd)
            self.fd = -1
