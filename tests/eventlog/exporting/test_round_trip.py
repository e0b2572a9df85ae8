"""A log that is exported and read back is the same log, in every format."""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from svcflow import export
from svcflow.errors import UsageError
from svcflow.eventlog import open_store, read_log, select
from svcflow.eventlog.ingest import import_log
from svcflow.eventlog.log import Log
from svcflow.eventlog.selection import choose
from svcflow.eventlog.store import opening
from svcflow.eventlog.store.writing import write

SUFFIXES = [".csv", ".csv.gz", ".xes", ".xes.gz", ".jsonl", ".arrow", ".xlsx", ".parquet"]
Differ = Callable[[Log, Log], list[str]]

ROWS = [
    "ticket;step;begun;done at;who;group;priority;amount;vip;due;comment;concept:name",
    'K 1;"=cmd|\' /C calc\'!A0";2024-03-30 10:00;2024-03-30 11:00;Ann;North;high;1,5;true;2024-04-01;"-; ""quoted""";x',
    "K 1;review;;2024-03-31 02:30;'=not;North;high;-3;true;2024-04-01;two\tparts;y",
    "K 1;review;2024-03-31 12:00;2024-03-31 12:00;Ann;South;high;;true;2024-04-01;@home;x",
    "007;review;2024-10-27 02:10;2024-10-27 02:50;+31 20;South;low;0,25;false;2024-05-01;<b>&</b>;x",
    "007;工单结案;2024-10-27 09:00;2024-10-28 08:00;Bob;;low;12;false;2024-05-01;;z",
    "NA;review;2024-11-01 00:00;2024-11-02 00:00;Bob;North;=2+2;1000;false;;'@;z",
]
MAPPING = {
    "columns": {
        "case": "ticket",
        "activity": "step",
        "start": "begun",
        "time": "done at",
        "resource": "who",
        "team": "group",
    },
    "delimiter": ";",
    "timezone": "Europe/Amsterdam",
    "time_format": "%Y-%m-%d %H:%M",
    "done": ["工单结案"],
    "machines": ["Bob"],
    "sides": {"review": "customer"},
    "rename": {"due": "deadline"},
}


@pytest.fixture
def awkward(export: Callable[..., Path]) -> Log:
    """Formulas, quotes, control signs, markup, a zone with summer time, commas for points, gaps of all kinds."""
    return read_log(export(ROWS), MAPPING)


@pytest.fixture(name="export_rows")
def _export_rows(export: Callable[..., Path]) -> Callable[..., Path]:
    return export


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_an_awkward_log(suffix: str, awkward: Log, differ: Differ, tmp_path: Path) -> None:
    assert awkward.zone == "Europe/Amsterdam"
    assert awkward.has_start.tolist() == [True, False, True, True, True, True]
    target = tmp_path / f"log{suffix}"
    export(awkward, target)
    assert differ(awkward, read_log(target)) == []


@pytest.mark.parametrize("suffix", SUFFIXES)
@pytest.mark.parametrize("name", ["bpic2013_closed.xes.gz", "production.csv", "VINST cases closed problems.csv"])
def test_real_logs(name: str, suffix: str, real: Callable[[str], Path], differ: Differ, tmp_path: Path) -> None:
    log = read_log(real(name))
    target = tmp_path / f"log{suffix}"
    export(log, target)
    assert differ(log, read_log(target)) == []


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_from_disk_and_from_memory_come_the_same_bytes(
    suffix: str, real: Callable[[str], Path], tmp_path: Path
) -> None:
    log = read_log(real("helpdesk.csv"))
    write(log, tmp_path / "whole.parquet", rows=4_000)
    stored = open_store(tmp_path / "whole.parquet")
    where, since = "product == 'Value 3'", "2012-01-01"
    export(select(log, where, since), tmp_path / f"memory{suffix}")
    export(stored, tmp_path / f"disk{suffix}", chosen=choose(stored, where, since))
    memory, disk = tmp_path / f"memory{suffix}", tmp_path / f"disk{suffix}"
    if suffix == ".parquet":
        first, second = opening.open(memory), opening.open(disk)
        assert first.events == second.events
        assert np.array_equal(first.case_events, second.case_events)
        assert first.activities == second.activities
    elif suffix != ".arrow":  # its batches follow the row groups
        assert memory.read_bytes() == disk.read_bytes()
    mapped = [path.with_name(path.name + ".mapping.yaml") for path in (memory, disk)]
    if mapped[0].exists():
        assert mapped[0].read_text().replace("memory", "disk") == mapped[1].read_text()


