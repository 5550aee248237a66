#!/usr/bin/env python3
"""A PostgreSQL that only logs everybody in and answers each query with `DELETE 0`: cheap enough for 10,000 sessions.

    scripted_upstream.py PORT REAL_PORT

The gateway's own connection for the catalogue goes on to the real server on REAL_PORT. For each query a line is
printed: CLOCK_MONOTONIC in nanoseconds when its bytes came, and its text.
"""

import asyncio
import gc
import struct
import sys
import time


def message(kind, body):
    return kind + struct.pack("!I", len(body) + 4) + body


HELLO = (
    message(b"R", struct.pack("!I", 0))
    + b"".join(
        message(b"S", f"{name}\0{value}\0".encode()) for name, value in (
            ("server_version", "15.0"), ("client_encoding", "UTF8"), ("DateStyle", "ISO, MDY"),
            ("standard_conforming_strings", "on"), ("integer_datetimes", "on")))
    + message(b"K", struct.pack("!II", 1, 1)) + message(b"Z", b"I"))
DONE = message(b"C", b"DELETE 0\0") + message(b"Z", b"I")


class Session(asyncio.Protocol):
    __slots__ = ("transport", "received", "is_started", "real", "waiting")
    real_port = 0

    def connection_made(self, transport):
        self.transport, self.received, self.is_started, self.real = transport, b"", False, None
        self.waiting = None

    def data_received(self, data):
        came = time.monotonic_ns()
        if self.waiting is not None:
            self.waiting += data
            return
        if self.real is not None:
            self.real.write(data)
            return
        self.received += data
        while len(self.received) >= 5:
            start = 1 if self.is_started else 0
            end = start + struct.unpack_from("!I", self.received, start)[0]
            if len(self.received) < end:
                return
            body, kind = self.received[start + 4:end], self.received[:start]
            if not self.is_started and b"sallyport catalogue\0" in body:
                self.waiting, self.received = self.received, b""
                asyncio.ensure_future(self.relay())
                return
            self.received = self.received[end:]
            self.answer(kind, body, came)

    def answer(self, kind, body, came):
        if not self.is_started:
            self.is_started = True
            self.transport.write(HELLO)
        elif kind == b"Q":
            print(came, body.rstrip(b"\0").decode(), flush=True)
            self.transport.write(DONE)
        elif kind == b"X":
            self.transport.close()

    async def relay(self):
        reader, self.real = await asyncio.open_connection("127.0.0.1", self.real_port)
        self.real.write(self.waiting)
        self.waiting = None
        while data := await reader.read(65_536):
            self.transport.write(data)
        self.transport.close()

    def connection_lost(self, _):
        if self.real is not None:
            self.real.close()


async def main(port, real_port):
    Session.real_port = real_port
    server = await asyncio.get_running_loop().create_server(
        Session, "127.0.0.1", port, backlog=4_096)
    await server.serve_forever()


if __name__ == "__main__":
    # The sessions are long-lived: looking through them again and again would be in the latencies.
    gc.disable()
    try:
        asyncio.run(main(int(sys.argv[1]), int(sys.argv[2])))
    except KeyboardInterrupt:
        pass
