"""What the recommended changes are worth: work saved, what sooner is worth, pay-back; and what is still to be said."""

from __future__ import annotations

from typing import Any

from svcflow.report import fmt
from svcflow.report.section import Context, Row, Section, words_of
from svcflow.report.words import EMPTY, Text, as_text, join

ORDER = 42
MOST = 5
MOST_ASKED = 4

NOTHING = Text("–", "–")

say = words_of(__name__)


def build(context: Context) -> Section:
    """Return the business cases that hold any figure; without one, what they lack."""
    cases = context.rows("business", "cases")
    titles = {str(row.get("id")): row.get("title") for row in context.rows("recommendations")}
    known = [row for row in cases if row.get("net") or row.get("hours") or row.get("running")]
    known = [row for row in known if _is_telling(row)][:MOST]
    asked = _list_asked(cases)
    lacking = join([as_text(text) for text in asked], Text("; ", "；"))
    if not known:
        return Section(say("title_none"), missing=say("none", asked=lacking) if asked else say("nothing"))
    rows = [_describe(context, row, titles.get(str(row.get("recommendation")))) for row in known]
    assumed = context.get("business", "assumptions") or {}
    view = {
        "rows": rows,
        "asked": say("asked", asked=lacking) if asked else None,
        "months": fmt.number(assumed.get("months")),
        "discount": fmt.share(assumed.get("discount") or 0.0),
        "looks": any(row["looks"] for row in rows),
    }
    return Section(say("title"), say("lead"), view)


def _is_telling(row: Row) -> bool:
    parts = (row.get(key) or {} for key in ("hours", "saving", "delay", "net"))
    return any(value for part in parts for value in part.values()) or bool(row.get("running"))


def _list_asked(cases: list[Row]) -> list[Any]:
    """Return what is still to be said, each once, what most cases lack first."""
    counts: dict[str, tuple[int, Any]] = {}
    for row in cases:
        for text in row.get("asked") or []:
            number, _ = counts.get(str(text), (0, text))
            counts[str(text)] = (number + 1, text)
    return [text for _, text in sorted(counts.values(), key=lambda pair: -pair[0])][:MOST_ASKED]


def _describe(context: Context, row: Row, title: object) -> dict[str, Any]:
    money = context.names.plain(str(row.get("currency") or ""), 8)
    looks = [_look(one, money) for one in row.get("outlooks") or []]
    swings = [_swing(one) for one in (row.get("swings") or [])[:2]]
    return {
        "title": context.names.prose(title, 160) if title else as_text(row.get("remedy")),
        "hours": _range(row.get("hours"), EMPTY),
        "saving": _range(row.get("saving"), money),
        "delay": _range(row.get("delay"), money),
        "net": _range(row.get("net"), money),
        "net_n": _middle(row.get("net")),
        "running": _amount(row["running"], money) if row.get("running") else None,
        "looks": looks,
        "swings": swings,
        "notes": [context.names.prose(note, 200) for note in row.get("notes") or []],
        "grade": str(row.get("grade") or "none"),
    }


def _look(look: Row, money: Text) -> dict[str, Text]:
    """Return a scenario's name, and its value, pay-back in months, ROI and IRR in a row that reads alike everywhere."""
    back = look.get("pay_back")
    shares = [fmt.share(look[key]) if look.get(key) is not None else NOTHING for key in ("returned", "internal_rate")]
    months = say("never") if back is None else fmt.number(back, 1)
    figures = join([_amount(look.get("value"), money), months, *shares], " · ")
    return {"name": say.get(str(look.get("scenario"))) or EMPTY, "figures": figures}


def _swing(swing: Row) -> Text:
    name = say.get(f"input_{swing.get('input')}") or as_text(swing.get("input"))
    return say("swing", name=name, low=_amount(swing.get("low"), EMPTY), high=_amount(swing.get("high"), EMPTY))


def _middle(three: Row | None) -> float:
    """Return the figure to sort by."""
    if not three:
        return 0.0
    expected = three.get("expected")
    return float(expected if expected is not None else three.get("cautious") or 0.0)


def _range(three: Row | None, money: Text) -> Text | None:
    """Return an expected amount with its range, the range alone where none is expected, ``None`` for nothing."""
    if not three or not any(three.values()):
        return None
    low, high = _amount(three.get("cautious"), EMPTY), _amount(three.get("hopeful"), EMPTY)
    if low == high:
        return low + _unit(money)
    if three.get("expected") is None:
        return say("between", low=low, high=high + _unit(money))
    return say("range", expected=_amount(three["expected"], money), low=low, high=high)


def _unit(money: Text) -> Text:
    return Text(" ", " ") + money if money else EMPTY


def _amount(value: float | None, money: Text) -> Text:
    """Return an amount with two figures that count."""
    if value is None:
        return NOTHING
    size = abs(value)
    rounded = round(value, 2 - len(str(int(size)))) if size >= 100 else round(value)
    return fmt.number(rounded) + _unit(money)
