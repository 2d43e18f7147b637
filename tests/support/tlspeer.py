"""A company with a CA, a server and a client by OpenSSL, and TLS servers that are scripts."""
import contextlib
import datetime
import hashlib
import os
import socket
import ssl
import subprocess
import threading

import outside
from outside import openssl, read, write


def issue(folder, name, by, *extensions):
    """name.pem and name.key; signed by itself where nobody else does."""
    file = os.path.join(folder, name)
    conf = write(file + ".ext", "\n".join(extensions) + "\n")
    openssl("req", "-new", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
            "-keyout", file + ".key", "-subj", f"/O=Peers/CN={name}", "-out", file + ".csr")
    by = os.path.join(folder, by) if by else None
    signer = ["-CA", by + ".pem", "-CAkey", by + ".key", "-CAcreateserial"] if by else \
        ["-signkey", file + ".key"]
    openssl("x509", "-req", "-in", file + ".csr", *signer, "-days", "30", "-extfile", conf,
            "-out", file + ".pem")


def company(folder):
    issue(folder, "root", None, "basicConstraints=critical,CA:TRUE", "keyUsage=keyCertSign",
          "subjectKeyIdentifier=hash")
    issue(folder, "localhost", "root", "subjectAltName=DNS:localhost,IP:127.0.0.1",
          "extendedKeyUsage=serverAuth")
    issue(folder, "client", "root", "extendedKeyUsage=clientAuth")
    issue(folder, "stranger", None, "extendedKeyUsage=clientAuth")


def now():
    """For CERTARY_TEST_CLOCK: a minute ahead, because the certificates that OpenSSL makes after this
    call begin in the second they are made in."""
    ahead = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(minutes=1)
    return ahead.strftime("%Y-%m-%dT%H:%M:%SZ")


def identity(store, folder, name):
    """Put name.pem and name.key into the store, as an identity without a passphrase."""
    file = os.path.join(folder, name)
    spki = openssl("pkey", "-in", file + ".key", "-pubout", "-outform", "DER")
    key = openssl("pkcs8", "-topk8", "-nocrypt", "-in", file + ".key")
    cert = openssl("x509", "-in", file + ".pem")
    number = hashlib.sha256(spki).hexdigest()
    head = f"Name: {name}\nKey: EC, P-256 (secp256r1)\nSealed: no\nProfile: client\n\n".encode()
    for sub, content in (("keys", key), ("identities", head + cert)):
        os.makedirs(os.path.join(store, sub), mode=0o700, exist_ok=True)
        path = write(os.path.join(store, sub, number + ".pem"), content)
        os.chmod(path, 0o600)


class Conversation:
    """TLS over a socket, with each direction closed by itself, which Python's own can't."""

    def __init__(self, sock, context):
        self.sock, self.heard, self.said = sock, ssl.MemoryBIO(), ssl.MemoryBIO()
        self.tls = context.wrap_bio(self.heard, self.said, server_side=True)
        try:
            self.do(self.tls.do_handshake)
        except ssl.SSLError:
            self.flush()  # the alert
            raise

    def do(self, what, *args):
        while True:
            try:
                result = what(*args)
                self.flush()
                return result
            except ssl.SSLWantReadError:
                self.flush()
                came = self.sock.recv(65536)
                if came:
                    self.heard.write(came)
                else:
                    self.heard.write_eof()

    def flush(self):
        self.sock.sendall(self.said.read())

    def say(self, data):
        for at in range(0, len(data), 65536):
            self.do(self.tls.write, data[at:at + 65536])

    def hear(self, size=65536):
        """b"" when the client has said that nothing follows."""
        try:
            return self.do(self.tls.read, size)
        except ssl.SSLZeroReturnError:
            return b""

    def hear_all(self):
        heard = []
        while True:
            came = self.hear()
            if not came:
                return b"".join(heard)
            heard.append(came)

    def close(self):
        """Nothing follows from us, and more may come from the client.  What came already is put aside:
        OpenSSL takes data behind our farewell for an error as long as it says farewell itself."""
        aside = self.heard.read()
        with contextlib.suppress(ssl.SSLWantReadError):
            self.tls.unwrap()
        self.heard.write(aside)
        self.flush()


class Server:
    """Each visit is a thread that holds script(conversation); the first error is kept."""

    def __init__(self, folder, script, version=None, clients=False, before=None):
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.context.load_cert_chain(os.path.join(folder, "localhost.pem"),
                                     os.path.join(folder, "localhost.key"))
        if version:
            self.context.minimum_version = self.context.maximum_version = version
        if clients:
            self.context.verify_mode = ssl.CERT_REQUIRED
            self.context.load_verify_locations(os.path.join(folder, "root.pem"))
        self.script, self.before, self.results, self.errors = script, before, [], []
        self.door = socket.create_server(("127.0.0.1", 0))
        self.port = self.door.getsockname()[1]
        self.threads = []
        threading.Thread(target=self.listen, daemon=True).start()

    def listen(self):
        while True:
            try:
                sock, _ = self.door.accept()
            except OSError:
                return
            sock.settimeout(30)
            thread = threading.Thread(target=self.serve, args=(sock,), daemon=True)
            self.threads.append(thread)
            thread.start()

    def serve(self, sock):
        with sock:
            try:
                if self.before:
                    self.before(sock)
                self.results.append(self.script(Conversation(sock, self.context)))
            except (OSError, ssl.SSLError) as e:
                self.errors.append(str(e))

    def wait(self):
        for thread in self.threads:
            thread.join(30)
        return self

    def close(self):
        self.door.close()


def s_server(folder, port, *options):
    """openssl s_server, which speaks at its standard input what it is to say."""
    return subprocess.Popen(
        ["openssl", "s_server", "-accept", f"127.0.0.1:{port}", "-cert",
         os.path.join(folder, "localhost.pem"), "-key", os.path.join(folder, "localhost.key"),
         *options], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def wait_for(port):
    for _ in range(200):
        with socket.socket() as s:
            if s.connect_ex(("127.0.0.1", port)) == 0:
                return
        threading.Event().wait(0.05)
    raise AssertionError(f"nobody listens on {port}")


__all__ = ["Conversation", "Server", "company", "free_port", "identity", "now", "outside", "read",
           "s_server", "wait_for"]
