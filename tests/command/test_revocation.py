"""Revocation from outside: lists and answers of OpenSSL's CA, fetched, imported, stapled, undone."""
import http.server
import os
import subprocess
import sys
import threading
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import test_explain
from test_explain import CA, outside
from test_judgement import Server
from outside import openssl, read, write
from tlspeer import free_port, wait_for


class Web:
    """A server of plain HTTP that has files by their paths, and counts who came."""

    def __init__(self, test):
        self.files, self.seen = {}, []
        web = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                web.seen.append(self.path)
                body = web.files.get(self.path)
                if isinstance(body, str):
                    self.send_response(302)
                    self.send_header("Location", body)
                    self.end_headers()
                    return
                self.send_response(200 if body else 404)
                self.end_headers()
                self.wfile.write(body or b"")

            def log_message(self, *_):
                pass

        self.server = http.server.HTTPServer(("127.0.0.1", 0), Handler)
        self.thread = threading.Thread(target=self.server.serve_forever, daemon=True)
        self.thread.start()
        test.addCleanup(self.close)

    def url(self, path):
        return f"http://127.0.0.1:{self.server.server_port}{path}"

    def close(self):
        self.server.shutdown()
        self.thread.join()
        self.server.server_close()


def tlv(tag, body):
    size = len(body)
    head = bytes([size]) if size < 128 else bytes([0x82, size >> 8, size & 255])
    return bytes([tag]) + head + body


def parts(der):
    """What a sequence holds, each part with its header."""
    at, out = 0, []
    def skip(at):
        size, at = der[at + 1], at + 2
        if size > 127:
            size, at = int.from_bytes(der[at:at + size - 128], "big"), at + size - 128
        return size, at
    at = skip(0)[1]
    while at < len(der):
        size, start = skip(at)
        out.append(der[at:start + size])
        at = start + size
    return out


