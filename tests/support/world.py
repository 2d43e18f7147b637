"""A small world for pictures and for the README: the names of a company, its servers, a host that is
nobody's.

Whoever calls enter() goes on in namespaces of their own, with a private /etc, /opt and network: names
such as ldap.example.com lead to servers of this process, on the ports that they ought to have, and
nothing of the machine below shows.  It takes no privileges where the kernel gives user namespaces.
"""
import ctypes
import fcntl
import os
import re
import shutil
import socket
import socketserver
import ssl
import struct
import subprocess
import sys
import threading

import greeters
import outside

COMPANY = os.path.join(outside.TOP, "tests/data/company")
CLOCK = "2026-01-15T12:00:00Z"
STORE = "/etc/certary"
UNSHARE = ["unshare", "--map-root-user", "--mount", "--net", "--uts"]
# Of the machine's /etc: what its programs can't do without.
KEPT = ("ld.so.cache", "alternatives", "java-17-openjdk", "java-21-openjdk", "ssl/openssl.cnf")
FILES = {
    "hostname": "jira1\n",
    "nsswitch.conf": "passwd: files\ngroup: files\nhosts: files\n",
    "passwd": "root:x:0:0:root:/root:/bin/sh\nalice:x:1000:1000:Alice:/home/alice:/bin/sh\n",
    "group": "root:x:0:\nalice:x:1000:\n",
    "ldap/ldap.conf": "URI ldaps://ldap.example.com\nBASE dc=example,dc=com\n",
    "postfix/main.cf": "relayhost = [mail.example.com]:587\nsmtp_tls_security_level = verify\n",
}
HOSTS = {"ldap": 10, "mail": 25, "db": 54, "git": 80, "wiki": 81}


def possible():
    """Does this kernel, or whatever confines us, give such namespaces?"""
    return bool(shutil.which("unshare")) and subprocess.run(
        [*UNSHARE, "mount", "-t", "tmpfs", "none", "/opt"], capture_output=True,
        check=False).returncode == 0


def enter():
    """Start this program again inside, once."""
    if not os.environ.get("CERTARY_WORLD"):
        os.environ["CERTARY_WORLD"] = "1"
        os.execvp(UNSHARE[0], [*UNSHARE, sys.executable, "-B", *sys.argv])
    loopback_up()
    socket.sethostname("jira1")
    furnish()


def loopback_up():
    """All of 192.0.2.0/24, which is nobody's (RFC 5737), is here, too."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
        fcntl.ioctl(s, 0x8914, struct.pack("16sh", b"lo", 0x1 | 0x40))  # SIOCSIFFLAGS: up, running
        here = struct.pack("H2x4s8x", socket.AF_INET, socket.inet_aton("192.0.2.1"))
        fcntl.ioctl(s, 0x8916, struct.pack("16s16s", b"lo:1", here))    # SIOCSIFADDR


def mount(*args):
    subprocess.run(["mount", *args], check=True)


def furnish():
    """A private /etc, and empty folders where the machine's own things would show."""
    for folder in ("/mnt", "/opt", "/srv", "/usr/local/share", "/usr/lib/jvm"):
        if folder != "/usr/lib/jvm" or os.path.isdir(folder) and not os.environ.get("WORLD_JAVA"):
            mount("-t", "tmpfs", "none", folder)
    etc = "/mnt/etc"
    os.mkdir(etc)
    for name in KEPT:
        old, new = os.path.join("/etc", name), os.path.join(etc, name)
        os.makedirs(os.path.dirname(new), exist_ok=True)
        if os.path.isdir(old):
            shutil.copytree(old, new, symlinks=True)
        elif os.path.exists(old):
            shutil.copy(old, new)
    hosts = "".join(f"192.0.2.{n} {name}.example.com\n" for name, n in HOSTS.items())
    for name, text in {**FILES, "hosts": f"127.0.0.1 localhost jira1\n{hosts}"}.items():
        os.makedirs(os.path.dirname(os.path.join(etc, name)), exist_ok=True)
        outside.write(os.path.join(etc, name), text)
    mount("--bind", etc, "/etc")
    os.makedirs("/usr/local/share/ca-certificates")
    outside.write("/usr/local/share/ca-certificates/example.crt", pem("root"))
    for name in os.listdir(COMPANY):
        if name.endswith((".pem", ".key")):
            shutil.copy(os.path.join(COMPANY, name), "/mnt")
    ctypes.CDLL(None).umask(0o022)


def environment(clock=CLOCK, **more):
    return outside.environment(CERTARY_TEST_CLOCK=clock, HOME="/mnt", SUDO_USER="alice", **more)


def run(*words, clock=CLOCK):
    return subprocess.run([outside.PROGRAM, *words], env=environment(clock), capture_output=True,
                          check=False, cwd="/mnt")


def certary(*words, clock=CLOCK, code=0):
    done = run(*words, clock=clock)
    if done.returncode != code:
        raise SystemExit(f"certary {' '.join(words)}: {done.returncode}: "
                         f"{(done.stdout + done.stderr).decode()}")
    return done.stdout.decode()


def pem(*names):
    """One file of these certificates of the company."""
    return b"".join(outside.read(os.path.join(COMPANY, name + ".pem")) for name in names)


