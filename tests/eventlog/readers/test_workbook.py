"""Workbooks: the sheet, the header, mixed cells, and what is dangerous to open."""

from __future__ import annotations

import datetime as dt
import zipfile
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from svcflow.errors import InputError, MappingError
from svcflow.eventlog import read_log
from svcflow.eventlog.raw import RawTable, Stated
from svcflow.eventlog.readers import workbook

HEADER = ("Ticket ID", "Activity", "Timestamp", "Agent")
NOON = dt.datetime(2024, 1, 31, 12)  # noqa: DTZ001 - cells hold wall clocks
Sheets = dict[str, Iterable[Iterable[Any]]]


@pytest.fixture
def book(tmp_path: Path) -> Callable[..., Path]:
    """Write sheets of rows and return the file."""

    def write(sheets: Sheets, *, hidden: str = "", mac: bool = False, merge: str = "") -> Path:
        made = openpyxl.Workbook()
        made.remove(made.active)
        if mac:
            made.epoch = CALENDAR_MAC_1904
        for name, rows in sheets.items():
            sheet = made.create_sheet(name)
            for row in rows:
                sheet.append(list(row))
            sheet.sheet_state = "hidden" if name == hidden else "visible"
            if merge:
                sheet.merge_cells(merge)
        made.save(tmp_path / "book.xlsx")
        return tmp_path / "book.xlsx"

    return write


def values(table: RawTable) -> dict[str, list[str]]:
    return {name: table.load(name).to_pylist() for name in table.names}


def test_ids_stay_ids_and_rows_have_their_numbers(book: Callable[..., Path]) -> None:
    path = book(
        {
            "S": [
                ["Report"],
                [],
                HEADER,
                (123.0, "a", NOON, "ann"),
                (),
                (1e15, "b", NOON, True),
                ("007", "c", NOON, None),
            ]
        }
    )
    table = workbook.read(path, Stated())
    assert values(table)["Ticket ID"] == ["123", "1000000000000000", "007"]
    assert values(table)["Agent"] == ["ann", "true", ""]
    assert [table.number(row) for row in range(3)] == [4, 6, 7]
    assert table.passed == {"blank rows": 1}
    assert any("row 3, below 'Report'" in fact for fact in table.facts)


def test_a_bad_row_is_named_as_the_program_shows_it(book: Callable[..., Path]) -> None:
    path = book({"S": [["Report"], HEADER, ("1", "a", NOON, "x"), ("1", "b", "soon", "x"), ("2", "b", NOON, "x")]})
    with pytest.raises(InputError, match=r"row 4, column 'Timestamp': 'soon' is not a time"):
        read_log(path)


@pytest.mark.parametrize("mac", [False, True])
def test_dates_of_all_kinds_in_one_column(book: Callable[..., Path], mac: bool) -> None:
    days = (NOON - (dt.datetime(1904, 1, 1) if mac else dt.datetime(1899, 12, 30))) / dt.timedelta(days=1)  # noqa: DTZ001
    cells = [NOON, NOON.date(), days, "2024-01-31T12:00:00", "31/01/2024 12:00", NOON]
    path = book({"S": [HEADER, *((f"T{n}", "a", cell, "x") for n, cell in enumerate(cells))]}, mac=mac)
    table = workbook.read(path, Stated())
    assert table.kinds == {"Timestamp": "datetime"}
    assert any(f"1 numbers read as days since {1904 if mac else 1900}" in fact for fact in table.facts)
    log = read_log(path)
    stamps = {log.case_ids[case]: int(log.time[row]) for row, case in enumerate(log.case_of_row.tolist())}
    noon = 1_706_702_400_000
    assert stamps == {f"T{n}": noon - (43_200_000 if n == 1 else 0) for n in range(len(cells))}


def test_numbers_become_dates_only_where_dates_are_meant(book: Callable[..., Path]) -> None:
    rows = [(45000 + n, "a", NOON, 45000.5) for n in range(4)] + [(NOON, "a", NOON, 0.25)]
    found = values(workbook.read(book({"S": [("Ticket ID", "Activity", "Timestamp", "Cost"), *rows]}), Stated()))
    assert found["Ticket ID"][0] == "45000"
    assert found["Cost"][0] == "45000.5"
    unformatted = [(f"T{n}", "a", 45322.5 + n, "x") for n in range(3)]
    assert values(workbook.read(book({"S": [HEADER, *unformatted]}), Stated()))["Timestamp"][0] == "2024-01-31 12:00:00"


def test_durations_and_errors_are_said(book: Callable[..., Path]) -> None:
    rows = [HEADER, ("1", "a", NOON, dt.timedelta(hours=30)), ("1", "#N/A", NOON, "=1+1")]
    table = workbook.read(book({"S": rows}), Stated())
    assert values(table)["Agent"] == ["108000", ""]
    assert values(table)["Activity"] == ["a", ""]
    assert any(fact.startswith("1 cells of the workbook hold an error") for fact in table.facts)
    assert any(fact.startswith("1 formulas of the workbook have no value") for fact in table.facts)


def test_the_sheet_of_the_events_is_chosen_and_said(book: Callable[..., Path]) -> None:
    people = [("Name", "Team"), *((f"p{n}", "A") for n in range(50))]
    path = book(
        {"People": people, "Log": [HEADER, ("1", "a", NOON, "x")], "Old": [HEADER, *[("2", "a", NOON, "x")] * 9]},
        hidden="Old",
    )
    table = workbook.read(path, Stated())
    assert table.facts[0] == "sheet 'Log'; not read: 'People' (50 rows), 'Old' (9 rows, hidden)"
    assert table.rows == 1
    assert workbook.read(path, Stated(sheet="3")).rows == 9
    assert "sheet 'Old' is hidden" in workbook.read(path, Stated(sheet="old")).facts
    with pytest.raises(MappingError, match="no sheet 'Logg'; did you mean 'Log'") as raised:
        workbook.read(path, Stated(sheet="Logg"))
    assert raised.value.hint == "sheets: People, Log, Old"
    assert read_log(path, {"source": {"sheet": 3}}).events == 9
    assert read_log(path, source={"sheet": "Old"}).events == 9


