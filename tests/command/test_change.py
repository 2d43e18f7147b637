"""What changed: `compare`, and services that present another certificate than before."""
import os
import socket
import ssl
import sys
import threading
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
import outside
from outside import Case, openssl, write

SERVER = "subjectAltName={names}\nextendedKeyUsage=serverAuth\n"
CA = "basicConstraints=critical,CA:TRUE\nkeyUsage=critical,keyCertSign,cRLSign\n"


class Made(Case):
    """CAs and servers on the spot; the present is 2026-01-01."""

    def key(self, name):
        path = self.path(name + ".key")
        openssl("ecparam", "-name", "prime256v1", "-genkey", "-noout", "-out", path)
        return path

    def make(self, name, cn, extensions, by=None, since="20250120", until="20260120", key=None):
        key, csr, out = key or self.key(name), self.path(name + ".csr"), self.path(name + ".pem")
        ids = "subjectKeyIdentifier=hash\n" + ("authorityKeyIdentifier=keyid\n" if by else "")
        ext = write(self.path(name + ".ext"), extensions + ids)
        openssl("req", "-new", "-key", key, "-subj", "/CN=" + cn, "-out", csr)
        folder = self.path("ca-" + name)
        os.mkdir(folder)
        config = write(os.path.join(folder, "ca.conf"), f"""
            [ca]
            default_ca = x
            [x]
            database = {folder}/index
            new_certs_dir = {folder}
            rand_serial = yes
            default_md = sha256
            policy = p
            [p]
            commonName = supplied
            """)
        write(os.path.join(folder, "index"), "")
        openssl("ca", "-batch", "-notext", "-config", config, "-in", csr, "-out", out,
                "-keyfile", self.path(by + ".key") if by else key, "-extfile", ext,
                "-startdate", since + "000000Z", "-enddate", until + "000000Z",
                *(["-cert", self.path(by + ".pem")] if by else ["-selfsign"]))
        return out

    def ca(self, name, cn):
        return self.make(name, cn, CA, since="20200101", until="20400101")

    def server(self, name, by, names="DNS:localhost", **more):
        return self.make(name, "localhost", SERVER.format(names=names), by=by, **more)

    def differs(self, *args):
        done = self.run_program("compare", *args)
        self.assertEqual((4, b""), (done.code, done.err), done)
        return done.out.decode()


class Compare(Made):
    def setUp(self):
        super().setUp()
        self.ca("ca", "Example CA")
        self.old = self.server("old", "ca", "DNS:localhost,DNS:lost.example")
        self.new = self.server("new", "ca", "DNS:new.example,DNS:localhost",
                               key=self.path("old.key"), since="20260101", until="20270101")

    def test_the_same(self):
        der = self.path("old.der")
        openssl("x509", "-in", self.old, "-outform", "DER", "-out", der)
        self.assertEqual(["The same certificate."], self.ok("compare", self.old, der).splitlines()[:1])
        said = self.json("compare", self.old, der)
        self.assertEqual((True, []), (said["same"], said["rows"]))
        self.assertGreater(len(self.json("compare", "--all", self.old, der)["rows"]), 20)

    def test_what_differs(self):
        lines = self.differs(self.old, self.new).splitlines()
        self.assertEqual("Two certificates: the same key, the same subject, different names, issued "
                         "by the same CA.", lines[0])
        self.assertTrue(all(len(line) <= 100 for line in lines))
        words = [line.split() for line in lines]
        self.assertIn(["Alternative", "names", "DNS:lost.example", "-"], words)
        self.assertIn(["-", "DNS:new.example"], words)
        self.assertNotIn("Key", lines)
        self.assertIn("  Key", self.differs("--all", self.old, self.new).splitlines())

    def test_json(self):
        said = outside.json.loads(self.differs("--json", self.old, self.new))
        self.assertEqual([False, True, True, False, True],
                         [said[k] for k in ("same", "same_key", "same_subject", "same_names",
                                            "same_issuer")])
        self.assertIn({"section": "Extensions", "label": "Alternative names", "left": None,
                       "right": "DNS:new.example", "differs": True}, said["rows"])
        self.assertEqual("2027-01-01T00:00:00Z", said["right"]["not_after"])

    def test_entries_and_files(self):
        self.ok("import", "--yes", "--name", "Our old", self.old)
        self.assertIn("Our old", self.differs("Our old", self.new))
        self.assertEqual("trusted", outside.json.loads(
            self.differs("--json", "Our old", self.new))["left"]["state"])

    def test_refusals(self):
        self.ok("import", "--yes", self.old)
        self.assertIn("nothing", self.fails(3, "compare", "nothing", self.new))
        self.fails(3, "compare", self.new, "nothing")
        self.fails(1, "compare", self.old, self.path("old.key"))
        self.fails(2, "compare", self.old)
        self.fails(2, "compare", self.old, self.new, self.old)


