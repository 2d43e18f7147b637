"""What certary deploys, in the eyes of those that it is for: OpenSSL, curl, GnuTLS, Python, libpq, Java,
NSS.

Each has a clean environment, or what it says proves nothing. Two roots share a subject, of which the
second has signed the server, so that whoever looks at the first only is found out; names are not ASCII,
have blanks, and differ in case alone.
"""
import os
import re
import shutil
import socket
import ssl
import subprocess
import sys
import time
import unittest

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "support"))
import outside

DRIVER = os.path.join(os.path.dirname(outside.GENCERTS), "..", "deploy", "drive-deploy")
SUBJECT = "/O=M\u00fcller  &  S\u00f6hne/CN= \u00dcber Root  CA "
CLEAN = {"PATH": os.environ["PATH"], "HOME": "/nonexistent", "LC_ALL": "C.UTF-8"}
TARGETS = """targets = (
 {{ name = "bundle"; kind = "pem-bundle"; path = "{dir}/out/bundle.pem"; }},
 {{ name = "hashed"; kind = "openssl-dir"; path = "{dir}/out/hashed"; }},
 {{ name = "libpq"; kind = "postgres-client"; path = "{dir}/out/root.crt"; }},
 {{ name = "p12"; kind = "file"; format = "pkcs12"; path = "{dir}/out/trust.p12"; }},
 {{ name = "p7"; kind = "file"; format = "pkcs7"; path = "{dir}/out/trust.p7b"; }}
);
"""
JAVA = """targets = (
 {{ name = "jks"; kind = "java"; format = "jks"; path = "{dir}/out/trust.jks"; }},
 {{ name = "p12"; kind = "java"; format = "pkcs12"; path = "{dir}/out/trust.p12"; }},
 {{ name = "file"; kind = "file"; format = "jks"; path = "{dir}/out/file.jks"; }}
);
"""
FILES = """targets = (
 {{ name = "jks"; kind = "file"; format = "jks"; path = "{dir}/out/file.jks"; }},
 {{ name = "p12"; kind = "file"; format = "pkcs12"; path = "{dir}/out/file.p12"; }}
);
"""
NSS = 'targets = ( {{ name = "nss"; kind = "nss"; path = "{dir}/out/nss"; }} );\n'


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


