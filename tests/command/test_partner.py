"""`certary exchange` and `certary runbook`: what a partner gets, and the checklist for all of it."""
import hashlib
import json
import os
import re
import stat
import subprocess
import sys
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
import outside
from outside import Case, openssl, read, write


class Exchange(Case):
    def setUp(self):
        super().setUp()
        self.ok("generate", "--ca", "--cn", "Test CA", "--name", "ca", "--path-len", "1", "--yes")
        self.ok("request", "--cn", "Sub CA", "--name", "sub", "--profile", "ca", "--yes",
                "-o", self.path("sub.csr"))
        self.sign("ca", "sub", "ca")
        self.ok("request", "--cn", "client.example", "--name", "Our client", "--profile", "client",
                "--yes", "-o", self.path("client.csr"))
        self.sign("sub", "client", "client", name="Our client")
        self.pack = self.path("pack")

    def sign(self, by, what, profile, name=None):
        self.ok("sign", "--ca", by, "--profile", profile, "--yes", "-o", self.path(what + ".pem"),
                self.path(what + ".csr"))
        self.run_program("identity", "attach", name or what, self.path(what + ".pem"))

    def test_pack(self):
        self.ok("exchange", "Our client", "--partner", "Jira Align", "-o", self.pack)
        self.assertEqual(["README.txt", "our-client-chain.pem", "our-client.der", "our-client.pem"],
                         sorted(os.listdir(self.pack)))
        der = read(os.path.join(self.pack, "our-client.der"))
        pem = os.path.join(self.pack, "our-client.pem")
        self.assertEqual(der, openssl("x509", "-in", pem, "-outform", "DER"))
        self.assertEqual(1, read(pem).count(b"BEGIN CERTIFICATE"))
        chain = read(os.path.join(self.pack, "our-client-chain.pem"))
        self.assertTrue(chain.startswith(read(pem)))
        self.assertEqual(2, chain.count(b"BEGIN CERTIFICATE"))
        page = read(os.path.join(self.pack, "README.txt")).decode()
        self.assertEqual("", outside.rudeness(page.encode()))
        for algorithm in ("sha256", "sha1"):
            said = openssl("x509", "-in", pem, "-noout", "-fingerprint", "-" + algorithm).decode()
            colons = said.split("=")[1].strip()
            self.assertIn(" " + colons + "\n", page)
            self.assertIn(" " + colons.replace(":", "") + "\n", page)
        serial = openssl("x509", "-in", pem, "-noout", "-serial").decode().split("=")[1].strip()
        for words in ("Certificate of Our client, for Jira Align\n", "CN=client.example", "CN=Sub CA",
                      serial.lower(), "DNS:client.example", "TLS client", "2026-01-01T00:00:00Z",
                      "our-client-chain.pem", "phone"):
            self.assertIn(words, page)

    def test_another_folder_beside_it(self):
        """What stands where the pack is made ready is somebody else's, and stays."""
        script = ('mkdir "$1/.pack.$$" && echo precious >"$1/.pack.$$/our-client.pem" && p=$1 && shift && '
                  'cd "$p" && exec "$@"')
        done = subprocess.run(["sh", "-c", script, "sh", self.path(""), outside.PROGRAM, "--store", self.store,
                               "exchange", "Our client", "-o", self.pack], env=outside.environment(),
                              capture_output=True, check=False)
        self.assertEqual(1, done.returncode, done.stderr)
        (folder,) = [name for name in os.listdir(self.path("")) if name.startswith(".pack.")]
        self.assertEqual(b"precious\n", read(os.path.join(self.path(""), folder, "our-client.pem")))
        self.assertFalse(os.path.exists(self.pack))

    def test_never_a_key(self):
        keys = [read(os.path.join(self.store, "keys", name)) for name in os.listdir(
            os.path.join(self.store, "keys"))]
        self.ok("exchange", "Our client", "-o", self.pack)
        for name in os.listdir(self.pack):
            content = read(os.path.join(self.pack, name))
            self.assertNotIn(b"PRIVATE KEY", content)
            for key in keys:
                self.assertNotIn(key.splitlines()[1], content)
        os.rename(os.path.join(self.store, "keys"), self.path("away"))
        self.ok("exchange", "Our client", "-o", self.path("without"))  # nobody looks for it

    def test_one_that_is_there(self):
        self.ok("exchange", "Our client", "-o", self.pack)
        self.assertIn("--yes replaces it", self.fails(5, "exchange", "Our client", "-o", self.pack))
        write(os.path.join(self.pack, "our-client.der"), b"old")
        self.ok("exchange", "Our client", "--yes", "-o", self.pack + "/")
        self.assertNotEqual(b"old", read(os.path.join(self.pack, "our-client.der")))
        write(os.path.join(self.pack, "notes"), b"mine")
        self.assertIn("other files", self.fails(1, "exchange", "Our client", "--yes", "-o", self.pack))
        write(self.path("file"), b"")
        self.assertIn("no folder", self.fails(1, "exchange", "Our client", "--yes", "-o", self.path("file")))
        os.symlink(self.pack, self.path("link"))
        for link in (self.path("link"), self.path("link") + "/"):
            self.fails(1, "exchange", "Our client", "--yes", "-o", link)
        self.assertEqual([], [n for n in os.listdir(self.dir) if n.startswith(".")])

    def test_nothing_is_written(self):
        self.fails(3, "exchange", "nobody")
        self.ok("request", "--cn", "x.example", "--name", "x", "--yes", "-o", self.path("x.csr"))
        self.assertIn("its request waits", self.fails(1, "exchange", "x", "-o", self.pack))
        self.assertIn("would write", self.changes_nothing("exchange", "Our client", "--dry-run", "-o", self.pack))
        self.fails(1, "--read-only", "exchange", "Our client", "-o", self.pack)
        self.fails(1, "exchange", "Our client", "-o", self.path("no", "such"))
        for word in (".", "..", "/", self.dir + "/.."):
            self.fails(1, "exchange", "Our client", "-o", word, cwd=self.path(""))

    def test_json_and_the_usual_name(self):
        os.mkdir(self.path("cwd"))
        answer = self.json("exchange", "Our client", cwd=self.path("cwd"))
        self.assertEqual("exchange-our-client", answer["folder"])
        self.assertEqual(answer["files"], ["README.txt", "our-client.pem", "our-client.der",
                                           "our-client-chain.pem"])
        der = read(self.path("cwd", answer["folder"], "our-client.der"))
        self.assertEqual(hashlib.sha256(der).hexdigest().upper(), answer["sha256_plain"])
        self.assertEqual(hashlib.sha1(der).hexdigest().upper(), answer["sha1_plain"])
        self.assertEqual(answer["sha256_plain"], answer["sha256"].replace(":", ""))
        self.assertEqual(0o755, stat.S_IMODE(os.stat(self.path("cwd", answer["folder"])).st_mode))

    def test_names_that_are_odd(self):
        self.ok("identity", "rename", "Our client", "../\u202e \x1b[2J Kl\u00e4ger")
        odd = next(i for i in self.json("identity", "list") if i["name"].startswith("../"))
        self.ok("exchange", "--partner", "\x1b]0;x\x07", "-o", self.pack, odd["id"])
        names = os.listdir(self.pack)
        self.assertEqual([], [n for n in names if not re.fullmatch(r"[A-Za-z0-9_.-]+", n)])
        self.assertEqual("", outside.rudeness(read(os.path.join(self.pack, "README.txt"))))

    def test_self_signed_has_no_chain(self):
        self.ok("generate", "--cn", "alone", "--name", "alone", "--yes")
        self.ok("exchange", "alone", "-o", self.pack)
        self.assertEqual(["README.txt", "alone.der", "alone.pem"], sorted(os.listdir(self.pack)))
        self.assertIn("self-signed", read(os.path.join(self.pack, "README.txt")).decode())


