"""What is known of a model and of an estimate before it is graded: the figures the gates judge."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from svcflow.findings import Grade

Text = dict[str, str]


@dataclass(frozen=True, slots=True)
class Extent:
    """How much of a log there is: weeks, cases; by team its instances, and which share of them names a resource."""

    weeks: float
    cases: int
    instances: Mapping[str, int]
    known: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Fit:
    """The simulated log over the observed one in the period the model was fitted on: ratios, 1 where they are equal."""

    mean: float
    p90: float
    sojourns: Mapping[str, float]
    """By team the ratio of the mean sojourns."""
    weights: Mapping[str, float]
    """By team its share of all sojourns."""


@dataclass(frozen=True, slots=True)
class HoldOut:
    """Cycle-time distances to a period the model has not seen, in hours, and how its daily work in progress follows.

    `floor95` is the 95th percentile of the distance between two halves of that period.
    """

    simulated: float
    naive: float
    floor: float
    floor95: float
    load: float


@dataclass(frozen=True, slots=True)
class Stability:
    """The late period over the early one, 1 where they are equal: cycle times, arrivals and people at work.

    `noise` is the standard error of the ratio of arrivals, `cycle_noise` that of cycle times, as weeks scatter.
    """

    cycle: float
    arrivals: float
    staff: float
    noise: float
    cycle_noise: float = 0.0


@dataclass(frozen=True, slots=True)
class Response:
    """The daily rank correlation of the backlog per person with the wait, its lower 95 % bound, the days counted."""

    rank: float
    low: float
    days: int


@dataclass(frozen=True, slots=True)
class Evidence:
    """What a model was found to be like; ``None`` where it could not be measured."""

    extent: Extent
    fit: Fit | None = None
    hold_out: HoldOut | None = None
    stability: Stability | None = None
    responses: Mapping[str, Response] = field(default_factory=dict)
    utilisation: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Concern:
    """What a gate must know of one scenario.

    `teams` are those whose queues it touches; with `queues` it changes who works when or in which order, so that
    nothing but the queue can answer. `signs` are its estimates by the variant of the model that made them.
    """

    teams: tuple[str, ...] = ()
    queues: bool = False
    signs: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a gate says: the best grade it allows, whether a single figure may be printed, and why, in words."""

    gate: str
    passed: bool
    allows: Grade
    point: bool
    told: Text


def accept(gate: str, en: str, zh: str) -> Verdict:
    """Return the verdict of a gate that is passed."""
    return Verdict(gate, passed=True, allows="A", point=True, told={"en": en, "zh": zh})


def miss(gate: str, allows: Grade, en: str, zh: str) -> Verdict:
    """Return the verdict of a gate that is missed; below B no single figure is printed."""
    return Verdict(gate, passed=False, allows=allows, point=allows == "B", told={"en": en, "zh": zh})
