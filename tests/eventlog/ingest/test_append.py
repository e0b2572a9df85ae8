"""A later export of the same source added to a file: the same event twice is one event."""

from __future__ import annotations

import random
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from svcflow.errors import UsageError
from svcflow.eventlog.ingest import conveying, import_log, merging
from svcflow.eventlog.store import opening

HEADER = {
    "events": "case,activity,time,resource,grade",
    "pairs": "case,activity,time,resource,grade,lifecycle",
    "columns": "case,activity,time,resource,grade,start time",
}
Row = tuple[str, ...]


def write(path: Path, shape: str, rows: list[Row]) -> Path:
    path.write_text("\n".join([HEADER[shape], *(",".join(row) for row in rows)]) + "\n", encoding="utf-8")
    return path


def draw_rows(chance: random.Random, shape: str, count: int) -> list[Row]:
    rows = []
    for _ in range(count):
        at = chance.randrange(40)
        time = f"2026-01-{1 + at:02d}T10:30:00" if at < 28 else f"2026-02-{at - 27:02d}T10:30:00"
        row: Row = (f"c{chance.randrange(4)}", f"a{chance.randrange(3)}", time, f"r{chance.randrange(3)}", "")
        if shape == "pairs":
            row = (*row, chance.choice(["start", "complete"]))
        if shape == "columns":
            row = (*row, chance.choice(["", f"2026-01-{1 + min(at, 27):02d}T08:00:00"]))
        rows.append((*row[:4], str(chance.choice([1, 2, 3])), *row[5:]))
    return rows


def identify(row: Row) -> Row:
    return (*row[:3], *row[5:])


def unite(earlier: list[Row], later: list[Row]) -> list[Row]:
    """Return both without what occurs in both: as often as on the side with more, newer values in the older's place."""
    newer: dict[Row, list[Row]] = {}
    for row in later:
        newer.setdefault(identify(row), []).append(row)
    merged = [newer[identify(row)].pop(0) if newer.get(identify(row)) else row for row in earlier]
    known, seen = Counter(map(identify, earlier)), Counter[Row]()
    for row in later:
        seen[identify(row)] += 1
        if seen[identify(row)] > known[identify(row)]:
            merged.append(row)
    return merged


def describe(path: Path) -> dict[str, Any]:
    """Return what a file says of its cases, without what depends on where its rows came from."""
    log = opening.open(path)
    cases = {}
    for case, name in enumerate(log.case_ids):
        rows = range(int(log.offsets[case]), int(log.offsets[case + 1]))
        cases[name] = [
            (
                log.activities[int(log.activity[row])], int(log.time[row]),
                int(log.start[row]), bool(log.has_start[row]),
                log.resources[int(log.resource[row])],
                {name: column.get(row) for name, column in log.attributes.items()},
                {name: column.get(case) for name, column in log.case_attributes.items()},
            )
            for row in rows
        ]  # fmt: skip
    assert log.case_events is not None
    return {"cases": cases, "order": list(cases), "events": (log.events, log.case_events.tolist())}


