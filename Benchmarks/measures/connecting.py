"""New connections a second, each with one transaction: pgbench -C -S; the gateway's with a token."""

import os
import re
import subprocess

from bench import Row
from measures.common import alternating, cpu_seconds
from servers import POSTGRES, Servers


def connections(servers, route, seconds):
    """A second's connections, and the proxy's CPU for each in us."""
    before = cpu_seconds(route.pid)
    done = subprocess.run(
        [POSTGRES / "pgbench", "-n", "-S", "-C", "-c", "8", "-j", "2", "-T", str(seconds),
         servers.address(route)],
        env=dict(os.environ, PGPASSWORD=route.password), capture_output=True, text=True)
    if done.returncode != 0:
        raise SystemExit(f"bench: pgbench failed against {route.name}:\n{done.stderr}")
    count = int(re.search(r"actually processed: (\d+)", done.stdout).group(1))
    return count / seconds, (cpu_seconds(route.pid) - before) / count * 1e6


def measure(setting):
    seconds = 2 if setting.quick else 4
    names = ("direct", "stunnel", "stunnel-plain", "pgbouncer", "sallyport", "sallyport-plain")
    with Servers(
            setting.gateway, peers=("pgbouncer", "stunnel"), plain=True) as servers:
        each = alternating(
            servers.routes(*names), setting.runs,
            lambda route: connections(servers, route, seconds))
    ours, plain = each["sallyport"], each["sallyport-plain"]
    for what, mine, name, limit in (
            ("TLS on both sides", ours, "direct", 0.9), ("TLS on both sides", ours, "stunnel", 2.0),
            ("TLS on both sides", ours, "pgbouncer", None),
            ("server without TLS", plain, "stunnel-plain", 2.0)):
        yield Row(f"connections, {what}", mine[0], each[name][0], name, "/s",
                  f"{limit}x or more" if limit else "",
                  mine[0] >= limit * each[name][0] if limit else None)
        if name != "direct":
            yield Row(f"CPU for each, {what}", mine[1], each[name][1], name, "us")
