"""Durations in bounded space: percentiles within a hundredth, the same bytes from any split, counts and sums exact."""

from __future__ import annotations

import pickle
import random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from svcflow.mining import durations as module
from svcflow.mining.collecting import Collector, Pieces
from svcflow.mining.durations import BOUNDED, ERROR, EXACT, KEEP, Durations, find_cells, find_middles
from svcflow.mining.grouping import add_up, group

LAWS = settings(deadline=None, max_examples=60)
values = st.one_of(st.integers(0, 200), st.integers(0, 10**7), st.integers(0, 2**49))
pairs = st.lists(st.tuples(st.integers(0, 6), values), max_size=300)


def collect(rows: list[tuple[int, int]], detail: module.Detail = BOUNDED, space: int = 7) -> Durations:
    collector = Collector(space, detail)
    collector.add(np.array([k for k, _ in rows], np.int64), np.array([v for _, v in rows], np.int64))
    return collector.state()


def digest(durations: Durations) -> bytes:
    return pickle.dumps([np.asarray(column).tobytes() for column in durations])


@LAWS
@given(st.lists(values, min_size=1))
def test_the_middle_of_a_cell_is_within_the_error(drawn: list[int]) -> None:
    known = np.array(drawn, np.int64)
    cells = find_cells(known)
    assert (np.abs(find_middles(cells) - known) <= ERROR * known).all()
    assert (np.diff(find_cells(np.sort(known))) >= 0).all()
    assert cells.max() < module.CELLS


@LAWS
@given(pairs, st.integers(0, 40), st.sampled_from([BOUNDED, EXACT, module.Detail(3)]), st.randoms())
def test_any_split_in_any_order_gives_the_same_bytes(
    rows: list[tuple[int, int]], cut: int, detail: module.Detail, chance: random.Random
) -> None:
    whole = collect(rows, detail)
    shuffled = rows[:]
    chance.shuffle(shuffled)
    one, two, three = shuffled[:cut], shuffled[cut : 2 * cut], shuffled[2 * cut :]
    parts = [collect(part, detail) for part in (one, two, three)]
    assert digest(parts[2].merge(parts[0]).merge(parts[1])) == digest(whole)
    assert digest(parts[2].merge(parts[0].merge(parts[1]))) == digest(whole)
    stepwise = Collector(7, detail)
    for part in (one, two, three):
        stepwise.add(np.array([k for k, _ in part], np.int64), np.array([v for _, v in part], np.int64))
    assert digest(stepwise.state()) == digest(whole)


@LAWS
@given(pairs.filter(bool))
def test_sparse_keys_are_treated_like_dense_ones(rows: list[tuple[int, int]]) -> None:
    far = [(key * 1_000_003, value) for key, value in rows]
    there = collect(far, space=1 << 40)
    here = collect(rows)
    assert digest(there.move(there.keys // 1_000_003)) == digest(here)


@LAWS
@given(pairs.filter(bool), st.floats(0, 1))
def test_percentiles_are_within_a_hundredth_and_sums_exact(rows: list[tuple[int, int]], q: float) -> None:
    many = [(key, value) for key, value in rows for _ in range(9)]
    found, exact = collect(many), collect(many, EXACT)
    for name in ("keys", "counts", "totals"):
        assert getattr(found, name).tolist() == getattr(exact, name).tolist()
    # the interpolation between neighbours may amplify nothing: each neighbour is within the error of its own value
    assert (np.abs(found.quantile(q) - exact.quantile(q)) <= ERROR * exact.quantile(q) + 1e-6).all()
    small = found.counts <= KEEP
    assert (found.quantile(q)[small] == exact.quantile(q)[small]).all()
    assert found.exact.tolist() == small.tolist()


@LAWS
@given(pairs.filter(bool))
def test_keys_that_move_together_become_one(rows: list[tuple[int, int]]) -> None:
    found = collect(rows)
    assert digest(found.move(found.keys // 3)) == digest(collect([(key // 3, value) for key, value in rows]))


def test_too_many_keys_give_percentiles_up_but_no_sum(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = [(key, value) for key in range(7) for value in range(50)]
    monkeypatch.setattr(module, "MOST", 200)
    found, few = collect(rows), collect(rows[:100])
    assert few.told
    assert not found.told
    assert np.isnan(found.quantile(0.5)).all()
    assert found.totals.tolist() == [sum(range(50))] * 7
    assert digest(few.merge(collect(rows[100:]))) == digest(found)


def test_more_keys_than_places_go_on_in_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    from svcflow.mining import collecting

    rows = [(key, value) for value in range(90) for key in range(7)]
    expected = digest(collect(rows))
    monkeypatch.setattr(collecting, "PLACES", 3)
    assert digest(collect(rows)) == expected
    stepwise = Collector(7, BOUNDED)
    for low in range(0, len(rows), 100):
        keys, drawn = np.array(rows[low : low + 100]).T
        stepwise.add(keys // 4, drawn) if low < 300 else stepwise.add(keys, drawn)
    again = [(k // 4, v) for k, v in rows[:300]] + rows[300:]
    assert digest(stepwise.state()) == digest(collect(again))


def test_sums_of_huge_values_do_not_lose_a_millisecond() -> None:
    huge = np.full(1000, 2**49 - 1)
    assert add_up(np.zeros(1000, np.int64), huge, 1).tolist() == [1000 * (2**49 - 1)]
    pieces = Pieces(BOUNDED)
    pieces.add(np.zeros(1000, np.int64), huge)
    assert pieces.state().totals.tolist() == group(np.zeros(1000, np.int64), huge).totals.tolist()
