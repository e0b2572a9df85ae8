"""What a definition says about its cases: frames, counts and attainment."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from svcflow.definitions.model import Process
from svcflow.definitions.versions import describe
from svcflow.execution.catalogue import catalogue
from svcflow.execution.frame import Coded, Frame, coded
from svcflow.execution.obligations import STATES as DUTY_STATES
from svcflow.execution.sla import STATES
from svcflow.execution.story import Story
from svcflow.execution.track import Rows, Track

EXAMPLES = 5
Choose = Callable[[NDArray[Any]], list[str]]
"""Returns the ids of some cases of many, given by their numbers in the log."""

_FLOW_AND_PEOPLE = tuple(code for code, kind in catalogue.items() if code < "D4" and kind.severity != "info")


@dataclass(frozen=True)
class ProcessRuns:
    """One process executed: its frames `cases`, `moves`, `deviations`, `clocks`, `rungs`, `obligations`, `allowed`.

    A case is *conforming* if its flow and its people are as defined: it has no deviation of D1xx to D3xx but for
    unknown data. What was agreed is no deviation: `allowed` holds it. Being late is judged by the clocks, not by
    conformance. `process` is the latest of the versions that judged a case; each case names its own.
    """

    process: Process
    cases: Frame
    moves: Frame
    deviations: Frame
    clocks: Frame
    rungs: Frame
    obligations: Frame
    allowed: Frame
    notes: tuple[str, ...] = ()
    sequences: int = 0
    kpis: Mapping[str, Any] = field(default_factory=dict)
    ranked: Mapping[str, NDArray[np.int64]] = field(default_factory=dict)
    """For each KPI the cases of the log that it is measured on, those furthest on the wrong side first."""

    @property
    def open(self) -> int:
        """Return the number of cases that have not ended."""
        return int((~self.cases["closed"]).sum())

    @property
    def conforming(self) -> int:
        """Return the number of cases whose flow and people are as defined."""
        return int(self.cases["conforming"].sum())

    def counts(self) -> dict[str, int]:
        """Return how many deviations of each code there are."""
        return _by_code(self.deviations)

    def slas(self, timezone: str) -> dict[str, dict[str, Any]]:
        """Return for each SLA its clocks by state and its attainment: the share met of those stopped or overdue.

        `months` is the attainment of the clocks that started in each calendar month of the time zone.
        """
        summary = {}
        names = self.clocks["sla"]
        for name, sla in self.process.slas.items():
            here = np.isin(names.codes, [i for i, text in enumerate(names.texts) if text == name])
            states = self.clocks["state"].codes[here]
            counts = dict(zip(STATES, np.bincount(states, minlength=len(STATES)).tolist(), strict=True))
            months = _by_month(states, self.clocks["started"][here], timezone)
            summary[name] = counts | {
                "attainment": _attainment(counts),
                "objective": sla.objective,
                "months": {month: found | {"attainment": _attainment(found)} for month, found in months.items()},
            }
        return summary

    def to_json(self, timezone: str) -> dict[str, Any]:
        """Return the value of `runs` for this process (contract.md)."""
        return {
            "cases": len(self.cases),
            "conforming": self.conforming,
            "open": self.open,
            "deviations": self.counts(),
            "allowed": _by_code(self.allowed),
            "slas": self.slas(timezone),
            "ladders": self.ladders(),
            "duties": self.duties(),
            "kpis": dict(self.kpis),
        }

    def ladders(self) -> dict[str, dict[str, int]]:
        """Return for each SLA with a ladder its rungs that fired, by state."""
        return {name: states for name, states in _by_state(self.rungs, "sla").items() if states}

    def duties(self) -> dict[str, dict[str, Any]]:
        """Return for each rule ``after`` its duties by state, and `share_kept`: kept in time, of those done or due.

        This is also the figure for promised call-backs: kept, late, missed, open; `again` counts promises made once
        more while one was open.
        """
        counted = _by_state(self.obligations, "rule")
        again = _by_state(self.obligations, "rule", self.obligations["again"])
        summary = {}
        for name, rule in self.process.rules.items():
            if rule.kind == "after":
                states = dict.fromkeys(DUTY_STATES, 0) | counted.get(name, {})
                judged = states["kept"] + states["late"] + states["missed"]
                summary[name] = states | {
                    "again": sum(again.get(name, {}).values()),
                    "share_kept": states["kept"] / judged if judged else None,
                }
        return summary

    def deviations_table(
        self, sources: Mapping[str, str] | None = None, choose: Choose | None = None
    ) -> list[dict[str, Any]]:
        """Return the deviations counted by code, step and place in the definition, the most frequent first.

        `choose` returns the ids of the example cases among the numbers of all; without it, they are the first ones.
        """
        frame = self.deviations
        keys = np.stack([frame["code"].codes, frame["step"].codes, frame["line"], frame["column"]], axis=1)
        _, first, inverse = np.unique(keys, axis=0, return_index=True, return_inverse=True)
        rows = []
        for group, i in enumerate(first.tolist()):
            at = np.flatnonzero(inverse.ravel() == group)
            cases = np.unique(frame["index"][at])
            names, codes = frame["case"].texts, frame["case"].codes
            numbers = np.unique(codes[at])
            examples = choose(numbers) if choose else [names[code] for code in numbers[:EXAMPLES].tolist()]
            line = int(frame["line"][i])
            rows.append(
                {
                    "process": self.process.id,
                    "code": frame["code"].get(i),
                    "name": frame["name"].get(i),
                    "step": frame["step"].get(i) or None,
                    "count": len(at),
                    "cases": len(cases),
                    "examples": examples,
                    "file": frame["file"].get(i) or None,
                    "line": line or None,
                    "column": int(frame["column"][i]) or None,
                    "text": _line(sources or {}, frame["file"].get(i), line),
                }
            )
        return sorted(rows, key=lambda r: (-r["cases"], -r["count"], r["code"], r["step"] or "", r["line"] or 0))


def build_cases(process: Process, track: Track, of: tuple[list[Story], Rows], deviations: Frame) -> Frame:
    """Return one row for each case: how it ended, what its explanation costs, whether it conforms, what is due.

    `version` says in words for which days the version of the process is valid that judged the case.
    """
    names, (stories, of_case) = tuple(process.steps), of
    version = Coded(np.zeros(len(of_case), np.int32), (describe(process),))
    codes = deviations["code"]
    counted = np.isin(codes.codes, [i for i, text in enumerate(codes.texts) if text in _FLOW_AND_PEOPLE])
    faults = np.bincount(deviations["index"][counted], minlength=len(of_case))
    log = track.knowledge.log
    pending = [", ".join(names[told.step] for told in story.pending) for story in stories]
    return Frame(
        {
            "case": Coded(track.cases.astype(np.int32), log.case_ids),
            "outcome": _by_story([story.outcome for story in stories], of_case),
            "closed": np.asarray([story.closed for story in stories], np.bool_)[of_case],
            "cost": np.asarray([story.cost for story in stories], np.int64)[of_case],
            "conforming": faults == 0,
            "events": np.diff(track.offsets),
            "pending": _by_story(pending, of_case),
            "version": version,
            "sequence": of_case,
        }
    )


def _by_story(texts: list[str], of_case: Rows) -> Coded:
    column = coded(texts)
    return Coded(column.codes[of_case] if len(of_case) else column.codes, column.texts)


def _by_code(frame: Frame) -> dict[str, int]:
    codes = frame["code"]
    counted = np.bincount(codes.codes, minlength=len(codes.texts)).tolist()
    return {code: n for code, n in sorted(zip(codes.texts, counted, strict=True)) if n}


def _by_state(frame: Frame, by: str, where: Any = None) -> dict[str, dict[str, int]]:
    """Return how many rows of each state there are, for each name of a column."""
    names, states = frame[by], frame["state"]
    keys = names.codes.astype(np.int64) * len(states.texts) + states.codes
    found: dict[str, dict[str, int]] = {}
    for key, n in zip(*np.unique(keys if where is None else keys[where], return_counts=True), strict=True):
        name, state = divmod(int(key), len(states.texts))
        counts = found.setdefault(names.texts[name], {})
        counts[states.texts[state]] = counts.get(states.texts[state], 0) + int(n)
    return found


def _attainment(counts: Mapping[str, int]) -> float | None:
    judged = counts["met"] + counts["breached"] + counts["overdue"]
    return counts["met"] / judged if judged else None


def _by_month(states: Any, started: Any, timezone: str) -> dict[str, dict[str, int]]:
    """Return the judged clocks by the local month in which they started."""
    judged = np.isin(states, [STATES.index(s) for s in ("met", "breached", "overdue")])
    if not judged.any():
        return {}
    states, started = states[judged], started[judged]
    names, begins = _months(int(started.min()), int(started.max()), ZoneInfo(timezone))
    month = np.searchsorted(begins, started, side="right") - 1
    found: dict[str, dict[str, int]] = {}
    for i in np.unique(month).tolist():
        counts = np.bincount(states[month == i], minlength=len(STATES)).tolist()
        found[names[i]] = {s: counts[STATES.index(s)] for s in ("met", "breached", "overdue")}
    return found


def _months(first: int, last: int, zone: ZoneInfo) -> tuple[list[str], list[int]]:
    """Return the months that hold two instants and all between, with the instant at which each begins."""
    moment = datetime.fromtimestamp(first // 1000, UTC).astimezone(zone)
    year, month = moment.year, moment.month
    names: list[str] = []
    begins: list[int] = []
    while True:
        begin = round(datetime(year, month, 1, tzinfo=zone).timestamp() * 1000)
        if begin > last:
            return names, begins
        names.append(f"{year:04d}-{month:02d}")
        begins.append(begin)
        year, month = (year, month + 1) if month < 12 else (year + 1, 1)


def _line(sources: Mapping[str, str], file: str, line: int) -> str | None:
    """Return the line of a definition as written, cut where it is long."""
    lines = sources.get(file, "").splitlines()
    return lines[line - 1].strip()[:200] if 0 < line <= len(lines) else None