class Server:
    """TLS on a port of its own, with whatever certificate it is given."""

    def __init__(self):
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        self.context = None
        self.thread = threading.Thread(target=self.serve, daemon=True)
        self.thread.start()

    def present(self, chain, key):
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(chain, key)
        self.context = context

    def serve(self):
        while True:
            try:
                peer, _ = self.listener.accept()
            except OSError:
                return
            try:
                with self.context.wrap_socket(peer, server_side=True) as tls:
                    tls.settimeout(5)
                    tls.recv(1)
            except OSError:
                pass

    def close(self):
        """The number of a closed socket is given away: nobody may wait on it any longer."""
        self.listener.shutdown(socket.SHUT_RDWR)
        self.thread.join()
        self.listener.close()


class Changes(Made):
    def setUp(self):
        super().setUp()
        self.ok("import", "--yes", "--name", "Our CA", self.ca("ca", "Example CA"))
        self.ca("other", "Other CA")
        self.service = Server()
        self.addCleanup(self.service.close)
        self.ok("endpoint", "add", "--name", "web", f"localhost:{self.service.port}")
        self.server("old", "ca")
        self.present("old")
        self.assertEqual(("warning", None), self.check())

    def present(self, name, key=None):
        self.service.present(self.path(name + ".pem"), self.path((key or name) + ".key"))

    def checked(self, *options):
        done = self.run_program("check", "--json", *options)
        return outside.json.loads(done.out)[0]

    def check(self, *options):
        """The level, and the verdict on the change."""
        item = self.checked(*options)
        return item["level"], item["change"] and item["change"]["verdict"]

    def codes(self, *options):
        return [r["code"] for r in self.checked(*options)["change"]["reasons"]]

    def test_a_renewal_is_told_once(self):
        self.server("new", "ca", since="20260101", until="20270101")
        self.present("new")
        text = self.ok("check", "--no-save")
        self.assertIn("routine renewal\n", text)
        self.assertIn("- It was due: the one before had 19 days left, 5 % of its life.", text)
        self.assertNotIn("accept", text)
        self.assertEqual(("ok", "routine renewal"), self.check())
        self.assertEqual(("ok", None), self.check())
        self.fails(3, "endpoint", "accept", "web")

    def test_an_unknown_ca_is_critical_until_the_operator_decides(self):
        self.server("evil", "other", since="20260101", until="20270101")
        self.present("evil")
        for _ in range(3):
            self.assertEqual(("critical", "suspicious"), self.check())
        self.assertEqual(["untrusted", "issuer-new", "key-new", "due"], self.codes())
        item = self.checked()
        self.assertTrue(item["change"]["waits"])
        self.assertEqual("CN=Example CA", item["change"]["before"]["certificate"]["issuer"])
        self.assertIn("suspicious: It isn't trusted here", item["text"])
        self.ok("import", "--yes", self.path("other.pem"))
        self.assertEqual(("ok", "new issuer"), self.check())
        self.assertEqual(("ok", None), self.check())
        self.assertNotIn("not accepted yet", self.ok("endpoint", "history", "web"))
        self.assertNotIn(True, [s["waits"] for s in self.json("endpoint", "history", "web")])
        self.ok("undo", "--yes")
        self.assertEqual(("critical", None), self.check())

    def test_another_trusted_ca_warns_until_it_is_accepted(self):
        self.ok("import", "--yes", self.path("other.pem"))
        self.server("moved", "other", since="20260101", until="20270101")
        self.present("moved")
        for _ in range(2):
            self.assertEqual(("warning", "new issuer"), self.check())
        done = self.run_program("check", "--nagios")
        self.assertEqual(1, done.code)
        self.assertIn(b"web: new issuer: It was issued by CN=Other CA", done.out)
        before = outside.tree(self.store)
        self.assertIn("would accept", self.ok("endpoint", "accept", "--dry-run", "web"))
        self.assertEqual(before, outside.tree(self.store))
        self.fails(1, "--read-only", "endpoint", "accept", "web")
        self.assertIn("new issuer", self.ok("endpoint", "accept", "web"))
        self.assertEqual(("ok", None), self.check())
        self.fails(3, "endpoint", "accept", "web")

    def test_the_old_one_comes_back(self):
        self.server("evil", "other", since="20260101", until="20270101")
        self.present("evil")
        self.assertEqual(("critical", "suspicious"), self.check())
        self.present("old")
        self.assertEqual(("warning", None), self.check())

    def test_history(self):
        self.server("new", "ca", since="20260101", until="20270101")
        self.server("evil", "other", since="20260101", until="20270101")
        for name in ("new", "evil"):
            self.present(name)
            self.check()
        said = self.json("endpoint", "history", "web")
        self.assertEqual(["suspicious", "routine renewal", None],
                         [s["change"] and s["change"]["verdict"] for s in said], said)
        self.assertEqual([True, False, False], [s["waits"] for s in said])
        self.assertEqual(["untrusted", "trusted", "trusted"], [s["verdict"] for s in said])
        text = self.changes_nothing("endpoint", "history", "web")
        self.assertIn("  suspicious\n    ! It isn't trusted here; the one before was.\n", text)
        self.assertIn("not accepted yet", text)
        self.fails(3, "endpoint", "history", "nobody")

    def test_history_of_what_was_never_seen(self):
        self.ok("endpoint", "add", "--name", "new", "localhost:1")
        self.assertEqual([], self.json("endpoint", "history", "new"))
        self.assertIn("nothing was seen", self.ok("endpoint", "history", "new"))

    def test_a_probe_of_a_saved_service_tells(self):
        self.server("evil", "other", since="20260101", until="20270101")
        self.present("evil")
        place = f"localhost:{self.service.port}"
        out = self.run_program("probe", "--no-save", place).out.decode()
        self.assertIn("another certificate than on 2026-01-01:\nsuspicious\n  ! It isn't", out)
        done = self.run_program("probe", "--no-save", "--json", place)
        self.assertEqual("suspicious", outside.json.loads(done.out)["change"]["verdict"])
        done = self.run_program("probe", "--no-save", "--json", "--sni", "b.example", place)
        self.assertNotIn("change", outside.json.loads(done.out))
        self.assertEqual(("critical", "suspicious"), self.check())

    def test_nothing_of_another_day_or_read_only_is_kept(self):
        self.server("new", "ca", since="20260101", until="20270101")
        self.present("new")
        self.assertEqual(("ok", None), self.check("--at", "2026-02-01"))
        self.assertEqual(("ok", "routine renewal"), self.check("--read-only"))
        self.assertEqual(("ok", "routine renewal"), self.check("--no-save"))


if __name__ == "__main__":
    unittest.main(verbosity=1)
