"""What several measures need."""

import json
import os
import statistics
import subprocess

TICKS = os.sysconf("SC_CLK_TCK")


def cpu_seconds(pid):
    """User and system time of all threads of `pid` so far; 0 for no process."""
    if pid is None:
        return 0.0
    with open(f"/proc/{pid}/stat") as file:
        fields = file.read().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def resident_bytes(pid):
    """The memory that is the process's own share (PSS)."""
    with open(f"/proc/{pid}/smaps_rollup") as file:
        for line in file:
            if line.startswith("Pss:"):
                return int(line.split()[1]) * 1024
    raise SystemExit(f"bench: /proc/{pid}/smaps_rollup has no Pss")


def alternating(routes, runs, once):
    """Medians of what `once(route)` returns, a tuple of numbers, by the route's name."""
    results = {route.name: [] for route in routes}
    for number in range(runs):
        turned = number % len(routes)
        for route in routes[turned:] + routes[:turned]:
            results[route.name].append(once(route))
    return {name: tuple(map(statistics.median, zip(*rows))) for name, rows in results.items()}


def core(setting, *words):
    """The lines of one run of bench-core."""
    done = subprocess.run(
        [setting.core, *map(str, words)], capture_output=True, text=True)
    if done.returncode != 0:
        raise SystemExit(f"bench: bench-core {words[0]} failed:\n{done.stderr}")
    return [json.loads(line) for line in done.stdout.splitlines()]


def median_by(lines, key):
    """{value of `key`: median of the lines' nanoseconds}."""
    found = {}
    for line in lines:
        found.setdefault(line[key], []).append(line["nanoseconds"])
    return {name: statistics.median(values) for name, values in found.items()}
