"""What one loop collects by number is what sorting all of it would come to."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from svcflow.kernels import library
from svcflow.kernels.columns import widen
from svcflow.kernels.pools import Pool
from svcflow.kernels.twins import TWINS
from svcflow.mining import durations, pooling
from svcflow.mining.durations import Detail, from_groups
from svcflow.mining.grouping import group
from svcflow.mining.traces import Traces

pytestmark = pytest.mark.skipif(not library.is_built(), reason="the loops are not compiled: no C compiler at the build")
LAWS = settings(deadline=None, max_examples=60)


@LAWS
@given(
    st.lists(st.lists(st.tuples(st.integers(0, 30), st.integers(0, 2**50)), max_size=60), min_size=1, max_size=4),
    st.integers(1, 9),
    st.sampled_from([10_000, 25, 3]),
    st.randoms(use_true_random=False),
)
def test_pooled_durations_are_those_of_sorted_rows(
    blocks: list[list[tuple[int, int]]], keep: int, most: int, chance: Any
) -> None:
    order = list(range(31))
    chance.shuffle(order)
    rows = [row for block in blocks for row in [*block, (30, 7)]] + [(number, number) for number in range(31)]
    with pytest.MonkeyPatch.context() as patch:
        for module in (durations, pooling):
            patch.setattr(module, "MOST", most)
        pooled = pooling.Pooled(Detail(keep))
        for low in range(0, len(rows), 40):
            keys, values = (np.array([row[at] for row in rows[low : low + 40]], np.int64) for at in range(2))
            pooled.add(keys, values, 31)
        found = pooled.arrange(np.array(order))
        keys, values = np.array([order.index(row[0]) for row in rows]), np.array([row[1] for row in rows])
        expected = from_groups(group(keys, values), Detail(keep))
    assert found.told == expected.told
    for left, right in zip(found, expected, strict=True):
        np.testing.assert_array_equal(left, right)


def test_a_pool_grows_with_its_keys_values_and_cells(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("svcflow.kernels.columns._RESERVED", 1 << 10)
    chance = np.random.default_rng(7)
    keys, values = chance.integers(0, 3_000, 60_000), chance.integers(0, 2**40, 60_000)
    pool = Pool(16)
    for part in np.array_split(np.arange(60_000), 23):
        pool.add(keys[part], values[part], int(keys[: part[-1] + 1].max()) + 1)
    counts = np.bincount(keys, minlength=3_000)
    np.testing.assert_array_equal(pool.counts, counts)
    few = np.flatnonzero((counts > 0) & (counts <= 16))
    np.testing.assert_array_equal(pool.take(few), np.concatenate([np.sort(values[keys == key]) for key in few]))
    cells, filled = pool.cells()
    many = counts[keys] > 16
    wanted, times = np.unique(keys[many] << 12 | durations.find_cells(values[many]), return_counts=True)
    assert dict(zip(cells.tolist(), filled.tolist(), strict=True)) == dict(
        zip(wanted.tolist(), times.tolist(), strict=True)
    )
    assert pool.size == int(np.minimum(counts, 16).sum()) + len(wanted)


def test_a_number_that_is_none_is_refused() -> None:
    with pytest.raises(IndexError, match="outside"):
        Pool(4).add(np.array([5]), np.array([1]), 3)
    with pytest.raises(IndexError, match="outside"):
        Pool(4).add(np.array([-1]), np.array([1]), 3)


def test_columns_are_widened_only_where_they_must() -> None:
    column = np.arange(6, dtype=np.int32)
    assert widen(column, 6) is column
    assert widen(column, 7).tolist() == [0, 1, 2, 3, 4, 5, 0, 0, 0]


@st.composite
def sequences(draw: Callable[[st.SearchStrategy[Any]], Any]) -> Traces:
    most, kind = draw(st.sampled_from([(3, np.uint8), (255, np.uint8), (65_535, np.uint16), (70_000, np.int32)]))
    texts = draw(st.lists(st.lists(st.integers(0, most), max_size=5), min_size=1, max_size=20))
    return Traces(
        np.array([code for text in texts for code in text], kind), np.append(0, np.cumsum([*map(len, texts)]))
    )


@LAWS
@given(sequences(), st.randoms(use_true_random=False))
def test_sequences_are_taken_and_ranked_by_either_form(traces: Traces, chance: Any) -> None:
    order = list(range(len(traces)))
    chance.shuffle(order)
    columns = (traces.offsets[:-1], traces.lengths, traces.codes)
    for form in TWINS["take_sequences"]:
        taken = form(np.array(order), *columns)
        assert taken.dtype == traces.codes.dtype
        assert taken.tolist() == [code for place in order for code in traces[place]]
    for form in TWINS["rank_sequences"]:
        assert form(*columns).tolist() == sorted(order, key=lambda place: (traces[place], place))


def test_sequences_outside_of_their_codes_are_refused() -> None:
    codes = np.zeros(3, np.uint8)
    with pytest.raises(IndexError, match="outside"):
        TWINS["take_sequences"].compiled(np.array([0]), np.array([2]), np.array([2]), codes)
    with pytest.raises(IndexError, match="outside"):
        TWINS["rank_sequences"].compiled(np.array([2]), np.array([2]), codes)
