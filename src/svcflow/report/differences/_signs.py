"""Differences in words: with their sign, in the unit of the figure."""

from __future__ import annotations

from svcflow.report import fmt
from svcflow.report.words import Text, as_text


def say_value(value: float | None, unit: str) -> Text:
    """Return a figure in its unit: ``s`` seconds, ``share`` 0..1, else a plain number."""
    if value is None:
        return as_text("–")
    return fmt.duration(value) if unit == "s" else fmt.share(value) if unit == "share" else fmt.number(value, 2)


def say_change(value: float | None, unit: str) -> Text:
    """Return a difference with its sign; shares in percentage points."""
    if value is None:
        return as_text("–")
    sign = "+" if value > 0 else "−" if value < 0 else "±"
    if unit == "share":
        points = f"{sign}{abs(100 * value):.1f}"
        return Text(f"{points} points", f"{points} 个百分点")
    return as_text(sign) + say_value(abs(value), unit)


def say_interval(low: float | None, high: float | None, unit: str) -> Text:
    """Return an interval of differences."""
    if low is None or high is None:
        return as_text("–")
    return say_change(low, unit) + Text(" to ", " 至 ") + say_change(high, unit)