class Runbooks(Case):
    def new(self, name="Jira Align", *more):
        self.ok("runbook", "new", name, *more)
        return self.show(name)

    def show(self, name="Jira Align"):
        return self.json("runbook", "show", name)

    def file(self):
        folder = os.path.join(self.store, "runbooks")
        (name,) = os.listdir(folder)
        return os.path.join(folder, name)

    def test_new(self):
        self.assertIn("no runbooks yet", self.changes_nothing("runbook", "list"))
        self.changes_nothing("runbook", "new", "Jira Align", "--dry-run")
        self.assertFalse(os.path.exists(self.store))
        book = self.new("Jira Align", "--partner", "Jira Align", "--identity", "it's ours")
        self.assertEqual(("mutual-tls", 0), (book["template"], book["steps_done"]))
        self.assertEqual({"security", "user manager", "administrator", "operations"},
                         {s["role"] for s in book["steps"]})
        self.assertEqual("Jira Align", book["inputs"]["Partner"])
        self.assertIsNone(book["inputs"]["Test host"])
        commands = [s["command"] for s in book["steps"] if s["command"]]
        self.assertIn("certary exchange 'it'\\''s ours' --partner 'Jira Align'", commands)
        self.assertIn("certary probe <Test host>:<Test port> --identity 'it'\\''s ours'", commands)
        self.assertEqual("jira-align.txt", os.path.basename(self.file()))
        self.is_sound()

    def test_templates_name_real_commands(self):
        """What they tell people to type is taken: the commands, and the options of each."""
        for template in ("mutual-tls", "renewal", "incident"):
            book = self.new(template, "--template", template)
            hosts = [s for s in book["steps"] if "alidate" in s["text"]]
            self.assertGreaterEqual(len(hosts), 1)
            for command in (s["command"] for s in book["steps"] if s["command"]):
                words = command.split()
                self.assertEqual("certary", words[0])
                text = self.ok("help", *words[1:2 + (words[1] in ("identity", "endpoint"))])
                for option in re.findall(r" (--[a-z-]+)", command):
                    self.assertIn(option + " ", text, command)
                for hole in re.findall(r"<([^>]+)>", command):
                    self.assertIn(hole, book["inputs"])

    def test_done_and_reopen(self):
        self.new()
        self.assertIn("would", self.changes_nothing("runbook", "done", "Jira Align", "2", "--dry-run"))
        self.ok("runbook", "done", "Jira Align", "2", "--why", "TICKET-1 (phone)")
        step = self.show()["steps"][1]
        self.assertEqual((True, outside.CLOCK, "TICKET-1 (phone)"), (step["done"], step["when"], step["why"]))
        self.assertTrue(step["who"])
        self.assertEqual(1, self.json("runbook", "list")[0]["steps_done"])
        before = read(self.file())
        self.assertIn("it is so already", self.ok("runbook", "done", "Jira Align", "2"))
        self.assertEqual(before, read(self.file()))
        self.ok("runbook", "reopen", "Jira Align", "2")
        self.assertEqual((False, None), (self.show()["steps"][1]["done"], self.show()["steps"][1]["who"]))
        self.ok("undo", "--yes")
        self.assertEqual(before, read(self.file()))
        self.ok("undo", "--yes")
        self.assertEqual(0, self.show()["steps_done"])
        self.assertIn("step 2 open -> done", self.ok("log", "TICKET-1"))
        self.is_sound()

    def test_values_within_quotes(self):
        """A value is filled in where a shell takes it for one word, and for no option."""
        self.new()
        for command, value, filled in (
                ("import {V}", "$(x)", "import '$(x)'"), ("import --name={V}", "a b", "import --name='a b'"),
                ('import "{V}"', "$(x)", 'import "{V}"'), ("import '{V}'", "$(x)", "import '{V}'"),
                ('import "{V}"', "plain", 'import "plain"'), ("import \\{V}", "$(x)", "import \\{V}"),
                ('import "a" {V}', "$(x)", "import \"a\" '$(x)'"), ("import ${V}", "\\'x", "import ${V}"),
                ('import $"{V}"', "$(x)", 'import $"{V}"'), ('import "$"{V}', "$(x)", "import \"$\"'$(x)'"),
                ("import $'\\'' '{V}'", "$(x)", "import $'\\'' '{V}'"), ("import `{V}`", "$(x)", "import `{V}`"),
                ("import {V}", "--yes", "import {V}")):
            write(self.file(), f"Runbook: Jira Align\n\nInputs\n  V: {value}\n\nSteps\n"
                               f"[ ] operations: do it\n      $ {command}\n")
            self.assertEqual(filled, self.show()["steps"][0]["command"], command)

    def test_inputs_and_notes(self):
        self.new()
        self.ok("runbook", "set", "Jira Align", "test HOST", "align test.example;id")
        self.ok("runbook", "set", "Jira Align", "Test port", "443")
        self.assertEqual("align test.example;id", self.show()["inputs"]["Test host"])
        self.assertTrue(any("certary probe 'align test.example;id':443" in (s["command"] or "")
                            for s in self.show()["steps"]))
        self.ok("runbook", "set", "Jira Align", "Test port", "")
        self.assertIsNone(self.show()["inputs"]["Test port"])
        self.ok("runbook", "note", "Jira Align", "1", "first")
        self.ok("runbook", "note", "Jira Align", "1", "second\nline\x1b[2J")
        self.assertEqual("second line\x1b[2J", self.show()["steps"][0]["note"])
        self.ok("runbook", "note", "Jira Align", "1", "")
        self.assertIsNone(self.show()["steps"][0]["note"])
        self.is_sound()

    def test_remove_and_undo(self):
        self.new()
        before = read(self.file())
        self.ok("runbook", "remove", "Jira Align")
        self.assertEqual([], self.json("runbook", "list"))
        self.ok("undo", "--yes")
        self.assertEqual(before, read(self.file()))
        self.is_sound()

    def test_what_is_refused(self):
        self.new()
        for code, *words in ((3, "show", "x"), (3, "done", "Jira Align", "0"), (3, "done", "Jira Align", "17"),
                             (3, "done", "Jira Align", "x"), (3, "set", "Jira Align", "nothing", "x"),
                             (1, "new", "Jira Align"), (2, "new", ""), (2, "new", "x" * 300),
                             (2, "new", "x", "--template", "y"), (3, "remove", "x"), (2, "list", "x"),
                             (2, "set", "Jira Align", "Ticket", "x" * 3000),
                             (2, "note", "Jira Align", "1", "x" * 3000)):
            self.fails(code, "runbook", *words)
        self.fails(1, "--read-only", "runbook", "done", "Jira Align", "1")
        self.assertIn("list, show, new", self.run_program("runbook").err.decode())

    def test_names_for_files(self):
        for name in ("Ä/../B", "ä/../b", "...", "\u202e", "-x"):
            self.ok("runbook", "new", "--", name)
        self.assertEqual(5, len(self.json("runbook", "list")))
        for name in os.listdir(os.path.join(self.store, "runbooks")):
            self.assertRegex(name, r"\A[a-z0-9-]+\.txt\Z")
        self.assertIn("0 of 16 done", self.ok("runbook", "show", "--", "-x"))
        self.is_sound()

    def test_edited_by_hand(self):
        """What isn't understood stays byte for byte, whatever is changed around it."""
        self.new()
        text = ("\ufeffhello\r\nRunbook: Jira Align\r\n\r\nInputs:\r\n# a comment\r\n\tTest host:   \r\n"
                "Our own: value\r\n\r\nSTEPS\r\n\r\n  [X]  Operations:   by hand\r\n   free text: here\r\n\r\n"
                "[ ] somebody else: what\r\n\t$ certary probe {test host} {unknown}\r\n   second $ line\r\n"
                "[] no step\r\n[ ] last\x1b[2J").encode() + b"\xff\x00"
        write(self.file(), text)
        book = self.show()
        self.assertEqual([("operations", "by hand", True), (None, "somebody else: what", False)],
                         [(s["role"], s["text"], s["done"]) for s in book["steps"][:2]])
        self.assertEqual("certary probe <Test host> {unknown}", book["steps"][1]["command"])
        self.assertEqual({"Test host": None, "Our own": "value"}, book["inputs"])
        self.ok("runbook", "done", "Jira Align", "2")
        self.ok("runbook", "set", "Jira Align", "Test host", "h.example")
        self.ok("runbook", "done", "Jira Align", "3")
        self.ok("runbook", "note", "Jira Align", "1", "noted")
        self.assertIn(b"\n      note: noted\n", read(self.file()))
        self.ok("runbook", "note", "Jira Align", "1", "")
        self.ok("runbook", "reopen", "Jira Align", "2")
        self.ok("runbook", "reopen", "Jira Align", "3")
        self.ok("runbook", "set", "Jira Align", "Test host", "")
        self.assertEqual(re.sub(rb"\s", b"", text), re.sub(rb"\s", b"", read(self.file())))
        self.assertTrue(read(self.file()).startswith(text.split(b"Test host")[0]))

    def test_two_at_once(self):
        """A plan is made from what was read: who was slower plans anew, and both are in."""
        self.new()
        running = [subprocess.Popen([outside.PROGRAM, "--store", self.store, "runbook", "done", "Jira Align",
                                     str(step)], env=outside.environment(), stdout=subprocess.DEVNULL)
                   for step in (1, 2, 3)]
        self.assertEqual([0, 0, 0], [one.wait() for one in running])
        self.assertEqual(3, self.show()["steps_done"])
        self.is_sound()

    def test_other_files(self):
        self.new()
        folder = os.path.dirname(self.file())
        for name in ("jira-align.txt~", ".hidden.txt", "README", ".txt"):
            write(os.path.join(folder, name), b"Runbook: other\n")
        self.assertEqual(1, len(self.json("runbook", "list")))
        write(os.path.join(folder, "copy.txt"), read(os.path.join(folder, "jira-align.txt")))
        self.assertIn("2 runbooks", self.fails(3, "runbook", "show", "Jira Align"))
        os.remove(os.path.join(folder, "copy.txt"))
        write(os.path.join(folder, "plain.txt"), b"nothing of it\n")
        self.assertEqual([], self.show("plain")["steps"])
        write(os.path.join(folder, "large.txt"), b"x" * (300 << 10))
        self.assertIn("large.txt", self.fails(1, "runbook", "list"))


if __name__ == "__main__":
    unittest.main()
