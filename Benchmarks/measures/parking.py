"""Thousands of parked holds: memory of each, and the time from a consent to the command's bytes at the target.

The upstream is scripted; the clients are libpq's; the consents are signed with ssh-keygen and sent to the control API,
one after the other, so that each is timed alone.
"""

import base64
import http.client
import json
import pathlib
import re
import resource
import select
import ssl
import subprocess
import sys
import tempfile
import time

from bench import Row
from measures.common import resident_bytes
from measures.libpq import Connection
from servers import Servers, free_port, wait_for_port

WANTED = 10_000
# What the gateway has open besides two sockets for each session.
SPARE = 120


def fitting(count):
    """As many sessions as the limit of open files lets one process have, at two sockets each."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    return min(count, (hard - SPARE) // 2)


class ParkingServers(Servers):
    def start_gateway(self):
        self.upstream_port = free_port()
        script = pathlib.Path(__file__).parent.parent / "scripted_upstream.py"
        self.released = open(self.directory / "released", "w+")
        self.upstream = subprocess.Popen(
            [sys.executable, str(script), str(self.upstream_port), str(self.postgres_port)],
            stdout=self.released, start_new_session=True)
        self.processes.append(self.upstream)
        wait_for_port(self.upstream_port, self.upstream, "the scripted upstream")
        self.psql("CREATE TABLE parked (id int)")
        super().start_gateway()

    def changed(self, configuration):
        text = configuration.replace(f"localhost:{self.postgres_port}", f"127.0.0.1:{self.upstream_port}")
        text = text.replace("tls: verify-full", "tls: disable").replace("    ca: certs/ca.pem\n", "")
        return text.replace(
            "consents:\n", "consents:\n  unprotected_keys: true\n  pending_per_principal: 20000\n"
            "  pending_per_target: 20000\n")


class Approver:
    """Bob, with a key of his own and one connection to the control API."""

    def __init__(self, servers, directory):
        self.key = directory + "/key"
        subprocess.run(
            ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", self.key], check=True)
        line = pathlib.Path(self.key + ".pub").read_text().strip()
        self.token = servers.log_in("bob", line)["token"]
        context = ssl.create_default_context(cafile=str(servers.authority))
        self.connection = http.client.HTTPSConnection(
            "localhost", servers.gateway_port, context=context, timeout=60)
        note = self.call("GET", "/v1/ledger/checkpoint")
        origin, size, root = note["checkpoint"].splitlines()[:3]

        self.checkpoint = {
            "origin": origin, "root": base64.b64decode(root).hex(), "size": size}

    def call(self, method, path, body=None):
        self.connection.request(
            method, path, body=json.dumps(body) if body else None,
            headers={"authorization": f"Bearer {self.token}", "content-type": "application/json"})
        answer = self.connection.getresponse()
        text = answer.read()
        if answer.status != 200:
            raise SystemExit(f"bench: {method} {path}: {answer.status} {text.decode()}")
        return json.loads(text)

    def signed(self, hold):
        """The body of a consent to `hold`."""
        document = json.dumps({
            "checkpoint": self.checkpoint, "decision": "consent",
            "digest": self.call("GET", f"/v1/holds/{hold}")["digest"], "hold": hold, "reason": "",
            "type": "sallyport consent v1"}, sort_keys=True, separators=(",", ":")) + "\n"
        done = subprocess.run(
            ["ssh-keygen", "-q", "-Y", "sign", "-n", "consent@sallyport", "-f", self.key],
            input=document, capture_output=True, text=True, check=True)
        return {"document": document, "signature": done.stdout}

    def consent(self, hold):
        """CLOCK_MONOTONIC in nanoseconds before the consent was sent; returns behind its answer."""
        body = self.signed(hold)
        before = time.monotonic_ns()
        self.call("POST", f"/v1/holds/{hold}/decision", body)
        return before


def park(connections, first):
    """Sends a command on each that is held; returns the holds' ids in the same order."""
    holds = {}
    poller = select.poll()
    waiting = {}
    for place, connection in enumerate(connections):
        def noticed(text, place=place):
            if found := re.search(r"(hld_\w+)", text):
                holds[place] = found.group(1)
        connection.send(f"DELETE FROM parked WHERE id = {first + place}", noticed)
        poller.register(connection.socket, select.POLLIN)
        waiting[connection.socket] = connection
    while len(holds) < len(connections):
        ready = poller.poll(30_000)
        if not ready:
            raise SystemExit("bench: a command was not held within 30 s")
        for descriptor, _ in ready:
            if not waiting[descriptor].is_busy():
                raise SystemExit(f"bench: not held: {waiting[descriptor].result()}")
    return [holds[place] for place in range(len(connections))]


def consent_to(servers, approver, holds, sample):
    """Milliseconds from each consent's first byte to its command's bytes upstream."""
    # It was silent for too long; the next call opens another.
    approver.connection.close()
    sent = {number: approver.consent(holds[number]) for number in sample}
    end = time.monotonic() + 30
    came = {}
    while not sent.keys() <= came.keys():
        if time.monotonic() > end:
            raise SystemExit(f"bench: {len(sent.keys() - came.keys())} commands were not released")
        time.sleep(0.2)
        servers.released.seek(0)
        for line in servers.released:
            words = line.split()
            came[int(words[-1])] = int(words[0])
    return [(came[number] - sent[number]) / 1e6 for number in sent]


def quantiles(times):
    times = sorted(times)
    return times[len(times) // 2], times[len(times) * 99 // 100]


def measure(setting):
    count = fitting(1_000 if setting.quick else WANTED)
    with tempfile.TemporaryDirectory() as directory, \
            ParkingServers(setting.gateway, peers=()) as servers:
        approver = Approver(servers, directory)
        route = servers.routes("sallyport")[0]
        before = resident_bytes(route.pid)
        connections = [Connection(servers.address(route), route.password) for _ in range(count)]
        time.sleep(10)
        idle = resident_bytes(route.pid)
        holds = []
        started = time.monotonic()
        for first in range(0, count, 200):
            holds += park(connections[first:first + 200], first)
        parking = time.monotonic() - started
        time.sleep(10)
        parked = resident_bytes(route.pid)
        what = f"{count:,} parked holds"
        each = (parked - before) / count / 1024
        yield Row(f"{what}: memory of each", each, unit="KiB", wanted="40 or less", met=each <= 40)
        yield Row("of it, the idle session", (idle - before) / count / 1024, unit="KiB")
        yield Row("holds opened a second", count / parking, unit="/s")
        few = 100 if setting.quick else 1_000
        sample = range(0, count, max(1, count // few))
        median, late = quantiles(consent_to(servers, approver, holds, sample))
        yield Row("consent sent to bytes upstream, median", median, unit="ms")
        yield Row("consent sent to bytes upstream, 99th", late, unit="ms", wanted="under 5",
                  met=late < 5)
