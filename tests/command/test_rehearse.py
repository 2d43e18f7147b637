"""rehearse: a partner that demands client certificates, and tells of each visit."""
import json
import os
import signal
import subprocess
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
import outside
import tlspeer
from outside import Case, environment


class Rehearse(Case):
    def setUp(self):
        super().setUp()
        tlspeer.company(self.dir)
        self.env = {"CERTARY_TEST_CLOCK": tlspeer.now()}
        self.ok("import", "--yes", self.path("stranger.pem"), env=self.env)

    def rehearse(self, *options):
        child = subprocess.Popen([outside.PROGRAM, "--store", self.store, "rehearse", *options],
                                 env=environment(**self.env), stdout=subprocess.PIPE,
                                 stderr=subprocess.PIPE, text=True)
        for stream in (child.stdout, child.stderr):
            self.addCleanup(stream.close)
        self.addCleanup(child.wait)
        self.addCleanup(child.kill)
        return child

    def begin(self, *options):
        child = self.rehearse("--json", *options)
        return child, json.loads(child.stdout.readline())

    def end(self, child, signo=signal.SIGINT):
        child.send_signal(signo)
        self.assertEqual((0, ""), (child.wait(30), child.stderr.read()))

    def s_client(self, port, *options):
        return subprocess.run(["openssl", "s_client", "-connect", f"localhost:{port}", *options],
                              input=b"GET / HTTP/1.0\r\n\r\n", capture_output=True, timeout=30,
                              check=False)

    def present(self, name):
        return ["-cert", self.path(name + ".pem"), "-key", self.path(name + ".key")]

    def test_openssl(self):
        child, head = self.begin("--client-ca", self.path("root.pem"))
        self.assertEqual(("127.0.0.1", ["CN=root,O=Peers"]), (head["listening"], head["authorities"]))
        self.assertIn("localhost", head["presents"]["subject"])
        for version in ("-tls1_2", "-tls1_3"):
            for who, accepted in (("client", True), ("stranger", False), (None, False)):
                shown = self.present(who) if who else []
                done = self.s_client(head["port"], version, "-ign_eof", "-servername", "x.test", *shown)
                visit = json.loads(child.stdout.readline())
                self.assertEqual((accepted, "x.test", version[-1]),
                                 (visit["accepted"], visit["sni"], visit["protocol"][-1]), visit)
                self.assertEqual([f"CN={who},O=Peers"] if who else [],
                                 [cert["subject"] for cert in visit["chain"]])
                self.assertEqual(accepted, b"200 OK" in done.stdout)
        self.end(child)

    def test_in_words(self):
        child = self.rehearse("--client-ca", self.path("root.pem"))
        port = int(child.stdout.readline().split("localhost:")[1].split()[0])
        while "CN=root" not in child.stdout.readline():
            pass
        self.s_client(port, *self.present("client"))
        self.assertRegex(child.stdout.readline(), r"127.0.0.1 port \d+: accepted: .*CN=client")
        self.s_client(port)
        self.assertRegex(child.stdout.readline(), r"refused: .*shows no certificate")
        self.end(child, signal.SIGTERM)

    def test_with_probe_and_connect(self):
        tlspeer.identity(self.store, self.dir, "client")
        child, head = self.begin("--client-ca", self.path("root.pem"))
        place = f"localhost:{head['port']}"
        self.assertEqual(4, self.run_program("probe", place, env=self.env).code)
        self.assertFalse(json.loads(child.stdout.readline())["accepted"])
        self.ok("trust", "--yes", "localhost", env=self.env)
        self.ok("probe", "--identity", "client", "--http", "/", place, env=self.env)
        self.assertTrue(json.loads(child.stdout.readline())["accepted"])
        done = outside.run("--store", self.store, "connect", "--identity", "client", place,
                           env=self.env, stdin=b"GET / HTTP/1.0\r\n\r\n")
        self.assertEqual((0, b""), (done.code, done.err))
        self.assertIn(b"200 OK", done.out)
        self.end(child)

    def test_identity_is_presented(self):
        tlspeer.identity(self.store, self.dir, "localhost")
        child, head = self.begin("--client-ca", self.path("root.pem"), "--identity", "localhost")
        self.assertEqual("CN=localhost,O=Peers", head["presents"]["subject"])
        self.end(child)

    def test_which_clients(self):
        self.fails(3, "rehearse", env=self.env)
        self.fails(3, "rehearse", "--client-ca", "nobody", env=self.env)
        self.fails(2, "rehearse", "--port", "65536", env=self.env)
        self.ok("import", "--yes", self.path("root.pem"), env=self.env)
        child, head = self.begin()
        self.assertEqual(["CN=root,O=Peers"], head["authorities"])
        self.fails(1, "rehearse", "--port", str(head["port"]), env=self.env)
        self.end(child)
        child, head = self.begin("--client-ca", "root", "--client-ca", self.path("stranger.pem"))
        self.assertEqual(["CN=root,O=Peers", "CN=stranger,O=Peers"], head["authorities"])
        self.end(child)


if __name__ == "__main__":
    import unittest
    unittest.main()
