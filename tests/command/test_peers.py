"""The programs that certary works for read its folders as they are, and it reads their files."""
import base64
import ctypes
import glob
import hashlib
import os
import ssl
import subprocess
import sys
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
import hostile
import outside
from outside import Case, openssl, read, write


def ders_of(file):
    blocks = read(file).split(b"-----BEGIN CERTIFICATE-----")[1:]
    return [base64.b64decode(b"".join(block.split(b"-----")[0].split())) for block in blocks]


class Chain(Case):
    """A root, a CA below it and a server's certificate by OpenSSL, and a bundle of 60 others."""

    def setUp(self):
        super().setUp()
        self.issue("root", None, "basicConstraints=critical,CA:TRUE")
        self.issue("issuing", "root", "basicConstraints=critical,CA:TRUE,pathlen:0")
        self.issue("server", "issuing", "subjectAltName=DNS:server.test")
        self.chain = write(self.path("chain.pem"),
                           read(self.path("server.pem")) + read(self.path("issuing.pem")))
        outside.generate(self.path("made"), 60, "-b", self.path("bundle.pem"))
        self.trusted = os.path.join(self.store, "trusted")

    def issue(self, name, by, extension):
        file = self.path(name)
        conf = write(file + ".ext", extension + "\nkeyUsage=digitalSignature,keyCertSign\n")
        openssl("req", "-new", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
                "-keyout",
                file + ".key", "-subj", f"/O=Peers/CN={name}", "-out", file + ".csr")
        signer = ["-CA", self.path(by + ".pem"), "-CAkey", self.path(by + ".key")] if by else \
            ["-signkey", file + ".key"]
        openssl("x509", "-req", "-in", file + ".csr", *signer, "-CAcreateserial", "-days", "3650",
                "-extfile", conf,
                "-out", file + ".pem")

    def trusted_files(self):
        return glob.glob(os.path.join(self.trusted, "*.pem"))

    def verify(self, *options):
        return subprocess.run(["openssl", "verify", "-no-CAfile", "-no-CAstore", *options,
                               "-untrusted",
                               self.path("issuing.pem"), self.path("server.pem")],
                              capture_output=True,
                              text=True, check=False)


class OpenSSL(Chain):
    def test_folder_as_it_is(self):
        self.ok("import", self.path("bundle.pem"), self.path("root.pem"))
        listed = self.json("list")
        done = subprocess.run(["openssl", "rehash", self.trusted], capture_output=True, text=True,
                              check=False)
        self.assertEqual((0, ""), (done.returncode, done.stderr))
        self.assertEqual(61, len(glob.glob(os.path.join(self.trusted, "*.[0-9]"))))
        self.assertEqual(0, self.verify("-CApath", self.trusted).returncode)
        self.assertEqual(listed, self.json("list"))

    def test_decisions_count(self):
        self.ok("import", self.path("bundle.pem"), self.path("root.pem"))
        for words, accepted in ((["block", "root"], False), (["trust", "root"], True),
                                (["delete", "root"], False),
                                (["restore", "root"], True), (["untrust", "root"], False),
                                (["undo"], True)):
            self.ok(*words)
            openssl("rehash", self.trusted)
            self.assertEqual(accepted, self.verify("-CApath", self.trusted).returncode == 0, words)

    def test_python_reads_the_same_folder(self):
        self.ok("import", self.path("root.pem"), self.path("bundle.pem"))
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        for file in self.trusted_files():
            context.load_verify_locations(cafile=file)
        self.assertEqual(61, context.cert_store_stats()["x509"])

    def test_file_with_notes(self):
        self.ok("import", "--name", "Würzel -----BEGIN CERTIFICATE-----", self.path("root.pem"))
        self.ok("note", "--", "Würzel -----BEGIN CERTIFICATE-----", "-----BEGIN X509 CRL-----")
        file, = self.trusted_files()
        self.assertEqual(0, self.verify("-CAfile", file).returncode)

    def test_keystores_of_openssl(self):
        for options in (["-certpbe", "AES-256-CBC"], ["-certpbe", "NONE", "-nomac"],
                        ["-macalg", "SHA512"]):
            self.store = self.path("store" + options[-1])
            p12, password = self.path("made.p12"), write(self.path("password"), "pass word ä\n")
            openssl("pkcs12", "-export", "-nokeys", "-in", self.path("root.pem"), "-certfile",
                    self.chain, "-out", p12,
                    "-passout", "file:" + password, *options)
            self.ok("import", "--password-file", password, p12)
            self.assertEqual(3, len(self.json("list")), options)


