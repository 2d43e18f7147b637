"""Every command and option of `certary help`, from outside: what is printed, changed, and said."""
import base64
import hashlib
import json
import os
import re
import signal
import subprocess
import sys
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
import hostile
import outside
from outside import Case, openssl, read, write

ENTRY_KEYS = {"name", "state", "fingerprint", "subject", "issuer", "serial", "not_before",
              "not_after",
              "days_left", "ca", "self_signed", "sans", "key", "source", "added", "note"}
LOG_KEYS = ["seq", "time", "who", "from", "op", "cert", "name", "was", "now", "why"]
TIME = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ"


def der_of(pem):
    return base64.b64decode(b"".join(pem.split(b"-----")[2].split()))


def fingerprint(path):
    return hashlib.sha256(der_of(read(path))).hexdigest()


class Filled(Case):
    """A store of six certificates, all trusted; self.prints are their fingerprints."""

    def setUp(self):
        super().setUp()
        self.files = outside.generate(self.path("made"), 6)
        self.prints = [fingerprint(f) for f in self.files]
        self.ok("import", "--yes", *self.files)

    def state(self, print_):
        return next(s for s,
                    files in outside.entries(self.store).items() if print_ + ".pem" in files)

    def entry(self, print_):
        return self.json("show", print_)

    def names(self, *options):
        return [e["name"] for e in self.json("list", *options)]

    def journal(self):
        return [json.loads(line) for line in read(os.path.join(self.store, "journal")).splitlines()]


COMMANDS = """list, show, compare, match, import, export, rename, note, delete, restore, purge, trust,
    untrust, block, explain, impact, crl list, crl show, crl import, crl remove, crl fetch, generate, request, sign, identity list, identity show,
    identity import, identity attach, identity rename, identity note, identity ticket,
    identity delete, identity restore, identity purge, ca issued, ca revoke, ca crl, exchange, probe,
    connect, rehearse, endpoint add, endpoint list, endpoint remove, endpoint history, endpoint accept, check,
    services, runbook list, runbook show, runbook new, runbook done, runbook reopen, runbook set,
    runbook note, runbook remove, target add, target list, target show, target remove, deploy, parity, undo,
    log, setup, doctor, help"""
COMMANDS = [" ".join(c.split()) for c in COMMANDS.split(",")]


class Help(Case):
    def test_every_command_has_help(self):
        overview = self.ok("help")
        part = overview.split("\nOptions")[0]
        commands = re.findall(r"^  ([a-z]+(?: [a-z]+)?)(?=  | [^a-z ])", part, re.M)
        self.assertEqual(COMMANDS, commands)
        for command in commands:
            text = self.ok("help", *command.split())
            self.assertTrue(text.startswith("certary " + command), text)
            self.assertEqual(overview if command == "help" else text,
                             self.ok(*command.split(), "--help"))
        for family in {c.split()[0] for c in commands if " " in c}:
            self.assertEqual(self.ok("help", family), self.ok(family, "--help"))

    def test_options_say_what_they_mean_there(self):
        for words, wrong in ((["rehearse"], "repeated.*repeated"), (["endpoint", "add"], "note on the identity|is valid"),
                             (["generate"], "to warn")):
            self.assertNotRegex(self.ok("help", *words), "(?s)" + wrong)

    def test_general_options(self):
        self.assertRegex(self.ok("--version"), r"\Acertary \d+\.\d+\S*\n\Z")
        self.assertEqual(self.ok("help"), self.ok("--help"))
        self.assertEqual(self.ok("help"), self.ok("-h"))

    def test_usage(self):
        self.ok("import", *outside.generate(self.path("made"), 1))
        for words in (["nope"], ["list", "--nope"], ["help", "nope"],
                      ["help", "list", "nope"], ["help", "a", "b", "c"], ["show"], ["show", "a", "b"],
                      ["rename", "a"],
                      ["note", "a"], ["trust"], ["import"], ["match", "a"], ["doctor", "x"],
                      ["explain"], ["explain", "a", "b"], ["explain", "--why", "x", "a"],
                      ["undo", "x"],
                      ["undo", "0"], ["undo", "-1"], ["list", "--state"], ["list", "--json=yes"],
                      ["-x"],
                      ["list", "--pem"], ["show", "--sort", "name", "x"],
                      ["import", "--verify", "x"]):
            self.fails(2, *words)

    def test_no_store(self):
        for words in (["log"], ["doctor"], ["trust", "x"], ["purge", "--yes"], ["undo"],
                      ["identity", "show", "x"], ["endpoint", "remove", "x"]):
            self.assertIn(self.store, self.fails(3, *words))

    def test_a_new_machine(self):
        """What only reads answers as with a store that is empty, and makes none."""
        for words, begin in ((["list"], "no certificates yet"), (["identity", "list"], ""),
                             (["endpoint", "list"], "no endpoints yet"), (["check"], "no endpoints yet")):
            self.assertTrue(self.changes_nothing(*words).startswith(begin), words)
        self.assertEqual([[], [], []], [self.json(*words) for words in
                                        (["list"], ["identity", "list"], ["endpoint", "list"])])
        self.fails(3, "explain", "x")
        pem = outside.generate(self.path("made"), 1)[0]
        self.assertIn("no", self.run_program("explain", pem).out.decode())
        self.assertFalse(os.path.exists(self.store))
        self.changes_nothing("endpoint", "add", "--dry-run", "h.example:443")
        self.fails(2, "endpoint", "add", "--tls", "9", "h.example:443")
        self.ok("endpoint", "add", "h.example:443")
        self.assertEqual(["h.example:443"], [e["name"] for e in self.json("endpoint", "list")])


