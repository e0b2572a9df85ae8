"""The values svcflow reports: where something stands, what is wrong, what it costs, what to change."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

Severity = Literal["error", "warning", "info"]
Side = Literal["provider", "customer", "vendor", "nobody"]
Grade = Literal["A", "B", "C", "none"]
Kind = Literal["definition", "organisation", "policy", "contract", "training", "automation", "practice"]
"""Where a change is made: in a file of the workspace, or with a vendor, in people's heads, in a system, in habits."""


@dataclass(frozen=True, slots=True, order=True)
class Position:
    """A span in a text file; lines and columns count from 1, the end is exclusive."""

    file: str
    line: int
    column: int
    end_line: int
    end_column: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"


NOWHERE = Position("", 0, 0, 0, 0)


@dataclass(frozen=True, slots=True)
class Problem:
    """One mistake in a definition, at its place, with what would be right."""

    code: str
    name: str
    severity: Severity
    message: str
    position: Position
    related: tuple[tuple[str, Position], ...] = ()


@dataclass(frozen=True, slots=True)
class Subject:
    """What a finding is about: an activity, a pair of activities, a pair of teams.

    `kind` is ``activity``, ``pair``, ``team-pair``, ``resource-pair``, ``loop``, ``team`` or
    ``process`` (no names: all cases); `names` are in the log's words.
    """

    kind: str
    names: tuple[str, ...]

    def __str__(self) -> str:
        return " → ".join(self.names)


@dataclass(frozen=True, slots=True)
class Finding:
    """One weakness of a process, measured on a log.

    `cost_s` is seconds of addressable time over all `cases`; `interval_s` its 90 % bootstrap interval over cases;
    `share` is 0..1 of all time between events. Among all findings on a log no time is counted twice: `cost_s` is then
    what this one holds alone, and ``gross_s`` in the evidence what it is about, where that is more. `timer` marks a
    policy rather than a queue: it never ranks first.
    `evidence` holds the detector's own figures by name (seconds end in ``_s``).
    """

    id: str
    detector: str
    subject: Subject
    cases: int
    count: int
    cost_s: float
    share: float
    interval_s: tuple[float, float]
    side: Side
    timer: bool
    definition: str
    examples: tuple[str, ...]
    evidence: dict[str, float | int | str] = field(default_factory=dict)
    claim: object = field(default=None, compare=False, repr=False)
    """The time of the log it holds, for those who add findings up (`detectors._claims`); it is never written out."""


@dataclass(frozen=True, slots=True)
class Effect:
    """What a change is estimated to do to one metric at one load, with its uncertainty and its assumptions.

    `low` and `high` bound `after`, with `before` as measured: ``low - before`` bounds the change. Where the gates allow
    no single figure (grade C), `after` is ``None`` and the bounds are all there is; where the grade is ``none``, all
    three are ``None``. `reason` says why, `missed` names the gates, `touched` is the share of cases (0..1) that the
    change touches. `load` is relative to that of the log. Texts are English, those ending in ``_zh`` Chinese.
    """

    metric: str
    unit: str
    load: float
    before: float
    after: float | None
    low: float | None
    high: float | None
    grade: Grade
    reason: str
    method: str
    assumptions: tuple[str, ...]
    reason_zh: str = ""
    method_zh: str = ""
    assumptions_zh: tuple[str, ...] = ()
    missed: tuple[str, ...] = ()
    touched: float | None = None

    @property
    def middle(self) -> float | None:
        """Return the figure to rank by: the estimate, or the middle of its bounds where no estimate may be printed."""
        if self.after is not None or self.low is None or self.high is None:
            return self.after
        return (self.low + self.high) / 2


@dataclass(frozen=True, slots=True)
class Recommendation:
    """One change of the process: a patch to the definition where it is one, and how to judge it afterwards.

    `title` is the change in a few words, `reason` what was measured that speaks for it; these and the other texts are
    given by language (``en``, ``zh``). `patch` is a unified diff or ``None``. `changes` are the what-if that the change
    amounts to, as plain data; `evidence` holds the finding, the command that shows it (``query``), how many cases it is
    about, and examples.
    """

    id: str
    finding: str
    remedy: str
    heuristic: str
    title: dict[str, str]
    reason: dict[str, str]
    patch: str | None
    owner: str | None
    effort: Literal["small", "medium", "large"]
    risks: dict[str, str]
    check: dict[str, str]
    rollback: dict[str, str]
    wave: int
    effects: tuple[Effect, ...] = ()
    kind: Kind = "definition"
    changes: tuple[dict[str, Any], ...] = ()
    evidence: dict[str, Any] = field(default_factory=dict)
