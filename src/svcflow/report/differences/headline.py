"""What has become worse and better, in a sentence; and who is compared."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from svcflow.report import fmt
from svcflow.report.differences._signs import say_change
from svcflow.report.section import Context, Section, words_of
from svcflow.report.words import Text, as_text

ORDER = 10
MOST = 3

say = words_of(__name__)
metrics = words_of("svcflow.report.differences.metrics")


def build(context: Context) -> Section:
    """Return the sides and the metrics that differ most certainly."""
    found = context.get("comparison")
    certain = [row for row in found["metrics"] if row["verdict"] in ("worse", "better")]
    first = _choose_first(certain)
    sides = [_describe(found[side]) for side in ("a", "b")]
    view = {
        "sides": sides,
        "changes": [_tell(row) for row in first],
        "none": say("none") if not first else None,
        "compared": say("compared", n=fmt.number(found["compared"])),
    }
    return Section(say("title", a=sides[0]["name"], b=sides[1]["name"]), view=view)


def _choose_first(rows: list[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Return the most certain statistic of the first metrics: worse ones before better ones, each metric once."""
    ranked = sorted(rows, key=lambda row: (row["verdict"] != "worse", row["q"]))
    once: dict[str, Mapping[str, Any]] = {}
    for row in ranked:
        once.setdefault(row["metric"], row)
    worse = [row for row in once.values() if row["verdict"] == "worse"][:MOST]
    return worse + [row for row in once.values() if row["verdict"] == "better"][:MOST]


def _describe(side: Mapping[str, Any]) -> dict[str, Text]:
    return {
        "name": as_text(side["name"]),
        "facts": say(
            "facts",
            cases=fmt.count(side["cases"], "case"),
            period=fmt.period(side["first_begin"], side["last_begin"]),
            rate=fmt.number(side["cases_per_week"], 1),
        ),
    }


def _tell(row: Mapping[str, Any]) -> dict[str, Any]:
    unit = row["unit"]
    return {
        "verdict": row["verdict"],
        "text": say(
            "change",
            metric=metrics.get(row["metric"]) or as_text(row["metric"]),
            statistic=metrics.get(row["statistic"]) or as_text(row["statistic"]),
            change=say_change(row["difference"], unit),
        ),
    }
