"""`certary parity`: other servers are other stores, asked by an ssh that runs certary here."""
import hashlib
import json
import os
import re
import shlex
import subprocess
import sys
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
import outside
from outside import Case, PROGRAM, openssl, read, write

SSH = """#!/bin/sh
# Like ssh: notes what it was given, greets on standard error, runs the words on "the host".
for a in "$@"; do printf '%s\\n' "$a"; done >>{dir}/asked
echo 'Authorised users only' >&2
while [ "$1" != -- ]; do shift; done
host=$2; shift 2
case $host in
down) echo 'ssh: connect to host down port 22: Connection refused' >&2; exit 255;;
without) echo 'sh: 1: certary: not found' >&2; exit 127;;
chatty) yes '{{"name": "flood"}}'; exit 0;;
garbage) echo '<html>'; exit 0;;
esac
[ "$1" = certary ] || exit 9
shift
exec {program} --store {dir}/$host "$@"
"""


class Parity(Case):
    def setUp(self):
        super().setUp()
        os.mkdir(self.path("bin"))
        ssh = write(self.path("bin", "ssh"), SSH.format(dir=self.dir, program=PROGRAM))
        os.chmod(ssh, 0o755)
        self.files = outside.generate(self.path("made"), 6)
        self.env = {"PATH": self.path("bin") + os.pathsep + os.environ["PATH"]}
        for store in (self.store, self.path("web1")):
            done = outside.run("--store", store, "import", "--yes", *self.files[:4])
            self.assertEqual(0, done.code, done.err)

    def there(self, *words, host="web1", stdin=b""):
        done = outside.run("--store", self.path(host), *words, stdin=stdin)
        self.assertEqual(0, done.code, (words, done.err))
        return done.out.decode()

    def parity(self, code, *words, err="", stdin=b""):
        done = self.run_program("parity", *words, env=self.env, stdin=stdin)
        self.assertEqual(code, done.code, (words, done.err))
        self.assertRegex(done.err.decode(), rf"\A{err}\Z")
        return done.out.decode()

    def kinds(self, *words, code=4):
        answer = json.loads(self.parity(code, "--json", *words))
        return [(d["kind"], (d.get("here") or d["there"])["name"]) for d in answer[0]["differences"]]

    def name(self, i):
        return self.json("show", hashlib.sha256(openssl(
            "x509", "-in", self.files[i], "-outform", "DER")).hexdigest())["name"]

    def renewed(self, cn, days, name):
        """A certificate of that name, valid from its number of days on."""
        openssl("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
                "-keyout", "/dev/null", "-subj", f"/CN={cn}", "-days", str(days),
                "-out", self.path(name))
        return self.path(name)


