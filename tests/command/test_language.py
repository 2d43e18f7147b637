"""A language on a terminal, and English everywhere else: with a pseudo language, «in which all stands so».

Somebody looks where CERTARY_SEEN says so; a terminal would do the same.
"""
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
import outside
import test_explain
import test_judgement
from outside import tree, write

LOCALES = os.environ.get("CERTARY_LOCALES", os.path.join(outside.TOP, "build/locale"))
LANGUAGE = {"LANGUAGE": "en@pseudo", "CERTARY_TEST_LOCALES": LOCALES}
SEEN = {**LANGUAGE, "CERTARY_SEEN": "1"}

# What is run one after the other, and what of it must be said «so»: none where it is all data.
STORY = (
    ("list", "«no certificates yet (certary import FILE)»"),
    ("import --dry-run ROOT", "«would import Example Root CA ", "-> «trusted»",
     "«A root CA: every certificate that it signs, for any name, is accepted.»"),
    ("import --yes ROOT", "-> «trusted»"),
    ("import --yes ROOT ISSUING", "«is known already, as Example Root CA»",
     "«imported 1, known already 1, refused 0»"),
    ("import --yes NOTHING", "«is text without a certificate»"),
    ("list", "«STATE»", "«DAYS»", "«SUBJECT»", "«trusted»"),
    ("list nowhere", "«nothing matches»"),
    ("show Example Root", "«In the store»", "«Name»", "«State»", "«trusted»", "«Not before»"),
    ("show no-such", "«no-such: no certificate of that name or fingerprint"),
    ("match ROOT 00:11", "«these are 4 digits; "),
    ("compare ROOT ISSUING", "«Two certificates: ", "«Subject»"),
    ("explain LEAF", "«trusted, through Example Issuing CA 1»", "«(added ", "«not in the store»"),
    ("explain STRANGER", "«not trusted: ", "«to mend»", "«trusts exactly this certificate»"),
    ("block --dry-run Example Issuing", "«would block Example Issuing CA 1 ", "«trusted» -> «blocked»"),
    ("block Example Issuing", "«trusted» -> «blocked»"),
    ("block Example Issuing", "«block: nothing to do, it is so already»"),
    ("explain LEAF", "«not trusted: ", "«lifts the block of Example Issuing CA 1»"),
    ("trust --dry-run --until 2026-12-01 Example Issuing",
     "«Only certary knows them, in its judgements and in certary connect: "),
    ("trust --yes --for ldap.example:636 --until 2026-12-01 Example Issuing", "«blocked» -> limited: "),
    ("trust --dry-run Example Issuing", "«An intermediate CA, in place of its root.»", "-> «trusted»"),
    ("explain LEAF", "«limited: trusted «for ldap.example:636 until 2026-12-01» only»"),
    ("untrust Example Issuing", "-> «untrusted»"),
    ("delete Example Issuing", "«untrusted» -> «trash»"),
    ("trust Example Issuing", "«it is in the trash: restore it first»"),
    ("restore --yes Example Issuing", "«trash» -> «untrusted»"),
    ("rename Example Issuing Other",),
    ("note Other blocked", "  -> blocked"),
    ("undo", "«change ", "  «blocked -> nothing»"),
    ("export -o OUT --yes Example Root", "«exported 1 certificate to "),
    ("export -o OUT.jks Example Root", "«export: jks needs a password, "),
    ("endpoint list", "«no endpoints yet (certary endpoint add HOST:PORT)»"),
    ("endpoint add --name srv PLACE",),
    ("endpoint list", "«NAME»", "«SERVICE»", "«DIALECT»"),
    ("probe PLACE", "«ok»", "«Name resolution»", "«presented 1 certificate:»", "«not trusted: ",
     "«untrusted»: ", "«kept as untrusted: localhost»"),
    ("show localhost", "«Evidence»", "«Reason»", "«untrusted»"),
    ("check", "«critical»", "«untrusted»: "),
    ("check --nagios",),
    ("check --timeline", "«red already: srv: "),
    ("impact Example Root", "«No endpoint would change, of 1 that presented a chain: safe to remove.»"),
    ("impact --unused", "«1 trusted CA that no endpoint needs, of 1 that presented a chain»"),
    ("endpoint history srv", "«untrusted»: "),
    ("endpoint accept srv", "«srv: nothing waits to be accepted»"),
    ("trust --yes localhost", "«untrusted» -> «trusted»", "«1 endpoint turns green: srv.»"),
    ("check", "«ok»", " days left, until "),
    ("impact localhost", "«turns red»", "«It is trusted through localhost, and no other path is there.»"),
    ("target list", "«no targets yet (certary target add --kind KIND --path PATH)»"),
    ("target add --name bundle --kind pem-bundle --path BUNDLE",),
    ("target list", "«KIND»", "«PLACE»"),
    ("target show bundle", "«Kind»", "«Nothing was deployed to bundle yet.»"),
    ("runbook list", "«no runbooks yet (certary runbook new NAME)»"),
    ("runbook new partner",),
    ("runbook done partner 1",),
    ("runbook list", "«TEMPLATE»", "«NEXT STEP»"),
    ("runbook show partner", "«partner: 1 of 16 done»", "«Inputs»", "«Steps»", "«security»"),
    ("crl list", "«no revocation lists yet "),
    ("crl fetch Example Root", "«nothing to fetch: no certificate there names a revocation list»"),
    ("crl show nobody", "«nobody: there is no such revocation list (certary crl list)»"),
    ("identity list", "«NAME»", "«KIND»"),
    ("identity show nobody", "«nobody: "),
    ("log",),
    ("log --verify", "«the journal is as it was written: "),
    ("doctor", ": nothing is amiss»"),
    ("help", "«Options that every command knows:»", "«Certificates»"),
    ("help identity", "«certary help identity VERB tells more.»"),
    ("help nonsense", "«help nonsense: there is no such command "),
    ("list --bogus", "«"),
    ("nonsense", "«"),
)


