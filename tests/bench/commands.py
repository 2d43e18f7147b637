"""Measurements of programs that run and end: certary's commands and their peers, a row each."""
import dataclasses
import os
import resource
import shutil
import subprocess
import time

import machine
from corpus import PASSWORD, generate, once
from figures import Figure, Missing

COLUMNS = ("name", "state", "days", "subject", "issuer", "added", "key", "fingerprint")
NOBODY = 65534


@dataclasses.dataclass(frozen=True)
class Command:
    """argv, before and after are functions of the bench and the number of the run.

    slow: measured once and kept.  syncs: waiting for the disk is what it does.  needs: a command of
    certary that may not be there yet.  p11-kit ignores the configuration in root's home, so it runs
    as_nobody."""

    argv: object
    tool: str = ""  # none: certary
    what: str = ""
    before: object = None
    after: object = None
    slow: bool = False
    syncs: bool = False
    needs: str = ""
    env: object = None
    as_nobody: bool = False


def processor_ms():
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return (used.ru_utime + used.ru_stime) * 1000


def timed(bench, command, i):
    """Milliseconds of one run, from fork to wait, without what stands before and after it.

    What is measured once and kept was disturbed by other things than its partner will be.  So of a
    slow command the smaller one of elapsed and processor time counts: neither flatters certary."""
    if command.before:
        command.before(bench, i)
    argv = command.argv(bench, i)
    env = dict(os.environ, LC_ALL="C.UTF-8", CERTARY_CONFIG=bench.no_settings(),
               **(command.env(bench) if command.env else {}))
    nobody = {"user": NOBODY, "extra_groups": ()} if command.as_nobody and os.geteuid() == 0 else {}
    used, began = processor_ms(), time.perf_counter()
    done = subprocess.run(argv, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                          stderr=subprocess.PIPE, env=env, check=False, **nobody)
    ms, used = (time.perf_counter() - began) * 1000, processor_ms() - used
    if command.after:
        command.after(bench, i)
    if done.returncode:
        said = done.stderr.decode(errors="replace").strip().splitlines() or ["no word"]
        raise Missing(f"failed ({done.returncode}): {said[-1][:60]}")
    return min(ms, used) if command.slow and not command.syncs else ms


def run(bench, names):
    """ms: quick commands take turns, slow ones are measured once."""
    found = {name: [] for name in names}
    kept, failed = set(), {}
    for i in range(bench.runs):
        for name in names:
            command = COMMANDS[name]
            if name in failed or name in kept or command.slow and i > 0:
                continue
            key = f"{name}, {bench.sized(command.what)}"
            try:
                if command.needs and command.needs not in bench.commands:
                    raise Missing("not there yet")
                if command.slow and (samples := bench.peers.kept(command.tool, key)):
                    found[name] = samples
                    kept.add(name)
                    continue
                found[name].append(timed(bench, command, i))
                if command.slow:
                    bench.peers.keep(command.tool, key, found[name])
            except Missing as e:
                failed[name] = e
    return {name: failed.get(name) or {"ms": Figure(found[name], name in kept)} for name in names}


def odd(bench, names):
    """lost: of a hundred certificates, Ed25519 among them and a broken one between them."""
    folder, store = os.path.join(bench.folder, "odd"), bench.scratch("odd-store")
    bundle = os.path.join(bench.folder, "odd.pem")
    generate(bench.gencerts, 100, folder, "-b", bundle)
    with open(bundle, encoding="ascii") as f:
        blocks = f.read().split("-----BEGIN")
    broken = " CERTIFICATE-----\nMIIBAAAA\n-----END CERTIFICATE-----\n"
    with open(bundle, "w", encoding="ascii") as f:
        f.write("-----BEGIN".join(blocks[:50] + [broken] + blocks[50:]))
    subprocess.run([bench.program, "--store", store, "import", "--yes", "--no-limits", bundle],
                   capture_output=True, check=False)
    trusted = os.path.join(store, "trusted")
    lost = 100 - (len(os.listdir(trusted)) if os.path.isdir(trusted) else 0)
    return {name: {"lost": Figure([lost])} for name in names}


# --- certary -------------------------------------------------------------------------------------

def ours(which, *words, **more):
    """certary on the store of a corpus; a word may be a function, too."""
    def argv(bench, i):
        return [bench.program, "--store", bench.corpus(which).store,
                *[word(bench, i) if callable(word) else word for word in words]]
    return Command(what="{" + which + "}", argv=argv, **more)