class Comparing(Parity):
    def test_equal(self):
        self.assertEqual("[x] web1                          ok\n", self.parity(0, "web1"))
        self.assertEqual(["-o", "BatchMode=yes", "--", "web1", "certary", "list", "--json"],
                         read(self.path("asked")).decode().splitlines())

    def test_differences(self):
        self.there("delete", "--yes", self.name(0))
        self.there("import", "--yes", self.files[4])
        self.there("block", "--yes", self.name(1))
        self.there("rename", self.name(2), "other name")
        before = outside.tree(self.path("web1"))
        self.assertEqual({"missing", "extra", "state", "name"}, {k for k, _ in self.kinds("web1")})
        text = self.parity(4, "web1")
        self.assertRegex(text, r"(?m)^  missing there +[0-9a-f]{16}  ")
        self.assertRegex(text, r"(?m)^  other state .*: blocked there, trusted here$")
        self.assertRegex(text, r"(?m)^  other name .*: called other name there$")
        self.assertEqual("[ ] web1                          1 missing there, 1 extra there, "
                         "1 other state, 1 other name", text.splitlines()[-1])
        self.assertEqual(before, outside.tree(self.path("web1")))

    def carry_out(self, steps, store):
        """The commands of a plan as a shell runs them on that server."""
        with open(self.path("bin", "certary"), "w", encoding="ascii") as f:
            f.write(f'#!/bin/sh\nexec {PROGRAM} --store {store} "$@"\n')
        os.chmod(self.path("bin", "certary"), 0o755)
        for step in steps:
            done = subprocess.run(["sh", "-c", step["command"]], input=step.get("stdin", ""), text=True,
                                  env=outside.environment(**self.env), capture_output=True, check=False)
            self.assertEqual(0, done.returncode, (step, done.stderr))

    def differ(self):
        self.there("purge", "--yes", *self.trashed(0))
        self.there("import", "--yes", "--name", "-x 'quoted'", self.files[4])
        self.there("untrust", "--yes", self.name(1))
        self.there("rename", self.name(2), "other name")
        old, new = self.renewed("app", 100, "old.pem"), self.renewed("app", 900, "new.pem")
        self.there("import", "--yes", "--name", "app", old)
        self.ok("import", "--yes", "--name", "app", new)

    def trashed(self, i):
        self.there("delete", "--yes", self.name(i))
        return [self.name(i)]

    def test_plan_for_there(self):
        self.differ()
        answer = json.loads(self.parity(4, "--json", "web1"))[0]
        self.carry_out(answer["there"], self.path("web1"))
        self.assertEqual("[x] web1                          ok\n", self.parity(0, "web1"))
        self.assertEqual([], [s for s in answer["there"] if "quoted" in s["command"]])

    def test_pasting_it(self):
        """What stands on the screen, from the heading to the next one, is a script."""
        self.differ()
        text = self.parity(4, "web1")
        script = text.split("there, to have what is here:\n")[1].split("\n  or here")[0]
        self.carry_out([{"command": script}], self.path("web1"))
        self.assertEqual("[x] web1                          ok\n", self.parity(0, "web1"))

    def test_plan_for_here(self):
        self.there("import", "--yes", "--name", "-x 'quoted'", "--state", "blocked", self.files[4])
        answer = json.loads(self.parity(4, "--json", "web1"))[0]
        self.carry_out(answer["here"], self.store)
        self.assertEqual("[x] web1                          ok\n", self.parity(0, "web1"))
        self.assertEqual("blocked", self.json(
            "show", answer["differences"][0]["there"]["fingerprint"])["state"])

    def test_older_and_newer(self):
        old, new = self.renewed("app", 100, "old.pem"), self.renewed("app", 900, "new.pem")
        self.there("import", "--yes", "--name", "app", old)
        self.ok("import", "--yes", "--name", "app again", new)  # by its subject and kind of key
        self.assertEqual([("older", "app again")], self.kinds("web1"))
        self.store, other = self.path("web1"), self.store
        os.rename(other, self.path("web2"))
        self.assertEqual([("newer", "app")], self.kinds("web2"))
        answer = json.loads(self.parity(4, "--json", "web2"))[0]
        self.assertEqual([], answer["there"])
        self.carry_out(answer["here"], self.store)
        self.assertEqual([], self.kinds("web2", code=0))

    def test_a_decision_is_no_renewal(self):
        """What is blocked there isn't the predecessor of what is trusted here."""
        self.there("import", "--yes", "--state", "blocked", "--name", "app", self.renewed("app", 100, "a"))
        self.ok("import", "--yes", "--name", "app", self.renewed("app", 900, "b"))
        self.assertEqual([("missing", "app"), ("extra", "app")], self.kinds("web1"))

    def test_many_are_copied(self):
        files = outside.generate(self.path("many"), 40)[10:]
        self.ok("import", "--yes", *files)
        text = self.parity(4, "web1")
        self.assertNotIn("BEGIN CERTIFICATE", text)
        self.assertEqual(30, text.count(f"    {self.store}/trusted/"))
        self.assertEqual(30, len(re.findall(r"(?m)^certary import --yes .*\.pem$", text)))


