"""A canonical file is read like any log; a mapping may state what was not decided when it was made."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from svcflow.errors import InputError, MappingError
from svcflow.eventlog import read_log, select
from svcflow.eventlog.log import Log
from svcflow.eventlog.store.writing import write

from .conftest import assert_same

LEVELS = ("low", "high", "mid")
ROWS = ["ticket,step,at,who,level,mood"]
for number in range(9):
    for step in ("open", "work", "close")[: 2 + number % 2]:
        at = f"2024-01-{number + 10}T1{len(step)}:00:00Z"
        ROWS.append(f"K{number},{step},{at},r{number % 3},{LEVELS[number % 3]},{step[0]}")
COLUMNS = {"case": "ticket", "activity": "step", "time": "at", "resource": "who"}


@pytest.fixture
def pair(export: Callable[..., Path], tmp_path: Path) -> tuple[Log, Path]:
    """Return a log, and the canonical file that was made of it."""
    log = read_log(export(ROWS), {"columns": COLUMNS})
    write(log, tmp_path / "log.parquet", rows=5)
    return log, tmp_path / "log.parquet"


def test_it_says_where_it_comes_from(pair: tuple[Log, Path]) -> None:
    log, path = pair
    found = read_log(path)
    assert found.notes == ("canonical file, made from export.csv", *log.notes)
    assert found.source == log.source


def test_statements_on_top(pair: tuple[Log, Path], export: Callable[..., Path]) -> None:
    stated = {"done": ["close"], "machines": ["r1"], "sides": {"work": "customer"}, "rename": {"level": "priority"}}
    stated["attributes"] = {"case": ["level"]}
    found = read_log(pair[1], stated)
    wanted = read_log(export(ROWS, "again.csv"), {**stated, "columns": COLUMNS})
    for name in ("done", "machines", "sides", "case_attributes", "time", "activity"):
        assert_same(getattr(wanted, name), getattr(found, name), name)
    assert [role for role in found.roles if role.role == "done"] == [r for r in wanted.roles if r.role == "done"]
    assert found.where("priority == high").cases == 3


def test_the_mapping_it_was_made_with(pair: tuple[Log, Path]) -> None:
    """Its columns are those of the file, so that all it says of the export has been done already."""
    found = read_log(
        pair[1], {"columns": COLUMNS, "time_format": "%Y-%m-%d", "values": {"step": {"x": "y"}}, "machines": ["r2"]}
    )
    assert found.machines == ("r2",)
    assert_same(pair[0].time, found.time)


@pytest.mark.parametrize(
    ("stated", "reason"),
    [
        ({"columns": {"case": "who"}}, "keeps the columns it was made from: case is 'ticket'"),
        ({"columns": {"team": "who"}}, "it has no team"),
        ({"columns": {"resource": None}}, "resource is 'who'"),
        ({"time_format": "%d.%m.%Y"}, "time_format cannot be stated"),
        ({"timezone": "Europe/Amsterdam"}, "timezone cannot be stated"),
        ({"values": {"step": {"open": "begin"}}}, "values cannot be stated"),
        ({"done": ["clsoe"]}, "did you mean 'close'"),
        ({"rename": {"lvel": "x"}}, "no attribute 'lvel'; did you mean 'level'"),
        ({"attributes": {"event": ["level"]}}, "'level' is no attribute of events"),
    ],
)
def test_what_cannot_be_stated(stated: dict[str, Any], reason: str, pair: tuple[Log, Path]) -> None:
    with pytest.raises(MappingError, match=reason) as caught:
        read_log(pair[1], stated)
    assert caught.value.hint


def test_a_mapping_beside_it_that_is_about_another_file(pair: tuple[Log, Path]) -> None:
    beside = pair[1].with_name("log.mapping.yaml")
    beside.write_text("svcflow: 1\nmapping: other\ncolumns: {case: nothing}\nmachines: [r1]\n")
    found = read_log(pair[1])
    assert found.machines == ()
    assert "was passed over" in found.notes[1]
    beside.write_text("svcflow: 1\nmapping: own\nmachines: [r1]\n")
    found = read_log(pair[1])
    assert found.machines == ("r1",)
    assert "mapping log.mapping.yaml beside the log was used" in found.notes


def test_the_name_of_the_file_does_not_matter(pair: tuple[Log, Path], tmp_path: Path) -> None:
    (tmp_path / "log.csv").write_bytes(pair[1].read_bytes())
    assert_same(pair[0].time, read_log(tmp_path / "log.csv").time)


def test_a_truncated_file_is_no_other_format(pair: tuple[Log, Path]) -> None:
    data = pair[1].read_bytes()
    for length in (4, 9, len(data) // 2, len(data) - 1):
        pair[1].write_bytes(data[:length])
        with pytest.raises(InputError, match=r"log\.parquet"):
            read_log(pair[1])


def test_a_condition_decodes_what_it_reads_and_nothing_else(
    pair: tuple[Log, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    from svcflow.eventlog.store.file import File

    found, read = read_log(pair[1]), []
    original = File.read
    monkeypatch.setattr(File, "read", lambda self, group, names: read.extend(names) or original(self, group, names))
    chosen = select(found, "level == high")
    assert chosen.cases == 3
    assert set(read) == {"case:level"}
    assert chosen.case_ids == ("K1", "K4", "K7")
    assert set(read) == {"case:level", "case_id"}
    assert_same(pair[0].where("level == high").attributes["mood"], chosen.attributes["mood"])
