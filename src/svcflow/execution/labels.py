"""From the words of a source system to the steps of a definition (definitions.md 3.3)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from svcflow.definitions.model import Process
from svcflow.definitions.patterns import fold, matches
from svcflow.execution.knowledge import Knowledge
from svcflow.guards import Guard

__all__ = ["IGNORED", "UNMAPPED", "fold", "matches", "steps_of_rows"]

UNMAPPED = -1
IGNORED = -2


@dataclass(frozen=True, slots=True)
class _Candidate:
    step: int
    when: Guard | None


def steps_of_rows(process: Process, knowledge: Knowledge, *, by_id: bool = False) -> NDArray[np.int32]:
    """Return for every row of the log the step it shows, as an index into `process.steps`, or UNMAPPED or IGNORED.

    The first label that matches wins, in the order of the file; a step without labels answers to its own id. With
    `by_id` labels are left aside and the activities are step ids.
    """
    log = knowledge.log
    ids = {step: i for i, step in enumerate(process.steps)}
    if by_id:
        table = np.asarray([ids.get(text, UNMAPPED) for text in log.activities.texts], np.int32)
        return table[log.activity]
    table = np.full(len(log.activities), UNMAPPED, np.int32)
    conditional: dict[int, list[_Candidate]] = {}
    for code, text in enumerate(log.activities.texts):
        candidates = _candidates(process, fold(text))
        if candidates and candidates[0].when is None:
            table[code] = candidates[0].step
        elif candidates:
            conditional[code] = candidates
        elif any(matches(fold(pattern), fold(text)) for pattern in process.ignore):
            table[code] = IGNORED
    steps: NDArray[np.int32] = table[log.activity]
    for code, candidates in conditional.items():
        _decide(steps, np.flatnonzero(log.activity == code), candidates, knowledge)
    return steps


def _candidates(process: Process, text: str) -> list[_Candidate]:
    """Return the labels a text matches, up to the first that asks for nothing more."""
    found = []
    for i, step in enumerate(process.steps.values()):
        for label in step.labels:
            if matches(fold(label.pattern), text):
                found.append(_Candidate(i, label.when))
                if label.when is None:
                    return found
        if not step.labels and fold(step.id) == text:
            found.append(_Candidate(i, None))
            return found
    return found


def _decide(
    steps: NDArray[np.int32], rows: NDArray[np.int64], candidates: list[_Candidate], knowledge: Knowledge
) -> None:
    """Write into `steps` what each of `rows` shows, by the conditions of its candidates on the row's own columns."""
    for candidate in candidates:
        if candidate.when is None:
            steps[rows] = candidate.step
            return
        holds = knowledge.judge(candidate.when, rows, "own") == 1
        steps[rows[holds]] = candidate.step
        rows = rows[~holds]
