"""The Python SDK through the gateway, with nothing but the environment's variables. Prints what it saw, line by line."""
import io
import sys
import tarfile

import docker

name, image = sys.argv[1:3]
client = docker.from_env()
print("version", client.version()["ApiVersion"])
print("run", client.containers.run(image, ["echo", "hello"], remove=True).decode().strip())
container = client.containers.run(image, ["sleep", "1000"], name=name, detach=True)
print("listed", [found.name for found in client.containers.list(filters={"name": name})] == [name])
code, output = container.exec_run(["sh", "-c", "echo out; echo err >&2; exit 4"], demux=True)
print("exec", code, output)

archive = io.BytesIO()
with tarfile.open(fileobj=archive, mode="w") as tar:
    data = b"x" * 100_000
    entry = tarfile.TarInfo("file")
    entry.size = len(data)
    tar.addfile(entry, io.BytesIO(data))
print("put", container.put_archive("/tmp", archive.getvalue()))
chunks, stat = container.get_archive("/tmp/file")
with tarfile.open(fileobj=io.BytesIO(b"".join(chunks))) as tar:
    print("get", stat["size"], tar.extractfile("file").read() == data)

container.kill()
print("wait", container.wait()["StatusCode"])
container.remove()
try:
    client.containers.get(name)
except docker.errors.NotFound as error:
    print("gone", error.response.status_code)
try:
    client.containers.create(image, name=name, volumes=["/run/docker.sock:/s"])
except docker.errors.APIError as error:
    print("refused", error.response.status_code, error.explanation)
