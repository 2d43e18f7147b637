"""Walls around the program and its jobs: what the kernel says of them, killing, links and lent rights."""
import ctypes
import os
import random
import re
import signal
import stat
import subprocess
import sys
import threading
import time
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
import outside
from console import ENTER, Console
from outside import Case, generate, need, read, write

NOBODY = ["setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups"]
# What root keeps: chown, dac_override, dac_read_search, fowner, fsetid, kill, net_bind_service, ptrace.
POWERS = sum(1 << n for n in (0, 1, 2, 3, 4, 5, 10, 19))

# Its version, as the kernel has it.
LANDLOCK = ctypes.CDLL(None).syscall(444, None, 0, 1)


def status(pid):
    """Its fields in /proc, {} where it has gone."""
    try:
        return dict(re.findall(r"^(\w+):\s*(.*)$", read(f"/proc/{pid}/status").decode(), re.M))
    except OSError:
        return {}


def children(pid):
    try:
        return [int(child) for child in read(f"/proc/{pid}/task/{pid}/children").split()]
    except OSError:
        return []


class Walls(Case):
    def setUp(self):
        super().setUp()
        self.files = generate(self.path("made"), 40)

    def waiting(self, *before):
        """A command that waits for its standard input, behind its walls."""
        running = subprocess.Popen([*before, outside.PROGRAM, "--store", self.path("none"), "import", "-"],
                                   stdin=subprocess.PIPE, stdout=subprocess.DEVNULL,
                                   stderr=subprocess.DEVNULL, env=outside.environment())
        self.addCleanup(running.wait)
        self.addCleanup(running.kill)
        self.addCleanup(running.stdin.close)
        while status(running.pid).get("NoNewPrivs") != "1":
            self.assertIsNone(running.poll())
            time.sleep(0.02)
        return running.pid

    def test_a_command_says_no_to_more_rights(self):
        self.assertEqual("1", status(self.waiting())["NoNewPrivs"])

    def test_the_console(self):
        """It can start nothing; what may, for it, is a process that stood outside before the walls went up."""
        self.ok("import", "--yes", *self.files[:2])
        console = Console(24, 80, outside.environment(HOME=self.dir, TERM="xterm-256color"), outside.PROGRAM,
                          "--store", self.store)
        self.addCleanup(console.close)
        console.press("?1 of 2")
        console.text()
        pid = children(console.driver.pid)[0]
        behind = status(pid)
        self.assertEqual(("1", "2"), (behind["NoNewPrivs"], behind["Seccomp"]))
        if os.geteuid() == 0:
            self.assertEqual(0, int(behind["CapEff"], 16) & ~POWERS)
        runners = []
        while not runners: # which gives itself that name once it runs
            self.assertTrue(status(pid))
            runners = [one for one in map(status, children(pid)) if one.get("Name") == "certary-runner"]
        self.assertEqual([status(os.getpid())["NoNewPrivs"]], [one["NoNewPrivs"] for one in runners])
        console.press(":", "list", ENTER, "?certary list")
        self.assertIn("certary list", console.text())

    @unittest.skipIf(os.geteuid() != 0, "only root has powers to give up")
    def test_root_keeps_what_it_needs(self):
        kept = status(self.waiting())
        for which in ("CapEff", "CapPrm"):
            self.assertEqual(0, int(kept[which], 16) & ~POWERS, which)

    @unittest.skipIf(os.geteuid() != 0, "only root can be somebody else")
    def test_memory_is_nobody_elses(self):
        need(self, "setpriv", "util-linux")
        os.chmod(self.dir, 0o755)
        pid = self.waiting(*NOBODY)
        self.assertEqual(0, os.stat(f"/proc/{pid}/mem").st_uid) # a dumpable one's is its user's

    def test_jobs_killed_at_any_moment(self):
        """Each costs a line on standard error at the most, and the store is whole."""
        dice, killed = random.Random(1), 0
        for _ in range(30):
            running = subprocess.Popen([outside.PROGRAM, "--store", self.store, "import", "--yes",
                                        *self.files], stdin=subprocess.DEVNULL,
                                       stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
                                       env=outside.environment(ASAN_OPTIONS="detect_leaks=0"))
            # (a sanitizer looks for leaks by a child of its own, without which it waits for ever)
            while running.poll() is None:
                for child in children(running.pid):
                    if dice.random() < 0.2:
                        try:
                            os.kill(child, signal.SIGKILL)
                            killed += 1
                        except ProcessLookupError:
                            pass
            said = running.stderr.read().decode()
            running.stderr.close()
            self.assertGreaterEqual(running.returncode, 0, said)
            self.assertEqual("", outside.rudeness(said.encode()))
            for line in said.splitlines():
                self.assertRegex(line, r"\Acertary: \S")
        self.ok("import", "--yes", *self.files)
        self.assertGreater(killed, 0)
        self.is_sound()


