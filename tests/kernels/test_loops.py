"""The compiled loops against their forms in numpy: the same numbers, whatever the block."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from svcflow.engines.fold import summarise_one
from svcflow.eventlog.log import Batch, Vocabulary
from svcflow.eventlog.store import decoding
from svcflow.kernels import library, loops
from svcflow.kernels.twins import TWINS
from svcflow.mining import (
    activities,
    cases,
    collecting,
    directly_follows,
    handovers,
    presence,
    recurrence,
    resampling,
    rework,
    sequences,
    settling,
    slots,
    spikes,
    variants,
)
from svcflow.mining.durations import Detail

pytestmark = pytest.mark.skipif(not library.is_built(), reason="the loops are not compiled: no C compiler at the build")
LAWS = settings(deadline=None, max_examples=60)
FEW = Detail(3)
Draw = Callable[[st.SearchStrategy[Any]], Any]


@st.composite
def blocks(draw: Draw) -> Batch:
    """A block of some cases: ties, overlaps, unknown holders, one activity or many."""
    sizes = draw(st.lists(st.integers(1, 9), min_size=1, max_size=9))
    rows, width = sum(sizes), draw(st.sampled_from([1, 3, 7]))
    seed = draw(st.integers(0, 2**32 - 1))
    chance = np.random.default_rng(seed)
    offsets = np.append(0, np.cumsum(sizes))
    unit = draw(st.sampled_from([1, 1_000, 60_000, 3_600_000, 86_400_000]))
    time = np.concatenate([np.sort(chance.integers(-1_500, 1_500, size)) for size in sizes]) * unit
    has_start = chance.random(rows) < draw(st.sampled_from([0.0, 0.6]))
    start = np.where(has_start, time - chance.integers(0, 900_000, rows), time)
    codes = [chance.integers(0, most, rows).astype(np.int32) for most in (width, 5, 4)]
    return Batch(0, offsets, time, start, codes[0], codes[1], codes[2], has_start)


def same(found: Any, expected: Any) -> None:
    if isinstance(expected, tuple | list):
        assert len(found) == len(expected)
        for left, right in zip(found, expected, strict=True):
            same(left, right)
    elif isinstance(expected, np.ndarray):
        assert found.dtype == expected.dtype
        np.testing.assert_array_equal(found, expected)
    else:
        assert found == expected


def width(block: Batch) -> int:
    return int(block.activity.max()) + 1


def times(block: Batch) -> tuple[Any, Any]:
    return block.time, block.start if block.has_start.any() else None


def chain(block: Batch) -> tuple[Any, Any, Any]:
    case = np.repeat(np.arange(len(block.offsets) - 1), np.diff(block.offsets))
    return case, block.team, recurrence.link_sparsely(case, block.team, 9)


def stays(block: Batch) -> Any:
    return TWINS["trace_stays"].reference(block.team, block.offsets, 9)


CASES: dict[str, Callable[[Batch], tuple[Any, ...]]] = {
    "number_cases": lambda block: (block.offsets,),
    "measure_steps": lambda block: (block.offsets, times(block), block.activity, width(block)),
    "find_recurrences": lambda block: (replace(block, derived={}),),
    "link": lambda block: (*chain(block)[:2], 9),
    "find_pairs_again": chain,
    "trace_stays": lambda block: (block.team, block.offsets, 9),
    "count_stays": lambda block: (stays(block)[1], stays(block)[4]),
    "settle_cases": lambda block: (replace(block, derived={}), (np.arange(width(block)) % 4).astype(np.uint8)),
    "find_cases": lambda block: (chain(block)[0].astype(np.int32) + 5, 5),
    "count_disorder": lambda block: (block.offsets, block.time[::-1].copy()),
}


@pytest.mark.parametrize("name", CASES)
@LAWS
@given(block=blocks())
def test_both_forms_find_the_same(name: str, block: Batch) -> None:
    given_ = CASES[name](block)
    same(TWINS[name].compiled(*given_), TWINS[name].reference(*given_))


APART = {"tally_durations", "add_durations", "group_cases", "take_sequences", "rank_sequences"}
"""Those with a test of their own, below or in `test_pools`."""


def test_every_loop_is_tested() -> None:
    assert set(TWINS) == {*CASES, *APART}


@LAWS
@given(st.lists(st.tuples(st.integers(0, 5), st.integers(0, 2**50)), max_size=40), st.integers(1, 5))
def test_tallies_are_the_same(rows: list[tuple[int, int]], keep: int) -> None:
    keys, values = (np.array([row[place] for row in rows], np.int64) for place in range(2))
    twin, found = TWINS["tally_durations"], []
    for form in (twin.compiled, twin.reference):
        sums, histogram = tuple(np.zeros(6, np.int64) for _ in range(2)), np.zeros(6 * 3264, np.int32)
        few = form(keys, values, sums, histogram, width=3264, keep=keep)
        small = np.flatnonzero(sums[0] <= keep)
        found.append((sums, histogram, few[np.isin(keys[few], small)]))
    same(*found)
    sums = [np.zeros((6, 2), np.int64) for _ in range(2)]
    TWINS["add_durations"].compiled(keys, values, sums[0])
    TWINS["add_durations"].reference(keys, values, sums[1])
    same(*sums)


@LAWS
@given(blocks())
def test_shapes_group_the_same_cases(block: Batch) -> None:
    ours, theirs = (form(replace(block, derived={})) for form in TWINS["group_cases"])
    assert ours[3].sum() == theirs[3].sum() == len(block.offsets) - 1
    same(ours[1].take(ours[0]), theirs[1].take(theirs[0]))  # the hash of each case
    for of_case, _, shown, counts, offsets, codes in (ours, theirs):
        same(np.bincount(of_case, minlength=len(shown)), counts)
        for case, shape in enumerate(of_case.tolist()):
            text = block.activity[block.offsets[case] : block.offsets[case + 1]]
            same(codes[offsets[shape] : offsets[shape + 1]], text)
    assert len(ours[2]) == len({tuple(ours[5][low:high]) for low, high in zip(ours[4], ours[4][1:], strict=False)})


COMPILED = (
    activities,
    directly_follows,
    handovers,
    presence,
    resampling,
    rework,
    sequences,
    settling,
    slots,
    spikes,
    variants,
)


def folds(block: Batch, machines: list[int]) -> dict[str, Any]:
    wide, done = width(block), np.array([0], np.int32)
    teams, people = (Vocabulary(tuple(f"{name} {code}" for code in range(6))) for name in ("team", "person"))
    passed = np.array(machines, np.int32)
    return {
        "pairs": directly_follows.DirectlyFollowsFold(wide, None, FEW),
        "variants": variants.VariantsFold(FEW),
        "teams": handovers.HandoversFold("team", wide, teams, passed, None, FEW),
        "people": handovers.HandoversFold("resource", wide, people, passed, None, FEW),
        "rework": rework.ReworkFold(wide, done),
        "cases": cases.FiguresFold(done, np.array([1], np.int32), None, detail=FEW),
        "activities": activities.ActivitiesFold(wide, None, FEW),
        "spikes": spikes.SpikesFold(wide, 6, passed),
        "presence": presence.PresenceFold(6, 6),
        "settling": settling.SettlingFold(wide, np.array(machines or [0], np.int32)),
        "resampled": resampling.ResamplingFold(wide),
    }


@LAWS
@given(blocks(), st.sampled_from([[], [1], [2, 4]]), st.sampled_from([4096, 4, 1]))
def test_states_are_the_same_with_and_without_the_library(block: Batch, machines: list[int], places: int) -> None:
    states = []
    for built in (True, False):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(collecting, "PLACES", places)
            for module in COMPILED:
                patch.setattr(module, "is_built", lambda built=built: built)
            state = {}
            for name, fold in folds(block, machines).items():
                one = replace(block, derived={})
                state[name] = summarise_one(fold, one) if hasattr(fold, "begin") else fold.partial(one)
            states.append(list(state.values()))
    same(*states)


@LAWS
@given(st.lists(st.tuples(st.integers(0, 60), st.integers(0, 9)), max_size=200))
def test_slots_hold_what_a_dictionary_would(rows: list[tuple[int, int]]) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(slots, "_LEAST", 8)
        table = slots.Slots()
        for low in range(0, len(rows), 50):
            keys, totals = (np.array([row[place] for row in rows[low : low + 50]], np.int64) for place in range(2))
            table.add(keys << 40, totals)
    keys, counts, totals = table.state()
    expected = {key: [value for other, value in rows if other == key] for key in sorted({key for key, _ in rows})}
    assert dict(zip((keys >> 40).tolist(), zip(counts, totals, strict=True), strict=True)) == {
        key: (len(values), sum(values)) for key, values in expected.items()
    }
    assert table.size == len(expected)


OUTSIDE = np.array([0, 7], np.int32)
BLOCK = Batch(
    0, np.array([0, 2]), np.zeros(2, np.int64), np.zeros(2, np.int64), OUTSIDE, OUTSIDE, OUTSIDE, np.zeros(2, bool)
)


@pytest.mark.parametrize(
    "call",
    [
        lambda: loops.measure_steps(BLOCK.offsets, (BLOCK.time, None), OUTSIDE, 3),
        lambda: loops.find_recurrences(OUTSIDE, BLOCK.offsets, 3),
        lambda: loops.link(BLOCK.time, OUTSIDE, 3),
        lambda: loops.trace_stays(OUTSIDE, BLOCK.offsets, 3),
        lambda: loops.measure_cases(BLOCK.offsets, (BLOCK.time, None), OUTSIDE, np.zeros(3, np.uint8)),
        lambda: loops.group_sequences(OUTSIDE, BLOCK.offsets, (np.zeros(3, np.uint64), 3)),
        lambda: loops.add_durations(np.array([3]), np.array([1]), np.zeros((3, 2), np.int64)),
        lambda: loops.add_durations(np.array([-1]), np.array([1]), np.zeros((3, 2), np.int64)),
        lambda: loops.tally_durations(
            np.array([5]), np.array([1]), (np.zeros(3, np.int64),) * 2, np.zeros(3, np.int32), width=1, keep=1
        ),
        lambda: summarise_one(directly_follows.DirectlyFollowsFold(3, None, FEW), replace(BLOCK, derived={})),
        lambda: rework.ReworkFold(3, None).partial(replace(BLOCK, derived={})),
        lambda: summarise_one(
            handovers.HandoversFold("team", 9, Vocabulary(("", "a")), np.empty(0, np.int32), None, FEW),
            replace(BLOCK, derived={}),
        ),
    ],
)
def test_a_code_outside_its_vocabulary_is_refused(call: Callable[[], object]) -> None:
    with pytest.raises(IndexError, match="outside"):
        call()


def test_cases_that_are_not_numbered_on_are_none() -> None:
    for numbers in ([4, 4, 6], [5, 6], [4, 5, 4]):
        for form in TWINS["find_cases"]:
            assert len(form(np.array(numbers, np.int32), 4)) == 0
    assert decoding.find_cases(np.array([4, 4, 5], np.int32), 4).tolist() == [0, 2]


def test_the_library_can_be_done_without(tmp_path: Any) -> None:
    code = "from svcflow.kernels.library import is_built; print(is_built())"
    told = [
        subprocess.run(
            [sys.executable, "-c", code],
            env={**os.environ, "SVCFLOW_LOOPS": choice},
            capture_output=True,
            text=True,
            check=True,
        ).stdout.strip()
        for choice in ("", "numpy")
    ]
    assert told == ["True", "False"]


@pytest.mark.parametrize(
    ("built", "source", "found"), [(None, None, True), (None, b"/* newer */", False), (b"damaged", None, False)]
)
def test_a_library_of_another_source_is_not_used(
    built: bytes | None, source: bytes | None, found: bool, tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, content in (("loops.lib", built), ("loops.c", source)):
        (tmp_path / name).write_bytes(content or (library.FOLDER / name).read_bytes())
    monkeypatch.setattr(library, "FOLDER", tmp_path)
    assert (library.find_library.__wrapped__() is not None) is found
