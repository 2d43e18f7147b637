"""What make install puts in place: it is complete, works from there, and uninstall takes it away again."""
import json
import os
import re
import shutil
import subprocess
import sys
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
import outside
from outside import Case, PROGRAM, TOP, need, read

PAGES = ("man1/certary.1", "man5/certary.conf.5", "man5/certary-store.5", "man5/certary-theme.5")
INSTALLED = {
    "bin/certary", *("share/man/" + page for page in PAGES),
    "share/doc/certary/certary.conf", "share/doc/certary/setup-answers.conf.example",
    "share/bash-completion/completions/certary", "share/zsh/site-functions/_certary",
    "share/fish/vendor_completions.d/certary.fish", "lib/systemd/system/certary-check.service",
    "lib/systemd/system/certary-check.timer", "lib/systemd/system/certary-tunnel.socket",
    "lib/systemd/system/certary-tunnel@.service",
    *("share/certary/themes/" + name for name in os.listdir(os.path.join(TOP, "themes"))),
    *(f"share/locale/{name[:-3]}/LC_MESSAGES/certary.mo"
      for name in os.listdir(os.path.join(TOP, "po")) if name.endswith(".po"))}


def make(*words):
    """What was built is installed, and nothing built anew: CERTARY_PROGRAM is the program of this run."""
    done = subprocess.run(["make", "-C", TOP, "BUILD=" + os.path.relpath(os.path.dirname(PROGRAM), TOP),
                           *words], capture_output=True, check=False,
                          env={k: v for k, v in os.environ.items() if k not in ("MAKEFLAGS", "MAKELEVEL")})
    if done.returncode:
        raise AssertionError(done.stderr.decode())


class Installed(Case):
    prefix = "/opt/house"

    def setUp(self):
        super().setUp()
        make("install-built", "DESTDIR=" + self.dir, "PREFIX=" + self.prefix)
        self.top = self.dir + self.prefix

    def installed(self, name):
        return os.path.join(self.top, name)

    def files(self):
        return {os.path.relpath(os.path.join(path, name), self.top)
                for path, _, names in os.walk(self.top) for name in names}

    def run_installed(self, *words, **env):
        return subprocess.run([self.installed("bin/certary"), "--store", self.store, *words],
                              env=outside.environment(**env), capture_output=True, check=False)

    def test_files(self):
        self.assertEqual(INSTALLED, self.files())
        for name in INSTALLED:
            mode = os.stat(self.installed(name)).st_mode & 0o777
            self.assertEqual(0o755 if name.startswith("bin/") else 0o644, mode, name)
        make("uninstall", "DESTDIR=" + self.dir, "PREFIX=" + self.prefix)
        self.assertEqual(set(), self.files())

    def test_units_name_the_program_where_it_is(self):
        for name in INSTALLED:
            if name.endswith(".service"):
                self.assertIn(b"\nExecStart=/opt/house/bin/certary ", read(self.installed(name)))

    def test_runs_from_there(self):
        done = self.run_installed("list", "--json")
        self.assertEqual((0, []), (done.returncode, json.loads(done.stdout)), done.stderr)
        words = subprocess.run([self.installed("bin/certary"), "--complete", "fish", "--theme", ""],
                               env=outside.environment(), cwd="/", capture_output=True, check=True)
        self.assertLessEqual({n[:-len(".theme")] for n in os.listdir(os.path.join(TOP, "themes"))},
                             {line.split("\t")[0] for line in words.stdout.decode().splitlines()})

    def test_a_folder_of_themes_may_be_anybodys(self):
        """~/bin/certary takes nothing from ~/themes."""
        for name in ("bin", "themes"):
            os.mkdir(os.path.join(self.dir, name))
        program = shutil.copy(self.installed("bin/certary"), os.path.join(self.dir, "bin"))
        outside.write(os.path.join(self.dir, "themes", "alien.theme"), "dim = 5;\n")
        words = subprocess.run([program, "--complete", "fish", "--theme", ""], check=True,
                               env=outside.environment(), cwd="/", capture_output=True)
        self.assertNotIn(b"alien", words.stdout)

    def test_example_is_all_comments(self):
        conf = self.installed("share/doc/certary/certary.conf")
        self.assertEqual(0, self.run_installed("--config", conf, "list").returncode)

    def test_bash_finds_its_completion(self):
        """By the name of the command, as bash-completion loads it."""
        need(self, "bash", "bash")
        script = ("COMP_LINE='certary list --rev' COMP_POINT=18; . share/bash-completion/completions/certary;"
                  " complete -p certary; compopt() { :; }; _certary; printf '%s\\n' \"${COMPREPLY[@]}\"")
        done = subprocess.run(["bash", "-c", script], cwd=self.top, capture_output=True, check=True,
                              env=outside.environment(PATH=self.installed("bin") + ":" + os.environ["PATH"]))
        self.assertEqual("complete -F _certary certary\n--reverse\n", done.stdout.decode())


