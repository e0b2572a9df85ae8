"""Which activities the customer takes part in or hears of: by the definition, if any, and by their words."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Literal

from svcflow.analysis.stations import Station
from svcflow.definitions.call_backs import CALLS
from svcflow.eventlog.log import Log

Kind = Literal["contact", "reply", "ask", "answer", "chase", "call_back", "inform", "resolve", "close", "customer"]

CONTACTS = frozenset(("contact", "reply", "ask", "answer", "chase", "call_back", "inform", "customer"))
"""Touchpoints at which somebody reaches somebody; solving and closing are not."""

CHASES = re.compile(r"(?<![a-z])chas(e|ed|es|ing)(?![a-z])|remind|催", re.IGNORECASE)
"""How steps are named in which a customer asks again."""

WORDS: tuple[tuple[Kind, re.Pattern[str]], ...] = (
    ("call_back", CALLS),
    ("reply", re.compile(r"first (repl|respon|answer)|acknowledg|首响|首次(响应|回复|答复)", re.IGNORECASE)),
    ("ask", re.compile(r"customer asked|ask(ed)? (the )?customer|(pending|await\w*) (the )?customer|"
                       r"request (document|info)|info\w* requested|待客户|待补充|索取", re.IGNORECASE)),
    ("inform", re.compile(r"notif|inform(ed)? (the )?customer|repl(y|ied) to (the )?customer|通知(客户|用户)|告知",
                          re.IGNORECASE)),
    ("close", re.compile(r"(?<![a-z])clos(e|ed|ure|ing)(?![a-z])|结案|关闭|关单|办结", re.IGNORECASE)),
    ("resolve", re.compile(r"(?<![a-z])(re)?solved?(?![a-z])|resolution|carried out|解决|落实", re.IGNORECASE)),
)  # fmt: skip

FIRST_SHARE = 0.5
"""What begins more than this part of the cases is the customer's first contact."""


def find_touchpoints(log: Log, stations: Iterable[Station]) -> list[tuple[Station, Kind]]:
    """Return the touchpoints in the order given, each with what happens there."""
    firsts = log.activity[log.offsets[:-1]].tolist()
    found = []
    for station in stations:
        begins = firsts.count(station.code) > FIRST_SHARE * log.cases
        kind = _find_kind(log, station, begins=begins)
        if kind is not None:
            found.append((station, kind))
    return found


def _find_kind(log: Log, station: Station, *, begins: bool) -> Kind | None:
    names = tuple(_list_names(station))
    if station.side == "customer":
        return _find_own(names, station)
    if begins:
        return "contact"
    if any(CHASES.search(name) for name in names) and _is_customers(station):
        return "chase"
    if station.side != "provider":
        return None
    if _asks(station):
        return "ask"
    named = (kind for kind, words in WORDS if any(words.search(name) for name in names))
    return next(named, "resolve" if station.activity in log.done else None)


def _asks(station: Station) -> bool:
    """Return whether the definition lets clocks stand still from this step on: the ball is with the customer."""
    waits = station.process.waiting if station.process else ()
    return station.step is not None and any(wait.since == station.step.id for wait in waits)


def _find_own(names: tuple[str, ...], station: Station) -> Kind:
    """Return what the customer does in a step of theirs."""
    if any(CHASES.search(name) for name in names):
        return "chase"
    waits = station.process.waiting if station.process else ()
    return "answer" if station.step and any(station.step.id in w.until for w in waits) else "customer"


def _is_customers(station: Station) -> bool:
    """Return whether a step may be the customer's: its owners say so, or nobody does."""
    return station.step is None or not station.step.owners or "customer" in station.step.owners


def _list_names(station: Station) -> Iterator[str]:
    yield station.activity
    if station.step is not None:
        yield from (station.step.id, station.step.name.en, station.step.name.zh)
