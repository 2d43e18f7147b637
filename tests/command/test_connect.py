"""connect: a verified pipe.  Who is on the other side decides what passes, and how it ends."""
import hashlib
import os
import socket
import ssl
import struct
import subprocess
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
import outside
import tlspeer
from outside import Case, environment

VERSIONS = (ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3)
BIG = 48 << 20


def hear_all(c):
    heard = c.hear_all()
    c.say(b"%d %s" % (len(heard), hashlib.sha256(heard).hexdigest().encode()))
    c.close()
    return heard


class Peers(Case):
    """A company and a store that trusts none of it."""

    def setUp(self):
        super().setUp()
        tlspeer.company(self.dir)
        self.env = {"CERTARY_TEST_CLOCK": tlspeer.now()}
        self.ok("import", "--yes", self.path("stranger.pem"), env=self.env)

    def trust(self):
        self.ok("import", "--yes", self.path("root.pem"), env=self.env)

    def serve(self, script, **how):
        server = tlspeer.Server(self.dir, script, **how)
        self.addCleanup(server.close)
        return server


class Connect(Peers):
    def connect(self, port, *options, **how):
        return self.run_program("connect", *options, f"localhost:{port}", env=self.env, **how)

    def start(self, port, *options, **how):
        child = subprocess.Popen(
            [outside.PROGRAM, "--store", self.store, "connect", *options, f"localhost:{port}"],
            env=environment(**self.env), stderr=subprocess.PIPE,
            **{"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, **how})
        self.addCleanup(child.stderr.close)
        self.addCleanup(child.wait)
        self.addCleanup(child.kill)
        return child

    def ends(self, child, code, words=b""):
        code_seen, said = child.wait(30), child.stderr.read()
        self.assertEqual(code, code_seen, said)
        self.assertIn(words, said)

    # --- the verdict ---------------------------------------------------------------------------

    def test_both_ways(self):
        self.trust()
        for version in VERSIONS:
            server = self.serve(hear_all, version=version)
            done = self.connect(server.port, stdin=b"hello\n")
            said = b"6 " + hashlib.sha256(b"hello\n").hexdigest().encode()
            self.assertEqual((0, said, b""), done, version)
            self.assertEqual([b"hello\n"], server.wait().results)

    def test_refused_then_trusted(self):
        for version in VERSIONS:
            tlspeer.identity(self.store, self.dir, "client")
            server = self.serve(hear_all, version=version, clients=True)
            words = ["--identity", "client"]
            done = self.connect(server.port, *words, stdin=b"secret")
            self.assertEqual((4, b""), (done.code, done.out))
            self.assertRegex(done.err, b"issuer|root")
            self.assertEqual([], server.wait().results)
            self.assertIn("certificate unknown", server.errors[0])  # and not: unverified client
            kept = self.json("list", "--state", "untrusted", env=self.env)
            self.assertIn("localhost", [entry["name"] for entry in kept])
            self.assertIn(f"localhost:{server.port}", self.ok("show", "localhost", env=self.env))
            self.ok("trust", "--yes", "localhost", env=self.env)
            done = self.connect(server.port, *words, stdin=b"secret")
            self.assertEqual((0, b""), (done.code, done.err))
            self.assertEqual([b"secret"], server.wait().results)
            self.ok("delete", "--yes", "localhost", env=self.env)
            self.ok("purge", "--yes", "localhost", env=self.env)

    def test_nothing_is_kept_where_not_wanted(self):
        server = self.serve(hear_all)
        self.assertEqual(4, self.connect(server.port, "--no-save").code)
        self.assertEqual(4, self.run_program("--read-only", "connect", f"localhost:{server.port}",
                                             env=self.env).code)
        self.assertEqual([], self.json("list", "--state", "untrusted", env=self.env))

    def test_another_name(self):
        self.trust()
        server = self.serve(hear_all)
        done = self.connect(server.port, "--sni", "other.example", stdin=b"secret")
        self.assertEqual((4, b""), (done.code, done.out))
        self.assertEqual([], server.wait().results)

    def test_client_certificate_is_missing(self):
        self.trust()
        for version in VERSIONS:
            server = self.serve(hear_all, version=version, clients=True)
            done = self.connect(server.port)
            self.assertEqual((4, b""), (done.code, done.out), (version, done.err))
            self.assertIn(b"certificate", done.err)

    def test_nobody_there(self):
        done = self.connect(tlspeer.free_port())
        self.assertEqual((6, b""), (done.code, done.out))
        self.assertIn(b"refused", done.err)

    # --- each direction by itself --------------------------------------------------------------

    def test_server_hears_the_end_first(self):
        self.trust()
        server = self.serve(hear_all)
        data = os.urandom(BIG)
        done = self.connect(server.port, stdin=data)
        said = b"%d %s" % (BIG, hashlib.sha256(data).hexdigest().encode())
        self.assertEqual((0, said, b""), done)

    def test_server_is_through_first(self):
        self.trust()

        def script(c):
            c.say(b"that was all")
            c.close()
            return c.hear_all()

        for version in VERSIONS:
            server = self.serve(script, version=version)
            child = self.start(server.port)
            with child.stdout:
                self.assertEqual(b"that was all", child.stdout.read())
            child.stdin.write(b"and now I")
            child.stdin.close()
            self.ends(child, 0)
            self.assertEqual([b"and now I"], server.wait().results, server.errors)

    def test_nothing_to_say(self):
        self.trust()
        server = self.serve(hear_all)
        for how in ({"stdin": subprocess.DEVNULL}, {"stdin": None, "preexec_fn": close_input}):
            child = self.start(server.port, **how)
            with child.stdout:
                self.assertTrue(child.stdout.read().startswith(b"0 "))
            self.ends(child, 0)

    def test_slow_reader(self):
        self.trust()
        data = os.urandom(BIG)

        def script(c):
            c.say(data)
            c.close()

        server = self.serve(script)
        child = self.start(server.port)
        heard = hashlib.sha256()
        with child.stdout:
            while came := child.stdout.read1(3001 if heard.digest_size else 0):
                heard.update(came)
                if len(came) < 3001:
                    os.sched_yield()
        self.assertEqual(hashlib.sha256(data).digest(), heard.digest())
        with open(f"/proc/{child.pid}/status", encoding="utf-8") as status:
            peak = [int(line.split()[1]) for line in status if line.startswith("VmHWM")]
        if "asan" not in outside.PROGRAM:
            self.assertLess(peak[0], 48 << 10)
        child.stdin.close()
        self.ends(child, 0)

    def test_both_talk_at_once(self):
        """Each side sends without listening until the other one has sent everything."""
        self.trust()
        data = os.urandom(8 << 20)

        def script(c):
            c.say(data)
            c.close()
            return c.hear_all()

        server = self.serve(script)
        child = self.start(server.port)
        out = child.communicate(data, 30)
        self.assertEqual((len(data), 0), (len(out[0]), child.returncode), (out[1], server.errors))
        self.assertTrue(data == out[0])
        self.assertEqual([data], server.wait().results, server.errors)

    # --- how it ends ---------------------------------------------------------------------------

    def test_server_breaks_off(self):
        self.trust()

        def reset(c):
            c.say(b"half a w")
            c.hear(1)
            c.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))

        for version in VERSIONS:
            for script in (lambda c: (c.hear(1), c.say(b"half a w")), reset):
                server = self.serve(script, version=version)
                child = self.start(server.port)
                child.stdin.write(b"x")
                child.stdin.flush()
                with child.stdout:
                    said = child.stdout.read()
                # A reset may overtake what was sent before it.
                self.assertIn(said, (b"half a w", b"") if script == reset else (b"half a w",))
                self.ends(child, 6, b"broke off")
                child.stdin.close()

    def test_reader_goes(self):
        self.trust()
        for size in (1, BIG):
            server = self.serve(lambda c, n=size: (c.say(b"x" * n), c.hear_all()))
            child = self.start(server.port)
            child.stdout.read(1)
            child.stdout.close()
            self.ends(child, 1)
            child.stdin.close()

    def test_rekeying(self):
        self.trust()
        port = tlspeer.free_port()
        peer = tlspeer.s_server(self.dir, port)
        self.addCleanup(peer.stdout.close)
        self.addCleanup(peer.wait)
        self.addCleanup(peer.kill)
        tlspeer.wait_for(port)
        child = self.start(port)
        with child.stdout, child.stdin, peer.stdin:
            for i in range(4):
                child.stdin.write(b"line %d\n" % i)
                child.stdin.flush()
                while peer.stdout.readline() != b"line %d\n" % i:
                    pass
                # New keys every other time, and the client has to follow.
                peer.stdin.write(b"K\n" if i % 2 == 0 else b"answer %d\n" % i)
                peer.stdin.flush()
                if i % 2:
                    self.assertEqual(b"answer %d\n" % i, child.stdout.readline())

    # --- where it runs -------------------------------------------------------------------------

    def test_after_starttls(self):
        self.trust()

        def ask(sock):
            self.assertEqual(struct.pack(">II", 8, 80877103), sock.recv(8))
            sock.sendall(b"S")

        server = self.serve(hear_all, before=ask)
        done = self.connect(server.port, "--dialect", "postgres", stdin=b"query")
        self.assertEqual((0, b""), (done.code, done.err))
        server = self.serve(hear_all, before=lambda sock: (sock.recv(8), sock.sendall(b"N")))
        done = self.connect(server.port, "--dialect", "postgres", stdin=b"query")
        self.assertEqual((4, b""), (done.code, done.out))

    def test_under_inetd(self):
        self.trust()
        server = self.serve(hear_all)
        for kind in (socket.AF_UNIX, socket.AF_INET):
            ours, theirs = socket.socketpair() if kind == socket.AF_UNIX else tcp_pair()
            with ours:
                child = self.start(server.port, stdin=theirs, stdout=theirs)
                theirs.close()
                ours.sendall(b"x" * 1000000)
                ours.shutdown(socket.SHUT_WR)
                with ours.makefile("rb") as answer:
                    self.assertTrue(answer.read().startswith(b"1000000 "))
                self.ends(child, 0)

    def test_descriptors_keep_their_flags(self):
        self.trust()
        server = self.serve(hear_all)
        reader, writer = os.pipe()
        child = self.start(server.port, stdin=reader)
        os.write(writer, b"x")
        self.assertTrue(os.get_blocking(reader))
        os.close(reader)
        os.close(writer)
        child.stdout.read()
        child.stdout.close()
        self.ends(child, 0)


