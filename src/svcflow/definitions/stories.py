"""What is told about a process beside its definition: cases as scenarios, deviations that were agreed."""

from __future__ import annotations

from dataclasses import dataclass, field

from svcflow.findings import Position
from svcflow.guards import Guard


@dataclass(frozen=True, slots=True)
class ScenarioEvent:
    """One line of a scenario: local wall-clock time (ISO 8601, no offset), step, role, actor and what it sets."""

    at: str
    step: str
    role: str
    actor: str
    sets: dict[str, str]
    position: Position


@dataclass(frozen=True, slots=True)
class Scenario:
    """A case told as events, and what must come out of its execution; ``None`` means not stated.

    `places` says where expectations stand: ``outcome``, ``slas/NAME``, ``deviations`` and ``deviations/0``.
    """

    id: str
    given: dict[str, object]
    events: tuple[ScenarioEvent, ...]
    outcome: str | None
    slas: dict[str, str] | None
    deviations: tuple[str, ...] | None
    position: Position
    places: dict[str, Position] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Scenarios:
    """The scenarios of one process; each case starts from `base`."""

    process: str
    file: str
    base: dict[str, object]
    cases: tuple[Scenario, ...]
    position: Position


@dataclass(frozen=True, slots=True)
class Agreement:
    """A deviation that was agreed for a process: of a code, perhaps of one step, SLA or rule, where `when` holds.

    It holds until the end of the day `until` (``None``: for ever); `owner` is the role that agreed, `reason` says why.
    """

    process: str
    code: str
    step: str | None
    when: Guard | None
    until: str | None
    reason: str
    owner: str
    position: Position
