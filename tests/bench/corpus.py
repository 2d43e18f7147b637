"""What is measured with: certificates, stores of them, and the inputs of other tools.

Everything stays below build/bench/ and is made once: making and removing a hundred thousand files
is slow, and leaves the disk slow for whatever is measured next.
"""
import base64
import hashlib
import os
import re
import shutil
import struct
import subprocess
import time

PASSWORD = "changeit"
MARK = "000000-ZZ{}QXJ"  # the names of files that come from outside: like nothing else on a screen
STRAY = re.compile(r"[0-9a-f]{64}\.pem|000000-ZZ.*")  # those, and what certary calls a file


def once(path, make):
    """Have a file or folder made under another name, and renamed when it is complete."""
    if not os.path.exists(path):
        part = path + ".part"
        shutil.rmtree(part, ignore_errors=True)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        make(part)
        os.rename(part, path)
    return path


class Corpus:
    """N certificates: store/trusted holds each as a file, bundle.pem all of them."""

    def __init__(self, folder, gencerts, count):
        self.count, self.gencerts = count, gencerts
        self.folder = os.path.join(folder, f"corpus-{count}")
        self.store = os.path.join(self.folder, "store")
        self.trusted = os.path.join(self.store, "trusted")
        self.bundle = os.path.join(self.folder, "bundle.pem")
        once(self.folder, self._make)

    def _make(self, folder):
        store = os.path.join(folder, "store")
        for name in ("trusted", "untrusted", "blocked", "trash"):
            os.makedirs(os.path.join(store, name))
        with open(os.path.join(store, "certary.store"), "w", encoding="ascii") as f:
            f.write("certary-store 1\n")
        generate(self.gencerts, self.count, os.path.join(store, "trusted"), "-k",
                 "-b", os.path.join(folder, "bundle.pem"))

    def files(self):
        return sorted(name for name in os.listdir(self.trusted) if not STRAY.fullmatch(name))

    def reset(self):
        """Take back what a run left: certificates, the journal and the lock that knows it."""
        for name in os.listdir(self.trusted):
            if STRAY.fullmatch(name):
                os.unlink(os.path.join(self.trusted, name))
        for name in ("journal", ".lock"):
            if os.path.exists(path := os.path.join(self.store, name)):
                os.unlink(path)

    def names(self):
        """The names alone, a line each: what a finder of lines is given."""
        def make(part):
            with open(part, "w", encoding="utf-8") as f:
                f.writelines(name.removesuffix(".pem") + "\n" for name in self.files())
        return once(os.path.join(self.folder, "names"), make)

    def ders(self):
        with open(self.bundle, encoding="ascii") as f:
            for block in f.read().split("-----BEGIN CERTIFICATE-----")[1:]:
                yield base64.b64decode(block.partition("-----END")[0])

    def jks(self):
        return once(os.path.join(self.folder, "keystore.jks"), self._make_jks)

    def _make_jks(self, part):
        entries = list(self.ders())
        data = bytearray(struct.pack(">III", 0xFEEDFEED, 2, len(entries)))
        for i, der in enumerate(entries):
            alias = f"n{i}".encode()
            data += struct.pack(">IH", 2, len(alias)) + alias + struct.pack(">QH", 0, 5) + b"X.509"
            data += struct.pack(">I", len(der)) + der
        seal = hashlib.sha1(PASSWORD.encode("utf-16-be") + b"Mighty Aphrodite" + data)
        with open(part, "wb") as f:
            f.write(data + seal.digest())

    def certutil_batch(self):
        """One addition a line: certutil takes no bundle."""
        def make(part):
            with open(part, "w", encoding="utf-8") as f:
                f.writelines(f"-A -n n{i} -t C,, -a -i {self.trusted}/{name}\n"
                             for i, name in enumerate(self.files()))
        return once(os.path.join(self.folder, "certutil.batch"), make)

    def p11_home(self):
        """A home where p11-kit finds a module that reads this bundle and nothing else."""
        def make(part):
            modules = os.path.join(part, ".config/pkcs11/modules")
            os.makedirs(modules)
            os.makedirs(os.path.join(part, "in/anchors"))
            os.link(self.bundle, os.path.join(part, "in/anchors/bundle.pem"))
            with open(os.path.join(part, ".config/pkcs11/pkcs11.conf"), "w", encoding="ascii") as f:
                f.write("user-config: only\n")
            with open(os.path.join(modules, "bench.module"), "w", encoding="ascii") as f:
                f.write("module: p11-kit-trust.so\ntrust-policy: yes\n"
                        f"x-init-reserved: paths='{self.folder}/p11/in'\n")
        return once(os.path.join(self.folder, "p11"), make)


def generate(gencerts, count, folder, *options):
    subprocess.run([gencerts, "-n", str(count), "-t", str(int(time.time())),
                    "-j", str(min(os.cpu_count(), 64)), *options, folder], check=True)


def repository(folder, commits):
    """A git repository of so many commits, with the graph file that makes its log quick."""
    def make(part):
        subprocess.run(["git", "init", "-q", "-b", "main", part], check=True)
        with subprocess.Popen(["git", "-C", part, "fast-import", "--quiet"],
                              stdin=subprocess.PIPE) as git:
            for i in range(1, commits + 1):
                text = f"Change {i} of the list of servers\n"
                git.stdin.write(f"commit refs/heads/main\ncommitter Ann <ann@example.org> "
                                f"{1700000000 + 60 * i} +0000\ndata {len(text)}\n{text}"
                                f"M 100644 inline file\ndata {len(str(i))}\n{i}\n".encode())
        subprocess.run(["git", "-C", part, "reset", "-q", "--hard"], check=True)
        subprocess.run(["git", "-C", part, "commit-graph", "write", "--reachable"], check=True,
                       stderr=subprocess.DEVNULL)
    return once(os.path.join(folder, f"repository-{commits}"), make)


def mailbox(folder, messages):
    def make(part):
        with open(part, "w", encoding="ascii") as f:
            for i in range(messages):
                f.write("From ann@example.org Thu Jan  1 00:00:00 2026\n"
                        f"From: Ann {i} <ann{i}@example.org>\nTo: bob@example.org\n"
                        f"Subject: Message {i} about certificates\n"
                        "Date: Thu, 1 Jan 2026 00:00:00 +0000\n"
                        f"Message-ID: <{i}@example.org>\n\nText {i}.\n\n")
    return once(os.path.join(folder, f"mbox-{messages}"), make)


def lines(folder, count):
    def make(part):
        with open(part, "w", encoding="ascii") as f:
            f.writelines(f"{i} a line as long as lines are, which ends with its number: {i}\n"
                         for i in range(count))
    return once(os.path.join(folder, f"lines-{count}"), make)
