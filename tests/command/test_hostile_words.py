"""Every command on a store in which everything is hostile: what it prints, says and asks, on a pipe and
on a terminal, and as JSON.

Commands are those of the program's own table, so that a new one has to be called here.
"""
import json
import os
import shutil
import subprocess
import sys
import tempfile
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
import hostile_store
import outside
from hostile_store import title, turned
from terminal import Terminal, rude

TABLES = os.path.join(os.path.dirname(os.path.dirname(outside.GENCERTS)), "console/drive-tables")
LOCALES = os.environ.get("CERTARY_LOCALES", os.path.join(outside.TOP, "build/locale"))
BAD = b"HX\033[2JHX\x9b\xe2\x80\xaeHX\nHXLINE" # a word of which nothing is known
LONG = os.environ.get("HOSTILE") == "long"
STREAMS = {"connect", "rehearse"} # whose output is the other side's, or which wait for somebody
NO_JSON = STREAMS | {"help"}

# How each command is called, one or more times; names in braces are looked up in calls().
CALLS = """
list | list 2JHX | list --state limited | show {one} | show {one} --text | show {file} | show BAD
compare {one} {two} | compare {one} {file} | compare BAD BAD | match {one} BAD | match {one} {one}
import {file} | import {files} | import BAD | import --name BAD {file} | import --why BAD {file}
export {one} -o BAD | export {one} | export BAD | rename {one} {name} | rename BAD BAD | note {one} BAD
note BAD BAD | delete {three} | restore {gone} | restore BAD | purge {gone} | trust {one} --why BAD
trust {one} --for BAD --until BAD --ticket BAD | untrust {one} | untrust BAD | block {one} {two} | explain {one}
explain {file} | explain BAD | explain BAD:443 | explain {https} | impact {one} | impact | crl list
crl import {files}/ca.crl | crl show ca | crl show BAD | crl import BAD | crl remove ca | crl remove BAD
crl fetch {one} | crl fetch BAD | generate --plain --cn BAD | generate --plain --cn x --name {name} --note BAD
request --plain --cn x --subject O=BAD | request --plain --cn x.example --name {name} --ticket BAD
sign --ca ca --profile server {files}/bad.csr | sign --ca BAD --profile server BAD | sign --ca ca BAD
identity list | identity list BAD | identity show ca | identity show {identity} | identity show BAD
identity import BAD | identity import {files} | identity attach BAD BAD | identity attach ca {file}
identity rename ca {name} | identity rename BAD BAD | identity note ca BAD | identity note BAD BAD
identity ticket {identity} BAD | identity ticket BAD BAD | identity delete BAD
identity restore gone | identity restore BAD | identity purge gone | identity purge BAD
ca issued ca | ca issued BAD | ca revoke ca BAD --why BAD | ca revoke ca 2 --why BAD | ca crl ca | ca crl BAD
exchange ca -o {files}/pack --partner BAD | exchange BAD | probe {https} --http | probe {smtp} --dialect smtp
probe BAD | probe {ldap} --dialect ldap | probe {https} --sni BAD | connect BAD | connect {https}
rehearse --port BAD --client-ca BAD | endpoint add --name BAD {https}
endpoint add --note BAD --purpose {name} h.example:443 | endpoint add BAD | endpoint list
endpoint remove BAD | endpoint history {endpoint} | endpoint history BAD
endpoint accept {endpoint} | endpoint accept BAD | check | check BAD | check --nagios
services --root {root} | services BAD | runbook list | runbook show book0 | runbook show BAD
runbook new BAD --partner BAD | runbook new BAD --template BAD | runbook done book0 3 --why BAD
runbook done BAD BAD | runbook reopen book0 2 --why BAD | runbook reopen BAD BAD | runbook set book0 partner BAD
runbook set book0 BAD BAD | runbook note book0 3 BAD | runbook note BAD BAD BAD | runbook remove book0
runbook remove BAD | target add --name BAD --kind file --path BAD | target add --name x --kind BAD --path BAD
target add --name x --kind pem-bundle --path {files}/BAD --note BAD | target list | target show {target}
target show BAD | target remove BAD | deploy | deploy BAD | deploy {target}
parity {manifest} | parity {files}/c00.pem | parity BAD | undo | undo BAD | log | log HX | log --verify | log BAD
setup --root {root} --print-answers | setup --root {root} --answers BAD | setup --root {root} --answers {answers}
doctor | help | help BAD | endpoint remove {endpoint} | target remove {target} | identity delete ca | purge
doctor --mend
"""


def table():
    said = subprocess.run([TABLES], capture_output=True, check=True, text=True).stdout.splitlines()
    return [line.split("\t")[1] for line in said if line.startswith("command\t")]


