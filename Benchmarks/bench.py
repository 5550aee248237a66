#!/usr/bin/env python3
"""Every measure of the gateway beside its peers, each printed as a table of ours, theirs and the ratio.

    bench.py [NAME]... [--quick]      all measures without a name

Ratios count, not times: the runs alternate and the tables show medians. A line that misses what is wanted ends with
MISSED; the exit status is 1 only when a committed threshold of instructions or allocations is exceeded.
"""

import argparse
import dataclasses
import importlib
import os
import pathlib
import signal
import sys

# In the order in which they run: the cheap ones first.
MEASURES = {
    "decide": "deciding", "inspect": "inspecting", "ledger": "appending", "verify": "verifying",
    "start": "starting", "counts": "counting", "pgbench": "pooling", "latency": "waiting",
    "connect": "connecting", "copy": "copying", "memory": "idling", "holds": "parking",
    "programs": "supervising", "terminals": "displaying", "shells": "crowding",
    "containers": "containing"}


def shown(number):
    return f"{number:,.0f}" if abs(number) >= 100 else f"{number:.3g}"


@dataclasses.dataclass
class Row:
    """One line of a table. `wanted` is the target in words; `met` is None where there is none."""
    what: str
    ours: float
    theirs: float | None = None
    peer: str = "-"
    unit: str = ""
    wanted: str = ""
    met: bool | None = None

    def __str__(self):
        theirs = "-" if self.theirs is None else shown(self.theirs)
        ratio = "-" if not self.theirs else f"{self.ours / self.theirs:.2f}"
        verdict = {None: "", True: "met", False: "MISSED"}[self.met]
        return (f"{self.what:<46} {shown(self.ours):>10} {self.unit:<9} {self.peer:<15} {theirs:>10}"
                f" {ratio:>7}   {self.wanted:<16} {verdict}").rstrip()


HEADER = (f"{'':<46} {'ours':>10} {'':<9} {'against':<15} {'theirs':>10} {'ratio':>7}"
          f"   {'wanted':<16}").rstrip()


@dataclasses.dataclass
class Setting:
    """What the measures share: the programs, and how often they run."""
    gateway: str
    cli: str
    core: str
    runs: int
    quick: bool
    write_thresholds: bool


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(MEASURES))
    parser.add_argument("--build", required=True, help="directory of sallyportd and sallyport")
    parser.add_argument("--core", required=True, help="the program bench-core")
    parser.add_argument("--runs", type=int, default=5, help="runs of each (5)")
    parser.add_argument("--quick", action="store_true", help="one run, and less of everything")
    parser.add_argument(
        "--write-thresholds", action="store_true", help="keep what `counts` finds as the thresholds")
    chosen = parser.parse_args()
    unknown = [name for name in chosen.names if name not in MEASURES]
    if unknown or chosen.runs < 1:
        parser.error(f"{unknown[0]} is none of {', '.join(MEASURES)}" if unknown else "--runs 1 or more")
    return chosen


def main():
    chosen = arguments()
    # Whoever stops us stops the servers too.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("bench: stopped"))
    build = pathlib.Path(chosen.build).absolute()
    setting = Setting(
        gateway=str(build / "sallyportd"), cli=str(build / "sallyport"),
        core=os.path.abspath(chosen.core), runs=1 if chosen.quick else chosen.runs,
        quick=chosen.quick, write_thresholds=chosen.write_thresholds)
    exceeded = False
    for name in chosen.names or MEASURES:
        module = importlib.import_module(f"measures.{MEASURES[name]}")
        print(f"\n{name}: {module.__doc__.splitlines()[0]}\n{HEADER}", flush=True)
        for row in module.measure(setting):
            print(row, flush=True)
            exceeded |= name == "counts" and row.met is False
    sys.exit(1 if exceeded else 0)


if __name__ == "__main__":
    main()
