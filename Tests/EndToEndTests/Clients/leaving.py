"""Clients of PostgreSQL that log in and are gone, without a word, around the time at which they are let in."""

import random
import select
import socket
import ssl
import struct
import sys
import threading

port, authority, token, count = int(sys.argv[1]), sys.argv[2], sys.argv[3], int(sys.argv[4])
context = ssl.create_default_context(cafile=authority)


def message(kind, body):
    return kind + struct.pack("!I", len(body) + 4) + body


def leave():
    plain = socket.create_connection(("localhost", port))
    plain.sendall(struct.pack("!II", 8, 80877103))
    assert plain.recv(1) == b"S"
    # What is closed with this is reset.
    plain.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    client = context.wrap_socket(plain, server_hostname="localhost")
    client.sendall(message(b"", struct.pack("!I", 196608) + b"user\0deploy-bot\0database\0orders\0\0"))
    assert client.recv(1) == b"R"
    client.recv(8)
    client.sendall(message(b"p", token.encode() + b"\0"))
    select.select([client], [], [], random.uniform(0, 0.06))
    client.close()


def work():
    for _ in range(count // 8):
        leave()


threads = [threading.Thread(target=work) for _ in range(8)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print("left", flush=True)
