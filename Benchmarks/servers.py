"""The servers of the comparison: PostgreSQL, PgBouncer and the gateway, each private, on loopback and a free port."""

import json
import os
import pathlib
import shutil
import signal
import socket
import ssl
import subprocess
import tempfile
import time
import urllib.request

POSTGRES = pathlib.Path("/usr/lib/postgresql/15/bin")
PASSWORD = "bench-only"
RULES = 50


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def as_postgres(command):
    """PostgreSQL and PgBouncer refuse to run as root."""
    command = [str(part) for part in command]
    return ["runuser", "-u", "postgres", "--", *command] if os.geteuid() == 0 else command


def run(command, **options):
    done = subprocess.run(
        [str(part) for part in command], capture_output=True, text=True, **options)
    if done.returncode != 0:
        raise SystemExit(f"compare: `{command[0]}` failed:\n{done.stdout}{done.stderr}")
    return done.stdout


def wait_for_port(port, process, what, seconds=30):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if process.poll() is not None:
            raise SystemExit(f"compare: {what} has ended; see its log")
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            return
        except OSError:
            time.sleep(0.05)
    raise SystemExit(f"compare: {what} does not listen after {seconds} s")


def child_of(pid):
    """The server behind `runuser`, or the process itself."""
    path = pathlib.Path(f"/proc/{pid}/task/{pid}/children")
    children = path.read_text().split() if path.exists() else []
    return int(children[0]) if children else pid


