"""Canonical files of a service desk's log of any size, written in pieces from a seed: what large benchmarks run on.

Cases follow one of 60 paths over 24 steps, the common ones far more often; a step may be done again at once, a part of
the path once more. Each stage of four steps belongs to two of the 12 teams of 50, whose members keep a case for a
while; the last step comes by a timer. About twelve events a case.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from svcflow.eventlog.log import Vocabulary
from svcflow.eventlog.store.layout import Facts, Layout, Part
from svcflow.eventlog.store.writing import Writer
from svcflow.eventlog.texts import strings

STEPS, PATHS, TEAMS, MEMBERS, PIECE = 24, 60, 12, 50, 100_000
Ints = NDArray[np.int64]


def make_file(target: Path, events: int) -> int:
    """Write a log of about so many events; return how many there are."""
    rng = np.random.default_rng(20_260_105)
    paths = _draw_paths(rng)
    per_case = 12.5
    cases = max(round(events / per_case), 1)
    layout = Layout(
        Vocabulary(tuple(f"Step {number:02d} of the work" for number in range(STEPS))),
        Vocabulary(("", *(f"agent {number:04d}" for number in range(TEAMS * MEMBERS)))),
        Vocabulary(("", *(f"Team {number:02d}" for number in range(TEAMS)))),
        unit="s",
    )
    begins = 1_400_000_000 + np.arange(cases) * 100_000_000 // cases
    total = 0
    with Writer(target, layout) as writer:
        for first in range(0, cases, PIECE):
            count = min(PIECE, cases - first)
            part = _draw_part(rng, paths, begins[first : first + count], first)
            writer.add(part)
            total += int(part.offsets[-1])
        writer.finish(Facts("generated", total, zone="UTC", done=(f"Step {STEPS - 1:02d} of the work",)))
    return total


def _draw_paths(rng: np.random.Generator) -> list[Ints]:
    middles = (np.sort(rng.choice(np.arange(1, STEPS - 1), rng.integers(3, 14), replace=False)) for _ in range(PATHS))
    return [np.r_[0, middle, STEPS - 1] for middle in middles]


def _draw_part(rng: np.random.Generator, paths: list[Ints], begins: Ints, first: int) -> Part:
    count = len(begins)
    chosen = np.minimum(rng.zipf(1.4, count) - 1, PATHS - 1)
    again = rng.random(count) < 0.15
    sizes = np.array([len(path) for path in paths])
    longest = int(sizes.max())
    table = np.full((PATHS, longest), -1)
    for number, path in enumerate(paths):
        table[number, : len(path)] = path
    wide = np.concatenate([table[chosen], np.full((count, longest), -1)], axis=1)
    loop_from = rng.integers(1, 4, count)
    for case in np.flatnonzero(again).tolist():
        path = paths[int(chosen[case])]
        part = path[loop_from[case] :]
        wide[case, len(path) : len(path) + len(part)] = part
    kept = wide >= 0
    case = np.nonzero(kept)[0]
    activity = wide[kept]
    repeats = 1 + (rng.random(len(activity)) < 0.05) * rng.geometric(0.7, len(activity))
    activity, case = np.repeat(activity, repeats), np.repeat(case, repeats)
    offsets = np.searchsorted(case, np.arange(count + 1))
    gaps = rng.exponential(600 + 900 * (activity % 7) ** 2).astype(np.int64) + 1
    gaps[offsets[1:] - 1] = 259_200 + rng.integers(0, 60, count)
    gaps[offsets[:-1]] = 0
    run = np.cumsum(gaps)
    moment = np.repeat(begins - run[offsets[:-1]], np.diff(offsets)) + run
    usual = activity // 4 * 2 + case % 2
    team = np.where(rng.random(len(activity)) < 0.97, usual, rng.integers(0, TEAMS, len(activity)))
    member = np.maximum.accumulate(np.where(rng.random(len(activity)) < 0.4, np.arange(len(activity)), 0))
    resource = team * MEMBERS + rng.integers(0, MEMBERS, len(activity))[member] + 1
    return Part(
        case_ids=strings([f"C-{number:09d}" for number in range(first, first + count)]),
        offsets=offsets,
        time=moment * 1000,
        activity=activity,
        resource=np.where(rng.random(len(activity)) < 0.03, 0, resource),
        team=team + 1,
    )
