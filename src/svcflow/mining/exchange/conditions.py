"""Conditions of other tools -> guards: their notation taken off, the fields they read told by what they compare with.

A gateway whose conditions cannot all be read leaves its choice to the case (`any`, `may`); what it said is kept as a
remark for the reader.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Mapping

from svcflow.guards import Field, Guard, GuardError, compile_guard
from svcflow.mining.exchange.diagram import Diagram, Flow

_WRAPPED = re.compile(r"\s*(?:[$#]\{(.*)\}|=\s*(.*)|(.*))\s*", re.DOTALL)
_SPELLING = ((r"&&", " and "), (r"\|\|", " or "), (r"<>", "!="), (r"(?<![=!<>])=(?!=)", "=="), (r"!(?!=)", " not "))
LONGEST = 500


def read_conditions(diagram: Diagram) -> tuple[dict[str, Guard], dict[str, Field], tuple[str, ...]]:
    """Return the guards of flows by id, the fields they read, and remarks on conditions that could not be read."""
    fields = dict(diagram.fields)
    by_source: dict[str, list[Flow]] = {}
    kinds = {node.id: node for node in diagram.nodes}
    for flow in diagram.flows:
        by_source.setdefault(flow.source, []).append(flow)
    guards: dict[str, Guard] = {}
    remarks: list[str] = []
    for source, flows in by_source.items():
        asked = [flow for flow in flows if flow.condition]
        if not asked or kinds[source].kind != "exclusive" or len(flows) < 2:
            continue
        if len(flows) - len(asked) > 1:
            continue
        texts = [translate(flow.condition) for flow in asked]
        found = fields | _infer(texts, fields)
        try:
            read = {flow.id: compile_guard(text, found) for flow, text in zip(asked, texts, strict=True)}
        except GuardError as error:
            said = "; ".join(flow.condition for flow in asked)[:LONGEST]
            remarks.append(f"left to the case, for it could not be read ({error.message}): {said}")
            continue
        guards |= read
        names = {name for guard in read.values() for name in guard.fields}
        fields |= {name: found[name] for name in names if name in found}
    return (
        guards,
        {name: f for name, f in fields.items() if any(name in g.fields for g in guards.values())},
        (*remarks,),
    )


def translate(text: str) -> str:
    """Return a condition without the wrapping and spelling of expression languages.

    >>> translate("${amount > 500 && !approved}"), translate('= status = "open"')
    ('amount > 500 and not approved', 'status == "open"')
    """
    found = _WRAPPED.fullmatch(text)
    inner = next((group for group in found.groups() if group is not None), text) if found else text
    pieces = re.split(r"('[^']*'|\"[^\"]*\")", inner[: LONGEST * 2])
    for number in range(0, len(pieces), 2):
        for pattern, spelling in _SPELLING:
            pieces[number] = re.sub(pattern, spelling, pieces[number])
    return " ".join("".join(pieces).split())


def _infer(texts: Iterable[str], known: Mapping[str, Field]) -> dict[str, Field]:
    """Return the fields that conditions read, their kinds told by what they are compared with."""
    found: dict[str, Field] = {}
    for text in texts:
        try:
            tree = ast.parse(text, mode="eval")
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            continue
        for node in ast.walk(tree):
            if isinstance(node, ast.Compare):
                sides = (node.left, *node.comparators)
                constants = [side.value for side in sides if isinstance(side, ast.Constant)]
                for side in sides:
                    if isinstance(side, ast.Name) and constants:
                        found.setdefault(side.id, _field(side.id, constants[0]))
    for text in texts:
        for name in re.findall(r"(?:^|\bnot |\band |\bor |\()\s*([A-Za-z_]\w*)\s*(?=$|\)|and\b|or\b)", text):
            found.setdefault(name, Field(name, "boolean"))
    return {name: field for name, field in found.items() if name not in known}


def _field(name: str, constant: object) -> Field:
    if isinstance(constant, bool):
        return Field(name, "boolean")
    return Field(name, "number") if isinstance(constant, int | float) else Field(name, "string")
