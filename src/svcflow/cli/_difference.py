"""A difference of definitions as text and as JSON."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

import click

from svcflow.cli import _console as console
from svcflow.findings import NOWHERE, Position

if TYPE_CHECKING:
    from svcflow.definitions.difference import Change, Difference, DutyChange, ProcessDifference, Trace

_SIGNS = {"lost": ("-", "red"), "gained": ("+", "green")}


def write_text(found: Difference) -> Iterator[str]:
    """Yield the lines that tell a difference."""
    for process in found.processes:
        if process.state in ("added", "removed"):
            colour = "green" if process.state == "added" else "red"
            yield click.style(f"{process.id}: process {process.state}", fg=colour, bold=True)
        elif process.state == "changed":
            yield from _tell_process(process)
    if found.organisation:
        yield click.style("organisation", bold=True)
        yield from _tell_duties(found.organisation)
    changed = [process.id for process in found.processes if process.state != "same"]
    if not any(process.behaviour.changes or process.state in ("added", "removed") for process in found.processes):
        rest = "" if found.same else "; what is asked of people and clocks did"
        yield f"no behaviour changed{rest}"
    elif same := [process.id for process in found.processes if process.id not in changed]:
        yield f"no difference in {', '.join(map(console.one_line, same))}"


def _tell_process(process: ProcessDifference) -> Iterator[str]:
    changes = process.behaviour.changes
    yield click.style(console.one_line(process.id), bold=True)
    for number, change in enumerate(changes, 1):
        yield f"  {number}. {_entitle(change)}"
        for kind, trace in (("lost", change.lost), ("gained", change.gained)):
            if trace is not None:
                yield from _tell_trace(kind, trace)
    if process.behaviour.more:
        yield f"  and {process.behaviour.more} more (--top)"
    if not changes:
        yield "  no behaviour changed"
    yield from _tell_duties(process.duties)


def _entitle(change: Change) -> str:
    """Return what a change is about: what went, what comes, after what."""
    shown = change.gained or change.lost
    assert shown is not None
    after = f"after {console.one_line(shown.steps[shown.at - 1])}" if shown.at else "at the start"
    went, come = (None if trace is None else _letter(trace) for trace in (change.lost, change.gained))
    if shown.anytime:
        return f"at any time: {come} may come" if come else f"at any time: no {went}"
    if went and come:
        return f"{after}: {come} instead of {went}{_when(shown)}"
    return f"{after}: {come} is allowed, too{_when(shown)}" if come else f"{after}: {went} no more{_when(shown)}"


def _letter(trace: Trace) -> str:
    if trace.at < len(trace.steps):
        return console.one_line(trace.steps[trace.at])
    return f"the end '{console.one_line(trace.outcome or '')}'"


def _when(trace: Trace) -> str:
    return f", when {_say(trace.given)}" if trace.given else ""


def _tell_trace(kind: str, trace: Trace) -> Iterator[str]:
    sign, colour = _SIGNS[kind]
    facts = dict(trace.facts)
    words = []
    for i, step in enumerate(trace.steps):
        fact = f"({_say(facts[i])}) " if i in facts else ""
        name = console.one_line(step)
        words.append(fact + (click.style(f"[{name}]", fg=colour, bold=True) if i == trace.at else name))
    end = f"= {console.one_line(trace.outcome)}" if trace.outcome is not None else "… no way to an end"
    if len(trace.steps) in facts:
        end = f"({_say(facts[len(trace.steps)])}) {end}"
    told = " → ".join(words) + (" " if words else "")
    mark = click.style(end, fg=colour, bold=True) if trace.at == len(trace.steps) else end
    yield f"     {click.style(sign, fg=colour)} {kind}: {told}{mark}{_at(trace.position)}"


def _tell_duties(duties: tuple[DutyChange, ...]) -> Iterator[str]:
    for duty in duties:
        subject = console.one_line(f"{duty.subject} {duty.facet}".strip())
        place = _at(duty.new_position or duty.old_position)
        if duty.old is None:
            yield f"  {click.style('+', fg='green')} {subject}: {console.one_line(duty.new or '')}{place}"
        elif duty.new is None:
            yield f"  {click.style('-', fg='red')} {subject}: {console.one_line(duty.old)}{place}"
        else:
            sense = f" ({duty.sense})" if duty.sense else ""
            was, now = console.one_line(duty.old), console.one_line(duty.new)
            yield f"  {click.style('~', fg='yellow')} {subject}: {was} → {now}{sense}{place}"


def _say(data: Mapping[str, object]) -> str:
    return console.one_line(", ".join(f"{name} = {_value(value)}" for name, value in data.items()))


def _value(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float):
        return f"{value:g}"
    return str(value)


def _at(position: Position | None) -> str:
    if position is None or position == NOWHERE:
        return ""
    return click.style(f"   {console.one_line(position.file)}:{position.line}", dim=True)


def write_json(found: Difference) -> str:
    """Return a difference as JSON; see `svcflow schema diff`."""
    value = {
        "version": 1,
        "old": found.old,
        "new": found.new,
        "same": found.same,
        "processes": [_process_json(process) for process in found.processes],
        "organisation": [_duty_json(duty) for duty in found.organisation],
    }
    return json.dumps(value, ensure_ascii=False, indent=1)


def _process_json(process: ProcessDifference) -> dict[str, Any]:
    return {
        "process": process.id,
        "state": process.state,
        "behaviour": [
            {
                "lost": None if change.lost is None else _trace_json(change.lost),
                "gained": None if change.gained is None else _trace_json(change.gained),
            }
            for change in process.behaviour.changes
        ],
        "more": process.behaviour.more,
        "duties": [_duty_json(duty) for duty in process.duties],
    }


def _trace_json(trace: Trace) -> dict[str, Any]:
    return {
        "steps": list(trace.steps),
        "outcome": trace.outcome,
        "at": trace.at,
        "given": _data_json(trace.given),
        "facts": [{"before": i, "data": _data_json(data)} for i, data in trace.facts],
        "data": [_data_json(data) for data in trace.data],
        "instead": [letter.name for letter in trace.instead],
        "anytime": trace.anytime,
        "position": _position_json(trace.position),
    }


def _data_json(data: Mapping[str, object]) -> dict[str, Any]:
    plain = (bool, int, float, str)
    return {name: value if isinstance(value, plain) else str(value) for name, value in data.items()}


def _duty_json(duty: DutyChange) -> dict[str, Any]:
    return {
        "subject": duty.subject,
        "facet": duty.facet,
        "old": duty.old,
        "new": duty.new,
        "sense": duty.sense or None,
        "old_position": _position_json(duty.old_position),
        "new_position": _position_json(duty.new_position),
    }


def _position_json(position: Position | None) -> dict[str, Any] | None:
    if position is None or position == NOWHERE:
        return None
    return {"file": position.file, "line": position.line, "column": position.column}
