"""`svcflow impact` on the command line, on the sample log."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from svcflow.cli.main import main
from svcflow.definitions.schema import validator

ROOT = Path(__file__).parents[2]
WORKFLOWS, LOG = ROOT / "workflows", ROOT / "logs" / "complaints.csv"


@pytest.fixture(scope="module")
def changed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("new") / "workflows"
    shutil.copytree(WORKFLOWS, made)
    file = made / "complaint.svcflow.yaml"
    text = file.read_text(encoding="utf-8")
    assert "claim > 500" in text
    file.write_text(text.replace("claim > 500", "claim > 800"), encoding="utf-8")
    return made


def test_who_changes_and_why(changed: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["impact", str(WORKFLOWS), str(changed), str(LOG), "-q"]) == 1
    out = capsys.readouterr().out
    assert out.startswith("of 1,600 cases ")
    assert "now D202 not_needed approve" in out
    assert "complaint.svcflow.yaml:" in out
    assert "cases COM-" in out


def test_the_same_definitions_change_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["impact", str(WORKFLOWS), str(WORKFLOWS), str(LOG), "-q", "--fail-on", "change"]) == 0
    assert capsys.readouterr().out == "of 1,600 cases none changes verdict\n"


def test_what_fails_is_chosen(changed: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["impact", str(WORKFLOWS), str(changed), str(LOG), "-q", "--fail-on", "none"]) == 0
    only = ["--where", "claim > 800"]
    assert main(["impact", str(WORKFLOWS), str(changed), str(LOG), "-q", "--fail-on", "change", *only]) == 0
    capsys.readouterr()


def test_the_json_is_what_its_schema_says(changed: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["impact", str(WORKFLOWS), str(changed), str(LOG), "-q", "--format", "json", "--top", "1"]) == 1
    found = json.loads(capsys.readouterr().out)
    validator("impact").validate(found)
    assert len(found["reasons"]) == 1
    assert found["worse"] + found["better"] <= found["changed"] <= found["cases"] == 1600


def test_a_broken_definition_is_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["impact", str(WORKFLOWS), str(tmp_path / "none"), str(LOG)]) == 2
    assert capsys.readouterr().err.startswith("error: ")