class Consumers(outside.Case):
    def setUp(self):
        super().setUp()
        # A server's own user has to get through to its files.
        os.chmod(self.dir, 0o755)
        os.mkdir(self.path("out"))
        os.mkdir(self.path("server"))
        self.roots = [self.root(name, SUBJECT) for name in ("first", "second")]
        self.others = [self.root("lower", SUBJECT.lower()), self.root("other", "/CN=Other")]
        self.server()
        names = ["\u00dcber  Root", "\u00fcber  root", "-----BEGIN CERTIFICATE-----", "other"]
        for name, cert in zip(names, self.roots + self.others):
            self.ok("import", "--yes", "--name", name, cert)
        outside.write(os.path.join(self.store, "endpoints"), TARGETS.format(dir=self.dir))

    def root(self, name, subject):
        cert, key = self.path(f"{name}.pem"), self.path(f"{name}.key")
        outside.openssl("req", "-x509", "-utf8", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256",
                        "-nodes", "-keyout", key, "-subj", subject, "-days", "99", "-out", cert)
        return cert

    def server(self):
        """A key and certificate for localhost, signed by the second of the twins."""
        request, chain = self.path("server", "csr"), self.path("server", "chain.pem")
        outside.openssl("req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout",
                        self.path("server", "key.pem"), "-subj", "/CN=localhost", "-out", request)
        names = outside.write(self.path("server", "ext"), "subjectAltName=DNS:localhost,IP:127.0.0.1\n"
                              "basicConstraints=CA:FALSE\nextendedKeyUsage=serverAuth\n")
        outside.openssl("x509", "-req", "-in", request, "-CA", self.path("second.pem"), "-CAkey",
                        self.path("second.key"), "-days", "9", "-extfile", names, "-out", chain)
        shutil.copy(self.path("other.pem"), self.path("server", "ca.pem"))

    def deploy(self):
        done = subprocess.run([DRIVER, self.store, "deploy"], capture_output=True, text=True,
                              env=outside.environment(), timeout=60, check=False)
        self.assertEqual(0, done.returncode, done.stdout + done.stderr)
        return done.stdout

    def start(self, kind):
        port = free_port()
        server = subprocess.Popen(["sh", os.path.join(HERE, "..", "support", "service.sh"), kind,
                                   self.path("server"), str(port)], env=dict(CLEAN), start_new_session=True)
        self.addCleanup(self.stop, server)
        for _ in range(300):
            try:
                socket.create_connection(("127.0.0.1", port), 1).close()
                return port
            except OSError:
                time.sleep(0.1)
        self.fail(f"{kind} doesn't answer")

    def stop(self, server):
        try:
            os.killpg(server.pid, 15)
        except ProcessLookupError:
            pass
        server.wait(30)

    def agrees(self, *args, stdin=b"", limit=60):
        done = subprocess.run(args, input=stdin, capture_output=True, env=CLEAN, timeout=limit, check=False)
        self.said = (done.stdout + done.stderr).decode(errors="replace")
        return done.returncode == 0

    def everybody(self, consumers, verdict):
        for name, asks in consumers.items():
            with self.subTest(name):
                self.assertEqual(verdict, asks(), getattr(self, "said", ""))

    def before_and_after(self, consumers):
        """Trusted, no longer trusted, and trusted again."""
        second = outside.openssl("x509", "-in", self.roots[1], "-noout", "-sha256", "-fingerprint")
        second = second.decode().split("=")[1].strip()
        self.deploy()
        self.everybody(consumers, True)
        self.ok("untrust", second)
        self.deploy()
        self.everybody(consumers, False)
        self.ok("trust", "--yes", second)
        self.deploy()
        self.everybody(consumers, True)

    def python(self, port, **where):
        context = ssl.create_default_context(**where)
        try:
            with socket.create_connection(("127.0.0.1", port), 10) as raw, \
                    context.wrap_socket(raw, server_hostname="localhost"):
                return True
        except ssl.SSLError as e:
            self.said = str(e)
            return False

    def test_files(self):
        chain, hashed, bundle = self.path("server", "chain.pem"), self.path("out/hashed"), self.path("out/bundle.pem")
        self.before_and_after({
            "openssl -CApath": lambda: self.agrees("openssl", "verify", "-no-CAfile", "-no-CAstore", "-CApath",
                                                   hashed, chain),
            "openssl -CAfile": lambda: self.agrees("openssl", "verify", "-no-CApath", "-no-CAstore", "-CAfile",
                                                   bundle, chain),
        })

    def test_every_root_is_found(self):
        """Also the twins, and those of which nothing in the name is plain."""
        self.deploy()
        for cert in self.roots + self.others:
            self.assertTrue(self.agrees("openssl", "verify", "-no-CAfile", "-no-CAstore", "-CApath",
                                        self.path("out/hashed"), cert), self.said)
        listed = outside.openssl("pkcs12", "-in", self.path("out/trust.p12"), "-nokeys", "-passin", "pass:changeit")
        self.assertEqual(4, listed.count(b"BEGIN CERTIFICATE"))
        listed = outside.openssl("pkcs7", "-inform", "DER", "-in", self.path("out/trust.p7b"), "-print_certs")
        self.assertEqual(4, listed.count(b"BEGIN CERTIFICATE"))

    def test_rehash_finds_nothing_to_do(self):
        """OpenSSL's own names for the same certificates."""
        self.deploy()
        copy = self.path("rehash")
        os.mkdir(copy)
        for i, cert in enumerate(self.roots + self.others):
            shutil.copy(cert, os.path.join(copy, f"{i}.pem"))
        outside.openssl("rehash", copy)
        wanted = sorted(name for name in os.listdir(copy) if not name.endswith(".pem"))
        self.assertEqual(wanted, sorted(os.listdir(self.path("out/hashed"))))

    def test_connections(self):
        outside.need(self, "curl", "curl")
        outside.need(self, "gnutls-cli", "gnutls-bin")
        port = self.start("openssl")
        url, hashed, bundle = f"https://localhost:{port}/", self.path("out/hashed"), self.path("out/bundle.pem")
        curl = ["curl", "-sS", "-o", "/dev/null", "--resolve", f"localhost:{port}:127.0.0.1", url]
        client = ["openssl", "s_client", "-connect", f"127.0.0.1:{port}", "-servername", "localhost",
                  "-verify_return_error", "-no-CAfile", "-no-CAstore", "-brief"]
        gnutls = ["gnutls-cli", "--logfile=/dev/null", "--verify-hostname=localhost", "-p", str(port)]
        self.before_and_after({
            "curl --cacert": lambda: self.agrees(*curl, "--cacert", bundle),
            "curl --capath": lambda: self.agrees(*curl, "--capath", hashed),
            "openssl s_client": lambda: self.agrees(*client, "-CApath", hashed),
            "gnutls-cli": lambda: self.agrees(*gnutls, f"--x509cafile={bundle}", "127.0.0.1"),
            "python, folder": lambda: self.python(port, capath=hashed),
            "python, file": lambda: self.python(port, cafile=bundle),
        })

    def test_libpq(self):
        outside.need(self, "psql", "postgresql")
        port = self.start("postgres")
        asks = ["psql", f"host=localhost hostaddr=127.0.0.1 port={port} user=certary dbname=postgres "
                f"sslmode=verify-full sslrootcert={self.path('out/root.crt')}", "-Atc", "select ssl from "
                "pg_stat_ssl where pid = pg_backend_pid()"]
        for _ in range(100):
            if self.agrees("psql", f"host=127.0.0.1 port={port} user=certary dbname=postgres sslmode=require",
                           "-Atc", "select 1"):
                break
            time.sleep(0.1)
        self.before_and_after({"psql": lambda: self.agrees(*asks) and self.said.strip() == "t"})

    def feed(self, targets):
        outside.write(os.path.join(self.store, "endpoints"), targets.format(dir=self.dir))

    def lists(self, count, pattern, *args):
        """So many rows of what it says, no two of them the same."""
        found = re.findall(pattern, self.said) if self.agrees(*args) else []
        return len(found) == count and len(set(found)) == count and found

    def fewer_and_all(self, pattern, *args):
        """All four, three where one isn't trusted any more, and four again."""
        for command, count in ((None, 4), ("untrust", 3), ("trust", 4)):
            if command:
                self.ok(command, "--yes", "other")
            self.deploy()
            self.assertTrue(self.lists(count, pattern, *args), self.said)

    def test_java(self):
        """A program in Java, and keytool, which looks each alias up. What has no issuer's name it can't
        read, and one such would be the end of all others."""
        outside.need(self, "keytool", "openjdk-17-jre-headless")
        outside.need(self, "javac", "openjdk-17-jdk-headless")
        self.feed(JAVA)
        port = self.start("openssl")
        files = [self.path("out", name) for name in ("trust.jks", "trust.p12", "file.jks")]
        visit = ["java", os.path.join(HERE, "..", "support", "Visit.java"), str(port)]
        cases = "".join(f"{file} {word} good\n" for file in files for word in ("changeit", "-")).encode()
        self.before_and_after({"Java": lambda: self.agrees(*visit, stdin=cases)})
        for file in files[:2]:
            listed = ["keytool", "-list", "-keystore", file, "-storepass", "changeit"]
            names = self.lists(3, "(?m)^(certary:.*), [^,]+, [^,]+, *trustedCertEntry", *listed)
            self.assertTrue(names, self.said)
            for name in names:
                self.assertTrue(self.agrees(*listed, "-alias", name), name + ": " + self.said)

    def test_a_file_that_java_reads_has_no_certificate_without_an_issuer(self):
        self.feed(FILES)
        said = self.deploy()
        self.assertEqual(1, said.count("names no issuer, which Java can't read"), said)
        store = outside.read(self.path("out/file.jks"))
        self.assertEqual(3, int.from_bytes(store[8:12], "big"))
        listed = outside.openssl("pkcs12", "-in", self.path("out/file.p12"), "-nokeys", "-passin", "pass:changeit")
        self.assertEqual(4, listed.count(b"BEGIN CERTIFICATE"))
        os.utime(self.path("out/file.jks"), (1, 1))
        self.deploy()
        self.assertEqual(1, os.stat(self.path("out/file.jks")).st_mtime)

    def test_only_what_java_cant_read_is_no_list(self):
        """Nobody's trust is taken away by a truststore that would be empty."""
        self.feed(FILES)
        self.deploy()
        for cert in (*self.roots, self.others[1]):
            print_ = outside.openssl("x509", "-in", cert, "-noout", "-sha256", "-fingerprint").decode()
            self.ok("untrust", print_.split("=")[1].strip())
        before = outside.read(self.path("out/file.jks"))
        done = subprocess.run([DRIVER, self.store, "deploy", "jks"], capture_output=True, text=True,
                              env=outside.environment(), timeout=60, check=False)
        self.assertEqual(1, done.returncode)
        self.assertIn("it would end without any certificate", done.stdout + done.stderr)
        self.assertEqual(before, outside.read(self.path("out/file.jks")))

    def test_nss(self):
        outside.need(self, "certutil", "libnss3-tools")
        os.mkdir(self.path("out/nss"))
        self.feed(NSS)
        self.fewer_and_all(r"(?m)^(certary-.*\S) +C,,\s*$", "certutil", "-L", "-d", "sql:" + self.path("out/nss"))


if __name__ == "__main__":
    unittest.main()
