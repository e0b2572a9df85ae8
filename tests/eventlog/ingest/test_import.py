"""An import makes the file that reading the whole export and writing its log makes, in any blocks and buckets."""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from svcflow.errors import InputError, MappingError, UsageError
from svcflow.eventlog import read_log
from svcflow.eventlog.ingest import collecting, conveying, import_log, merging, reading
from svcflow.eventlog.log import Log
from svcflow.eventlog.store import opening, writing

LOGS = Path(__file__).parents[4] / "shared" / "logs"
PLAIN = ("source", "zone", "activities", "resources", "teams", "events", "done", "machines", "sides", "states", "notes")
ARRAYS = ("offsets", "time", "start", "has_start", "activity", "resource", "team", "case_events")


@pytest.fixture
def spilling(monkeypatch: pytest.MonkeyPatch) -> None:
    """Write to the temporary file at once, and merge in small pieces."""
    monkeypatch.setattr(conveying, "SHARE", 1 << 40)
    monkeypatch.setattr(merging, "CHUNK", 5)
    monkeypatch.setattr(merging, "WINDOW", 17)
    monkeypatch.setattr(collecting, "FEWEST", 4)


def assert_same(found: Log, wanted: Log, *, reasons: bool = True) -> None:
    """Compare two logs in all that they hold."""
    for name in PLAIN:
        assert getattr(found, name) == getattr(wanted, name), name
    for name in ARRAYS:
        assert np.array_equal(getattr(found, name), getattr(wanted, name)), name
    assert list(found.case_ids) == list(wanted.case_ids)
    for attributes, others in ((found.attributes, wanted.attributes), (found.case_attributes, wanted.case_attributes)):
        assert list(attributes) == list(others)
        for name, column in others.items():
            assert attributes[name].kind == column.kind, name
            assert attributes[name].vocabulary == column.vocabulary, name
            assert np.array_equal(attributes[name].values, column.values, equal_nan=column.kind == "number"), name
    if reasons:
        assert found.roles == wanted.roles
    else:
        assert [(r.role, r.column) for r in found.roles] == [(r.role, r.column) for r in wanted.roles]
    assert found.quality == wanted.quality


def take_in(path: Path, target: Path, *, block: int = 0, **options: Any) -> Log:
    import_log(path, target, block=block, **options)
    return opening.open(target)


