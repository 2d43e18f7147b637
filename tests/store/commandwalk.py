#!/usr/bin/env python3
"""Walk every command that changes something through every crash and every error of the disk.

	commandwalk.py [--every N] [--offset N] [--sticky] [--fault kill|ENOSPC|...]... [COMMAND...]

crashwalk.py walks what writes the same bytes each time and compares them; here is the whole program
with what differs from run to run as well: new keys, signatures, lists, and files outside of the store.
Each command runs once undisturbed under strace, then once for each of its system calls that change
something: it is killed before the call, or the call fails (with --sticky: it and all like it behind).
What is left must be as before or as after it; who isn't killed must know which, and name what failed.
"""
import argparse
import collections
import concurrent.futures
import json
import os
import re
import shutil
import ssl
import socket
import subprocess
import sys
import tempfile
import threading

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "support"))
sys.path.insert(0, HERE)
import crashwalk
import outside
from crashwalk import Failure

FAULTS = ("kill", "ENOSPC", "EIO", "EDQUOT", "EACCES", "EMFILE")
COMPANY = os.path.join(outside.TOP, "tests/data/company")
CLOCK = "2026-02-01T00:00:00Z"
CALLS = (*crashwalk.CALLS, "fchown", "fchownat", "rmdir", "symlink")

# The words of each command; those with a "~" write other bytes each time, so that only what there is
# is compared, not what it holds.  {out} is beside the store.
COMMANDS = {
    "import": "import {new0}",
    "import-many": "import {new0} {new1} {new2}",
    "import-untrusted": "import --state untrusted {new0}",
    "import-blocked": "import --state blocked {new0}",
    "trust": "trust {untrusted}",
    "trust-limited": "trust {untrusted} --for a.example:636 --until 2w",
    "untrust": "untrust {first}",
    "block": "block {first} {untrusted}",
    "delete": "delete {first}",
    "restore": "restore {trash}",
    "purge": "purge",
    "rename": "rename {first} another",
    "note": "note {first} a-note",
    "undo": "undo",
    "generate": "~generate --plain --name new --cn new.example --key ec256",
    "generate-key-out": "~generate --plain --name new --cn new.example --key ec256 --key-out {out}/new.key -o {out}/new.pem",
    "generate-ca": "~generate --plain --ca --name newca --cn New --key ec256",
    "request": "~request --plain --name new --cn new.example --key ec256 -o {out}/new.csr",
    "renew": "~request --renew server -o {out}/new.csr",
    "sign": "~sign --ca ca --profile server -o {out}/new.pem {csr}",
    "attach": "identity attach waiting {answer}",
    "identity-import": "identity import --plain --name wiki {company}/wiki.pem {company}/wiki.key",
    "identity-rename": "identity rename server another",
    "identity-note": "identity note server a-note",
    "identity-ticket": "identity ticket waiting 4711",
    "identity-delete": "identity delete server",
    "identity-restore": "identity restore gone",
    "identity-purge": "identity purge gone",
    "ca-revoke": "ca revoke ca signed.example",
    "ca-crl": "~ca crl -o {out}/ca.crl ca",
    "crl-import": "crl import {newer}",
    "crl-remove": "crl remove Issuing",
    "endpoint-add": "endpoint add --name new b.example:443",
    "endpoint-remove": "endpoint remove directory",
    "endpoint-accept": "endpoint accept local",
    "target-add": "target add --name new --kind pem-bundle --path {out}/more.pem",
    "target-remove": "target remove bundle",
    "deploy-pem-bundle": "deploy bundle",
    "deploy-openssl-dir": "deploy hashed",
    "deploy-java": "~deploy java",
    "deploy-p11-kit": "deploy anchors",
    "deploy-postgres": "deploy postgres",
    "deploy-server-pair": "deploy pair",
    "deploy-file": "deploy file",
    "deploy-all": "~deploy",
    "runbook-new": "runbook new another",
    "runbook-done": "runbook done book 1",
    "runbook-set": "runbook set book Partner ACME",
    "runbook-note": "runbook note book 1 a-note",
    "runbook-remove": "runbook remove book",
    "export": "~export --format pkcs7 -o {out}/all.p7b {first}",
    "exchange": "exchange -o {out}/pack server",
    "setup": "~setup --answers {answers}",
    "index": "list --json",
}
# They journal nothing: what they write isn't in the store, or is only a cache or an observation.
SILENT = ("export", "exchange", "ca-crl", "index", "endpoint-accept")
TARGETS = (("bundle", "pem-bundle", "bundle.pem"), ("hashed", "openssl-dir", "hashed"),
           ("java", "java", "trust.p12", "--format", "pkcs12"), ("anchors", "p11-kit", "root"),
           ("postgres", "postgres-client", "pg/root.crt"), ("file", "file", "all.p7b", "--format", "pkcs7"),
           ("pair", "server-pair", "pair.pem", "--key-path", "{out}/pair.key", "--identity", "server"))
