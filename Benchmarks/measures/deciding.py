"""A warm decision under 10 to 10,000 rules."""

from bench import Row
from measures.common import core, median_by


def measure(setting):
    each = median_by(core(setting, "decide", setting.runs), "rules")
    flattest = min(each.values())
    for rules, nanoseconds in each.items():
        yield Row(f"decision, {int(rules):,} rules", nanoseconds, unit="ns", wanted="500 or less",
                  met=nanoseconds <= 500)
    yield Row("slowest of them", max(each.values()), flattest, "fastest", "ns", "2.0x or less",
              max(each.values()) <= 2 * flattest)
