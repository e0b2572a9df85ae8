"""Activities that more or fewer of the cases show."""

from __future__ import annotations

from typing import Any

from svcflow.report.differences._signs import say_change, say_interval, say_value
from svcflow.report.section import Context, Row, Section, words_of

ORDER = 40
MOST = 20

say = words_of(__name__)


def build(context: Context) -> Section:
    """Return the activities whose share of cases certainly differs."""
    rows = [_tell(context, row) for row in context.get("comparison", "activities") if row["certain"]]
    if not rows:
        return Section(say("title"), missing=say("missing"))
    return Section(say("title"), view={"rows": rows[:MOST]})


def _tell(context: Context, row: Row) -> dict[str, Any]:
    return {
        "activity": context.names.activity(row["activity"], 60),
        "a": say_value(row["share_a"], "share"),
        "b": say_value(row["share_b"], "share"),
        "change": say_change(row["share_difference"], "share"),
        "interval": say_interval(row["share_low"], row["share_high"], "share"),
    }
