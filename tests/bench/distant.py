#!/usr/bin/env python3
"""TLS servers that are 50 ms away, on loopback.

  distant.py FOLDER PORT COUNT DEAD

FOLDER holds server.pem and server.key.  127.0.1.1, 127.0.1.2 … answer at PORT, as many as COUNT says,
and what they hear or say is 25 ms on its way.  The next ones, as many as DEAD says, don't answer even
the first packet: nobody takes what waits there, and there is no room for more.  Whoever connects is
spared the way of the first two packets, which is nothing that a program on loopback could delay.  A
line on stdout says that all are there; they are until stdin ends.

Delay and TLS are one process with one socket a connection, so that the machine is left to those who
are measured.
"""
import asyncio
import os
import socket
import ssl
import sys

WAY = 0.025


def address(i):
    return f"127.0.{1 + i // 250}.{1 + i % 250}"


class Server(asyncio.Protocol):
    def __init__(self, context, loop):
        self.heard, self.said, self.loop = ssl.MemoryBIO(), ssl.MemoryBIO(), loop
        self.tls = context.wrap_bio(self.heard, self.said, server_side=True)
        self.transport, self.work = None, self.tls.do_handshake

    def connection_made(self, transport):
        self.transport = transport

    def data_received(self, data):
        self.loop.call_later(WAY, self.hear, data)

    def eof_received(self):
        self.loop.call_later(WAY, self.transport.close)
        return True

    def hear(self, data):
        self.heard.write(data)
        try:
            while self.work() != b"":
                self.work = self.read
            self.tls.unwrap()
        except ssl.SSLWantReadError:
            pass
        except ssl.SSLError:
            self.loop.call_later(2 * WAY, self.transport.close)
        if words := self.said.read():
            self.loop.call_later(WAY, self.say, words)

    def read(self):
        return self.tls.read(65536)

    def say(self, words):
        if not self.transport.is_closing():
            self.transport.write(words)


def dead(where):
    """A listener without room: the sockets that must be kept."""
    listener = socket.socket()
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind(where)
    listener.listen(0)
    callers = [socket.socket() for _ in range(4)]
    for caller in callers:
        caller.setblocking(False)
        caller.connect_ex(where)
    return [listener, *callers]


async def serve(folder, port, count, silent):
    loop = asyncio.get_running_loop()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(os.path.join(folder, "server.pem"), os.path.join(folder, "server.key"))
    for i in range(count):
        await loop.create_server(lambda: Server(context, loop), address(i), port)
    kept = [dead((address(i), port)) for i in range(count, count + silent)]
    print("there", flush=True)
    await loop.run_in_executor(None, sys.stdin.read)
    del kept


if __name__ == "__main__":
    asyncio.run(serve(sys.argv[1], *map(int, sys.argv[2:])))
