#!/usr/bin/env python3
"""verify_store.py [--strict] STORE - is a store what the design says it is?

Written from the description of the format alone: Python's own library and the openssl command, nothing
of certary. Prints one line for each thing that is wrong and exits 1, or exits 0 in silence.
--strict also reports what may be left over for a while: temporary files and names nobody knows.
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

STATES = ("trusted", "untrusted", "blocked", "trash")
FOLDERS = STATES + ("keys", "requests")
FILES = ("certary.store", "endpoints", "journal", ".lock", ".index")
SUFFIXES = (".pem", ".crt", ".cer", ".der")
OWN_NAME = re.compile(r"[0-9a-f]{64}\.pem")
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
    if b"PRIVATE KEY-----" in data:
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


def check_keys(store, strict):
    folder = os.path.join(store, "keys")
    if not os.path.isdir(folder):
        problem("keys", "no such folder")
        return
    mode = stat.S_IMODE(os.stat(folder).st_mode)
    if mode != 0o700:
        problem("keys", f"has mode {mode:04o}, not 0700")
    for name in sorted(os.listdir(folder)):
        where, path = f"keys/{name}", os.path.join(folder, name)
        if is_temporary(name) and strict:
            problem(where, "left over")
        if not stat.S_ISREG(os.lstat(path).st_mode):
            problem(where, "not a regular file")
            continue
        mode = stat.S_IMODE(os.stat(path).st_mode)
        if mode != 0o600:
            problem(where, f"has mode {mode:04o}, not 0600")
        if not is_temporary(name) and not re.search(
                rb"-----BEGIN (ENCRYPTED )?PRIVATE KEY-----", read(path)):
            problem(where, "no PKCS#8 key in PEM")


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
    if b"PRIVATE KEY-----" in data:
        problem("journal", "a private key")
    before = None
    for number, line in enumerate(data.split(b"\n")[:-1], 1):
        check_line(number, line, before)
        before = line


def check_top(store, strict):
    path = os.path.join(store, "certary.store")
    if not os.path.isfile(path):
        problem("certary.store", "no such file")
    elif read(path) != b"certary-store 1\n":
        problem("certary.store", f"says {read(path)[:80]!r}")
    for name in sorted(os.listdir(store)) if strict else ():
        if name not in FOLDERS + FILES:
            problem(name, "nobody knows this name")


def verify(store, strict=False):
    """A line for each thing that is wrong."""
    found.problems = []
    check_top(store, strict)
    check_states(store, strict)
    check_keys(store, strict)
    check_journal(store)
    return [line.encode("unicode_escape").decode("ascii") for line in found.problems]


def main(args):
    strict = "--strict" in args
    stores = [a for a in args if a != "--strict"]
    if len(stores) != 1 or not os.path.isdir(stores[0]):
        print("usage: verify_store.py [--strict] STORE", file=sys.stderr)
        return 2
    problems = verify(stores[0], strict)
    for line in problems:
        print(line)
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