class Manual(Case):
    def page(self, name):
        return os.path.join(os.path.dirname(PROGRAM), "man", os.path.basename(name))

    def test_mandoc_finds_no_fault(self):
        need(self, "mandoc", "mandoc")
        for name in PAGES:
            said = subprocess.run(["mandoc", "-Tlint", "-Wstyle", self.page(name)], capture_output=True,
                                  check=False)
            faults = [line for line in (said.stdout + said.stderr).decode().splitlines() if not re.search(
                "referenced manual not found|operating system explicitly|outdated mandoc.db", line)]
            self.assertEqual([], faults)

    def test_as_it_is_read(self):
        """Every command with its options as certary help says them, in 80 columns."""
        need(self, "mandoc", "mandoc")
        text = subprocess.run(["mandoc", "-Tutf8", "-Owidth=80", self.page("certary.1")],
                              capture_output=True, check=True).stdout.decode()
        text = re.sub(".\b", "", text)
        self.assertLessEqual(max(len(line) for line in text.splitlines()), 80)
        words = " ".join(text.split())
        for line in self.ok("help").split("\nOptions")[0].splitlines():
            if not line.startswith("  "):
                continue
            name = re.match(r"  ([a-z]+(?: [a-z]+)?)(?=  | [^a-z ])", line)[1]
            synopsis = self.ok("help", *name.split()).split("\n\n")[0].removeprefix("certary ")
            synopsis = " ".join(synopsis.split()).replace("[--http /PATH]", "[--http [/PATH]]")
            self.assertIn(synopsis.replace("- ", "-"), words.replace("- ", "-"), name)

    def test_every_word_of_a_store_is_explained(self):
        page = read(self.page("certary-store.5")).decode()
        known = {w for line in re.findall(r"^\.It Va (.*)$", page, re.M) for w in line.split(" , ")}
        files = outside.generate(self.path("made"), 3)
        self.ok("import", "--yes", *files)
        self.ok("generate", "--yes", "--ca", "--name", "ca", "--cn", "Own CA", "--note", "x", "--why", "y")
        self.ok("note", "--yes", self.json("list")[0]["name"], "x")
        self.ok("undo", "--yes")
        found = set()
        for path, _, names in os.walk(self.store):
            for name in names:
                if name.endswith(".pem"):
                    head = read(os.path.join(path, name)).split(b"-----")[0].decode()
                    found |= {line.split(":")[0] for line in head.splitlines()}
        for line in read(os.path.join(self.store, "journal")).splitlines():
            found |= set(json.loads(line))
        self.assertTrue({"Name", "Source", "Profile", "seq", "prev", "undoes"} <= found)
        self.assertEqual(set(), found - known)
        for name in os.listdir(self.store):
            self.assertRegex(page, rf"(?m)^\.It Pa {re.escape(name)}/?$")


if __name__ == "__main__":
    unittest.main()
