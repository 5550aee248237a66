"""pgbench -S directly, through PgBouncer and through the gateway; CPU is the proxy's for each transaction."""

import compare
from bench import Row
from servers import Servers


def measure(setting):
    seconds = 2 if setting.quick else 4
    with Servers(setting.gateway, scale=10) as servers:
        for mode in ("prepared", "extended", "simple"):
            for clients in (1, 16):
                results = compare.measure(servers, mode, clients, setting.runs, seconds)
                ours, peer = results["sallyport"], results["pgbouncer"]
                what = f"{mode}, {clients} client{'s' if clients > 1 else ''}"
                limit = 1.0 if mode == "prepared" else 1.3
                is_target = clients > 1
                yield Row(f"{what}: CPU", ours[2], peer[2], "PgBouncer", "us/tx",
                          f"{limit}x or less" if is_target else "",
                          ours[2] <= limit * peer[2] if is_target else None)
                is_target = is_target and mode == "prepared"
                yield Row(f"{what}: throughput", ours[0], peer[0], "PgBouncer", "tx/s",
                          "1.0x or more" if is_target else "",
                          ours[0] >= peer[0] if is_target else None)