class Servers:
    """Everything that one comparison needs, in one directory that goes with it."""

    def __init__(self, gateway, scale):
        self.gateway_binary = gateway
        self.scale = scale
        self.directory = pathlib.Path(tempfile.mkdtemp(prefix="sallyport-bench-"))
        self.directory.chmod(0o755)
        self.configuration = self.directory / "gateway"
        self.processes = []

    def __enter__(self):
        try:
            self.start()
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(self, *_):
        self.stop()

    def start(self):
        self.people = run([self.gateway_binary, "init", self.configuration])
        self.certificates = self.configuration / "certs"
        self.start_postgres()
        self.start_pgbouncer()
        self.start_gateway()

    def stop(self):
        for process in reversed(self.processes):
            if process.poll() is None:
                os.kill(child_of(process.pid), signal.SIGINT)
        for process in self.processes:
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()
        shutil.rmtree(self.directory, ignore_errors=True)

    def spawn(self, command, name):
        log = open(self.directory / f"{name}.log", "w")
        process = subprocess.Popen(
            [str(part) for part in command], stdout=log, stderr=log, cwd=self.directory,
            start_new_session=True)
        self.processes.append(process)
        return process

    def private(self, name, source=None, text=None):
        """A file that the servers' own account can read and nobody else."""
        path = self.directory / name
        path.write_text(source.read_text() if source else text)
        path.chmod(0o600)
        if os.geteuid() == 0:
            shutil.chown(path, "postgres", "postgres")
        return path

    def start_postgres(self):
        data = self.directory / "data"
        data.mkdir()
        if os.geteuid() == 0:
            shutil.chown(data, "postgres", "postgres")
        run(as_postgres([
            POSTGRES / "initdb", "-D", data, "-A", "trust", "-U", "postgres", "-E", "UTF8",
            "--no-sync", "--locale=C.UTF-8"]), cwd=self.directory)
        self.server_certificate = self.private("server.crt", self.certificates / "server.pem")
        self.server_key = self.private("server.key", self.certificates / "server.key")
        self.authority = self.private("ca.pem", self.certificates / "ca.pem")
        self.authority.chmod(0o644)
        self.postgres_port = free_port()
        settings = {
            "listen_addresses": "127.0.0.1", "port": self.postgres_port,
            "unix_socket_directories": data, "ssl": "on", "ssl_cert_file": self.server_certificate,
            "ssl_key_file": self.server_key, "fsync": "off", "max_connections": 200}
        with open(data / "postgresql.conf", "a") as file:
            file.writelines(f"{name} = '{value}'\n" for name, value in settings.items())
        (data / "pg_hba.conf").write_text(
            "local all all trust\nhostssl all sallyport 127.0.0.1/32 scram-sha-256\n")
        process = self.spawn(as_postgres([POSTGRES / "postgres", "-D", data]), "postgres")
        wait_for_port(self.postgres_port, process, "PostgreSQL")
        self.fill(data)

    def fill(self, data):
        psql = as_postgres([
            POSTGRES / "psql", "-X", "-q", "-h", data, "-p", self.postgres_port, "-U", "postgres"])
        run([*psql, "-c", f"create role sallyport login superuser password '{PASSWORD}'",
             "-c", "create database orders owner sallyport"], cwd=self.directory)
        run(as_postgres([
            POSTGRES / "pgbench", "-q", "-i", "-s", self.scale, "-h", data, "-p",
            self.postgres_port, "-U", "sallyport", "orders"]), cwd=self.directory)

    def start_pgbouncer(self):
        self.pgbouncer_port = free_port()
        users = self.private("userlist.txt", text=f'"sallyport" "{PASSWORD}"\n')
        settings = self.private("pgbouncer.ini", text=f"""\
[databases]
orders = host=localhost port={self.postgres_port} dbname=orders
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = {self.pgbouncer_port}
unix_socket_dir =
auth_type = scram-sha-256
auth_file = {users}
pool_mode = session
max_client_conn = 200
default_pool_size = 100
client_tls_sslmode = require
client_tls_cert_file = {self.server_certificate}
client_tls_key_file = {self.server_key}
server_tls_sslmode = verify-full
server_tls_ca_file = {self.authority}
log_connections = 0
log_disconnections = 0
""")
        program = shutil.which("pgbouncer", path=os.environ["PATH"] + ":/usr/sbin")
        self.pgbouncer = self.spawn(as_postgres([program, settings]), "pgbouncer")
        wait_for_port(self.pgbouncer_port, self.pgbouncer, "PgBouncer")

    def start_gateway(self):
        self.gateway_port = free_port()
        file = self.configuration / "sallyport.yaml"
        text = file.read_text()
        for old, new in [
                ("127.0.0.1:7443", f"127.0.0.1:{self.gateway_port}"),
                ("127.0.0.1:5432", f"localhost:{self.postgres_port}"),
                ("env: production", "env: bench")]:
            if old not in text:
                raise SystemExit(f"compare: `{old}` is not in what `init` wrote")
            text = text.replace(old, new)
        file.write_text(text)
        (self.configuration / "secrets/orders").write_text(PASSWORD + "\n")
        (self.configuration / "policies/bench.yaml").write_text(policy())
        command = [self.gateway_binary, "serve", "--config", file, "--log-level", "warning"]
        self.gateway = self.spawn(command, "gateway")
        wait_for_port(self.gateway_port, self.gateway, "the gateway")
        self.token = self.issue_token()

    def issue_token(self):
        password = next(
            words[1] for words in map(str.split, self.people.splitlines()) if words[:1] == ["alice"])
        first = self.post("login", {"user": "alice"})
        login = self.post(f"login/{first['conversation']}", {"answers": [password]})
        request = {"agent": "deploy-bot", "targets": ["orders"], "ttlMilliseconds": 28_800_000}
        return self.post("tokens", request, login["result"]["token"])["key"]

    def post(self, path, body, token=None):
        request = urllib.request.Request(
            f"https://localhost:{self.gateway_port}/v1/{path}", json.dumps(body).encode(),
            {"content-type": "application/json"})
        if token:
            request.add_header("authorization", f"Bearer {token}")
        trust = ssl.create_default_context(cafile=str(self.authority))
        with urllib.request.urlopen(request, timeout=20, context=trust) as answer:
            return json.load(answer)

    def routes(self):
        """Name, port, user, password, and the process whose CPU counts."""
        return [
            ("direct", self.postgres_port, "sallyport", PASSWORD, None),
            ("pgbouncer", self.pgbouncer_port, "sallyport", PASSWORD, child_of(self.pgbouncer.pid)),
            ("sallyport", self.gateway_port, "deploy-bot", self.token, self.gateway.pid)]


def policy():
    """`RULES` rules, of which few match, as in a policy that has grown."""
    rules = [
        ("transactions", "effects: [transaction]", "allow"),
        ("settings", "effects: [session]", "allow"),
        ("benchmark", 'effects: [read]\n    objects: ["public.pgbench_accounts", '
         '"public.pgbench_branches", "pg_catalog.*"]', "allow"),
        ("functions", 'effects: [execute]\n    objects: ["pg_catalog.*"]', "allow"),
        ("all-but-personal", 'effects: [read]\n    objects: { except: ["hr.*"] }', "allow"),
        ("never", "effects: [server-io, replication, unknown]", "deny")]
    for number in range(RULES - len(rules)):
        kind = ["read", "write", "schema"][number % 3]
        decide = ["allow", "review", "deny"][number % 3]
        rules.append((
            f"table-{number}", f'effects: [{kind}]\n    objects: ["shop.table_{number}.*"]', decide))
    body = "".join(
        f"  - rule: {name}\n    {what}\n    decide: {decide}\n" for name, what, decide in rules)
    return f"policy: bench\ntargets: {{ labels: {{ env: bench }} }}\nrules:\n{body}"
