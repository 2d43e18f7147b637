"""The wizard where nothing was installed before, by keys in a real terminal; and the same without
anybody, from the answers that it saved."""
import json
import os
import subprocess
import sys
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
import outside
import world
from console import CLEAR, ENTER, PGDN, Console

TRUSTSTORE = "/opt/app/trust.jks"


def kept(store):
    """What two stores have in common that were made alike: all but the journal and what was seen."""
    found = outside.tree(store)
    return {name: what for name, what in found.items()
            if not name.startswith(("journal", "reports", ".", "deployed"))}


def listed(store, *words):
    return json.loads(world.certary("--store", store, *words, "--json"))


@unittest.skipUnless(os.environ.get("CERTARY_WORLD"), "no namespaces can be made here")
class Wizard(unittest.TestCase):
    maxDiff = None

    def setUp(self):
        outside.need(self, "keytool", "default-jre-headless")
        for server in world.open_servers():
            self.addCleanup(server.close)
        os.makedirs(os.path.dirname(TRUSTSTORE))

    def answer(self, console):
        """Root, directory and database; nothing of the system, which has nothing."""
        self.assertIn("Step 1 of 8", console.text())
        console.press(PGDN, " ", PGDN, "?Example Root CA", "a", CLEAR, "/mnt/root-g2.pem", ENTER,
                      "?[x] Example Root CA G2", "n", "?ldaps://ldap.example.com", "j", " ",
                      "a", "postgres://db.example.com", ENTER, "p", "?will be trusted")
        self.assertEqual(2, console.text().count("will be trusted"), console.text())
        console.press("n", "a", "java:" + TRUSTSTORE, ENTER, "d")
        self.assertIn("Deploy now: yes", console.text())
        console.press("n", PGDN, PGDN, "w", "answers.conf", ENTER)
        self.assertIn("Watch 2 services", console.text())
        self.assertFalse(os.path.exists(world.STORE))

    def test_from_nothing_to_green(self):
        console = Console(24, 80, world.environment(), outside.PROGRAM)
        self.answer(console)
        console.press("y", "?Deploy it?", "y", "?Deployed", ENTER, "?>ok")
        self.assertNotIn("critical", console.text())
        console.close()
        self.check(world.STORE)
        by_keys = kept(world.STORE)
        os.unlink(TRUSTSTORE)
        world.certary("--store", "/srv/other", "setup", "--answers", "/mnt/answers.conf")
        self.check("/srv/other")
        self.assertEqual(by_keys, kept("/srv/other"))

    def check(self, store):
        """A sound store, two green services, and a truststore that Java reads."""
        self.assertEqual({"Example Root CA": "trusted", "Example Root CA G2": "trusted"},
                         {e["name"]: e["state"] for e in listed(store, "list")})
        checked = listed(store, "check")
        self.assertEqual({"ldap.example.com", "db.example.com"},
                         {c["endpoint"]["host"] for c in checked if "endpoint" in c})
        self.assertEqual(["ok"] * 3, [c["level"] for c in checked]) # and the target
        world.certary("--store", store, "log", "--verify")
        world.certary("--store", store, "doctor")
        said = subprocess.run(["keytool", "-list", "-keystore", TRUSTSTORE, "-storepass", "changeit"],
                              check=True, capture_output=True).stdout
        self.assertEqual(2, said.count(b"trustedCertEntry"))


if __name__ == "__main__":
    if os.environ.get("CERTARY_WORLD") or world.possible():
        os.environ["WORLD_JAVA"] = "1"
        world.enter()
    unittest.main()