# What was deployed is known by the time of its files, which is another one each time.
DEPLOYING = (
    ("deploy --dry-run", "«add»"),
    ("deploy --yes", "«add»", "«done: 2 read back by "),
    ("deploy --yes", "«nothing to do»", "«2 stay as they are»"),
    ("block --yes localhost", "«1 endpoint turns red: srv.»", "«It is taken out of bundle at the next deployment.»",
     "«1 target is behind the store: certary deploy»"),
)


MADE = os.path.exists(os.path.join(LOCALES, "en@pseudo/LC_MESSAGES/certary.mo"))


@unittest.skipUnless(MADE or "CI" in os.environ, "the pseudo language is made by make tests")
class Language(test_explain.Chain):
    def setUp(self):
        super().setUp()
        shutil.rmtree(self.store)
        self.make("local", "localhost", test_judgement.LOCAL)
        self.stranger = self.make("stranger", "stranger", "subjectAltName=DNS:stranger.example\n")
        self.server = test_judgement.Server(self.path("local.pem"), self.path("local.key"))
        self.addCleanup(self.server.close)
        self.words = {"ROOT": self.root, "ISSUING": self.issuing, "LEAF": self.leaf,
                      "STRANGER": self.stranger,
                      "NOTHING": write(self.path("nothing"), "nothing\n"),
                      "PLACE": f"localhost:{self.server.port}", "BUNDLE": self.path("bundle.pem"),
                      "OUT": self.path("out.pem"), "OUT.jks": self.path("out.jks")}

    def typed(self, line):
        """Names of two words are one."""
        words = line.replace("Example Issuing", "Example\0Issuing\0CA\0001").replace(
            "Example Root", "Example\0Root\0CA").split()
        return [self.words.get(word, word.replace("\0", " ")) for word in words]

    def tell(self, env):
        """The whole story in a new store: what each command ended with and wrote, and what was kept."""
        told = [self.run_program(*self.typed(step[0]), env=env) for step in STORY]
        kept = {name: file for name, file in tree(self.store).items() if not name.startswith(".")}
        told += [self.run_program(*self.typed(step[0]), env=env) for step in DEPLOYING]
        for name, (_, content) in tree(self.store).items():
            self.assertNotIn("«".encode(), content, name)
        shutil.rmtree(self.store)
        for name in ("bundle.pem", "out.pem"):
            os.remove(self.path(name))
        return told, kept

    def test_the_same_story_for_people_for_programs_and_in_the_store(self):
        english, kept = self.tell({})
        piped, kept_then = self.tell(LANGUAGE)
        seen, kept_seen = self.tell(SEEN)
        for step, one, other in zip(STORY + DEPLOYING, english, piped):
            self.assertEqual(one, other, step)
        for other in kept_then, kept_seen:
            self.assertEqual(set(kept), set(other))
            for name, content in kept.items():
                self.assertEqual(content, other[name], name)
        for step, one, other in zip(STORY + DEPLOYING, english, seen):
            with self.subTest(step[0]):
                self.assertEqual(one.code, other.code)
                self.is_said(step, one, other)

    def is_said(self, step, english, seen):
        text = (seen.out + seen.err).decode()
        for words in step[1:]:
            self.assertIn(words, text)
        if "nagios" in step[0]:
            self.assertEqual(english, seen)

    def test_json_is_english_whoever_looks(self):
        self.ok("import", "--yes", self.root, env=SEEN)
        self.ok("endpoint", "add", "--name", "srv", self.words["PLACE"], env=SEEN)
        for line in ("list --json", "show --json Example Root", "explain --json LEAF", "log --json",
                     "check --json --no-save", "probe --json --no-save PLACE", "impact --json Example Root",
                     "services --json", "block --dry-run --json Example Root", "help --json",
                     "show --json nobody", "import --json NOTHING", "doctor --json"):
            english, seen = (self.run_program(*self.typed(line), env=env) for env in ({}, SEEN))
            times = re.compile(rb'"ms": ?\d+')
            self.assertEqual((english.code, times.sub(b"", english.out), english.err),
                             (seen.code, times.sub(b"", seen.out), seen.err), line)
            self.assertNotIn("«".encode(), seen.out + seen.err, line)

    def test_what_is_made_here_is_kept_in_english(self):
        """Keys differ from one to the next, so that the stores can't be compared byte by byte."""
        for line, *said in (
                ("generate --plain --yes --name web --cn web.example", "web: «made»", "«Key file»",
                 "P-256 (secp256r1), without a passphrase»"),
                ("identity list", "«valid»"),
                ("identity show web", "«Identity»", "«without a passphrase»", " days left»"),
                ("generate --plain --yes --profile ca --name CA --cn CA", "CA: «made»"),
                ("request --plain --yes --name asked --cn asked.example -o OUT",
                 "«the request waits for its answer»", "«Written to»"),
                ("exchange asked", "«exchange asked: it has no certificate yet (its request waits for an answer)»"),
                ("sign --ca CA --profile server --yes OUT",),
                ("ca issued CA", "«PROFILE»", "«valid»"),
                ("ca revoke CA asked.example --yes", "-> «revoked»"),
                ("ca crl CA -o OUT --yes", "«CA: the list is in ")):
            done = self.run_program(*self.typed(line), env=SEEN)
            self.assertEqual(0 if not line.startswith("exchange") else 1, done.code, done)
            for words in said:
                self.assertIn(words, (done.out + done.err).decode(), line)
        for name, (_, content) in tree(self.store).items():
            self.assertNotIn("«".encode(), content, name)
        self.is_sound()

    def test_a_server_that_is_not_there(self):
        """How it failed was told before: that stays, and nothing is added in another language."""
        self.ok("import", "--yes", self.root)
        self.ok("endpoint", "add", "--name", "gone", "127.0.0.1:1")
        self.run_program("check")
        before = self.json("endpoint", "history", "gone")
        done = self.run_program("check", env={**SEEN, "CERTARY_TEST_CLOCK": "2026-01-03T00:00:00Z"})
        self.assertRegex(done.out.decode(), "«unreached»: .*«no connection")
        after = self.json("endpoint", "history", "gone")
        self.assertEqual([before[0]["reason"]], [one["reason"] for one in after])
        self.assertEqual(2, after[0]["times"])

    def test_what_is_wrong_with_a_file_is_kept_in_english(self):
        """So many files that the index is written, which tells the next one about them."""
        self.ok("import", "--yes", self.root)
        for i in range(300):
            write(os.path.join(self.store, "untrusted", f"{i}.pem"), "-----BEGIN CERTIFICATE-----\n")
        self.ok("list", env=SEEN)
        with open(os.path.join(self.store, ".index"), "rb") as index:
            kept = index.read()
        self.assertIn(b"it has no END line", kept)
        self.assertNotIn("«it has".encode(), kept)  # two bytes alone may stand in a hash
        english, seen = (self.run_program("doctor", env=env) for env in ({}, SEEN))
        self.assertIn(b"untrusted/0.pem: it has no END line\n", english.out)
        self.assertIn("untrusted/0.pem: «it has no END line»\n", seen.out.decode())

    def test_plain_words(self):
        self.ok("import", "--yes", self.root)
        told = self.ok("show", "--plain", "Example Root CA", env=SEEN)
        self.assertIn("«Warning:» ", told)
        plain = write(self.path("conf"), "plain = true;\n")
        made = self.ok("--config", plain, "generate", "--plain", "--yes", "--name", "web", "--cn",
                       "web.example", env=SEEN)
        self.assertIn("«Key file»: ", made)

    def test_help_of_every_command(self):
        overview = self.ok("help").split("\nOptions")[0]
        for command in re.findall(r"^  ([a-z]+(?: [a-z]+)?)(?=  | [^a-z ])", overview, re.M):
            text = self.ok("help", *command.split(), env=SEEN)
            synopsis, *rest = text.split("\n\n")[0].split("\n")
            self.assertTrue(synopsis.startswith("certary " + command), text)
            self.assertIn("«", "\n".join(rest) + text.partition(synopsis)[2], command)
            for option in re.findall(r"^  (?:-\w, )?--[a-z-]+(?: \S+)?\s+(\S)", text, re.M):
                self.assertEqual("«", option, text)

    def test_answers_and_manifests_are_files(self):
        for line in ("setup --print-answers", "parity --manifest"):
            self.ok("import", "--yes", self.root)
            self.assertEqual(self.ok(*line.split()), self.ok(*line.split(), env=SEEN))
            json.loads(self.ok("parity", "--manifest", env=SEEN))

    def test_a_sentence_ends_as_its_language_ends_it(self):
        self.ok("import", "--yes", self.root)
        done = self.run_program("probe", "--no-save", self.words["PLACE"], env={**SEEN, "LANGUAGE": "ja"})
        self.assertIn("。\n", done.out.decode())
        self.assertNotRegex(done.out.decode(), r"[。ぁ-ん]\.")

    def test_a_command_before_an_error_is_not_translated(self):
        for language in "de", "ja":
            done = self.run_program("import", "--yes", "--name", 999 * "x", self.root,
                                    env={**SEEN, "LANGUAGE": language})
            self.assertRegex(done.err.decode(), "^certary: import: ")


