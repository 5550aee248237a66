#!/usr/bin/env python3
"""Compares the gateway with its peers: pgbench directly, through PgBouncer, and through Sallyport.

All connections have TLS, on both sides of a proxy. The runs alternate, so that what else the machine does
hits everyone; the table shows medians and their ratios. A proxy's CPU is user and system time of all its threads,
counted while all clients are connected, so that logins are not in it.
"""

import argparse
import os
import re
import signal
import statistics
import subprocess
import sys

from measures.common import cpu_seconds
from servers import POSTGRES, Servers

PROGRESS = re.compile(r"progress: ([0-9.]+) s, ([0-9.]+) tps, lat ([0-9.]+) ms")


def run_once(servers, route, mode, clients, seconds):
    """One run's transactions per second, mean latency in ms, and CPU per transaction in us.

    The first second warms up; what counts lies between the first progress line and the last.
    """
    command = [
        str(POSTGRES / "pgbench"), "-n", "-S", "-M", mode, "-c", str(clients), "-j",
        str(min(clients, 2)), "-T", str(seconds + 2), "-P", "1",
        servers.address(route)]
    samples, said = [], []
    process = subprocess.Popen(
        command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
        env=dict(os.environ, PGPASSWORD=route.password))
    for line in process.stderr:
        said.append(line)
        if found := PROGRESS.match(line):
            samples.append((*map(float, found.groups()), cpu_seconds(route.pid)))
    if process.wait() != 0 or len(samples) < 2:
        raise SystemExit(f"compare: pgbench failed against {route.name}:\n{''.join(said)}")
    return summary(samples)


def summary(samples):
    transactions = latency = 0.0
    for before, after in zip(samples, samples[1:]):
        count = after[1] * (after[0] - before[0])
        transactions += count
        latency += count * after[2]
    elapsed = samples[-1][0] - samples[0][0]
    cpu = samples[-1][3] - samples[0][3]
    return transactions / elapsed, latency / transactions, cpu / transactions * 1e6


def measure(servers, mode, clients, runs, seconds):
    """Medians of each route's runs: {name: (throughput, latency, cpu)}."""
    routes = servers.routes()
    results = {route.name: [] for route in routes}
    for number in range(runs):
        turned = routes[number % len(routes):] + routes[:number % len(routes)]
        for route in turned:
            results[route.name].append(run_once(servers, route, mode, clients, seconds))
    return {name: tuple(map(statistics.median, zip(*rows))) for name, rows in results.items()}


HEADER = (f"{'mode':<9} {'clients':>7}  {'route':<10} {'tps':>8} {'latency ms':>11} {'cpu us/tx':>10}"
          f"   {'tps/direct':>10} {'tps/pgb':>8} {'lat/pgb':>8} {'cpu/pgb':>8}")


def show(mode, clients, results):
    direct, peer = results["direct"], results["pgbouncer"]
    for name, (throughput, latency, cpu) in results.items():
        line = f"{mode:<9} {clients:>7}  {name:<10} {throughput:>8.0f} {latency:>11.3f}"
        line += f" {cpu:>10.1f}" if cpu else f" {'-':>10}"
        line += f"   {throughput / direct[0]:>10.2f}"
        if name != "direct":
            line += f" {throughput / peer[0]:>8.2f} {latency / peer[1]:>8.2f} {cpu / peer[2]:>8.2f}"
        print(line, flush=True)


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--gateway", required=True, help="the sallyportd to measure, built for release")
    parser.add_argument("--runs", type=int, default=5, help="runs of each route and setting (5)")
    parser.add_argument("--seconds", type=int, default=4, help="seconds that count of each run (4)")
    parser.add_argument("--quick", action="store_true", help="prepared only, three runs of two seconds")
    parser.add_argument("--modes", default="prepared,extended,simple", help="pgbench -M, comma-separated")
    parser.add_argument("--clients", default="1,16", help="comma-separated")
    parser.add_argument("--scale", type=int, default=10, help="pgbench's scale factor (10)")
    chosen = parser.parse_args()
    if chosen.quick:
        chosen.runs, chosen.seconds, chosen.modes = 3, 2, "prepared"
    return chosen


def main():
    chosen = arguments()
    if chosen.runs < 1 or chosen.seconds < 1:
        sys.exit("compare: --runs and --seconds must be at least 1")
    # Whoever stops us stops the servers too.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("compare: stopped"))
    with Servers(os.path.abspath(chosen.gateway), chosen.scale) as servers:
        print(f"pgbench -S, scale {chosen.scale}, TLS everywhere; medians of {chosen.runs} alternating"
              f" runs of {chosen.seconds} s")
        print(HEADER, flush=True)
        for mode in chosen.modes.split(","):
            for clients in map(int, chosen.clients.split(",")):
                show(mode, clients, measure(servers, mode, clients, chosen.runs, chosen.seconds))


if __name__ == "__main__":
    main()
