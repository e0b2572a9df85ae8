"""The measures of a definition: ``share(guard)``, ``mean(x)``, ``median(x)``, ``p90(x)`` (definitions.md 2.6).

`x` is a field, ``count(step)``, or ``elapsed(a, b)``: open time of the process's calendar from the first `a` to the
first `b` after it. Measured on closed cases of which the value is known; `n` says how many those are.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from svcflow.definitions.durations import parse_duration
from svcflow.definitions.model import Kpi, Process, Workspace
from svcflow.execution.frame import Frame
from svcflow.execution.knowledge import UNKNOWN
from svcflow.execution.timeline import clock_of
from svcflow.execution.track import Track
from svcflow.guards import Field, Guard, GuardError, compile_guard

Numbers = NDArray[np.float64]

_MEASURE = re.compile(r"\s*(share|mean|median|p90)\s*\((.*)\)\s*", re.DOTALL)
_COUNT = re.compile(r"count\s*\(\s*(\w+)\s*\)")
_ELAPSED = re.compile(r"elapsed\s*\(\s*(\w+)\s*,\s*(\w+)\s*\)")
_SPAN = re.compile(r"'([0-9]{1,6}[mhdw])'")
_TARGET = re.compile(r"\s*(<=|>=|<|>|==)\s*([0-9.]+)\s*(%|[mhdw])?\s*")
_COMPARE: dict[str, Callable[[float, float], bool]] = {
    "<=": operator.le, ">=": operator.ge, "<": operator.lt, ">": operator.gt, "==": operator.eq,
}  # fmt: skip


def compute_kpis(process: Process, measurers: Sequence[Measurer]) -> dict[str, dict[str, Any]]:
    """Return each KPI as {value, unit, n, target, met, dimension, limit, attainment}; what no case has is ``None``.

    `limit` is the target's number in the unit of the value, `attainment` how near the value comes to it (see
    `attain`). `measurers` are those of the cases: more than one where several versions of the process judged them.
    """
    return {
        name: _summarise(kpi, [measurer.values(kpi) for measurer in measurers]) for name, kpi in process.kpis.items()
    }


def rank_cases(process: Process, measurers: Sequence[Measurer]) -> dict[str, NDArray[np.int64]]:
    """Return for each KPI the cases of the log that it is measured on, those furthest on the wrong side first."""
    return {name: _rank(kpi, [measurer.measure(kpi) for measurer in measurers]) for name, kpi in process.kpis.items()}


def _rank(kpi: Kpi, parts: list[tuple[Numbers, NDArray[np.int64]]]) -> NDArray[np.int64]:
    values = np.concatenate([np.zeros(0), *(values for values, _ in parts)])
    cases = np.concatenate([np.zeros(0, np.int64), *(cases for _, cases in parts)])
    more_is_better = kpi.target.lstrip().startswith(">")
    return cases[np.lexsort((cases, values if more_is_better else -values))]


def _summarise(kpi: Kpi, parts: list[Numbers]) -> dict[str, Any]:
    found = _MEASURE.fullmatch(kpi.measure)
    if not found:
        return {"value": None, "unit": "", "n": 0} | _judge(None, kpi)
    values = np.concatenate([np.zeros(0), *parts])
    unit = "share" if found[1] == "share" else "s" if _ELAPSED.fullmatch(found[2].strip()) else ""
    value = None
    if len(values):
        picked = {"median": 50.0, "p90": 90.0}.get(found[1])
        value = float(values.mean() if picked is None else np.percentile(values, picked))
    return {"value": value, "unit": unit, "n": len(values)} | _judge(value, kpi)


class Measurer:
    """The quantities of a process's closed cases, computed when a measure asks for them."""

    def __init__(self, process: Process, workspace: Workspace, track: Track, cases: Frame) -> None:
        self._process, self._workspace, self._track = process, workspace, track
        self._steps = {name: i for i, name in enumerate(process.steps)}
        self._closed = np.flatnonzero(cases["closed"])

    def values(self, kpi: Kpi) -> Numbers:
        """Return what a KPI measures for every closed case of which it is known."""
        return self.measure(kpi)[0]

    def measure(self, kpi: Kpi) -> tuple[Numbers, NDArray[np.int64]]:
        """Return what `values` does, and the cases of the log that they are of."""
        nothing = np.zeros(0), np.zeros(0, np.int64)
        found = _MEASURE.fullmatch(kpi.measure)
        if not found:
            return nothing
        what = found[2].strip()
        try:
            values = self._truths(what) if found[1] == "share" else self._quantity(what)
        except (GuardError, KeyError):
            return nothing
        known = np.flatnonzero(~np.isnan(values))
        return values[known], self._track.cases[self._closed[known]].astype(np.int64)

    def _quantity(self, text: str) -> Numbers:
        """Return a number for each closed case, NaN where unknown."""
        if found := _COUNT.fullmatch(text):
            return self._count(found[1])
        if found := _ELAPSED.fullmatch(text):
            return self._elapsed(found[1], found[2])
        known = self._track.knowledge.field(text)
        if known is None:
            return np.zeros(0)
        numbers = np.asarray([_number(value) for value in known.values])
        return numbers[self._track.knowledge.codes(text, self._track.last[self._closed], "after")]

    def _count(self, step: str) -> Numbers:
        counts = np.bincount(
            self._track.case_of[self._track.steps == self._steps[step]], minlength=len(self._track.cases)
        )
        return counts[self._closed].astype(np.float64)

    def _elapsed(self, start: str, end: str) -> Numbers:
        track = self._track
        begins = self._first(start, track.offsets[:-1])
        ends = self._first(end, np.where(begins >= 0, begins, track.offsets[1:]))
        spans = np.full(len(track.cases), np.nan)
        both = np.flatnonzero((begins >= 0) & (ends >= 0))
        if len(both):
            clock = clock_of(self._workspace, self._process.calendar)
            spent = clock.elapsed_all(track.times[begins[both]], track.times[ends[both]])
            spans[both] = spent / 1000
        return spans[self._closed]

    def _first(self, step: str, since: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return the first event of a step in each case at or after a place, -1 where there is none."""
        events = np.append(np.flatnonzero(self._track.steps == self._steps[step]), np.iinfo(np.int64).max)
        found = events[np.searchsorted(events, since)]
        return np.where(found < self._track.offsets[1:], found, -1)

    def _truths(self, text: str) -> Numbers:
        """Return 1, 0 or NaN for each closed case: the truth of a guard that may also count and measure."""
        fields = dict(self._process.fields)
        quantities: dict[str, Numbers] = {}

        def replace(found: re.Match[str]) -> str:
            name = f"quantity_{len(quantities)}"
            fields[name] = Field(name, "number")
            quantities[name] = self._quantity(found[0])
            return name

        text = _ELAPSED.sub(replace, _COUNT.sub(replace, text))
        if quantities:
            text = _SPAN.sub(lambda found: str(parse_duration(found[1])), text)
        guard = compile_guard(text, fields)
        rows = self._track.last[self._closed]
        if not quantities:
            truth = self._track.knowledge.judge(guard, rows, "after")
            return np.where(truth == UNKNOWN, np.nan, truth)
        return self._combined(guard, rows, quantities)

    def _combined(self, guard: Guard, rows: NDArray[np.int64], quantities: dict[str, Numbers]) -> Numbers:
        """Return the truth of a guard that reads fields and quantities, evaluated once for each combination of them."""
        knowledge = self._track.knowledge
        columns: dict[str, Any] = {
            name: quantities[name] if name in quantities else knowledge.codes(name, rows, "after")
            for name in guard.fields
        }
        combined = np.zeros(len(rows), np.int64)
        for values in columns.values():
            met, codes = np.unique(values, return_inverse=True)
            _, combined = np.unique(combined * max(len(met), 1) + codes, return_inverse=True)
        _, first = np.unique(combined, return_index=True)
        truths = [
            guard.evaluate({
                name: float(values[i]) if name in quantities else knowledge.value(name, int(values[i]))
                for name, values in columns.items()
            })
            for i in first.tolist()
        ]  # fmt: skip
        table = np.asarray([np.nan if truth is None else float(truth) for truth in truths], np.float64)
        return table[combined] if len(rows) else np.zeros(0)


def _number(value: object) -> float:
    word = str(value).strip().casefold()
    if word in ("true", "false"):
        return float(word == "true")
    try:
        return float(word)
    except ValueError:
        return float("nan")


def _judge(value: float | None, kpi: Kpi) -> dict[str, Any]:
    """Return a value beside its target, such as ``<= 24h`` or ``>= 90%``."""
    found = _TARGET.fullmatch(kpi.target)
    stated = {"target": kpi.target, "met": None, "dimension": kpi.dimension, "limit": None, "attainment": None}
    if not found:
        return stated
    unit = {"%": 0.01, "m": 60, "h": 3_600, "d": 86_400, "w": 604_800}.get(found[3] or "", 1)
    # Rounded, so that 0.9 of ten cases keeps ">= 90%" whatever 90 * 0.01 is in binary.
    limit = round(float(found[2]) * unit, 9)
    if value is None:
        return stated | {"limit": limit}
    met = _COMPARE[found[1]](round(value, 9), limit)
    return stated | {"met": met, "limit": limit, "attainment": attain(round(value, 9), found[1], limit, met=met)}


def attain(value: float, compare: str, limit: float, *, met: bool) -> float:
    """Return how near a value comes to its target: 1 where it keeps it, else the ratio of the two, 0..1.

    >>> attain(0.45, ">=", 0.9, met=False), attain(48.0, "<=", 24.0, met=False), attain(3.0, "<=", 0.0, met=False)
    (0.5, 0.5, 0.0)
    """
    if met:
        return 1.0
    low, high = sorted((value, limit))
    wanted, other = (value, limit) if compare.startswith(">") else (limit, value) if compare != "==" else (low, high)
    return min(max(wanted / other, 0.0), 1.0) if other > 0 else 0.0
