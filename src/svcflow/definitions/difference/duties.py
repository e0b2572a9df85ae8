"""Clocks, owners, rules and authority that changed, in words: what a definition asks for besides the order of work.

Names to show, descriptions, comments and layout ask for nothing, so they are never a change.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal, TypeAlias

from svcflow.definitions.difference.cases import mean_same
from svcflow.findings import Position
from svcflow.guards import Guard


@dataclass(frozen=True, slots=True)
class Duty:
    """One thing that is asked of a subject, such as the target of an SLA, as it is said.

    `sizes` are its durations where they can be compared one by one; of a `guard` the meaning is compared.
    """

    subject: str
    facet: str
    says: str
    position: Position
    sizes: tuple[tuple[str, int], ...] = ()
    guard: Guard | None = None


Sense: TypeAlias = Literal["", "tighter", "looser"]


@dataclass(frozen=True, slots=True)
class DutyChange:
    """What was and is asked of a subject; a subject that came or went has no `facet` and only one side."""

    subject: str
    facet: str
    old: str | None
    new: str | None
    old_position: Position | None
    new_position: Position | None
    sense: Sense = ""


def compare_duties(old: Iterable[Duty], new: Iterable[Duty]) -> tuple[DutyChange, ...]:
    """Return what is asked otherwise, in the order of the new text, then what is asked no more."""
    before, after = _by_subject(old), _by_subject(new)
    changes: list[DutyChange] = []
    for subject, duties in after.items():
        if subject in before:
            changes += _compare_subject(before[subject], duties)
        else:
            changes.append(DutyChange(subject, "", None, _tell(duties), None, _place(duties)))
    changes += [
        DutyChange(subject, "", _tell(duties), None, _place(duties), None)
        for subject, duties in before.items()
        if subject not in after
    ]
    return tuple(changes)


def _by_subject(duties: Iterable[Duty]) -> dict[str, dict[str, Duty]]:
    found: dict[str, dict[str, Duty]] = {}
    for duty in duties:
        found.setdefault(duty.subject, {})[duty.facet] = duty
    return found


def _compare_subject(before: dict[str, Duty], after: dict[str, Duty]) -> Iterable[DutyChange]:
    for facet in dict.fromkeys((*after, *before)):
        old, new = before.get(facet), after.get(facet)
        if old is not None and new is not None:
            same = mean_same(old.guard, new.guard) if old.guard and new.guard else old.says == new.says
            if not same:
                sense = _sense(old, new)
                yield DutyChange(new.subject, facet, old.says, new.says, old.position, new.position, sense)
        elif new is not None:
            yield DutyChange(new.subject, facet, None, new.says, None, new.position)
        elif old is not None:
            yield DutyChange(old.subject, facet, old.says, None, old.position, None)


def _sense(old: Duty, new: Duty) -> Sense:
    """Return whether every duration became shorter, or every one longer."""
    before, after = dict(old.sizes), dict(new.sizes)
    pairs = [(before.get(key, before.get("")), after.get(key, after.get(""))) for key in {**before, **after}]
    known = [(a, b) for a, b in pairs if a is not None and b is not None]
    if not known or len(known) < len(pairs):
        return ""
    if all(b <= a for a, b in known):
        return "tighter"
    return "looser" if all(b >= a for a, b in known) else ""


def _tell(duties: dict[str, Duty]) -> str:
    return ", ".join(f"{facet} {duty.says}".strip() for facet, duty in duties.items())


def _place(duties: dict[str, Duty]) -> Position:
    return next(iter(duties.values())).position
