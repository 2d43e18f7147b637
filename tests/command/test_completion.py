"""Completion in real shells: what stands on the line behind a Tab, whatever the store's names hold."""
import os
import pty
import select
import shutil
import signal
import subprocess
import sys
import tempfile
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
import outside
from outside import Case, PROGRAM, TOP, need, write

SCRIPTS = os.path.join(TOP, "etc/completion")
BREAKS = " \t\n\"'><=;|&(:"
SECONDS = 60  # until a shell must have answered

# Names that people, or those who want them to run something, may give to a certificate.
NAMES = ["plain", "with blank", 'quote"d', "it's", "$(touch {})", "`touch {}`", "a;touch {}", "ümläut",
         "bang!ls", "a:b", "x=y", "~root", "back\\slash", "glob*?[a]", "{{a,b}}", "#hash",
         "日本語 名前", "<in>out", "$HOME", "& touch {}", "| touch {}", "esc\x1b[31m"]

# The key ^X writes the line as it stands to a pipe: nothing has to be read from a screen.
RC = {
    "bash": """PS1='$ '; set -o histexpand; history -s ls {touch}
. {scripts}/certary.bash
show() {{ printf '%s\\n' "$READLINE_LINE" >{pipe}; READLINE_LINE=; READLINE_POINT=0; }}
bind -x '"\\C-x": show'
bind 'set bell-style none'; bind 'set completion-query-items -1'; bind 'set page-completions off'
echo ready >{pipe}
""",
    "zsh": """PS1='$ '; fpath=({scripts} $fpath); autoload -Uz compinit; compinit -D -u
show() {{ print -r -- "$BUFFER" >{pipe}; BUFFER= }}
zle -N show; bindkey -e; bindkey '^X' show; bindkey '^I' complete-word
unsetopt automenu autolist; setopt nobeep; LISTMAX=1000; zstyle ':completion:*' insert-tab false
echo ready >{pipe}
""",
    "fish": """function fish_prompt; echo '$ '; end
set fish_greeting; set fish_autosuggestion_enabled 0
source {scripts}/certary.fish
function show; commandline >{pipe}; commandline ''; end
bind \\cx show
echo ready >{pipe}
""",
}
START = {
    "bash": ["--noprofile", "--rcfile", "{rc}", "-i"],
    "zsh": ["-d", "-f", "-i"],
    "fish": ["--no-config", "-i", "-C", "source {rc}"],
}


class Shell:
    """An interactive shell on a terminal of its own."""

    def __init__(self, name, folder, env):
        self.pipe = os.path.join(folder, "line")
        os.mkfifo(self.pipe)
        self.line = os.open(self.pipe, os.O_RDONLY | os.O_NONBLOCK)
        self.keep = os.open(self.pipe, os.O_WRONLY)
        rc = write(os.path.join(folder, "rc"), RC[name].format(
            scripts=SCRIPTS, pipe=self.pipe, touch=os.path.join(folder, "pwned")))
        self.pid, self.terminal = pty.fork()
        if self.pid == 0:
            os.chdir(folder)
            os.execvpe(name, [name, *(a.format(rc=rc) for a in START[name])], env)
        if name == "zsh":
            self.type(f". {rc}\n")
        self.seen = b""
        ready = self.wait()
        if ready != "ready":
            raise AssertionError(ready)

    def type(self, text):
        os.write(self.terminal, text.encode())

    def wait(self):
        """The next line from the pipe; what the terminal shows meanwhile is taken away."""
        got = b""
        while not got.endswith(b"\n"):
            ready = select.select([self.line, self.terminal], [], [], SECONDS)[0]
            if not ready:
                raise AssertionError("no answer; the terminal shows " + repr(self.seen[-2000:]))
            if self.terminal in ready:
                self.seen += os.read(self.terminal, 65536)
            if self.line in ready:
                got += os.read(self.line, 65536)
        return got.decode().rstrip("\n")

    def complete(self, line):
        """What a Tab behind the line makes of it."""
        self.type(line + "\t\x18")
        return self.wait()

    def end(self):
        os.kill(self.pid, signal.SIGKILL)
        os.waitpid(self.pid, 0)
        for fd in (self.terminal, self.line, self.keep):
            os.close(fd)


