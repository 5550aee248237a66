"""Latency that a proxy adds to a direct TLS connection, at one client, from pgbench's log of each transaction."""

import glob
import os
import subprocess

from bench import Row
from measures.common import alternating
from servers import POSTGRES, Servers


def latencies(servers, route, mode, transactions):
    """Median and 99th percentile of one run in us; its first tenth warms up."""
    prefix = str(servers.directory / "latency")
    done = subprocess.run(
        [POSTGRES / "pgbench", "-n", "-S", "-M", mode, "-c", "1", "-t", str(transactions), "-l",
         "--log-prefix", prefix, servers.address(route)],
        env=dict(os.environ, PGPASSWORD=route.password), capture_output=True, text=True)
    if done.returncode != 0:
        raise SystemExit(f"bench: pgbench failed against {route.name}:\n{done.stderr}")
    times = []
    for path in glob.glob(prefix + ".*"):
        with open(path) as file:
            times += [int(line.split()[2]) for line in file]
        os.unlink(path)
    times = sorted(times[len(times) // 10:])
    return times[len(times) // 2], times[len(times) * 99 // 100]


def measure(setting):
    transactions = 10_000 if setting.quick else 30_000
    with Servers(setting.gateway, scale=10) as servers:
        for mode in ("prepared", "extended", "simple"):
            each = alternating(
                servers.routes(), setting.runs,
                lambda route: latencies(servers, route, mode, transactions))
            for place, name, limit in ((0, "median", 1.0), (1, "99th", 1.2)):
                direct = each["direct"][place]
                ours, peer = (each[name][place] - direct for name in ("sallyport", "pgbouncer"))
                is_target = mode == "prepared"
                yield Row(f"{mode}, {name}: added to {direct:.0f} us", ours, peer, "PgBouncer",
                          "us", f"{limit}x or less" if is_target else "",
                          ours <= limit * peer if is_target else None)
