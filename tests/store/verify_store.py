#!/usr/bin/env python3
"""verify_store.py [--strict] [--journalled] STORE - is a store what the design says it is?

Written from the description of the format alone: Python's own library and the openssl command, nothing
of certary. Prints one line for each thing that is wrong and exits 1, or exits 0 in silence.
--strict also reports what may be left over for a while: temporary files and names nobody knows;
--journalled what is otherwise than the journal says, where nobody has changed anything by hand.
"""
import base64
import binascii
import hashlib
import json
import os
import re
import stat
import subprocess
import sys
import tempfile
import threading

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import verify_parts

STATES = ("trusted", "limited", "untrusted", "blocked", "trash")
RECORDS = ("identities", "requests", "issued")
SECRETS = ("keys", "discarded")
NEEDED = tuple(s for s in STATES if s != "limited") + ("keys", "requests")
FOLDERS = STATES + RECORDS + SECRETS + ("crls", "runbooks", "reports")
FILES = ("certary.store", "endpoints", "journal", ".lock", ".index", ".deploying", "deployed")
SUFFIXES = (".pem", ".crt", ".cer", ".der")
OWN_NAME = re.compile(r"[0-9a-f]{64}\.pem")
DISCARDED = re.compile(r"([0-9a-f]{64}\.pem)\.(key|identity|request)")
SECRET = b"PRIVATE KEY-----"
HEADER = re.compile(r"[A-Za-z][A-Za-z0-9-]*: ?.*")
BLOCK = re.compile(rb"-----BEGIN ([^\r\n-]+)-----[ \t]*\r?\n(.*?)-----END \1-----[ \t]*(?:\r?\n|\Z)", re.S)
CONTROLS = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]")
TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")
JOURNAL_KEYS = ("seq", "time", "who", "from", "op", "cert", "name", "was", "now", "why", "prev")


class Found(threading.local):
    """What was found of the store at hand; tests look at several side by side."""

    def __init__(self):
        self.problems = []


found = Found()
known = set()  # certificates that openssl has read: it needn't read the same bytes again
keys_of = {}   # and the public keys that it found


def problem(where, what):
    found.problems.append(f"{where}: {what}")


def read(path):
    with open(path, "rb") as f:
        return f.read()


def is_temporary(name):
    return name.startswith(".") or name.endswith(("~", ".tmp", ".new")) or ".tmp." in name


def one_sequence(der):
    """Is this one DER SEQUENCE from its first byte to its last?"""
    if len(der) < 2 or der[0] != 0x30:
        return False
    if der[1] < 0x80:
        return len(der) == 2 + der[1]
    count = der[1] & 0x7F
    if not 1 <= count <= 4:
        return False
    return len(der) == 2 + count + int.from_bytes(der[2:2 + count], "big")


def openssl_finds(ders):
    """How many certificates openssl finds in all of these together."""
    with tempfile.NamedTemporaryFile(suffix=".pem") as bundle:
        for der in ders:
            bundle.write(b"-----BEGIN CERTIFICATE-----\n" + base64.encodebytes(der)
                         + b"-----END CERTIFICATE-----\n")
        bundle.flush()
        done = subprocess.run(["openssl", "storeutl", "-noout", "-certs", bundle.name],
                              capture_output=True, text=True, check=False)
    total = re.search(r"Total found: (\d+)", done.stdout)
    return int(total[1]) if total else 0


def unreadable(certificates):
    """The places of those that openssl can't read: halves until each is found."""
    certificates = [(where, der) for where, der in certificates if der not in known]
    if not certificates:
        return []
    if openssl_finds(der for _, der in certificates) == len(certificates):
        known.update(der for _, der in certificates)
        return []
    if len(certificates) == 1:
        return [certificates[0][0]]
    half = len(certificates) // 2
    return unreadable(certificates[:half]) + unreadable(certificates[half:])


def text_before(where, data):
    """The lines in front of the block of a file that certary wrote."""
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as e:
        problem(where, f"what stands before the certificate is no UTF-8 (byte {e.start})")
        return
    for line in text.splitlines():
        if line and not HEADER.fullmatch(line):
            problem(where, f"not a 'Key: value' line: {line!r}")
        if CONTROLS.search(line):
            problem(where, f"control characters in a line: {line!r}")