class Completing(Case):
    filled = None  # a folder with what each test begins with

    def setUp(self):
        super().setUp()
        self.work = self.path("work")
        os.makedirs(os.path.join(self.work, "bin"))
        os.symlink(PROGRAM, os.path.join(self.work, "bin", "certary"))
        self.pwned = self.path("work", "pwned")
        self.names = [n.format("pwned") for n in NAMES]
        if Completing.filled:
            shutil.copytree(os.path.join(Completing.filled, "made"), self.path("made"))
            shutil.copytree(os.path.join(Completing.filled, "store"), self.store)
        else:
            self.fill()
        self.print = self.json("show", "plain")["fingerprint"]

    def fill(self):
        files = outside.generate(self.path("made"), len(self.names))
        for name, file in zip(self.names, files):
            self.ok("import", "--yes", "--name", name, file)
        self.ok("generate", "--yes", "--ca", "--name", "Own CA", "--cn", "Own CA")
        self.ok("endpoint", "add", "--yes", "--name", "The wiki", "wiki.example:8443")
        Completing.filled = tempfile.mkdtemp(prefix="certary-", dir=outside.MEMORY)
        unittest.addModuleCleanup(shutil.rmtree, Completing.filled, True)
        for name in ("made", "store"):
            shutil.copytree(self.path(name), os.path.join(Completing.filled, name))

    def env(self):
        path = os.path.join(self.work, "bin") + ":" + os.environ["PATH"]
        return outside.environment(PATH=path, HOME=self.work, CERTARY_STORE=self.store, TERM="xterm")

    def ask(self, *words):
        return self.ok("list") and outside.run("--complete", *words, env=self.env()).out.decode()

    def plain(self, *words):
        """The words that zsh and fish are given, without their help."""
        return [line.split("\t")[0] for line in self.ask("fish", *words).splitlines()]


