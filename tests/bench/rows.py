"""What must hold: a row each.  What stands in a row is measured, and nothing else is."""
import dataclasses

from commands import COLUMNS, odd, run
from figures import Goal, at_most, beyond, less, limit, shown
from keys import short
from screens import build, idle, keys, outside, search, start
from services import probes, upload


SIZES = {"small": "150", "tenth": "a tenth", "all": "all"}


@dataclasses.dataclass(frozen=True)
class Of:
    """A figure of a program, and the measurement that finds it."""

    how: object
    name: str
    figure: str = "ms"


@dataclasses.dataclass(frozen=True)
class Row:
    group: int  # ROWS=… picks by it
    what: str
    ours: Of
    goal: Goal
    peer: object = None
    unit: str = "ms"


def start_beside(how, peer, goal):
    return Row(1, "start, index valid", Of(start, "certary"), goal, Of(how, peer))


def key(group, what, figure, unit, goal, peer=None, ours="certary"):
    return Row(group, what, Of(keys, ours, figure), goal, peer and Of(keys, peer, figure), unit)


def console(group, what, how, figure, goal, unit="ms", peer=None):
    return Row(group, what, Of(how, "certary", figure), goal, peer, unit)


def command(group, what, name, goal, peer=None):
    return Row(group, what, Of(run, name), goal, peer and Of(run, peer))


def import_beside(which, peer, goal):
    return command(9, f"import of one into {SIZES[which]}, durable", f"import into {which}", goal,
                   peer)


def made(what, name, goal, peer, figure="ms"):
    return Row(13, what, Of(short, name, figure), goal, Of(short, peer, figure))


def check(what, figure, unit, goal, peer=None):
    return Row(14, what, Of(probes, "check", figure), goal, peer and Of(probes, peer), unit)


def sent(peer):
    return Row(15, "a GB through connect", Of(upload, "connect"), shown(), Of(upload, peer))