class Words(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.world = hostile_store.World(os.path.join(
            tempfile.mkdtemp(prefix="certary-", dir=outside.MEMORY), "world"))
        w = cls.world
        answers = outside.write(os.path.join(w.folder, "answers"),
                                b'anchors = "system"; import = ["\033[2JHX\x9b"]; probe = false;\n')
        listed = json.loads(w.run("list", "--json").out)
        for entry in listed: # as another server has them, with characters that aren't escaped
            entry["source"], entry["state"] = "\033[2JHX\x9b\u202e", "blocked"
        manifest = outside.write(os.path.join(w.folder, "manifest"),
                                 json.dumps(listed[:-1] + [{**listed[-1], "fingerprint": "0" * 64}],
                                            ensure_ascii=False))
        cls.places = {
            "manifest": manifest,
            "one": w.prints[0], "two": w.prints[4], "three": w.prints[2], "gone": w.prints[-1], "file": w.files + "/c03.pem",
            "files": w.files, "name": title(7), "https": w.services["https"].place,
            "smtp": w.services["smtp"].place, "ldap": w.services["ldap"].place, "root": w.root,
            "identity": title(6), "answers": answers,
            "endpoint": turned(0).replace(b"/", b"_"), "target": turned(1).replace(b"/", b"_")}

    @classmethod
    def tearDownClass(cls):
        cls.world.close()
        shutil.rmtree(os.path.dirname(cls.world.folder), True)

    def setUp(self):
        self.store = os.path.join(self.world.folder, "copy")
        shutil.copytree(self.world.store, self.store, symlinks=True)
        self.addCleanup(shutil.rmtree, self.store)

    def calls(self):
        """[words], each with what stands for it in its place."""
        def word(text):
            if text[0] == "{" and text[-1] == "}":
                return os.fsencode(self.places[text[1:-1]])
            for name in self.places:
                if isinstance(self.places[name], str):
                    text = text.replace("{" + name + "}", self.places[name])
            return os.fsencode(text).replace(b"BAD", BAD)
        for call in CALLS.replace("\n", "|").split("|"):
            if call.split():
                yield call.strip(), [word(text) for text in call.split()]

    def name_of(self, call):
        words = call.split()
        return next(c for c in (" ".join(words[:2]), words[0]) if c in self.table)

    table = table()

    def run_it(self, *words, **env):
        stdin = b"\033[2J" + BAD if words[0] == b"connect" else b""
        return outside.run("--store", self.store, *words, env={**self.world.environment, **env},
                           cwd=self.world.files, stdin=stdin)

    def is_civil(self, done, where):
        for written in (done.out, done.err):
            self.assertEqual("", outside.rudeness(written), where)
            self.assertNotRegex(written, rb"(?m)^HXLINE", where)
        for line in done.err.splitlines():
            self.assertRegex(line, rb"\Acertary: ", where)

    def test_all_commands_are_called(self):
        self.assertEqual(set(self.table), {self.name_of(call) for call, _ in self.calls()})

    def test_on_a_pipe(self):
        """Plans first, then the deed; what a stream carries is the other side's own."""
        for i, (call, words) in enumerate(self.calls()):
            for more in [[b"--yes"], [b"--dry-run"], []][:3 if LONG else 1 + (i % 3 == 0)]:
                done = self.run_it(*words, *more)
                if b"has no meaning here" in done.err:
                    done = self.run_it(*words)
                if self.name_of(call) == "connect":
                    done = done._replace(out=b"")
                self.is_civil(done, (call, more))

    def test_in_plain_words(self):
        for call, words in self.calls():
            if self.name_of(call) not in STREAMS:
                self.is_civil(self.run_it(b"--plain", *words), call)

    def test_json(self):
        """It is JSON, with nothing in it that a terminal would obey."""
        given = 0
        for i, (call, words) in enumerate(self.calls()):
            if self.name_of(call) in NO_JSON:
                continue
            for more in [[], [b"--dry-run"]][:2 if LONG else 1 + (i % 3 == 1)]:
                done = self.run_it(*words, b"--json", *more)
                self.is_civil(done, (call, more))
                if done.out.strip() and not {b"--nagios", b"--print-answers"} & set(words):
                    self.is_json(done.out, (call, more))
                    given += b"\\u001b" in done.out or b"\\x1b" in done.out
        self.assertGreater(given, 30)

    def is_json(self, written, where):
        try:
            json.loads(written)
        except ValueError as e:
            self.fail(f"{where}: {e}: {written[:200]}")

    def test_on_a_terminal(self):
        """Where somebody looks: wider or narrower, in other languages, and asked for consent."""
        ways = [dict(cols=80), dict(cols=30, LC_ALL="C"),
                dict(cols=100, LANGUAGE="de", CERTARY_TEST_LOCALES=LOCALES)]
        for i, (call, words) in enumerate(self.calls()):
            if self.name_of(call) in STREAMS:
                continue
            for way in ways if LONG else ways[i % 3:][:1]:
                self.look(call, words, **way)

    def look(self, call, words, cols, **env):
        terminal = Terminal(outside.PROGRAM, "--store", self.store, *words, cols=cols, term="vt100",
                            env={**self.world.environment, **env}, cwd=self.world.files)
        self.addCleanup(terminal.close)
        if words[0] != b"setup":
            terminal.send("no\nno\n\4\4")
        terminal.end()
        raw = terminal.raw.replace(b"^D\b\b", b"") # the driver's echo of the end
        charset = "ascii" if env.get("LC_ALL") == "C" else "utf-8"
        self.assertEqual("", rude(raw, "vt100", charset), call)
        self.assertEqual([], terminal.restored(), call)
        terminal.close()


if __name__ == "__main__":
    unittest.main()
