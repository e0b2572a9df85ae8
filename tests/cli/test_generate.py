"""`svcflow generate` and `svcflow init` as a user meets them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from svcflow.cli.main import main
from svcflow.definitions import check
from svcflow.eventlog import read_log

WORKFLOWS = Path(__file__).parents[2] / "workflows"


def generate(*arguments: str) -> int:
    return main(["generate", str(WORKFLOWS), "--process", "intake", "--cases", "20", *arguments])


def test_log_mapping_and_truth_stand_beside_each_other(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert generate("-o", str(tmp_path / "intake.csv")) == 0
    assert sorted(p.name for p in tmp_path.iterdir()) == ["intake.csv", "intake.mapping.yaml", "intake.truth.json"]
    log = read_log(tmp_path / "intake.csv", tmp_path / "intake.mapping.yaml")
    truth = json.loads((tmp_path / "intake.truth.json").read_text("utf-8"))
    assert (log.cases, log.instances) == (truth["written"], truth["events"]) == (20, log.instances)
    assert "20 cases" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["-o", "log.parquet"], "logs are written as CSV"),
        (["-o", "no/such/folder/log.csv"], "directory does not exist"),
        (["-o", "log.csv", "--start", "5.1.2026"], "is no date"),
        (["-o", "log.csv", "--plant", "missing.yaml"], "cannot read the file"),
        (["-o", "log.csv", "--plant", "list.yaml"], "no plant file"),
        (["-o", "log.csv", "--plant", "broken.yaml"], "broken.yaml:2:"),
        (["-o", "log.csv", "--cases", "-3"], "cannot play -3 cases"),
    ],
)
def test_what_cannot_be_played_is_one_line_and_writes_nothing(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    arguments: list[str],
    message: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "list.yaml").write_text("- 1\n")
    (tmp_path / "broken.yaml").write_text("svcflow: 1\nplants: [}\n")
    assert generate(*arguments) == 2
    err = capsys.readouterr().err
    assert message in err
    assert err.count("\n") == 2
    assert not [*tmp_path.glob("log*")]


def test_init_writes_a_workspace_that_is_clean_and_never_overwrites(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "centre"
    assert main(["init", str(folder)]) == 0
    written = sorted(Path(line) for line in capsys.readouterr().out.splitlines())
    assert written == sorted(p for p in folder.rglob("*") if p.is_file())
    assert check(folder / "workflows")[0] == []
    for definition in (folder / "workflows").glob("*.svcflow.yaml"):
        schema = definition.read_text("utf-8").splitlines()[0].partition("$schema=")[2]
        assert json.loads((definition.parent / schema).read_text("utf-8"))["$schema"]
    mine = folder / "mapping.yaml"
    mine.write_text("mine")
    assert main(["init", str(folder)]) == 2
    assert mine.read_text() == "mine"


def test_init_stops_before_it_writes_anything(tmp_path: Path) -> None:
    (tmp_path / "mapping.yaml").write_text("mine")
    assert main(["init", str(tmp_path)]) == 2
    assert [p.name for p in tmp_path.iterdir()] == ["mapping.yaml"]


def test_the_example_mapping_reads_an_export_with_its_columns(tmp_path: Path) -> None:
    assert main(["init", "-q", str(tmp_path)]) == 0
    export = tmp_path / "export.csv"
    export.write_text(
        "Ticket ID,Action,Completed at,Started at,Agent,Job title,Support group\n"
        "7,Case created,2026-01-05 09:10,2026-01-05 09:00,amy,agent,Hotline\n"
        "7,Case closed,2026-01-05 10:10,2026-01-05 10:00,lee,team_lead,Hotline\n"
    )
    log = read_log(export, tmp_path / "mapping.yaml")
    assert (log.cases, log.instances, log.zone) == (1, 2, "Asia/Shanghai")