class Reading(Filled):
    def test_list(self):
        text = self.changes_nothing("list")
        self.assertEqual(7, len(text.splitlines()))
        for print_ in self.prints:
            self.assertIn(print_[:16], text)

    def test_list_json(self):
        for entry in self.json("list"):
            self.assertEqual(ENTRY_KEYS, set(entry))
            self.assertEqual({"algorithm", "bits"}, set(entry["key"]))
            self.assertRegex(entry["fingerprint"], r"\A[0-9a-f]{64}\Z")
            for time in ("not_before", "not_after", "added"):
                self.assertRegex(entry[time], rf"\A{TIME}\Z")
            self.assertIsInstance(entry["days_left"], int)
            self.assertIsInstance(entry["sans"], list)
            self.assertIs(type(entry["ca"]), bool)
            self.assertIs(type(entry["self_signed"]), bool)

    def test_json_agrees_with_openssl(self):
        for file, print_ in zip(self.files, self.prints):
            entry = self.entry(print_)
            said = openssl("x509", "-in", file, "-noout", "-serial", "-subject", "-issuer",
                           "-dateopt", "iso_8601",
                           "-dates", "-nameopt", "RFC2253,utf8,-esc_msb,sep_comma_plus").decode()
            self.assertIn(f"serial={entry['serial'].upper()}\n", said)
            self.assertIn(f"subject={entry['subject']}\n", said)
            self.assertIn(f"issuer={entry['issuer']}\n", said)
            self.assertIn("notAfter=" + entry["not_after"].replace("T", " "), said)
            self.assertEqual(("trusted", None), (entry["state"], entry["note"]))

    def test_filters(self):
        self.ok("untrust", self.prints[2])
        self.ok("block", self.prints[3])
        self.ok("delete", self.prints[4])
        for state, which in (("untrusted", 2), ("blocked", 3), ("trash", 4)):
            listed = self.json("list", "--state", state)
            self.assertEqual([(self.prints[which], state)],
                             [(e["fingerprint"], e["state"]) for e in listed])
        everything = self.json("list")
        self.assertEqual(5, len(everything))
        self.assertEqual(2, len(self.json("list", "--ca")))
        self.assertEqual([self.prints[0]],
                         [e["fingerprint"] for e in self.json("list", "--self-signed")])
        self.assertEqual([e for e in everything if e["days_left"] < 0],
                         self.json("list", "--expired"))
        self.fails(2, "list", "--state", "dead")

    def test_expiring(self):
        everything = self.json("list")
        for days in (20, 400):
            wanted = sorted(e["name"] for e in everything if 0 <= e["days_left"] < days)
            for words in (f"{days}", f"{days}d"):
                self.assertEqual(wanted, sorted(self.names("--expiring", words)), words)
        self.assertNotEqual(self.names("--expiring", "5%"), self.names("--expiring", "99%"))
        for words in ("x", "", "-3", "3w", "%"):
            self.fails(2, "list", "--expiring", words)

    def test_patterns(self):
        name = self.entry(self.prints[2])["name"]
        self.assertEqual([name], self.names(name.upper()))
        self.assertEqual([], self.names("no such thing"))
        self.assertEqual([name], self.names(self.prints[2][:20]))

    def test_sort(self):
        columns = {"name": lambda e: e["name"].casefold(),
                   "state": lambda e: outside.STATES.index(e["state"]),
                   "days": lambda e: e["not_after"], "subject": lambda e: e["subject"].casefold(),
                   "issuer": lambda e: e["issuer"].casefold(), "added": lambda e: e["added"],
                   "key": lambda e: (e["key"]["algorithm"], e["key"]["bits"]),
                   "fingerprint": lambda e: e["fingerprint"]}
        self.ok("block", self.prints[1])
        for column, key in columns.items():
            up = [key(e) for e in self.json("list", "--sort", column)]
            down = [key(e) for e in self.json("list", "--sort", column, "--reverse")]
            self.assertEqual(sorted(up), up, column)
            self.assertEqual(up[::-1], down, column)
        self.fails(2, "list", "--sort", "colour")

    def test_what_cert_may_be(self):
        print_ = self.prints[2]
        colons = ":".join(print_[i:i + 2] for i in range(0, 64, 2))
        blanks = " ".join(print_[i:i + 4] for i in range(0, 64, 4))
        name = self.entry(print_)["name"]
        for words in (print_, print_.upper(), colons, colons.upper(), blanks, print_[:6],
                      print_[:12].upper(), name):
            self.assertEqual(print_, self.json("show", words)["fingerprint"], words)
        for words in (print_[:5], "0" * 64, print_[:-1] + "g", "nobody", ""):
            self.fails(3, "show", words)

    def test_show(self):
        for words in (self.prints[1], self.files[1]):
            text = self.changes_nothing("show", words)
            self.assertEqual(text, self.ok("show", "--text", words))
            self.assertIn("Common name", text)
            shown = self.json("show", words)
            self.assertLess(ENTRY_KEYS, set(shown))
            self.assertEqual(self.prints[1], shown["fingerprint"])
            self.assertEqual(der_of(read(self.files[1])), self.ok("show", "--der", words))
            self.assertEqual(der_of(read(self.files[1])),
                             der_of(self.ok("show", "--pem", words).encode()))
        self.assertIsNone(self.json("show", self.files[1])["state"])
        self.fails(3, "show", self.path("no-such-file.pem"))

    def test_match(self):
        right, wrong = self.prints[0], "f" * 64
        sha1 = hashlib.sha1(der_of(read(self.files[0]))).hexdigest()
        for words in ([right], [right.upper()], [sha1], [right[i:i + 4] for i in range(0, 64, 4)]):
            self.assertIn("this is the certificate",
                          self.changes_nothing("match", self.files[0], *words))
        self.assertTrue(self.json("match", right, right)["match"])
        done = self.run_program("match", right, wrong)
        self.assertEqual(4, done.code)
        self.assertIn("no match", done.out.decode())
        done = self.run_program("match", "--json", right, wrong)
        self.assertEqual((4, False), (done.code, json.loads(done.out)["match"]))
        self.fails(2, "match", right, "zz")
        self.fails(3, "match", "nobody", right)

    def test_log(self):
        self.assertEqual(6, len(self.changes_nothing("log").splitlines()))
        lines = self.json("log")
        self.assertEqual([LOG_KEYS] * 6, [list(line) for line in lines])
        self.assertEqual(list(range(1, 7)), [line["seq"] for line in lines])
        self.ok("note", self.prints[0], "green", "--why", "ticket 4711")
        self.assertEqual(["note"], [line["op"] for line in self.json("log", "4711")])
        self.assertEqual([], self.json("log", "no such thing"))

    def test_doctor(self):
        self.assertEqual([], self.json("doctor"))
        self.changes_nothing("doctor")
        write(os.path.join(self.store, "trusted", "rubbish.pem"), "rubbish")
        done = self.run_program("doctor", "--json")
        self.assertEqual(4, done.code)
        self.assertEqual(["trusted/rubbish.pem"], [f["file"] for f in json.loads(done.out)])

    def test_doctor_mends(self):
        twin = self.prints[0] + ".pem"
        write(os.path.join(self.store, "blocked", twin),
              read(os.path.join(self.store, "trusted", twin)))
        os.chmod(os.path.join(self.store, "keys"), 0o755)
        self.assertEqual(4, self.run_program("doctor").code)
        self.assertEqual(0, self.run_program("doctor", "--mend").code)
        self.assertEqual("blocked", self.state(self.prints[0]))
        self.is_sound()

    def test_output_that_cannot_be_written(self):
        with open("/dev/full", "wb") as full:
            for words in (["list"], ["list", "--json"], ["show", self.prints[0]], ["log"],
                          ["help"]):
                self.fails(1, *words, stdout=full)

    def test_closed_descriptors(self):
        for closing in (">&-", "<&-", "2>&-", "<&- >&- 2>&-"):
            done = subprocess.run(["sh", "-c", f'"$@" {closing}', "sh", outside.PROGRAM, "--store",
                                   self.store,
                                   "note", self.prints[0], closing], env=outside.environment(),
                                  check=False,
                                  capture_output=True, stdin=subprocess.DEVNULL)
            self.assertIn(done.returncode, (0, 1), done.stderr)
            self.is_sound()

    def test_locales(self):
        wanted = self.json("list")
        for locale in ("C", "POSIX", "de_DE.ISO-8859-1", "nonsense"):
            self.assertEqual(wanted, self.json("list", env={"LC_ALL": locale}))
            self.ok("list", env={"LC_ALL": locale})
            self.ok("show", self.prints[2], env={"LC_ALL": locale})