class Words(Completing):
    """What the program answers, without a shell."""

    def test_commands_and_options_are_those_of_help(self):
        overview = [line[2:29].rstrip() for line in self.ok("help").split("\nOptions")[0].splitlines()
                    if line.startswith("  ")]
        first = self.plain("")
        self.assertEqual(sorted({line.split()[0] for line in overview}), sorted(first))
        for word in first:
            second = [] if word == "help" else [
                w for w in self.plain(word, "") if self.ok("help", word).startswith(f"certary {word} VERB")]
            for command in ([word, s] for s in second) if second else [[word]]:
                text = self.ok("help", *command) if command != ["help"] else self.ok("help", "help")
                options = [line.split()[0] if line.startswith("  --") else line.split()[1]
                           for line in text.splitlines() if line.startswith(("  --", "  -o, --"))]
                offered = self.plain(*command, "--")
                known = {"--store", "--config", "--read-only", "--theme", "--plain", "--help",
                         "--version"}
                self.assertEqual(sorted(set(options) | known), sorted(offered), command)

    def test_values(self):
        self.assertEqual(["trusted", "limited", "untrusted", "blocked", "trash"],
                         self.plain("list", "--state", ""))
        self.assertEqual(["--state=trash", "--state=trusted"], sorted(self.plain("list", "--state=tr")))
        self.assertIn("pending", self.plain("identity", "list", "--state", ""))
        self.assertEqual(["issuer"], self.plain("list", "--sort", "is"))
        self.assertEqual(["pkcs7"], self.plain("export", "--format", "pkcs7"))
        self.assertEqual(["ed25519"], self.plain("generate", "--key", "ed"))
        self.assertEqual([], self.plain("export", "--key", "ed"))  # takes no value there
        self.assertIn("jira-align", self.plain("generate", "--preset", ""))
        self.assertEqual(["ca"], self.plain("sign", "--profile", "ca"))
        self.assertEqual(["Own CA"], self.plain("sign", "--ca", ""))
        self.assertEqual(["smtp", "sieve"], self.plain("probe", "--dialect", "s"))
        self.assertEqual(["1.2"], self.plain("probe", "--tls", "1.2"))
        self.assertEqual(["CN="], self.plain("generate", "--subject", "CN"))
        themes = os.path.join(self.work, ".config/certary/themes")
        os.makedirs(themes)
        write(os.path.join(themes, "own.theme"), "")
        self.assertEqual(["own"], self.plain("--theme", "own"))
        self.assertEqual([], self.plain("list", "--expiring", ""))

    def test_names_where_they_are_asked_for(self):
        self.assertEqual(["plain"], self.plain("show", "pl"))
        self.assertEqual(["plain"], self.plain("trust", "--why", "x", "a", "pl"))  # CERT…
        self.assertEqual([], self.plain("show", "plain", "pl"))  # one is enough
        self.assertEqual([], self.plain("rename", "plain", "pl"))
        self.assertEqual([], self.plain("restore", "pl"))
        self.ok("delete", "--yes", "plain")
        self.assertEqual(["plain"], self.plain("restore", "pl"))
        self.assertEqual([], self.plain("show", "pl"))
        self.assertEqual(["Own CA"], self.plain("identity", "show", ""))
        self.assertEqual(["The wiki"], self.plain("endpoint", "remove", ""))
        self.assertEqual(["The wiki"], self.plain("check", ""))
        self.assertEqual(["wiki.example:8443"], self.plain("probe", "wiki"))

    def test_fingerprints(self):
        some = self.print[:7]
        colons = ":".join(self.print[i:i + 2] for i in range(0, 64, 2))
        self.assertEqual([self.print], self.plain("show", some))
        self.assertEqual([self.print.upper()] if some.upper() != some else [self.print],
                         self.plain("show", some.upper()))
        self.assertEqual([colons], self.plain("show", colons[:8]))

    def test_a_dash_at_the_beginning_is_for_words_only(self):
        self.ok("rename", "--yes", "--", "plain", "-dash")
        self.assertNotIn("-dash", self.plain("show", "-"))
        self.assertEqual(["-dash"], self.plain("show", "--", "-"))

    def test_files(self):
        made = self.path("made")
        write(os.path.join(made, "line\nbreak"), "")
        write(os.path.join(made, ".hidden"), "")
        shown = self.plain("import", made + "/")
        self.assertEqual(sorted(os.path.join(made, n) for n in os.listdir(made)
                                if n.endswith(".pem")), shown)
        self.assertEqual([made + "/"], self.plain("import", made))
        self.assertEqual(["--output=" + made + "/"], self.plain("export", "--output=" + made))
        self.assertEqual([made + "/.hidden"], self.plain("import", made + "/."))
        self.assertEqual(["~/bin/"], self.plain("import", "~/b"))

    def test_other_stores(self):
        empty = self.path("none")
        self.assertEqual([], self.plain("--store", empty, "show", "pl"))
        self.assertEqual(["plain"], self.plain("--store=" + self.store, "show", "pl"))
        self.assertFalse(os.path.exists(empty))

    def test_nothing_is_changed_or_said(self):
        index = os.path.join(self.store, ".index")
        if os.path.exists(index):
            os.unlink(index)
        before = outside.tree(self.store)
        bad = write(self.path("bad.conf"), "nonsense = 1;")
        for words in (["fish", "show", ""], ["bash", "certary show ", BREAKS], ["zsh", "undo", ""],
                      ["fish", "--config", bad, "show", ""], ["fish", "nope", ""], ["fish", "show", "\x1b"],
                      ["bash", "", ""], ["bash", "certary show '", BREAKS]):
            done = outside.run("--complete", *words, env=self.env())
            self.assertEqual((0, b""), (done.code, done.err), words)
        for words in (["fish"], ["csh", "x"], ["bash", "x"]):
            self.assertEqual(2, outside.run("--complete", *words, env=self.env()).code)
        self.assertEqual(before, outside.tree(self.store))
        self.assertFalse(os.path.exists(index))

    def test_many_names(self):
        """So many aren't listed, but the shell must not take what the listed ones have in common for sure."""
        files = outside.generate(self.path("many"), 600)
        self.ok("import", "--yes", *files)
        shown = self.plain("show", "")
        self.assertLessEqual(len(shown), 600)
        names = sorted(e["name"] for e in self.json("list"))
        self.assertEqual(os.path.commonprefix(names), os.path.commonprefix(shown))
        self.assertIn(max(n for n in names if n[0] != "-"), shown)


