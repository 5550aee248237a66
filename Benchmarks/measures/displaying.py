"""A terminal's bytes beside `ssh` to a local sshd, recording on: `cat` of 200 MB, and the echo of single keys."""

import os
import pty
import select
import statistics
import time

from bench import Row
from hosts import Hosts


def start(command, environment):
    pid, terminal = pty.fork()
    if pid == 0:
        os.execvpe(command[0], [str(word) for word in command], environment)
    return pid, terminal


def megabytes_a_second(hosts, command):
    begun, count = time.monotonic(), 0
    pid, terminal = start(command, hosts.environment)
    while True:
        try:
            data = os.read(terminal, 1 << 16)
        except OSError:
            break
        if not data:
            break
        count += len(data)
    os.waitpid(pid, 0)
    os.close(terminal)
    return count / (time.monotonic() - begun) / 1e6


def echo_microseconds(hosts, command, keys):
    pid, terminal = start(command, hosts.environment)
    time.sleep(1)
    os.write(terminal, b"stty echo -icanon; echo rea''dy; cat > /dev/null\n")
    seen = b""
    while b"ready" not in seen:
        seen += os.read(terminal, 4096)
    time.sleep(0.5)
    while select.select([terminal], [], [], 0.2)[0]:
        os.read(terminal, 4096)
    times = []
    for _ in range(keys):
        begun = time.monotonic()
        os.write(terminal, b"x")
        os.read(terminal, 100)
        times.append(time.monotonic() - begun)
        time.sleep(0.003)
    os.close(terminal)
    os.kill(pid, 9)
    os.waitpid(pid, 0)
    return statistics.median(times) * 1e6


def measure(setting):
    with Hosts(setting.gateway, setting.cli) as hosts:
        big = hosts.home / "big"
        line = b"what a terminal shows, line after line, as programs write it: 0123456789\n"
        size = 20_000_000 if setting.quick else 200_000_000
        big.write_bytes(line * (size // len(line)))
        ways = [hosts.ours("cat", str(big), terminal=True), hosts.ssh("cat", str(big))]
        rounds = [[megabytes_a_second(hosts, way) for way in ways] for _ in range(setting.runs)]
        big.unlink()
        ours, peer = (statistics.median(column) for column in zip(*rounds))
        yield Row(f"cat of {size // 1_000_000} MB", ours, peer, "ssh", "MB/s", "0.8x or more",
                  ours >= 0.8 * peer)
        keys = 100 if setting.quick else 500
        ways = [hosts.ours(), hosts.ssh()]
        rounds = [[echo_microseconds(hosts, way, keys) for way in ways] for _ in range(setting.runs)]
        ours, peer = (statistics.median(column) for column in zip(*rounds))
        yield Row("echo of a key, median", ours, peer, "ssh", "us", "1.5x or less",
                  ours <= 1.5 * peer)
