"""The servers of the measures of shells: the gateway with a runner, and an OpenSSH server, private, on loopback, as root."""

import os
import pathlib
import pwd
import shutil
import socket
import ssl
import struct
import subprocess
import time

from servers import Servers, child_of, free_port, run, wait_for_port

ACCOUNT = "sallyport-bench"

POLICY = """\
policy: bench
rules:
  - rule: everything
    effects: [read, shell.exec, shell.login, shell.file-write, shell.transfer]
    decide: allow
"""


class Hosts(Servers):
    """A gateway whose target `host` is this machine by way of a runner, as `ACCOUNT`; beside it `sshd` for the same account."""

    def __init__(self, gateway, cli):
        super().__init__(gateway)
        self.cli = cli
        if os.geteuid() != 0:
            raise SystemExit("bench: a runner becomes other accounts: run this measure as root")

    def start(self):
        try:
            self.account = pwd.getpwnam(ACCOUNT)
        except KeyError:
            run(["useradd", "--create-home", "--shell", "/bin/bash", ACCOUNT])
            # An account without any password is none that sshd lets in.
            run(["usermod", "-p", "*", ACCOUNT])
            self.account = pwd.getpwnam(ACCOUNT)
        self.home = pathlib.Path(self.account.pw_dir)
        self.people = run([self.gateway_binary, "init", self.configuration])
        self.authority = self.configuration / "certs/ca.pem"
        self.start_runner()
        self.start_shells()
        self.start_sshd()

    def start_runner(self):
        self.socket = pathlib.Path(f"/run/sallyport-bench-{os.getpid()}/runner.sock")
        self.runner = self.spawn(
            [self.gateway_binary, "runner", "--socket", self.socket, "--account", ACCOUNT], "runner")
        while not self.socket.exists():
            if self.runner.poll() is not None:
                raise SystemExit(f"bench: the runner has ended: see {self.directory}/runner.log")
            time.sleep(0.02)

    def start_shells(self):
        self.gateway_port = free_port()
        file = self.configuration / "sallyport.yaml"
        text = file.read_text().replace("127.0.0.1:7443", f"127.0.0.1:{self.gateway_port}")
        text = text.replace("targets: [orders]", "targets: [orders, host]").rstrip() + (
            f"\n  host:\n    kind: shell\n    runner: local\n    socket: {self.socket}\n"
            f"    account: {ACCOUNT}\n    processes: 4000\n    labels: {{ env: bench }}\n")
        file.write_text(text)
        for policy in (self.configuration / "policies").iterdir():
            policy.unlink()
        (self.configuration / "policies/bench.yaml").write_text(POLICY)
        self.gateway = self.spawn(self.serve(), "gateway")
        wait_for_port(self.gateway_port, self.gateway, "the gateway")
        request = {"agent": "deploy-bot", "targets": ["host"], "ttlMilliseconds": 28_800_000}
        self.token = self.post("tokens", request, self.log_in("alice")["token"])["key"]
        self.environment = dict(
            os.environ, SALLYPORT_HOME=str(self.directory / "agent"), TERM="xterm",
            SALLYPORT_GATEWAY=f"localhost:{self.gateway_port}", SALLYPORT_TOKEN=self.token,
            SALLYPORT_CA=str(self.authority))

    def start_sshd(self):
        self.ssh_port = free_port()
        for name in ("host_key", "user_key"):
            run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", self.directory / name])
        keys = self.directory / "authorized_keys"
        keys.write_text((self.directory / "user_key.pub").read_text())
        keys.chmod(0o644)
        os.makedirs("/run/sshd", exist_ok=True)
        settings = self.directory / "sshd_config"
        settings.write_text(
            f"Port {self.ssh_port}\nListenAddress 127.0.0.1\nHostKey {self.directory}/host_key\n"
            f"AuthorizedKeysFile {keys}\nStrictModes no\nPidFile none\nUsePAM no\n")
        self.sshd = self.spawn(["/usr/sbin/sshd", "-D", "-e", "-f", settings], "sshd")
        wait_for_port(self.ssh_port, self.sshd, "sshd")

    def stop(self):
        super().stop()
        shutil.rmtree(self.socket.parent, ignore_errors=True)

    # Commands that run the same thing by each way.

    def bare(self, *words):
        return ["runuser", "-u", ACCOUNT, "--", *words]

    def ours(self, *words, terminal=False):
        if not words:
            return [self.cli, "shell", "host"]
        return [self.cli, "exec", *(["-t"] if terminal else []), "host", "--", *words]

    def ssh(self, *words):
        return ["ssh", "-F", "none", "-tt", "-i", str(self.directory / "user_key"), "-p",
                str(self.ssh_port), "-o", "StrictHostKeyChecking=no", "-o", "LogLevel=ERROR", "-o",
                "UserKnownHostsFile=/dev/null", f"{ACCOUNT}@127.0.0.1", *words]

    def output(self, command):
        done = subprocess.run(
            [str(word) for word in command], env=self.environment, capture_output=True, text=True)
        if done.returncode != 0:
            raise SystemExit(f"bench: `{command[0]}` failed:\n{done.stdout}{done.stderr}")
        return done.stdout

    def seconds(self, command):
        begun = time.monotonic()
        self.output(command)
        return time.monotonic() - begun

    def compile(self, source, name):
        """A program in the account's home."""
        (self.directory / f"{name}.c").write_text(source)
        run(["gcc", "-O2", self.directory / f"{name}.c", "-o", self.home / name])
        return str(self.home / name)

    def open_terminal(self, *words):
        """A session as a client of our own has it, many of which fit into one process: its connection."""
        context = ssl.create_default_context(cafile=str(self.authority))
        context.set_alpn_protocols(["sallyport-shell"])
        raw = socket.create_connection(("127.0.0.1", self.gateway_port), 20)
        connection = context.wrap_socket(raw, server_hostname="localhost")
        connection.sendall(opening(self.token, "host", words))
        return connection


def field(data):
    return struct.pack(">I", len(data)) + data


def opening(token, target, words):
    """The first frame of a client with a terminal of 80 by 24."""
    listed = struct.pack(">I", len(words)) + b"".join(field(word.encode()) for word in words)
    body = (field(token.encode()) + field(target.encode()) + listed + OPENING_LINE
            + b"\1" + struct.pack(">HH", 80, 24) + struct.pack(">I", 1) + field(b"TERM=xterm")
            + b"\0" + b"\0" + field(b"bench"))
    return b"O" + struct.pack(">I", len(body) + 4) + body


# The words are a program and its arguments, not a line for a shell.
OPENING_LINE = b"\0"
