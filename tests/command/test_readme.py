"""The commands of README.md are run, on the host of tests/support/world.py, and print what it shows.

In what it shows a line "…" stands for any lines, and a … within a line for any words.  Fingerprints of
what is made by the way differ from run to run and aren't compared.
"""
import os
import re
import shlex
import sys
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
import outside
import world

BLOCK = re.compile(r"(?:<!-- story: (\w+) -->\n)?```console\n(.*?)```", re.S)
HEX = re.compile(r"\b[0-9a-f]{16,64}\b")


def stories():
    """Of each, its commands in their order with what they print."""
    found, name = {}, None
    for story, text in BLOCK.findall(outside.read(os.path.join(outside.TOP, "README.md")).decode()):
        name = story or name
        for part in re.split(r"^\$ ", text, flags=re.M)[1:]:
            command, _, shown = part.partition("\n")
            found.setdefault(name, []).append((command, shown))
    return found


def pattern(shown):
    lines = []
    for line in shown.splitlines():
        line = HEX.sub("#", line)
        lines.append(r"(?:.*\n)*" if line == "…" else ".*".join(map(re.escape, line.split("…"))) + "\n")
    return "".join(lines)


@unittest.skipUnless(os.environ.get("CERTARY_WORLD"), "no namespaces can be made here")
class Readme(unittest.TestCase):
    maxDiff = None
    stories = stories()

    @classmethod
    def setUpClass(cls):
        cls.servers = world.open_servers()

    @classmethod
    def tearDownClass(cls):
        for server in cls.servers:
            server.close()

    def tell(self, name, before=None):
        for command, shown in self.stories[name]:
            if before:
                before(command)
            words = shlex.split(command)
            if words[0] == "cat":
                outside.write(os.path.join("/mnt", words[1]), shown)
                continue
            self.assertEqual("certary", words.pop(0), command)
            done = world.run(*words)
            self.assertEqual(b"", done.stderr, command)
            said = HEX.sub("#", done.stdout.decode())
            self.assertRegex(said, r"\A" + pattern(shown) + r"\Z", command)

    def test_1_installation(self):
        os.makedirs("/opt/app")
        self.tell("installation")
        world.forget_store()

    def test_2_incident(self):
        world.fill_store()
        self.tell("incident")

    def test_3_renewal(self):
        self.tell("renewal", self.somebody_else)

    def somebody_else(self, command):
        """What others do before this command: the CA answers, the web server is reloaded."""
        if "attach" in command:
            world.certary("--store", "/srv/ca", "identity", "import", "--yes", "--name", "ca",
                          "issuing.pem", "issuing.key")
            world.certary("--store", "/srv/ca", "sign", "--yes", "--ca", "ca", "--profile", "server",
                          "--days", "365", "-o", "answer.pem", "wiki.csr")
        if os.path.exists("/srv/tls/wiki.pem"):
            self.servers[-1].context.load_cert_chain("/srv/tls/wiki.pem", "/srv/tls/wiki.key")

    def test_pictures_are_there(self):
        text = outside.read(os.path.join(outside.TOP, "README.md")).decode()
        shown = set(re.findall(r"docs/screens/[\w-]+\.svg", text))
        self.assertGreater(len(shown), 4)
        for name in shown:
            picture = outside.read(os.path.join(outside.TOP, name))
            self.assertLess(len(picture), 40000)
            self.assertIn(b"<title", picture)
            self.assertNotIn(outside.TOP.encode(), picture)


if __name__ == "__main__":
    if os.environ.get("CERTARY_WORLD") or world.possible():
        world.enter()
    unittest.main()
