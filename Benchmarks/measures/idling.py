"""Memory of a proxy for each idle TLS session: its PSS with 1,000 sessions less its PSS without."""

import time

from bench import Row
from measures.common import resident_bytes
from measures.libpq import Connection
from servers import Servers

QUERY = "SELECT abalance FROM pgbench_accounts WHERE aid = 1"


def settled(pid):
    """PSS once it has stopped falling, so that what is given back when idle is given back."""
    last = resident_bytes(pid)
    for _ in range(30):
        time.sleep(1)
        now = resident_bytes(pid)
        if abs(now - last) < 64 << 10:
            return now
        last = now
    return last


def grown(servers, route, count):
    """KiB for each session before its first query, behind it, and 12 seconds later."""
    for connection in [Connection(servers.address(route), route.password) for _ in range(20)]:
        connection.run(QUERY)
        connection.close()
    time.sleep(2)
    before = settled(route.pid)
    connections = [
        Connection(servers.address(route), route.password) for _ in range(count)]
    idle = settled(route.pid)
    for connection in connections:
        connection.run(QUERY)
    used = resident_bytes(route.pid)
    time.sleep(12)
    later = settled(route.pid)
    for connection in connections:
        connection.close()
    return [(bytes - before) / count / 1024 for bytes in (idle, used, later)]


def measure(setting):
    count = 200 if setting.quick else 1_000
    with Servers(setting.gateway, sessions=2 * count + 100, peers=("pgbouncer", "stunnel")) as servers:
        each = {route.name: grown(servers, route, count)
                for route in servers.routes("pgbouncer", "stunnel", "sallyport")}
    for place, what in enumerate(("idle, no query yet", "just behind its query", "idle again")):
        ours = each["sallyport"][place]
        for peer in ("pgbouncer", "stunnel"):
            is_target = place != 1 and peer == "pgbouncer"
            yield Row(f"a session, {what}", ours, each[peer][place], peer, "KiB",
                      "24 or less" if is_target else "", ours <= 24 if is_target else None)