def write_rows(chance: random.Random, path: Path, rows: int, shape: str, *, dirty: bool) -> None:
    """Write a shuffled export: ties, missing values, attributes of every kind, and bad rows if `dirty`."""
    names = ["Case ID", "Activity", "Completed At", "Resource", "Team", "amount", "priority", "vip", "due", "comment"]
    names += {"pairs": ["lifecycle"], "columns": ["Started At"], "events": []}[shape]
    lines = []
    for _ in range(rows):
        case, minute = chance.randrange(max(2, rows // 7)), chance.randrange(9_000)
        time = f"2026-{1 + minute // 3000:02d}-{1 + minute % 28:02d}T{minute % 24:02d}:{minute % 60:02d}:00"
        cells = [
            f"case {case}", chance.choice(["open", "check", "ask", "close", "工单"]), time,
            chance.choice(["", "ann", "bob", "zoë"]), f"team {case % 3}", str(chance.choice(["", 1, 2.5, -7])),
            f"p{case % 4}", chance.choice(["true", "false"]), f"2026-05-{1 + case % 28:02d}",
            chance.choice(["x", "y", ""]),
        ]  # fmt: skip
        if shape == "pairs":
            cells.append(chance.choice(["start", "complete", "complete", "schedule", "ate_abort"]))
        if shape == "columns":
            begun = f"2026-{1 + minute // 3000:02d}-{1 + minute % 28:02d}T00:00:00"
            cells.append(chance.choice(["", begun, "2027-01-01T00:00:00"]))
        if dirty and chance.random() < 0.05:
            cells[chance.choice([0, 1, 2])] = chance.choice(["", "  ", "never"])
        lines.append(",".join(cells))
    path.write_text("\n".join([",".join(names), *lines]) + "\n", encoding="utf-8")


@pytest.mark.parametrize("shape", ["events", "pairs", "columns"])
@pytest.mark.parametrize("block", [0, 40])
@settings(deadline=None, max_examples=3)
@given(seed=st.integers(0, 2**32))
def test_blocks_and_buckets_change_nothing(
    shape: str, block: int, seed: int, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder, chance = tmp_path_factory.mktemp("law"), random.Random(seed)
    path = folder / "export.csv"
    rows = chance.randrange(60, 400)
    write_rows(chance, path, rows, shape, dirty=bool(seed % 2))
    wanted = read_log(path, on_bad_rows="drop")
    with pytest.MonkeyPatch.context() as patch:
        if block:
            patch.setattr(conveying, "SHARE", 1 << 40)
            patch.setattr(merging, "CHUNK", 5)
            patch.setattr(merging, "WINDOW", 17)
        found = take_in(path, folder / "x.parquet", block=block, on_bad_rows="drop", jobs=1 + seed % 2)
    assert_same(found, wanted, reasons=not block)
    assert sorted(p.name for p in folder.iterdir()) == ["export.csv", "x.parquet"]


def test_one_bucket_makes_the_same_rows_as_writing_the_log(tmp_path: Path) -> None:
    from pyarrow import parquet

    path = tmp_path / "export.csv"
    write_rows(random.Random(3), path, 500, "columns", dirty=False)
    import_log(path, tmp_path / "ours.parquet")
    writing.write(read_log(path), tmp_path / "theirs.parquet")
    ours, theirs = (parquet.ParquetFile(tmp_path / name) for name in ("ours.parquet", "theirs.parquet"))
    assert ours.schema_arrow.remove_metadata().equals(theirs.schema_arrow.remove_metadata())
    rows = ours.read(columns=["case", "time", "activity", "case_id"])
    assert rows.equals(theirs.read(columns=["case", "time", "activity", "case_id"]))


@pytest.mark.parametrize(
    "name", ["helpdesk.csv", "teleclaims.xes.gz", "production.csv", "VINST cases closed problems.csv",
             "mobis_snippet.csv", "servicenow_incidents_wide.csv"],
)  # fmt: skip
def test_published_logs(name: str, real: Callable[[str], Path], tmp_path: Path, spilling: None) -> None:
    path = real(name)
    found = take_in(path, tmp_path / "x.parquet", block=3_000, on_bad_rows="drop")
    assert_same(found, read_log(path, on_bad_rows="drop"), reasons=False)


def test_the_order_of_day_and_month_may_be_told_by_the_last_row(
    export: Callable[..., Path], tmp_path: Path, spilling: None
) -> None:
    rows = [f"c{n % 9},a{n % 3},{1 + n % 12:02d}/{1 + n % 9:02d}/2026 10:00" for n in range(120)]
    path = export(["case,activity,time", *rows, "c1,a1,05/28/2026 10:00"])
    found = take_in(path, tmp_path / "x.parquet", block=25)
    assert_same(found, read_log(path), reasons=False)


@pytest.mark.parametrize(
    ("last", "message"),
    [
        ("c1,a1,05/28/2026 10:00", "column 'time' mixes dates"),
        ("c1,a1,2026-05-28T10:00:00Z", "mixes stamps with a zone"),
        ("c1,a1,soon", "row 121, column 'time': 'soon' is not a time"),
        ("c1,,28/05/2026 10:00", "row 121, column 'activity': no activity"),
    ],
)
def test_what_a_late_row_contradicts_is_said(
    last: str, message: str, export: Callable[..., Path], tmp_path: Path, spilling: None
) -> None:
    rows = [f"c{n % 9},a{n % 3},{1 + n % 28:02d}/{1 + n % 9:02d}/2026 10:00" for n in range(120)]
    path = export(["case,activity,time", *rows, last])
    with pytest.raises(InputError) as refused:
        import_log(path, tmp_path / "x.parquet", block=25)
    assert message in refused.value.message
    assert [p.name for p in tmp_path.iterdir()] == ["export.csv"]


def test_nothing_tells_day_from_month(export: Callable[..., Path], tmp_path: Path) -> None:
    path = export(["case,activity,time", *(f"c,a,{n:02d}/03/2026 10:00" for n in range(1, 9))])
    with pytest.raises(MappingError, match="does not tell day from month"):
        import_log(path, tmp_path / "x.parquet", block=3)


def test_one_case_larger_than_all_buckets_and_many_resources(tmp_path: Path, spilling: None) -> None:
    path = tmp_path / "export.csv"
    lines = [f"the one,step {n % 5},2026-01-01T00:{n % 60:02d}:{n % 59:02d},agent {n}" for n in range(3_000)]
    lines += [f"other {n},step 1,2026-01-0{1 + n % 3}T00:00:00,agent {n}" for n in range(50)]
    path.write_text("case,activity,time,resource\n" + "\n".join(lines) + "\n")
    assert_same(take_in(path, tmp_path / "x.parquet", block=200), read_log(path), reasons=False)


def test_a_column_of_another_kind_at_the_end_is_text(
    export: Callable[..., Path], tmp_path: Path, spilling: None
) -> None:
    rows = [f"c{n % 9},a{n % 3},2026-01-{1 + n % 28:02d}T10:00:00,{n}.5" for n in range(90)]
    path = export(["case,activity,time,amount", *rows, "c1,a1,2026-03-01T10:00:00,much"])
    found = take_in(path, tmp_path / "x.parquet", block=20)
    assert found.attributes["amount"].kind == "text"
    assert_same(found, read_log(path), reasons=False)


def test_the_same_export_is_not_imported_twice(export: Callable[..., Path], tmp_path: Path) -> None:
    path, target = export(["case,activity,time", "c,a,2026-01-01T10:00:00", "c,b,2026-01-02T10:00:00"]), tmp_path / "x"
    assert not import_log(path, target).unchanged
    before = target.stat()
    again = import_log(path, target)
    assert again.unchanged
    assert (again.cases, again.rows, again.instances) == (1, 2, 2)
    assert (target.stat().st_mtime_ns, target.stat().st_ino) == (before.st_mtime_ns, before.st_ino)
    assert not import_log(path, target, {"done": ["b"]}).unchanged
    path.write_text(path.read_text() + "c,c,2026-01-03T10:00:00\n")
    assert import_log(path, target).instances == 3


def test_the_export_is_never_overwritten(export: Callable[..., Path]) -> None:
    path = export(["case,activity,time", "c,a,2026-01-01T10:00:00"])
    with pytest.raises(UsageError, match="is the export itself"):
        import_log(path, path)
    assert path.read_text().startswith("case,")


def test_a_shape_that_needs_whole_cases_sees_them_whole(
    export: Callable[..., Path], tmp_path: Path, spilling: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    states = ("New", "Open", "Waiting", "Solved")
    rows = [
        f"T{n},2026-03-{1 + day:02d},{states[min(3, (n + day) % 5)]},team {n % 3}"
        for day in range(20)
        for n in range(12)
    ]
    path = export(["ticket,snapshot date,status,team", *rows])
    mapping = {
        "shape": "snapshots",
        "columns": {"case": "ticket", "snapshot": "snapshot date", "activity": "status", "team": "team"},
    }
    found = take_in(path, tmp_path / "x.parquet", block=30, mapping=mapping)
    assert_same(found, read_log(path, mapping), reasons=False)
    monkeypatch.setattr(reading, "WHOLE", 1 << 40)
    with pytest.raises(InputError, match="needs all rows of a case together"):
        import_log(path, tmp_path / "y.parquet", mapping, block=30)


def test_large_buckets_are_divided_again(tmp_path: Path, spilling: None, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "export.csv"
    write_rows(random.Random(9), path, 600, "pairs", dirty=False)
    monkeypatch.setattr(conveying, "LARGEST", 1 << 40)
    assert_same(take_in(path, tmp_path / "x.parquet", block=150), read_log(path), reasons=False)


def test_a_column_with_too_many_values_for_the_memory_is_left_out_and_said(
    export: Callable[..., Path], tmp_path: Path, spilling: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = [f"c{n % 50},a{n % 3},2026-01-{1 + n % 28:02d}T10:00:00,e{n},p{n % 4}" for n in range(3_000)]
    path = export(["case,activity,time,event number,grade", *rows])
    monkeypatch.setattr(reading, "VALUES", 1 << 30)
    found = take_in(path, tmp_path / "x.parquet", block=700)
    assert list(found.attributes) == ["grade"]
    assert any("'event number' holds too many different values" in note for note in found.notes)
