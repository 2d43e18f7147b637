"""Every page, dialog, menu and form of the console on a store in which everything is hostile: what
reaches the terminal is text that can be seen and the sequences by which ncurses paints there.

Pages and keys are those of the program's own tables, so that a new page has to be reached here.
HOSTILE=long goes through all of it on more terminals.
"""
import os
import re
import shutil
import subprocess
import sys
import tempfile
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
import hostile_store
import outside
from terminal import Terminal, rude

TABLES = os.path.join(os.path.dirname(os.path.dirname(outside.GENCERTS)), "console/drive-tables")
LOCALES = os.environ.get("CERTARY_LOCALES", os.path.join(outside.TOP, "build/locale"))
ESC, ENTER, TAB, F10, CLEAR = "\033", "\r", "\t", "\033[21~", "\025"
LONG = os.environ.get("HOSTILE") == "long"

KEYS = {"Space": " ", "Enter": "\r", "Tab": "\t", "Esc": "\033", "Backspace": "\177", "S-Tab": "\033[Z",
        "Up": "\033OA", "Down": "\033OB", "Right": "\033OC", "Left": "\033OD", "Home": "\033OH",
        "End": "\033OF", "PgUp": "\033[5~", "PgDn": "\033[6~", "Insert": "\033[2~",
        "Delete": "\033[3~", "C-l": "\014", "F1": "\033OP", "F2": "\033OQ", "F3": "\033OR",
        "F4": "\033OS", "F5": "\033[15~", "F6": "\033[17~", "F7": "\033[18~", "F8": "\033[19~",
        "F9": "\033[20~"}
# What painting puts in place of a character that nobody made safe before.
UNPAINTED = re.compile(rb"(?:\?|\xef\xbf\xbd)(?:\[2J|\[8;5|\]0;HX|\]2;HX|\]52;c|\]8;;|P\$qm|_HX|\[c)")
LEAVING = {"q", "F10", "C-z"} # tested where the console ends

# How each page is reached from the first one; "?" waits for a text.
PAGES = {
    "Certificates": [], "Certificate": ["/2JHX\r", ENTER], "Import": ["i"],
    "Journal": ["5"], "Identities": ["2"], "Identity": ["2", ENTER], "Issued": ["2", "/ca\r", "G", "l"],
    "Form": ["2", "c", "s"], "Written": ["2", "/it.example\r", "v"],
    "Probe": ["p", CLEAR, "{https}", F10, ESC], "Endpoints": ["3"], "Endpoint": ["3", ENTER],
    "History": ["3", "G", "h"], "Runbooks": ["2", "B"], "Runbook": ["2", "B", ENTER],
    "Targets": ["4"], "Target": ["4", ENTER], "Why": ["/2JHX\r", "w"], "Compare": ["/2JHX\r", " ", " ", "="],
    "Columns": ["C"], "Setup": [], "Help": ["?"], "Command": [":", "log", ENTER], "Messages": ["/2JHX\r", "d", "y", "!"],
}
TITLES = {"Form": "Self-signed", "Setup": "one folder"} # where the page isn't called by its own
OURS = {"Form", "Columns", "Setup", "Help"} # of which the first screen says nothing that others wrote


def table():
    """{page: keys}, those of everywhere under "*"."""
    found = {}
    for line in subprocess.run([TABLES], capture_output=True, check=True, text=True).stdout.splitlines():
        kind, title, *names = line.split("\t")
        if kind in ("page", "key"):
            found.setdefault(title, []).extend(" ".join(names).split())
    return found


