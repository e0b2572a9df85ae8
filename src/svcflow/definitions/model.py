"""A workspace as values: what the files of a service centre say, with the place of everything said.

Nothing here imports numpy or reads a file; `svcflow validate` must start fast.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from svcflow.definitions.establishment import CalendarSpec, Organisation, OrgRole, Person, Team, Text
from svcflow.definitions.outline import (
    AnyOf,
    Branch,
    Choose,
    End,
    Item,
    May,
    Parallel,
    Repeat,
    Run,
    Sequence,
    Task,
    When,
)
from svcflow.definitions.stories import Agreement, Scenario, ScenarioEvent, Scenarios
from svcflow.findings import NOWHERE, Position
from svcflow.guards import Field, Guard

__all__ = [
    "Agreement",
    "AnyOf",
    "Anytime",
    "Branch",
    "CalendarSpec",
    "Choose",
    "End",
    "Escalation",
    "Item",
    "Kpi",
    "Label",
    "May",
    "OrgRole",
    "Organisation",
    "Parallel",
    "Person",
    "Process",
    "Repeat",
    "Rule",
    "Run",
    "Rung",
    "Scenario",
    "ScenarioEvent",
    "Scenarios",
    "Sequence",
    "Sla",
    "Step",
    "Target",
    "Task",
    "Team",
    "Text",
    "Waiting",
    "When",
    "Workspace",
]


@dataclass(frozen=True, slots=True)
class Target:
    """A duration in seconds, or one per value of a case field. ``None``: no target for that case."""

    constant: int | None
    by: str | None = None
    values: tuple[tuple[str, int], ...] = ()
    otherwise: int | None = None
    position: Position = NOWHERE


@dataclass(frozen=True, slots=True)
class Label:
    """How a source system names a step: text with ``*``, compared NFKC and case-folded, and a condition."""

    pattern: str
    when: Guard | None
    position: Position


@dataclass(frozen=True, slots=True)
class Step:
    """A step of the register: who does it, how fast, how the source systems name it.

    `needs` are the fields that must be known before it is done; `needs_at` is where that is said.
    """

    id: str
    name: Text
    owners: tuple[str, ...]
    within: Target | None
    calendar: str | None
    spends: str | None
    labels: tuple[Label, ...]
    description: str
    position: Position
    needs: tuple[str, ...] = ()
    needs_at: Position = NOWHERE


@dataclass(frozen=True, slots=True)
class Anytime:
    """A step that may happen in every marking before an end; with an outcome it ends the case."""

    step: str
    outcome: str | None
    position: Position


@dataclass(frozen=True, slots=True)
class Waiting:
    """From step `since` until one of `until` the ball is with somebody else: clocks stand still."""

    since: str
    until: tuple[str, ...]
    position: Position


@dataclass(frozen=True, slots=True)
class Rung:
    """At `percent` of the target, `role` is told."""

    percent: int
    role: str
    position: Position


@dataclass(frozen=True, slots=True)
class Escalation:
    """The ladder of an SLA; `step` is the event that shows a rung was kept, `grace_s` how late it may be."""

    step: str | None
    grace_s: int
    rungs: tuple[Rung, ...]


@dataclass(frozen=True, slots=True)
class Sla:
    """A clock from the first of `start` to the first of `stop` after it."""

    id: str
    start: tuple[str, ...]
    stop: tuple[str, ...]
    target: Target
    objective: float | None
    when: Guard | None
    calendar: str | None
    cycle: Literal["first", "each", "total"]
    waiting_counts: bool
    escalation: Escalation | None
    position: Position


@dataclass(frozen=True, slots=True)
class Rule:
    """What must hold wherever it happens in the flow.

    `kind` and `steps`: ``after`` (A; then `others` within `within_s`), ``before`` (B; need `others`), ``never``,
    ``at_most`` (with `limits`), ``different``, ``same``.
    """

    id: str
    kind: Literal["after", "before", "never", "at_most", "different", "same"]
    steps: tuple[str, ...]
    others: tuple[str, ...]
    within_s: int | None
    limits: tuple[tuple[str, int], ...]
    when: Guard | None
    position: Position


@dataclass(frozen=True, slots=True)
class Kpi:
    """A measured expression and its target, both as written; parsed where they are computed."""

    id: str
    measure: str
    target: str
    dimension: Literal["time", "quality", "cost", "innovation"] | None
    position: Position


@dataclass(frozen=True, slots=True)
class Process:
    """One definition: its register of steps, its flow, its clocks, rules and measures.

    Dates are ISO 8601 days; `calendar` is the clock every duration runs on unless it names another.
    """

    id: str
    name: Text
    owner: str
    file: str
    valid_from: str | None
    valid_until: str | None
    applies_to: Guard | None
    calendar: str
    fields: dict[str, Field]
    ignore: tuple[str, ...]
    steps: dict[str, Step]
    flow: Item
    anytime: tuple[Anytime, ...]
    waiting: tuple[Waiting, ...]
    slas: dict[str, Sla]
    rules: dict[str, Rule]
    kpis: dict[str, Kpi]
    position: Position


@dataclass(frozen=True, slots=True)
class Workspace:
    """All definitions of a folder, read and compiled; `sources` holds the text of each file by its path.

    `processes` are the latest versions; `versions` holds all versions of a process that has more than one.
    """

    folder: str
    organisation: Organisation
    processes: dict[str, Process]
    scenarios: tuple[Scenarios, ...]
    sources: dict[str, str] = field(default_factory=dict)
    agreements: tuple[Agreement, ...] = ()
    versions: dict[str, tuple[Process, ...]] = field(default_factory=dict)
