"""The servers of the measures: PostgreSQL, PgBouncer, stunnel and the gateway, each private, on loopback and a free port."""

import collections
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

# How to reach the database, and the process whose CPU and memory count.
Route = collections.namedtuple("Route", "name port user password pid database", defaults=["orders"])


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
        raise SystemExit(f"bench: `{command[0]}` failed:\n{done.stdout}{done.stderr}")
    return done.stdout


def wait_for_port(port, process, what, seconds=30):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if process.poll() is not None:
            raise SystemExit(f"bench: {what} has ended; see its log")
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            return
        except OSError:
            time.sleep(0.05)
    raise SystemExit(f"bench: {what} does not listen after {seconds} s")


def child_of(pid):
    """The server behind `runuser`, or the process itself."""
    path = pathlib.Path(f"/proc/{pid}/task/{pid}/children")
    children = path.read_text().split() if path.exists() else []
    return int(children[0]) if children else pid


class Servers:
    """Everything that one comparison needs, in one directory that goes with it."""

    def __init__(self, gateway, scale=1, sessions=200, peers=("pgbouncer",), plain=False):
        """`plain` adds the target `plain`, the same database without TLS behind the gateway, as stunnel reaches it."""
        self.gateway_binary = gateway
        self.scale = scale
        self.sessions = sessions
        self.peers = peers
        self.plain = plain
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
        if "pgbouncer" in self.peers:
            self.start_pgbouncer()
        if "stunnel" in self.peers:
            self.start_stunnel()
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
            "ssl_key_file": self.server_key, "fsync": "off",
            "max_connections": self.sessions}
        with open(data / "postgresql.conf", "a") as file:
            file.writelines(f"{name} = '{value}'\n" for name, value in settings.items())
        (data / "pg_hba.conf").write_text(
            "local all all trust\nhost all sallyport 127.0.0.1/32 scram-sha-256\n")
        process = self.spawn(as_postgres([POSTGRES / "postgres", "-D", data]), "postgres")
        wait_for_port(self.postgres_port, process, "PostgreSQL")
        # It listens before it lets anybody in.
        ready = [POSTGRES / "pg_isready", "-q", "-h", data, "-p", str(self.postgres_port)]
        while subprocess.run(ready).returncode == 1:
            time.sleep(0.05)
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
max_client_conn = {self.sessions}
default_pool_size = {self.sessions // 2}
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

    def start_stunnel(self):
        """Two ways through one process: to the server without TLS, and with it, which takes a second service."""
        self.stunnel_plain_port, self.stunnel_port, between = free_port(), free_port(), free_port()
        settings = self.private("stunnel.conf", text=f"""\
foreground = yes
pid =
syslog = no
debug = err
[plain]
accept = 127.0.0.1:{self.stunnel_plain_port}
connect = 127.0.0.1:{self.postgres_port}
protocol = pgsql
cert = {self.server_certificate}
key = {self.server_key}
TIMEOUTclose = 0
[outer]
accept = 127.0.0.1:{self.stunnel_port}
connect = 127.0.0.1:{between}
protocol = pgsql
cert = {self.server_certificate}
key = {self.server_key}
TIMEOUTclose = 0
[inner]
client = yes
accept = 127.0.0.1:{between}
connect = 127.0.0.1:{self.postgres_port}
protocol = pgsql
CAfile = {self.authority}
verifyChain = yes
checkHost = localhost
TIMEOUTclose = 0
""")
        self.stunnel = self.spawn(as_postgres(["stunnel4", settings]), "stunnel")
        wait_for_port(self.stunnel_port, self.stunnel, "stunnel")

    def start_gateway(self):
        self.gateway_port = free_port()
        file = self.configuration / "sallyport.yaml"
        text = file.read_text()
        for old, new in [
                ("127.0.0.1:7443", f"127.0.0.1:{self.gateway_port}"),
                ("127.0.0.1:5432", f"localhost:{self.postgres_port}"),
                ("env: production", "env: bench")]:
            if old not in text:
                raise SystemExit(f"bench: `{old}` is not in what `init` wrote")
            text = text.replace(old, new)
        if self.plain:
            text = text.replace("targets: [orders]", "targets: [orders, plain]")
            text += PLAIN_TARGET.format(port=self.postgres_port)
        file.write_text(self.changed(text))
        (self.configuration / "secrets/orders").write_text(PASSWORD + "\n")
        (self.configuration / "policies/bench.yaml").write_text(policy())
        self.gateway = self.spawn(self.serve(), "gateway")
        wait_for_port(self.gateway_port, self.gateway, "the gateway")
        self.token = self.issue_token()

    def changed(self, configuration):
        """What a measure wants to be different in the gateway's configuration."""
        return configuration

    def serve(self):
        file = self.configuration / "sallyport.yaml"
        return [self.gateway_binary, "serve", "--config", file, "--log-level", "warning"]

    def issue_token(self):
        targets = ["orders", "plain"] if self.plain else ["orders"]
        request = {"agent": "deploy-bot", "targets": targets, "ttlMilliseconds": 28_800_000}
        return self.post("tokens", request, self.log_in("alice")["token"])["key"]

    def log_in(self, person, key=None):
        """A person's login; `key` is the line of an SSH public key to enrol."""
        password = next(
            words[1] for words in map(str.split, self.people.splitlines()) if words[:1] == [person])
        first = self.post("login", {"user": person})
        answers = {"answers": [password]}
        if key:
            answers["key"] = {"publicKey": key, "protection": "none"}
        return self.post(f"login/{first['conversation']}", answers)["result"]

    def post(self, path, body, token=None):
        request = urllib.request.Request(
            f"https://localhost:{self.gateway_port}/v1/{path}", json.dumps(body).encode(),
            {"content-type": "application/json"})
        if token:
            request.add_header("authorization", f"Bearer {token}")
        trust = ssl.create_default_context(cafile=str(self.authority))
        with urllib.request.urlopen(request, timeout=20, context=trust) as answer:
            return json.load(answer)

    def routes(self, *names):
        """Those of that names; without names, the ones that have TLS on both sides."""
        known = [Route("direct", self.postgres_port, "sallyport", PASSWORD, None)]
        if "pgbouncer" in self.peers:
            known.append(Route(
                "pgbouncer", self.pgbouncer_port, "sallyport", PASSWORD,
                child_of(self.pgbouncer.pid)))
        if "stunnel" in self.peers:
            pid = child_of(self.stunnel.pid)
            known.append(Route("stunnel", self.stunnel_port, "sallyport", PASSWORD, pid))
        known.append(Route(
            "sallyport", self.gateway_port, "deploy-bot", self.token, self.gateway.pid))
        if "stunnel-plain" in names:
            known.append(Route(
                "stunnel-plain", self.stunnel_plain_port, "sallyport", PASSWORD, pid))
        if "sallyport-plain" in names:
            known.append(Route(
                "sallyport-plain", self.gateway_port, "deploy-bot", self.token, self.gateway.pid,
                "plain"))
        return [route for route in known if not names or route.name in names]

    def address(self, route):
        """As libpq takes it; the password goes in the environment."""
        return (f"host=localhost port={route.port} user={route.user} dbname={route.database}"
                f" sslmode=verify-full sslrootcert={self.authority}")

    def psql(self, *commands):
        """As the server's own superuser, past every proxy."""
        options = [part for command in commands for part in ("-c", command)]
        return run(as_postgres([
            POSTGRES / "psql", "-XAtq", "-h", self.directory / "data", "-p", self.postgres_port,
            "-U", "postgres", "-d", "orders", *options]), cwd=self.directory)


PLAIN_TARGET = """\
  plain:
    kind: postgres
    address: localhost:{port}
    database: orders
    tls: disable
    user: sallyport
    password: {{ file: secrets/orders }}
    labels: {{ env: bench }}
"""


def policy():
    """`RULES` rules, of which few match, as in a policy that has grown."""
    rules = [
        ("transactions", "effects: [transaction]", "allow"),
        ("settings", "effects: [session]", "allow"),
        ("benchmark", 'effects: [read]\n    objects: ["public.pgbench_accounts", '
         '"public.pgbench_branches", "pg_catalog.*"]', "allow"),
        ("functions", 'effects: [execute]\n    objects: ["pg_catalog.*"]', "allow"),
        ("copies", "effects: [copy-in, copy-out]", "allow"),
        ("filling", 'effects: [write]\n    objects: ["public.bench_source", "public.bench_sink"]', "allow"),
        ("parked", 'effects: [write]\n    objects: ["public.parked"]',
         'hold\n    within: 1h\n    consents: [{ from: "group:dba", count: 1 }]'),
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
