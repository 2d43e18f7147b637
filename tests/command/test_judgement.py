"""explain HOST:PORT, impact, remedies and the timeline from outside, on a server of our own."""
import os
import socket
import ssl
import sys
import threading
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import test_explain
from test_explain import CA, outside

LOCAL = "subjectAltName=DNS:localhost\nextendedKeyUsage=serverAuth\n"


class Server:
    """Presents a chain to whoever comes, until it is closed."""

    def __init__(self, chain, key):
        self.show(chain, key)
        self.socket = socket.create_server(("localhost", 0))
        self.port = self.socket.getsockname()[1]
        self.thread = threading.Thread(target=self.serve, daemon=True)
        self.thread.start()

    def show(self, chain, key):
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(chain, key)
        self.context = context

    def serve(self):
        while True:
            try:
                peer = self.socket.accept()[0]
            except OSError:
                return
            try:
                with self.context.wrap_socket(peer, server_side=True) as tls:
                    tls.recv(1)
            except OSError:
                pass

    def close(self):
        """The number of a closed socket may be the next server's: nobody may wait on it any longer."""
        self.socket.shutdown(socket.SHUT_RDWR)
        self.thread.join()
        self.socket.close()


class Judgement(test_explain.Chain):
    def setUp(self):
        super().setUp()
        self.make("local", "localhost", LOCAL, by="issuing")
        self.chain(self.path("local.pem"), self.issuing)
        self.server = Server(self.path("chain.pem"), self.path("local.key"))
        self.addCleanup(self.server.close)
        self.place = f"localhost:{self.server.port}"
        self.ok("endpoint", "add", self.place, "--name", "srv")

    def said(self, code, *args):
        done = self.run_program(*args)
        self.assertEqual((code, b""), (done.code, done.err), done)
        return done.out.decode()

    def test_a_renewal_under_an_unknown_ca(self):
        """Green, red, the right remedy, green, undo, red."""
        self.said(0, "check")
        self.make("new-root", "New Root CA", CA)
        self.make("new", "localhost", LOCAL, by="new-root")
        self.chain(self.path("new.pem"), self.path("new-root.pem"))
        self.server.show(self.path("chain.pem"), self.path("new.key"))
        self.assertIn("critical", self.said(4, "check"))
        text = self.said(4, "explain", self.place)
        self.assertIn("to mend: certary trust localhost   trusts exactly this certificate\n", text)
        self.assertIn("to mend: certary trust 'New Root CA'   trusts the root New Root CA and "
                      "what it signs\n", text)
        self.ok("trust", "--yes", "New Root CA")
        self.said(0, "check")
        self.ok("undo", "--yes")
        self.said(4, "check")

    def test_what_the_service_keeps_back(self):
        """It sends its own certificate alone: the CA that we hold isn't what it sent, the root nobody has."""
        self.ok("delete", "--yes", "Example Root CA")
        self.ok("purge", "--yes")
        self.ok("import", "--yes", "--state", "untrusted", self.issuing)
        self.server.show(self.path("local.pem"), self.path("local.key"))
        text = self.said(4, "explain", self.place)
        self.assertRegex(text, "Example Issuing CA 1 +not sent; untrusted, in the store\n")
        self.assertRegex(text, "CN=Example Root CA.* +missing: not sent, not held\n")

    def test_explain_asks_the_service(self):
        self.assertTrue(self.said(0, "explain", self.place).startswith(
            "trusted, through Example Root CA"))
        self.assertEqual([], outside.json.loads(
            self.said(0, "explain", "--json", self.place))["remedies"])
        self.fails(2, "explain", self.place, "--host", "a.example")
        self.fails(6, "explain", "localhost:1")

    def test_a_chain_that_leads_elsewhere(self):
        """An issuer that is over stands before the one that isn't: not everybody looks on."""
        old = self.make("old", "Example Issuing CA 1", CA, by="root", days="0", key_of="issuing")
        self.chain(self.path("local.pem"), old, self.issuing)
        self.server.show(self.path("chain.pem"), self.path("local.key"))
        self.assertIn("leads elsewhere", self.said(4, "check"))
        self.assertIn("by another path than the chain as it was sent leads to",
                      self.said(0, "probe", self.place))
        self.assertIn("Another path exists", self.said(0, "explain", self.place))

    def test_impact(self):
        self.assertIn("nothing to go by", self.said(0, "impact", "Example Root CA"))
        self.said(0, "check")
        self.assertEqual("turns red    srv                       It is trusted through Example "
                         "Root CA, and no other path is there.\n",
                         self.said(4, "impact", "Example Root CA"))
        self.assertTrue(self.said(4, "impact", "--plain", "Example Root CA").startswith(
            "srv: turns red, It is trusted through "))
        self.assertIn("1 endpoint turns red: srv.\n",
                      self.said(0, "delete", "--dry-run", "Example Root CA"))
        x = outside.json.loads(self.said(4, "impact", "--json", "Example Root CA"))
        self.assertEqual((1, 0, 1, 0), (x["turn_red"], x["turn_green"], x["endpoints"],
                                        x["never_seen"]))
        self.assertEqual(("srv", "green", "red"), tuple(x["rows"][0][k] for k in (
            "endpoint", "before", "after")))
        self.ok("import", "--yes", self.issuing)
        self.assertIn("stays green  srv", self.said(0, "impact", "Example Issuing CA 1"))
        self.assertIn("1 trusted CA that no endpoint needs, of 1 that presented",
                      self.said(0, "impact", "--unused"))
        self.assertEqual(["Example Root CA"], [e["name"] for e in outside.json.loads(
            self.said(0, "impact", "--unused", "--json"))])
        self.fails(2, "impact")
        self.fails(2, "impact", "x", "--unused")
        self.fails(2, "impact", "Example Root CA", "--state", "nowhere")
        self.fails(3, "impact", "nothing")

    def test_timeline(self):
        self.assertIn("1 of 1 never presented a chain", self.said(0, "check", "--timeline"))
        self.said(0, "check")
        lines = self.said(0, "check", "--timeline").splitlines()
        self.assertRegex(lines[0], r"\A2034-01-01  in 2922 days  leaf +localhost +breaks srv\Z")
        self.assertEqual(["leaf", "intermediate", "root"], [line.split()[4] for line in lines])
        x = outside.json.loads(self.said(0, "check", "--timeline", "--json"))
        self.assertEqual([{"endpoint": "srv", "breaks": True}], x["ends"][0]["endpoints"])
        self.assertIn("red already: srv: It ended on",
                      self.said(4, "check", "--timeline", "--at", "2035-01-01"))
        self.fails(3, "check", "--timeline", "nobody")

    def test_a_wrong_clock(self):
        done = outside.run("--store", self.store, "check", "--timeline",
                           env={"CERTARY_TEST_CLOCK": "2025-01-01T00:00:00Z"})
        self.assertEqual(0, done.code)
        self.assertIn(b"the last change was journalled at 2026-01-01T00:00:00Z", done.err)


if __name__ == "__main__":
    unittest.main()
