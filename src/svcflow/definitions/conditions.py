"""Every condition of a process, with what it is for and where it stands."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from svcflow.definitions.model import Choose, Item, Process, Repeat, When
from svcflow.definitions.net import walk
from svcflow.definitions.places import place_of
from svcflow.definitions.survey import Survey
from svcflow.findings import Position
from svcflow.guards import Guard

Purpose = Literal["applies_to", "branch", "when", "while", "label", "sla", "rule"]


@dataclass(frozen=True, slots=True)
class Condition:
    """A guard, what it decides, and its place; `item` is the flow item it belongs to."""

    guard: Guard
    purpose: Purpose
    position: Position
    item: Item | None = None


def conditions_of(survey: Survey, process: Process) -> Iterator[Condition]:
    """Yield every condition of a process in the order of its sections."""
    file = process.file
    if process.applies_to is not None:
        yield Condition(process.applies_to, "applies_to", place_of(survey, file, "applies_to", value=True))
    for step in process.steps.values():
        for number, label in enumerate(step.labels):
            if label.when is not None:
                path = ("steps", step.id, "labels", str(number), "when")
                yield Condition(label.when, "label", place_of(survey, file, *path, value=True))
    yield from _flow(survey, process)
    for sla in process.slas.values():
        if sla.when is not None:
            yield Condition(sla.when, "sla", place_of(survey, file, "slas", sla.id, "when", value=True))
    for rule in process.rules.values():
        if rule.when is not None:
            yield Condition(rule.when, "rule", place_of(survey, file, "rules", rule.id, "when", value=True))


def _flow(survey: Survey, process: Process) -> Iterator[Condition]:
    for item in walk(process.flow):
        match item:
            case When():
                yield Condition(item.guard, "when", _at(survey, process, item.path, "when"), item)
            case Repeat() if item.guard is not None:
                yield Condition(item.guard, "while", _at(survey, process, item.path, "repeat/while"), item)
            case Choose():
                for branch in item.branches:
                    if branch.guard is not None:
                        yield Condition(branch.guard, "branch", _at(survey, process, branch.path, "when"), item)


def _at(survey: Survey, process: Process, path: str, key: str) -> Position:
    return place_of(survey, process.file, path, key, value=True)