class Changing(Filled):
    def test_states(self):
        for verb, state in (("untrust", "untrusted"), ("block", "blocked"), ("trust", "trusted")):
            self.ok(verb, *self.prints[:2], "--why", "because")
            for print_ in self.prints[:2]:
                self.assertEqual(state, self.state(print_))
        last = self.journal()[-1]
        self.assertEqual(("trust", "blocked", "trusted", "because"),
                         tuple(last[k] for k in ("op", "was", "now", "why")))
        self.is_sound()

    def test_named_twice_is_meant_once(self):
        for verb in ("block", "delete", "restore", "delete", "purge"):
            self.ok(verb, "--yes", self.prints[0], self.prints[1], self.prints[0][:8])
            self.assertEqual([verb] * 2, [line["op"] for line in self.journal()[-2:]])
            self.assertNotEqual(self.journal()[-2]["cert"], self.journal()[-1]["cert"])
        self.is_sound()

    def test_trash(self):
        self.ok("block", self.prints[0])
        self.ok("delete", self.prints[0], self.prints[1])
        self.assertEqual("trash", self.state(self.prints[0]))
        self.assertIn("trash", self.fails(1, "trust", self.prints[0]))
        self.ok("restore", self.prints[0], self.prints[1])
        self.assertEqual(("blocked", "trusted"), (self.state(self.prints[0]),
                                                  self.state(self.prints[1])))
        self.fails(1, "restore", self.prints[0])
        self.fails(1, "purge", "--yes", self.prints[0])

    def test_purge(self):
        self.ok("delete", *self.prints[:3])
        self.fails(5, "purge")
        self.fails(5, "purge", self.prints[0])
        self.ok("purge", "--yes", self.prints[0])
        self.assertEqual(2, len(outside.entries(self.store)["trash"]))
        self.ok("purge", "--yes")
        self.assertEqual([], outside.entries(self.store)["trash"])
        self.ok("undo")
        self.assertEqual(2, len(outside.entries(self.store)["trash"]))
        self.is_sound()

    def test_nothing_to_do(self):
        for words in (["trust", self.prints[0]], ["purge", "--yes"], ["note", self.prints[0], ""],
                      ["rename", self.prints[0], self.entry(self.prints[0])["name"]]):
            self.changes_nothing(*words)

    def test_one_wrong_word_changes_nothing(self):
        for verb in ("trust", "untrust", "block", "delete"):
            self.fails(3, verb, self.prints[0], "nobody", self.prints[1])
        self.fails(1, "restore", self.prints[0])

    def test_rename_and_note(self):
        other = self.entry(self.prints[1])["name"]
        self.ok("rename", self.prints[0], "  Müllers   Wurzel ")
        self.assertEqual("Müllers Wurzel", self.entry(self.prints[0])["name"])
        self.ok("note", "Müllers Wurzel", "until spring")
        self.assertEqual("until spring", self.entry(self.prints[0])["note"])
        self.assertIn(b"Note: until spring\n",
                      read(os.path.join(self.store, "trusted", self.prints[0] + ".pem")))
        self.ok("note", "Müllers Wurzel", "")
        self.assertIsNone(self.entry(self.prints[0])["note"])
        self.fails(2, "rename", "Müllers Wurzel", " ")
        self.fails(1, "rename", "Müllers Wurzel", other)
        self.is_sound()

    def test_what_people_type_is_foreign_too(self):
        evil = "\x1b[2J\u202e\nState: trusted"
        self.ok("rename", self.prints[0], evil, "--why", evil)
        self.ok("note", self.prints[0], evil)
        self.ok("list")
        self.ok("log")
        self.assertIn("\x1b", self.entry(self.prints[0])["name"])
        self.is_sound()

    def test_undo(self):
        start = outside.entries(self.store)
        for words in (["untrust", self.prints[0]], ["delete", self.prints[0], self.prints[2]],
                      ["rename", self.prints[1], "x"], ["note", self.prints[1], "y"]):
            before = outside.tree(self.path("store"))
            self.ok(*words)
            self.ok("undo")
            after = outside.tree(self.path("store"))
            files = [p for p in before if "/" in p]
            self.assertEqual({p: before[p] for p in files},
                             {p: after[p] for p in after if "/" in p})
        self.assertEqual(start, outside.entries(self.store))
        self.ok("undo", "6")
        self.assertEqual([], outside.entries(self.store)["trusted"])
        self.fails(3, "undo")
        self.fails(1, "undo", "1")
        self.fails(3, "undo", "999")
        self.is_sound()

    def test_undo_where_something_stands_in_the_way(self):
        self.ok("untrust", self.prints[0])
        self.ok("block", self.prints[0])
        self.assertIn("later change", self.fails(1, "undo", "7"))

    def test_dry_run(self):
        self.ok("untrust", self.prints[0])
        self.ok("delete", self.prints[1])
        more = outside.generate(self.path("more"), 3, "-s", "7")
        for words in (["trust", self.prints[0]], ["untrust", self.prints[2]],
                      ["block", self.prints[0]],
                      ["delete", self.prints[0]], ["restore", self.prints[1]], ["purge"],
                      ["purge", self.prints[1]],
                      ["rename", self.prints[0], "x"], ["note", self.prints[0], "x"], ["undo"],
                      ["undo", "7"],
                      ["import", *more], ["import", "--state", "blocked", more[0]]):
            text = self.changes_nothing(*words, "--dry-run")
            self.assertRegex(text, r"(?m)^would ", words)
            self.changes_nothing(*words, "--dry-run", "--read-only")
            plan = json.loads(self.changes_nothing(*words, "--dry-run", "--json"))
            self.assertTrue(plan["dry_run"])
            self.assertNotEqual([], plan["plan"])
            before = len(self.journal())
            done = json.loads(self.ok(*words, "--json", "--yes"))
            self.assertEqual((plan["plan"], before + 1), (done["plan"], done["seq"]), words)
            self.ok("undo", str(done["seq"]))

    def test_dry_run_makes_no_store(self):
        files = self.files[:2]
        self.store = self.path("none")
        before = outside.tree(self.dir)
        self.run_program("import", "--dry-run", *files)
        self.assertEqual(before, outside.tree(self.dir))

    def test_read_only(self):
        self.ok("delete", self.prints[1])
        for words in (["trust", self.prints[0]], ["delete", self.prints[0]], ["purge", "--yes"],
                      ["undo"],
                      ["rename", self.prints[0], "x"], ["note", self.prints[0], "x"],
                      ["import", self.files[0]]):
            self.assertIn("read-only", self.fails(1, "--read-only", *words))
        for words in (["list"], ["log", "--verify"], ["show", self.prints[0]], ["doctor"]):
            self.changes_nothing("--read-only", *words)

    def test_who_and_from_where(self):
        self.ok("note", self.prints[0], "a", env={"SUDO_USER": "ann\x1b[2J",
                                                  "SSH_CONNECTION": "192.0.2.7 5 192.0.2.1 22"})
        line = self.journal()[-1]
        self.assertEqual("ssh 192.0.2.7", line["from"])
        if os.getuid() == 0 and read("/proc/self/loginuid") in (b"4294967295", b"0"):
            self.assertEqual("ann\x1b[2J", line["who"])
        self.assertNotEqual("", line["who"])
        self.ok("note", self.prints[0], "b")
        self.assertEqual("local", self.journal()[-1]["from"])

    def test_dashes(self):
        write(self.path("-rf.pem"), read(self.files[0]))
        self.ok("rename", "--", self.prints[0], "--help")
        self.assertEqual("--help", self.entry(self.prints[0])["name"])
        self.assertEqual(self.prints[0],
                         json.loads(self.ok("show", "--json", "--", "--help"))["fingerprint"])
        self.ok("block", "--yes", "--", "--help")
        self.ok("show", "--", "-rf.pem", cwd=self.dir)
        self.fails(2, "show", "-rf.pem", cwd=self.dir)

    def test_settings(self):
        conf = write(self.path("certary.conf"), "no such thing = 3\n")
        self.fails(1, "--config", conf, "list")
        self.fails(1, "--config", self.path("nowhere"), "list")
        write(conf, "")
        self.ok("--config", conf, "list")
        self.ok("list", env={"CERTARY_CONFIG": conf})
        done = outside.run("list", env={"CERTARY_STORE": self.store})
        self.assertEqual((0, 7), (done.code, len(done.out.splitlines())))

    def test_dropped_files(self):
        os.rename(os.path.join(self.store, "trusted", self.prints[0] + ".pem"),
                  os.path.join(self.store, "trusted", "our ca.crt"))
        write(os.path.join(self.store, "blocked", "evil.der"), hostile.cert())
        self.assertIn("evil", self.names("--state", "blocked"))
        self.ok("rename", self.prints[0], "ours")
        self.ok("delete", "evil")
        self.assertEqual(["evil.der"], outside.entries(self.store)["trash"])
        self.is_sound()

    def test_somebody_changed_it_meanwhile(self):
        file = os.path.join(self.store, "trusted", self.prints[0] + ".pem")
        write(file, read(os.path.join(self.store, "trusted", self.prints[1] + ".pem")))
        os.remove(os.path.join(self.store, "trusted", self.prints[1] + ".pem"))
        self.assertEqual(4, self.run_program("doctor").code)

    def test_newer_store(self):
        write(os.path.join(self.store, "certary.store"), "certary-store 2\n")
        for words in (["list"], ["delete", self.prints[0]], ["import", self.files[0]],
                      ["doctor", "--mend"]):
            self.fails(1, *words)