class Kernels(Case):
    """Those that lack a wall, or forbid to raise it, do all the rest."""

    LACKS = ("landlock_create_ruleset:error=ENOSYS", "landlock_create_ruleset:error=EOPNOTSUPP", "prctl:error=EINVAL",
             "capset:error=EPERM")

    def does(self, lack, *words):
        call = lack.partition(":")[0]
        wrap = ["strace", "-f", "-qq", "-o", os.devnull, "-e", "trace=" + call, "-e", "inject=" + lack, "--"]
        done = subprocess.run([*wrap, outside.PROGRAM, "--store", self.store, *words], capture_output=True, check=False,
                              stdin=subprocess.DEVNULL, timeout=60 * outside.PATIENCE,
                              env=outside.environment(ASAN_OPTIONS="detect_leaks=0"))
        self.assertEqual((0, b""), (done.returncode, outside.unprofiled(done.stderr)), (lack, words, done.stdout))

    def test_what_a_kernel_lacks(self):
        need(self, "strace", "strace")
        files = generate(self.path("made"), 2)
        for i, lack in enumerate(self.LACKS):
            self.does(lack, "import", "--yes", *files)
            self.does(lack, "generate", "--yes", "--plain", "--name", f"a{i}", "--cn", "a.example", "--key", "ec256")
            self.does(lack, "target", "add", "--yes", "--name", f"t{i}", "--kind", "pem-bundle", "--path", self.path(f"{i}.pem"))
            self.does(lack, "deploy", "--yes", f"t{i}")
            for words in (["list"], ["doctor"], ["log", "--verify"], ["target", "list"]):
                self.does(lack, *words)
        self.is_sound()


class Shared(Case):
    """A store in a folder that others of a group may write to, one of whom is hostile."""

    def setUp(self):
        super().setUp()
        self.files = generate(self.path("made"), 30)
        self.ok("import", self.files[0])
        self.outside = self.path("outside")
        write(self.outside, b"mine\n")

    def is_untouched(self):
        st = os.lstat(self.outside)
        self.assertEqual(b"mine\n", read(self.outside))
        self.assertEqual(0o640, stat.S_IMODE(st.st_mode))

    def race(self, name, swap, work):
        """While `work` goes on, somebody puts a link in the place of a file, again and again."""
        path, done = os.path.join(self.store, name), threading.Event()
        os.chmod(self.outside, 0o640)

        def swapping():
            while not done.is_set():
                aside = path + "~"
                try:
                    swap(self.outside, aside)
                    os.rename(aside, path)
                except OSError:
                    pass
                try:
                    os.unlink(path)
                except OSError:
                    pass
        hostile = threading.Thread(target=swapping)
        hostile.start()
        try:
            work()
        finally:
            done.set()
            hostile.join()
        self.is_untouched()

    def many(self):
        for file in self.files[1:]:
            outside.run("--store", self.store, "import", "--yes", file)

    def test_symbolic_links(self):
        for name in ("journal", ".lock", ".index"):
            if os.path.exists(os.path.join(self.store, name)):
                with self.subTest(name=name):
                    self.race(name, os.symlink, self.many)

    def test_hard_links(self):
        """One that is there; who may race for them is up to the kernel, which forbids it (protected_hardlinks)."""
        for name in ("journal", ".lock"):
            path, aside = os.path.join(self.store, name), self.path("aside")
            with self.subTest(name=name):
                self.assertTrue(os.path.exists(path), os.listdir(self.store))
                os.chmod(self.outside, 0o640)
                os.rename(path, aside)
                os.link(self.outside, path)
                done = outside.run("--store", self.store, "import", "--yes", self.files[1])
                self.assertEqual(1, done.code)
                self.assertEqual(1, done.err.count(b"\n"), done.err)
                self.is_untouched()
                os.rename(aside, path)
        self.ok("import", "--yes", self.files[1])

    def test_folder_of_a_state(self):
        """A state's folder that becomes a link to elsewhere takes nothing there."""
        elsewhere = self.path("elsewhere")
        os.mkdir(elsewhere)
        os.rename(os.path.join(self.store, "trusted"), self.path("aside"))
        os.symlink(elsewhere, os.path.join(self.store, "trusted"))
        done = outside.run("--store", self.store, "import", "--yes", *self.files[1:])
        self.assertEqual(1, done.code)
        self.assertRegex(done.err.decode(), r"\Acertary: [^\n]*trusted: is a symbolic link[^\n]*\n\Z")
        self.assertEqual([], os.listdir(elsewhere))

    def test_setgid_and_umask(self):
        """Whatever the umask: what was made belongs to the group, and is written by no others."""
        os.chmod(self.store, 0o2775)
        before = os.umask(0)
        self.addCleanup(os.umask, before)
        self.ok("import", "--yes", *self.files[1:5])
        self.ok("generate", "--cn", "a.example", "--plain", "--yes")
        for path, folders, files in os.walk(self.store):
            for name in folders + files:
                mode = os.lstat(os.path.join(path, name)).st_mode
                self.assertFalse(mode & stat.S_IWOTH, name)
        keys = os.path.join(self.store, "keys")
        self.assertEqual(0o700, stat.S_IMODE(os.stat(keys).st_mode) & 0o777)
        for name in os.listdir(keys):
            self.assertEqual(0o600, stat.S_IMODE(os.stat(os.path.join(keys, name)).st_mode))


