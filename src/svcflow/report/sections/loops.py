"""What comes back: loops by their steps, steps done again, re-opened cases, and the time inside."""

from __future__ import annotations

from typing import Any

from svcflow.report import fmt
from svcflow.report.section import MOST_EXAMPLES, Context, Evidence, Row, Section, words_of
from svcflow.report.words import Text, join

ORDER = 92
MOST_LOOPS, MOST_STEPS = 6, 6

say = words_of(__name__)


def build(context: Context) -> Section:
    """Return the loops, most time inside first, and the steps that are done again."""
    rework = context.get("rework") or {}
    cycles = list_cycles(context)
    steps = [row for row in context.rows("rework", "activities") if row.get("cases")]
    if not cycles and not steps:
        known = rework.get("repeating_cases") == 0
        return Section(say("title_none"), missing=say("none" if known else "unknown"))
    view: dict[str, Any] = {
        "facts": _count(context, rework),
        "loops": [_describe_loop(context, row) for row in cycles[:MOST_LOOPS]],
        "steps": [_describe_step(context, row) for row in steps[:MOST_STEPS]],
        "more": max(0, len(cycles) - MOST_LOOPS),
    }
    return Section(_entitle(context, rework, cycles), say("lead"), view)


def list_cycles(context: Context) -> list[Row]:
    """Return the cycles, most time inside first, each with its example cases."""
    proofs = context.get("loops", "cycles") or []
    rows = [row for row in context.rows("quantities", "cycles", "rows") if len(row.get("cycle") or []) > 1]
    return [row | {"examples": proofs[n] if n < len(proofs) else []} for n, row in enumerate(map(dict, rows))]


def _entitle(context: Context, rework: Row, cycles: list[Row]) -> Text:
    repeating = rework.get("repeating_cases")
    share = fmt.share(repeating / context.cases) if repeating is not None and context.cases else None
    if share is None:
        return say("title_none")
    return say("title", share=share, loop=_name(context, cycles[0], 24)) if cycles else say("title_plain", share=share)


def _name(context: Context, row: Row, longest: int = 40) -> Text:
    """Return the steps of a loop with arrows between."""
    return join([context.names.activity(name, longest) for name in row["cycle"][:-1]], " → ")


def _count(context: Context, rework: Row) -> list[dict[str, Any]]:
    """Return the counts of a log, each with what it rests on; what is not known is left out."""
    of_loops = tuple(dict.fromkeys(str(case) for row in list_cycles(context) for case in row["examples"][:2]))
    again = context.get("loops", "reopened") or []
    facts = (
        ("repeating_cases", "cases", "rework", of_loops[:MOST_EXAMPLES]),
        ("immediate_repeats", "times", "rework", context.stories.of_self_loops()),
        ("reopens", "times", "reopen", tuple(map(str, again))),
    )
    found = []
    for key, unit, definition, cases in facts:
        number = rework.get(key)
        if number is None:
            continue
        within = rework.get({"immediate_repeats": "self_loop_cases", "reopens": "reopen_cases"}.get(key, key))
        n = say("of", cases=fmt.count(within or 0, "case"), n=fmt.number(context.cases))
        note = say("share", share=fmt.share(within / context.cases)) if within is not None and context.cases else None
        found.append(
            {
                "name": say(key),
                "value": fmt.number(number),
                "note": note if unit == "cases" else say("within", cases=fmt.count(within, "case")),
                "evidence": Evidence(n, (definition,), cases),
            }
        )
    return found


def _describe_loop(context: Context, row: Row) -> dict[str, Any]:
    cases, rounds, inside = row.get("cases") or 0, row.get("rounds") or 0, row.get("in_cycle_s")
    n = fmt.count(cases, "case") + Text(", ", "，") + say("rounds_n", n=fmt.number(rounds))
    return {
        "name": _name(context, row),
        "cases": (cases, fmt.number(cases)),
        "share": fmt.share(cases / context.cases) if context.cases else None,
        "rounds": (rounds, fmt.number(rounds)),
        "inside": (inside or 0, fmt.total(inside)),
        "mean": fmt.duration(inside / cases) if inside is not None and cases else None,
        "evidence": Evidence(n, ("loop", "loop-waiting"), tuple(str(case) for case in row.get("examples") or [])),
    }


def _describe_step(context: Context, row: Row) -> dict[str, Any]:
    cases, activity = row.get("cases") or 0, row.get("activity")
    gain = row.get("net_loop_gain")
    return {
        "name": context.names.activity(activity),
        "cases": (cases, fmt.number(cases)),
        "repeats": (row.get("repeats") or 0, fmt.number(row.get("repeats"))),
        "redos": (row.get("redos") or 0, fmt.number(row.get("redos"))),
        "gain": (gain or 0, _sign(gain)),
        "cost": (row.get("cost_s") or 0, fmt.total(row.get("cost_s"))),
        "evidence": Evidence(
            fmt.count(cases, "case"), ("rework", "net-loop-gain"), context.stories.of_repeating(str(activity))
        ),
    }


def _sign(number: int | None) -> Text:
    """Return a number that shows its sign: above 0 loops start here."""
    return Text("+", "+") + fmt.number(number) if number is not None and number > 0 else fmt.number(number)