ANSWERS = """anchors = "none"; import = [ "{new0}", "{new1}" ]; endpoints = [ "c.example:636" ]; probe = false;
targets = [ "pem-bundle:{out}/setup.pem" ]; deploy = true; identity = "self-signed"; names = [ "d.example" ];
"""


def service(names, use):
    """use(port) while a service presents this certificate of the company."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*names)
    with socket.create_server(("127.0.0.1", 0)) as server:
        def serve():
            while True:
                try:
                    taken, _ = server.accept()
                    taken.settimeout(10)
                    with context.wrap_socket(taken, server_side=True) as secure:
                        secure.recv(10)
                except ssl.SSLError:
                    continue
                except OSError:
                    return
        threading.Thread(target=serve, daemon=True).start()
        use(server.getsockname()[1])
        server.shutdown(socket.SHUT_RDWR)


class World:
    """A store with some of everything and what is beside it, at one place, so that paths stay true."""

    def __init__(self, folder):
        self.folder = os.path.realpath(folder)
        self.tree, self.kept = os.path.join(self.folder, "tree"), os.path.join(self.folder, "kept")
        self.path = self.tools()
        self.store, self.out = os.path.join(self.tree, "store"), os.path.join(self.tree, "out")
        for name in ("", "hashed", "root/etc/pki/ca-trust/source", "pg"):
            os.makedirs(os.path.join(self.out, name), exist_ok=True)
        self.words = {"out": self.out, "company": COMPANY}
        self.fill_states()
        self.fill_identities()
        self.fill_services()
        self.words["answers"] = outside.write(os.path.join(self.folder, "answers"), ANSWERS.format(**self.words))
        shutil.copytree(self.tree, self.kept, symlinks=True)

    def tools(self):
        """Without keytool, which takes a second each time that it reads back: certary's own reader does."""
        folder = os.path.join(self.folder, "bin")
        os.mkdir(folder)
        for name in ("openssl", "strace"):
            os.symlink(shutil.which(name), os.path.join(folder, name))
        return folder

    def run(self, *words, program=outside.PROGRAM, wrap=(), umask=0o022, clock=CLOCK, limit=None, **more):
        quiet = os.environ.get("ASAN_OPTIONS", "") + ":detect_leaks=0"  # strace traces, too
        done = subprocess.run([*wrap, program, "--store", self.store, *words], capture_output=True, text=True,
                              errors="replace", stdin=subprocess.DEVNULL, cwd=self.folder, umask=umask, timeout=120,
                              preexec_fn=limit,
                              env=outside.environment(CERTARY_TEST_CLOCK=clock, ASAN_OPTIONS=quiet, HOME=self.folder,
                                                      PATH=self.path, **more),
                              check=False)
        done.stderr = outside.unprofiled(done.stderr)
        return done

    def must(self, *words):
        done = self.run(*words)
        if done.returncode != 0:
            raise Failure(f"certary {' '.join(words)}: exit {done.returncode}: {done.stdout}{done.stderr}")
        return done.stdout

    def fill_states(self):
        files = outside.generate(os.path.join(self.folder, "made"), 9)
        self.must("import", "--yes", *files[:6])
        names = outside.entries(self.store)["trusted"]
        self.words.update(first=names[0][:64], untrusted=names[1][:64], trash=names[2][:64], new0=files[6],
                          new1=files[7], new2=files[8])
        self.must("untrust", "--yes", names[1][:64])
        self.must("delete", "--yes", names[2][:64])
        self.must("trust", "--yes", names[3][:64], "--for", "a.example:636", "--until", "2w")
        self.must("block", "--yes", names[4][:64])

    def fill_identities(self):
        def made(name):
            return os.path.join(self.folder, name)
        self.must("identity", "import", "--yes", "--plain", "--name", "ca", os.path.join(COMPANY, "issuing.pem"),
                  os.path.join(COMPANY, "issuing.key"))
        self.must("import", "--yes", os.path.join(COMPANY, "root.pem"))
        for name in ("server", "gone"):
            self.must("generate", "--yes", "--plain", "--name", name, "--cn", f"{name}.example", "--key", "ec256")
        for name in ("waiting", "signed", "next"):
            self.must("request", "--yes", "--plain", "--name", name, "--cn", f"{name}.example", "--key", "ec256", "-o",
                      made(name + ".csr"))
            if name != "next":
                self.must("sign", "--yes", "--ca", "ca", "--profile", "server", "-o", made(name + ".pem"),
                          made(name + ".csr"))
        self.must("identity", "attach", "--yes", "signed", made("signed.pem"))
        self.must("ca", "revoke", "--yes", "ca", "waiting.example")
        self.must("ca", "crl", "--yes", "-o", made("old.crl"), "ca")
        self.must("ca", "crl", "--yes", "--days", "60", "-o", made("newer.crl"), "ca")
        self.must("crl", "import", "--yes", made("old.crl"))
        self.must("identity", "delete", "--yes", "gone")
        self.must("identity", "delete", "--yes", "next")
        self.must("identity", "purge", "--yes", "next")
        self.words.update(csr=made("next.csr"), answer=made("waiting.pem"), newer=made("newer.crl"))

    def fill_services(self):
        self.must("endpoint", "add", "--yes", "--name", "directory", "a.example:636")
        for name, kind, path, *more in TARGETS:
            self.must("target", "add", "--yes", "--name", name, "--kind", kind, "--path", os.path.join(self.out, path),
                      *(word.format(**self.words) for word in more))
        self.must("runbook", "new", "--yes", "book")
        for name in ("db", "git"):
            service([os.path.join(COMPANY, name + suffix) for suffix in (".pem", ".key")], self.look)

    def look(self, port):
        """A service under one name, whatever port it is at."""
        self.run("endpoint", "add", "--yes", "--name", "local", f"127.0.0.1:{port}")
        self.run("check", "local")

    def restore(self, command):
        shutil.rmtree(self.tree)
        shutil.copytree(self.kept, self.tree, symlinks=True)
        if command == "setup":
            shutil.rmtree(self.store)
        if command == "index" and os.path.exists(os.path.join(self.store, ".index")):
            os.unlink(os.path.join(self.store, ".index"))

    def contents(self):
        return {path: what for path, what in outside.tree(self.tree).items() if not hidden(path)
                and path not in ("store", "store/deployed", "out/hashed") and not (
                    os.path.dirname(path) == "store" and what[1] == b"")}


