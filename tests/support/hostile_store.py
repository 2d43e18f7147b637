"""A store in which everything that anybody else may have written is hostile: what a terminal would obey,
what can't be seen, what is no text, in certificates, names, notes, tickets, files and folders, and in
what services said.  Some of it came by way of the program, some was written by hand into its files.

	hostile_store.py DIR	make one there, to look at it: DIR/store, DIR/files, DIR/home
"""
import contextlib
import hashlib
import os
import shutil
import socketserver
import ssl
import subprocess
import sys
import threading

import hostile
import outside
from der import (CN, IA5, O, UTF8, bits, cert, context, dns, extension, name, oid, pem, san, seq,
                 set_of, string)
from hostile import parts

# What must never arrive, beside its name; none of the sequences is one by which a screen is painted.
EVIL = {
    "clear": b"\x1b[2JHX", "colour": b"HX\x1b[8;5mHX", "title": b"\x1b]0;HX\x07HX",
    "title-st": b"HX\x1b]2;HX\x1b\\HX", "clipboard": b"\x1b]52;c;SFg=\x07HX",
    "link": b"HX\x1b]8;;http://hx.test/\x1b\\HX\x1b]8;;\x1b\\", "dcs": b"\x1bP$qm\x1b\\HX",
    "apc": b"HX\x1b_HX\x1b\\\x1b^HX\x1b\\\x1bXHX\x1b\\", "query": b"HX\x1b[c\x1b[6n\x05\x1bZHX",
    "reset": b"\x1bcHX", "resize": b"HX\x1b[8;5;5tHX", "charset": b"HX\x1b(1\x0e\x0f\x1b%@HX",
    "c1": "\x9b2JHX\x9d0;HX\x9c\x90HX\x9c".encode(), "c1-raw": b"\x9b2JHX\x9d0;HX\x9c",
    "delete": b"HX\x7f\x08\x0b\x0cHX", "lines": b"HX\nHXLINE\r\nHXLINE\tHX\x85HX",
    "override": "HX\u202eHX\u202c\u2067HX\u2069\u200f\u061c".encode(),
    "hidden": "HX\u200b\u200d\u2060\ufeff\u00ad\u034f\u180e\U000e0041HX".encode(),
    "marks": ("HX" + "\u0301\u0327\u20dd" * 6 + "HX").encode(),
    "wide": "HX\u4e2d\uff57\U0001f469\u200d\U0001f467\u00b1\u2460HX".encode(),
    "odd": "HX\u2028\u2029\ufff9\uffff\ue000HX".encode(),
    "no-utf8": b"HX\xc3(\xc0\x80\xed\xa0\x80\xf5\x80\xff\xfe\xe2\x80",
    "long": b"HX\x1b[2J" + b"x" * 5000, "percent": b"HX%s%n%99999999d\x1b[2J",
}
ALL = [bytes(value) for value in EVIL.values()]


def turned(i, room=10000):
    """All of them in one, beginning with number i, so that each is somewhere where there is little room;
    or as many as fit into so many characters when they are escaped."""
    short = [e for e in ALL if len(e) < 400]
    taken = []
    for evil in (short * 2)[i % len(short):][:len(short)]:
        room -= sum(1 if 0x20 <= byte < 0x7f else 4 for byte in evil) + 1
        if room < 0:
            break
        taken.append(evil)
    return b" ".join(taken)


def title(i):
    """What fits into a name."""
    return turned(i, 190)


def call(*words, stdin=None):
    return subprocess.run(words, input=stdin, capture_output=True, check=True).stdout


def decent(text):
    """What of it is UTF-8 in full; others' programs take no certificate of ours otherwise."""
    return b" ".join(e for e in text.split(b" ") if e.decode("utf-8", "ignore").encode() == e)


# --- certificates --------------------------------------------------------------------------------

def subject_of(evil):
    return name((O, evil), (CN, evil))


