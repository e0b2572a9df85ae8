"""What is said of the rows of an export is the same whether it is read at once or imported in blocks."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest

from svcflow.eventlog import read_log
from svcflow.eventlog.ingest import import_log
from svcflow.eventlog.store import opening


def write_milestones(path: Path, rows: int) -> Path:
    """Write cases of which every tenth reached nothing, none of the first fifty, and rows without data between."""
    lines = ["ticket;opened_at;closed_at;desk"]
    for row in range(rows):
        empty = row >= 50 and row % 10 == 0
        lines.append(f"T{row};{'' if empty else '2026-01-05 08:00'};{'' if empty else '2026-01-06 09:30'};d{row % 3}")
        lines += [";;;"] * (row % 25 == 24)
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


@pytest.mark.parametrize("block", [0, 7, 50, 1_000])
def test_counts_of_all_blocks_are_added_up(tmp_path: Path, block: int) -> None:
    path = write_milestones(tmp_path / "tickets.csv", 200)
    target = tmp_path / "log.parquet"
    done = import_log(path, target, block=block)
    whole = read_log(path)
    left = [note for note in whole.notes if "have reached none of" in note]
    assert left == ["15 of 200 cases have reached none of opened_at, closed_at and are left out"]
    assert "blank rows: 8 passed over" in whole.notes
    assert done.notes == opening.open(target).notes == whole.notes
    assert (done.cases, done.rows) == (whole.cases, whole.events) == (185, 370)


def test_counts_of_several_files_are_added_up(tmp_path: Path) -> None:
    folder = tmp_path / "export"
    folder.mkdir()
    for name in ("a.csv", "b.csv"):
        write_milestones(folder / name, 100)
    (folder / "a.csv").write_text((folder / "a.csv").read_text(encoding="utf-8").replace("T", "S"), encoding="utf-8")
    done = import_log(folder, tmp_path / "log.parquet", block=30)
    whole = read_log(folder)
    assert {"blank rows: 8 passed over"} == {note for note in whole.notes if "blank" in note}
    assert any(note.startswith("10 of 200 cases have reached none of") for note in whole.notes)
    assert done.notes == whole.notes


@pytest.mark.parametrize("packed", [False, True])
def test_records_without_events_and_lost_values_are_told_once(tmp_path: Path, packed: bool) -> None:
    records = [
        json.dumps(
            {
                "ticket": f"T{row}",
                "score": float("nan") if row % 4 == 0 else row,
                "events": [
                    {"action": name, "created_at": f"2026-01-{1 + row % 27:02d}T0{hour}:00:00Z"}
                    for hour, name in enumerate(("open", "close"), 1)
                    if row % 5
                ],
            }
        )
        for row in range(120)
    ]
    path = tmp_path / ("tickets.jsonl" + ".gz" * packed)
    content = "\n".join(records).encode()
    path.write_bytes(gzip.compress(content) if packed else content)
    done = import_log(path, tmp_path / "log.parquet", block=11)
    whole = read_log(path)
    assert "records without any event: 24 passed over" in whole.notes
    assert [note for note in whole.notes if "NaN" in note] == [
        "30 values NaN or Infinity, which are not JSON, read as missing"
    ]
    assert sorted(done.notes) == sorted(whole.notes)
    assert (done.cases, done.rows) == (whole.cases, whole.events) == (96, 192)
