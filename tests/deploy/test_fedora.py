"""
The system's anchors as Fedora and RHEL keep them, with the real p11-kit: in a mount namespace of its own, where
/etc and /usr/local may be changed and nobody else sees it.
"""
import json
import os
import subprocess
import sys
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
import outside
from outside import Case, need, openssl, read, write

PREPARE = """
set -e
mkdir -p "$T/over"
mount -t tmpfs none "$T/over"
for at in etc usr/local; do
	mkdir -p "$T/over/$at.up" "$T/over/$at.work"
	mount -t overlay overlay -o "lowerdir=/$at,upperdir=$T/over/$at.up,workdir=$T/over/$at.work" "/$at"
done
"""

# What update-ca-trust does, as far as it is looked at here.
FEDORA = """
source=/etc/pki/ca-trust/source bundle=/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem
mkdir -p $source/anchors $source/blocklist ${bundle%/*} /etc/pkcs11/modules
printf 'module: p11-kit-trust.so\\npriority: 1\\ntrust-policy: yes\\nx-init-reserved: paths=%s:%s\\n' \\
	$source "$T/shipped.pem" >/etc/pkcs11/modules/p11-kit-trust.module
cat >/usr/local/sbin/update-ca-trust <<X
#!/bin/sh
exec trust extract --format=pem-bundle --filter=ca-anchors --overwrite --purpose server-auth $bundle
X
chmod 755 /usr/local/sbin/update-ca-trust
update-ca-trust
certary() { "$PROGRAM" --store "$T/store" "$@"; }
keep() { cp $bundle "$T/$1.bundle"; ls -A $source/anchors $source/blocklist >"$T/$1.files"; ls -A $source; }
"""


def why_not():
    """Why there can be no such namespace; None where there can."""
    if os.geteuid() != 0:
        return "only root mounts"
    script = 'T=$(mktemp -d)\ntrap "umount $T/over; rm -r $T" 0\n' + PREPARE
    done = subprocess.run(["unshare", "-m", "sh", "-c", script], capture_output=True, check=False)
    return done.stderr.decode() if done.returncode else None


class Fedora(Case):
    def setUp(self):
        super().setUp()
        need(self, "trust", "p11-kit")
        why = why_not()
        if why:
            self.skipTest(why)
        for name in ("root", "shipped", "bad"):
            self.make(name, "-x509")
        openssl("req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout",
                self.path("leaf.key"), "-out", self.path("leaf.csr"), "-subj", "/CN=leaf")
        openssl("x509", "-req", "-in", self.path("leaf.csr"), "-CA", self.path("root.pem"), "-CAkey",
                self.path("root.key"), "-CAcreateserial", "-out", self.path("leaf.pem"))
        write(self.path("shipped.pem"), read(self.path("shipped.pem")) + read(self.path("bad.pem")))
        for name in ("root", "leaf"):
            self.ok("import", "--yes", "--name", name, self.path(name + ".pem"))
        self.ok("import", "--yes", "--name", "bad", "--state", "blocked", self.path("bad.pem"))
        self.ok("target", "add", "--kind", "system", "--name", "sys")
        self.ok("target", "add", "--kind", "p11-kit", "--name", "p11")

    def make(self, name, *how):
        openssl("req", *how, "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout",
                self.path(name + ".key"), "-out", self.path(name + ".pem"), "-subj", f"/CN={name}",
                "-days", "3000")

    def inside(self, script):
        env = outside.environment(T=self.dir, PROGRAM=outside.PROGRAM)
        done = subprocess.run(["unshare", "-m", "sh", "-c", PREPARE + FEDORA + script], env=env,
                              capture_output=True, check=False)
        self.assertEqual(0, done.returncode, (done.stdout + done.stderr).decode())
        return done.stdout.decode()

    def bundle(self, name):
        """Whose certificates stand in the bundle that was kept."""
        blocks = read(self.path(name + ".bundle"))
        return {n for n in ("root", "leaf", "shipped", "bad") if self.body(n) in blocks}

    def body(self, name):
        return read(self.path(name + ".pem")).split(b"-----")[2].strip()

    def files(self, name):
        lines = read(self.path(name + ".files")).decode().split("\n")
        return [line.rsplit("-", 1)[0] for line in lines if line.startswith((".", "certary-"))]

    def test_system_and_p11_kit(self):
        self.inside("""
			keep before
			certary deploy --yes sys
			keep one
			certary deploy --yes p11
			keep two
			certary deploy --yes
			keep three
			certary trust --yes bad
			certary untrust --yes root
			certary deploy --yes sys
			keep four
			""")
        self.assertEqual({"shipped", "bad"}, self.bundle("before"))
        self.assertEqual({"shipped", "root"}, self.bundle("one"))
        self.assertEqual(["certary-root", "certary-bad"], self.files("one"))
        self.assertEqual(["certary-leaf", "certary-root", "certary-bad"], self.files("two"))
        self.assertEqual(self.files("two"), self.files("three"))
        self.assertEqual({"shipped", "root"}, self.bundle("three"))
        self.assertEqual(["certary-bad", "certary-leaf"], self.files("four"))
        self.assertEqual({"shipped", "bad"}, self.bundle("four"))

    def test_a_plan_says_what_is_left_out(self):
        plan = json.loads(self.inside("certary deploy --dry-run --json sys"))["targets"][0]
        self.assertEqual(2, len(plan["add"]))
        self.assertTrue(any("leaf is no CA's" in w for w in plan["warnings"]), plan["warnings"])
        self.assertTrue(plan["shared"])
        self.assertEqual(2, plan["theirs"])

    def test_a_tool_that_fails(self):
        self.inside("""
			certary deploy --yes
			keep before
			certary block --yes root
			printf '#!/bin/sh\\necho no disk >&2\\nexit 3\\n' >/usr/local/sbin/update-ca-trust
			! certary deploy --yes 2>"$T/said"
			keep after
			""")
        self.assertIn(b"update-ca-trust: ended with 3: no disk", read(self.path("said")))
        self.assertEqual(self.files("before"), self.files("after"))


if __name__ == "__main__":
    unittest.main()