# A real locale and its date on a screen, of one of its days: digits as people there write them in a table.
DATES = (("ja_JP", "2026/11/23"), ("de_DE", "23.11.2026"), ("en_US", "11/23/2026"), ("en_GB", "23/11/2026"))
LATER = {"CERTARY_TEST_CLOCK": "2026-11-23T04:39:00Z"}
SOURCES = "/usr/share/i18n/locales"
NEEDED = all(os.path.exists(os.path.join(SOURCES, name)) for name, _ in DATES) and shutil.which("localedef")


@unittest.skipUnless(NEEDED or "CI" in os.environ, "localedef or the sources of locales are missing")
class Dates(test_explain.Chain):
    """Dates are the locale's where somebody looks, and ISO 8601 where a program reads."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.locales = tempfile.mkdtemp()
        cls.addClassCleanup(shutil.rmtree, cls.locales)
        for name, _ in DATES:
            # 1: it has been made, with remarks
            made = subprocess.run(["localedef", "-i", name, "-f", "UTF-8", f"{cls.locales}/{name}.UTF-8"],
                                  capture_output=True, check=False)
            if made.returncode > 1:
                raise AssertionError(made.stderr)

    def env(self, name, **more):
        # glibc's setlocale() keeps what it made of LOCPATH, which a sanitizer takes for a leak of ours.
        return {**LATER, "LOCPATH": self.locales, "LC_ALL": name + ".UTF-8", "CERTARY_TEST_LOCALES": LOCALES,
                "ASAN_OPTIONS": "detect_leaks=0", **more}

    def test_on_a_screen(self):
        shutil.rmtree(self.store)
        self.ok("import", "--yes", self.root, env=LATER)
        for name, day in DATES:
            with self.subTest(name):
                said = self.ok("show", "Example Root CA", env=self.env(name, CERTARY_SEEN="1"))
                self.assertRegex(said, day + " 04:39:00 UTC\n")
                self.assertNotRegex(said, r"\d{4}-\d\d-\d\dT")
                said = self.ok("log", env=self.env(name, CERTARY_SEEN="1"))
                self.assertNotRegex(said, r"\d{4}-\d\d-\d\d")

    def test_in_pipes_json_and_the_store(self):
        for name, _ in DATES:
            self.ok("import", "--yes", self.root, env=self.env(name, CERTARY_SEEN="1"))
            for line in ("show", "Example Root CA"), ("log",), ("list",):
                self.assertEqual(self.ok(*line, env=LATER), self.ok(*line, env=self.env(name)), name)
                self.assertEqual(self.ok(*line, "--json", env=LATER),
                                 self.ok(*line, "--json", env=self.env(name, CERTARY_SEEN="1")), name)
            for path, (_, content) in tree(self.store).items():
                self.assertNotRegex(content.decode("latin-1"), r"\d\d[./]\d\d[./]\d\d", path)


if __name__ == "__main__":
    unittest.main()
