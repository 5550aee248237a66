"""A PostgreSQL client that sends exactly what it is told to, and says each message that it receives.

Every line of standard input is a JSON array of messages, sent in one write. Every message received is one line of
standard output. Messages to send (PostgreSQL 15 documentation, chapter 55.7):

    ["Q", sql]                      Query
    ["P", name, sql, [oid...]]      Parse
    ["B", portal, name, [value...]] Bind; a value is text, null, or {"hex": "..."} in binary format
    ["D", "S" or "P", name]         Describe            ["C", "S" or "P", name]   Close
    ["E", portal, rows]             Execute             ["S"] Sync   ["H"] Flush   ["X"] Terminate
    ["d", text] ["c"] ["f", reason] CopyData, CopyDone, CopyFail
    ["F", oid, [value...]]          FunctionCall
    ["raw", type, hex]              any type, any body, with the right length
    ["bytes", hex]                  bytes as they are
    ["startup", {name: value}]      StartupMessage of version 3.0   ["password", text]
    ["cancel", pid, secret]         CancelRequest on this connection
    ["tls"]                         SSLRequest, the answer's byte, and the handshake
    ["answer"]                      reads one byte and says it: the answer to GSSENCRequest
    ["half-close"]                  says that nothing more will be sent
"""

import argparse
import json
import select
import socket
import ssl
import struct
import sys
import threading

options = argparse.ArgumentParser()
options.add_argument("--port", type=int, required=True)
options.add_argument("--ca")
options.add_argument("--user")
options.add_argument("--database", default="orders")
options.add_argument("--password", default="")
options.add_argument("--bare", action="store_true", help="no TLS and no start-up by itself")
options.add_argument("--clear", action="store_true", help="no TLS")
asked = options.parse_args()


def say(*words):
    print(*words, flush=True)


def string(text):
    return text.encode() + b"\0"


def message(kind, body):
    return kind.encode("latin-1") + struct.pack("!I", len(body) + 4) + body


def startup(parameters):
    body = struct.pack("!I", 196608)
    for name, value in parameters.items():
        body += string(name) + string(value)
    body += b"\0"
    return struct.pack("!I", len(body) + 4) + body


def values(given):
    formats = [1 if isinstance(value, dict) else 0 for value in given]
    body = struct.pack("!H", len(formats)) + b"".join(struct.pack("!H", f) for f in formats)
    body += struct.pack("!H", len(given))
    for value in given:
        if value is None:
            body += struct.pack("!i", -1)
            continue
        data = bytes.fromhex(value["hex"]) if isinstance(value, dict) else value.encode()
        body += struct.pack("!I", len(data)) + data
    return body


def encode(words):
    kind, rest = words[0], words[1:]
    if kind == "Q":
        return message("Q", string(rest[0]))
    if kind == "P":
        oids = rest[2] if len(rest) > 2 else []
        types = struct.pack("!H", len(oids)) + b"".join(struct.pack("!I", oid) for oid in oids)
        return message("P", string(rest[0]) + string(rest[1]) + types)
    if kind == "B":
        given = rest[2] if len(rest) > 2 else []
        return message("B", string(rest[0]) + string(rest[1]) + values(given) + struct.pack("!H", 0))
    if kind in "DC":
        return message(kind, rest[0].encode() + string(rest[1]))
    if kind == "E":
        return message("E", string(rest[0]) + struct.pack("!I", rest[1] if len(rest) > 1 else 0))
    if kind in "SHXc":
        return message(kind, b"")
    if kind == "d":
        return message("d", rest[0].encode())
    if kind == "f":
        return message("f", string(rest[0]))
    if kind == "F":
        return message("F", struct.pack("!I", rest[0]) + values(rest[1]) + struct.pack("!H", 0))
    if kind == "raw":
        return message(rest[0], bytes.fromhex(rest[1]))
    if kind == "bytes":
        return bytes.fromhex(rest[0])
    if kind == "startup":
        return startup(rest[0])
    if kind == "password":
        return message("p", string(rest[0]))
    if kind == "cancel":
        return struct.pack("!IIII", 16, 80877102, rest[0], rest[1])
    raise SystemExit(f"no message {kind}")


NAMES = {
    "1": "ParseComplete", "2": "BindComplete", "3": "CloseComplete", "A": "NotificationResponse",
    "I": "EmptyQueryResponse", "c": "CopyDone", "n": "NoData", "s": "PortalSuspended",
    "W": "CopyBothResponse", "v": "NegotiateProtocolVersion",
}


def fields(body):
    found = {}
    for part in body.split(b"\0"):
        if part:
            found[part[:1].decode()] = part[1:].decode("utf-8", "replace")
    text = " ".join([found.get("S", ""), found.get("C", ""), found.get("M", "")])
    for key, name in (("D", "DETAIL"), ("H", "HINT"), ("P", "POSITION")):
        if key in found:
            text += f" | {name}: {found[key]}"
    return text.replace("\n", " / ")