def close_input():
    os.close(0)


def tcp_pair():
    with socket.create_server(("127.0.0.1", 0)) as door:
        ours = socket.create_connection(door.getsockname())
        return ours, door.accept()[0]


EXAMPLES = os.environ.get("CERTARY_EXAMPLES", os.path.join(outside.TOP, "build/tests/example"))


class Verify(Peers):
    """A GnuTLS program with one line of ours."""

    def meet(self, host, port):
        return subprocess.run([os.path.join(EXAMPLES, "verify"), self.store, host, str(port)],
                              env=environment(**self.env), capture_output=True, text=True,
                              timeout=30, check=False)

    def test_refused_then_trusted(self):
        for version in VERSIONS:
            server = self.serve(lambda c: (c.hear(), c.say(b"welcome"), c.close()), version=version)
            done = self.meet("localhost", server.port)
            self.assertEqual((4, ""), (done.returncode, done.stdout), done.stderr)
            self.assertIn("CERTIFICATE_VERIFICATION_ERROR", done.stderr)
            self.assertIn("kept as untrusted", done.stderr)
            self.assertIn("127.0.0.1", self.ok("show", "localhost", env=self.env))
            self.assertEqual([], server.wait().results)
            self.ok("trust", "--yes", "localhost", env=self.env)
            done = self.meet("localhost", server.port)
            self.assertEqual((0, "welcome"), (done.returncode, done.stdout), done.stderr)
            self.ok("block", "--yes", "localhost", env=self.env)
            self.assertEqual(4, self.meet("localhost", server.port).returncode)
            self.ok("delete", "--yes", "localhost", env=self.env)
            self.ok("purge", "--yes", "localhost", env=self.env)

    def test_host_counts(self):
        self.trust()
        server = self.serve(lambda c: c.say(b"welcome"))
        self.assertEqual(0, self.meet("127.0.0.1", server.port).returncode)
        self.assertEqual(4, self.meet("localhost.localdomain", server.port).returncode)


if __name__ == "__main__":
    import unittest
    unittest.main()
