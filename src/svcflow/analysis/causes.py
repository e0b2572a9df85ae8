"""Why cases wait, as the report shows it: by cause, by pair of activities and by team, or by side where causes fail."""

from __future__ import annotations

from typing import Any

from svcflow.mining import Mined
from svcflow.mining.quantity import Measured

Row = dict[str, Any]

NAMES = {
    "batching": {"en": "waiting for a batch", "zh": "等待攒批"},
    "contention": {"en": "busy with earlier work", "zh": "处理人忙于更早的工作"},
    "prioritisation": {"en": "later work served first", "zh": "后到的工作先处理"},
    "unavailability": {"en": "off work", "zh": "处理人不在岗"},
    "extraneous": {"en": "no cause in the log", "zh": "日志中看不到原因"},
}
LEFT_OUT = {
    "outside": {
        "en": "waits of the customer or a vendor, and after the case was settled",
        "zh": "由客户或供应商负责的等待，以及办结之后的等待",
    },
    "machine": {"en": "waits that a machine ended", "zh": "由机器结束的等待"},
    "no_start": {"en": "start not known", "zh": "开始时间未知"},
    "no_resource": {"en": "resource not known", "zh": "处理人未知"},
}
HOURS = {
    "given": {"en": "hours as the calendars say", "zh": "工作时间取自给定的日历"},
    "discovered": {
        "en": "hours discovered from the log, for each person; the range is what wider hours make of it",
        "zh": "工作时间由日志按每个人推断；区间为放宽工作时间后的结果",
    },
}


def write_causes(mined: Mined) -> Row | None:
    """Return the causes of waiting as plain values; ``None`` where they were not measured."""
    quantities = mined.quantities
    if "waiting-causes" not in quantities:
        return None
    causes = quantities["waiting-causes"]
    if causes.unmeasured:
        return {"unmeasured": dict(causes.unmeasured), "sides": _rows(quantities.get("waiting-sides"))}
    figures = causes.figures
    timers = _find_timers(mined)
    return {
        "unmeasured": None,
        "calendar": {
            "source": figures["hours"],
            "name": figures["calendars"],
            "text": HOURS[str(figures["hours"])],
        },
        "n": causes.n,
        "total_s": figures["total_s"],
        "standing_s": figures["standing_s"],
        "processing_s": figures["processing_s"],
        "cte_share": figures["cte_share"],
        "concurrent_pairs": figures["concurrent_pairs"],
        "declared_pairs": figures["declared_pairs"],
        "by_cause": [row | {"name": NAMES[row["cause"]]} for row in causes.to_rows()],
        "pairs": [
            row | {"timer": (row["from"], row["to"]) in timers}
            for row in _rows(quantities.get("waiting-causes-of-pairs"))
        ],
        "teams": _rows(quantities.get("waiting-causes-of-teams")),
        "left_out": [
            {"reason": reason, "name": name}
            | {part: figures[f"{reason}_{part}"] for part in ("count", "total_s", "standing_s")}
            for reason, name in LEFT_OUT.items()
            if f"{reason}_count" in figures
        ],
    }


def _rows(quantity: Measured | None) -> list[Row]:
    return quantity.to_rows() if quantity is not None else []


def _find_timers(mined: Mined) -> set[tuple[str, str]]:
    """Return the pairs of activities between which a timer waits."""
    follows = mined.directly_follows.to_rows()
    return {(row["from"], row["to"]) for row in follows if row.get("timer")}
