"""What LOG means: a file, a folder, a pattern, standard input, a database; several files are one log."""

from __future__ import annotations

import io
import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from svcflow.cli.main import main
from svcflow.errors import InputError, MappingError
from svcflow.eventlog import places, read_log
from svcflow.eventlog.opening import read_table, stream_table
from svcflow.eventlog.raw import RawTable, Stated

HEADER = "case,activity,time,team\n"


def rows(first: int, last: int, day: int = 10) -> str:
    return "".join(
        f"{n},{activity},2024-01-{day} {hour}:00,desk\n"
        for n in range(first, last)
        for activity, hour in (("a", 10), ("b", 11))
    )


@pytest.fixture
def exports(tmp_path: Path) -> Path:
    folder = tmp_path / "exports"
    folder.mkdir()
    (folder / "2024-01.csv").write_text(HEADER + rows(0, 5))
    (folder / "2024-02.csv").write_text(
        "time;activity;case;grade\n2024-02-01 10:00;a;7;high\n2024-02-01 12:00;b;7;low\n"
    )
    (folder / "2024-03.csv").write_text(HEADER + rows(3, 9, 12))
    return folder


def content(table: RawTable) -> list[tuple[object, ...]]:
    return list(zip(*(table.load(name).to_pylist() for name in table.names), strict=True))


def test_a_folder_is_one_log(exports: Path) -> None:
    table = read_table(str(exports), Stated())
    assert table.names == ("case", "activity", "time", "team", "grade")
    assert table.rows == 10 + 2 + 12
    assert content(table)[10:12] == [
        ("7", "a", "2024-02-01 10:00", None, "high"),
        ("7", "b", "2024-02-01 12:00", None, "low"),
    ]
    said = "\n".join(table.facts)
    assert "3 files are one log: 2024-01.csv, 2024-02.csv, 2024-03.csv" in said
    assert "2024-02.csv has no column 'team': missing on those rows" in said
    assert "2024-01.csv, 2024-03.csv have no column 'grade': missing on those rows" in said
    assert "2024-02.csv: UTF-8, semicolon between columns" in said
    assert "2024-01.csv, 2024-03.csv: UTF-8, comma between columns" in said


def test_a_folder_is_the_log_of_its_files_put_together(exports: Path, tmp_path: Path) -> None:
    (exports / "2024-02.csv").unlink()
    one = tmp_path / "one.csv"
    one.write_text(HEADER + rows(0, 5) + rows(3, 9, 12))
    apart, together = read_log(str(exports)), read_log(one)
    assert apart.case_ids == together.case_ids
    assert apart.time.tolist() == together.time.tolist()
    assert (apart.source, apart.activities.texts) == ("exports", together.activities.texts)