def test_sheets_with_the_same_columns_are_one_log(book: Callable[..., Path]) -> None:
    months = {month: [HEADER, (month, "a", NOON, "x"), (month, "b", NOON, "x")] for month in ("Jan", "Feb", "Mar")}
    table = workbook.read(book(months), Stated())
    assert values(table)["Ticket ID"] == ["Jan", "Jan", "Feb", "Feb", "Mar", "Mar"]
    assert len({table.number(row) for row in range(6)}) == 6
    assert "rows of sheet 'Feb' are numbered from 10,000,001" in table.facts
    assert table.number(2) == 10_000_002


def test_merged_cells_are_filled_down_and_remarks_left_out(book: Callable[..., Path]) -> None:
    rows = [
        HEADER,
        ("1", "a", NOON, "x"),
        (None, "b", NOON, "x"),
        (None, "c", NOON, "x"),
        (),
        ("Confidential",),
        ("(c) 2024",),
    ]
    table = workbook.read(book({"S": rows}, merge="A2:A4"), Stated())
    assert values(table)["Ticket ID"] == ["1", "1", "1"]
    assert "row 6 of the sheet, below the table, left out: 'Confidential'" in table.facts
    assert "merged cells of the sheet filled down in 2 rows" in table.facts


def test_columns_without_a_name_or_a_value(book: Callable[..., Path]) -> None:
    header = ("Ticket ID", None, "Activity", None, "Timestamp", "Activity")
    table = workbook.read(
        book({"S": [header, ("1", None, "a", "more", NOON, "b"), ("1", None, "a", None, NOON, "b")]}), Stated()
    )
    assert table.names == ("Ticket ID", "Activity", "column 3", "Timestamp", "Activity (2)")
    assert values(table)["column 3"] == ["more", ""]


def test_a_cell_at_the_far_corner_is_no_reason_to_fill_all_memory(book: Callable[..., Path]) -> None:
    path = book({"S": [HEADER, ("1", "a", NOON, "x")]})
    made = openpyxl.load_workbook(path)
    made["S"]["XFD1048576"] = "far"
    made.save(path)
    with pytest.raises(InputError, match="a sheet spans 17,179,869,184 cells, of which 9 are filled"):
        workbook.read(path, Stated())


@pytest.mark.parametrize("spelling", ["r='XFD1048576'", 'r = "XFD1048576"'])
def test_no_spelling_of_a_cell_gets_past(book: Callable[..., Path], spelling: str) -> None:
    path = book({"S": [HEADER, ("1", "a", NOON, "x")]})
    rewrite(path, "xl/worksheets/sheet1.xml", lambda text: text.replace(b'r="D2"', spelling.encode()))
    with pytest.raises(InputError, match="a sheet spans"):
        workbook.read(path, Stated())


def test_no_other_name_of_a_sheet_gets_past(book: Callable[..., Path]) -> None:
    path = book({"S": [HEADER, ("1", "a", NOON, "x")]})
    rewrite(path, "xl/worksheets/sheet1.xml", lambda text: text.replace(b'r="D2"', b'r="XFD1048576"'))
    rewrite(path, "xl/_rels/workbook.xml.rels", lambda text: text.replace(b"worksheets/sheet1.xml", b"other.bin"))
    with zipfile.ZipFile(path) as archive:
        parts = {name.replace("worksheets/sheet1.xml", "other.bin"): archive.read(name) for name in archive.namelist()}
    with zipfile.ZipFile(path, "w") as archive:
        for name, text in parts.items():
            archive.writestr(name, text)
    with pytest.raises(InputError, match="a sheet spans"):
        workbook.read(path, Stated())


def test_a_bomb_is_not_unpacked(book: Callable[..., Path], monkeypatch: pytest.MonkeyPatch) -> None:
    path = book({"S": [HEADER, ("1", "a", NOON, "x")]})
    monkeypatch.setattr("svcflow.eventlog.workbooks.guard.MOST_BYTES", 1 << 20)
    rewrite(path, "docProps/app.xml", lambda text: text + b" " * (1 << 21))
    with pytest.raises(InputError, match="would unpack to more than"):
        workbook.read(path, Stated())


def test_a_locked_workbook_is_said_to_be(tmp_path: Path) -> None:
    path = tmp_path / "locked.xlsx"
    path.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 2000)
    with pytest.raises(InputError, match=r"is damaged, or no workbook|protected by a password"):
        workbook.read(path, Stated())


def test_a_workbook_without_rows(book: Callable[..., Path]) -> None:
    with pytest.raises(InputError, match="holds no sheet with rows"):
        workbook.read(book({"S": []}), Stated())
    with pytest.raises(InputError, match="sheet 'S' holds no rows"):
        workbook.read(book({"S": [HEADER]}), Stated(sheet="S"))


def rewrite(path: Path, part: str, change: Callable[[bytes], bytes]) -> None:
    """Change one part of a packed file."""
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in parts.items():
            archive.writestr(name, change(text) if name == part else text)


def test_a_part_that_a_format_has_not_is_refused(tmp_path: Path) -> None:
    log = tmp_path / "log.csv"
    log.write_text("case,activity,time\n1,a,2026-01-01 08:00\n", "utf-8")
    for part in ("sheet", "table", "query", "objects", "records"):
        with pytest.raises(MappingError, match=f"log.csv has no {part} to choose"):
            read_log(log, source={part: "x"})