class Screens(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.world = hostile_store.World(os.path.join(
            tempfile.mkdtemp(prefix="certary-", dir=outside.MEMORY), "world"))
        cls.table = table()

    @classmethod
    def tearDownClass(cls):
        cls.world.close()
        shutil.rmtree(os.path.dirname(cls.world.folder), True)

    def setUp(self):
        self.store = os.path.join(self.world.folder, "copy")
        shutil.copytree(self.world.store, self.store, symlinks=True)
        self.addCleanup(shutil.rmtree, self.store)

    def console(self, page, *options, rows=24, cols=80, term="xterm-256color", **env):
        words = ["setup", "--root", self.world.root] if page == "Setup" else []
        store = self.store + "-new" if page == "Setup" else self.store
        terminal = Terminal(outside.PROGRAM, "--store", store, *options, *words, rows=rows, cols=cols,
                            term=term, env={**self.world.environment, "EDITOR": "true", "ESCDELAY": "1", **env},
                            cwd=self.world.files)
        self.addCleanup(terminal.close)
        terminal.sync()
        return terminal

    def reach(self, terminal, page):
        for keys in PAGES[page]:
            keys = keys.replace("{https}", self.world.services["https"].place)
            if keys[0] == "?" and len(keys) > 1:
                terminal.shows(keys[1:])
            else:
                terminal.press(keys)

    def is_civil(self, terminal, where, charset="utf-8"):
        terminal.drain()
        self.assertEqual("", rude(terminal.raw, terminal.term, charset, clipboard=True), where)
        self.assertIsNone(UNPAINTED.search(terminal.raw), where)
        terminal.raw = terminal.raw[terminal.raw.rfind(b"\033]7777;"):]

    def leave(self, terminal, charset="utf-8"):
        terminal.press(ESC, ESC, ESC)
        for keys in (F10, "y"):
            terminal.send(keys)
        self.assertEqual(0, terminal.end())
        self.assertEqual([], terminal.restored())
        self.assertEqual("", rude(terminal.raw, terminal.term, charset, clipboard=True))
        terminal.close()

    def test_all_pages_are_known(self):
        self.assertEqual(set(self.table) - {"*"}, set(PAGES))
        for keys in self.table.values():
            self.assertLessEqual({k for k in keys if len(k) > 1}, set(KEYS) | LEAVING)

    def test_what_is_looked_for(self):
        """Each would be found if it came as it is, whatever the terminal; what is painted isn't."""
        harmless = {"wide", "lines", "long", "percent"} # a width, a move of the cursor, and what "clear" has
        for term in ("xterm-256color", "linux", "vt100", "screen", "tmux-256color"):
            for label, evil in hostile_store.EVIL.items():
                if label not in harmless:
                    self.assertNotEqual("", rude(b"x" + evil, term), (term, label))
            self.assertEqual("", rude(b"\033[Hplain\r\n\033[mtext \xc3\xa9", term))

    def test_pages_show_it_escaped(self):
        """In plain words the page's title stands at the top; what is foreign is there, and escaped."""
        for page in PAGES:
            with self.subTest(page):
                terminal = self.console(page, "--plain", rows=50, cols=160)
                self.reach(terminal, page)
                seen = terminal.screen()
                self.assertIn(TITLES.get(page, page), seen[:70])
                if page not in OURS:
                    self.assertRegex(seen, r"\\x(1b|9b|5cx1b)|\\u\{")
                self.is_civil(terminal, page)
                self.leave(terminal)

    def test_other_terminals(self):
        ways = [("linux", 24, 80, "C.UTF-8"), ("vt100", 24, 80, "C"), ("xterm-256color", 12, 40, "C"),
                ("xterm-256color", 6, 20, "C.UTF-8"), ("xterm-256color", 60, 240, "C.UTF-8")]
        ways += [("screen", 24, 80, "C.UTF-8"), ("tmux-256color", 24, 80, "C"), ("xterm-mono", 24, 80, "C"),
                 ("vt220", 24, 80, "C.UTF-8"), ("rxvt", 24, 80, "C.UTF-8")] if LONG else []
        for i, way in enumerate(ways):
            term, rows, cols, locale = way
            charset = "ascii" if locale == "C" else "utf-8"
            for page in list(PAGES) if LONG else list(PAGES)[i % 2::2]:
                with self.subTest(page, way=way):
                    terminal = self.console(page, rows=rows, cols=cols, term=term, LC_ALL=locale)
                    self.reach(terminal, page)
                    terminal.press("G", "\014")
                    self.is_civil(terminal, page, charset)
                    terminal.close()

    def test_another_language(self):
        for page in PAGES:
            with self.subTest(page):
                terminal = self.console(page, LANGUAGE="de", CERTARY_TEST_LOCALES=LOCALES)
                self.reach(terminal, page)
                terminal.press("\014")
                self.is_civil(terminal, page)
                terminal.close()

    def test_what_is_pasted_into_fields(self):
        """In lines, forms and where nobody asked for it."""
        fields = [["/"], [":"], ["e"], ["a"], ["m"], ["i", "o"], ["i", "/"], ["2", "c", "s"], ["2", "e"], ["3", "c"],
                  ["4", "c"], ["p"], ["5", "/"], ["2", "B", ENTER, "e"], ["2", "A"], ["x"], ["L"], ["1"]]
        terminal = self.console("Certificates")
        for i, keys in enumerate(fields):
            evil = hostile_store.turned(3 * i).replace(b"\n", b"").replace(b"\r", b"")
            with self.subTest(keys):
                terminal.press(*keys)
                terminal.press(b"\033[200~" + evil + b"\033[201~", TAB, ENTER)
                self.is_civil(terminal, keys)
                terminal.press(ESC, "y", ESC, ESC, "1")
        self.leave(terminal)

    def test_settings_and_themes(self):
        """What can't be read of them is said before there is a screen, or on it."""
        for words in (["--config", self.world.folder + "/bad.conf"], ["--theme", hostile_store.turned(2)],
                      ["--store", os.fsencode(self.store) + b"-\033[2J\x9bHX"], [],
                      [b"\033[2JHX\x9b"], ["--" + "\033[2JHX"]):
            terminal = Terminal(outside.PROGRAM, "--store", self.store, *words,
                                env=self.world.environment, cwd=self.world.files)
            self.addCleanup(terminal.close)
            terminal.until(lambda t=terminal: t.frame() >= 0 or t.process.poll() is not None, "an end")
            if terminal.process.poll() is None:
                terminal.press("T", "j", "j", "j", ESC)
                terminal.process.terminate()
            terminal.end()
            self.assertEqual("", rude(terminal.raw, terminal.term))
        for term in ("dumb", "\033[2JHX", "x" * 300, ""):
            terminal = Terminal(outside.PROGRAM, "--store", self.store, env=self.world.environment,
                                term=term)
            self.assertEqual((1, ""), (terminal.end(), rude(terminal.raw, "dumb")))
            terminal.close()

    def test_every_key_of_every_page(self):
        """Those that mean the same on several pages, on some of them each where there is little time."""
        everywhere, seen = self.table["*"], []
        for i, page in enumerate(PAGES):
            own = self.table[page] if LONG or self.table[page] not in seen else self.table[page][i % 4::4]
            seen.append(self.table[page])
            with self.subTest(page):
                self.press_all(page, own, everywhere if LONG else everywhere[i % 8::8])

    def press_all(self, page, own, everywhere):
        terminal = self.console(page)
        for key in [k for k in own + everywhere if k not in LEAVING]:
            self.reach(terminal, page)
            terminal.press(KEYS.get(key, key), "y")
            self.is_civil(terminal, (page, key))
            terminal.press(ESC, ESC, ESC, "1")
        terminal.close()


if __name__ == "__main__":
    unittest.main()
