"""The `kpis:` of a process: measures as written, and whether they can be computed from its steps and fields.

A measure is ``share(guard)``, ``mean(x)``, ``median(x)`` or ``p90(x)``; x is a field, ``count(step)`` or
``elapsed(step, step)``. Inside a share these may be compared too: ``elapsed(register, close) > '4h'``.
"""

from __future__ import annotations

import re
from typing import Literal, cast

from svcflow.definitions.model import Kpi
from svcflow.definitions.reading import Reading, Reference, optional, text
from svcflow.documents import Mapping, Node, Scalar
from svcflow.guards import Field, GuardError, compile_guard, suggest

MEASURES = ("share", "mean", "median", "p90")
_MEASURE = re.compile(r"\s*(\w+)\s*\((.*)\)\s*", re.DOTALL)
_QUANTITY = re.compile(r"count\s*\(\s*([^\s,()]+)\s*\)|elapsed\s*\(\s*([^\s,()]+)\s*,\s*([^\s,()]+)\s*\)")
_SPAN = re.compile(r"'[0-9]{1,6}[mhdw]'")


def read_kpi(reading: Reading, key: Scalar, node: Node) -> Kpi:
    """Return a measure as written; one that cannot be computed is noted."""
    get = node.get if isinstance(node, Mapping) else (lambda _: None)
    measure = get("measure")
    if isinstance(measure, Scalar):
        _judge(reading, measure)
    dimension = cast("Literal['time', 'quality', 'cost', 'innovation'] | None", optional(get("dimension")))
    return Kpi(key.text, text(measure), text(get("target")), dimension, reading.at(key.span))


def _judge(reading: Reading, node: Scalar) -> None:
    found = _MEASURE.fullmatch(node.text)
    if found is None or found[1] not in MEASURES:
        near = suggest(found[1], MEASURES) if found else ""
        shown = node.text if len(node.text) <= 60 else node.text[:57] + "..."
        reading.remark(
            "bad-value", f"'{shown}' is no measure: one of {', '.join(MEASURES)} of something{near}", node.span
        )
        return
    start, end = found.span(2)
    for quantity in _QUANTITY.finditer(node.text, start, end):
        _refer(reading, node, quantity)
    if found[1] == "share":
        _judge_share(reading, node, (start, end))
    elif not _QUANTITY.fullmatch(found[2].strip()):
        name = found[2].strip()
        at = start + node.text[start:end].find(name)
        if name not in reading.fields and reading.fields_known:
            near = suggest(name, sorted(reading.fields))
            reading.remark(
                "guard-error", f"unknown field '{name}'{near}", reading.document.within(node, at, at + len(name))
            )


def _refer(reading: Reading, node: Scalar, quantity: re.Match[str]) -> None:
    for group in (1, 2, 3):
        if quantity[group]:
            place = reading.document.within(node, *quantity.span(group))
            reading.references.append(Reference("step", quantity[group], reading.at(place), reading.process))


def _judge_share(reading: Reading, node: Scalar, inside: tuple[int, int]) -> None:
    """Compile the condition of a share with every quantity as a number of its own, in the same columns."""
    start, end = inside
    fields = dict(reading.fields)

    def stand_in(quantity: re.Match[str]) -> str:
        name = f"q{len(fields)}".ljust(len(quantity[0]), "_")
        fields[name] = Field(name, "number")
        return name

    condition = _QUANTITY.sub(stand_in, node.text[start:end])
    if len(fields) > len(reading.fields):
        condition = _SPAN.sub(lambda span: "1" * len(span[0]), condition)
    try:
        compile_guard(condition, fields)
    except GuardError as error:
        if reading.fields_known:
            place = reading.document.within(node, start + error.column - 1, start + error.end_column - 1)
            reading.remark("guard-error", error.message, place)
