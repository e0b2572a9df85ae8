"""Judges the findings on a log against what was planted in it; the rules stand in `study_planted`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from svcflow.eventlog.log import Log
from svcflow.findings import Finding
from svcflow.generation import Generated
from svcflow.generation.played import Cost

ALIKE = {
    "slow-step": {"slow-step", "slow-pair"},
    "slow-pair": {"slow-pair", "slow-step"},
    "slow-handoff": {"handover-delay", "slow-pair", "slow-step"},
    "rework-loop": {"rework"},
    "auto-close": {"timer"},
    "single-person": {"single-person-step"},
    "on-hold-misuse": {"on-hold-misuse", "on-hold"},
}
"""The detectors whose finding tells a kind of problem, where it is not the one of the same name."""
DETECTOR = {
    "slow-handoff": "handover-delay", "rework-loop": "rework", "auto-close": "timer",
    "single-person": "single-person-step",
}  # fmt: skip
DESCRIBING = {"bottleneck", "extra-step", "handover-delay", "repeating-pattern", "rework", "timer"}
"""Detectors that also tell what is usual in a process: judged against the twin. All others tell what is abnormal."""
FREE = {"missed-callback", "idle-team", "auto-close", "level-skip"}
"""Kinds that are no waiting, or a policy: they count by the cases they strike."""
WHOLE = {"repeat-contact", "multi-hop", "sla-at-risk", "extreme-duration"}
"""Kinds that are about cases, wherever they are noticed: any subject will do."""
LARGE, MANY, SAME, MOSTLY, PART = 0.03, 0.05, 0.8, 0.5, 0.5
STRUCK, AT_MOST = 0.9, 0.6
"""A finding nearly all of whose time lies in the cases that a problem struck is about it, if those are not most."""


@dataclass(slots=True)
class Planted:
    """One problem of a log: how large it is, in hours and as a share, and what was found of it."""

    kind: str
    place: tuple[str, ...]
    hours: float
    share: float
    cases: frozenset[str]
    counts: bool
    added: NDArray[np.int64]
    struck: NDArray[np.bool_]
    found: list[str] = field(default_factory=list)
    rank: int | None = None

    @property
    def costly(self) -> bool:
        """Return whether it is among those that may be the largest: waiting, and enough of it."""
        return self.share >= LARGE and self.kind != "auto-close"

    @property
    def detector(self) -> str:
        """Return the detector whose business it is."""
        return DETECTOR.get(self.kind, self.kind)


@dataclass(slots=True)
class Verdict:
    """One log: its problems, and for each finding whether it is a hit, a consequence, natural or an alarm."""

    problems: list[Planted]
    findings: list[tuple[Finding, str]]
    first: bool | None = None

    @property
    def alarms(self) -> list[Finding]:
        """Return the false alarms."""
        return [finding for finding, verdict in self.findings if verdict == "alarm"]


def list_problems(planted: Generated, log: Log, addressable_h: float, *, business: bool) -> list[Planted]:
    """Return what was planted, by the words of the log."""
    found = []
    for cost, told in zip(planted.costs, planted.truth["plants"], strict=True):
        hours = (cost.added_business_s if business else cost.added_s) / 3600
        share, part = hours / max(addressable_h, 1e-9), len(cost.cases) / max(log.cases, 1)
        large = part >= MANY if cost.plant.kind in FREE else share >= LARGE
        hit = {*cost.cases}
        codes = [i for i, case in enumerate(log.case_ids) if case in hit]
        struck = np.isin(log.case_of_row, codes)
        added = _lay_out(cost, planted.labels, log)
        found.append(Planted(cost.plant.kind, _place(told), hours, share, frozenset(cost.cases), large, added, struck))
    return found


def _place(told: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the names that say where a problem is: its teams, or the steps it is about."""
    place, kind = told["place"], told["kind"]
    if kind == "slow-handoff":
        return place["from"], place["to"], place["step"]
    if kind in ("ping-pong", "sustained-ping-pong"):
        return place["from"], place["to"]
    if kind in ("overloaded-team", "idle-team"):
        return (place["team"],)
    if kind == "level-skip":
        return (place["to"],)
    if kind == "extra-step":
        return place["through"], place["step"]
    if kind in ("on-hold-misuse", "late-escalation"):
        return (place["through"],)
    if kind == "drift":
        return (place.get("through", place["step"]), place["step"])
    if kind == "repeating-pattern":
        return tuple(place["steps"])
    if kind == "reopen":
        return (*place["steps"], place["step"])
    if kind == "slow-pair":
        return place["after"], place["step"]
    return (place["step"],) if "step" in place else ()


