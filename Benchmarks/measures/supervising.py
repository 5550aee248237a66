"""What supervision adds to each program: /bin/true 2,000 times in a row beside sudo's `intercept`, and make of 200 files.

Puts a file into /etc/sudoers.d while it runs, and takes it away."""

import os
import pathlib
import shutil
import statistics

from bench import Row
from hosts import ACCOUNT, Hosts

LOOP = r"""
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <time.h>
extern char **environ;
int main(int count, char **words) {
  int turns = atoi(words[1]);
  struct timespec begun, ended;
  clock_gettime(CLOCK_MONOTONIC, &begun);
  for (int turn = 0; turn < turns; turn++) {
    char *program[] = {"/bin/true", 0};
    pid_t child;
    int status;
    if (posix_spawn(&child, program[0], 0, 0, program, environ)) return 1;
    waitpid(child, &status, 0);
    if (status) return 2;
  }
  clock_gettime(CLOCK_MONOTONIC, &ended);
  printf("%f\n", ((ended.tv_sec - begun.tv_sec) * 1e6 + (ended.tv_nsec - begun.tv_nsec) / 1e3) / turns);
}
"""

MAKEFILE = """\
objects := $(patsubst %.c,%.o,$(wildcard *.c))
all: $(objects)
\tar rcs all.a $(objects)
%.o: %.c
\tgcc -O1 -c $< -o $@
"""


def execs(hosts, setting):
    loop = hosts.compile(LOOP, "loop")
    turns = "500" if setting.quick else "2000"
    rules = pathlib.Path("/etc/sudoers.d/sallyport-bench")
    rules.write_text("root ALL=(ALL) NOPASSWD: ALL\nDefaults:root intercept\n")
    rules.chmod(0o440)
    try:
        rounds = [
            [float(hosts.output(command)) for command in (
                hosts.bare(loop, turns), hosts.ours(loop, turns),
                ["sudo", "-u", ACCOUNT, loop, turns])]
            for _ in range(setting.runs)]
    finally:
        rules.unlink()
    bare, ours, peer = (statistics.median(column) for column in zip(*rounds))
    yield Row(f"added to a program of {bare:.0f} us", ours - bare, peer - bare, "sudo intercept",
              "us", "0.5x or less", ours - bare <= 0.5 * (peer - bare))


def builds(hosts, setting):
    files = 50 if setting.quick else 200
    place = hosts.home / "project"
    shutil.rmtree(place, ignore_errors=True)
    place.mkdir()
    for number in range(files):
        (place / f"f{number}.c").write_text(
            "#include <stdio.h>\n#include <stdlib.h>\n#include <string.h>\n"
            f"int f{number}(int x) {{ char b[64]; snprintf(b, 64, \"%d\", x); return strlen(b) + {number}; }}\n")
    (place / "Makefile").write_text(MAKEFILE)
    for path in (place, *place.iterdir()):
        shutil.chown(path, ACCOUNT)

    def once(command):
        for path in (*place.glob("*.o"), *place.glob("*.a")):
            path.unlink()
        return hosts.seconds(command)

    make = ["make", "-s", "-j2", "-C", str(place)]
    rounds = [(once(hosts.bare(*make)), once(hosts.ours(*make))) for _ in range(setting.runs)]
    bare, ours = (statistics.median(column) for column in zip(*rounds))
    yield Row(f"make -j2 of {files} C files", ours, bare, "unsupervised", "s", "1.2x or less",
              ours <= 1.2 * bare)


def measure(setting):
    with Hosts(setting.gateway, setting.cli) as hosts:
        yield from execs(hosts, setting)
        yield from builds(hosts, setting)