class GnuTLS(Chain):
    def test_certtool(self):
        outside.need(self, "certtool", "gnutls-bin")
        self.ok("import", self.path("bundle.pem"), self.path("root.pem"))
        anchors = write(self.path("all.pem"), b"".join(map(read, self.trusted_files())))
        words = ["certtool", "--verify", "--infile", self.chain, "--load-ca-certificate"]
        done = subprocess.run([*words, anchors], capture_output=True, text=True, check=False)
        self.assertIn("The certificate is trusted", done.stdout)
        done = subprocess.run([*words, self.path("bundle.pem")], capture_output=True, text=True,
                              check=False)
        self.assertNotIn("The certificate is trusted", done.stdout)

    def test_folder_as_it_is(self):
        try:
            gnutls = ctypes.CDLL("libgnutls.so.30")
        except OSError:
            self.fail("libgnutls.so.30 is missing, of which certary itself is made")
        self.ok("import", self.path("bundle.pem"), self.path("root.pem"))
        anchors = ctypes.c_void_p()
        gnutls.gnutls_x509_trust_list_init(ctypes.byref(anchors), 0)
        pem = 1
        found = gnutls.gnutls_x509_trust_list_add_trust_dir(anchors, self.trusted.encode(), None,
                                                            pem, 0, 0)
        self.assertEqual(61, found)
        gnutls.gnutls_x509_trust_list_deinit(anchors, 1)


class Java(Chain):
    """Keystores as keytool makes them are imported whole, and it reads certary's files."""

    def setUp(self):
        super().setUp()
        outside.need(self, "keytool", "default-jre-headless")
        self.password = write(self.path("password"), "changeit\n")

    def keytool(self, *words):
        done = subprocess.run(["keytool", "-J-XX:TieredStopAtLevel=1", "-J-Duser.language=en",
                               *words],
                              capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL)
        self.assertEqual(0, done.returncode, done.stdout)
        return done.stdout

    def make(self, kind):
        """keytool adds one at a time and slowly: three, with aliases that Java allows."""
        keystore = self.path("trust." + kind.lower())
        for alias, name in (("root", "root"), ("zürich, 1", "issuing"), ("東京", "server")):
            self.keytool("-importcert", "-noprompt", "-storetype", kind, "-keystore", keystore,
                         "-alias", alias, "-file",
                         self.path(name + ".pem"), "-storepass", "changeit")
        return keystore

    def imported_whole(self, keystore):
        self.ok("import", "--password-file", self.password, keystore)
        wanted = {hashlib.sha256(der).hexdigest() for name in ("root", "issuing", "server")
                  for der in ders_of(self.path(name + ".pem"))}
        self.assertEqual(wanted, {e["fingerprint"] for e in self.json("list")})
        self.is_sound()

    def test_jks(self):
        self.imported_whole(self.make("JKS"))

    def test_pkcs12(self):
        self.imported_whole(self.make("PKCS12"))

    def test_more_than_a_library_takes(self):
        """GnuTLS alone reads 32 of one bag."""
        keystore = self.path("many.p12")
        openssl("pkcs12", "-export", "-nokeys", "-in", self.path("root.pem"), "-certfile",
                self.path("bundle.pem"), "-out",
                keystore, "-passout", "file:" + self.password)
        self.ok("import", "--password-file", self.password, keystore)
        self.assertEqual(61, len(self.json("list")))
        # The same as Java writes it: one bag, encrypted.
        self.store = self.path("again")
        java = write(self.path("java.jks"), hostile.jks(*[
            hostile.jks_entry(f"number {i}", der)
            for i, der in enumerate(ders_of(self.path("bundle.pem")))]))
        self.keytool("-importkeystore", "-noprompt", "-srckeystore", java, "-srcstoretype", "JKS",
                     "-srcstorepass",
                     "changeit", "-destkeystore", self.path("java.p12"), "-deststoretype", "PKCS12",
                     "-deststorepass",
                     "changeit")
        self.ok("import", "--password-file", self.password, self.path("java.p12"))
        self.assertEqual(60, len(self.json("list")))

    def test_keytool_reads_our_files(self):
        self.ok("import", "--name", "Würzel", self.path("root.pem"))
        file, = self.trusted_files()
        said = self.keytool("-printcert", "-file", file)
        self.assertIn(os.path.basename(file)[:64], said.replace(":", "").lower())


if __name__ == "__main__":
    unittest.main()
