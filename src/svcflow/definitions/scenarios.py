"""A scenarios file -> `Scenarios`: cases told as lines such as ``Mon 09:00 review quality_supervisor:qin ok=true``."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime

from svcflow.definitions.model import Scenario, ScenarioEvent, Scenarios
from svcflow.definitions.moments import next_moment, read_day
from svcflow.definitions.reading import Reading, Reference, entries, optional, scalars, text
from svcflow.documents import Mapping, Node, Scalar, plain
from svcflow.findings import Position

_WORD = re.compile(r"(?:[^\s\"']|\"[^\"]*\"|'[^']*'|[\"'])+")
_FALLBACK_DAY = "2024-01-01"


def read_scenarios(reading: Reading, root: Mapping) -> Scenarios:
    """Return the scenarios a file holds; everything odd in it is noted in `reading`."""
    key = root.get("scenarios")
    reading.process = reading.name("process", key) or ""
    start = read_day(reading, root.get("start")) or _FALLBACK_DAY
    base = plain(root.get("base"))
    return Scenarios(
        process=reading.process,
        file=reading.file,
        base=base if isinstance(base, dict) else {},
        cases=tuple(_read_case(reading, name, node, start) for name, node in entries(root.get("cases"))),
        position=reading.at((key or root).span),
    )


def _read_case(reading: Reading, key: Scalar, node: Node, start: str) -> Scenario:
    get = node.get if isinstance(node, Mapping) else (lambda _: None)
    expect = get("expect")
    expected = expect.get if isinstance(expect, Mapping) else (lambda _: None)
    given = plain(get("given"))
    slas, deviations = expected("slas"), expected("deviations")
    return Scenario(
        id=key.text,
        given=given if isinstance(given, dict) else {},
        events=_read_events(reading, get("events"), start),
        outcome=optional(expected("outcome")),
        slas=None if slas is None else {name.text: text(state) for name, state in entries(slas)},
        deviations=None if deviations is None else tuple(item.text for item in scalars(deviations)),
        position=reading.at(key.span),
        places=dict(_places(reading, expect)),
    )


def _places(reading: Reading, expect: Node | None) -> Iterator[tuple[str, Position]]:
    """Yield where each expectation stands."""
    for key, value in entries(expect):
        yield key.text, reading.at((value if key.text == "outcome" else key).span)
        if key.text == "slas":
            yield from ((f"slas/{name.text}", reading.at(name.span)) for name, _ in entries(value))
        if key.text == "deviations":
            yield from ((f"deviations/{i}", reading.at(item.span)) for i, item in enumerate(scalars(value)))


def _read_events(reading: Reading, node: Node | None, start: str) -> tuple[ScenarioEvent, ...]:
    try:
        now = datetime.fromisoformat(start)
    except ValueError:
        now = datetime.fromisoformat(_FALLBACK_DAY)
    events: list[ScenarioEvent] = []
    for line in scalars(node):
        words = list(_WORD.finditer(line.text))
        at, taken = next_moment([word[0] for word in words], now)
        if at is None or len(words) < taken + 2:
            message = f"'{line.text[:60]}' is no event; one looks like 'Mon 09:00 step role:actor field=value'"
            reading.remark("bad-value", message, line.span)
            continue
        if at < now:
            earlier = f"{now:%a %H:%M}" if events else f"the start, {start}"
            reading.remark("time-runs-back", f"{' '.join(w[0] for w in words[:taken])} after {earlier}", line.span)
        now = max(at, now)
        events.append(_read_event(reading, line, words[taken:], at))
    return tuple(events)


def _read_event(reading: Reading, line: Scalar, words: list[re.Match[str]], at: datetime) -> ScenarioEvent:
    step, person = words[0], words[1]
    role, _, actor = person[0].partition(":")
    sets = {}
    for word in words[2:]:
        name, equals, value = word[0].partition("=")
        if not (name and equals):
            message = f"'{word[0]}' sets nothing; write field=value"
            reading.remark("bad-value", message, reading.document.within(line, word.start(), word.end()))
        sets[name] = value.strip("\"'")
    reading.references += [
        Reference("step", step[0], _place(reading, line, step.start(), step.end()), reading.process),
        Reference("role", role, _place(reading, line, person.start(), person.start() + len(role))),
    ]
    moment = at.isoformat(timespec="seconds" if at.second else "minutes")
    return ScenarioEvent(moment, step[0], role, actor, sets, reading.at(line.span))


def _place(reading: Reading, line: Scalar, start: int, end: int) -> Position:
    return reading.at(reading.document.within(line, start, end))