def extensions_of(evil):
    text = evil + b"\0HX"
    return [san(dns(text), context(1, b"a@" + text, False), context(6, b"https://" + text, False),
                context(4, subject_of(text))),
            extension("2.5.29.32", seq(seq(oid("1.2.3.4"), seq(
                seq(oid("1.3.6.1.5.5.7.2.1"), string(IA5, b"http://" + text)),
                seq(oid("1.3.6.1.5.5.7.2.2"), seq(string(UTF8, text))))))),
            extension("2.5.29.31", seq(seq(context(0, context(0, context(
                6, b"http://127.0.0.1:1/" + text, False)))))),
            extension("1.3.6.1.5.5.7.1.1", seq(seq(oid("1.3.6.1.5.5.7.48.1"),
                                                   context(6, b"http://" + text, False)))),
            extension("2.16.840.1.113730.1.13", string(IA5, text))]


def certificates():
    for i in range(len(ALL)):
        evil = ALL[i] + b" " + turned(i)
        yield cert(subject=subject_of(evil), issuer=subject_of(turned(i + 5)),
                   extensions=extensions_of(evil))


def pair(folder, evil, ca):
    """A key, and a certificate of it that is signed by it; the paths of both."""
    key = os.path.join(folder, "ca.key" if ca else "server.key")
    call("openssl", "genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256", "-out", key)
    public = call("openssl", "pkey", "-in", key, "-pubout", "-outform", "DER")
    more = [extension("2.5.29.19", seq(b"\x01\x01\xff"), True),
            extension("2.5.29.15", bits(b"\x06"), True)] if ca else extensions_of(evil)
    raw = cert(subject=subject_of(evil), issuer=subject_of(evil), key=public, extensions=more)
    body, algorithm, _ = parts(raw)
    signature = call("openssl", "dgst", "-sha256", "-sign", key, stdin=body)
    made = outside.write(key[:-3] + "pem", pem(seq(body, algorithm, bits(signature))))
    return key, made


def request(key, subject):
    public = call("openssl", "pkey", "-in", key, "-pubout", "-outform", "DER")
    body = seq(b"\x02\x01\x00", name((CN, subject)), public, context(0, seq(
        oid("1.2.840.113549.1.9.14"), set_of(seq(san(dns(b"host.example")))))))
    signature = call("openssl", "dgst", "-sha256", "-sign", key, stdin=body)
    return pem(seq(body, seq(oid("1.2.840.10045.4.3.2")), bits(signature)), "CERTIFICATE REQUEST")


# --- services ------------------------------------------------------------------------------------

GREETINGS = {"smtp": b"220 %s\r\n", "imap": b"* OK %s\r\n", "pop3": b"+OK %s\r\n", "ftp": b"220 %s\r\n",
             "nntp": b"200 %s\r\n", "sieve": b"\"IMPLEMENTATION\" \"%s\"\r\nOK \"%s\"\r\n",
             "mysql": b"\x40\0\0\0\xff\x15\x04#08S01%s", "postgres": b"E\0\0\0\x40SFATAL\0M%s\0\0",
             "ldap": b"\x30\x40\x02\x01\x01\x78\x3b\x0a\x01\x02\x04\x00\x04\x34%s", "tls": b"%s\r\n",
             "xmpp": b"<?xml version='1.0'?><stream:stream from='%s' xmlns='jabber:client' "
                     b"xmlns:stream='http://etherx.jabber.org/streams' version='1.0'>"
                     b"<stream:error>%s</stream:error>"}


class Service(socketserver.ThreadingTCPServer):
    """Says something hostile, and again to whatever it is told; TLS first where it has a certificate."""

    daemon_threads = True

    def __init__(self, greeting, evil, files=None):
        said = greeting.replace(b"%s", evil)

        class Handler(socketserver.BaseRequestHandler):
            def handle(self):
                sock = self.request
                sock.settimeout(20)
                with contextlib.ExitStack() as stack:
                    stack.enter_context(contextlib.suppress(OSError, ValueError))
                    if files:
                        tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
                        tls.load_cert_chain(files[1], files[0])
                        sock = stack.enter_context(tls.wrap_socket(sock, server_side=True))
                        sock.recv(4096)
                    for _ in range(4):
                        sock.sendall(said)
                        if files or not sock.recv(4096):
                            break

        super().__init__(("127.0.0.1", 0), Handler)
        self.place = f"127.0.0.1:{self.server_address[1]}"
        threading.Thread(target=self.serve_forever, daemon=True, args=(0.02,)).start()

    def close(self):
        self.shutdown()
        self.server_close()