def certificate(where, name, data):
    """The DER of the one certificate in a file, or None."""
    if data[:1] == b"\x30":
        if one_sequence(data):
            return data
        problem(where, "more or less than one certificate in DER")
        return None
    blocks = list(BLOCK.finditer(data))
    if len(blocks) != 1 or data.count(b"-----BEGIN ") != 1:
        problem(where, f"holds {data.count(b'-----BEGIN ')} PEM blocks, not one")
        return None
    block = blocks[0]
    if block[1] not in (b"CERTIFICATE", b"X509 CERTIFICATE", b"TRUSTED CERTIFICATE"):
        problem(where, f"holds a {block[1].decode('latin-1')}, not a certificate")
        return None
    if OWN_NAME.fullmatch(name):
        text_before(where, data[:block.start()])
        if data[block.end():].strip():
            problem(where, "something stands behind the certificate")
    try:
        return base64.b64decode(b"".join(block[2].split()), validate=True)
    except binascii.Error as e:
        problem(where, f"not base64: {e}")
        return None


def entry(where, name, path):
    """Check one file of a state folder; returns its DER or None."""
    st = os.lstat(path)
    if not stat.S_ISREG(st.st_mode):
        problem(where, "not a regular file")
        return None
    data = read(path)
    if SECRET in data:
        problem(where, "a private key")
        return None
    if not name.lower().endswith(SUFFIXES):
        problem(where, "not the name of a certificate's file")
        return None
    der = certificate(where, name, data)
    if der is None:
        return None
    if not one_sequence(der):
        problem(where, "the block does not hold one DER structure")
    if OWN_NAME.fullmatch(name) and hashlib.sha256(der).hexdigest() != name[:64]:
        problem(where, f"is named after another certificate; its SHA-256 is {hashlib.sha256(der).hexdigest()}")
    return der


def check_states(store, strict):
    seen, readable = {}, []
    for state in STATES:
        folder = os.path.join(store, state)
        if not os.path.isdir(folder):
            if state in NEEDED:
                problem(state, "no such folder")
            continue
        for name in sorted(os.listdir(folder)):
            where = f"{state}/{name}"
            if is_temporary(name):
                if strict:
                    problem(where, "left over")
                continue
            der = entry(where, name, os.path.join(folder, name))
            if der is None:
                continue
            if der in seen:
                problem(where, f"the same certificate as {seen[der]}")
            seen.setdefault(der, where)
            readable.append((where, der))
    for where in unreadable(readable):
        problem(where, "openssl reads no certificate in it")


def public_key(text, kind):
    """The SHA-256 of the SubjectPublicKeyInfo of a certificate, a request or a key in PEM, by openssl."""
    if (text, kind) in keys_of:
        return keys_of[text, kind]
    how = {"x509": ["x509", "-noout", "-pubkey"], "req": ["req", "-noout", "-pubkey"],
           "pkey": ["pkey", "-pubout"]}[kind]
    done = subprocess.run(["openssl", *how], input=text, capture_output=True, check=False)
    block = BLOCK.search(done.stdout)
    keys_of[text, kind] = hashlib.sha256(base64.b64decode(block[2])).hexdigest() if block else None
    return keys_of[text, kind]


def regular_files(store, folder, strict):
    """Names and bytes of the files of a folder of identities; all else is reported."""
    path = os.path.join(store, folder)
    for name in sorted(os.listdir(path)) if os.path.isdir(path) else ():
        where, full = f"{folder}/{name}", os.path.join(path, name)
        if not stat.S_ISREG(os.lstat(full).st_mode):
            problem(where, "not a regular file")
        elif folder in SECRETS and is_temporary(name) and stat.S_IMODE(os.stat(full).st_mode) & 0o077:
            problem(where, f"has mode {stat.S_IMODE(os.stat(full).st_mode):04o}, not 0600")
        elif is_temporary(name):
            if strict:
                problem(where, "left over")
        else:
            yield where, name, read(full), stat.S_IMODE(os.stat(full).st_mode)