class Tampering(Filled):
    """log --verify finds each way of tampering with a journal."""

    def setUp(self):
        super().setUp()
        self.ok("untrust", self.prints[0])
        self.ok("note", self.prints[1], "x")
        self.file = os.path.join(self.store, "journal")
        self.lines = read(self.file).splitlines(True)

    def finds(self, lines):
        write(self.file, b"".join(lines))
        self.assertRegex(self.fails(4, "log", "--verify"), r"journal line \d+: ")
        done = self.run_program("log", "--verify", "--json")
        self.assertEqual((4, False), (done.code, json.loads(done.out)["ok"]))
        self.assertEqual(4, self.run_program("doctor").code)
        write(self.file, b"".join(self.lines))
        self.ok("log", "--verify")

    def test_changed_lines(self):
        for i, line in enumerate(self.lines):
            self.finds(self.lines[:i] + [line.replace(b'"time":"2026',
                                                      b'"time":"2025')] + self.lines[i + 1:])

    def test_missing_lines(self):
        for i in range(len(self.lines)):
            self.finds(self.lines[:i] + self.lines[i + 1:])
        self.finds([])
        self.finds(self.lines[:2])

    def test_order(self):
        self.finds(self.lines[:2] + [self.lines[3], self.lines[2]] + self.lines[4:])
        self.finds(self.lines + [self.lines[-1]])

    def test_a_line_more_that_fits(self):
        line = json.loads(self.lines[-1])
        line.update(seq=len(self.lines) + 1, prev=hashlib.sha256(self.lines[-1][:-1]).hexdigest())
        self.finds(self.lines + [json.dumps(line, separators=(",", ":")).encode() + b"\n"])

    def test_a_later_change_does_not_cover_it_up(self):
        write(self.file, b"".join(self.lines[:-1] + [self.lines[-1].replace(b'"now":"x"', b'"now":"y"')]))
        self.ok("note", self.prints[0], "later")
        self.assertIn(f"journal line {len(self.lines)}: ", self.fails(4, "log", "--verify"))

    def test_torn_and_garbage(self):
        self.finds(self.lines + [b'{"seq":'])
        self.finds(self.lines[:-1] + [self.lines[-1][:-9]])
        self.finds(self.lines[:3] + [b"rubbish\n"] + self.lines[3:])
        self.finds([b"\xff\xfe"] + self.lines)


