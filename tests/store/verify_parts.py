"""What the parts of a store say of each other, and what may stand nowhere; verify_store.py calls this.

Written from the description of the format alone, as that is.
"""
import hashlib
import json
import os
import re
import stat

STATES = ("trusted", "limited", "untrusted", "blocked", "trash")
# Whose files verify_store.py looks at itself.
CHECKED = (*STATES, "keys", "discarded", "identities", "requests", "issued", "crls", "deployed")
SECRET = b"PRIVATE KEY-----"
# Observations, which aren't journalled, and what is only a lock or a cache.
UNTOLD = ("reports", "journal", "certary.store", "deploying")
NAMED_ONCE = ("Name", "Added", "By", "Until")
TOKEN = re.compile(r"""\s+|\#[^\n]*|//[^\n]*|/\*.*?\*/|(?P<text>"(?:[^"\\\n]|\\.)*")|(?P<sign>[={}()\[\];:,])"""
                   r"""|(?P<word>[A-Za-z*][A-Za-z0-9_*-]*)|(?P<number>[-+]?[0-9.][0-9A-Za-z.+-]*)""", re.S)


def read(path):
    with open(path, "rb") as f:
        return f.read()


def files(store):
    for path, folders, names in os.walk(store):
        for name in folders + names:
            full = os.path.join(path, name)
            yield os.path.relpath(full, store), full, os.lstat(full)


def check_names(store, problem):
    """Each file is one file: no link leads out of the store or in twice, and keys stand where keys belong."""
    for where, path, st in files(store):
        if not (stat.S_ISREG(st.st_mode) or stat.S_ISDIR(st.st_mode)):
            if where.split("/")[0] not in CHECKED or "/" not in where:
                problem(where, "neither a file nor a folder")
        elif stat.S_ISREG(st.st_mode):
            if st.st_nlink != 1:
                problem(where, f"has {st.st_nlink} names")
            if where.split("/")[0] not in CHECKED and where != "journal" and SECRET in read(path):
                problem(where, "holds a private key")


def check_headers(store, problem):
    """What is said once is said once, and times are times."""
    for state in STATES:
        folder = os.path.join(store, state)
        for name in sorted(os.listdir(folder)) if os.path.isdir(folder) else ():
            path = os.path.join(folder, name)
            if not re.fullmatch(r"[0-9a-f]{64}\.pem", name) or not os.path.isfile(path):
                continue
            lines = read(path).partition(b"-----BEGIN")[0].decode("utf-8", "replace").splitlines()
            keys = [line.partition(":")[0] for line in lines]
            for key in NAMED_ONCE:
                if keys.count(key) > 1:
                    problem(f"{state}/{name}", f"says {key} twice")
            for line in lines:
                if line.startswith("Added:") and not re.fullmatch(r"Added: \d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", line):
                    problem(f"{state}/{name}", f"no time: {line!r}")


class Settings:
    """The grammar of libconfig, as far as a file is one or isn't."""

    def __init__(self, text):
        self.tokens, at = [], 0
        while at < len(text):
            found = TOKEN.match(text, at)
            if not found:
                raise ValueError(f"byte {at}: {text[at:at + 20]!r}")
            if found.lastgroup:
                self.tokens.append((found.lastgroup, found[0]))
            at = found.end()
        self.tokens.append(("end", ""))

    def next(self, *wanted):
        kind, text = self.tokens.pop(0)
        if wanted and kind not in wanted and text not in wanted:
            raise ValueError(f"{text!r}, and not {' or '.join(wanted)}")
        return kind, text

    def peek(self):
        return self.tokens[0][1]

    def group(self, end):
        found = {}
        while self.peek() != end:
            _, name = self.next("word")
            if name in found:
                raise ValueError(f"{name} stands twice")
            self.next("=", ":")
            found[name] = self.value()
            if self.peek() in (";", ","):
                self.next()
        self.next(end)
        return found

    def items(self, end):
        found = []
        while self.peek() != end:
            found.append(self.value())
            if self.peek() != end:
                self.next(",")
        self.next(end)
        return found

    def value(self):
        kind, text = self.next("text", "word", "number", "{", "(", "[")
        if text == "{" and kind == "sign":
            return self.group("}")
        if kind == "sign":
            return self.items(")" if text == "(" else "]")
        return text.strip('"')


def check_endpoints(store, problem):
    """Services and targets: each has a name of its own, a service a host, a target a kind and a path."""
    path = os.path.join(store, "endpoints")
    if not os.path.exists(path):
        return
    try:
        settings = Settings(read(path).decode("utf-8")).group("")
    except (ValueError, IndexError) as e:
        problem("endpoints", f"no libconfig: {e}")
        return
    for what, needed in (("endpoints", ("host",)), ("targets", ("kind", "path"))):
        rows = settings.get(what, [])
        names = [row.get("name") for row in rows]
        for row in rows:
            if any(not row.get(key) for key in ("name", *needed)):
                problem("endpoints", f"{what} has a row without {', '.join(('name', *needed))}: {row}")
        for name in sorted({str(name) for name in names if names.count(name) > 1}):
            problem("endpoints", f"{what} has {name} twice")


def replay(lines):
    """Which file holds what (SHA-256), from the journal alone; and the certificates that are where."""
    held, states = {}, {}
    for line in lines:
        old = held.pop(line["src"], None) if line.get("src") else None
        if line.get("dst"):
            held[line["dst"]] = line.get("new") or old
        folder = (line.get("dst") or "").partition("/")[0]
        if folder in STATES:
            states[line["cert"]] = folder
        elif (line.get("src") or "").partition("/")[0] in STATES:
            states.pop(line["cert"], None)
    return held, states


def check_replay(store, problem):
    """The store is what the journal says: for a store that nobody changed by hand."""
    path = os.path.join(store, "journal")
    try:
        lines = [json.loads(line) for line in read(path).splitlines()] if os.path.exists(path) else []
    except ValueError:
        return
    told, states = replay(lines)
    there = {}
    for where, full, st in files(store):
        hidden = any(part.startswith(".") for part in where.split("/"))
        if stat.S_ISREG(st.st_mode) and not hidden and where.split("/")[0] not in UNTOLD:
            there[where if "/" in where else "./" + where] = hashlib.sha256(read(full)).hexdigest()
    for where in sorted({*told, *there}):
        if where not in there:
            problem(where, "is gone, and no line of the journal says so")
        elif where not in told:
            problem(where, "no line of the journal made it")
        elif told[where] != there[where]:
            problem(where, "isn't as the last line of the journal left it")
    for cert, state in sorted(states.items()):
        if not re.fullmatch(r"[0-9a-f]{64}", str(cert)):
            problem("journal", f"no fingerprint: {cert}")
        elif f"{state}/{cert}.pem" not in told:
            problem("journal", f"{cert} is {state}, but no file of that name is there")


def check(store, problem, journalled):
    check_names(store, problem)
    check_endpoints(store, problem)
    if journalled:
        check_headers(store, problem)
        check_replay(store, problem)
