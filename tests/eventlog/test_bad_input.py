"""Bad input gives one clear line and a hint, exit 2, and writes nothing."""

from __future__ import annotations

import gzip
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from svcflow.cli.main import main
from svcflow.errors import InputError
from svcflow.eventlog import read_log

GOOD = ["case,activity,time"] + [f"{c},{a},2024-01-{c + 10} 1{n}:00" for c in range(9) for n, a in enumerate("abc")]
XES = "<log><trace><event/></trace></log>"


def contents(name: str) -> bytes:
    bad_time = [*GOOD]
    bad_time[17] = "5,b,soon"
    no_case = [*GOOD]
    no_case[3] = ",c,2024-01-12 10:00"
    no_time = [*GOOD]
    no_time[4] = "1,a,"
    return {
        "empty.csv": b"",
        "blank.csv": b"\n\n \n",
        "header.csv": b"case,activity,time\n",
        "binary.csv": bytes(range(256)) * 40,
        "picture.png": b"\x89PNG\r\n\x1a\n" + bytes(200),
        "cut.xes.gz": gzip.compress(XES.encode() * 99)[:60],
        "cut.xes": XES[:20].encode(),
        "cut.parquet": b"PAR1" + bytes(100),
        "bomb.xes": b'<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a "aa">]><log>&a;</log>',
        "nocase.csv": b"foo,bar,time\n1,2,2024-01-31\n",
        "notimes.csv": "\n".join(row.replace("2024-", "so ") for row in GOOD).encode(),
        "badtime.csv": "\n".join(bad_time).encode(),
        "emptycase.csv": "\n".join(no_case).encode(),
        "notime.csv": "\n".join(no_time).encode(),
        "dates.csv": b"case,activity,time\n1,a,02/03/2026\n1,b,04/05/2026\n",
        "one.csv": b"just one column\nx\ny\n",
        "table.csv.gz": gzip.compress("\n".join(GOOD).encode())[:90],
        "data.json": b'{"a": [1, 2]}',
    }[name]


WANTED = {
    "empty.csv": "empty.csv is empty",
    "blank.csv": "blank.csv is empty",
    "header.csv": "header.csv holds a header but no rows",
    "binary.csv": "binary.csv is not a text table: it holds binary data",
    "picture.png": "picture.png is not a text table: it holds binary data",
    "cut.xes.gz": "cut.xes.gz ends too early (truncated gzip)",
    "cut.xes": "cut.xes, line 1: the file ends too early",
    "cut.parquet": "cut.parquet is damaged or no Parquet file",
    "bomb.xes": "bomb.xes, line 1: declares a document type or entities, which are not read",
    "nocase.csv": "nocase.csv: no column says which case a row belongs to (case) and what happened (activity); "
    "found: time 'time'; columns: foo, bar, time",
    "notimes.csv": "column 'time' (time) does not hold times that can be read: 27 of 27 values, "
    "for example 'so 01-10 10:00'",
    "badtime.csv": "badtime.csv, row 17, column 'time': 'soon' is not a time",
    "emptycase.csv": "emptycase.csv, row 3, column 'case': no case",
    "notime.csv": "notime.csv, row 4, column 'time': no time",
    "dates.csv": "column 'time' does not tell day from month: no value has a number above 12 "
    "(for example '02/03/2026')",
    "one.csv": "one.csv: no column says which case a row belongs to (case) and what happened (activity) and when it "
    "happened (time); columns: just one column",
    "table.csv.gz": "table.csv.gz ends too early (truncated gzip)",
    "data.json": "data.json holds no list of records",
}


@pytest.mark.parametrize("name", WANTED)
def test_one_line_a_hint_and_nothing_written(name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / name
    path.write_bytes(contents(name))
    assert main(["inspect", str(path), "--write", str(tmp_path / "out.yaml")]) == 2
    out, err = capsys.readouterr()
    lines = err.splitlines()
    assert out == ""
    assert len(lines) == 2
    assert lines[0].startswith("error: " + WANTED[name])
    assert lines[1].startswith("hint: ")
    assert sorted(file.name for file in tmp_path.iterdir()) == [name]


def test_missing_file_and_directory(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["inspect", str(tmp_path / "gone.csv")]) == 2
    assert capsys.readouterr().err.startswith(f"error: {tmp_path / 'gone.csv'} does not exist\nhint: ")
    assert main(["inspect", str(tmp_path)]) == 2
    assert "is a directory" in capsys.readouterr().err
    with pytest.raises(InputError, match="cannot be read: embedded null byte"):
        read_log(tmp_path / "x\0y.csv")


@pytest.mark.skipif(os.geteuid() == 0, reason="root reads everything")
def test_unreadable_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "closed.csv"
    path.write_text("x")
    path.chmod(0)
    assert main(["inspect", str(path)]) == 2
    assert "cannot be read" in capsys.readouterr().err


def test_text_of_the_file_never_reaches_the_terminal_raw(
    export: Callable[..., Path], capsys: pytest.CaptureFixture[str]
) -> None:
    path = export(["case,activity,time", "1,\x1b[31mred\x07,2024-01-31", "1,b,2024-01-32"])
    assert main(["inspect", str(path), "--on-bad-rows", "drop"]) == 0
    out, err = capsys.readouterr()
    assert "\x1b" not in out + err
    assert "\x07" not in out + err


def test_one_bad_row_in_many_is_named_or_dropped(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rows = [f"{n // 5},{'abcde'[n % 5]},2024-01-{1 + n % 28:02} 10:{n % 60:02}" for n in range(100_000)]
    rows[77_776] = "15555,b,31-13-2024"
    path = tmp_path / "many.csv"
    path.write_text("case,activity,time\n" + "\n".join(rows))
    assert main(["inspect", str(path)]) == 2
    assert capsys.readouterr().err == (
        "error: many.csv, row 77,777, column 'time': '31-13-2024' is not a time\n"
        "hint: mend the row, or leave such rows out with --on-bad-rows=drop\n"
    )
    log = read_log(path, on_bad_rows="drop")
    fact = next(fact for fact in log.quality if fact.id == "dropped-rows")
    assert (log.events, fact.count, fact.rows) == (99_999, 1, (77_777,))
    assert "row 77,777" in fact.message


@pytest.mark.parametrize(
    ("above", "said"),
    [
        ("sep=;\n", "semicolon between columns, as the line 'sep=;' says"),
        ("Tickets of March; all desks\n\n", "above the header 1 line left out: 'Tickets of March; all desks'"),
    ],
)
def test_lines_above_the_header_are_left_out_and_said(
    above: str, said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "log.csv"
    path.write_text(above + "case;activity;time\n" + "1;a;2024-01-31 08:00\n" * 20, "utf-8")
    assert main(["inspect", str(path)]) == 0
    assert said in capsys.readouterr().out
    assert read_log(path).events == 20


def test_a_header_that_does_not_fit_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "log.csv"
    path.write_text("case;activity\n" + "1;a;2024-01-31 08:00\n" * 20, "utf-8")
    assert main(["inspect", str(path)]) == 2
    err = capsys.readouterr().err
    assert "the first line does not fit" in err
    assert "hint: remove what stands above the header" in err