@pytest.mark.parametrize("shape", list(HEADER))
@settings(deadline=None, max_examples=7)
@given(seed=st.integers(0, 2**32))
def test_appending_is_importing_both_without_what_is_twice(
    shape: str, seed: int, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder, chance = tmp_path_factory.mktemp("append"), random.Random(seed)
    fixed = [
        ("c0", "a0", "2026-01-01T00:00:00", "r0", "1", "start"),
        ("c0", "a0", "2026-01-01T01:00:00", "r1", "2", "complete"),
    ]
    earlier = [row[: HEADER[shape].count(",") + 1] for row in fixed] if shape != "columns" else []
    earlier = [*earlier, *draw_rows(chance, shape, chance.randrange(8, 40))]
    repeated = [(*row[:4], "3", *row[5:]) for row in chance.sample(earlier, len(earlier) // 2)]
    later = (
        [*repeated, *draw_rows(chance, shape, 15)] if shape != "pairs" else [*earlier, *draw_rows(chance, shape, 15)]
    )
    mapping = {"columns": {"case": "case", "activity": "activity", "time": "time", "resource": "resource"}}
    mapping["columns"] |= {"pairs": {"lifecycle": "lifecycle"}, "columns": {"start": "start time"}}.get(shape, {})
    one, other = write(folder / "a.csv", shape, earlier), write(folder / "b.csv", shape, later)
    both = write(folder / "both.csv", shape, unite(earlier, later))
    with pytest.MonkeyPatch.context() as patch:
        if seed % 2:
            patch.setattr(conveying, "SHARE", 1 << 40)
            patch.setattr(merging, "CHUNK", 3)
        import_log(one, folder / "x.parquet", mapping)
        import_log(other, folder / "x.parquet", mapping, append=True)
    import_log(both, folder / "y.parquet", mapping)
    assert describe(folder / "x.parquet") == describe(folder / "y.parquet")
    assert import_log(other, folder / "x.parquet", mapping, append=True).unchanged


def test_a_step_that_was_begun_is_completed(tmp_path: Path) -> None:
    begun = ("c1", "a1", "", "r1", "1", "2026-01-01T08:00:00")
    done = ("c1", "a0", "2026-01-01T07:00:00", "r1", "1", "2026-01-01T06:00:00")
    ended = ("c1", "a1", "2026-01-02T08:00:00", "r2", "2", "2026-01-01T08:00:00")
    target = tmp_path / "x.parquet"
    first = import_log(write(tmp_path / "a.csv", "columns", [done, begun]), target)
    assert (first.rows, first.instances) == (2, 1)
    second = import_log(write(tmp_path / "b.csv", "columns", [ended]), target, append=True)
    assert (second.rows, second.instances) == (2, 2)
    assert not [fact for fact in second.quality if fact.id == "open-instances"]


def test_what_only_the_file_knows_stays(tmp_path: Path) -> None:
    target, other = tmp_path / "x.parquet", tmp_path / "b.csv"
    rows: list[Row] = [("c1", "a", "2026-01-01T08:00:00", "r1", "7"), ("c2", "b", "2026-01-01T09:00:00", "r2", "8")]
    import_log(write(tmp_path / "a.csv", "events", rows), target)
    other.write_text("case,activity,time,colour\nc1,b,2026-01-02T08:00:00,red\nc3,a,2026-01-03T08:00:00,blue\n")
    import_log(other, target, append=True)
    log = opening.open(target)
    assert (list(log.case_ids), log.resources.texts) == (["c1", "c2", "c3"], ("", "r1", "r2"))
    assert [log.attributes["colour"].get(row) for row in range(4)] == [None, "red", None, "blue"]
    assert [log.attributes["grade"].get(row) for row in range(4)] == [7, None, 8, None]


def test_times_with_and_without_zone_are_not_put_together(tmp_path: Path) -> None:
    target = tmp_path / "x.parquet"
    import_log(write(tmp_path / "a.csv", "events", [("c", "a", "2026-01-01T08:00:00", "r", "1")]), target)
    before = target.read_bytes()
    with pytest.raises(UsageError, match="name no zone, those of the export name a zone"):
        import_log(
            write(tmp_path / "b.csv", "events", [("c", "b", "2026-01-01T08:00:00Z", "r", "1")]), target, append=True
        )
    assert target.read_bytes() == before
    assert sorted(p.name for p in tmp_path.iterdir()) == ["a.csv", "b.csv", "x.parquet"]


@pytest.mark.parametrize("shape", ["pairs", "columns"])
@pytest.mark.parametrize("spill", [False, True])
def test_steps_begun_in_one_export_are_completed_by_a_later_one_that_does_not_repeat_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, shape: str, spill: bool
) -> None:
    """A case of its own that was only begun appears with its completion; what nobody completed stays open."""
    if spill:
        monkeypatch.setattr(conveying, "SHARE", 1 << 40)
    first: list[Row] = [
        ("c1", "a", "2026-01-02T10:00:00", "ann", "1", "start"),
        ("c1", "a", "2026-01-03T10:00:00", "ann", "1", "complete"),
        ("c1", "b", "2026-01-04T10:00:00", "ann", "2", "start"),
        ("c2", "a", "2026-01-01T09:00:00", "bob", "3", "start"),
        ("c3", "b", "2026-01-05T10:00:00", "bob", "3", "complete"),
    ]
    later: list[Row] = [
        ("c1", "b", "2026-01-06T10:00:00", "ann", "2", "complete"),
        ("c2", "a", "2026-01-07T10:00:00", "bob", "3", "complete"),
        ("c3", "a", "2026-01-08T10:00:00", "bob", "3", "start"),
    ]
    if shape == "columns":
        first = [
            ("c1", "a", "2026-01-03T10:00:00", "ann", "1", "2026-01-02T10:00:00"),
            ("c1", "b", "", "ann", "2", "2026-01-04T10:00:00"),
            ("c2", "a", "", "bob", "3", "2026-01-01T09:00:00"),
            ("c3", "b", "2026-01-05T10:00:00", "bob", "3", ""),
        ]
        later = [
            ("c1", "b", "2026-01-06T10:00:00", "ann", "2", "2026-01-04T10:00:00"),
            ("c2", "a", "2026-01-07T10:00:00", "bob", "3", "2026-01-01T09:00:00"),
            ("c3", "a", "", "bob", "3", "2026-01-08T10:00:00"),
        ]
    target = tmp_path / "log.parquet"
    import_log(write(tmp_path / "first.csv", shape, first), target)
    begun = opening.open(target)
    assert list(begun.case_ids) == ["c1", "c3"]
    assert begun.activities.texts == ("a", "b")
    done = import_log(write(tmp_path / "later.csv", shape, later), target, append=True)
    log = opening.open(target)
    found = {
        (log.case_ids[case], log.activities[log.activity[row]]): (log.time[row] - log.start[row]) / 3_600_000
        for case in range(log.cases)
        for row in range(*log.offsets[case : case + 2])
        if log.has_start[row]
    }
    assert found == {("c1", "a"): 24, ("c1", "b"): 48, ("c2", "a"): 145}
    assert (done.cases, done.instances) == (3, 4)
    assert {fact.id: fact.count for fact in log.quality}["open-instances"] == 1
