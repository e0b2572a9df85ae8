"""A process file -> `Process`: its fields, its register of steps, its flow, clocks, rules and measures."""

from __future__ import annotations

from typing import Literal, cast

from svcflow.definitions.clocks import read_slas
from svcflow.definitions.durations import parse_duration
from svcflow.definitions.flows import read_anytime, read_item, read_waiting
from svcflow.definitions.measures import read_kpi
from svcflow.definitions.model import Label, Process, Rule, Step
from svcflow.definitions.moments import read_day
from svcflow.definitions.reading import Reading, display, entries, integer, scalars, text
from svcflow.documents import Listing, Mapping, Node, Scalar
from svcflow.guards import Field, Kind

_RULE_KINDS: dict[str, str] = {
    "after": "then", "before": "need", "never": "", "at_most": "", "different": "", "same": "",
}  # fmt: skip


def read_process(reading: Reading, root: Mapping) -> Process:
    """Return the process a file defines; everything odd in it is noted in `reading`."""
    get = root.get
    key = get("process")
    reading.process = text(key)
    reading.fields = read_fields(get("case"))
    return Process(
        id=reading.process,
        name=display(get("name"), reading.process),
        owner=reading.name("role", get("owner")) or "",
        file=reading.file,
        valid_from=read_day(reading, get("valid_from")),
        valid_until=read_day(reading, get("valid_until")),
        applies_to=reading.guard(get("applies_to")),
        calendar=reading.name("calendar", get("calendar")) or "",
        fields=reading.fields,
        ignore=tuple(item.text for item in scalars(get("ignore"))),
        steps={name.text: _read_step(reading, name, node) for name, node in entries(get("steps"))},
        flow=read_item(reading, get("flow")),
        anytime=read_anytime(reading, get("anytime")),
        waiting=read_waiting(reading, get("waiting")),
        slas=read_slas(reading, get("slas")),
        rules={name.text: _read_rule(reading, name, node) for name, node in entries(get("rules"))},
        kpis={name.text: read_kpi(reading, name, node) for name, node in entries(get("kpis"))},
        position=reading.at(key.span if key else root.span),
    )


def read_fields(node: Node | None) -> dict[str, Field]:
    """Return what a guard may read: fields of a type, or of listed values with the lowest first."""
    fields = {}
    for name, value in entries(node):
        if isinstance(value, Listing):
            fields[name.text] = Field(name.text, "enum", tuple(word.text for word in scalars(value)))
        else:
            fields[name.text] = Field(name.text, cast("Kind", text(value, "string")))
    return fields


def _read_step(reading: Reading, key: Scalar, node: Node) -> Step:
    get = node.get if isinstance(node, Mapping) else (lambda _: None)
    labels, needs = get("labels"), get("needs")
    return Step(
        id=key.text,
        name=display(get("name"), key.text),
        owners=reading.names("role", get("owner")),
        within=reading.target(get("within")),
        calendar=reading.name("calendar", get("calendar")),
        spends=_read_spends(reading, get("spends")),
        labels=tuple(_read_label(reading, item) for item in (labels.items if isinstance(labels, Listing) else ())),
        description=text(get("description")),
        position=reading.at(key.span),
        needs=_read_needs(reading, needs),
        needs_at=reading.at((needs or key).span),
    )


def _read_needs(reading: Reading, node: Node | None) -> tuple[str, ...]:
    """Return the fields of the case that a step needs; one that is none is noted and never held against a case."""
    for name in scalars(node):
        if name.text not in reading.fields:
            reading.unknown_field(name)
    return tuple(dict.fromkeys(name.text for name in scalars(node) if name.text in reading.fields))


def _read_spends(reading: Reading, node: Node | None) -> str | None:
    if not isinstance(node, Scalar):
        return None
    of = reading.fields.get(node.text)
    if of is None:
        reading.unknown_field(node)
    elif of.kind not in ("number", "integer"):
        reading.remark("bad-value", f"'{node.text}' is no number, so no authority can cover it", node.span)
    return node.text


def _read_label(reading: Reading, node: Node) -> Label:
    if isinstance(node, Mapping):
        label = node.get("label")
        return Label(text(label), reading.guard(node.get("when")), reading.at((label or node).span))
    return Label(text(node), None, reading.at(node.span))


def _read_rule(reading: Reading, key: Scalar, node: Node) -> Rule:
    get = node.get if isinstance(node, Mapping) else (lambda _: None)
    kind = next((kind for kind in _RULE_KINDS if get(kind) is not None), "never")
    subject = get(kind)
    limits: tuple[tuple[str, int], ...] = ()
    if kind == "at_most":
        limits = tuple((reading.refer("step", name), integer(value) or 0) for name, value in entries(subject))
        steps = tuple(name for name, _ in limits)
    else:
        steps = reading.names("step", subject)
    return Rule(
        id=key.text,
        kind=cast("Literal['after', 'before', 'never', 'at_most', 'different', 'same']", kind),
        steps=steps,
        others=reading.names("step", get(_RULE_KINDS[kind])),
        within_s=parse_duration(text(get("within"))),
        limits=limits,
        when=reading.guard(get("when")),
        position=reading.at(key.span),
    )