def check_record(where, name, data, kind):
    """A file of identities/, requests/ or issued/, wherever it is; the keys that it speaks of."""
    if SECRET in data:
        problem(where, "a private key")
        return None
    if not OWN_NAME.fullmatch(name):
        problem(where, "not the name of a record")
        return None
    blocks = list(BLOCK.finditer(data))
    label = b"CERTIFICATE REQUEST" if kind == "requests" else b"CERTIFICATE"
    if any(block[1] != label for block in blocks) or len(blocks) != data.count(b"-----BEGIN "):
        problem(where, "holds something else than " + label.decode() + " blocks")
        return None
    text_before(where, data[:blocks[0].start()] if blocks else data)
    if kind != "identities" and len(blocks) != 1:
        problem(where, f"holds {len(blocks)} blocks, not one")
        return None
    if not blocks:
        return name[:64]
    key = public_key(blocks[0][0], "req" if kind == "requests" else "x509")
    held = key if kind == "identities" else hashlib.sha256(base64.b64decode(blocks[0][2])).hexdigest()
    if key is None:
        problem(where, "openssl reads nothing in it")
    elif held != name[:64]:
        problem(where, f"is named after another; its content is {held}")
    return key


def check_key(where, name, data, mode):
    if mode != 0o600:
        problem(where, f"has mode {mode:04o}, not 0600")
    blocks = list(BLOCK.finditer(data))
    if not OWN_NAME.fullmatch(name):
        problem(where, "not the name of a key")
    elif len(blocks) != 1 or blocks[0][1] not in (b"PRIVATE KEY", b"ENCRYPTED PRIVATE KEY"):
        problem(where, "no PKCS#8 key in PEM")
    elif blocks[0][1] == b"PRIVATE KEY":
        key = public_key(data, "pkey")
        if key != name[:64]:
            problem(where, f"is named after another key; its public key is {key}")


def check_folder(store, folder):
    path, wanted = os.path.join(store, folder), 0o700 if folder in SECRETS else 0o755
    if not os.path.isdir(path):
        if folder in NEEDED:
            problem(folder, "no such folder")
        return
    mode = stat.S_IMODE(os.stat(path).st_mode)
    if mode & ~wanted or folder in SECRETS and mode != wanted:
        problem(folder, f"has mode {mode:04o}, not {wanted:04o}")


def check_couples(keys, records, where):
    for name in sorted(keys ^ records):
        problem(where(name), "a key without its record" if name in keys else "a record without its key")


def check_identities(store, strict):
    """Live ones in three folders and keys/; the discarded, all in one, are held to the same."""
    keys, records = set(), set()
    for folder in SECRETS + RECORDS:
        check_folder(store, folder)
    for where, name, data, mode in regular_files(store, "keys", strict):
        check_key(where, name, data, mode)
        keys.add(name)
    for where, name, data, _ in regular_files(store, "identities", strict):
        check_record(where, name, data, "identities")
        records.add(name)
    for where, name, data, _ in regular_files(store, "requests", strict):
        key = check_record(where, name, data, "requests")
        if key and f"{key}.pem" not in records:
            problem(where, "no identity has its key")
    for where, name, data, _ in regular_files(store, "issued", strict):
        check_record(where, name, data, "issued")
    check_lists(store, strict)
    check_couples(keys, records, lambda name: f"keys/{name}")
    check_discarded(store, strict, keys | records)


def check_lists(store, strict):
    """Revocation lists, one of each CA; what their names say of the CA is certary's own secret."""
    check_folder(store, "crls")
    for where, name, data, _ in regular_files(store, "crls", strict):
        blocks = list(BLOCK.finditer(data))
        if not OWN_NAME.fullmatch(name):
            problem(where, "not the name of a revocation list")
        elif len(blocks) != 1 or blocks[0][1] != b"X509 CRL" or data.count(b"-----BEGIN ") != 1:
            problem(where, "holds something else than one X509 CRL block")
        else:
            text_before(where, data[:blocks[0].start()])


