"""What a console knew of keys and passphrases isn't in its memory any more once the deed is done.

The memory of the running program is searched as a core dump would have it.  Only root can do that: certary
says of itself that its memory is nobody else's to read (tests/command/test_walls.py).
"""
import os
import re
import subprocess
import sys
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
import outside
from console import CLEAR, ENTER, Console
from outside import Case, need

OTHER = "Three-Men-in-a-Boat-1889"
PHRASE = "Wind-in-the-Willows-1908"
TAB, SAVE = "\t", "\023"


def children(pid):
    with open(f"/proc/{pid}/task/{pid}/children") as f:
        return [int(child) for child in f.read().split()]


def memory(pid):
    """Each readable mapping, but what is a file's."""
    with open(f"/proc/{pid}/maps") as maps, open(f"/proc/{pid}/mem", "rb", 0) as mem:
        for line in maps:
            span, access, rest = line.split(None, 2)
            name = rest.split(None, 3)[3].strip() if len(rest.split(None, 3)) > 3 else ""
            if "r" not in access or name.startswith(("[vvar", "[vsyscall", "[vdso")):
                continue
            start, end = (int(x, 16) for x in span.split("-"))
            try:
                mem.seek(start)
                yield name, mem.read(end - start)
            except (OSError, OverflowError, ValueError):
                pass # what only looks readable


def found(pid, secrets):
    """Which of the secrets stand where."""
    hits = []
    for name, bytes_ in memory(pid):
        for what, secret in secrets.items():
            at = bytes_.find(secret)
            if at >= 0:
                hits.append((what, name or "anonymous", bytes_[max(0, at - 16):at + len(secret) + 16]))
    return hits


def forms(pem, phrase=None):
    """A private key as bytes in memory might show it: its number either way round, and its text."""
    how = ["-passin", "pass:" + phrase] if phrase else []
    text = subprocess.run(["openssl", "pkey", "-text", "-noout", *how], input=pem, check=True,
                          stdout=subprocess.PIPE).stdout.decode()
    digits = re.search(r"priv(?:ateExponent)?:\s*((?:[0-9a-f]{2}:?\s*)+)", text)[1]
    number = bytes.fromhex(re.sub(r"[:\s]", "", digits)).lstrip(b"\0")
    plain = subprocess.run(["openssl", "pkcs8", "-topk8", "-nocrypt", *how], input=pem, check=True,
                           stdout=subprocess.PIPE).stdout
    body = b"".join(plain.splitlines()[1:-1])
    return {"the key": number[:24], "the key, turned": number[::-1][:24], "its text": body[-80:-40]}


@unittest.skipIf("LLVM_PROFILE_FILE" in os.environ, "what is measured isn't tidied up")
class Secrets(Case):
    def setUp(self):
        super().setUp()
        need(self, "openssl", "openssl")
        if os.geteuid() != 0:
            self.skipTest("only root can look into another process")
        self.ok("import", *outside.generate(self.path("made"), 2))
        env = outside.environment(HOME=self.dir, TERM="xterm-256color")
        self.console = Console(24, 80, env, outside.PROGRAM, "--store", self.store)
        self.addCleanup(self.console.close)
        self.console.press("?1 of 2")
        self.console.text()
        self.pid = children(self.console.driver.pid)[0]
        if b"asan" in outside.read(f"/proc/{self.pid}/maps"):
            self.skipTest("a sanitizer keeps what was freed, and terabytes of its own")

    def press(self, *keys):
        """And wait for what comes of it."""
        self.console.press(*keys)
        return self.console.text()

    def key(self):
        [name] = os.listdir(os.path.join(self.store, "keys"))
        return outside.read(os.path.join(self.store, "keys", name))

    def nothing_left(self, secrets):
        self.assertEqual([], found(self.pid, secrets))

    def test_the_eyes_are_open(self):
        """What is typed stands there as long as it is being typed."""
        self.press("2", "c", "s", "mail.example.com", TAB, TAB, TAB, TAB, PHRASE)
        self.assertTrue(found(self.pid, {"phrase": PHRASE.encode()}))

    def test_plain_key(self):
        self.press("2", "c", "s", "mail.example.com", SAVE, "?Create this", "y", "?was made")
        secrets = forms(self.key())
        self.nothing_left(secrets)
        self.press("q")
        self.nothing_left(secrets)

    def test_sealed_key(self):
        self.press("2", "c", "s", "mail.example.com", TAB, TAB, TAB, TAB, PHRASE, TAB, PHRASE,
                           SAVE, "?Create this", "y", "?was made")
        self.press("q")
        self.nothing_left({"phrase": PHRASE.encode(), **forms(self.key(), PHRASE)})

    def test_opened_key(self):
        """An identity with its key leaves the store: the key is opened and sealed anew."""
        outside.write(self.path("phrase"), PHRASE + "\n")
        self.ok("generate", "--cn", "own.example", "--password-file", self.path("phrase"), "--yes")
        self.press("2", "?own.example", "x", "p", "?Password of the file", OTHER, ENTER, "?again", OTHER,
                   ENTER, "?Its passphrase", PHRASE, ENTER, "?File", CLEAR, self.path("out.p12"), ENTER,
                   "?mode 0600")
        self.nothing_left({"phrase": PHRASE.encode(), "other": OTHER.encode(),
                           **forms(self.key(), PHRASE)})


if __name__ == "__main__":
    unittest.main()