class Revocation(test_explain.Chain):
    def setUp(self):
        super().setUp()
        self.web = Web(self)
        self.leaf = self.make("web", "localhost", "subjectAltName=DNS:localhost,IP:127.0.0.1\n"
                              f"crlDistributionPoints=URI:{self.web.url('/list.crl')}\n", by="root")
        self.ok("import", "--state", "untrusted", self.leaf)
        self.rows, self.number = "", 0

    def revoke(self, name, reason="keyCompromise"):
        serial = openssl("x509", "-noout", "-serial", "-in", self.path(name + ".pem"))
        serial = serial.decode().strip().split("=")[1]
        self.rows += f"R\t340101000000Z\t251101000000Z,{reason}\t{serial}\tunknown\t/CN={name}\n"

    def list(self, by="root", until="20260601000000Z"):
        """A list of all that was revoked, of a day before the tests' present."""
        self.number += 1
        folder = self.path("ca-" + by)
        write(os.path.join(folder, "index"), self.rows)
        write(os.path.join(folder, "number"), f"{self.number:04x}\n")
        config = write(os.path.join(folder, "crl.conf"), f"""
            [ca]
            default_ca = x
            [x]
            database = {folder}/index
            crlnumber = {folder}/number
            default_md = sha256
            crl_extensions = e
            [e]
            authorityKeyIdentifier = keyid
            """)
        out = self.path(f"{by}-{self.number}.crl")
        openssl("ca", "-gencrl", "-config", config, "-keyfile", self.path(by + ".key"), "-cert",
                self.path(by + ".pem"), "-out", out, "-crl_lastupdate",
                f"202512{self.number:02}000000Z", "-crl_nextupdate", until)
        return out

    def reasons(self, code, *args):
        done = self.run_program("explain", *args, "--json")
        self.assertEqual(code, done.code, done.err)
        return [r["code"] for r in outside.json.loads(done.out)["reasons"]]

    def test_imported_replaced_undone(self):
        empty = self.list()
        self.revoke("web")
        full = self.list()
        self.assertIn("no revocation list of its CA at hand", self.ok("explain", "localhost"))
        self.changes_nothing("import", "--dry-run", empty)
        self.assertIn("0 revoked", self.ok("import", empty))
        self.assertIn("not revoked: list of its CA from 2025-12-01, next 2026-06-01",
                      self.ok("explain", "localhost"))
        self.ok("crl", "import", full)
        self.assertEqual(["revoked"], self.reasons(4, "localhost"))
        done = self.run_program("explain", "localhost")
        self.assertIn(b"It was revoked on 2025-11-01 (its key was compromised)", done.out)
        self.assertIn(b"must present another certificate", done.out)
        self.assertNotIn(b"certary trust", done.out)
        self.assertIn("is older than the list", self.fails(1, "crl", "import", empty))
        self.assertEqual(["revoked"], self.reasons(4, "localhost"))
        (row,) = self.json("crl", "list")
        self.assertEqual((1, "current", None, "02"),
                         (row["revoked"], row["state"], row["unfit"], row["number"]))
        shown = self.json("crl", "show", "example root")
        self.assertEqual([1], [r["reason"] for r in shown["rows"]])
        self.ok("undo")
        self.assertEqual([], self.reasons(0, "localhost"))
        self.ok("crl", "remove", "--yes", row["id"][:12])
        self.assertEqual([], self.json("crl", "list"))
        self.assertEqual("", outside.verify(self.store))
        self.assertIn("nothing is amiss", self.ok("doctor"))

    def test_foreign_lists(self):
        """A list that its CA hasn't signed replaces nothing, and counts for nothing."""
        good = self.list()
        self.ok("import", good)
        self.make("twin", "Example Root CA", CA)
        self.revoke("web")
        forged = self.list(by="twin")
        self.assertIn("wasn't signed with its key", self.fails(1, "crl", "import", forged))
        self.ok("import", "--state", "untrusted", self.path("twin.pem"))
        self.ok("crl", "import", forged)  # another CA of that name has a list of its own
        self.assertEqual(2, len(self.json("crl", "list")))
        self.assertEqual([], self.reasons(0, "localhost"))
        damaged = bytearray(openssl("crl", "-in", self.list(), "-outform", "der"))
        damaged[-1] ^= 1
        path = write(self.path("damaged.crl"), bytes(damaged))
        self.assertIn("wasn't signed with its key", self.fails(1, "crl", "import", path))
        self.fails(1, "crl", "import", write(self.path("half.crl"), bytes(damaged[:100])))
        self.assertIn("no revocation list", self.fails(1, "crl", "import", self.root))
        self.assertEqual([], self.reasons(0, "localhost"))

    def copy(self, name, key):
        """A CA with the true one's name and key identifier, and a key of its own."""
        told = openssl("x509", "-noout", "-ext", "subjectKeyIdentifier", "-in", self.root).decode()
        openssl("req", "-x509", "-new", "-key", key, "-out", self.path(name), "-days", "3000",
                "-subj", "/CN=Example Root CA", "-config", write(self.path("req.conf"), f"""
                    [req]
                    distinguished_name = d
                    x509_extensions = x
                    [d]
                    [x]
                    basicConstraints = critical,CA:TRUE
                    subjectKeyIdentifier = {told.split()[-1]}
                    """))
        return self.path(name)

    def copied_key(self):
        os.mkdir(self.path("ca-copy"))
        openssl("genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256", "-out",
                self.path("copy.key"))
        return self.path("copy.key")

    def test_a_copied_ca(self):
        """Such a CA, from quarantine, pushes no list aside."""
        self.revoke("web")
        self.ok("import", self.list())
        self.ok("import", "--state", "untrusted", self.copy("copy.pem", self.copied_key()))
        self.rows = ""
        forged = self.list(by="copy")
        self.assertIn("with another key than the CA of that name", self.fails(1, "crl", "import", forged))
        self.web.files["/list.crl"] = openssl("crl", "-in", forged, "-outform", "der")
        done = self.run_program("crl", "fetch", "localhost")
        self.assertEqual(4, done.code, done.err)
        self.assertEqual(["revoked"], self.reasons(4, "localhost"))
        self.ok("crl", "import", self.list())  # the true one still replaces its own
        self.assertEqual([], self.reasons(0, "localhost"))

    def test_many_copied_cas(self):
        """More copies than are asked: none of them speaks for the true one, which isn't trusted itself."""
        self.revoke("web")
        self.ok("import", self.list())
        self.ok("untrust", "--yes", "Example Root CA")
        key = self.copied_key()
        copies = "".join(read(self.copy("copy.pem", key)).decode() for _ in range(150))
        self.ok("import", "--state", "untrusted", write(self.path("copies.pem"), copies))
        self.rows = ""
        self.assertIn("not all were asked", self.fails(1, "crl", "import", self.list(by="copy")))
        self.assertEqual([1], [row["revoked"] for row in self.json("crl", "list")])
        self.ok("trust", "--yes", openssl("x509", "-noout", "-fingerprint", "-sha256", "-in",
                                         self.root).decode().strip().split("=")[1].replace(":", "").lower())
        self.ok("crl", "import", self.list())
        self.assertEqual([0], [row["revoked"] for row in self.json("crl", "list")])

    def test_plans_tell_whom_a_list_concerns(self):
        server = Server(self.leaf, self.path("web.key"))
        self.addCleanup(server.close)
        self.ok("endpoint", "add", f"localhost:{server.port}", "--name", "srv")
        self.ok("check")
        self.assertNotIn("turns", self.ok("crl", "import", "--dry-run", self.list()))
        self.revoke("web")
        full = self.list()
        self.assertIn("1 endpoint turns red: srv.", self.ok("crl", "import", "--dry-run", full))
        self.ok("crl", "import", full)
        self.assertIn("1 endpoint turns green: srv.", self.ok("crl", "remove", "--dry-run", "Example"))
        self.assertIn("1 endpoint turns green: srv.", self.ok("undo", "--dry-run"))

    def test_outdated(self):
        self.ok("import", self.list(until="20251231000000Z"))
        self.assertEqual(["crl-outdated"], self.reasons(0, "localhost"))
        self.assertIn("note: certary crl fetch localhost", self.ok("explain", "localhost"))
        self.revoke("web", "certificateHold")
        self.ok("import", self.list())
        self.assertEqual(["revoked"], self.reasons(4, "localhost"))

    def test_no_promise(self):
        """A list that promises no next one is outdated a week after it was made."""
        for day, state in ((22, "outdated"), (27, "current")):
            self.number = day
            tbs, kind, _ = parts(openssl("crl", "-in", self.list(), "-outform", "der"))
            fields = parts(tbs)
            self.assertEqual([0x17, 0x17], [field[0] for field in fields[3:5]])
            tbs = tlv(0x30, b"".join(fields[:4] + fields[5:]))
            signed = openssl("dgst", "-sha256", "-sign", self.path("root.key"), write(self.path("tbs"), tbs))
            crl = tlv(0x30, tbs + kind + tlv(3, b"\0" + signed))
            self.ok("crl", "import", write(self.path("ageless.crl"), crl))
            (row,) = self.json("crl", "list")
            self.assertEqual((None, state), (row["next"], row["state"]))
            self.assertEqual(["crl-outdated"] if state == "outdated" else [], self.reasons(0, "localhost"))
            if state == "outdated":
                self.assertIn("doesn't say until when it counts, which is taken for 7 days",
                              self.ok("explain", "localhost"))

    def test_fetched(self):
        self.revoke("web")
        self.web.files["/list.crl"] = "/moved.crl"
        self.web.files["/moved.crl"] = openssl("crl", "-in", self.list(), "-outform", "der")
        self.assertIn("would fetch http://127.0.0.1", self.ok("crl", "fetch", "--dry-run", "localhost"))
        for words in (["explain", "localhost"], ["crl", "list"], ["check"]):
            self.run_program(*words)
        self.assertEqual([], self.web.seen)
        self.assertRegex(self.ok("crl", "fetch", "localhost"),
                         r"-> list [0-9a-f]+ of 2025-12-01 until 20\d\d-\d\d-\d\d, 1 revoked")
        number = self.json("crl", "list")[0]["number"]
        self.assertRegex(self.ok("crl", "list"), rf"NUMBER +ISSUER\n.* 1 +{number} ")
        self.assertIn(f"list {number} of ", self.ok("crl", "remove", "--dry-run", "Example"))
        self.assertEqual(["/list.crl", "/moved.crl"], self.web.seen)
        self.assertEqual(["revoked"], self.reasons(4, "localhost"))
        self.ok("undo")
        self.assertEqual([], self.json("crl", "list"))

    def test_what_is_not_fetched(self):
        self.make("twin", "Example Root CA", CA)
        lists = {"a list by another key": openssl("crl", "-in", self.list(by="twin"), "-outform", "der"),
                 "a page": b"<html>", "nothing": b""}
        for what, body in lists.items():
            with self.subTest(what):
                self.web.files["/list.crl"] = body
                done = self.run_program("crl", "fetch", "localhost")
                self.assertIn(done.code, (4, 6))
                self.assertEqual([], self.json("crl", "list"))
        self.web.files["/list.crl"] = "https://127.0.0.1/x"
        self.assertIn("only http is fetched", self.fails(6, "crl", "fetch", "localhost"))
        other = self.make("other", "other", "crlDistributionPoints=URI:ldap://a.example/x\n", by="root")
        self.ok("import", "--state", "untrusted", other)
        self.assertIn("only http is fetched", self.fails(6, "crl", "fetch", "other"))
        self.fails(3, "crl", "fetch", "nobody")
        self.fails(2, "crl", "fetch")
        self.fails(2, "crl", "fetch", "--all", "x")

    def serve(self, *options):
        port = free_port()
        server = subprocess.Popen(
            ["openssl", "s_server", "-accept", f"127.0.0.1:{port}", "-www", "-quiet", "-cert",
             self.path("web.pem"), "-key", self.path("web.key"), *options],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.addCleanup(server.wait)
        self.addCleanup(server.kill)
        wait_for(port)
        return f"127.0.0.1:{port}"

    def test_a_service(self):
        """check turns red, connect refuses, and fetch_crls is what makes check fetch."""
        place = self.serve()
        self.ok("endpoint", "add", place, "--name", "srv")
        self.ok("check")
        self.revoke("web")
        self.web.files["/list.crl"] = openssl("crl", "-in", self.list(), "-outform", "der")
        self.ok("check")
        self.assertEqual([], self.web.seen)
        config = write(self.path("conf"), "fetch_crls = true;\n")
        done = self.run_program("--config", config, "check")
        self.assertEqual(4, done.code)
        self.assertIn(b"It was revoked on 2025-11-01", done.out)
        self.run_program("--config", config, "check")
        self.assertEqual(["/list.crl"], self.web.seen)
        self.assertIn(b"It was revoked", self.run_program("connect", place).err)
        self.assertEqual(4, self.run_program("probe", "--no-save", place).code)
        self.ok("undo")  # not what check fetched
        self.assertEqual(1, len(self.json("crl", "list")))

    def test_an_untrusted_service(self):
        """Anybody can present a chain that names any place: check doesn't go there."""
        self.ok("endpoint", "add", self.serve(), "--name", "srv")
        self.ok("untrust", "--yes", "Example Root CA")
        self.run_program("--config", write(self.path("conf"), "fetch_crls = true;\n"), "check")
        self.run_program("--config", self.path("conf"), "check")
        self.assertEqual([], self.web.seen)
        self.run_program("crl", "fetch", "srv")  # asked for
        self.assertEqual(["/list.crl"], self.web.seen)

    def answer(self, name, *options):
        """An OCSP answer about web.pem, by the root itself."""
        index = write(self.path("ocsp.index"), self.rows)
        req, out = self.path(name + ".req"), self.path(name + ".der")
        openssl("ocsp", "-issuer", self.root, "-cert", self.leaf, "-no_nonce", "-reqout", req)
        openssl("ocsp", "-index", index, "-CA", self.root, "-rsigner", self.root, "-rkey",
                self.path("root.key"), "-reqin", req, "-respout", out, "-ndays", "5000", *options)
        return out

    def test_stapled(self):
        """OpenSSL dates answers by the machine's clock, which is ahead of the tests'."""
        place = self.serve("-status_file", self.answer("good"))
        self.assertIn("The stapled OCSP answer is of another time", self.ok("probe", place))
        self.revoke("web")
        place = self.serve("-status_file", self.answer("bad"))
        done = self.run_program("connect", place)
        self.assertEqual((4, b""), (done.code, done.out))
        self.assertIn(b"It was revoked on 2025-11-01", done.err)
        done = self.run_program("explain", "--json", place)
        self.assertEqual((4, ["ocsp-revoked"]),
                         (done.code, [r["code"] for r in outside.json.loads(done.out)["reasons"]]))
        self.assertIn("It was revoked", outside.json.loads(
            self.run_program("probe", "--json", "--no-save", place).out)["ocsp"])

    def test_own_ca(self):
        """What a CA of the store revokes is revoked at once, and its list is taken."""
        self.ok("generate", "--name", "our CA", "--cn", "Our CA", "--ca", "--trust", "--yes")
        self.ok("request", "--name", "srv", "--cn", "srv.example", "-o", self.path("srv.csr"))
        self.ok("sign", "--ca", "our CA", "--profile", "server", "--yes", "-o", self.path("srv.pem"),
                self.path("srv.csr"))
        self.assertEqual([], self.reasons(0, self.path("srv.pem")))
        self.ok("ca", "revoke", "our CA", "srv.example", "--yes")
        self.assertEqual(["revoked"], self.reasons(4, self.path("srv.pem")))
        self.ok("ca", "crl", "our CA", "-o", self.path("our.crl"))
        self.ok("import", self.path("our.crl"))
        self.assertEqual(["revoked"], self.reasons(4, self.path("srv.pem")))
        self.assertEqual("Our CA", self.json("crl", "list")[0]["name"])


if __name__ == "__main__":
    unittest.main()
