"""docs/consumers.md: each line of its table, run as it stands there, against what is deployed."""
import concurrent.futures
import contextlib
import os
import re
import shutil
import socket
import ssl
import subprocess
import sys
import time
import unittest
from http.client import HTTPConnection

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
import greeters
import outside
import tlspeer
from outside import Case, read, write

PAGE = os.path.join(outside.TOP, "docs/consumers.md")
ROW = re.compile(r"^\| ([^|]+) \| `([^`]+)` \| (yes|no) \| (yes|no) \| (yes|no) \|$", re.M)
KINDS = {"psql": greeters.postgres, "mariadb": greeters.mariadb, "ldapsearch": greeters.ldap}
ANCHORS = ("root", "ca", "web")
WORKERS = 4
PATH = os.environ["PATH"] + ":/usr/sbin"
# What the page calls a program and a shell calls otherwise; what only some systems have a package of.
COMMANDS = {"requests": "python3", "java": "javac"}
NOT_WANTED = ("node", "tstclnt")


def rows():
    with open(PAGE, encoding="utf-8") as f:
        return ROW.findall(f.read())


def missing(program):
    if program == "requests":
        done = subprocess.run(["python3", "-c", "import requests"], capture_output=True, check=False)
        return done.returncode != 0
    return shutil.which(COMMANDS.get(program, program), path=PATH) is None


class Consumers(Case):
    """Two companies of the same shape: one whose root, CA or server is deployed, and a stranger's."""

    def setUp(self):
        super().setUp()
        for company in ("ours", "other"):
            os.mkdir(self.path(company))
            self.found(self.path(company))
        for anchor in ANCHORS:
            self.deploy(anchor)

    def found(self, folder):
        signs = ("keyUsage=critical,keyCertSign,cRLSign", "subjectKeyIdentifier=hash")
        tlspeer.issue(folder, "root", None, "basicConstraints=critical,CA:TRUE", *signs)
        tlspeer.issue(folder, "ca", "root", "basicConstraints=critical,CA:TRUE,pathlen:0",
                      "authorityKeyIdentifier=keyid", *signs)
        # GnuTLS takes a leaf by luck, for one name in 127: where it falls into its issuer's bucket
        tlspeer.issue(folder, "web", "ca", "basicConstraints=critical,CA:FALSE",
                      "subjectAltName=DNS:localhost,IP:127.0.0.1", "extendedKeyUsage=serverAuth",
                      "keyUsage=critical,digitalSignature", "authorityKeyIdentifier=keyid")
        write(os.path.join(folder, "chain.pem"), read(os.path.join(folder, "web.pem")) +
              read(os.path.join(folder, "ca.pem")))

    def deploy(self, anchor):
        """certary's own targets below a folder named after the anchor."""
        app, env = self.path("app", anchor), {"CERTARY_TEST_CLOCK": tlspeer.now()}
        os.makedirs(app)
        self.store = self.path("store-" + anchor)
        self.ok("import", "--yes", self.path("ours", anchor + ".pem"), env=env)
        kinds = [("pem-bundle", "ca.pem"), ("openssl-dir", "certs"), ("java", "trust.jks")]
        if shutil.which("certutil"):
            subprocess.run(["certutil", "-d", "sql:" + app, "-N", "--empty-password"], check=True)
            kinds.append(("nss", ""))
        for kind, name in kinds:
            self.ok("target", "add", "--yes", "--kind", kind, "--name", kind, "--path",
                    os.path.join(app, name), env=env)
        self.ok("deploy", "--yes", env=env)

    def serve(self, program, company):
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.path(company, "chain.pem"), self.path(company, "web.key"))
        server = greeters.Greeter(KINDS.get(program, greeters.http), context)
        self.addCleanup(server.close)
        return server.port

    def proxies(self, settings, anchor, port):
        """Whether nginx with these settings passes on what a server behind it says, and its errors."""
        with socket.create_server(("127.0.0.1", 0)) as free:
            own = free.getsockname()[1]
        home = self.path(f"nginx-{anchor}-{port}")
        os.mkdir(home)
        paths = "".join(f"{kind}_temp_path {home}/{kind};" for kind in
                        ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
        conf = write(os.path.join(home, "conf"), f"daemon off; master_process off; pid {home}/pid;"
                     f"error_log {home}/log; events {{}} http {{ access_log off; {paths} server {{"
                     f"listen 127.0.0.1:{own}; location / {{ proxy_pass https://127.0.0.1:{port};"
                     f"{settings} }} }} }}")
        nginx = subprocess.Popen(["nginx", "-p", home, "-c", conf], stderr=subprocess.DEVNULL,
                                 env={"PATH": PATH})
        try:
            for _ in range(200):
                with contextlib.suppress(ConnectionRefusedError):
                    http = HTTPConnection("127.0.0.1", own, timeout=30)
                    http.request("GET", "/")
                    status = http.getresponse().status
                    http.close()
                    return status == 200, read(os.path.join(home, "log")).decode("latin-1")
                time.sleep(0.05)
            return None, "nginx doesn't start"
        finally:
            nginx.terminate()
            nginx.wait()

    def accepts(self, program, line, anchor, port):
        """Run a line with its names replaced; whether it was content, and what it said."""
        # ldapsearch compares the name of this host where it is told localhost
        host = "127.0.0.1" if program == "ldapsearch" else "localhost"
        line = line.replace("https://service.example/", f"https://{host}:{port}/")
        line = re.sub(r"\b443\b", str(port), line.replace("service.example", host))
        line = line.replace("/etc/app/", self.path("app", anchor, ""))
        line = line.replace("java App", f"java -cp {self.dir} Fetch").replace(
            " App ", f" -cp {self.dir} Fetch ")
        if program == "nginx":
            return self.proxies(line, anchor, port)
        env = {"PATH": PATH, "HOME": "/nonexistent", "LC_ALL": "C.UTF-8"}
        done = subprocess.run(["sh", "-c", line], stdin=subprocess.DEVNULL, capture_output=True,
                              timeout=120, env=env, check=False)
        return done.returncode == 0, (done.stdout + done.stderr)[-600:].decode("latin-1")

    def check(self, program, line, wanted):
        """What is amiss with a row, in words."""
        ports = {company: self.serve(program, company) for company in ("ours", "other")}
        wrong = []
        for anchor, yes in zip(ANCHORS, wanted):
            good, said = self.accepts(program, line, anchor, ports["ours"])
            if good != (yes == "yes"):
                wrong.append(f"{line}: {anchor} is {'taken' if good else 'refused'}: {said}")
        good, said = self.accepts(program, line, "root", ports["other"])
        if good:
            wrong.append(f"{line}: takes a stranger, too: {said}")
        return wrong

    def test_lines(self):
        lines = rows()
        self.assertGreater(len(lines), 20)
        programs = sorted({program for program, *_ in lines})
        lacking = [program for program in programs if missing(program)]
        if os.environ.get("CI"):
            self.assertEqual([], [program for program in lacking if program not in NOT_WANTED])
        if "java" not in lacking:
            subprocess.run(["javac", "-d", self.dir, os.path.join(outside.TOP,
                            "tests/support/Fetch.java")], check=True)
        with concurrent.futures.ThreadPoolExecutor(WORKERS) as pool:
            found = list(pool.map(lambda row: self.check(row[0], row[1], row[2:]),
                                  [row for row in lines if row[0] not in lacking]))
        self.assertEqual([], [words for row in found for words in row])
        if lacking:
            self.skipTest("not installed: " + ", ".join(lacking))


if __name__ == "__main__":
    unittest.main()