class Manifests(Parity):
    def test_files(self):
        write(self.path("web1.json"), self.there("list", "--json"))
        self.assertIn("ok", self.parity(0, self.path("web1.json")))
        self.assertIn("ok", self.parity(0, "-", stdin=read(self.path("web1.json"))))
        self.there("parity", "--manifest", "-o", self.path("m.json"))
        manifest = json.loads(read(self.path("m.json")))
        self.assertEqual(["host", "made", "entries", "targets"], list(manifest))
        self.assertEqual(*(sorted(entries, key=str) for entries in (
            json.loads(read(self.path("web1.json"))), manifest["entries"])))
        self.assertIn("ok", self.parity(0, self.path("m.json")))
        self.assertIn("ok", self.parity(0, "-", stdin=json.dumps(manifest, indent=4).encode()))
        self.assertFalse(os.path.exists(self.path("asked")))

    def test_the_manifest(self):
        self.assertEqual(json.loads(self.ok("parity", "--manifest"))["made"], outside.CLOCK)
        self.fails(2, "parity", "--manifest", "web1")
        self.ok("parity", "--manifest", "-o", self.path("m"))
        self.fails(5, "parity", "--manifest", "-o", self.path("m"))
        self.ok("parity", "--manifest", "--yes", "-o", self.path("m"))

    def test_where_it_came_from_is_where_to_ask(self):
        self.there("import", "--yes", self.files[5])
        manifest = json.loads(self.there("parity", "--manifest"))
        for host, word in (("db1.example", "db1.example"), ("-oProxyCommand=x", "HOST"), ("a b;c", "HOST")):
            manifest["host"] = host
            text = self.parity(4, "-", stdin=json.dumps(manifest).encode())
            self.assertIn(f"ssh -- {word} certary show --pem ", text)
            self.assertEqual([], [line for line in text.splitlines() if "ProxyCommand" in line])

    def test_targets(self):
        for store in (self.store, self.path("web1")):
            write(os.path.join(store, "endpoints"), 'targets = ( { name = "app"; kind = "pem-bundle"; '
                  f'path = "{self.dir}/x y.pem"; }} );\n')
        manifest = json.loads(self.there("parity", "--manifest"))
        (target,) = manifest["targets"]
        self.assertEqual(("app", "pem-bundle", "never", 0), tuple(target[k] for k in ("name", "kind", "state",
                                                                                     "count")))
        self.assertIn("1 target not current", self.parity(4, "-", stdin=json.dumps(manifest).encode()))
        target.update(state="current", count=3)
        text = self.parity(4, "-", stdin=json.dumps(manifest).encode())
        self.assertRegex(text, "(?m)^  target with others +app: 0 certificates less and 3 more there$")
        self.assertEqual(1, text.count("\ncertary deploy app\n"))
        del target["count"]
        self.assertIn("ok", self.parity(0, "-", stdin=json.dumps(manifest).encode()))
        target["name"] = "java"
        text = self.parity(4, "-", stdin=json.dumps(manifest).encode())
        self.assertIn(f"certary target add --name app --kind pem-bundle --path '{self.dir}/x y.pem'", text)
        self.assertRegex(text, "(?m)^  target extra there +java$")
        del manifest["targets"]
        self.assertIn("ok", self.parity(0, "-", stdin=json.dumps(manifest).encode()))
        manifest["targets"] = [{"name": "java", "certificates": ["0"]}]
        self.parity(1, "-", stdin=json.dumps(manifest).encode(),
                    err="certary: standard input: target 1: certificate 1 is no fingerprint\n")

    def broken(self, text, why):
        data = text if isinstance(text, bytes) else text.encode()
        out = self.parity(1, "-", stdin=data, err=f"certary: standard input: .*{why}.*\n")
        self.assertEqual("[ ] standard input                not read\n", out)

    def test_broken(self):
        entry = json.loads(self.there("list", "--json"))[0]
        good = json.dumps(entry)
        self.broken("", "empty")
        self.broken("hello", "no list")
        self.broken("null", "no list")
        self.broken("[", "not JSON")
        self.broken("[" * 100000, "not JSON")
        self.broken("[" + good, "not JSON")
        self.broken("[" + good + "]x", "follows")
        self.broken("[" + good + ",]", "not JSON")
        self.broken("[[]]", "entry 1: it has no fingerprint")
        self.broken("[17]", "not JSON|fingerprint")
        self.broken('["' + "x" * 5000000 + '"]', "at most")
        self.broken('{"entries": 3}', "no list where each entry")
        self.broken('{"entries": [' + good + "]", "not JSON")
        self.broken('{"entries": [], "targets": {}}', "no list where each target")
        for key, value, why in (("fingerprint", 7, "fingerprint"), ("fingerprint", "00", "fingerprint"),
                                ("state", "loved", "state"), ("state", None, "state"),
                                ("not_before", "yesterday", "valid"), ("not_after", 3, "valid"),
                                ("name", ["x"], "name"), ("subject", None, "subject")):
            self.broken(json.dumps([dict(entry, **{key: value})]), "entry 1: .*" + why)
        self.broken(b'[{"name": "\xff"}]', "UTF-8|JSON")

    def test_hostile_words(self):
        entry = json.loads(self.there("list", "--json"))[0]
        entry.update(fingerprint="0" * 64, name="\x1b[2J`id`$(id)';\n\u202e", subject="\x9b")
        text = self.parity(4, "-", stdin=json.dumps([entry]).encode())
        self.assertIn("extra there", text)
        words = next(line for line in text.splitlines() if line.startswith("ssh -- "))
        self.assertEqual(["ssh", "--", "HOST", "certary", "show", "--pem", "0" * 64, "|", "certary",
                          "import", "--yes", "--state", entry["state"], "--name"],
                         shlex.split(words)[:-2])

    def test_many(self):
        """Ten thousand of them: the time is the business of make bench, that it works is ours."""
        entry = json.loads(self.there("list", "--json"))[0]
        many = [dict(entry, fingerprint=f"{i:064x}", name=f"n{i}", subject=f"CN=s{i}") for i in range(10000)]
        answer = json.loads(self.parity(4, "--json", "-", stdin=json.dumps(many).encode()))[0]
        self.assertEqual(10000, sum(d["kind"] == "extra" for d in answer["differences"]))


