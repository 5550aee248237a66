"""Containers beside HAProxy, which knows nothing of what it carries: requests a second, 500 MB in and out, one exec."""

import os
import re
import statistics
import subprocess
import time

from bench import Row
from engines import Engines
from measures.common import cpu_seconds

PROXIES = ("haproxy", "sallyport")


def requests(engines, route, seconds):
    """Requests a second by 8 connections, and microseconds of the proxy's CPU for each."""
    pid = (engines.haproxy if route == "haproxy" else engines.gateway).pid
    cpu = cpu_seconds(pid)
    done = subprocess.run(
        ["wrk", "-t1", "-c8", f"-d{seconds}s", "-H", f"Authorization: Bearer {engines.token}",
         f"{engines.url(route)}/containers/json"], capture_output=True, text=True)
    count = re.search(r"(\d+) requests in", done.stdout)
    if done.returncode != 0 or not count or "Non-2xx" in done.stdout:
        raise SystemExit(f"bench: wrk by {route}:\n{done.stdout}{done.stderr}")
    return int(count[1]) / seconds, (cpu_seconds(pid) - cpu) / int(count[1]) * 1e6


def timed(engines, route, *words, **files):
    start = time.monotonic()
    engines.docker(route, *words, **files)
    return time.monotonic() - start


def medians(routes, runs, once):
    found = {route: [] for route in routes}
    for number in range(runs):
        turned = number % len(routes)
        for route in routes[turned:] + routes[:turned]:
            found[route].append(once(route))
    return {
        route: tuple(map(statistics.median, zip(*rows))) if isinstance(rows[0], tuple)
        else statistics.median(rows) for route, rows in found.items()}


def measure(setting):
    with Engines(setting.gateway, setting.cli) as engines:
        yield from listing(engines, setting)
        yield from commands(engines, setting)
        yield from archives(engines, setting)


def listing(engines, setting):
    each = medians(PROXIES, setting.runs, lambda route: requests(
        engines, route, 2 if setting.quick else 5))
    (theirs, their_cpu), (ours, our_cpu) = each["haproxy"], each["sallyport"]
    yield Row("GET /containers/json: requests", ours, theirs, "haproxy", "/s", "0.8x or more",
              ours >= 0.8 * theirs)
    yield Row("GET /containers/json: CPU of each", our_cpu, their_cpu, "haproxy", "us",
              "1.5x or less", our_cpu <= 1.5 * their_cpu)


def commands(engines, setting):
    def once(route):
        return statistics.median(
            timed(engines, route, "exec", "box0", "true") for _ in range(3 if setting.quick else 9))

    each = medians(("direct",) + PROXIES, setting.runs, once)
    for peer, wanted in (("direct", 1.1), ("haproxy", None)):
        yield Row("docker exec true: milliseconds", each["sallyport"] * 1e3, each[peer] * 1e3, peer,
                  "ms", f"{wanted}x or less" if wanted else "",
                  each["sallyport"] <= wanted * each[peer] if wanted else None)


def archives(engines, setting):
    size = (50 if setting.quick else 500) << 20
    path = engines.directory / "large"
    with open(path, "wb") as file:
        for _ in range(size >> 20):
            file.write(os.urandom(1 << 20))
    image = engines.directory / "image.tar"
    engines.docker("direct", "cp", path, "box1:/large")
    engines.docker("direct", "commit", "box1", "large:latest")
    with open(image, "wb") as file:
        engines.docker("direct", "save", "large:latest", stdout=file)

    def loaded(route):
        with open(image, "rb") as file:
            return timed(engines, route, "load", stdin=file)

    for what, once in (
            ("docker cp in", lambda route: timed(engines, route, "cp", path, "box0:/large")),
            ("docker cp out",
             lambda route: timed(engines, route, "cp", "box1:/large", engines.directory / "out")),
            ("docker load", loaded)):
        each = medians(PROXIES, setting.runs, once)
        yield Row(f"{what}, {size >> 20} MiB: seconds", each["sallyport"], each["haproxy"],
                  "haproxy", "s", "1.11x or less", each["sallyport"] <= each["haproxy"] / 0.9)
