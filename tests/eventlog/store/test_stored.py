"""Folds over a file that stays on disk come to what they come to over the log in memory."""

from __future__ import annotations

import itertools
import tempfile
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from svcflow.engines import local
from svcflow.eventlog import read_log
from svcflow.eventlog.log import Log, Vocabulary
from svcflow.eventlog.store.stored import open_store
from svcflow.eventlog.store.writing import write
from svcflow.mining.directly_follows import DirectlyFollowsFold
from svcflow.mining.handovers import HandoversFold
from svcflow.mining.pairs import PairsFold, count_pairs
from svcflow.mining.variants import VariantsFold

from .conftest import assert_same, logs


@settings(deadline=None, max_examples=40)
@given(log=logs(), rows=st.integers(1, 12), block=st.integers(1, 9), jobs=st.integers(1, 3))
def test_pairs_are_those_of_the_sequences(log: Log, rows: int, block: int, jobs: int) -> None:
    wanted: Counter[tuple[str, str]] = Counter()
    for first, last in zip(log.offsets, log.offsets[1:], strict=False):
        names = [log.activities[code] for code in log.activity[first:last]]
        wanted.update(itertools.pairwise(names))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "log.parquet"
        write(log, path, rows=rows)
        stored = open_store(path)
        for source in (log, stored):
            found = count_pairs(source, jobs=jobs, rows=block).to_table().columns
            assert dict(zip(zip(found["from"], found["to"], strict=True), found["count"], strict=True)) == wanted
            assert found["count"] == sorted(found["count"], reverse=True)
        assert (stored.cases, stored.instances, stored.case_ids) == (log.cases, log.instances, log.case_ids)


@settings(deadline=None, max_examples=30)
@given(log=logs(), rows=st.integers(1, 12), block=st.integers(1, 9), data=st.data())
def test_batches_are_whole_cases_of_the_log(log: Log, rows: int, block: int, data: st.DataObject) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "log.parquet"
        write(log, path, rows=rows)
        stored = open_store(path)
        case = 0
        for batch in stored.batches(block):
            count = len(batch.offsets) - 1
            assert batch.first_case == case
            assert_same(log.batch(case, case + count), batch)
            case += count
        assert case == log.cases
        first = data.draw(st.integers(0, log.cases))
        last = data.draw(st.integers(first, log.cases))
        assert_same(log.batch(first, last), stored.batch(first, last))


def test_only_the_columns_that_are_asked_for_are_read(
    export: Callable[..., Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = ["case,activity,time,resource", "1,a,2024-01-01T10:00:00Z,x", "1,b,2024-01-01T11:00:00Z,y"]
    write(read_log(export(rows)), tmp_path / "log.parquet")
    stored = open_store(tmp_path / "log.parquet")
    read = []
    original = type(stored.file).stream
    monkeypatch.setattr(
        type(stored.file), "stream", lambda self, g, names, rows: read.extend(names) or original(self, g, names, rows)
    )
    assert count_pairs(stored).count.tolist() == [1]
    assert set(read) == {"case", "activity"}


def test_mining_a_real_file_on_disk(real: Callable[[str], Path], tmp_path: Path) -> None:
    log = read_log(real("helpdesk.csv"))
    write(log, tmp_path / "log.parquet", rows=3_000)
    stored = open_store(tmp_path / "log.parquet")
    width = len(log.activities)
    folds = {
        "directly_follows": DirectlyFollowsFold(width),
        "variants": VariantsFold(),
        "resource": HandoversFold("resource", width, log.resources, np.empty(0, np.int32), None),
        "pairs": PairsFold(width),
    }
    memory = local.run(log, folds)
    for jobs in (1, 2):
        disk = local.run(stored, folds, jobs=jobs)
        for name in folds:
            assert memory[name].to_table() == disk[name].to_table(), name
    pairs, full = memory["pairs"].to_table().columns, memory["directly_follows"].to_table().columns
    assert {name: pairs[name] for name in pairs} == {name: full[name] for name in pairs}


def test_many_activities_are_counted_as_few_are() -> None:
    rng = np.random.default_rng(3)
    codes, names = rng.integers(0, 900, 3_000).astype(np.int32), Vocabulary(tuple(f"{n:03}" for n in range(900)))
    time, nobody, nothing = np.arange(3_000), Vocabulary(("",)), np.zeros(3_000, np.int32)
    log = Log(
        source="",
        zone="",
        case_ids=("x", "y"),
        offsets=np.array([0, 1_500, 3_000]),
        time=time,
        start=time,
        has_start=np.zeros(3_000, bool),
        activity=codes,
        activities=names,
        resource=nothing,
        resources=nobody,
        team=nothing,
        teams=nobody,
        events=3_000,
    )
    found = count_pairs(log)
    wanted = Counter(zip(log.activity[:1_499].tolist(), log.activity[1:1_500].tolist(), strict=True))
    wanted.update(zip(log.activity[1_500:-1].tolist(), log.activity[1_501:].tolist(), strict=True))
    assert (
        dict(zip(zip(found.source.tolist(), found.target.tolist(), strict=True), found.count.tolist(), strict=True))
        == wanted
    )
