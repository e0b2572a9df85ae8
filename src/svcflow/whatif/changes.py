"""Changes of a process as data: one frozen class a kind, in the words of the log.

A change says *what* would be different, nothing of how it is judged: `replay` moves the waits of the log by it,
`simulation` the queues, and a recommendation carries it beside its patch. Names of activities and teams are those of
the log (`translation` makes them of the ids of a definition). Durations are whole seconds. Source: advice.md 3 and 6.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import ClassVar, Literal, TypeAlias

Names: TypeAlias = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Scope:
    """Which rows of a log a change touches: those of which everything stated holds; nothing stated, all of them.

    `activities` and `after`: the activity of the row and of the row before it in the case; `sender` and `receiver`: the
    team that had the case before and has it now; `handover`: the team (or the resource) differs from the one before;
    `where`: a condition of the guard language on the case; `from_round`: the activity's occurrence in the case, from
    this number on.
    """

    activities: Names = ()
    after: Names = ()
    sender: str | None = None
    receiver: str | None = None
    handover: Literal["team", "resource"] | None = None
    where: str | None = None
    from_round: int = 1


@dataclass(frozen=True, slots=True)
class CapWait:
    """No wait in `scope` is longer than `limit_s` seconds; on a `calendar` of the organisation, in its open hours.

    With `whole`, the limit holds for the sojourn, waiting and work together, as the target of a step does.
    """

    KIND: ClassVar[str] = "cap_wait"
    scope: Scope
    limit_s: int
    calendar: str | None = None
    whole: bool = False


@dataclass(frozen=True, slots=True)
class KeepHands:
    """The handovers in `scope` wait as those do that stay in the same hands, rank by rank."""

    KIND: ClassVar[str] = "keep_hands"
    scope: Scope


@dataclass(frozen=True, slots=True)
class MergeTeams:
    """Two teams work as one: what one has, the people of the other may do."""

    KIND: ClassVar[str] = "merge_teams"
    teams: tuple[str, str]


@dataclass(frozen=True, slots=True)
class DropRepeats:
    """A share of the repetitions of `activities` from `from_round` on does not happen.

    With `rounds`, everything on the way round falls away with them: the rows from one completion of the first of
    `activities` to its next.
    """

    KIND: ClassVar[str] = "drop_repeats"
    activities: Names
    share: float = 1.0
    from_round: int = 2
    rounds: bool = False


@dataclass(frozen=True, slots=True)
class Skip:
    """A share of the rows in `scope` does not happen: neither the wait before them nor the work."""

    KIND: ClassVar[str] = "skip"
    scope: Scope
    share: float = 1.0


@dataclass(frozen=True, slots=True)
class Bypass:
    """A team is not asked any more, in the cases of which `where` holds: the case goes on without what it did."""

    KIND: ClassVar[str] = "bypass"
    team: str
    where: str | None = None


@dataclass(frozen=True, slots=True)
class Automate:
    """The rows in `scope` need nobody any more: no wait for people and no work, only the delay of others stays."""

    KIND: ClassVar[str] = "automate"
    scope: Scope


@dataclass(frozen=True, slots=True)
class Parallel:
    """Two activities that follow each other begin together."""

    KIND: ClassVar[str] = "parallel"
    activities: tuple[str, str]


@dataclass(frozen=True, slots=True)
class Speed:
    """The work on `activities` takes `factor` times as long as now."""

    KIND: ClassVar[str] = "speed"
    activities: Names
    factor: float


@dataclass(frozen=True, slots=True)
class Dissolve:
    """The `activities` are done case by case instead of in batches: nobody waits for the batch to fill."""

    KIND: ClassVar[str] = "dissolve"
    activities: Names


@dataclass(frozen=True, slots=True)
class Capacity:
    """A team has more or fewer people: `heads` of them, or a `share` of those it has (0.1: a tenth more).

    Exactly one of the two is given; both may be negative.
    """

    KIND: ClassVar[str] = "capacity"
    team: str
    heads: float | None = None
    share: float | None = None


@dataclass(frozen=True, slots=True)
class Hours:
    """A team works by another `calendar` of the organisation."""

    KIND: ClassVar[str] = "hours"
    team: str
    calendar: str


@dataclass(frozen=True, slots=True)
class Prioritise:
    """Cases of which `where` holds are taken first, by one team or by all."""

    KIND: ClassVar[str] = "prioritise"
    where: str
    team: str | None = None


@dataclass(frozen=True, slots=True)
class Arrivals:
    """`factor` times as many cases arrive."""

    KIND: ClassVar[str] = "arrivals"
    factor: float


Change: TypeAlias = (
    CapWait
    | KeepHands
    | MergeTeams
    | DropRepeats
    | Skip
    | Bypass
    | Automate
    | Parallel
    | Speed
    | Dissolve
    | Capacity
    | Hours
    | Prioritise
    | Arrivals
)

KINDS: dict[str, type[Change]] = {
    kind.KIND: kind
    for kind in (
        *(CapWait, KeepHands, MergeTeams, DropRepeats, Skip, Bypass, Automate, Parallel, Speed, Dissolve),
        *(Capacity, Hours, Prioritise, Arrivals),
    )
}
"""The classes of changes by the word a file names them with."""


def list_fields(kind: type[Change]) -> tuple[str, ...]:
    """Return what a change of a kind is made of.

    >>> list_fields(Hours)
    ('team', 'calendar')
    """
    return tuple(field.name for field in fields(kind))
