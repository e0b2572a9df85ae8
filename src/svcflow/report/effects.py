"""The effect of a change as people read it: measured now, expected, and the difference with its interval."""

from __future__ import annotations

from svcflow.report import fmt
from svcflow.report.section import Row
from svcflow.report.sentences import name_metric
from svcflow.report.words import Text, catalogue

_say = catalogue("text")


def tell_effect(effect: Row) -> Text:
    """Return a measured effect in one line; its interval bounds the change, and is all where there is no estimate.

    >>> effect = {"metric": "mean_cycle_time", "unit": "h", "before": 20, "after": 17, "grade": "C"}
    >>> tell_effect({**effect, "low": 16.8, "high": 17.5}).en
    'mean cycle time 20 h → 17 h (−3.0 h; −3.2 h to −2.5 h), grade C'
    >>> tell_effect({**effect, "before": 200, "after": 125, "low": 120, "high": 130}).en
    'mean cycle time 8.3 d → 5.2 d (−3.1 d; −3.3 d to −2.9 d), grade C'
    """
    unit, before, after = str(effect.get("unit") or ""), effect["before"], effect["after"]
    if after is None:
        return _say(
            "bounds",
            metric=name_metric(effect.get("metric")),
            before=fmt.in_unit(before, unit),
            low=fmt.in_unit(effect["low"], unit),
            high=fmt.in_unit(effect["high"], unit),
            grade=str(effect.get("grade") or "none"),
        )
    bounds = sorted(b - before for b in (effect.get("low"), effect.get("high")) if b is not None)
    widest = max((after - before, *bounds), key=abs)
    told = sign(after - before, unit, widest)
    if len(bounds) == 2:
        low, high = (sign(bound, unit, widest) for bound in bounds)
        told = _say("interval", change=told, low=low, high=high)
    now, then = fmt.in_unit(before, unit), fmt.in_unit(after, unit)
    return _say(
        "effect" if now != then else "slight_effect",
        metric=name_metric(effect.get("metric")),
        before=now,
        after=then,
        change=told,
        grade=str(effect.get("grade") or "none"),
    )


def sign(change: float, unit: str, like: float | None = None) -> Text:
    """Return a change with its sign, in the units that suit `like`; of shares in percentage points."""
    plus = "+" if change > 0 else ""
    if unit in {"share", "ratio"}:
        points = fmt.number(change * 100, 1)
        return Text(f"{plus}{points.en} points", f"{plus}{points.zh} 个百分点")
    figure = fmt.in_unit(change, unit, like)
    return Text(plus + figure.en, plus + figure.zh)
