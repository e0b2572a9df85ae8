"""What estimating gives: one estimate a scenario, as effects, as a table, and split over the scenarios of a plan."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from svcflow.estimation.evidence import Evidence, Text
from svcflow.estimation.shares import Shares
from svcflow.findings import Effect, Grade
from svcflow.whatif import WhatIf

Method = Literal["simulation", "replay", "none"]


@dataclass(frozen=True, slots=True)
class Estimate:
    """What a scenario is estimated to do: effects by figure, the log's load first; the first figure leads."""

    scenario: WhatIf
    method: Method
    effects: tuple[Effect, ...]

    @property
    def grade(self) -> Grade:
        """Return the grade of the leading effect."""
        return self.effects[0].grade if self.effects else "none"

    @property
    def lead(self) -> Effect | None:
        """Return the effect on the leading figure at the load of the log."""
        return self.effects[0] if self.effects else None

    def find(self, metric: str, load: float = 1.0) -> Effect | None:
        """Return the effect on a metric such as ``mean_cycle_time`` at a load; ``None`` where it was not asked for."""
        return next((e for e in self.effects if e.metric == metric and e.load == load), None)


@dataclass(frozen=True, eq=False, repr=False)
class Estimates:
    """The estimates of scenarios in their order, and of all of them `together` where that was asked for.

    `evidence` is what the gates looked at, ``None`` where nothing could be simulated; `reason` then says why.
    """

    rows: tuple[Estimate, ...]
    together: Estimate | None
    evidence: Evidence | None
    reason: Text
    split_up: Callable[[], Shares]

    def __repr__(self) -> str:
        """Return the scenarios with their grades."""
        graded = ", ".join(f"{row.scenario.name} ({row.method}, {row.grade})" for row in self.rows)
        return f"<Estimates: {graded or 'no scenario'}; .table, .to_rows(), .split()>"

    def __iter__(self) -> Iterator[Estimate]:
        return iter(self.rows)

    def __len__(self) -> int:
        return len(self.rows)

    def __getitem__(self, name: str | int) -> Estimate:
        """Return the estimate of a scenario by its name or place."""
        if isinstance(name, int):
            return self.rows[name]
        found = next((row for row in self.rows if row.scenario.name == name), None)
        if found is None:
            raise KeyError(name)
        return found

    def to_rows(self) -> list[dict[str, Any]]:
        """Return one plain row for each effect: what changes by how much, how sure, and why."""
        return [_tell(row, effect) for row in self.rows for effect in row.effects]

    @property
    def table(self) -> Any:
        """Return the effects as a pandas frame."""
        import pandas as pd  # noqa: PLC0415 - slow to load, seldom needed

        return pd.DataFrame(self.to_rows())

    def split(self) -> Shares:
        """Return what each scenario adds to the joint effect on the leading figure (Shapley), in its unit."""
        return self.split_up()


def _tell(row: Estimate, effect: Effect) -> dict[str, Any]:
    moved: Sequence[float | None] = [
        None if value is None else value - effect.before for value in (effect.after, effect.low, effect.high)
    ]
    return {
        "scenario": row.scenario.name,
        "method": row.method,
        "metric": effect.metric,
        "unit": effect.unit,
        "load": effect.load,
        "before": effect.before,
        "delta": moved[0],
        "low": moved[1],
        "high": moved[2],
        "touched": effect.touched,
        "grade": effect.grade,
        "missed": ", ".join(effect.missed),
        "reason": effect.reason,
        "assumptions": "; ".join(effect.assumptions),
    }
