"""Durable ledger entries with 64 writers, one fsync for many."""

import os
import re
import statistics
import subprocess
import tempfile
import time

from bench import Row
from measures.common import core


def disk_syncs(directory, seconds):
    """How many small appends the disk makes durable in a second, one after the other."""
    path = os.path.join(directory, "syncs")
    file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    count, end = 0, time.monotonic() + seconds
    while time.monotonic() < end:
        os.write(file, b"x" * 512)
        os.fdatasync(file)
        count += 1
    os.close(file)
    os.unlink(path)
    return count / seconds


def counted_syncs(setting, directory):
    """Entries, and calls of fsync and fdatasync, of one run that strace counts."""
    summary = os.path.join(directory, "strace")
    done = subprocess.run(
        ["strace", "-f", "-c", "-o", summary, "-e", "trace=fsync,fdatasync", setting.core, "append",
         directory, "64", "2"], capture_output=True, text=True)
    if done.returncode != 0:
        raise SystemExit(f"bench: strace failed:\n{done.stderr}")
    with open(summary) as file:
        calls = sum(
            int(line.split()[3]) for line in file if re.search(r" f(data)?sync$", line.rstrip()))
    return float(re.search(r'"entries": ([0-9.]+)', done.stdout).group(1)), calls


def measure(setting):
    seconds = 1 if setting.quick else 3
    # Beside the programs, not in a /tmp that may be memory.
    with tempfile.TemporaryDirectory(dir=os.path.dirname(setting.core)) as directory:
        entries, syncs = counted_syncs(setting, directory)
        rates, disk = [], []
        for _ in range(setting.runs):
            line = core(setting, "append", directory, 64, seconds)[0]
            rates.append(line["entries"] / line["seconds"])
            disk.append(disk_syncs(directory, seconds))
        alone = core(setting, "append", directory, 1, seconds)[0]
    yield Row("entries for each fsync, 64 writers", entries / syncs, unit="",
              wanted="50 or more", met=entries / syncs >= 50)
    yield Row("entries a second, 64 writers", statistics.median(rates), statistics.median(disk),
              "disk's fsyncs", "/s")
    yield Row("entries a second, 1 writer", alone["entries"] / alone["seconds"],
              statistics.median(disk), "disk's fsyncs", "/s")