def import_one(which):
    return ours(which, "import", "--yes", lambda bench, i: bench.newcomers()[i + 10],
                after=lambda bench, i: bench.restore(which))


def import_bundle(which):
    def clean(bench, _):
        bench.scratch("store")
        machine.wait_for_quiet_disk()

    def argv(bench, _):
        return [bench.program, "--store", os.path.join(bench.folder, "store"), "import", "--yes",
                "--no-limits", bench.corpus(which).bundle]
    return Command(what="{" + which + "}", argv=argv, before=clean, after=clean)


# --- the others ----------------------------------------------------------------------------------

def keystore(bench, which):
    return ["-keystore", bench.corpus(which).jks(), "-storepass", PASSWORD]


def importcert(which):
    """Into a copy that every run gets anew."""
    def copy(bench, _):
        shutil.copyfile(bench.corpus(which).jks(), os.path.join(bench.folder, "copy.jks"))

    def argv(bench, _):
        return ["keytool", "-importcert", "-noprompt", "-alias", "new", "-storepass", PASSWORD,
                "-keystore", os.path.join(bench.folder, "copy.jks"), "-file", bench.newcomers()[10]]
    return Command(tool="keytool", what="{" + which + "}", slow=True, argv=argv, before=copy)


def truststore(kind):
    """Every certificate of the tenth, written, read back and compared."""
    def argv(bench, _):
        driver = os.path.join(os.path.dirname(bench.gencerts), "../codec/drive-truststore")
        return [driver, bench.corpus("tenth").bundle, os.path.join(bench.folder, "truststore"), kind,
                PASSWORD]
    return Command(what="{tenth}", argv=argv)


def java_truststore(kind):
    """The same by a program that does nothing else, compiled beforehand."""
    def compiled(bench):
        def make(part):
            source = os.path.join(os.path.dirname(os.path.abspath(__file__)), "Truststore.java")
            subprocess.run(["javac", "-d", part, source], check=True)
        return once(os.path.join(bench.folder, "classes"), make)

    def argv(bench, _):
        return ["java", "-cp", compiled(bench), "Truststore", bench.corpus("tenth").bundle,
                os.path.join(bench.folder, "truststore.java"), kind, PASSWORD]
    return Command(tool="javac", what="{tenth}", before=lambda bench, _: compiled(bench), argv=argv)


def deployment(kind, name):
    """Every certificate of the tenth into a target that isn't there yet; with receipt and read back.

    A folder for each run, and none is removed between: for minutes ext4 looks long for an inode that
    wasn't deleted a moment ago."""
    def clean(bench, _):
        store = bench.corpus("tenth").store
        shutil.rmtree(os.path.join(store, "deployed"), ignore_errors=True)
        for file in ("endpoints", "journal", ".deploying"):
            if os.path.exists(path := os.path.join(store, file)):
                os.unlink(path)

    def before(bench, i):
        clean(bench, i)
        os.makedirs(folder := bench.scratch(f"target-{kind}-{i}"))
        with open(os.path.join(bench.corpus("tenth").store, "endpoints"), "w", encoding="utf-8") as f:
            f.write(f'targets = ( {{ name = "t"; kind = "{kind}"; path = "{folder}/{name}"; }} );\n')
        machine.wait_for_quiet_disk()

    def after(bench, i):
        clean(bench, i)
        bench.restore("tenth")
    return ours("tenth", "deploy", "--yes", before=before, after=after, needs="deploy")


def cat(bench, _):
    """Into a file as well: what a bundle costs at the least."""
    made = bench.corpus("tenth")
    return ["sh", "-c", 'cd "$1" && cat -- *.pem >"$2"', "sh", made.trusted,
            os.path.join(bench.folder, "cat.pem")]


def cat_durable(bench, _):
    """What lasts when it is done, as all that certary writes."""
    made = bench.corpus("tenth")
    return ["sh", "-c", 'cd "$1" && cat -- *.pem >"$2" && sync -- "$2"', "sh", made.trusted,
            os.path.join(bench.folder, "cat-durable.pem")]


