"""TLS servers that say just enough for a client to be content, a protocol each: serve(kind, context)."""
import contextlib
import socketserver
import struct
import threading


def take(sock, count):
    got = b""
    while len(got) < count:
        more = sock.recv(count - len(got))
        if not more:
            raise EOFError
        got += more
    return got


def http(sock, secure):
    """Anything that is asked for is a repository of git with one branch."""
    sock = secure(sock)
    while b"\r\n\r\n" not in sock.recv(8192):
        pass
    body = b"0123456789012345678901234567890123456789\trefs/heads/main\n"
    sock.sendall(b"HTTP/1.0 200 OK\r\nContent-Type: text/plain\r\nContent-Length: %d\r\n\r\n%s"
                 % (len(body), body))


def postgres(sock, secure):
    while struct.unpack("!II", take(sock, 8))[1] != 80877103:
        sock.sendall(b"N")
    sock.sendall(b"S")
    sock = secure(sock)
    take(sock, struct.unpack("!I", take(sock, 4))[0] - 4)
    status = b"".join(b"S" + struct.pack("!I", 4 + len(words)) + words
                      for words in (b"server_version\x0015.0\0", b"client_encoding\0UTF8\0"))
    sock.sendall(b"R\0\0\0\x08\0\0\0\0" + status + b"Z\0\0\0\x05I")
    sock.recv(100)


def mariadb(sock, secure):
    greeting = (b"\x0a10.11.0-greeter\0" + b"\1\0\0\0" + b"saltsalt\0" + struct.pack("<H", 0xaa09) +
                b"\x21\2\0" + struct.pack("<H", 0x0008) + b"\x15" + bytes(10) + b"saltsaltsalt\0" +
                b"mysql_native_password\0")
    sock.sendall(struct.pack("<I", len(greeting)) + greeting)
    take(sock, 36)
    sock = secure(sock)
    done = b"\0\0\0\2\0\0\0"
    while True:
        head = struct.unpack("<I", take(sock, 4))[0]
        if take(sock, head & 0xffffff)[:1] == b"\1" and head >> 24 == 0:
            return
        sock.sendall(struct.pack("<I", len(done) | ((head >> 24) + 1) << 24) + done)


def ldap(sock, secure):
    sock = secure(sock)
    while True:
        asked = sock.recv(1000)
        if len(asked) < 6 or asked[5] == 0x42:
            return
        answer = {0x60: 0x61, 0x63: 0x65}[asked[5]]
        sock.sendall(bytes((0x30, 12, 2, 1, asked[4], answer, 7, 10, 1, 0, 4, 0, 4, 0)))


class Greeter(socketserver.ThreadingTCPServer):
    """Listens on loopback at .port (0: any) until close(); a client that refuses it leaves as it likes."""

    daemon_threads = True

    def __init__(self, talk, context, port=0, host="127.0.0.1"):
        class Handler(socketserver.BaseRequestHandler):
            def handle(self):
                self.request.settimeout(30)
                with contextlib.ExitStack() as stack:
                    stack.enter_context(contextlib.suppress(OSError, EOFError))
                    talk(self.request, lambda sock: stack.enter_context(
                        context.wrap_socket(sock, server_side=True)))

        super().__init__((host, port), Handler)
        self.port = self.server_address[1]
        threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.05},
                         daemon=True).start()

    def close(self):
        self.shutdown()
        self.server_close()