class Believed(Case):
    """Files that say what is done are believed only where nobody else can have written them."""

    def setUp(self):
        super().setUp()
        self.ok("import", "--yes", *generate(self.path("made"), 1))
        write(self.path("own.conf"), b"expiring_days = 30\n")
        write(self.path("reload"), b"#!/bin/sh\ntouch " + self.path("ran").encode() + b"\n")
        os.chmod(self.path("reload"), 0o755)

    def test_settings(self):
        self.ok("--config", self.path("own.conf"), "list")
        os.chmod(self.path("own.conf"), 0o646)
        line = self.fails(1, "--config", self.path("own.conf"), "list")
        self.assertIn("others may write to it", line)
        os.chmod(self.path("own.conf"), 0o644)
        if os.geteuid() == 0:
            os.chown(self.path("own.conf"), 65534, 65534)
            self.assertIn("another user", self.fails(1, "--config", self.path("own.conf"), "list"))

    def test_endpoints(self):
        self.ok("endpoint", "add", "--name", "one", "127.0.0.1:1")
        os.chmod(os.path.join(self.store, "endpoints"), 0o646)
        self.assertIn("isn't believed", self.fails(1, "endpoint", "list"))

    def deploy(self):
        return self.run_program("deploy", "--yes", "--reload")

    def test_reload(self):
        self.ok("target", "add", "--kind", "pem-bundle", "--path", self.path("bundle.pem"), "--name", "t",
                "--reload", self.path("reload"))
        for name, mode in ((self.path("reload"), 0o757), (self.dir, 0o777), (self.store, 0o777)):
            before = stat.S_IMODE(os.stat(name).st_mode)
            os.chmod(name, mode)
            with self.subTest(name=name):
                done = self.deploy()
                self.assertEqual(1, done.code)
                self.assertRegex(done.err.decode(), r"\Acertary: deploy --reload: [^\n]*others may write")
                self.assertFalse(os.path.exists(self.path("ran")))
                self.assertFalse(os.path.exists(self.path("bundle.pem")))
            os.chmod(name, before)
        done = self.deploy()
        self.assertEqual((0, b""), (done.code, done.err))
        self.assertTrue(os.path.exists(self.path("ran")))


class Tools(Case):
    """What other programs do for certary, and what they could be brought to do besides."""

    def test_a_hook_of_another_root(self):
        """It is run by the distribution's tool, and writes to no more than that root."""
        need(self, "update-ca-certificates", "ca-certificates")
        for name in ("etc/ca-certificates/update.d", "etc/ssl/certs", "usr/share/ca-certificates",
                     "usr/local/share/ca-certificates"):
            os.makedirs(self.path("root/" + name))
        write(self.path("root/etc/ca-certificates.conf"), b"")
        hook = self.path("root/etc/ca-certificates/update.d/hook")
        write(hook, b"#!/bin/sh\necho > %s\necho > %s\n" % (self.path("root/within").encode(),
                                                            self.path("without").encode()))
        os.chmod(hook, 0o755)
        self.ok("import", "--yes", generate(self.path("made"), 1)[0])
        self.ok("target", "add", "--yes", "--name", "t", "--kind", "system", "--path", self.path("root"))
        self.ok("deploy", "--yes")
        self.assertTrue(os.path.exists(self.path("root/etc/ssl/certs/ca-certificates.crt")))
        self.assertTrue(os.path.exists(self.path("root/within")))
        if LANDLOCK >= 2:
            self.assertFalse(os.path.exists(self.path("without")))


