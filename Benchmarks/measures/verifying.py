"""`sallyport ledger verify` of a large ledger, against sha256sum of the same files."""

import glob
import os
import statistics
import subprocess
import tempfile
import time

from bench import Row
from measures.common import core


def seconds_of(command):
    start = time.monotonic()
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode != 0:
        raise SystemExit(f"bench: `{command[0]}` failed:\n{done.stdout}{done.stderr}")
    return time.monotonic() - start


def measure(setting):
    size = 20_000_000 if setting.quick else 200_000_000
    with tempfile.TemporaryDirectory(dir=os.path.dirname(setting.core)) as directory:
        core(setting, "fill", directory, size)
        files = sorted(glob.glob(directory + "/ledger/entries-*.jsonl"))
        ours, theirs = [], []
        for _ in range(setting.runs):
            ours.append(seconds_of(
                [setting.cli, "ledger", "verify", "--dir", directory + "/ledger"]))
            theirs.append(seconds_of(["sha256sum", *files]))
        megabytes = sum(map(os.path.getsize, files)) / 1e6
    speed, peer = (megabytes / statistics.median(times) for times in (ours, theirs))
    yield Row(f"verified, {megabytes:.0f} MB", speed, peer, "sha256sum", "MB/s", "0.5x or more",
              speed >= 0.5 * peer)