def tells(finding: Finding, problem: Planted) -> bool:
    """Return whether a finding is of the problem's kind and at its place."""
    if finding.detector not in ALIKE.get(problem.kind, {problem.kind}):
        return False
    if problem.kind in WHOLE or not problem.place:
        return True
    names = {*finding.subject.names}
    if problem.kind == "slow-handoff" and finding.detector != "handover-delay":
        return problem.place[2] in names
    if problem.kind in ("slow-handoff", "ping-pong", "sustained-ping-pong"):
        return {*problem.place[:2]} <= names
    if problem.kind == "slow-pair":
        return problem.place[1] in names
    return bool(names & {*problem.place})


def judge(findings: Sequence[Finding], problems: list[Planted], twin: Mapping[str, Finding]) -> Verdict:
    """Return what each finding of a log is, and rank the problems."""
    verdicts = [(f, _judge_one(f, problems, twin.get(f.id))) for f in findings]
    verdict = Verdict(problems, [(f, word) for f, (word, _) in verdicts])
    rank = 0
    for finding, (word, problem) in verdicts:
        if word == "natural" or finding.timer or finding.side != "provider":
            continue
        rank += 1
        if problem is not None and problem.rank is None:
            problem.rank = rank
    costly = [p for p in problems if p.costly]
    if costly:
        verdict.first = max(costly, key=lambda p: p.hours).rank == 1
    return verdict


def _judge_one(finding: Finding, problems: list[Planted], natural: Finding | None) -> tuple[str, Planted | None]:
    """Return ``hit``, ``part`` (a consequence), ``natural`` or ``alarm``, and the problem it is about."""
    told = [p for p in problems if tells(finding, p)]
    for problem in told:
        problem.found.append(finding.detector)
    if told:
        return "hit", max(told, key=lambda p: (_overlap(finding, p), p.hours))
    usual = natural.cost_s if natural is not None else 0.0
    gross = float(finding.evidence.get("gross_s", finding.cost_s))
    if finding.detector in DESCRIBING and (usual >= MOSTLY * gross or finding.side != "provider"):
        return "natural", None
    if usual >= SAME * gross:
        return "alarm", None
    overlaps = [(_overlap(finding, p), i) for i, p in enumerate(problems)]
    if overlaps and sum(o for o, _ in overlaps) >= PART * finding.cost_s * (1 - usual / gross):
        return "part", problems[max(overlaps)[1]]
    about = next((p for p in problems if _is_about(finding, p)), None)
    return ("part", about) if about else ("alarm", None)


def _is_about(finding: Finding, problem: Planted) -> bool:
    """Return whether nearly all of a finding's time lies in the cases that a problem struck, which are not most."""
    claim = getattr(finding, "claim", None)
    amounts = getattr(claim, "amounts", np.zeros(0))
    if not amounts.sum() or problem.struck.mean() > AT_MOST:
        return False
    return float(amounts[problem.struck[claim.rows]].sum()) >= STRUCK * float(amounts.sum())


def _overlap(finding: Finding, problem: Planted) -> float:
    """Return how many seconds of the finding's time the problem has added, by case and pair of steps."""
    claim = getattr(finding, "claim", None)
    amounts = getattr(claim, "amounts", np.zeros(0))
    if not amounts.sum():
        cases = {*finding.examples} & problem.cases
        return finding.cost_s * len(cases) / max(len(finding.examples), 1)
    held = float(np.minimum(problem.added[claim.rows], amounts).sum())
    return held / float(amounts.sum()) * finding.cost_s


def _lay_out(cost: Cost, labels: Mapping[str, str], log: Log) -> NDArray[np.int64]:
    """Return for each row of the log what a problem has added to the wait before it (ms); 0 where it added nothing.

    All of a case counts that would not be there without the problem.
    """
    numbers = {case: i for i, case in enumerate(log.case_ids)}
    added = np.zeros(log.instances, np.int64)
    names = log.activities.texts
    for case, waits in cost.by_case.items():
        if case not in numbers:
            continue
        first, last = log.offsets[numbers[case]], log.offsets[numbers[case] + 1]
        by_label = {(labels[a], labels[b]): ms for (a, b), ms in waits.items()}
        for row in range(int(first) + 1, int(last)):
            pair = names[int(log.activity[row - 1])], names[int(log.activity[row])]
            added[row] = max(by_label.get(pair, 0), 0)
    return added