def hidden(path):
    """Temporary files, and what the store keeps for itself."""
    return any(part.startswith(".") for part in path.split(os.sep))


def shape(contents):
    """What there is, where what it holds differs from run to run."""
    found = collections.Counter()
    for path, (mode, data) in contents.items():
        name = re.sub(r"[0-9a-f]{64}", "*", path)
        if path == "store/journal":
            lines = [json.loads(line) for line in data.splitlines()]
            data = [(line["op"], line["was"], line["now"] and re.sub(r"[0-9a-f]{8,}", "*", line["now"]))
                    for line in lines]
        elif path != "store/endpoints":
            data = None
        found[name, mode, str(data)] += 1
    return found


class Walk:
    """One command in one world."""

    def __init__(self, world, command):
        self.world, self.command, line = world, command, COMMANDS[command]
        self.loose = line.startswith("~")
        self.arguments = [word.format(**world.words) for word in line.lstrip("~").split()]
        if command not in ("index",) and self.arguments[0] not in ("export",):
            self.arguments.append("--yes")
        world.restore(command)
        self.before = self.seen()
        done, lines = self.trace()
        if done.returncode != 0:
            raise Failure(f"{command}: fails undisturbed: {done.stdout}{done.stderr}")
        self.calls = crashwalk.changing_calls(lines, world.tree)
        self.after = self.seen()
        if (self.after == self.before) != (command == "index"):
            raise Failure(f"{command}: changes nothing, or what it shouldn't")

    def seen(self):
        contents = self.world.contents()
        if not self.loose and self.command.startswith("deploy"):  # receipts tell of the minute
            return {**self.outside(contents), **shape(self.inside(contents))}
        return shape(contents) if self.loose else contents

    def outside(self, found):
        """What is beside the store: the consumers' files, or those that were asked for."""
        return {k: v for k, v in found.items() if (k[0] if isinstance(k, tuple) else k).startswith("out")}

    def inside(self, found):
        return {k: v for k, v in found.items() if (k[0] if isinstance(k, tuple) else k).startswith("store")}

    def trace(self, *options):
        with tempfile.NamedTemporaryFile("r") as log:
            done = self.world.run(*self.arguments, wrap=[shutil.which("strace"), "-y", "-qq", "-s", "0", "-o", log.name, "-e", "trace=" + ",".join(
                "?" + c for c in CALLS), *options, "--"])
            return done, log.read().splitlines()

    def point(self, call, fault, sticky):
        """The complaint about one point, or None."""
        self.world.restore(self.command)
        what = "signal=KILL" if fault == "kill" else "error=" + fault
        done, lines = self.trace("-e", f"inject={call.name}:{what}:when={call.nth}{'+' * sticky}")
        struck = [line for line in lines if "INJECTED" in line or "killed by" in line]
        try:
            if not struck:
                return "missed"
            # Calls aren't quite as many each time: what was hit may be another one.
            self.judge(done, fault, call._replace(text=" ".join(struck)) if fault != "kill" else call)
        except (Failure, AssertionError) as e:
            return f"{self.command}, {fault}{'+' * sticky} at {call.text}: {e}"
        return None

    def judge(self, done, fault, call):
        said = done.stderr.strip()
        if fault != "kill":
            self.judge_answer(done, said, call)
        if os.path.exists(os.path.join(self.world.store, "certary.store")):
            self.world.must("--read-only", "list", "--json")
            self.judge_list()
        if os.path.exists(os.path.join(self.world.store, "deploying")):
            self.judge_cut_off()
        found = self.seen()
        if not self.is_whole(found):
            raise Failure(f"neither old nor new ({self.differences(found)}); {done.stdout}{said}")
        if not os.path.exists(os.path.join(self.world.store, "certary.store")):
            return
        self.world.must("log", "--verify")
        problems = outside.verify(self.world.store)
        if problems:
            raise Failure("verify_store: " + problems)
        self.work_goes_on()

    def judge_list(self):
        """A list, which comes from the index, is what the folders are."""
        listed = sorted((e["state"], e["fingerprint"] + ".pem") for e in json.loads(self.world.must("list", "--json")))
        there = [(state, name) for state, names in outside.entries(self.world.store).items() for name in names
                 if state != "trash"]
        if listed != sorted(there):
            raise Failure(f"the list is {listed}, the folders are {there}")

    def judge_cut_off(self):
        """A deployment that was killed shows, and is put right by whatever command comes next."""
        said = self.world.run("doctor")
        if said.returncode == 0 or "deploying" not in said.stdout:
            raise Failure("doctor doesn't see the deployment: " + said.stdout + said.stderr)
        self.world.must("identity", "note", "--yes", "server" if self.command != "setup" else "d.example", "goes on")

    def is_whole(self, found):
        """Files beside the store come before or behind its change, and each is as before or as after."""
        if found in (self.before, self.after):
            return True
        inside, outer = self.inside(found), self.outside(found)
        whole = outer in (self.outside(self.before), self.outside(self.after))
        if self.command == "setup":  # a store first, then one change, then a deployment
            return whole and (inside == self.inside(self.after) or len(inside) < 12 or outer == self.outside(self.before))
        if self.command.startswith("deploy"):  # its receipts come last, and the store tells what is under way
            return whole
        return inside in (self.inside(self.before), self.inside(self.after)) and all(
            outer.get(path) in (self.before.get(path), self.after.get(path)) for path in {*outer, *self.outside(self.after)})

    # What is said where a part of it is done, and can't be taken back.
    PARTLY = ("half done", "may not outlast a power cut", "it was made, but the file was not written", "All is done, but the journal doesn't have it",
              "setup: the store is there, but nothing was deployed", "not all could be put back",
              "all was put back, but its record stays", "nothing is put back, since a crash meanwhile")

    def judge_answer(self, done, said, call):
        code, found = done.returncode, self.seen()
        if code not in (0, 1):
            raise Failure(f"exit {code}: {done.stdout}{said}")
        if code and not said and call.name.startswith("write"):
            return  # with --sticky no complaint can be written either
        deploys = "not tidied up" in done.stdout
        if code == 0 and found != self.after and not (deploys and self.outside(found) == self.outside(self.after)):
            raise Failure(f"exit 0, but not done ({self.differences(found)}): {done.stdout}{said}")
        # A first run that fails may leave a store that is empty.
        empty = self.command == "setup" and not any("journal" in str(path) for path in self.inside(found))
        if code == 1 and found != self.before and not empty and not any(words in said for words in self.PARTLY):
            raise Failure(f"exit 1, but something was changed ({self.differences(found)}): {said}")
        if code and not re.fullmatch(r"certary: [^\n]+", said):
            raise Failure(f"says {said!r}")
        if code and not self.names_it(said, call):
            raise Failure(f"doesn't name the file: {said!r}")

    def names_it(self, said, call):
        """The file, its folder, what the file is to replace, or the store where all of them are internal."""
        words = {self.world.store}
        for path in re.findall(r'<([^>]*)>|"([^"]+)"', call.text):
            path = "".join(path)
            words |= {os.path.basename(path), os.path.basename(os.path.dirname(path))}
        return any(word and word in said for word in words) or bool(
            re.search(r"[0-9a-f]{64}\.(pem|json)|\bendpoints\b|\b(book|another)\.txt\b|(new|ca|all|pack)\.?(key|pem|csr|crl|p7b)?: ", said))

    def work_goes_on(self):
        """The next change finds nothing in its way and leaves nothing behind."""
        left = [name for names in outside.entries(self.world.store).values() for name in names]
        if left:
            self.world.must("note", sorted(left)[0][:64], "after the fault")
        said = self.world.run("doctor")
        if said.returncode != 0:
            raise Failure("doctor: " + said.stdout + said.stderr)
        problems = outside.verify(self.world.store, strict=True, journalled=True)
        if problems:
            raise Failure("after the next change: " + problems)

    def differences(self, found):
        wrong = [str(key)[:150] for key in {*found, *self.before, *self.after}
                 if found.get(key) not in (self.before.get(key), self.after.get(key))
                 or self.before.get(key) != self.after.get(key)]
        return ", ".join(sorted(wrong)) or "some of each"


