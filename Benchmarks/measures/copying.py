"""COPY of 300 MB out and in, rows of 100 bytes."""

import os
import subprocess
import time

from bench import Row
from measures.common import alternating, cpu_seconds
from servers import POSTGRES, Servers

ROWS = 3_000_000


def psql(servers, route, command, **files):
    done = subprocess.run(
        [POSTGRES / "psql", "-Xq", "-c", command, servers.address(route)],
        env=dict(os.environ, PGPASSWORD=route.password), stderr=subprocess.PIPE, text=True, **files)
    if done.returncode != 0:
        raise SystemExit(f"bench: psql failed against {route.name}:\n{done.stderr}")


def copied_out(servers, route):
    """Seconds of one COPY, and of the proxy's CPU."""
    cpu, start = cpu_seconds(route.pid), time.monotonic()
    psql(servers, route, "COPY bench_source TO STDOUT", stdout=subprocess.DEVNULL)
    return time.monotonic() - start, cpu_seconds(route.pid) - cpu


def copied_in(servers, route, path):
    servers.psql("TRUNCATE bench_sink", "CHECKPOINT")
    cpu, start = cpu_seconds(route.pid), time.monotonic()
    with open(path) as file:
        psql(servers, route, "COPY bench_sink FROM STDIN", stdin=file)
    return time.monotonic() - start, cpu_seconds(route.pid) - cpu


def measure(setting):
    rows = ROWS // 10 if setting.quick else ROWS
    names = ("direct", "stunnel", "stunnel-plain", "sallyport", "sallyport-plain")
    with Servers(setting.gateway, peers=("stunnel",), plain=True) as servers:
        # Ten bytes of number, a tab, the filling and the line's end.
        servers.psql(
            "CREATE UNLOGGED TABLE bench_source AS SELECT 1000000000 + n AS id,"
            f" repeat('x', 88) AS filler FROM generate_series(1, {rows}) n",
            "CREATE UNLOGGED TABLE bench_sink (LIKE bench_source)",
            "GRANT ALL ON bench_source, bench_sink TO sallyport", "VACUUM ANALYZE bench_source")
        path = servers.directory / "copied"
        with open(path, "w") as file:
            psql(servers, servers.routes("direct")[0], "COPY bench_source TO STDOUT", stdout=file)
        routes = servers.routes(*names)
        for what, once in (
                ("out", lambda route: copied_out(servers, route)),
                ("in", lambda route: copied_in(servers, route, path))):
            yield from rows_of(what, alternating(routes, setting.runs, once))


def rows_of(what, each):
    for mine, peer, where in (
            ("sallyport", "stunnel", "TLS both sides"),
            ("sallyport-plain", "stunnel-plain", "server without TLS")):
        yield Row(f"COPY {what}, {where}: seconds", each[mine][0], each[peer][0], peer, "s",
                  "1.0x or less", each[mine][0] <= each[peer][0])
        yield Row(f"COPY {what}, {where}: CPU", each[mine][1], each[peer][1], peer, "s")
    yield Row(f"COPY {what}: seconds", each["sallyport"][0], each["direct"][0], "direct", "s")
