"""The states of folds: the same bytes from any split, threads, order and source; plain enough to be sent."""

from __future__ import annotations

import gc
import pickle
import random
import tempfile
import weakref
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from svcflow_test_logs import Row, build, drawn

from svcflow.engines import local
from svcflow.eventlog.log import Log
from svcflow.eventlog.store.stored import open_store
from svcflow.eventlog.store.writing import write
from svcflow.mining.activities import ActivitiesFold
from svcflow.mining.cases import FiguresFold
from svcflow.mining.directly_follows import DirectlyFollowsFold
from svcflow.mining.durations import BOUNDED, EXACT, Detail
from svcflow.mining.handovers import HandoversFold
from svcflow.mining.preparation import SpanFold, find_codes
from svcflow.mining.presence import PresenceFold
from svcflow.mining.recurrence import (
    CELLS,
    LAGS,
    chain,
    find_firsts,
    find_heads,
    find_pairs_again,
    find_repeated,
    recur,
)
from svcflow.mining.rework import ReworkFold
from svcflow.mining.settling import SettlingFold
from svcflow.mining.spikes import SpikesFold
from svcflow.mining.transitions import case_of_rows, follow
from svcflow.mining.variants import VariantsFold

LAWS = settings(deadline=None, max_examples=25)


def fold_all(log: Log, detail: Detail) -> dict[str, Any]:
    width, done = len(log.activities), find_codes(log, ("d",))
    machines = np.array([code for code in (1,) if code < len(log.resources)], np.int32)
    return {
        "pairs": DirectlyFollowsFold(width, None, detail),
        "variants": VariantsFold(detail),
        "team": HandoversFold("team", width, log.teams, machines, None, detail),
        "resource": HandoversFold("resource", width, log.resources, machines[:0], None, detail),
        "rework": ReworkFold(width, done),
        "activities": ActivitiesFold(width, None, detail),
        "figures": FiguresFold(done, done, open_left_out=True, detail=detail),
        "spikes": SpikesFold(width, len(log.resources), machines),
        "presence": PresenceFold(len(log.resources), len(log.teams)),
        "settling": SettlingFold(width, done),
        "span": SpanFold(),
    }


def digest(state: Any) -> Any:
    """Return a state as values that compare, arrays with their types."""
    if isinstance(state, np.ndarray):
        return state.dtype.str, state.tolist()
    if isinstance(state, tuple):
        return type(state).__name__, [digest(part) for part in state]
    if isinstance(state, dict):
        return {name: digest(part) for name, part in state.items()}
    return state


@LAWS
@given(drawn(), st.integers(1, 9), st.integers(1, 3), st.sampled_from([EXACT, BOUNDED, Detail(2)]))
def test_blocks_threads_and_the_source_change_no_state(rows: list[Row], block: int, jobs: int, detail: Detail) -> None:
    log = build(rows)
    folds = fold_all(log, detail)
    expected = digest(local.survey(log, folds))
    assert digest(local.survey(log, folds, rows=block, jobs=jobs)) == expected
    with tempfile.TemporaryDirectory() as folder:
        write(log, Path(folder) / "log.parquet", rows=block)
        stored = open_store(Path(folder) / "log.parquet")
        found = local.survey(stored, folds, rows=max(block // 2, 1), jobs=jobs)
    assert digest(found) == expected


@LAWS
@given(drawn(), st.randoms(use_true_random=False), st.sampled_from([BOUNDED, Detail(2)]))
def test_states_that_were_sent_merge_in_any_order(rows: list[Row], chance: random.Random, detail: Detail) -> None:
    log = build(rows)
    folds = fold_all(log, detail)
    parts = [local.summarise(log, [batch], folds) for batch in log.batches(3)] or [local.summarise(log, [], folds)]
    parts = [pickle.loads(pickle.dumps(part)) for part in parts]
    chance.shuffle(parts)
    while len(parts) > 1:
        at = chance.randrange(len(parts) - 1)
        parts[at : at + 2] = [local.merge(folds, parts[at : at + 2])]
    assert digest(parts[0]) == digest(local.survey(log, folds))


@LAWS
@given(st.lists(st.tuples(st.integers(0, 4), st.integers(0, 5)), max_size=60), st.sampled_from([1, 900, 10**9]))
def test_what_stands_twice_in_a_case_is_found(drawn_: list[tuple[int, int]], far: int) -> None:
    entries = sorted(drawn_, key=lambda entry: entry[0])
    case, key = (np.array([entry[i] for entry in entries], np.int64) for i in (0, 1))
    key, space = key * far, 5 * far + 1
    assert (space > CELLS) == (far > 1)
    places = [(int(c), int(k)) for c, k in zip(case, key, strict=True)]
    assert {places[at] for at in find_firsts(case, key, space).tolist()} == set(places)
    assert len(find_firsts(case, key, space)) == len(set(places))
    assert find_repeated(case, key, space).tolist() == [places.count(place) > 1 for place in places]
    before = chain(case, key, space)
    rows = np.flatnonzero(before >= 0)
    heads = dict(zip(rows.tolist(), find_heads(before, rows).tolist(), strict=True))
    for at, place in enumerate(places):
        earlier = [n for n in range(at) if places[n] == place]
        assert (before[at], heads.get(at)) == ((earlier[-1], earlier[0]) if earlier else (-1, None))
    seen: set[tuple[int, int, int]] = set()
    again = []
    for at in range(1, len(places)):
        if case[at] == case[at - 1]:
            pair = (int(case[at]), int(key[at - 1]), int(key[at]))
            again += [at] if pair in seen else []
            seen.add(pair)
    assert find_pairs_again(case, key, before).tolist() == again


def test_a_long_case_is_chained_too() -> None:
    key = np.arange(3000) % 7
    before = chain(np.zeros(3000, np.int64), key, 7)
    assert before.tolist() == [-1] * 7 + list(range(2993))
    assert find_heads(before, np.arange(7, 3000)).tolist() == key[7:].tolist()


@LAWS
@given(st.integers(0, 2**32 - 1), st.sampled_from([2, 40, 300, 70_000]))
def test_long_cases_among_short_ones_are_chained(seed: int, space: int) -> None:
    rng = np.random.default_rng(seed)
    lengths = rng.choice([1, 2, 9, LAGS - 1, LAGS, LAGS + 1, 256, 300], 12)
    case, key = np.repeat(np.arange(12), lengths), rng.integers(0, space, int(lengths.sum()))
    last: dict[tuple[int, int], int] = {}
    for at, (pair, found) in enumerate(zip(zip(case, key, strict=True), chain(case, key, space).tolist(), strict=True)):
        assert found == last.get(pair, -1)
        last[pair] = at


def test_a_block_is_let_go_when_its_folds_have_read_it() -> None:
    log = build([Row(f"case {case}", "abda"[step], 60 * step + case) for case in range(9) for step in range(4)])
    gc.collect()
    gc.disable()
    try:
        block = replace(log.batch(0, log.cases), activity=log.activity.copy())
        seen = weakref.ref(block.activity)
        for fold in fold_all(log, BOUNDED).values():
            local._begin(fold).add(block)
        looked_at = [recur(block), case_of_rows(block), follow(block, len(log.activities)).row]
        del block, looked_at
        assert seen() is None
    finally:
        gc.enable()
