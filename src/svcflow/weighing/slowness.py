"""Slow passes: the part of the waits before a step that lie two hours and more above the rest of their kind."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from svcflow.eventlog.log import Codes, Log, Millis
from svcflow.mining.grouping import seconds
from svcflow.weighing import mixtures
from svcflow.weighing.claims import Ground
from svcflow.weighing.drafts import Evidence
from svcflow.weighing.hours import measure_open

HOUR = 3_600_000
ERRORS = 4.0
COLUMNS = 12
"""So many values of an attribute are tried to tell slow from fast."""
CHANCE = 0.01
MOST, MOST_BESIDE_CLICKS = 0.8, 0.5
CLICK = 5 * 60_000
"""A larger share is the rule, not slow; less is where the fast ones take below five minutes, which are mere clicks."""
FASTEST = 60_000
"""Where the fast ones take less than this, nobody works on them: no second group of work."""
PERSON = ("resource", "user", "agent", "owner", "name", "creator", "employee", "_by", " by", "responsible", "assignee")
"""Columns with such words in their name may name people, and are not told."""


@dataclass(frozen=True, slots=True)
class Slow:
    """Slow passes among `rows`: which, by how many milliseconds (on the clock of costs), and how they differ.

    `border` is what the shortest of them takes, in open milliseconds.
    """

    rows: NDArray[np.int64]
    slow: NDArray[np.bool_]
    excess: NDArray[np.int64]
    evidence: Evidence
    border: int


def find_slow(ground: Ground, rows: NDArray[np.int64], gap_min: float, group: int) -> Slow | None:
    """Return the slow ones of these passes; ``None`` where there are no two groups with such a gap between medians.

    Groups are told apart on open hours: of the calendar where one is given, else those in which the log shows work.
    """
    waits = _measure(ground, rows)
    found = mixtures.split(waits)
    if found is None or found.fast < FASTEST or found.slow - found.fast < gap_min * 60_000:
        return None
    if found.share > (MOST if found.fast >= CLICK else MOST_BESIDE_CLICKS):
        return None
    slow = waits > found.border
    if min(int(slow.sum()), int((~slow).sum())) < group:
        return None
    usual = float(np.median(ground.wait[rows][~slow]))
    excess = np.where(slow, np.maximum(ground.wait[rows] - usual, 0), 0).astype(np.int64)
    evidence: Evidence = {
        "slow_share": float(slow.mean()),
        "fast_median_s": seconds(found.fast),
        "slow_median_s": seconds(found.slow),
    }
    return Slow(rows, slow, excess, evidence | _tell_apart(ground, rows, slow), int(waits[slow].min()))


def find_slow_here(
    ground: Ground, rows: NDArray[np.int64], others: NDArray[np.int64], of: tuple[float, int]
) -> Slow | None:
    """Return the slow ones of these passes where they are clearly rarer among `others` of their kind.

    That is at most half as frequent, and not by chance (two shares, four standard errors). `of` are the gap between
    medians in minutes and the least number of either group.
    """
    found = find_slow(ground, rows, *of)
    if found is None or len(others) < of[1]:
        return None
    here, there = float(found.slow.mean()), float((_measure(ground, others) >= found.border).mean())
    pooled = (here * len(rows) + there * len(others)) / (len(rows) + len(others))
    error = math.sqrt(pooled * (1 - pooled) * (1 / len(rows) + 1 / len(others)))
    return found if 2 * there <= here and here - there >= ERRORS * error else None


def _measure(ground: Ground, rows: NDArray[np.int64]) -> Millis:
    """Return the waits before these rows in open hours."""
    return ground.wait[rows] if ground.mined.waits.business else measure_open(ground.log, rows)


def _tell_apart(ground: Ground, rows: NDArray[np.int64], slow: NDArray[np.bool_]) -> Evidence:
    """Return the attribute and the value with which most slow passes go along, or nothing.

    Tried are teams and attributes of cases with few values; the chance of a chi-square value so large is multiplied by
    the number of values tried (Bonferroni). People are never named.
    """
    best: tuple[float, str, str] | None = None
    tried, rate = 0, float(slow.mean())
    for name, codes, texts in _list_columns(ground.log):
        values = codes[rows] if len(codes) == ground.log.instances else codes[ground.case[rows]]
        shown, place, counts = np.unique(values, return_inverse=True, return_counts=True)
        if not 1 < len(shown) <= COLUMNS:
            continue
        hits = np.bincount(place, weights=slow)
        expected = counts * rate
        score = (hits - expected) ** 2 / (expected * (1 - rate) * np.maximum(1 - counts / len(rows), 1e-9))
        tried += len(shown)
        score[(counts < 20) | (hits < 1.5 * expected) | (shown == 0)] = 0
        top = int(score.argmax())
        if score[top] > 0 and (best is None or score[top] > best[0]):
            best = float(score[top]), name, texts[int(shown[top])]
    if best is None or tried * np.exp(-best[0] / 2) > CHANCE:
        return {}
    return {"by": best[1], "value": best[2]}


def _list_columns(log: Log) -> list[tuple[str, Codes, tuple[str, ...]]]:
    """Return what may tell slow passes from fast ones: the team, and attributes of cases that name nobody."""
    found: list[tuple[str, Codes, tuple[str, ...]]] = []
    if log.has_teams:
        found.append(("team", log.team, log.teams.texts))
    people = set(log.resources.texts) - {""}
    for name, column in log.case_attributes.items():
        if column.kind != "text" or column.vocabulary is None or any(word in name.casefold() for word in PERSON):
            continue
        if len(column.vocabulary) <= COLUMNS and not people & set(column.vocabulary.texts):
            found.append((name, np.asarray(column.values, np.int32), column.vocabulary.texts))
    return found
