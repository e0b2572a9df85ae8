from __future__ import annotations

import random
from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from svcflow.mining import collecting, slots, tallies
from svcflow.mining.collecting import Collector
from svcflow.mining.durations import Detail, Durations, from_groups
from svcflow.mining.grouping import group
from svcflow.mining.tallies import Adder
from svcflow.mining.traces import Traces

LAWS = settings(deadline=None, max_examples=60)
WAITS = st.lists(st.tuples(st.integers(0, 40), st.integers(0, 2000)), min_size=1, max_size=300)


def same(found: Durations, expected: Durations) -> None:
    for left, right in zip(found, expected, strict=True):
        assert np.array_equal(left, right)


@LAWS
@given(WAITS, st.sampled_from([1, 3, 1000]), st.sampled_from([20, 120, 10_000]))
def test_however_durations_are_gathered_they_are_the_same(rows: list[tuple[int, int]], room: int, most: int) -> None:
    keys, values = (np.array(column, np.int64) for column in zip(*rows, strict=True))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(collecting, "PLACES", 5)
        patch.setattr(collecting, "_PENDING", room)
        for module in ("collecting", "durations"):
            patch.setattr(f"svcflow.mining.{module}.MOST", most)
        expected = from_groups(group(keys, values), Detail(3))
        collector = Collector(6000, Detail(3))
        for low in range(0, len(keys), 7):
            collector.add(keys[low : low + 7], values[low : low + 7])
        same(collector.state(), expected)
        same(collector.state(), expected)


@LAWS
@given(st.integers(0, 2**32 - 1), st.sampled_from([-1, 30, 400]), st.sampled_from([1, 50, 10**6]))
def test_sums_of_many_keys_are_those_of_a_dictionary(seed: int, most: int, pending: int) -> None:
    chance = random.Random(seed)
    keys = [chance.randrange(300) * 10**12 for _ in range(chance.randrange(1, 900))]
    values = [chance.randrange(10**9) for _ in keys]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(slots, "_LEAST", 8)
        patch.setattr(slots, "_PART", 16)
        patch.setattr(tallies, "_PENDING", pending)
        adder = Adder(10**15, most)
        for low in range(0, len(keys), 100):
            adder.add(np.array(keys[low : low + 100]), np.array(values[low : low + 100]))
        found = adder.state()
    counts, totals = Counter(keys), Counter[int]()
    for key, value in zip(keys, values, strict=True):
        totals[key] += value
    assert found.told == (most < 0 or len(counts) <= most)
    if found.told:
        assert found.keys.tolist() == sorted(counts)
        assert dict(zip(found.keys.tolist(), found.counts.tolist(), strict=True)) == counts
        assert dict(zip(found.keys.tolist(), found.totals.tolist(), strict=True)) == totals


@LAWS
@given(st.lists(st.lists(st.sampled_from([0, 1, 254, 255, 70_000]), min_size=1, max_size=6), max_size=12))
def test_traces_are_ranked_as_tuples_are(drawn: list[list[int]]) -> None:
    offsets = np.cumsum([0, *map(len, drawn)])
    traces = Traces(np.array([code for codes in drawn for code in codes], np.int32), offsets)
    expected = sorted(range(len(drawn)), key=lambda n: (drawn[n], n))
    assert traces.rank().tolist() == expected
    assert list(traces.take(np.array(expected, np.int64))) == sorted(map(tuple, drawn))
    assert traces[:2] == tuple(map(tuple, drawn[:2]))