def test_blocks_do_not_show(awkward: Log, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from svcflow.eventlog.exporting import landing, sources

    for suffix in SUFFIXES[:1] + SUFFIXES[2:3] + SUFFIXES[4:5]:
        export(awkward, tmp_path / f"one{suffix}")
        with monkeypatch.context() as patch:
            patch.setattr(landing, "InMemory", lambda log: sources.InMemory(log, rows=1))
            export(awkward, tmp_path / f"two{suffix}")
        assert (tmp_path / f"one{suffix}").read_bytes() == (tmp_path / f"two{suffix}").read_bytes()


def test_no_cell_of_a_csv_begins_a_formula(awkward: Log, tmp_path: Path) -> None:
    import csv

    notes = export(awkward, tmp_path / "log.csv")
    with (tmp_path / "log.csv").open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    texts = [(name, cell) for row in rows for name, cell in row.items() if name != "amount"]
    assert not [cell for _, cell in texts if cell[:1] in ("=", "+", "-", "@", "\t", "\r")]
    assert {row["activity"] for row in rows} == {"'=cmd|' /C calc'!A0", "review", "工单结案"}
    assert [row["amount"] for row in rows] == ["1.5", "-3", "", "0.25", "12", "1000"], "numbers are no formulas"
    assert any("apostrophe" in note for note in notes)
    export(awkward, tmp_path / "raw.csv", spreadsheet_safe=False)
    assert '"=cmd|' in (tmp_path / "raw.csv").read_text() or "=cmd|" in (tmp_path / "raw.csv").read_text()


def test_a_header_that_would_be_a_formula(export_rows: Callable[..., Path], differ: Differ, tmp_path: Path) -> None:
    rows = ["case,activity,time,=1+1,case:x,x", "1,a,2024-01-01T10:00:00Z,u,v,w", "2,b,2024-01-02T10:00:00Z,u,=v,w"]
    log = read_log(export_rows(rows))
    for suffix in SUFFIXES:
        export(log, tmp_path / f"log{suffix}")
        assert differ(log, read_log(tmp_path / f"log{suffix}")) == [], suffix
    assert (tmp_path / "log.csv").read_text().splitlines()[0].find("'=1+1") > 0


def test_a_workbook_holds_texts_and_numbers_and_no_formula(awkward: Log, tmp_path: Path) -> None:
    import openpyxl

    export(awkward, tmp_path / "log.xlsx")
    sheet = openpyxl.load_workbook(tmp_path / "log.xlsx").active
    cells = [cell for row in sheet.iter_rows() for cell in row]
    assert {cell.data_type for cell in cells} <= {"s", "n", "b", "inlineStr"}
    assert sheet["B2"].value == "=cmd|' /C calc'!A0"
    assert sheet["B2"].data_type != "f"
    assert sheet["C2"].value == "2024-03-30T11:00:00.000+01:00"


def test_a_table_that_a_sheet_cannot_hold(awkward: Log, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from svcflow.eventlog.exporting.formats import workbook

    for limit, value, reason in (
        ("MOST_ROWS", 3, "rows"),
        ("MOST_COLUMNS", 4, "columns"),
        ("LONGEST", 5, "characters"),
    ):
        with monkeypatch.context() as patch:
            patch.setattr(workbook, limit, value)
            with pytest.raises(UsageError, match=reason):
                export(awkward, tmp_path / "log.xlsx")
    assert not [*tmp_path.glob("log*")]


def test_control_signs_that_xml_cannot_hold(export_rows: Callable[..., Path], tmp_path: Path) -> None:
    rows = ["case,activity,time,said", "1,a,2024-01-01T10:00:00Z,be\x07ll", "1,b,2024-01-01T10:00:00Z,fine"]
    log = read_log(export_rows(rows))
    notes = export(log, tmp_path / "log.xes")
    assert notes == ("1 different texts hold control characters that XML cannot hold: replaced by \ufffd",)
    assert read_log(tmp_path / "log.xes").attributes["said"].get(0) == "be\ufffdll"


def test_json_lines_are_json(awkward: Log, tmp_path: Path) -> None:
    export(awkward, tmp_path / "log.jsonl")
    rows = [json.loads(line) for line in (tmp_path / "log.jsonl").read_text("utf-8").splitlines()]
    assert len(rows) == awkward.instances
    assert rows[0]["amount"] == 1.5
    assert rows[0]["vip"] is True
    assert rows[2]["amount"] is None
    assert dt.datetime.fromisoformat(rows[0]["time"]).timestamp() * 1000 == awkward.time[0]


def test_a_foreign_mapping_is_left_alone(awkward: Log, tmp_path: Path) -> None:
    beside = tmp_path / "log.csv.mapping.yaml"
    beside.write_text("svcflow: 1\nmapping: mine\n")
    notes = export(awkward, tmp_path / "log.csv")
    assert beside.read_text() == "svcflow: 1\nmapping: mine\n"
    assert any("left as it is" in note for note in notes)
    beside.unlink()
    export(awkward, tmp_path / "log.csv")
    export(awkward, tmp_path / "log.csv", mapping=False)
    assert not beside.exists(), "a mapping of an earlier export says nothing of this one"


def test_done_that_no_longer_occurs(awkward: Log, differ: Differ, tmp_path: Path) -> None:
    chosen = select(awkward, until="2024-10-01")
    assert chosen.done == ("工单结案",)
    export(chosen, tmp_path / "log.csv")
    again = read_log(tmp_path / "log.csv")
    assert differ(chosen, again) == ["done"]


@pytest.mark.parametrize("suffix", [".csv", ".xes", ".jsonl", ".parquet"])
def test_a_failure_leaves_nothing(suffix: str, awkward: Log, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from svcflow.eventlog.exporting.sources import InMemory

    target = tmp_path / f"log{suffix}"
    target.write_text("before")

    def fail(self: InMemory):
        yield next(original(self))
        raise OSError(28, "No space left on device")

    original = InMemory.blocks
    monkeypatch.setattr(InMemory, "blocks", fail)
    with pytest.raises(UsageError, match="No space left"):
        export(awkward, target)
    assert target.read_text() == "before"
    assert [path.name for path in tmp_path.iterdir() if "export.csv" not in path.name] == [target.name]


def test_a_suffix_that_is_no_format(awkward: Log, tmp_path: Path) -> None:
    for name in ("log.zip", "log", ".csv"):
        with pytest.raises(UsageError, match="names no format"):
            export(awkward, tmp_path / name)


def test_the_same_log_makes_the_same_bytes(awkward: Log, tmp_path: Path) -> None:
    for suffix in SUFFIXES:
        (tmp_path / "a").mkdir(exist_ok=True)
        (tmp_path / "b").mkdir(exist_ok=True)
        for folder in ("a", "b"):
            export(dataclasses.replace(awkward), tmp_path / folder / f"log{suffix}")
        assert (tmp_path / "a" / f"log{suffix}").read_bytes() == (tmp_path / "b" / f"log{suffix}").read_bytes(), suffix


def test_attributes_of_which_nothing_is_left(awkward: Log, differ: Differ, tmp_path: Path) -> None:
    """A selection may leave a column without any value; XES has no such columns, and its mapping names none."""
    chosen = select(awkward, since="2024-11-01")
    known = {*chosen.attributes, *chosen.case_attributes}
    assert "deadline" in known
    for suffix in SUFFIXES:
        export(chosen, tmp_path / f"log{suffix}")
        again = read_log(tmp_path / f"log{suffix}")
        lost = known - {*again.attributes, *again.case_attributes}
        assert lost == ({"deadline"} if "xes" in suffix else set()), suffix
        allowed = {"done", "attributes", "case_attributes"} if "xes" in suffix else {"done"}
        assert set(differ(chosen, again)) <= allowed, suffix


def test_names_that_a_header_cannot_hold(awkward: Log, differ: Differ, tmp_path: Path) -> None:
    column = awkward.attributes["comment"]
    renamed = {"a\x00b": column, "a\x07b": column, " a  b ": column, "time": column, "case:y": column}
    log = dataclasses.replace(awkward, attributes=renamed)
    for suffix in SUFFIXES:
        export(log, tmp_path / f"log{suffix}")
        assert differ(log, read_log(tmp_path / f"log{suffix}")) == [], suffix


def test_numbers_beyond_what_a_double_counts(export_rows: Callable[..., Path], differ: Differ, tmp_path: Path) -> None:
    rows = ["case,activity,time,size", "1,a,2024-01-01T10:00:00Z,1.5e300", "2,b,2024-01-02T10:00:00Z,36028797018963968"]
    log = read_log(export_rows(rows))
    assert log.case_attributes["size"].values.tolist() == [1.5e300, 2.0**55]
    for suffix in SUFFIXES:
        export(log, tmp_path / f"log{suffix}")
        assert differ(log, read_log(tmp_path / f"log{suffix}")) == [], suffix


def test_a_whole_canonical_file_keeps_the_steps_that_were_only_begun(tmp_path: Path) -> None:
    header = "case,activity,time,start time\n"
    done = "c1,a,2026-01-03T10:00:00,2026-01-02T10:00:00\n"
    (tmp_path / "first.csv").write_text(header + done + "c1,b,,2026-01-04T10:00:00\n", encoding="utf-8")
    (tmp_path / "later.csv").write_text(
        header + "c1,b,2026-01-06T10:00:00,2026-01-04T10:00:00\n" + "c2,a,2026-01-07T10:00:00,2026-01-06T10:00:00\n",
        encoding="utf-8",
    )
    import_log(tmp_path / "first.csv", tmp_path / "log.parquet")
    export(open_store(tmp_path / "log.parquet"), tmp_path / "copy.parquet")
    added = [
        import_log(tmp_path / "later.csv", tmp_path / name, append=True) for name in ("log.parquet", "copy.parquet")
    ]
    assert [(one.cases, one.rows, one.instances) for one in added] == [(2, 3, 3)] * 2