def services(folder):
    """Of each dialect one, and one by HTTP over TLS: [(dialect, service)]."""
    files = pair(folder, decent(turned(0)), False)
    web = b"HTTP/1.0 403 %s\r\nServer: %s\r\nLocation: %s\r\n\r\n%s"
    yield "https", Service(web, turned(3).replace(b"\r", b"").replace(b"\n", b""), files)
    for i, (dialect, greeting) in enumerate(GREETINGS.items()):
        yield dialect, Service(greeting, turned(2 * i))


# --- the store -----------------------------------------------------------------------------------

class World:
    """A folder with store, files and home, all of them hostile, and services to match."""

    def __init__(self, folder):
        self.folder = folder
        self.store = os.path.join(folder, "store")
        self.files = os.path.join(folder, "files")
        self.home = os.path.join(folder, "home")
        for made in (self.files, os.path.join(self.home, ".config/certary/themes")):
            os.makedirs(made)
        self.root = os.path.join(folder, "root") # for a new installation to look around
        self.environment = {"HOME": self.home, "USER": "u", "XDG_STATE_HOME": folder + "/state"}
        self.services = dict(services(folder))
        self.refusals = []
        self.fill()

    def close(self):
        for service in self.services.values():
            service.close()
        shutil.rmtree(self.folder, True)

    def run(self, *words, codes=(0,)):
        words = [os.fsencode(word).replace(b"\0", b"") for word in words]
        done = outside.run("--store", self.store, *words, env=self.environment, cwd=self.files)
        if done.code not in codes:
            raise AssertionError(f"{words[:6]}: {done.code} {done.err[:600]}")
        self.refusals.append(done)
        return done

    def fill(self):
        self.certificates()
        self.identities()
        self.consumers()
        self.runbooks()
        self.by_hand()
        self.home_files()
        self.run("probe", self.services["https"].place, "--http", codes=(4,))
        self.run("check", codes=(4,))

    def certificates(self):
        self.prints = []
        for i, der in enumerate(certificates()):
            file = outside.write(os.path.join(self.files, f"c{i:02d}.pem"), pem(der))
            self.prints.append(hashlib.sha256(der).hexdigest())
            state = ("trusted", "untrusted", "blocked")[i % 3]
            self.run("import", "--yes", "--state", state, "--name", title(i), "--why", turned(i + 1), file)
        for i in range(0, len(self.prints), 4):
            self.run("note", "--yes", self.prints[i], turned(i + 2), "--why", turned(i))
        self.run("trust", "--yes", self.prints[5], "--for", "h.example:443", "--until", "2027-01-01",
                 "--ticket", title(3), "--why", turned(4))
        self.run("delete", "--yes", self.prints[-1], self.prints[-2], "--why", turned(6))

    def identities(self):
        key, made = pair(self.files, turned(1), True)
        self.run("identity", "import", "--yes", "--plain", "--name", "ca", key, made)
        key = os.path.join(self.folder, "server.key")
        for i in (2, 9):
            csr = outside.write(os.path.join(self.files, f"r{i}.csr"), request(key, f"Placeholder{i}"))
            self.run("sign", "--yes", "--ca", "ca", "--profile", "server",
                     "-o", os.path.join(self.files, f"i{i}.pem"), csr)
        outside.write(os.path.join(self.files, "bad.csr"), request(key, turned(4)))
        self.run("ca", "revoke", "--yes", "ca", "Placeholder9", "--why", turned(2))
        self.run("ca", "crl", "ca", "-o", os.path.join(self.files, "ca.crl"))
        self.run("generate", "--yes", "--plain", "--name", "Placeholder1", "--cn", "me.example",
                 "--note", turned(4), "--why", turned(5))
        self.run("request", "--yes", "--plain", "--name", title(6), "--cn", "it.example",
                 "--note", turned(7), "--ticket", title(8), "-o", os.path.join(self.files, "it.csr"))
        self.run("generate", "--yes", "--plain", "--name", "gone", "--cn", "gone.example")
        self.run("identity", "delete", "--yes", "gone", "--why", turned(3))

    def consumers(self):
        places = [s.place for s in self.services.values()]
        dialects = [d for d in self.services]
        for i, (dialect, place) in enumerate(zip(dialects, places)):
            self.run("endpoint", "add", "--yes", "--name", f"Placeholder{i}", "--dialect",
                     "tls" if dialect == "https" else dialect, "--purpose", f"Placeholder{i + 1}",
                     "--note", turned(i), place)
        for i, kind in enumerate(("pem-bundle", "java", "openssl-dir")):
            self.run("target", "add", "--yes", "--name", f"Placeholder{i}", "--kind", kind, "--note",
                     turned(i + 3), "--path", os.path.join(self.files, f"Placeholder{i + 2}"))

    def runbooks(self):
        for i, template in enumerate(("mutual-tls", "renewal", "incident")):
            self.run("runbook", "new", "--yes", "--template", template, f"book{i}", "--partner", title(i),
                     codes=(0, 2))
        self.run("runbook", "new", "--yes", f"Placeholder{i}", "--partner", title(i))
        self.run("runbook", "note", "--yes", "book0", "1", turned(4))
        self.run("runbook", "done", "--yes", "book0", "2", "--why", turned(6))

    def by_hand(self):
        """What the program would have escaped or refused; and files that somebody dropped in."""
        for path, _, names in os.walk(self.store):
            for file in names:
                self.replace(os.path.join(path, file), file)
        for i, file in enumerate(hostile.NAMES):
            folder = os.fsencode(os.path.join(self.store, ("trusted", "untrusted", "blocked")[i % 3]))
            outside.write(os.path.join(folder, file), pem(cert()))
            outside.write(os.path.join(os.fsencode(self.files), file), pem(cert()))
        for i in (0, 7, 10):
            path = self.entry(self.prints[i])
            lines = outside.read(path).split(b"\n", 1)[1]
            one = turned(i).replace(b"\n", b"").replace(b"\r", b"")
            outside.write(path, b"Name: " + one + b"\nSource: " + one + b"\nNote: " + one + b"\nX-" + one
                          + b": HX\n" + lines)
        os.mkdir(os.path.join(self.files, "sub\x1b[2J\x9bHX\u202e"))

    def entry(self, print_):
        return next(os.path.join(self.store, s, print_ + ".pem") for s in outside.STATES
                    if os.path.exists(os.path.join(self.store, s, print_ + ".pem")))

    def replace(self, path, file):
        was = outside.read(path)
        if b"Placeholder" not in was or file.startswith((".", "journal")):
            return
        now = was
        for i in range(20, -1, -1):
            evil = turned(i)
            if file != "endpoints":
                evil = evil.replace(b"\n", b" ").replace(b"\r", b" ")
            else:
                evil = evil.replace(b"\\", b"\\\\").replace(b"\"", b"")
            now = now.replace(b"Placeholder%d" % i, evil.replace(b"/", b"_"))
        outside.write(path, now)

    def home_files(self):
        themes = os.path.join(self.home, ".config/certary/themes")
        for i in (0, 12, 18):
            file = os.fsencode(themes) + b"/" + turned(i).replace(b"/", b"_")[:180] + b".theme"
            outside.write(file, b'title = "' + turned(i).replace(b"\\", b"") + b'";\n')
        for place in ("etc/postfix", "etc/ssl/certs"):
            os.makedirs(os.path.join(self.root, place))
        outside.write(os.path.join(self.root, "etc/postfix/main.cf"), b"relayhost = " + turned(2) + b"\n")
        for i, file in enumerate(os.listdir(os.fsencode(self.files))):
            if os.path.isfile(os.path.join(os.fsencode(self.files), file)) and i < 20:
                shutil.copy(os.path.join(os.fsencode(self.files), file),
                            os.path.join(os.fsencode(self.root), b"etc/ssl/certs"))
        outside.write(os.path.join(self.folder, "bad.conf"),
                      b'theme = "' + turned(3).replace(b"\\", b"").replace(b"\n", b"") + b'";\n')


def main(folder):
    world = World(folder)
    print("\n".join(f"{dialect}: {service.place}" for dialect, service in world.services.items()))


if __name__ == "__main__":
    main(sys.argv[1])