@unittest.skipIf(os.geteuid() != 0, "only root can be somebody else")
class Ordinary(Case):
    """What an ordinary user does, whose own processes may not look into certary's memory."""

    def setUp(self):
        super().setUp()
        need(self, "setpriv", "util-linux")
        self.files = generate(self.path("made"), 2)
        os.chmod(self.path("made"), 0o755)
        os.chmod(self.dir, 0o755)
        self.home = self.path("home")
        os.mkdir(self.home)
        os.chown(self.home, 65534, 65534)

    def as_nobody(self, *words):
        return subprocess.run([*NOBODY, *words], capture_output=True, timeout=60 * outside.PATIENCE, check=False,
                              cwd=self.home, env=outside.environment(CERTARY_STORE=self.home + "/store", HOME=self.home))

    def does(self, *words):
        done = self.as_nobody(outside.PROGRAM, *words)
        self.assertEqual((0, b""), (done.returncode, outside.unprofiled(done.stderr)), done.stdout)

    def test_a_day(self):
        """From a store of their own to their own bundle, with certificates, a CA and a pair of theirs."""
        self.does("import", "--yes", *self.files)
        self.does("generate", "--yes", "--plain", "--ca", "--name", "ca", "--cn", "Our CA", "--key", "ec256")
        self.does("request", "--yes", "--plain", "--name", "web", "--cn", "web.example", "--key", "ec256", "-o", "web.csr")
        self.does("sign", "--yes", "--ca", "ca", "--profile", "server", "-o", "web.pem", "web.csr")
        self.does("identity", "attach", "--yes", "web", "web.pem")
        self.does("target", "add", "--yes", "--name", "b", "--kind", "pem-bundle", "--path", self.home + "/b.pem")
        self.does("deploy", "--yes")
        self.does("undo", "--yes")
        for words in (["list"], ["log", "--verify"], ["target", "list"], ["identity", "list"]):
            self.does(*words)
        self.assertEqual({(65534, 65534)}, {(st.st_uid, st.st_gid) for st in map(os.lstat, self.theirs())})

    def theirs(self):
        return [os.path.join(path, name) for path, folders, names in os.walk(self.home) for name in folders + names]

    def test_database_with_a_password(self):
        need(self, "certutil", "libnss3-tools")
        profile, secret = self.home + "/profile", self.home + "/secret"
        write(secret, b"open sesame")
        os.chmod(secret, 0o644)
        self.assertEqual(0, self.as_nobody("mkdir", profile).returncode)
        self.assertEqual(0, self.as_nobody("certutil", "-N", "-d", f"sql:{profile}", "-f", secret).returncode)
        os.chown(secret, 65534, 65534)
        self.does("import", "--yes", self.files[0])
        self.does("target", "add", "--yes", "--name", "n", "--kind", "nss", "--path", profile, "--password-file", secret)
        self.does("deploy", "--yes")
        self.assertIn(b"certary-", self.as_nobody("certutil", "-L", "-d", f"sql:{profile}").stdout)


class Lent(Case):
    """Rights that sudo lends: whoever borrowed them has an environment, which isn't believed."""

    def test_settings_of_the_borrower(self):
        write(self.path("evil.conf"), b"nonsense = 1\n")
        self.assertIn("nonsense", self.fails(1, "list", env={"CERTARY_CONFIG": self.path("evil.conf")}))
        os.mkdir(self.path("certary"))
        write(self.path("certary/certary.conf"), b"nonsense = 1\n")
        self.ok("list", env={"CERTARY_CONFIG": self.path("evil.conf"), "SUDO_UID": "1000",
                             "XDG_CONFIG_HOME": self.dir})

    def test_what_is_meant_for_tests(self):
        """The clock is the machine's and the services are this host's, whatever is said."""
        self.ok("import", "--yes", *generate(self.path("made"), 2))
        os.makedirs(self.path("root/etc/nginx"))
        write(self.path("root/etc/nginx/nginx.conf"),
              b"http { server { listen 4443 ssl; ssl_certificate /x/y.pem; } }\n")
        journal = os.path.join(self.store, "journal")
        for who, counts in (({"SUDO_UID": "1000"}, False), ({}, True)):
            self.ok("endpoint", "add", "--name", f"at{counts}", "127.0.0.1:1",
                    env={"CERTARY_TEST_CLOCK": "2031-02-03T04:05:06Z", **who})
            self.assertEqual(counts, b"2031-02-03T" in read(journal))
            done = self.run_program("services", env={"CERTARY_TEST_ROOT": self.path("root"), **who})
            self.assertEqual(counts, b"4443" in done.out, done)


if __name__ == "__main__":
    unittest.main()
