"""Every metric of both groups, its difference and the interval of that."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from svcflow.report.differences._signs import say_change, say_interval, say_value
from svcflow.report.section import Context, Section, words_of
from svcflow.report.words import as_text

ORDER = 20

say = words_of(__name__)


def build(context: Context) -> Section:
    """Return the table of metrics."""
    rows = [_tell(row) for row in context.get("comparison", "metrics")]
    if not rows:
        return Section(say("title"), missing=say("missing"))
    return Section(say("title"), say("lead"), {"rows": rows})


def _tell(row: Mapping[str, Any]) -> dict[str, Any]:
    unit = row["unit"]
    return {
        "metric": say.get(row["metric"]) or as_text(row["metric"]),
        "statistic": say.get(row["statistic"]) or as_text(row["statistic"]),
        "a": say_value(row["a"], unit),
        "b": say_value(row["b"], unit),
        "change": say_change(row["difference"], unit),
        "interval": say_interval(row["low"], row["high"], unit),
        "verdict": row["verdict"],
        "said": say(row["verdict"].replace(" ", "_")),
    }
