"""What lists and help look like where they are read: COLUMNS, a terminal, plain words."""
import fcntl
import os
import pty
import signal
import struct
import subprocess
import sys
import termios
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import test_commands
import test_judgement
from test_commands import outside

LISTS = (("list",), ("identity", "list"), ("runbook", "list"), ("target", "list"),
         ("endpoint", "list"), ("crl", "list"))


def on_terminal(columns, *args, **env):
    """The lines that a command writes to a terminal of that width."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
    with subprocess.Popen([outside.PROGRAM, *args], stdin=subprocess.DEVNULL, stdout=theirs,
                          stderr=theirs, env=outside.environment(**env)) as program:
        os.close(theirs)
        written = b""
        while True:
            try:
                read = os.read(ours, 65536)
            except OSError:  # the other end is closed
                break
            if not read:
                break
            written += read
        os.close(ours)
    assert program.returncode == 0, written
    return written.decode().replace("\r\n", "\n").splitlines()


class Listed(test_commands.Filled):
    def setUp(self):
        super().setUp()
        self.long = "a name that is longer than most columns are wide, and then some more"
        self.ok("rename", self.prints[1], self.long)
        self.ok("endpoint", "add", "localhost:443", "--name", "here")
        self.ok("runbook", "new", "partner")
        self.ok("target", "add", "--kind", "pem-bundle", "--path", self.path("bundle.pem"))


class Ignoring(Listed):
    def test_who_starts_us_ignores_children(self):
        """An editor is waited for all the same, and what was typed counts."""
        editor = outside.write(self.path("editor"), "#!/bin/sh\necho typed >$1\n")
        os.chmod(editor, 0o755)
        ours, theirs = pty.openpty()
        env = outside.environment(EDITOR=editor, VISUAL="")
        env.pop("SUDO_UID", None)
        done = subprocess.run([outside.PROGRAM, "--store", self.store, "note", "--edit", self.long],
                              stdin=theirs, stdout=theirs, stderr=subprocess.PIPE, env=env, check=False,
                              preexec_fn=lambda: signal.signal(signal.SIGCHLD, signal.SIG_IGN))
        os.close(ours)
        os.close(theirs)
        self.assertEqual((0, b""), (done.returncode, done.stderr))
        self.assertIn("Note: typed\n", self.ok("show", "--plain", self.long))


class Width(Listed):
    def lines(self, *args, **env):
        return self.ok(*args, env=env).splitlines()

    def test_columns_are_kept(self):
        for words in LISTS:
            for columns in (20, 40, 57, 80):
                for line in self.lines(*words, COLUMNS=str(columns)):
                    if not line.startswith("no "):
                        self.assertLessEqual(len(line), columns, words)

    def test_without_columns_nothing_is_cut(self):
        whole = self.lines("list")
        for senseless in ("", "0", "-3", "wide", "80x", "99999999999999999999"):
            self.assertEqual(whole, self.lines("list", COLUMNS=senseless))
        self.assertEqual(whole, self.lines("list", COLUMNS="9999"))

    def test_a_terminal_knows_best(self):
        args = ("--store", self.store, "list")
        narrow = on_terminal(60, *args, COLUMNS="300")
        self.assertEqual(60, max(map(len, narrow)))
        self.assertEqual(self.lines("list"), on_terminal(500, *args, COLUMNS="30"))
        unknown = on_terminal(0, *args, COLUMNS="50")
        self.assertEqual(50, max(map(len, unknown)))

    def test_help_is_wrapped(self):
        for columns in (50, 64):
            for line in self.lines("help", "explain", COLUMNS=str(columns)):
                self.assertLessEqual(len(line), columns)
        self.assertEqual(self.lines("help", "explain"),
                         self.lines("help", "explain", COLUMNS="200"))

    def test_json_is_never_cut(self):
        self.assertEqual(self.ok("list", "--json"), self.ok("list", "--json", env={"COLUMNS": "20"}))

    def test_compare(self):
        done = self.run_program("compare", self.prints[0], self.prints[1], env={"COLUMNS": "72"})
        for line in done.out.decode().splitlines():
            self.assertLessEqual(len(line), 72)
        self.assertTrue(done.out)


class Plain(Listed):
    def facts(self, *args, **env):
        """A dict of each block of lines."""
        blocks = self.ok(*args, env=env).strip("\n").split("\n\n")
        return [dict(line.split(": ", 1) for line in block.splitlines()) for block in blocks]

    def test_a_fact_a_line(self):
        told = self.facts("list", "--plain")
        listed = outside.json.loads(self.ok("list", "--json"))
        self.assertEqual([(e["name"], e["state"], str(e["days_left"])) for e in listed],
                         [(f["Name"], f["State"], f["Days left"]) for f in told])
        self.assertIn(self.long, [f["Name"] for f in told])

    def test_every_list(self):
        for words in LISTS:
            out = self.ok(*words, "--plain")
            if not out.startswith("no"):
                for facts in self.facts(*words, "--plain"):
                    self.assertTrue({"Name", "CA"} & set(facts), (words, facts))

    def test_it_isnt_cut(self):
        self.assertEqual(self.ok("list", "--plain"),
                         self.ok("list", "--plain", env={"COLUMNS": "20"}))

    def test_the_setting_does_so(self):
        conf = outside.write(self.path("conf"), "plain = true;\n")
        self.assertEqual(self.ok("list", "--plain"), self.ok("--config", conf, "list"))
        self.assertEqual(self.ok("show", "--plain", self.long),
                         self.ok("--config", conf, "show", self.long))

    def test_show(self):
        told = self.ok("show", "--plain", self.long)
        self.assertIn(f"Name: {self.long}\n", told)
        self.assertNotIn("  ", told)
        self.assertNotRegex(told, "(?m)^!")

    def test_check_probe_and_explain(self):
        """What they tell one after the other is no table either."""
        key, cert = self.path("local.key"), self.path("local.pem")
        outside.openssl("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout",
                        key, "-out", cert, "-subj", "/CN=localhost", "-days", "90")
        server = test_judgement.Server(cert, key)
        self.addCleanup(server.close)
        place = f"localhost:{server.port}"
        self.ok("endpoint", "add", "--yes", "--name", "srv", place)
        for words in (("check", "srv"), ("probe", place), ("explain", place), ("explain", cert)):
            told = outside.run("--plain", "--store", self.store, *words).out.decode()
            self.assertNotIn("  ", told, words)
            self.assertIn("untrusted", told)
        self.assertIn("Name: srv\nLevel: critical\nReason: untrusted: ",
                      outside.run("--plain", "--store", self.store, "check", "srv").out.decode())

    def test_the_other_meaning_stays(self):
        """generate --plain writes a key without a passphrase, as ever."""
        self.ok("generate", "--cn", "x.example", "--plain")


if __name__ == "__main__":
    unittest.main()
