"""Services: probing two hundred of them, and a gigabyte through a verified connection."""
import contextlib
import dataclasses
import os
import socket
import statistics
import subprocess
import sys
import threading
import time

import machine
import spawned
from distant import address
from figures import Figure, Missing

HERE = os.path.dirname(os.path.abspath(__file__))
COUNT, DEAD, SAMPLE = 200, 10, 20
DEADLINE = 10000  # ms, of a probe
GIGABYTE = 1 << 30
NAME = "svc.example"


@dataclasses.dataclass(frozen=True)
class Service:
    tool: str = ""  # none: certary
    what: str = ""
    argv: object = None


SERVICES = {
    "check": Service(),
    "openssl s_client": Service("openssl", f"{SAMPLE} one by one, times {COUNT // SAMPLE}"),
    "xargs -P 16 openssl s_client": Service("openssl", "all"),
    "connect": Service(argv=lambda stage, port: stage.certary("connect", f"localhost:{port}")),
    "openssl s_client -quiet": Service("openssl", argv=lambda stage, port: [
        "openssl", "s_client", "-quiet", "-no_ign_eof", "-verify_return_error", "-CAfile",
        stage.file("root.pem"), "-verify_hostname", "localhost", "-connect", f"localhost:{port}"]),
    "socat": Service("socat", argv=lambda stage, port: [
        "socat", "-b", "65536", "-u", "STDIN",
        f"OPENSSL:localhost:{port},cafile={stage.file('root.pem')}"]),
}


class Stage:
    """A CA, a certificate by it, and a store that trusts it."""

    def __init__(self, bench):
        self.program, self.folder = bench.program, bench.scratch("services")
        self.env = dict(os.environ, LC_ALL="C.UTF-8", CERTARY_CONFIG=bench.no_settings())
        os.makedirs(self.folder)
        with open(self.file("ext"), "w", encoding="ascii") as f:
            f.write(f"subjectAltName=DNS:localhost,DNS:{NAME}\nextendedKeyUsage=serverAuth\n")
        new = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "90"]
        self.run([
            ["openssl", "req", "-x509", *new, "-subj", "/CN=Bench root", "-keyout",
             self.file("root.key"), "-out", self.file("root.pem"), "-addext",
             "keyUsage=critical,keyCertSign"],
            ["openssl", "req", *new[:-2], "-subj", "/CN=svc", "-keyout", self.file("server.key"),
             "-out", self.file("server.csr")],
            ["openssl", "x509", "-req", "-in", self.file("server.csr"), "-CA",
             self.file("root.pem"), "-CAkey", self.file("root.key"), "-CAcreateserial", "-days",
             "90", "-extfile", self.file("ext"), "-out", self.file("server.pem")],
            self.certary("import", "--yes", self.file("root.pem"))])

    def file(self, name):
        return os.path.join(self.folder, name)

    def certary(self, *words):
        return [self.program, "--store", self.file("store"), *words]

    def run(self, steps, **how):
        return spawned.run(steps, self.env, **how)


@contextlib.contextmanager
def serving(argv, port, says=None, stdin=subprocess.PIPE):
    """A server, from when it says a line, or takes connections."""
    with subprocess.Popen(argv, stdin=stdin, stdout=subprocess.PIPE if says else subprocess.DEVNULL,
                          stderr=subprocess.DEVNULL) as server:
        try:
            if says and not server.stdout.readline():
                raise Missing(f"{argv[1]}: did not start")
            if not says:
                wait_for(port)
            yield server
        finally:
            server.terminate()


def wait_for(port):
    for _ in range(200):
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port)):
            return
        time.sleep(0.02)
    raise Missing(f"nothing listens at port {port}")


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


# --- probes --------------------------------------------------------------------------------------

def save(stage, which, port):
    stage.run([stage.certary("endpoint", "add", "--yes", "--name", f"svc{i}", "--sni", NAME,
                             f"{address(i)}:{port}") for i in which])


def s_client(stage, where):
    return ["openssl", "s_client", "-brief", "-verify_return_error", "-CAfile",
            stage.file("root.pem"), "-verify_hostname", NAME, "-servername", NAME, "-connect", where]


def one_by_one(stage, port, count):
    run = stage.run([s_client(stage, f"{address(i)}:{port}") for i in range(SAMPLE)])
    return run.ms * count / SAMPLE


def side_by_side(stage, port, count):
    places = stage.file("places")
    with open(places, "w", encoding="ascii") as f:
        f.write("".join(f"{address(i)}:{port}\n" for i in range(count)))
    words = s_client(stage, "{}")
    return stage.run([["xargs", "-P", "16", "-a", places, "-I", "{}", *words]]).ms


def peak(stage, argv):
    """The most memory in MB of a program and its children at one time."""
    pid, most, done = spawned.start(argv, stage.env), [0], threading.Event()

    def watch():
        while not done.wait(0.005):
            most[0] = max(most[0], machine.resident_mb(machine.tree(pid)))
    watcher = threading.Thread(target=watch)
    watcher.start()
    os.waitpid(pid, 0)
    done.set()
    watcher.join()
    return most[0]


def probes(bench, names):
    """ms of all; cpu: ms of each; peak: MB; late: deadlines that dead ones cost, all of them."""
    count, stage, port = 40 if bench.quick else COUNT, Stage(bench), free_port()
    argv = [sys.executable, os.path.join(HERE, "distant.py"), stage.folder, str(port),
            str(count), str(DEAD)]
    check, found = [stage.certary("check")], {name: [] for name in names}
    others = {"openssl s_client": one_by_one, "xargs -P 16 openssl s_client": side_by_side}
    with serving(argv, port, says=True):
        save(stage, range(count), port)
        stage.run(check)  # the first one keeps what it saw
        for _ in range(bench.runs):
            for name in names:
                found[name].append(others[name](stage, port, count) if name in others
                                   else stage.run(check))
        most = peak(stage, check[0])
        save(stage, range(count, count + DEAD), port)
        slow = stage.run(check, codes=(4, 6))
    ours = found.pop("check", [])
    alive = statistics.median(run.ms for run in ours)
    return {"check": {"ms": Figure([run.ms for run in ours]),
                      "cpu": Figure([run.cpu / count for run in ours]), "peak": Figure([most]),
                      "late": Figure([(slow.ms - alive) / DEADLINE])},
            **{name: {"ms": Figure(samples)} for name, samples in found.items()}}


# --- a connection --------------------------------------------------------------------------------

def upload(bench, names):
    """ms of a gigabyte of zeros, from the start of the process to its end."""
    stage, found, failed = Stage(bench), {name: [] for name in names}, {}
    with open(stage.file("zeros"), "wb") as f:
        f.truncate(GIGABYTE // 64 if bench.quick else GIGABYTE)
    port = free_port()
    server = ["openssl", "s_server", "-quiet", "-accept", f"127.0.0.1:{port}", "-key",
              stage.file("server.key"), "-cert", stage.file("server.pem")]
    with serving(server, port):
        for _ in range(bench.few_runs):
            for name in (name for name in names if name not in failed):
                argv = SERVICES[name].argv(stage, port)
                try:
                    found[name].append(stage.run([argv], stdin=stage.file("zeros")).ms)
                except Missing as e:
                    failed[name] = e
    return {name: failed.get(name) or {"ms": Figure(found[name])} for name in names}
