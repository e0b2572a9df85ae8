"""Damaged exports in every format: a log that accounts for all rows, or one clear line; `fuzz_readers.py` in short."""

from __future__ import annotations

import random
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "benchmarks"))

import fuzz_counts
import fuzz_readers
from fuzz_damage import Input, damage
from fuzz_exports import Export, exports

from svcflow.eventlog import read_log

TURNS = 8


@pytest.mark.parametrize("export", exports(), ids=lambda export: f"{export.kind}-{export.read}")
def test_whole_exports_are_read_whole(export: Export, tmp_path: Path) -> None:
    given = Input(export.kind, "none", export.files, export.read, export.rows, export.mapping, export.stated)
    for name, data in export.files.items():
        (tmp_path / name).write_bytes(data)
    log = read_log(tmp_path / export.read, tmp_path / export.stated if export.stated else None)
    assert fuzz_counts.accounted(log) == export.rows
    assert log.cases == 12
    true = fuzz_counts.count(given, log)
    assert true is None or export.rows in true


@pytest.mark.parametrize("kind", sorted({export.kind for export in exports()}))
def test_damaged_exports_are_read_whole_or_refused(kind: str, tmp_path: Path) -> None:
    chance = random.Random(f"short {kind}")
    for turn in range(TURNS):
        export = chance.choice([export for export in exports() if export.kind == kind])
        folder = tmp_path / str(turn)
        folder.mkdir()
        given = damage(export, chance.choice(exports()), chance)
        answer, failure, detail = fuzz_readers.judge(given, folder)
        assert not failure, (given.how, detail)
        assert answer.startswith(("log", "refused"))


def test_a_wrong_count_would_be_seen(tmp_path: Path) -> None:
    export = next(export for export in exports() if export.kind == "csv")
    path = tmp_path / "x.csv"
    path.write_bytes(export.files["x.csv"])
    log = read_log(path)
    lines = export.files["x.csv"].splitlines(keepends=True)
    shorter = Input("csv", "one row less", {"x.csv": b"".join(lines[:-1])}, "x.csv", 48)
    assert fuzz_counts.accounted(log) not in (fuzz_counts.count(shorter, log) or set())


def test_inputs_follow_from_seed_and_number() -> None:
    for number in (1, 5, 500):
        assert fuzz_readers.make_input(3, number) == fuzz_readers.make_input(3, number)
