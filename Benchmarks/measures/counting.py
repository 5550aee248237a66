"""Instructions and allocations of the gateway for each transaction of one client, against the committed thresholds.

The gateway runs under callgrind while pgbench plays N and then 2N transactions; the difference, divided by N, is
without connects and start-up. Counts hardly depend on the machine, so that a regression shows at once; what is
exceeded is a failure of `make bench`. `--write-thresholds` keeps what was found.
"""

import glob
import json
import os
import pathlib
import re
import statistics
import subprocess
import time

from bench import Row, shown
from servers import POSTGRES, Servers, run, wait_for_port

FILE = pathlib.Path(__file__).parent.parent / "thresholds.json"
ALLOCATORS = {"malloc", "calloc", "posix_memalign", "aligned_alloc", "memalign"}
# After this a session that has ended is filed.
FILING_SECONDS = 4
MODES = ("prepared", "extended", "simple")


class CountingServers(Servers):
    def start_gateway(self):
        self.dumps = self.directory / "dumps"
        # Valgrind does not read every compiler's debugging information; names of functions are all that it needs.
        plain = self.directory / "sallyportd"
        run(["strip", "--strip-debug", "-o", plain, self.gateway_binary])
        self.gateway_binary = plain
        # The token comes from a gateway without callgrind, under which PAM's helper does not start.
        super().start_gateway()
        self.gateway.terminate()
        self.gateway.wait(20)
        self.gateway = self.spawn([
            "valgrind", "--tool=callgrind", "--instr-atstart=no", "--quiet",
            f"--callgrind-out-file={self.dumps}", "--", *self.serve()], "counted")
        wait_for_port(self.gateway_port, self.gateway, "the gateway under callgrind", 120)

    def changed(self, configuration):
        # Reading the catalogue again is not a transaction's cost.
        return configuration.replace(
            "    database: orders\n", "    database: orders\n    catalogue_refresh: 1h\n")

    def control(self, *words):
        done = subprocess.run(
            ["callgrind_control", *words, str(self.gateway.pid)], capture_output=True, text=True)
        if done.returncode != 0 or "ERROR" in done.stdout + done.stderr:
            raise SystemExit(f"bench: callgrind_control failed:\n{done.stdout}{done.stderr}")


def is_played(servers, mode, transactions):
    try:
        play(servers, mode, transactions)
    except SystemExit:
        return False
    return True


def play(servers, mode, transactions):
    route = servers.routes("sallyport")[0]
    done = subprocess.run(
        [POSTGRES / "pgbench", "-n", "-S", "-M", mode, "-c", "1", "-t", str(transactions),
         "--random-seed=1", servers.address(route)],
        env=dict(os.environ, PGPASSWORD=route.password), capture_output=True, text=True)
    if done.returncode != 0:
        raise SystemExit(f"bench: pgbench failed under callgrind:\n{done.stderr}")


def counted(servers, mode, transactions):
    """Instructions and allocations while one pgbench plays."""
    servers.control("--zero")
    play(servers, mode, transactions)
    # The recorder files and indexes a session behind its end, and that counts too.
    time.sleep(FILING_SECONDS)
    known = set(glob.glob(f"{servers.dumps}*"))
    servers.control("--dump")
    instructions = allocations = 0
    for path in set(glob.glob(f"{servers.dumps}*")) - known:
        found = read(path)
        instructions += found[0]
        allocations += found[1]
        os.unlink(path)
    if not instructions:
        raise SystemExit("bench: callgrind wrote no dump")
    return instructions, allocations


def read(path):
    """The instructions of one dump, and the calls of allocators from outside of them."""
    names, function, called, allocations, instructions = {}, "", "", 0, 0
    with open(path) as file:
        for line in file:
            if line.startswith(("fn=", "cfn=")):
                number, _, name = line.partition("=")[2].rstrip().partition(" ")
                if name:
                    names[number] = re.sub(r"'\d+$", "", name)
                if line[0] == "f":
                    function = names[number]
                else:
                    called = names[number]
            elif line.startswith("calls="):
                if called in ALLOCATORS and function not in ALLOCATORS:
                    allocations += int(line[6:].split()[0])
            elif line.startswith(("totals:", "summary:")):
                instructions = max(instructions, int(line.split()[1]))
    return instructions, allocations


def each_transaction(servers, mode, count):
    """Medians of three differences, because timers add a little."""
    differences = []
    for _ in range(3):
        once, twice = (counted(servers, mode, count * times) for times in (1, 2))
        differences.append([(b - a) / count for a, b in zip(once, twice)])
    return [statistics.median(values) for values in zip(*differences)]


def measure(setting):
    count = 300 if setting.quick else 1_000
    with open(FILE) as file:
        thresholds = json.load(file)
    margin = 1 + thresholds["margin_percent"] / 100
    with CountingServers(setting.gateway, peers=()) as servers:
        # Until the catalogue has been read, which takes a while here.
        while not is_played(servers, "prepared", 1):
            time.sleep(1)
        for mode in MODES:
            play(servers, mode, 200)
        time.sleep(FILING_SECONDS)
        servers.control("--instr=on")
        for mode in MODES:
            found = each_transaction(servers, mode, count)
            for name, value in zip(("instructions", "allocations"), found):
                kept = thresholds[mode][name]
                most = kept * margin + (0.5 if name == "allocations" else 0)
                yield Row(f"{mode}: {name}", value, kept, "threshold", "/tx",
                          f"{shown(most)} or less", value <= most)
                if setting.write_thresholds:
                    thresholds[mode][name] = (
                        round(value, 1) if name == "allocations" else int(round(value, -2)))
    if setting.write_thresholds:
        FILE.write_text(json.dumps(thresholds, indent=2) + "\n")