class Resolver(socketserver.ThreadingUDPServer):
    """Says who takes the mail of domains: {"example.com": [(10, "mx1.example.com"), …]}."""

    daemon_threads = True
    allow_reuse_address = True

    def __init__(self, records):
        class Handler(socketserver.BaseRequestHandler):
            def handle(self):
                asked, sock = self.request
                sock.sendto(answer(asked, records), self.client_address)

        super().__init__(("127.0.0.1", 53), Handler)
        outside.write("/etc/resolv.conf", "nameserver 127.0.0.1\n")
        threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.05},
                         daemon=True).start()

    def close(self):
        self.shutdown()
        self.server_close()


def encoded(name):
    labels = [label.encode() for label in name.split(".") if label]
    return b"".join(bytes([len(label)]) + label for label in labels) + b"\0"


def answer(asked, records):
    """One question, and the MX records of its name; NXDOMAIN where there are none."""
    end = asked.index(b"\0", 12) + 5
    name = re.sub(rb"[\x01-\x3f]", b".", asked[12:end - 5])[1:].decode().lower()
    found = records.get(name)
    rows = [struct.pack("!HHHIHH", 0xc00c, 15, 1, 60, len(encoded(host)) + 2, preference) + encoded(host)
            for preference, host in found or ()]
    head = struct.pack("!2sHHHHH", asked[:2], 0x8180 if found is not None else 0x8183, 1, len(rows), 0, 0)
    return head + asked[12:end] + b"".join(rows)


class Server(greeters.Greeter):
    """Presents these certificates; talk is one of greeters', or TLS from the first byte."""

    allow_reuse_address = True

    def __init__(self, port, names, talk=None):
        chain = outside.write(f"/mnt/{names[0]}-{port}.pem", pem(*names))
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.context.load_cert_chain(chain, os.path.join(COMPANY, names[0] + ".key"))
        super().__init__(talk or hello, self.context, port, "0.0.0.0")


def hello(sock, secure):
    secure(sock).recv(100)


def smtp(sock, secure):
    sock.sendall(b"220 mail.example.com ESMTP\r\n")
    while words := sock.recv(1000).upper():
        if words.startswith(b"STARTTLS"):
            sock.sendall(b"220 go ahead\r\n")
            secure(sock).recv(100)
            return
        sock.sendall(b"250-mail.example.com\r\n250 STARTTLS\r\n")


def open_servers():
    """All of the company; the directory's certificate is of the new CA, which nobody knows yet."""
    return [Server(636, ("ldap", "issuing-g2")), Server(587, ("mail", "issuing"), smtp),
            Server(5432, ("db", "issuing"), greeters.postgres), Server(443, ("git", "issuing")),
            Server(8443, ("wiki", "issuing"))]


def forget_store():
    shutil.rmtree(STORE)


def bare(entry):
    """An entry of a store without the lines before its block."""
    text = outside.read(entry)
    return text[text.index(b"-----BEGIN"):]


def fill_store():
    """What happened there before: a CA, some decisions, four services, two consumers."""
    desk = os.path.join(outside.TOP, "tests/data/desk")
    monday, tuesday = "2026-01-05T09:12:00Z", "2026-01-06T14:30:00Z"
    for name, title in (("root", "Example Root CA"), ("issuing", "Example Issuing CA")):
        certary("import", "--yes", "--name", title, name + ".pem", clock=monday)
    for name in ("git", "mail"):
        certary("import", "--yes", name + ".pem", clock=monday)
    for state, number, title in (
            ("trusted", "20443b5e", "東京支店 ルートCA"), ("untrusted", "14afd6c4", "wiki.partner.example"),
            ("untrusted", "3d36d6cd", None), ("blocked", "2bba4cfe", "Old Root")):
        file = next(f for f in os.listdir(os.path.join(desk, state)) if f.startswith(number))
        outside.write(f"/mnt/{number}.pem", bare(os.path.join(desk, state, file)))
        certary("import", "--yes", "--state", state, *(("--name", title) if title else ()),
                number + ".pem", clock=tuesday)
    certary("note", "東京支店 ルートCA", "Tokyo office; confirmed by phone", clock=tuesday)
    for name, service, purpose in (
            ("directory", "ldaps://ldap.example.com", "Jira's logins"),
            ("mail relay", "smtp://mail.example.com:587", "notifications"),
            ("database", "postgres://db.example.com", "Jira's tables"),
            ("git", "git.example.com:443", "repositories"),
            ("wiki", "wiki.example.com:8443", "links in tickets")):
        certary("endpoint", "add", "--yes", "--name", name, "--purpose", purpose, service, clock=tuesday)
    certary("identity", "import", "--yes", "--name", "wiki", "wiki.pem", "wiki.key", clock=tuesday)
    for name, kind, path, *more in (
            ("jira", "java", "/opt/atlassian/jira/jre/lib/security/cacerts"),
            ("curl and git", "pem-bundle", "/srv/tls/ca-bundle.pem"),
            ("libssl", "openssl-dir", "/srv/tls/certs"),
            ("wiki", "server-pair", "/srv/tls/wiki.pem", "--key-path", "/srv/tls/wiki.key",
             "--identity", "wiki")):
        os.makedirs(os.path.dirname(path), exist_ok=True)
        certary("target", "add", "--yes", "--name", name, "--kind", kind, "--path", path, *more,
                clock=tuesday)
    certary("deploy", "--yes", clock=tuesday)
