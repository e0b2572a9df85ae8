"""From the words of a source system to the steps of a definition (definitions.md 3.3)."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from svcflow.definitions.model import Process
from svcflow.execution.knowledge import Knowledge
from svcflow.guards import Guard

UNMAPPED = -1
IGNORED = -2


@dataclass(frozen=True, slots=True)
class _Candidate:
    step: int
    when: Guard | None


def fold(text: str) -> str:
    """Return `text` as labels are compared: NFKC, case-folded, without outer space.

    >>> fold(" Ｆirst REPLY ") == fold("first reply")
    True
    """
    return unicodedata.normalize("NFKC", text).casefold().strip()


def matches(pattern: str, text: str) -> bool:
    """Return whether a folded text matches a folded pattern, in which ``*`` stands for any text.

    >>> [matches("复核*", "复核退回"), matches("*closed*", "case closed"), matches("a*a", "a"), matches("x", "xy")]
    [True, True, False, False]
    """
    head, *rest = pattern.split("*")
    if not rest:
        return text == pattern
    tail = rest.pop()
    if not text.startswith(head) or not text.endswith(tail) or len(text) < len(head) + len(tail):
        return False
    at, end = len(head), len(text) - len(tail)
    for part in rest:
        found = text.find(part, at, end)
        if found < 0:
            return False
        at = found + len(part)
    return True


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