def system_tree(bench, _):
    """A system of its own for update-ca-certificates: nothing is there but these certificates."""
    made = bench.corpus("tenth")
    tree = bench.scratch("system")
    for name in ("certs", "local", "etc", "hooks"):
        os.makedirs(os.path.join(tree, name))
    for name in made.files():
        os.link(os.path.join(made.trusted, name), os.path.join(tree, "local", name[:-4] + ".crt"))
    with open(os.path.join(tree, "conf"), "w", encoding="ascii"):
        pass


def update_ca_certificates(bench, _):
    tree = os.path.join(bench.folder, "system")
    return ["update-ca-certificates", "--certsconf", f"{tree}/conf", "--certsdir", f"{tree}/certs",
            "--localcertsdir", f"{tree}/local", "--etccertsdir", f"{tree}/etc", "--hooksdir", f"{tree}/hooks"]


def new_nss(bench, _):
    folder = bench.scratch("nss")
    os.makedirs(folder)
    subprocess.run(["certutil", "-N", "-d", f"sql:{folder}", "--empty-password"], check=True)


COMMANDS = {
    "help": Command(what="certary help", argv=lambda bench, i: [bench.program, "help"]),
    "list": ours("all", "list"),
    "list --json": ours("all", "list", "--json"),
    "list PATTERN": ours("all", "list", "oslo"),
    "list --expiring 0": ours("all", "list", "--expiring", "0"),
    "list --expiring 30": ours("all", "list", "--expiring", "30"),
    **{f"list --sort {column}": ours("all", "list", "--sort", column) for column in COLUMNS},
    "explain": ours("tenth", "explain", lambda bench, i: bench.leaf(), needs="explain"),
    "import into small": import_one("small"),
    "import into tenth": import_one("tenth"),
    "import into all": import_one("all"),
    "import tenth": import_bundle("tenth"),
    "import all": import_bundle("all"),
    "certtool -i": Command(
        tool="certtool", what="{peer}", slow=True,
        argv=lambda bench, i: ["certtool", "-i", "--infile", bench.corpus("peer").bundle]),
    "openssl storeutl": Command(
        tool="openssl", what="{peer}", slow=True,
        argv=lambda bench, i: ["openssl", "storeutl", "-noout", "-text",
                               bench.corpus("peer").bundle]),
    "keytool -list": Command(
        tool="keytool", what="{tenth}", slow=True,
        argv=lambda bench, i: ["keytool", "-list", *keystore(bench, "tenth")]),
    "trust list": Command(
        tool="trust", what="{tenth}", slow=True, as_nobody=True,
        argv=lambda bench, i: ["trust", "list"],
        env=lambda bench: {"HOME": bench.corpus("tenth").p11_home()}),
    "grep -ri": Command(
        tool="grep", what="{all} files",
        argv=lambda bench, i: ["grep", "-ri", "abc", bench.corpus("all").trusted]),
    "keytool -importcert small": importcert("small"),
    "keytool -importcert tenth": importcert("tenth"),
    "keytool -importcert peer": importcert("peer"),
    "truststore jks": truststore("jks"),
    "truststore pkcs12": truststore("pkcs12"),
    "java, jks": java_truststore("jks"),
    "java, pkcs12": java_truststore("pkcs12"),
    "deploy pem-bundle": deployment("pem-bundle", "bundle.pem"),
    "deploy openssl-dir": deployment("openssl-dir", "hashed"),
    "cat": Command(tool="cat", what="{tenth}", argv=cat),
    "cat, sync": Command(tool="sync", what="{tenth}", argv=cat_durable),
    "update-ca-certificates": Command(
        tool="update-ca-certificates", what="{tenth}", slow=True, before=system_tree, argv=update_ca_certificates,
        after=lambda bench, _: bench.scratch("system")),
    "certutil -A": Command(
        tool="certutil", what="{tenth}", slow=True, syncs=True, before=new_nss,
        argv=lambda bench, i: ["certutil", "-B", "-i", bench.corpus("tenth").certutil_batch(),
                               "-d", f"sql:{os.path.join(bench.folder, 'nss')}"]),
    "openssl verify": Command(
        tool="openssl", what="{tenth}", slow=True,
        argv=lambda bench, i: ["openssl", "verify", "-CAfile", bench.corpus("tenth").bundle,
                               bench.leaf()]),
    "certtool --verify": Command(
        tool="certtool", what="{tenth}", slow=True,
        argv=lambda bench, i: ["certtool", "--verify", "--load-ca-certificate",
                               bench.corpus("tenth").bundle, "--infile", bench.leaf()]),
}
