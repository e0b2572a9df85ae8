"""The `slas:` of a process: clocks with a start, a stop, a target, an objective and an escalation ladder."""

from __future__ import annotations

from typing import Literal, cast

from svcflow.definitions.durations import parse_duration
from svcflow.definitions.model import Escalation, Rung, Sla, Target
from svcflow.definitions.reading import Reading, entries, text
from svcflow.documents import Mapping, Node, Scalar

DEFAULT_GRACE_S = 1_800


def read_slas(reading: Reading, node: Node | None) -> dict[str, Sla]:
    """Return the clocks of a process by name."""
    return {key.text: _read_sla(reading, key, value) for key, value in entries(node)}


def _read_sla(reading: Reading, key: Scalar, node: Node) -> Sla:
    get = node.get if isinstance(node, Mapping) else (lambda _: None)
    return Sla(
        id=key.text,
        start=reading.names("step", get("from")),
        stop=reading.names("step", get("to")),
        target=reading.target(get("target")) or Target(None, position=reading.at(node.span)),
        objective=_read_share(text(get("objective"))),
        when=reading.guard(get("when")),
        calendar=reading.name("calendar", get("calendar")),
        cycle=cast("Literal['first', 'each', 'total']", text(get("cycle"), "first")),
        waiting_counts=text(get("waiting")) == "counts",
        escalation=_read_escalation(reading, get("escalate")),
        position=reading.at(key.span),
    )


def _read_share(text: str) -> float | None:
    return float(text.removesuffix("%")) / 100 if text.endswith("%") else None


def _read_escalation(reading: Reading, node: Node | None) -> Escalation | None:
    if not isinstance(node, Mapping):
        return None
    grace = parse_duration(text(node.get("grace")))
    rungs = tuple(
        Rung(int(key.text[:-1]), reading.name("role", value) or "", reading.at(key.span))
        for key, value in node.entries
        if key.text.endswith("%")
    )
    return Escalation(reading.name("step", node.get("step")), DEFAULT_GRACE_S if grace is None else grace, rungs)