class Import(Case):
    def setUp(self):
        super().setUp()
        self.files = outside.generate(self.path("made"), 4)
        self.prints = [fingerprint(f) for f in self.files]

    def found(self, state="trusted"):
        return {name[:64] for name in outside.entries(self.store)[state]}

    def test_forms(self):
        der = write(self.path("a.der"), der_of(read(self.files[0])))
        p7 = self.path("b.p7b")
        openssl("crl2pkcs7", "-nocrl", "-certfile", self.files[1], "-certfile", self.files[2],
                "-out", p7)
        self.ok("import", der, p7, self.files[3])
        self.assertEqual(set(self.prints), self.found())
        self.is_sound()

    def test_standard_input(self):
        self.ok("import", "-", stdin=read(self.files[0]) + read(self.files[1]))
        self.assertEqual(set(self.prints[:2]), self.found())
        self.assertIn("standard input", self.json("show", self.prints[0])["source"])
        self.fails(1, "import", "-", stdin=b"rubbish")

    def test_folder(self):
        write(self.path("made", "README"), "about these")
        os.mkdir(self.path("made", "below"))
        done = self.run_program("import", self.path("made"))
        self.assertEqual((4, 1), (done.code, len(done.err.splitlines())), done.err)
        self.assertEqual(set(self.prints), self.found())
        self.fails(1, "import", self.path("made", "below"))

    def test_names(self):
        self.ok("import", "--name", "our CA", *self.files[:3])
        self.assertEqual(["our CA", "our CA (2)", "our CA (3)"],
                         sorted(e["name"] for e in self.json("list")))
        self.ok("import", "--name", "our CA", self.files[3])
        self.assertIn("our CA (4)", [e["name"] for e in self.json("list")])
        self.fails(2, "import", "--name", " ", self.files[0])

    def test_state(self):
        self.ok("import", "--state", "untrusted", self.files[0])
        self.ok("import", "--state", "blocked", self.files[1])
        self.assertEqual(({self.prints[0]}, {self.prints[1]}),
                         (self.found("untrusted"), self.found("blocked")))
        for state in ("trash", "nope"):
            self.fails(2, "import", "--state", state, self.files[2])

    def test_pick(self):
        bundle = write(self.path("all.pem"), b"".join(map(read, self.files)))
        for wrong in ("0", "5", "1,,2", "3-1", "a", "1-"):
            self.fails(2, "import", "--pick", wrong, bundle)
        self.ok("import", "--pick", "1,3-4", bundle)
        self.assertEqual({self.prints[i] for i in (0, 2, 3)}, self.found())

    def test_again(self):
        self.ok("import", self.files[0])
        self.assertIn("is known already", self.changes_nothing("import", self.files[0]))
        self.ok("delete", self.prints[0])
        self.ok("import", self.files[0])
        self.assertEqual({self.prints[0]}, self.found())

    def test_blocked_is_not_offered_again(self):
        self.ok("import", "--state", "blocked", self.files[0])
        before = outside.tree(self.store)
        done = self.run_program("import", "--yes", self.files[0])
        self.assertEqual(4, done.code)
        self.assertEqual(before, outside.tree(self.store))

    def test_json(self):
        done = json.loads(self.ok("import", "--json", *self.files[:2]))
        self.assertEqual((2, 0, [], 1), (done["imported"], done["known"], done["problems"],
                                         done["seq"]))
        self.assertEqual(self.prints[:2], [row["cert"] for row in done["plan"]])

    def test_why(self):
        self.ok("import", "--why", "ticket 7", self.files[0])
        self.assertEqual("ticket 7", self.json("log")[0]["why"])

    def test_refused(self):
        for file, data in (("key.pem", openssl("genpkey", "-algorithm", "ed25519")),
                           ("empty.pem", b""),
                           ("text.pem", b"hello\n")):
            line = self.run_program("import", write(self.path(file), data)).err.decode()
            self.assertRegex(line, rf"\Acertary: .*{file}: .+\n\Z")
        self.assertEqual({}, {s: f for s, f in outside.entries(self.store).items() if f})
        self.fails(1, "import", self.path("nowhere.pem"))

    def test_a_private_key_is_refused_loudly(self):
        key = openssl("genpkey", "-algorithm", "ed25519")
        file = write(self.path("both.pem"), read(self.files[0]) + key + read(self.files[1]))
        self.ok("import", self.files[2])
        self.assertIn("PRIVATE KEY", self.fails(1, "import", file))
        for path, (_, content) in outside.tree(self.store).items():
            self.assertNotIn(b"PRIVATE KEY", content, path)
        self.run_program("import", "--pick", "1-2", file)
        self.assertEqual(set(self.prints[:3]), self.found())

    def test_150_of_which_3_are_broken(self):
        outside.generate(self.path("many"), 150)
        blocks = [read(self.path("many", f)) for f in sorted(os.listdir(self.path("many")))]
        bundle = b""
        places = []
        for i, block in enumerate(blocks):
            if i in (10, 70, 149):
                places.append(bundle.count(b"\n") + 1)
                lines = block.splitlines(True)
                at = 1 + next(n for n, line in enumerate(lines) if line.startswith(b"-----BEGIN"))
                block = b"".join(lines[:at]) + {10: b"!!!", 70: b"",
                                                149: b"M"}[i] + b"".join(lines[at + (i == 70):])
            bundle += block
        file = write(self.path("bundle.pem"), bundle)
        done = self.run_program("import", file)
        self.assertEqual((4, 147), (done.code, len(self.found())))
        said = done.err.decode().splitlines()
        self.assertEqual(3, len(said))
        for line, place, block in zip(said, places, (11, 71, 150)):
            self.assertIn("bundle.pem", line)
            self.assertIn(f"block {block}, line {place}", line)
        self.is_sound()

    def test_keystore_passwords(self):
        key, cert, p12 = self.path("k"), self.path("c"), self.path("store.p12")
        openssl("req", "-x509", "-newkey", "ed25519", "-nodes", "-keyout", key, "-out", cert,
                "-subj", "/CN=p12.test")
        openssl("pkcs12", "-export", "-nokeys", "-in", cert, "-out", p12, "-passout", "pass:geheim")
        jks = write(self.path("store.jks"),
                    hostile.jks(hostile.jks_entry("one", der_of(read(self.files[0])))))
        right, wrong = write(self.path("right"), "geheim\n"), write(self.path("wrong"), "Geheim\n")
        self.ok("import", self.files[3])
        self.fails(5, "import", p12)
        self.fails(5, "import", "--password-file", wrong, p12)
        self.fails(5, "import", "--password-file", wrong, jks)
        self.fails(1, "import", "--password-file", self.path("nowhere"), p12)
        self.ok("import", "--password-file", right, p12)
        self.ok("import", "--password-file", write(self.path("jks"), "changeit"), jks)
        self.assertEqual({fingerprint(cert), self.prints[0], self.prints[3]}, self.found())
        for path, (_, content) in outside.tree(self.store).items():
            self.assertNotIn(b"geheim", content, path)

    def test_limits(self):
        file = write(self.path("big.pem"), read(self.files[0]) + b"\n" * (17 << 20))
        self.ok("import", self.files[1])
        self.assertIn("limit", self.fails(1, "import", file))
        self.ok("import", "--no-limits", file)
        self.assertEqual(set(self.prints[:2]), self.found())

    def test_interrupted_reader(self):
        """Whoever stops reading what is printed must not stop a change halfway."""
        reader = subprocess.Popen(["true"], stdin=subprocess.PIPE)
        reader.wait()
        with open(reader.stdin.fileno(), "wb", closefd=False) as gone:
            done = outside.run("--store", self.store, "import", *self.files, stdout=gone)
        self.assertNotEqual(-signal.SIGPIPE, done.code)
        self.assertEqual(set(self.prints), self.found())
        self.is_sound()
        reader.stdin.close()


if __name__ == "__main__":
    unittest.main()
