"""Keys and self-signed certificates: what one costs, the process that makes it and all.

A store waits for the disk, and certtool does not; so both work on a file system in memory, and what
the disk adds is shown beside that.  They take turns often, since a turn is a few milliseconds.
"""
import dataclasses
import itertools
import os
import shutil

import spawned
from corpus import PASSWORD
from figures import Figure, Missing

MEMORY = "/dev/shm"
TEMPLATE = 'cn = "api.example"\ndns_name = "api.example"\ntls_www_server\nexpiration_days = 365\n'
ROUNDS = "100000"  # what certary seals a key with


@dataclasses.dataclass(frozen=True)
class Key:
    """steps gives the arguments of programs for a place; clean: files that it must not find there."""

    steps: object
    tool: str = ""  # none: certary
    what: str = ""
    disk: bool = False
    clean: tuple = ()
    most: int = 40  # turns


class Place:
    """A store with one identity, which it has again for each turn, and the files of the others."""

    def __init__(self, bench, folder):
        self.program, self.folder = bench.program, folder
        self.env = dict(os.environ, LC_ALL="C.UTF-8", CERTARY_CONFIG=bench.no_settings())
        shutil.rmtree(folder, ignore_errors=True)
        os.makedirs(folder)
        self.write("template", TEMPLATE)
        self.write("password", PASSWORD + "\n")
        self.run(generate(self, "ec256", "first.example") + pair("ecdsa", "secp256r1")(self))
        shutil.copytree(self.file("store"), self.file("kept"))

    def write(self, name, text):
        with open(self.file(name), "w", encoding="ascii") as f:
            f.write(text)

    def file(self, name):
        return os.path.join(self.folder, name)

    def certary(self, *words):
        return [self.program, "--store", self.file("store"), *words]

    def run(self, steps):
        return spawned.run(steps, self.env)

    def clean(self, key):
        for path in (self.file(name) for name in key.clean):
            if os.path.exists(path):
                os.unlink(path)
        if not key.tool:
            shutil.rmtree(self.file("store"))
            shutil.copytree(self.file("kept"), self.file("store"))


def short(bench, names):
    """ms of all processes that it takes, from the first start to the last end; cpu: of all."""
    if not os.access(MEMORY, os.W_OK):
        raise Missing(f"no {MEMORY}")
    memory = os.path.join(MEMORY, f"certary-bench-{os.getpid()}")
    try:
        places = Place(bench, memory), Place(bench, os.path.join(bench.folder, "keys"))
        return take_turns(names, places, 4 if bench.quick else 40)
    finally:
        shutil.rmtree(memory, ignore_errors=True)


def take_turns(names, places, turns):
    found, failed = {name: [] for name in names}, {}
    for i, name in itertools.product(range(turns), names):
        key = KEYS[name]
        if name in failed or i >= key.most:
            continue
        place = places[key.disk]
        place.clean(key)
        try:
            found[name].append(place.run(key.steps(place)))
        except Missing as e:
            failed[name] = e
    return {name: failed.get(name) or {"ms": Figure([run.ms for run in runs]),
                                       "cpu": Figure([run.cpu for run in runs])}
            for name, runs in found.items()}


def generate(place, kind, name="second.example"):
    return [place.certary("generate", "--yes", "--plain", "--key", kind, "--cn", name)]


def pair(*kind):
    """Two processes: certtool makes either a key or a certificate."""
    kind = [word for pair in zip(("--key-type", "--curve"), kind) for word in pair]
    return lambda place: [
        ["certtool", "-p", *kind, "--outfile", place.file("key.pem")],
        ["certtool", "-s", "--load-privkey", place.file("key.pem"), "--template",
         place.file("template"), "--outfile", place.file("cert.pem")]]


KEYS = {
    "generate ec256": Key(lambda place: generate(place, "ec256")),
    "generate ed25519": Key(lambda place: generate(place, "ed25519")),
    "generate on disk": Key(lambda place: generate(place, "ec256"), disk=True),
    "certtool -p; -s": Key(pair("ecdsa", "secp256r1"), tool="certtool"),
    "certtool -p; -s, Ed25519": Key(pair("ed25519"), tool="certtool"),
    "certtool -p; -s, disk": Key(pair("ecdsa", "secp256r1"), tool="certtool", disk=True),
    "keytool -genkeypair": Key(
        lambda place: [["keytool", "-genkeypair", "-alias", "key", "-keyalg", "EC", "-groupname",
                        "secp256r1", "-dname", "CN=api.example", "-storepass", PASSWORD,
                        "-keystore", place.file("keystore")]],
        tool="keytool", clean=("keystore",), most=3),
    "export --key": Key(
        lambda place: [place.certary(
            "export", "--yes", "--format", "pkcs12", "--key", "--password-file",
            place.file("password"), "--output", place.file("ours.p12"), "first.example")],
        clean=("ours.p12",), most=10),
    "openssl pkcs12 -export": Key(
        lambda place: [["openssl", "pkcs12", "-export", "-inkey", place.file("key.pem"), "-in",
                        place.file("cert.pem"), "-iter", ROUNDS, "-passout",
                        "file:" + place.file("password"), "-out", place.file("theirs.p12")]],
        tool="openssl", what=ROUNDS + " rounds", clean=("theirs.p12",), most=10),
}
