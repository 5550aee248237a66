"""From exec to a connection that is accepted, with the state of a gateway that was used."""

import os
import socket
import statistics
import subprocess
import time

from bench import Row
from measures.common import core
from servers import POSTGRES, Servers


def milliseconds_to_listen(servers):
    """One start, which is stopped again."""
    with open(servers.directory / "start.log", "w") as log:
        start = time.monotonic()
        process = subprocess.Popen(
            [str(word) for word in servers.serve()], stdout=log, stderr=log)
        while True:
            try:
                socket.create_connection(("127.0.0.1", servers.gateway_port), 1).close()
                break
            except OSError:
                if process.poll() is not None:
                    raise SystemExit("bench: the gateway did not start; see start.log")
        elapsed = time.monotonic() - start
    process.terminate()
    process.wait(20)
    return elapsed * 1_000


def measure(setting):
    sizes = (0, 20_000_000) if setting.quick else (0, 20_000_000, 200_000_000)
    with Servers(setting.gateway, peers=()) as servers:
        route = servers.routes("sallyport")[0]
        subprocess.run(
            [POSTGRES / "pgbench", "-n", "-S", "-C", "-c", "4", "-t", "50", servers.address(route)],
            env=dict(os.environ, PGPASSWORD=route.password), capture_output=True, check=True)
        servers.gateway.terminate()
        servers.gateway.wait(20)
        filled = 0
        for size in sizes:
            if size:
                core(setting, "fill", servers.configuration / "var", size - filled)
                filled = size
            times = [milliseconds_to_listen(servers) for _ in range(max(3, setting.runs))]
            yield Row(f"start, 200 sessions, ledger of {size // 1_000_000} MB",
                      statistics.median(times), unit="ms", wanted="100 or less",
                      met=statistics.median(times) <= 100)