class Shells:
    """Mixed in for each shell."""

    name = ""

    def setUp(self):
        super().setUp()
        need(self, self.name, self.name)
        self.shell = Shell(self.name, self.work, self.env())
        self.addCleanup(self.shell.end)

    def parted(self, line):
        """The words of a line as the shell itself parts them; nothing in them is run."""
        done = subprocess.run([self.name, "-c", "printf '%s\\0' " + line.split(" ", 2)[2]],
                              env=self.env(), cwd=self.work, capture_output=True, check=True)
        return done.stdout.decode().split("\0")[:-1]

    def test_tables(self):
        for line, to in (("certary imp", "certary imp"), ("certary impo", "certary import "),
                         ("certary identity at", "certary identity attach "),
                         ("certary help endpoint hi", "certary help endpoint history "),
                         ("certary list --rev", "certary list --reverse "),
                         ("certary list --state bl", "certary list --state blocked "),
                         ("certary list --state=bl", "certary list --state=blocked "),
                         ("certary generate --subject CN", "certary generate --subject CN=")):
            self.assertEqual(to, self.shell.complete(line).replace("import  ", "import "))

    def test_names_are_text(self):
        """Each name, whatever it holds, comes back as one word that is the name; and nothing was run."""
        for name in self.names:
            for begun in self.begun(name):
                line = self.shell.complete("certary show " + begun)
                word, = self.parted(line)
                self.assertEqual(name.replace("\x1b", "\\x1b"), word, (begun, line))
                self.assertEqual(name, self.json("show", word)["name"])
        self.assertEqual(["bin", "line", "rc"], sorted(n for n in os.listdir(self.work) if n[0] != "."))

    def test_files(self):
        write(os.path.join(self.work, "a file.pem"), "")
        os.mkdir(os.path.join(self.work, "folder"))
        self.assertEqual(["a file.pem"], self.parted(self.shell.complete("certary import a")))
        self.assertEqual("certary import folder/", self.shell.complete("certary import fo"))
        self.assertEqual("certary import ~/folder/", self.shell.complete("certary import ~/fo"))
        self.assertEqual("certary export --output folder/", self.shell.complete("certary export --output fo"))
        self.assertEqual("certary export --output=folder/", self.shell.complete("certary export --output=fo"))


# Enough of each name to tell it from the others, as somebody would type it.
LEAST = {"it's": "it", "$(touch pwned)": "$(", "$HOME": "$H", "x=y": "x", "a:b": "a:",
         "a;touch pwned": "a;", "bang!ls": "ban", "back\\slash": "bac"}


def least(name):
    return LEAST.get(name, name[:2])


class Bash(Shells, Completing):
    name = "bash"

    def begun(self, name):
        text = least(name)
        bare = "".join("\\" + c if c in " $`;\"'\\#~{&|<>!*(" else c for c in text)
        yield bare
        if "!" not in text:
            yield '"' + "".join("\\" + c if c in '$`"\\' else c for c in text)
        if "'" not in text:
            yield "'" + text

    def test_words_that_readline_breaks(self):
        colons = ":".join(self.print[i:i + 2] for i in range(0, 64, 2))
        self.assertEqual(f"certary show {colons} ", self.shell.complete("certary show " + colons[:7]))
        self.assertEqual("certary probe wiki.example:8443 ",
                         self.shell.complete("certary probe wiki.example:8"))

    def test_where_the_command_stands(self):
        self.assertEqual("true; LANG=C certary list --reverse ",
                         self.shell.complete("true; LANG=C certary list --rev"))
        write(os.path.join(self.work, "result"), "")
        self.assertEqual("certary list >result ", self.shell.complete("certary list >res"))


class Zsh(Shells, Completing):
    name = "zsh"

    def begun(self, name):
        yield "".join("\\" + c if c in " $`;\"'\\#~{&|<>!*(=" else c for c in least(name))


class Fish(Shells, Completing):
    name = "fish"

    def begun(self, name):
        yield "".join("\\" + c if c in " $;\"'\\#~{&|<>*(" else c for c in least(name))


if __name__ == "__main__":
    unittest.main()
