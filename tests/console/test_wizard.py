"""The wizard where nothing was installed before, by keys in a real terminal; and the same without
anybody, from the answers that it saved."""
import hashlib
import json
import os
import re
import shutil
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
        os.makedirs(os.path.dirname(TRUSTSTORE), exist_ok=True)
        self.addCleanup(shutil.rmtree, "/srv/other", True)
        self.addCleanup(shutil.rmtree, world.STORE, True)

    def console(self):
        console = Console(24, 80, world.environment(), outside.PROGRAM)
        self.addCleanup(console.close)
        return console

    def answer(self, console):
        """Root, directory and database; nothing of the system, which has nothing."""
        self.assertIn("Step 1 of 8", console.text())
        console.press(PGDN, "?none", PGDN, "?Example Root CA", "a", CLEAR, "/mnt/root-g2.pem", ENTER,
                      "?[x] Example Root CA G2", "n", "?ldaps://ldap.example.com", "j", " ",
                      "a", "postgres://db.example.com", ENTER, "p", "?will be trusted")
        self.assertEqual(2, console.text().count("will be trusted"), console.text())
        console.press("n", "a", "java:" + TRUSTSTORE, ENTER, "d")
        self.assertIn("Deploy now: yes", console.text())
        console.press("n", PGDN, PGDN, "w", "answers.conf", ENTER)
        self.assertIn("Watch 2 services", console.text())
        self.assertFalse(os.path.exists(world.STORE))

    def test_from_nothing_to_green(self):
        console = self.console()
        self.answer(console)
        console.press("y", "?Deploy it?", "y", "?Deployed", ENTER, "?>ok")
        self.assertNotIn("critical", console.text())
        self.check(world.STORE)
        by_keys = kept(world.STORE)
        os.unlink(TRUSTSTORE)
        world.certary("--store", "/srv/other", "setup", "--answers", "/mnt/answers.conf")
        self.check("/srv/other")
        self.assertEqual(by_keys, kept("/srv/other"))

    def test_a_ca_that_a_service_presents(self):
        """Its fingerprint in full is what the answers keep: digits of it, or another's, are refused."""
        console = self.console()
        console.press(PGDN, PGDN, PGDN, "?ldaps://ldap.example.com", "t")
        self.assertIn("it wasn't asked yet", console.text())
        console.press("p", "?Its issuer is missing", "?will be trusted", "j", "t")
        self.assertIn("nothing in what it presented", console.text())
        console.press("k", "t")
        shown = re.sub(r"[ │]|SHA-256|trust$", "", console.text()).replace("\n", "")
        print_ = outside.openssl("x509", "-in", "/mnt/issuing-g2.pem", "-outform", "DER")
        print_ = hashlib.sha256(print_).hexdigest()
        self.assertIn(print_, shown)
        console.press(ENTER)
        self.assertIn("Its issuer is missing", console.text())
        console.press("t", "y", "b", "?[x] Example Issuing CA G2", "n")
        self.assertNotIn("missing", console.text())
        console.press("n", "n", PGDN, PGDN, "w", "presented.conf", ENTER, "y", "?363 days left")
        self.assertIn("u takes it back", console.text())
        trusted = {"Example Root CA", "Example Issuing CA G2"}
        self.assertEqual(trusted, {e["name"] for e in listed(world.STORE, "list")})
        answers = outside.read("/mnt/presented.conf").decode()
        self.assertIn(f'"{print_}"', answers)
        for slip in (print_[:40], print_[:-1] + ("0" if print_[-1] != "0" else "1")):
            outside.write("/mnt/slip.conf", answers.replace(print_, slip))
            done = world.run("--store", "/srv/other", "setup", "--answers", "/mnt/slip.conf")
            self.assertEqual(3, done.returncode, done)
            self.assertIn(b"no fingerprint of what was found", done.stderr)
        world.certary("--store", "/srv/other", "setup", "--answers", "/mnt/presented.conf")
        self.assertEqual(kept(world.STORE), kept("/srv/other"))

    def places(self, relay):
        outside.write("/etc/postfix/main.cf", f"relayhost = {relay}\n")
        said = world.certary("--store", "/srv/other", "setup", "--dry-run", "--json", "--answers",
                             "/mnt/mail.conf")
        return re.findall(r"smtp://[\w.:-]+\w", "\n".join(json.loads(said)["summary"]))

    def test_a_domain_whose_mail_others_take(self):
        """The hosts that are tried first; the domain's own where nobody says, or nobody answers."""
        self.addCleanup(outside.write, "/etc/postfix/main.cf", outside.read("/etc/postfix/main.cf"))
        outside.write("/mnt/mail.conf", 'anchors = "none"; import = []; probe = false;\n')
        self.assertEqual(["smtp://example.net:25"], self.places("example.net"))
        resolver = world.Resolver({"example.net": [(20, "mx3.example.net"), (10, "mx2.example.net"),
                                                   (10, "mx1.example.net")], "none.example": [(0, ".")],
                                   "odd.example": [(1, "a b;c.example"), (1, "good.example")]})
        self.addCleanup(resolver.close)
        self.assertEqual(["smtp://mx1.example.net:587", "smtp://mx2.example.net:587"], self.places("Example.net:587"))
        self.assertEqual(["smtp://example.net:25"], self.places("[example.net]"))
        self.assertEqual([], self.places("none.example"))
        self.assertEqual(["smtp://good.example:25"], self.places("odd.example"))
        self.assertEqual(["smtp://unknown.example:25"], self.places("unknown.example"))

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
