"""Delimited text: encodings, delimiters, headers, quotes; values are never reinterpreted."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from svcflow.errors import InputError
from svcflow.eventlog import read_log
from svcflow.eventlog.raw import NoRowsError, Stated, name_columns
from svcflow.eventlog.readers import delimited

ROWS = ["case;activity;time;team", "1;Prüfen;2024-01-31 10:00;Büro", "1;Ende é;2024-01-31 11:00;Büro"]
CHINESE = ["案件编号,活动,时间,处理人"] + [
    f"{c},受理投诉,2024-01-1{c} 10:00,张三\n{c},结案,2024-01-1{c} 11:00,李四" for c in range(1, 6)
]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"])
def test_encodings_by_evidence(encoding: str, export: Callable[..., Path]) -> None:
    log = read_log(export(ROWS, encoding=encoding, end="\r\n"))
    assert log.activities.texts == ("Ende é", "Prüfen")
    assert log.teams.texts == ("", "Büro")


@pytest.mark.parametrize("encoding", ["gb18030", "gbk", "utf-8", "utf-16"])
def test_chinese_encodings(encoding: str, export: Callable[..., Path]) -> None:
    log = read_log(export(CHINESE, encoding=encoding))
    assert log.activities.texts == ("受理投诉", "结案")
    assert log.resources.texts == ("", "张三", "李四")
    assert log.done == ("结案",)


def test_a_wrong_stated_encoding_names_the_byte(export: Callable[..., Path]) -> None:
    path = export(ROWS, encoding="cp1252")
    offset = path.read_bytes().index("ü".encode("cp1252"))
    with pytest.raises(InputError) as refused:
        read_log(path, {"encoding": "utf-8"})
    assert refused.value.message == f"export.csv is not UTF-8: byte 0xFC at offset {offset} does not fit"
    with pytest.raises(InputError, match="unknown encoding 'klingon'"):
        delimited.read(path, Stated(encoding="klingon"))


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|", "^", "~", "\x1f"])
def test_delimiters_by_evidence(delimiter: str, export: Callable[..., Path]) -> None:
    rows = [delimiter.join(row.split(";")) for row in ROWS]
    assert read_log(export(rows)).events == 2


def test_decimal_commas_do_not_mislead(export: Callable[..., Path]) -> None:
    log = read_log(export(["case;activity;time;cost", "1;a;16.01.2017 13:29;167,52", "1;b;16.01.2017 13:30;2,5"]))
    assert log.case_ids == ("1",)
    assert log.attributes["cost"].values.tolist() == [167.52, 2.5]


def test_thousands_stay_text(export: Callable[..., Path]) -> None:
    log = read_log(export(["case;activity;time;cost;code", "1;a;2017-01-16;1,234;007", "1;b;2017-01-17;2,500;008"]))
    assert log.attributes["cost"].kind == "text"
    assert log.attributes["code"].kind == "text"


def test_headers_that_stand_twice() -> None:
    assert name_columns(["a", "b", "a", "", "a (2)"]) == (("a", "b", "a (2)", "column 4", "a (2) (2)"), ("a", "a (2)"))


def test_a_table_without_header(export: Callable[..., Path]) -> None:
    path = export(["1,open,2024-01-31 10:00", "1,close,2024-01-31 11:00", "2,open,2024-01-31 11:00"])
    stated = {"columns": {"case": "column 1", "activity": "column 2", "time": "column 3"}}
    log = read_log(path, stated)
    assert (log.cases, log.events) == (2, 3)
    assert any("no header" in note for note in log.notes)


def test_values_are_kept_as_they_stand(export: Callable[..., Path]) -> None:
    cases = ["NA", "null", "None", "nan", "?", "-100", "007", "1e5", " x"]
    rows = ["case,activity,time,resource,team"] + [f"{case},a,2024-01-31 10:00,?,-100" for case in cases]
    log = read_log(export([*rows, "z,a,2024-01-31 10:00,,  ", "y,a,2024-01-31 10:00,ann,Desk"]))
    assert set(log.case_ids) == {*cases, "y", "z"}
    assert log.resources.texts == ("", "?", "ann")
    assert log.teams.texts == ("", "-100", "Desk")
    assert (log.resource == 0).sum() == (log.team == 0).sum() == 1


def test_ragged_rows_stop_or_are_counted(export: Callable[..., Path]) -> None:
    path = export(["case,activity,time", "1,a,2024-01-31", "1,b", "1,c,2024-02-01,x,y", "1,d,2024-02-02"])
    with pytest.raises(InputError) as refused:
        read_log(path)
    assert refused.value.message == "export.csv, row 2: 2 columns where 3 are expected (2 such rows)"
    log = read_log(path, on_bad_rows="drop")
    fact = next(fact for fact in log.quality if fact.id == "dropped-rows")
    assert (log.events, fact.count, fact.share, fact.rows) == (2, 2, 0.5, (2, 3))


def test_row_numbers_count_dropped_rows_too(export: Callable[..., Path]) -> None:
    path = export(["case,activity,time", "1,a", "1,b,2024-01-31", "1,c,soon", *["2,b,2024-01-31"] * 9])
    fact = next(f for f in read_log(path, on_bad_rows="drop").quality if f.id == "dropped-rows")
    assert fact.rows == (1, 3)


def test_an_open_quote_does_not_swallow_rows(export: Callable[..., Path]) -> None:
    rows = ["case,activity,time,note", "1,a,2024-01-31,x", '1,b,2024-01-31,"y', "1,c,2024-01-31,z", "2,a,2024-01-31,z"]
    for handling in ("stop", "drop"):
        with pytest.raises(InputError, match=r"row 2: a quote is opened and never closed"):
            read_log(export(rows), on_bad_rows=handling)
    closed = [*rows[:-1], '2,a,2024-01-31,"z', 'zz"']
    assert read_log(export([rows[0], *closed[-2:]])).events == 1


def test_values_larger_than_a_block(export: Callable[..., Path]) -> None:
    text = "lorem, ipsum\n" * 200_000
    log = read_log(export(["case,activity,time,note", f'1,a,2024-01-31,"{text}"', "1,b,2024-02-01,short"]))
    assert log.events == 2
    assert log.attributes["note"].get(0) == text


CELLS = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=12) | st.sampled_from(
    ['a"b', "x,y", "two\nlines", "é", "办"]
)


@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(CELLS, CELLS), min_size=1, max_size=15))
def test_cells_survive_quoting(tmp_path: Path, cells: list[tuple[str, str]]) -> None:
    out = io.StringIO()
    writer = csv.writer(out, quoting=csv.QUOTE_ALL, lineterminator="\n")
    writer.writerow(["first", "second"])
    writer.writerows(cells)
    path = tmp_path / "x.csv"
    path.write_text(out.getvalue(), "utf-8", newline="")
    filled = [(number, a, b) for number, (a, b) in enumerate(cells, 1) if (a + b).strip()]
    if not filled:
        with pytest.raises(InputError, match="a header but no rows"):
            delimited.read(path, Stated(encoding="utf-8", delimiter=","))
        return
    table = delimited.read(path, Stated(encoding="utf-8", delimiter=","))
    assert table.rows == len(filled)
    assert table.passed.get("blank rows", 0) == len(cells) - len(filled)
    assert [table.number(row) for row in range(table.rows)] == [number for number, _, _ in filled]
    assert [table.load("first")[row].as_py() for row in range(table.rows)] == [a for _, a, _ in filled]
    assert [table.load("second")[row].as_py() for row in range(table.rows)] == [b for _, _, b in filled]


def test_a_table_whose_form_is_not_found_is_not_called_empty(tmp_path: Path) -> None:
    lines = [
        b'Case ID,Activity,TimestamplResource,Team',
        b'T-0009,Register,2026-03-10 09:0): 8,Bo,Line 1',
        b'T)000=,Assign,2026-03-10!11:09:0 ,Zo\xc3\xab,Line 1',
        b't-0009,Reply,20\x126-03-10 13:09:00,,Line 1',
        b'T-0009,Close,2026-03-10 15:09:00(AnnlDine 1',
        b'T-0010,Register,2026)03-11 29:10>00,Zo\xc3\xab,Line 1',
        b'T-p010,Assign,202\x16-03-01 11:10:00,$Line 2',
        b'T-0010,Reply,2026-03\xad11 13:10:00,\xc1nn,Life s',
        b'T-\xb0010,Cl/se,2026-03-11 15:11:00,Bo,Line 1',
        b'T-0011,Register,2026-03-12 09:11:00,-Line 1',
        b'T-0\xb011,Assign,8026-03-12 11:11:00,AnnlLine 3',
        b'T-0\x0411LReply,3026-03-12 13:11:00,Bo\xacLine 2',
        b'T-0011,Close,2026-03-12 15*11:00,Zo\xc3\xab,Line 1',
    ]  # fmt: skip
    path = tmp_path / "log.csv"
    path.write_bytes(b"\n".join(lines) + b"\n")
    with pytest.raises(InputError, match=r"no row is left .*above the header 12 lines left out") as caught:
        read_log(path, on_bad_rows="drop")
    assert not isinstance(caught.value, NoRowsError)


@pytest.mark.parametrize("rule", ["-" * 40, "+----+----+----+", "=====  ====="])
def test_lines_drawn_between_the_rows_of_a_printed_table_are_no_rows(export: Callable[..., Path], rule: str) -> None:
    rows = [
        f"|{case:04d}|{step}|2026-01-{5 + case:02d} 0{place}:00|"
        for case in range(9)
        for place, step in enumerate("abc")
    ]
    log = read_log(export([rule, "|ticket|activity|time|", rule, *rows[:12], rule, *rows[12:], rule]))
    assert (log.cases, log.events) == (9, 27)
    assert any(note.startswith("blank rows: ") or "drawn with bars" in note for note in log.notes)
