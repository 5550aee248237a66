"""The servers of the measures of containers: an engine, HAProxy and the gateway, each private, as root."""

import os
import pathlib
import shutil
import subprocess
import time

from servers import Servers, free_port, run, wait_for_port

POLICY = """\
policy: bench
targets: { kind: docker }
rules:
  - rule: everything
    effects:
      - system.inspect
      - container.inspect
      - container.create
      - container.start
      - container.exec
      - container.exec-start
      - container.attach
      - container.archive-read
      - container.archive-write
      - image.load
    decide: allow
"""

HAPROXY = """\
global
    log stderr local0 err
    nbthread 2
defaults
    mode http
    timeout connect 5s
    timeout client 10m
    timeout server 10m
    timeout tunnel 10m
frontend outer
    bind 127.0.0.1:{port} ssl crt {bundle}
    default_backend engine
backend engine
    server engine unix@{socket}
"""

SCRIPT = pathlib.Path(__file__).parent.parent / "scripts/private-engine"


class Engines(Servers):
    """A gateway whose target `box` is a private engine; beside it HAProxy before the same socket."""

    def __init__(self, gateway, cli):
        super().__init__(gateway)
        self.cli = cli
        if os.geteuid() != 0:
            raise SystemExit("bench: an engine runs as root: run this measure as root")

    def start(self):
        self.people = run([self.gateway_binary, "init", self.configuration])
        certificates = self.configuration / "certs"
        self.authority = certificates / "ca.pem"
        self.start_engine()
        self.start_haproxy(certificates)
        self.start_boxes()

    def start_engine(self):
        place = self.directory / "engine"
        place.mkdir()
        self.socket = place / "engine.sock"
        log = open(self.directory / "engine.log", "w")
        # It ends with its input.
        self.engine = subprocess.Popen(
            [SCRIPT, place], stdin=subprocess.PIPE, stdout=log, stderr=log)
        end = time.monotonic() + 60
        while not self.socket.exists() or self.docker("direct", "version", check=False) != 0:
            if self.engine.poll() is not None or time.monotonic() > end:
                raise SystemExit(f"bench: no engine: see {self.directory}/engine.log")
            time.sleep(0.1)
        tree = self.directory / "tree/bin"
        tree.mkdir(parents=True)
        shutil.copy("/bin/busybox", tree)
        for name in ("sh", "true", "sleep", "cat", "tar"):
            (tree / name).symlink_to("busybox")
        archive = self.directory / "tree.tar"
        run(["tar", "-C", tree.parent, "--owner", "0", "--group", "0", "-cf", archive, "."])
        self.docker("direct", "import", archive, "bb:latest")
        for number in range(5):
            self.docker("direct", "run", "-d", "--network", "none", "--name", f"box{number}", "bb",
                        "sleep", "100000")

    def start_haproxy(self, certificates):
        self.haproxy_port = free_port()
        bundle = self.directory / "bundle.pem"
        bundle.write_text((certificates / "server.pem").read_text()
                          + (certificates / "server.key").read_text())
        settings = self.directory / "haproxy.cfg"
        settings.write_text(
            HAPROXY.format(port=self.haproxy_port, bundle=bundle, socket=self.socket))
        self.haproxy = self.spawn(["haproxy", "-db", "-f", settings], "haproxy")
        wait_for_port(self.haproxy_port, self.haproxy, "haproxy")

    def start_boxes(self):
        self.gateway_port = free_port()
        file = self.configuration / "sallyport.yaml"
        text = file.read_text().replace("127.0.0.1:7443", f"127.0.0.1:{self.gateway_port}")
        text = text.replace("targets: [orders]", "targets: [orders, box]").rstrip() + (
            f"\n  box:\n    kind: docker\n    socket: {self.socket}\n    labels: {{ env: bench }}\n")
        file.write_text(text)
        for policy in (self.configuration / "policies").iterdir():
            policy.unlink()
        (self.configuration / "policies/bench.yaml").write_text(POLICY)
        self.gateway = self.spawn(self.serve(), "gateway")
        wait_for_port(self.gateway_port, self.gateway, "the gateway")
        request = {"agent": "deploy-bot", "targets": ["box"], "ttlMilliseconds": 28_800_000}
        self.token = self.post("tokens", request, self.log_in("alice")["token"])["key"]
        self.config = self.directory / "client"
        self.config.mkdir()
        (self.config / "config.json").write_text(
            '{"HttpHeaders": {"Authorization": "Bearer %s"}}' % self.token)
        shutil.copy(self.authority, self.config / "ca.pem")

    def stop(self):
        super_stop = super().stop
        self.engine.stdin.close()
        self.engine.wait(60)
        super_stop()

    def host(self, route):
        return {
            "direct": f"unix://{self.socket}",
            "haproxy": f"tcp://localhost:{getattr(self, 'haproxy_port', 0)}",
            "sallyport": f"tcp://localhost:{getattr(self, 'gateway_port', 0)}/engines/box"}[route]

    def docker(self, route, *words, check=True, **files):
        """The exit status of one run of the command line."""
        options = [] if route == "direct" else [
            "--config", self.config, "--tlsverify", "--tlscacert", self.authority]
        done = subprocess.run(
            ["/usr/bin/docker", "--host", self.host(route), *map(str, options), *map(str, words)],
            stderr=subprocess.PIPE, text=True, **{"stdout": subprocess.DEVNULL, **files})
        if check and done.returncode != 0:
            raise SystemExit(f"bench: docker {words[0]} by {route} failed:\n{done.stderr}")
        return done.returncode

    def url(self, route):
        prefix = "/engines/box" if route == "sallyport" else ""
        port = self.haproxy_port if route == "haproxy" else self.gateway_port
        return f"https://localhost:{port}{prefix}/v1.41"