def check_discarded(store, strict, live):
    found = {"key": set(), "identity": set(), "request": set()}
    for where, name, data, mode in regular_files(store, "discarded", strict):
        what = DISCARDED.fullmatch(name)
        if not what:
            problem(where, "not the name of something discarded")
            continue
        found[what[2]].add(what[1])
        if what[2] == "key":
            check_key(where, what[1], data, mode)
        else:
            check_record(where, what[1], data, {"identity": "identities", "request": "requests"}[what[2]])
    check_couples(found["key"], found["identity"], lambda name: f"discarded/{name}")
    for name in sorted(live & (found["key"] | found["identity"])):
        problem(f"discarded/{name}", "is there and discarded at once")


def check_line(number, line, before):
    where = f"journal, line {number}"
    try:
        pairs = json.loads(line.decode("utf-8"), object_pairs_hook=list)
        record = dict(pairs)
    except (ValueError, TypeError) as e:
        problem(where, f"not a JSON object: {e}")
        return
    if not line.startswith(b"{"):
        problem(where, "not a JSON object")
        return
    if len(record) != len(pairs):
        problem(where, "a key stands twice")
    for key in JOURNAL_KEYS:
        if key not in record:
            problem(where, f"no '{key}'")
    if record.get("seq") != number:
        problem(where, f"seq is {record.get('seq')!r}, not {number}")
    if not TIME.fullmatch(str(record.get("time"))):
        problem(where, f"time is {record.get('time')!r}")
    if CONTROLS.search(line.decode("utf-8")):
        problem(where, "control characters")
    prev = record.get("prev")
    if before is None and prev not in (None, "", "0" * 64):
        problem(where, f"prev of the first line is {prev!r}")
    if before is not None and prev != hashlib.sha256(before).hexdigest():
        problem(where, "prev is not the SHA-256 of the line before")


def check_journal(store):
    path = os.path.join(store, "journal")
    if not os.path.exists(path):
        return
    data = read(path)
    if data and not data.endswith(b"\n"):
        problem("journal", "no newline at its end")
    if SECRET in data or SECRET.hex().encode() in data.lower():
        problem("journal", "a private key")
    before = None
    for number, line in enumerate(data.split(b"\n")[:-1], 1):
        check_line(number, line, before)
        before = line


def check_receipts(store):
    """What was deployed: JSON, and nothing secret."""
    folder = os.path.join(store, "deployed")
    for name in sorted(os.listdir(folder)) if os.path.isdir(folder) else ():
        if is_temporary(name):
            continue
        data = read(os.path.join(folder, name))
        if not re.fullmatch(r"[0-9a-f]{64}\.json", name):
            problem(f"deployed/{name}", "not the name of a receipt")
        if SECRET in data:
            problem(f"deployed/{name}", "a private key")
        try:
            json.loads(data)
        except ValueError as e:
            problem(f"deployed/{name}", f"no JSON: {e}")


def check_top(store, strict):
    path = os.path.join(store, "certary.store")
    if not os.path.isfile(path):
        problem("certary.store", "no such file")
    elif read(path) != b"certary-store 1\n":
        problem("certary.store", f"says {read(path)[:80]!r}")
    for name in sorted(os.listdir(store)) if strict else ():
        if name not in FOLDERS + FILES:
            problem(name, "nobody knows this name")


def verify(store, strict=False, journalled=False):
    """A line for each thing that is wrong."""
    found.problems = []
    check_top(store, strict)
    check_states(store, strict)
    check_identities(store, strict)
    check_journal(store)
    check_receipts(store)
    verify_parts.check(store, problem, journalled)
    return [line.encode("unicode_escape").decode("ascii") for line in found.problems]


def main(args):
    stores = [a for a in args if a not in ("--strict", "--journalled")]
    if len(stores) != 1 or not os.path.isdir(stores[0]):
        print("usage: verify_store.py [--strict] [--journalled] STORE", file=sys.stderr)
        return 2
    problems = verify(stores[0], "--strict" in args, "--journalled" in args)
    for line in problems:
        print(line)
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
