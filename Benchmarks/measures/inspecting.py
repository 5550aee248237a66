"""From a text that was never seen to its decision: pgbench's SELECT."""

from bench import Row
from measures.common import core, median_by


def measure(setting):
    each = median_by(core(setting, "inspect", setting.runs), "what")
    ours, parse = each["decision"], each["pg_query_parse"]
    for peer in ("pg_query_parse", "pg_query_parse_protobuf"):
        yield Row("text to effects to decision", ours, each[peer], peer[9:], "ns")
    yield Row("of it, text to our own tree", each["tree"], parse, "parse", "ns")
    yield Row("more than libpg_query's parse", ours - parse, unit="ns", wanted="5,000 or less",
              met=ours - parse <= 5_000)
