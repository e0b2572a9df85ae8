"""Laws that hold for every log, whatever it shows."""

from __future__ import annotations

import json
import random
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from svcflow_test_logs import DAY, Row, build, drawn

from svcflow.eventlog.log import Log
from svcflow.mining import mine

LAWS = settings(deadline=None, max_examples=60)


def written(log: Log, **how: int) -> str:
    return json.dumps(mine(log, **how).to_json(), sort_keys=True)


def measure_union(intervals: list[tuple[int, int]]) -> int:
    total, reached = 0, None
    for start, end in sorted(intervals):
        begin = start if reached is None else max(start, reached)
        total += max(end - begin, 0)
        reached = end if reached is None else max(reached, end)
    return total


@LAWS
@given(drawn())
def test_busy_and_waiting_make_up_the_cycle_time(rows: list[Row]) -> None:
    log = build(rows)
    cases = mine(log).cases
    for number, case in enumerate(log.case_ids):
        spans = [(row.time if row.start is None else row.start, row.time) for row in rows if row.case == case]
        cycle = max(end for _, end in spans) - min(start for start, _ in spans)
        assert cases.cycle[number] == cycle
        assert cases.busy[number] == measure_union(spans)
        assert cases.waiting[number] == cycle - measure_union(spans)


@LAWS
@given(drawn(), st.integers(1, 9), st.integers(1, 3))
def test_any_split_and_any_number_of_threads_give_the_same_bytes(rows: list[Row], block: int, jobs: int) -> None:
    log = build(rows, done=("d",))
    assert written(log, rows=block, jobs=jobs) == written(log)


@LAWS
@given(drawn(), st.randoms(use_true_random=False))
def test_the_order_of_rows_and_of_cases_changes_nothing(rows: list[Row], chance: random.Random) -> None:
    by_case: dict[str, list[Row]] = {}
    for row in rows:
        by_case.setdefault(row.case, []).append(row)
    cases = list(by_case.values())
    chance.shuffle(cases)
    assert written(build([row for case in cases for row in case])) == written(build(rows))


@LAWS
@given(drawn(), st.permutations(["r1", "r2", "r3"]), st.permutations(["t1", "t2", "t3"]))
def test_other_names_change_nothing_but_names(rows: list[Row], people: list[str], teams: list[str]) -> None:
    person, team = dict(zip(["r1", "r2", "r3"], people, strict=True)), dict(zip(["t1", "t2", "t3"], teams, strict=True))
    back = {new: old for old, new in [*person.items(), *team.items()]}
    renamed = [r._replace(resource=person.get(r.resource, ""), team=team.get(r.team, "")) for r in rows]
    document, other = mine(build(rows)).to_json(), mine(build(renamed)).to_json()
    for between in ("team", "resource"):
        if other["handovers"][between] is None:
            assert document["handovers"][between] is None
            continue
        for table, names in ((document["handovers"][between], {}), (other["handovers"][between], back)):
            for pair in table["pairs"]:
                pair["from"], pair["to"] = names.get(pair["from"], pair["from"]), names.get(pair["to"], pair["to"])
            table["pairs"].sort(key=lambda pair: (pair["from"], pair["to"]))
    assert other == document


@LAWS
@given(drawn(), st.integers(-3000, 3000))
def test_moving_the_clock_changes_nothing_but_dates(rows: list[Row], weeks: int) -> None:
    log = build(rows)
    moved = replace(log, time=log.time + weeks * 7 * DAY, start=log.start + weeks * 7 * DAY)
    one, two = mine(log).to_json(), mine(moved).to_json()
    for document in (one, two):
        del document["log"]["start"], document["log"]["end"]
    assert one == two


@LAWS
@given(drawn())
def test_a_case_alone_has_the_times_it_has_in_the_crowd(rows: list[Row]) -> None:
    log = build(rows)
    together = {row["case"]: row for row in mine(log).cases.to_rows()}
    for case in log.case_ids:
        assert mine(build([row for row in rows if row.case == case])).cases.to_rows() == [together[case]]


@LAWS
@given(drawn())
def test_totals_are_the_sums_of_their_parts(rows: list[Row]) -> None:
    log = build(rows)
    mined = mine(log)
    pairs = mined.directly_follows
    assert pairs.count.sum() == log.instances - log.cases
    assert pairs.total.sum() == mined.waits.elapsed.sum() == mined.waits.total
    assert mined.variants.count.sum() == log.cases
    assert sum(row["count"] for row in mined.activities.to_rows()) == log.instances
    for table in filter(None, mined.handovers.values()):
        assert sum(table.pairs["count"]) == table.counts.total
    again = mined.rework
    recurring = log.instances - sum(len(set(mined.variants.sequences[v])) for v in mined.variants.of_case)
    assert (
        sum(row["unattributed"] for row in again.to_rows())
        + sum((row["repeats"] or 0) + (row["redos"] or 0) for row in again.to_rows())
        == recurring
    )


@LAWS
@given(drawn())
def test_variants_are_the_distinct_sequences(rows: list[Row]) -> None:
    log = build(rows)
    variants = mine(log).variants
    for case in range(log.cases):
        own = log.activity[log.offsets[case] : log.offsets[case + 1]].tolist()
        assert list(variants.sequences[variants.of_case[case]]) == own
    assert len(set(variants.sequences)) == len(variants)


def test_colliding_hashes_cost_time_but_never_a_wrong_count(monkeypatch: pytest.MonkeyPatch) -> None:
    import svcflow.mining.shapes as module

    rows = [
        Row(f"c{i}", a, i * 10 + n) for i, steps in enumerate(("ab", "ba", "ab", "abb")) for n, a in enumerate(steps)
    ]
    log = build(rows)
    expected = mine(log).variants.to_rows()
    monkeypatch.setattr(module, "hash_cases", lambda activity, offsets: np.zeros(len(offsets) - 1, np.uint64))
    assert mine(log).variants.to_rows() == expected
    assert mine(log, rows=1).variants.to_rows() == expected
    assert mine(log, rows=1, jobs=3).variants.to_rows() == expected


def test_a_log_without_cases_has_empty_tables() -> None:
    document = mine(build([])).to_json()
    assert document["log"]["cases"] == 0
    assert document["cycle_time"] is None
    assert document["directly_follows"] == document["variants"] == document["activities"] == []
