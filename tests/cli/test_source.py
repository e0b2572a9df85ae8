"""Which part of an export is read: --sheet, --table, --query, --objects, --records; passwords show in no output."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path

import pytest

from svcflow.cli.main import main

COLUMNS = "ticket_id, activity, timestamp"


@pytest.fixture
def database(tmp_path: Path) -> Path:
    path = tmp_path / "tickets.db"
    with sqlite3.connect(path) as connection:
        for table, count in (("current", 3), ("archive", 5)):
            connection.execute(f"CREATE TABLE {table} ({COLUMNS})")
            rows = [(f"T{number}", step, "2024-01-31 10:00") for number in range(count) for step in ("new", "done")]
            connection.executemany(f"INSERT INTO {table} VALUES (?, ?, ?)", rows)
    connection.close()
    return path


def cases(capsys: pytest.CaptureFixture[str], *arguments: str) -> int:
    assert main(["inspect", *arguments, "--format", "json"]) == 0
    count: int = json.loads(capsys.readouterr().out)["log"]["cases"]
    return count


def test_table_and_query(database: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["inspect", str(database)]) == 2
    error = capsys.readouterr().err
    assert "2 tables could hold the events" in error
    assert "tables: current, archive" in error
    assert cases(capsys, str(database), "--table", "archive") == 5
    assert cases(capsys, f"sqlite://{database}", "--query", "SELECT * FROM current WHERE ticket_id <> 'T0'") == 2


def test_the_command_wins_over_the_mapping(database: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    mapping = tmp_path / "m.yaml"
    mapping.write_text("svcflow: 1\nmapping: m\nsource:\n  table: archive\n", "utf-8")
    assert cases(capsys, str(database), "-m", str(mapping)) == 5
    assert cases(capsys, str(database), "-m", str(mapping), "--table", "current") == 3
    assert cases(capsys, str(database), "-m", str(mapping), "--query", "SELECT * FROM current") == 3


def test_import_takes_them_too(database: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    target = tmp_path / "log.parquet"
    assert main(["import", str(database), "--table", "archive", "-o", str(target), "-q"]) == 0
    capsys.readouterr()
    assert cases(capsys, str(target)) == 5


@pytest.mark.parametrize("command", ["inspect", "mine", "analyze", "import"])
def test_a_password_never_shows(command: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    pytest.importorskip("adbc_driver_postgresql")
    more = ["-o", str(tmp_path / "x.parquet")] if command == "import" else []
    assert main([command, "postgresql://bob:s3cret@127.0.0.1:1/tickets?password=s3cret", *more]) == 2
    shown = "".join(capsys.readouterr())
    assert "postgresql://127.0.0.1:1/tickets cannot be reached" in shown
    assert "s3cret" not in shown
    assert not any("s3cret" in file.name for file in tmp_path.iterdir())
