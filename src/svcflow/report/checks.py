"""What a check says, in words; the page and the terminal say the same."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from svcflow.report import fmt
from svcflow.report.sentences import name_metric
from svcflow.report.words import EMPTY, Language, Text, as_text, catalogue

Row = Mapping[str, Any]

say = catalogue("checks")
OFF = 0.15
"""A load that differs by more than this from the one predicted for is said to."""


def hours(value: float, *, signed: bool = False) -> Text:
    """Return hours in the unit that suits them; a change with its sign."""
    told = fmt.in_unit(value, "h")
    return Text("+", "+") + told if signed and value > 0 else told


def say_change(change: float | None, low: float | None, high: float | None) -> Text:
    """Return a change with its interval, or what stands for one that is not known."""
    if low is None or high is None:
        return say("no_figure") if change is None else hours(change, signed=True)
    bounds = {"low": hours(low, signed=True), "high": hours(high, signed=True)}
    return say("between", **bounds) if change is None else say("interval", change=hours(change, signed=True), **bounds)


def _percent(load: float) -> Text:
    return fmt.number(100 * load) + "%"


def say_planned(check: Row) -> Text:
    """Return what was predicted, for which load, with which grade."""
    change = say_change(*check["predicted"])
    metric = name_metric(check["metric"])
    now = fmt.in_unit(check["before"], "h") if check["before"] is not None else fmt.in_unit(None, "h")
    grade, load = str(check["grade"]), _percent(check["predicted_load"])
    return say("planned", metric=metric, now=now, change=change, grade=grade, load=load)


def say_done(check: Row) -> Text:
    """Return whether the definitions say what was recommended."""
    key = {True: "done", False: "not_done", None: "done_unknown"}[check["done"]]
    return say(key, day=as_text(check["adopted"]))


def say_checked(check: Row) -> Text:
    """Return what was observed, over how many weeks, at which load."""
    step = check["observed"]
    if step is None:
        return say("too_early")
    change = say_change(step["change"], step["low"], step["high"])
    told = say("checked", change=change, before=fmt.number(step["before"]), after=fmt.number(step["after"]))
    load = check["load"]
    if load is None:
        return told
    told = told + say("load", load=_percent(load))
    return told + say("off_load") if abs(load - check["predicted_load"]) > OFF else told


def say_decided(check: Row) -> Text:
    """Return what becomes of the change and why."""
    reason = say.get("verdict_" + str(check["verdict"]).replace(" ", "_").replace(",", "")) or EMPTY
    return say("decision_" + str(check["decision"]).replace(" ", "_")) + Text(": ", "：") + reason


def tell(check: Row, lang: Language) -> list[str]:
    """Return a check as lines for a terminal."""
    return [
        as_text(check["title"])[lang],
        *(
            f"  {say(head)[lang]}: {text[lang]}"
            for head, text in (
                ("head_plan", say_planned(check)),
                ("head_do", say_done(check)),
                ("head_check", say_checked(check)),
                ("head_act", say_decided(check)),
            )
        ),
        f"  {as_text(check['rollback'])[lang]}",
    ]