def some(commands, faults, every, offset, sticky, report):
    """Walk these in a world of their own: (points, points missed, complaints)."""
    tried, missed, complaints, number = 0, 0, [], offset
    with tempfile.TemporaryDirectory(prefix="certary-walk-", dir=outside.MEMORY or tempfile.gettempdir()) as folder:
        world = World(folder)
        for command in commands:
            w = Walk(world, command)
            here = 0
            for call in w.calls:
                for fault in faults:
                    number += 1
                    if number % every:
                        continue
                    said = w.point(call, fault, sticky)
                    here, missed = here + 1, missed + (said == "missed")
                    if said and said != "missed":
                        complaints.append(said)
                        if report:
                            print(said, flush=True)
            tried += here
            if report:
                print(f"{command}: {len(w.calls)} calls, {here} points", flush=True)
    return tried, missed, complaints


def walk(commands=tuple(COMMANDS), faults=FAULTS, every=1, offset=0, sticky=False, workers=2, report=False):
    with concurrent.futures.ProcessPoolExecutor(workers) as pool:
        shares = [pool.submit(some, list(commands)[i::workers], faults, every, offset + i, sticky, report)
                  for i in range(min(workers, len(commands)))]
        results = [share.result() for share in shares]
    return sum(r[0] for r in results), sum(r[1] for r in results), [c for r in results for c in r[2]]


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--every", type=int, default=1)
    options.add_argument("--offset", type=int, default=0)
    options.add_argument("--sticky", action="store_true")
    options.add_argument("--workers", type=int, default=2)
    options.add_argument("--fault", action="append", choices=FAULTS)
    options.add_argument("command", nargs="*", choices=[[], *COMMANDS], metavar="COMMAND")
    args = options.parse_args()
    why = crashwalk.can_trace()
    if why:
        sys.exit("commandwalk: " + why)
    tried, missed, complaints = walk(args.command or list(COMMANDS), args.fault or FAULTS, args.every, args.offset,
                                     args.sticky, args.workers, True)
    print(f"{tried} points, {missed} not reached, {len(complaints)} complaints")
    return 1 if complaints else 0


if __name__ == "__main__":
    sys.exit(main())
