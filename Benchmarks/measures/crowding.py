"""500 shells at once on one runner: memory of the runner's side for each, beside bash itself."""

import pathlib
import time

from bench import Row
from hosts import Hosts
from measures.common import resident_bytes


def status(pid, name):
    for line in pathlib.Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith(name + ":"):
            return int(line.split()[1]) * 1024
    return 0


def children(pid):
    return [int(word) for word in pathlib.Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def measure(setting):
    count = 50 if setting.quick else 500
    with Hosts(setting.gateway, setting.cli) as hosts:
        runner = hosts.runner.pid
        before = resident_bytes(runner)
        gateway = resident_bytes(hosts.gateway.pid)
        begun = time.monotonic()
        connections = [hosts.open_terminal() for _ in range(count)]
        while sum(bool(children(init)) for init in children(runner)) < count:
            if time.monotonic() - begun > 120:
                raise SystemExit("bench: the shells did not start")
            time.sleep(0.1)
        took = time.monotonic() - begun
        time.sleep(2)
        inits = children(runner)
        own = resident_bytes(runner) - before
        # Of each session's first process: its pages, its page tables, and its kernel stack.
        first = sum(resident_bytes(init) + status(init, "VmPTE") + (16 << 10) for init in inits)
        each = (own + first) / count / 1024
        yield Row("memory of a session on the runner", each, None, "-", "KiB", "150 or less", each <= 150)
        yield Row("the same on the gateway", (resident_bytes(hosts.gateway.pid) - gateway) / count / 1024,
                  None, "-", "KiB")
        yield Row(f"{count} of them stand after", took, None, "-", "s")
        for connection in connections:
            connection.close()
