"""Examples of pairs from a file: the cases that wait longest, the same from any blocks."""

from __future__ import annotations

import tempfile
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from svcflow_test_logs import Row, build, drawn

from svcflow import engines
from svcflow.eventlog import open_store
from svcflow.eventlog.store.writing import write
from svcflow.mining.examples import ExamplesFold, choose_dearest

LAWS = settings(deadline=None, max_examples=40)


@LAWS
@given(drawn().filter(bool), st.integers(1, 9), st.integers(1, 3))
def test_they_are_the_cases_with_the_largest_sums(rows: list[Row], size: int, jobs: int) -> None:
    log = build(rows)
    width = len(log.activities)
    pairs = np.arange(width * width)
    found: dict[int, list[int]] = engines.run(log, {"e": ExamplesFold(pairs, width)}, rows=size, jobs=jobs)["e"]
    sums: dict[int, Counter[int]] = {pair: Counter() for pair in pairs.tolist()}
    for case, (low, high) in enumerate(zip(log.offsets[:-1].tolist(), log.offsets[1:].tolist(), strict=True)):
        for row in range(low + 1, high):
            pair = int(log.activity[row - 1]) * width + int(log.activity[row])
            sums[pair][case] += max(int(log.start[row] - log.time[row - 1]), 0)
    for pair, amounts in sums.items():
        ordered = sorted((-millis, case) for case, millis in amounts.items() if millis)
        assert found[pair] == [case for _, case in ordered[:3]]


def test_the_dearest_pairs_are_chosen() -> None:
    totals = np.arange(100) * 7 % 101
    chosen = choose_dearest(np.arange(100) * 3, totals)
    assert set(totals[chosen // 3].tolist()) == set(np.sort(totals)[-24:].tolist())
    assert (np.diff(chosen) > 0).all()


@LAWS
@given(drawn().filter(bool), st.integers(1, 5), st.data())
def test_cases_are_named_without_reading_all(rows: list[Row], size: int, data: Any) -> None:
    log = build(rows)
    chosen = data.draw(st.lists(st.integers(0, log.cases - 1)))
    with tempfile.TemporaryDirectory() as folder:
        write(log, Path(folder) / "log.parquet", rows=size)
        stored = open_store(Path(folder) / "log.parquet")
        assert stored.name_cases(chosen) == {case: log.case_ids[case] for case in chosen}