ROWS = (
    start_beside(start, "tig", at_most(0.5)),
    start_beside(start, "less", at_most(2)),
    start_beside(start, "mutt", less(100)),
    start_beside(start, "neomutt", shown()),
    start_beside(start, "ncdu", less(50)),
    start_beside(start, "mc", less(50)),
    start_beside(start, "htop", shown()),
    start_beside(run, "keytool -list", less(500)),
    start_beside(run, "certtool -i", less(1000)),
    start_beside(run, "openssl storeutl", shown()),
    start_beside(run, "trust list", shown()),

    console(2, "start, ten times as many", start, "ms", at_most(1.3),
            peer=Of(start, "certary tenth")),

    console(3, "no index: first screen", build, "first", limit(50, "ms")),
    console(3, "no index: index complete", build, "complete", limit(1200, "ms")),
    console(3, "no index: index complete", build, "complete", less(40),
            peer=Of(run, "certtool -i")),
    console(3, "  private memory, with children", build, "private", limit(64, "MB"), "MB"),
    console(3, "  peak of the console (VmHWM)", build, "peak", limit(64, "MB"), "MB"),

    console(4, "10 files from outside, on screen", outside, "ms", limit(150, "ms")),

    console(5, "a letter of a search", search, "ms", less(6), peer=Of(search, "fzf")),
    console(5, "  processor time", search, "cpu", less(25), peer=Of(search, "fzf", "cpu")),
    console(5, "  four at once, beside one", search, "burst", at_most(2),
            peer=Of(search, "certary")),

    key(6, "cursor down, list only", "down", "bytes", at_most(1.2), "mc"),
    key(6, "cursor down, with details", "down", "bytes", at_most(1.1), "ncdu 120", "certary 120"),
    key(6, "cursor down", "down", "bytes", shown(), "tig"),
    key(6, "page down", "page", "bytes", at_most(1.3), "less"),
    key(6, "a key without meaning", "nothing", "bytes", limit(0, "bytes")),
    console(6, "idle", idle, "bytes", limit(0, "bytes"), "bytes", Of(idle, "htop", "bytes")),
    console(6, "  processor time", idle, "cpu", limit(0, "ms"), peer=Of(idle, "htop", "cpu")),

    key(7, "key to screen, p50", "p50", "ms", at_most(0.65), "mc"),
    key(7, "key to screen, p50", "p50", "ms", at_most(0.4), "neomutt"),
    key(7, "key to screen, p50", "p50", "ms", at_most(1.5), "mutt"),
    key(7, "  processor time", "cpu", "us", at_most(0.6), "mc"),
    key(7, "  p99", "p99", "ms", at_most(2), "less"),

    key(8, "private memory", "private", "MB", limit(6, "MB")),
    key(8, "resident memory", "resident", "MB", limit(45, "MB")),

    import_beside("small", None, limit(15, "ms")),
    import_beside("tenth", None, limit(15, "ms")),
    import_beside("all", None, limit(15, "ms")),
    import_beside("small", "keytool -importcert small", less(50)),
    import_beside("tenth", "keytool -importcert tenth", less(250)),
    import_beside("all", "keytool -importcert peer", less(1000)),

    command(10, "import of a bundle", "import tenth", less(50), "certutil -A"),
    command(10, "  ten times as many", "import all", at_most(11), "import tenth"),
    console(10, "  lost to an odd one among 100", odd, "lost", limit(0, "lost"), "lost"),

    command(11, "judge one chain, whole process", "explain", less(1000), "openssl verify"),
    command(11, "judge one chain, whole process", "explain", less(1000), "certtool --verify"),
    command(11, "  beyond certary help", "explain", beyond(2, "ms"), "help"),

    command(12, "list --json", "list --json", limit(1000, "ms")),
    *(command(12, f"list --sort {column}, beyond list", f"list --sort {column}", beyond(30, "ms"),
              "list") for column in COLUMNS),
    command(12, "list --expiring 0, beyond help", "list --expiring 0", beyond(2, "ms"), "help"),
    command(12, "list --expiring 30", "list --expiring 30", shown()),
    command(12, "list PATTERN", "list PATTERN", shown(), "grep -ri"),

    made("P-256 key and certificate", "generate ec256", at_most(0.7), "certtool -p; -s"),
    made("  processor time", "generate ec256", at_most(0.7), "certtool -p; -s", "cpu"),
    made("P-256 key and certificate", "generate ec256", less(80), "keytool -genkeypair"),
    made("Ed25519 key and certificate", "generate ed25519", at_most(0.7),
         "certtool -p; -s, Ed25519"),
    made("  processor time", "generate ed25519", at_most(0.7), "certtool -p; -s, Ed25519", "cpu"),
    made("  P-256, durable on disk", "generate on disk", shown(), "certtool -p; -s, disk"),
    made("export of a key as PKCS#12", "export --key", shown(), "openssl pkcs12 -export"),

    check("check of 200, 50 ms away", "ms", "ms", less(45), "openssl s_client"),
    check("check of 200, 50 ms away", "ms", "ms", less(12), "xargs -P 16 openssl s_client"),
    check("  processor time of a probe", "cpu", "ms", limit(1.3, "ms")),
    check("  memory, with children", "peak", "MB", limit(64, "MB")),
    check("  lost to 10 dead ones", "late", "deadlines", limit(1.1, "deadlines")),

    sent("openssl s_client -quiet"),
    sent("socat"),

    command(16, "into a JKS, read back, compared", "truststore jks", less(5), "java, jks"),
    command(16, "into a PKCS#12, the same", "truststore pkcs12", less(5), "java, pkcs12"),

    command(17, "deploy: a PEM bundle, read back", "deploy pem-bundle", at_most(2), "cat"),
    command(17, "  the same, both on disk", "deploy pem-bundle", at_most(2), "cat, sync"),
    command(17, "deploy: an OpenSSL folder, read back", "deploy openssl-dir", less(100),
            "update-ca-certificates"),
)