def columns(body):
    count = struct.unpack("!H", body[:2])[0]
    at, found = 2, []
    for _ in range(count):
        size = struct.unpack("!i", body[at:at + 4])[0]
        at += 4
        found.append("NULL" if size < 0 else body[at:at + size].decode("utf-8", "replace"))
        at += max(size, 0)
    return " | ".join(found)


def names(body):
    at, found = 2, []
    for _ in range(struct.unpack("!H", body[:2])[0]):
        end = body.index(b"\0", at)
        found.append(body[at:end].decode("utf-8", "replace"))
        at = end + 19
    return " | ".join(found)


def describe(kind, body):
    if kind == "E":
        return "ErrorResponse " + fields(body)
    if kind == "N":
        return "NoticeResponse " + fields(body)
    if kind == "Z":
        return "ReadyForQuery " + body.decode()
    if kind == "C":
        return "CommandComplete " + body[:-1].decode()
    if kind == "D":
        return "DataRow " + columns(body)
    if kind == "T":
        return "RowDescription " + names(body)
    if kind == "t":
        return "ParameterDescription " + str(struct.unpack("!H", body[:2])[0])
    if kind == "S":
        return "ParameterStatus " + body[:-1].decode().replace("\0", " = ")
    if kind == "K":
        return "BackendKeyData %d %d" % struct.unpack("!II", body)
    if kind == "R":
        return "Authentication %d" % struct.unpack("!I", body[:4])[0]
    if kind in "GH":
        return "CopyInResponse" if kind == "G" else "CopyOutResponse"
    if kind == "d":
        return "CopyData " + body.decode("utf-8", "replace").rstrip("\n")
    if kind == "V":
        return "FunctionCallResponse " + body[4:].hex()
    return NAMES.get(kind, "Message " + kind)


class Connection:
    """The socket, with or without TLS. One thread does everything, because one TLS state serves both ways."""

    def __init__(self):
        self.socket = socket.create_connection(("127.0.0.1", asked.port))
        self.received = b""

    def start_tls(self, more=b""):
        self.socket.sendall(struct.pack("!II", 8, 80877103) + more)
        answer = self.socket.recv(1)
        say("SSL", answer.decode() or "closed")
        if answer == b"S":
            context = ssl.create_default_context(cafile=asked.ca)
            self.socket = context.wrap_socket(self.socket, server_hostname="localhost")

    def send(self, data):
        try:
            self.socket.sendall(data)
        except OSError as error:
            say("send failed:", error.__class__.__name__)

    def waiting(self):
        return isinstance(self.socket, ssl.SSLSocket) and self.socket.pending() > 0

    def receive(self):
        """What is there; `False` at the end of the stream."""
        self.socket.settimeout(0)
        try:
            data = self.socket.recv(1 << 16)
        except (ssl.SSLWantReadError, BlockingIOError):
            # A record without data (a session ticket): nothing to wait for, there are lines to be read.
            return True
        except OSError:
            data = b""
        finally:
            self.socket.settimeout(None)
        if not data:
            say("closed")
            return False
        self.received += data
        while len(self.received) >= 5:
            size = struct.unpack("!I", self.received[1:5])[0]
            if len(self.received) < size + 1:
                break
            kind, body = chr(self.received[0]), self.received[5:size + 1]
            self.received = self.received[size + 1:]
            say(describe(kind, body))
            if kind == "R" and body[:4] == b"\0\0\0\3" and not asked.bare:
                self.send(message("p", string(asked.password)))
        return True


connection = Connection()
if not asked.bare:
    if not asked.clear:
        connection.start_tls()
    connection.send(startup({"user": asked.user, "database": asked.database}))

lines, ready = [], threading.Condition()
wake, woken = socket.socketpair()


def read_lines():
    for line in sys.stdin:
        with ready:
            lines.append(json.loads(line))
        wake.send(b"x")
    with ready:
        lines.append(None)
    wake.send(b"x")


threading.Thread(target=read_lines, daemon=True).start()
open_still = True
while True:
    watched = [woken] + ([connection.socket] if open_still else [])
    readable = watched if open_still and connection.waiting() else select.select(watched, [], [])[0]
    if connection.socket in readable and open_still:
        open_still = connection.receive()
    if woken not in readable:
        continue
    if open_still and connection.waiting() and not select.select([woken], [], [], 0)[0]:
        continue
    woken.recv(1)
    with ready:
        line = lines.pop(0)
    if line is None:
        break
    pending = b""
    for words in line:
        if words[0] == "tls":
            connection.start_tls(bytes.fromhex(words[1]) if len(words) > 1 else b"")
        elif words[0] == "answer":
            connection.send(pending)
            pending = b""
            say("Answer", connection.socket.recv(1).decode("latin-1"))
        elif words[0] == "half-close":
            connection.send(pending)
            pending = b""
            try:
                connection.socket.shutdown(socket.SHUT_WR)
            except OSError:
                # The other end was faster: what it said, and that it closed, is still to be read.
                pass
        else:
            pending += encode(words)
    if pending:
        connection.send(pending)