class Hosts(Parity):
    def test_others_are_still_compared(self):
        self.there("import", "--yes", self.files[5])
        text = self.parity(6, "down", "web1", "without", "garbage",
                           err=r"certary: down: ssh: connect to host down port 22: Connection refused\n"
                           r"certary: without: sh: 1: certary: not found\n"
                           r"certary: garbage: no list as certary list --json prints it\n")
        self.assertEqual(["[ ] down                          not reached",
                          "[ ] web1                          1 extra there",
                          "[ ] without                       not reached",
                          "[ ] garbage                       not reached"], text.splitlines()[-4:])
        answer = json.loads(self.parity(6, "--json", "down", "web1"))
        self.assertEqual([False, True], [s["compared"] for s in answer])
        self.assertIn("Connection refused", answer[0]["error"])

    def test_many_hosts(self):
        words = ["down"] * 20 + ["web1"]
        self.assertEqual(1, self.parity(6, *words, err="(certary: down: .*\n){20}").count("[x]"))

    def test_a_flood_is_cut_off(self):
        self.assertIn("not reached", self.parity(6, "chatty", err="certary: chatty: .*more than.*\n"))

    def test_no_ssh(self):
        done = self.run_program("parity", "web1", env={"PATH": "/nonexistent"})
        self.assertEqual((6, "certary: ssh: No such file or directory\n"), (done.code, done.err.decode()))

    def test_no_options_for_ssh(self):
        for word in ("-oProxyCommand=touch x", "x@-oProxyCommand=id", "a b", "a;id", "$(id)", "", "@", "a\nb"):
            self.assertRegex(self.fails(2, "parity", "--", word, env=self.env), "neither a file nor a host")
        self.assertFalse(os.path.exists(self.path("asked")))
        self.fails(2, "parity", env=self.env)
        self.fails(2, "parity", "-", "-", env=self.env)
        self.fails(2, "parity", "-o", "x", "web1", env=self.env)

    def test_hosts_as_ssh_knows_them(self):
        for word in ("root@web1", "ssh://root@web1:2222", "[2001:db8::1]"):
            self.parity(4, word)
            self.assertIn(word, read(self.path("asked")).decode().splitlines())


if __name__ == "__main__":
    unittest.main()
