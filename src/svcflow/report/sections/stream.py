"""Where the time goes: the stages of a typical case, hands-on work against waiting."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from svcflow.report import fmt
from svcflow.report.section import MOST_EXAMPLES, Context, Evidence, Row, Section, words_of
from svcflow.report.words import Text

ORDER = 40
MOST_STAGES = 8
SMALL = 0.03

say = words_of(__name__)


@dataclass(frozen=True, slots=True)
class Stage:
    """One block of the strip: one activity, or several short ones in a row."""

    name: Text
    wait_s: float
    touch_s: float | None
    kind: str
    cases: int
    examples: tuple[str, ...]


def build(context: Context) -> Section:
    """Return the value stream."""
    rows = context.rows("value_stream")
    if not any((row.get("wait_s_per_case") or 0) + (row.get("touch_s_per_case") or 0) > 0 for row in rows):
        return Section(say("title_none"), missing=say("none"))
    stages = _merge_small(context, rows)
    whole = sum(_length(stage) for stage in stages)
    own = [stage for stage in stages if stage.kind == "own"]
    longest = max(own, key=lambda stage: stage.wait_s, default=None)
    view: dict[str, Any] = {
        "stages": [_describe(stage, whole, hot=stage is longest) for stage in stages],
        "sum": _sum_up(stages, whole),
        "kinds": sorted({stage.kind for stage in stages} - {"own"}),
    }
    title = say("title_none")
    if longest is not None and whole:
        title = say("title", name=longest.name, share=fmt.share(longest.wait_s / whole))
    measured = [stage for stage in stages if stage.touch_s is not None]
    lead = say("lead" if len(measured) == len(stages) else "lead_part" if measured else "lead_untimed")
    evidence = Evidence(fmt.count(context.cases, "case"), ("waiting", "touch"), context.of_findings("bottleneck"))
    return Section(title, lead, view, evidence=evidence)


def _kind(row: Row) -> str:
    if row.get("timer"):
        return "timer"
    return "outside" if row.get("side") in {"customer", "vendor"} else "own"


def _length(stage: Stage) -> float:
    return stage.wait_s + (stage.touch_s or 0)


def _merge_small(context: Context, rows: list[Row]) -> list[Stage]:
    """Return the stages in order; neighbours that are too short to label become one."""
    sizes = [(row.get("wait_s_per_case") or 0) + (row.get("touch_s_per_case") or 0) for row in rows]
    ranked = sorted(sizes, reverse=True)
    least = max(SMALL * sum(sizes), ranked[MOST_STAGES - 1] if len(ranked) > MOST_STAGES else 0)
    stages: list[Stage] = []
    small: list[Row] = []
    for row, size in zip(rows, sizes, strict=True):
        if size < least:
            small.append(row)
            continue
        stages += _flush(context, small)
        small = []
        stages.append(_make(context, [row]))
    return stages + _flush(context, small)


def _flush(context: Context, small: list[Row]) -> list[Stage]:
    return [_make(context, small)] if small else []


def _make(context: Context, rows: list[Row]) -> Stage:
    touches = [row.get("touch_s_per_case") for row in rows]
    known = None if any(touch is None for touch in touches) else sum(float(touch or 0) for touch in touches)
    name = context.names.activity(rows[0].get("activity"), 40)
    if len(rows) > 1:
        name = fmt.count(len(rows), "step")
    kinds = {_kind(row) for row in rows}
    wait = sum(float(row.get("wait_s_per_case") or 0) for row in rows)
    most = max(int(row.get("cases") or 0) for row in rows)
    examples = tuple(dict.fromkeys(str(case) for row in rows for case in row.get("examples") or []))[:MOST_EXAMPLES]
    return Stage(name, wait, known, kinds.pop() if len(kinds) == 1 else "own", most, examples)


def _describe(stage: Stage, whole: float, *, hot: bool) -> dict[str, Any]:
    length = _length(stage)
    return {
        "name": stage.name,
        "share": say("of_time", share=fmt.share(length / whole)),
        "wait": say(f"wait_{stage.kind}", wait=fmt.duration(stage.wait_s)),
        "touch": None if not stage.touch_s or stage.touch_s < 1 else say("touch", touch=fmt.duration(stage.touch_s)),
        "grow": max(1, round(100 * length / whole)),
        "worked": round(100 * (stage.touch_s or 0) / length) if length else 0,
        "kind": "hot" if hot else stage.kind,
        "waited": fmt.duration(stage.wait_s),
        "worked_for": fmt.duration(stage.touch_s),
        "cases": fmt.number(stage.cases),
        "examples": stage.examples,
    }


def _sum_up(stages: list[Stage], whole: float) -> Text:
    touch = sum(stage.touch_s or 0 for stage in stages)
    if all(stage.touch_s is None for stage in stages):
        return say("sum_untimed", whole=fmt.duration(whole))
    if any(stage.touch_s is None for stage in stages):
        return say("sum_part", whole=fmt.duration(whole), touch=fmt.duration(touch))
    return say("sum", touch=fmt.duration(touch), whole=fmt.duration(whole), share=fmt.share(touch / whole))