def test_a_pattern_takes_some_files(exports: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert read_log(str(exports / "2024-0[13].csv")).events == 22
    monkeypatch.chdir(exports)
    assert read_log("2024-*.csv").events == 24
    assert read_log("*-01.csv").source == "2024-01.csv"
    with pytest.raises(InputError, match=r"2025-\*\.csv names no log"):
        read_log("2025-*.csv")


def test_a_file_whose_name_is_a_pattern_is_a_file(tmp_path: Path) -> None:
    (tmp_path / "log[1].csv").write_text(HEADER + rows(0, 2))
    (tmp_path / "log1.csv").write_text(HEADER + rows(0, 9))
    assert read_log(str(tmp_path / "log[1].csv")).events == 4


def test_what_is_no_log_is_passed_over_and_said(exports: Path) -> None:
    for name in ("README.md", ".hidden.csv", "notes.mapping.yaml", "~$open.xlsx"):
        (exports / name).write_text("x")
    (exports / "older").mkdir()
    assert places.find(str(exports)).facts[-1] == (
        "passed over: .hidden.csv, README.md, notes.mapping.yaml, older, ~$open.xlsx"
    )
    assert read_log(str(exports)).events == 24


def test_the_packed_twin_of_a_file_is_not_read_twice(exports: Path) -> None:
    import gzip

    (exports / "2024-03.csv.gz").write_bytes(gzip.compress((exports / "2024-03.csv").read_bytes()))
    assert read_log(str(exports)).events == 24
    (exports / "2024-03.csv").unlink()
    assert read_log(str(exports)).events == 24


def test_a_file_without_rows_is_no_mistake_among_others(exports: Path) -> None:
    (exports / "2024-04.csv").write_text(HEADER)
    table = read_table(str(exports), Stated())
    assert table.rows == 24
    assert "2024-04.csv holds a header but no rows" in table.facts


def test_a_file_that_cannot_be_read_stops_with_its_name(exports: Path) -> None:
    (exports / "2024-04.csv").write_bytes(bytes(range(256)) * 9)
    with pytest.raises(InputError, match=r"^2024-04\.csv is not a text table"):
        read_log(str(exports))
    (exports / "2024-04.csv").write_text("")
    with pytest.raises(InputError, match=r"^2024-04\.csv is empty"):
        read_log(str(exports))


def test_formats_are_not_mixed(exports: Path) -> None:
    (exports / "more.xes").write_text(
        '<log><trace><string key="concept:name" value="1"/><event><string key="concept:name" value="a"/>'
        '<date key="time:timestamp" value="2024-01-01T10:00:00Z"/></event></trace></log>'
    )
    with pytest.raises(InputError, match=r"exports: 2024-01\.csv is CSV, more\.xes is XES"):
        read_log(str(exports))


def test_messages_name_file_and_row(exports: Path) -> None:
    (exports / "2024-02.csv").write_text(HEADER + rows(0, 2) + "9,a,soon,desk\n")
    with pytest.raises(InputError, match=r"exports, 2024-02\.csv, row 5, column 'time': 'soon' is not a time"):
        read_log(str(exports))
    (exports / "2024-02.csv").write_text(HEADER + rows(0, 2) + "9,a\n")
    with pytest.raises(InputError, match=r"2024-02\.csv, row 5: 2 columns where 4 are expected"):
        read_log(str(exports))
    dropped = next(f for f in read_log(str(exports), on_bad_rows="drop").quality if f.id == "dropped-rows")
    assert (dropped.count, dropped.rows) == (1, (15,))
    assert "2024-02.csv, row 5: 2 columns where 4 are expected" in dropped.message


def test_row_numbers_go_on_over_the_files(exports: Path) -> None:
    table = read_table(str(exports), Stated())
    assert [table.place(row) for row in (0, 9, 10, 11, 12, 23)] == [
        "2024-01.csv, row 1", "2024-01.csv, row 10", "2024-02.csv, row 1", "2024-02.csv, row 2", "2024-03.csv, row 1",
        "2024-03.csv, row 12",
    ]  # fmt: skip
    assert [table.number(row) for row in range(table.rows)] == list(range(1, 25))


@pytest.mark.parametrize("size", [1, 5, 1000])
def test_blocks_of_several_files_are_the_table(exports: Path, size: int) -> None:
    (exports / "2024-04.csv").write_text(HEADER)
    (exports / "2024-05.csv").write_text(HEADER + rows(1, 2) + "x\n" + rows(2, 3))
    stated = Stated(drop_bad_rows=True)
    whole, blocks = read_table(str(exports), stated), list(stream_table(str(exports), stated, size))
    assert {block.names for block in blocks} == {whole.names}
    assert [row for block in blocks for row in content(block)] == content(whole)
    assert [b.place(row) for b in blocks for row in range(b.rows)] == [whole.place(row) for row in range(whole.rows)]
    assert [row for block in blocks for row in block.bad] == list(whole.bad)
    assert whole.say(whole.bad[0].row) == "2024-05.csv, row 3"
    assert {block.facts for block in blocks} == {whole.facts}


def test_a_mapping_beside_or_inside_a_folder_is_used(exports: Path) -> None:
    (exports / "2024-02.csv").unlink()
    mapping = "svcflow: 1\nmapping: m\ncolumns: {case: case, activity: team, time: time}\n"
    (exports / "svcflow.mapping.yaml").write_text(mapping)
    assert read_log(str(exports)).activities.texts == ("desk",)
    assert any("mapping svcflow.mapping.yaml in the folder was used" in note for note in read_log(str(exports)).notes)
    assert read_log(str(exports / "*.csv")).activities.texts == ("desk",)
    assert read_log(str(exports), {}).activities.texts == ("a", "b")
    (exports / "svcflow.mapping.yaml").rename(exports.parent / "exports.mapping.yaml")
    assert read_log(str(exports)).activities.texts == ("desk",)
    assert read_log(str(exports) + "/").activities.texts == ("desk",)
    (exports.parent / "exports.mapping.yaml").write_text("svcflow: 9\n")
    with pytest.raises(MappingError):
        read_log(str(exports))


class Input:
    def __init__(self, data: bytes) -> None:
        self.buffer = io.BytesIO(data)

    def isatty(self) -> bool:
        return False


def test_standard_input_of_any_format(export: Callable[..., Path], monkeypatch: pytest.MonkeyPatch) -> None:
    xes = (
        b'<log><trace><string key="concept:name" value="1"/><event><string key="concept:name" value="a"/>'
        b'<date key="time:timestamp" value="2024-01-01T10:00:00Z"/></event></trace></log>'
    )
    import gzip

    for data, events in (
        ((HEADER + rows(0, 5)).encode("utf-16"), 10),
        (gzip.compress((HEADER + rows(0, 5)).encode()), 10),
        (xes, 1),
        (gzip.compress(xes), 1),
    ):
        monkeypatch.setattr(sys, "stdin", Input(data))
        log = read_log("-")
        assert (log.events, log.source) == (events, "standard input")
        assert all(log.attributes[name].values is not None for name in log.attributes)
    monkeypatch.setattr(sys, "stdin", Input(b""))
    with pytest.raises(InputError, match="standard input is empty"):
        read_log("-")
    monkeypatch.setattr(sys, "stdin", Input((HEADER + "1,a,soon,x\n" + rows(1, 9)).encode()))
    with pytest.raises(InputError, match="standard input, row 1, column 'time': 'soon' is not a time"):
        read_log("-")


def test_standard_input_may_be_a_database_or_columns(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import pyarrow as pa
    from pyarrow import parquet

    cells = [("1", "a", "2024-01-31 10:00"), ("1", "b", "2024-01-31 11:00")]
    database = sqlite3.connect(tmp_path / "x.db")
    database.execute("create table log (case_id text, activity text, time text)")
    database.executemany("insert into log values (?, ?, ?)", cells)
    database.commit()
    database.close()
    columns = dict(zip(("case_id", "activity", "time"), map(list, zip(*cells, strict=True)), strict=True))
    parquet.write_table(pa.table(columns), tmp_path / "x.parquet")
    for name in ("x.db", "x.parquet"):
        monkeypatch.setattr(sys, "stdin", Input((tmp_path / name).read_bytes()))
        log = read_log("-")
        assert (log.events, log.source, log.activities.texts) == (2, "standard input", ("a", "b"))


def test_a_terminal_is_no_log(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(Input, "isatty", lambda self: True)
    monkeypatch.setattr(sys, "stdin", Input(b""))
    assert main(["inspect", "-"]) == 2
    assert capsys.readouterr().err.startswith("error: nothing comes through standard input\nhint: ")


def test_a_database_is_named_by_its_url(tmp_path: Path) -> None:
    path = tmp_path / "tickets.db"
    with sqlite3.connect(path) as database:
        database.execute("create table log (case_id text, activity text, time text)")
        database.executemany(
            "insert into log values (?, ?, ?)", [(1, "a", "2024-01-31 10:00"), (1, "b", "2024-01-31 11:00")]
        )
    database.close()
    log = read_log(f"sqlite:///{path}")
    assert log.events == 2
    with pytest.raises(InputError, match=r"ftp://… is not read"):
        read_log("ftp://user:secret@host/x.csv")


def test_an_empty_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="is a directory without any log"):
        read_log(str(tmp_path))
    (tmp_path / "a.md").write_text("x")
    with pytest.raises(InputError, match=r"is a directory without any log \(passed over: a\.md\)"):
        read_log(tmp_path)


HOLD = """
import sys, time
from svcflow.eventlog.opening import read_table
from svcflow.eventlog.raw import Stated
table = read_table("-", Stated())
print(table.rows, flush=True)
time.sleep(60)
"""


@pytest.mark.parametrize("end", [signal.SIGTERM, signal.SIGKILL, signal.SIGINT])
@pytest.mark.skipif(not Path("/proc/self/fd").is_dir(), reason="files without a name need /proc")
def test_nothing_is_left_behind_however_the_process_ends(end: int, tmp_path: Path) -> None:
    environment = {**os.environ, "TMPDIR": str(tmp_path)}
    process = subprocess.Popen(
        [sys.executable, "-c", HOLD],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=environment,
    )
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write((HEADER + rows(0, 50)).encode())
    process.stdin.close()
    assert process.stdout.readline() == b"100\n"
    process.send_signal(end)
    process.wait()
    process.stdout.close()
    deadline = time.monotonic() + 5
    while any(tmp_path.iterdir()) and time.monotonic() < deadline:
        time.sleep(0.01)
    assert not any(tmp_path.iterdir())
