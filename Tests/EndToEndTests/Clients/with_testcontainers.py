"""testcontainers through the gateway, with nothing but the environment's variables. Prints what it saw, line by line."""
import sys

from testcontainers.core.container import DockerContainer
from testcontainers.core.network import Network
from testcontainers.core.wait_strategies import LogMessageWaitStrategy

image = sys.argv[1]
serving = "echo hello > /index.html; echo ready; exec busybox httpd -f -p 8080 -h /"
with Network() as network:
    server = (
        DockerContainer(image)
        .with_command(["sh", "-c", serving])
        .with_exposed_ports(8080)
        .with_network(network)
        .with_network_aliases("server")
        .waiting_for(LogMessageWaitStrategy("ready"))
    )
    with server:
        done = server.exec(["cat", "/index.html"])
        print("exec", done.exit_code, done.output)
        print("port", server.get_exposed_port(8080) > 0)
        with DockerContainer(image).with_command(["sleep", "1000"]).with_network(network) as client:
            # It may not listen yet where it has said that it is ready.
            fetch = "until wget -q -O - http://server:8080/; do :; done"
            print("fetched", client.exec(["sh", "-c", fetch]).output.splitlines()[-1])
            print("logs", b"".join(server.get_logs()))
try:
    server.get_wrapped_container().reload()
except Exception as error:
    print("gone", error.response.status_code)
