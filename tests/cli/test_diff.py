"""`svcflow diff` on the command line."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from svcflow.cli.main import main
from svcflow.definitions.schema import validator

WORKFLOWS = Path(__file__).parents[2] / "workflows"


@pytest.fixture
def changed(tmp_path: Path) -> Path:
    made = tmp_path / "workflows"
    shutil.copytree(WORKFLOWS, made)
    file = made / "complaint.svcflow.yaml"
    text = file.read_text(encoding="utf-8").replace("claim > 500", "claim > 800").replace("target: 1h", "target: 2h")
    file.write_text(text, encoding="utf-8")
    return made


def test_the_difference_is_told_with_a_case(changed: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["diff", str(WORKFLOWS), str(changed)]) == 1
    out = capsys.readouterr().out
    assert "after review: resolve instead of approve, when claim = 650" in out
    assert "sla first_response target: 1h → 2h (looser)" in out
    assert "complaint.svcflow.yaml:112" in out
    assert "no difference in callback, escalation, inquiry, intake" in out


def test_nothing_changed(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["diff", str(WORKFLOWS), str(WORKFLOWS)]) == 0
    assert capsys.readouterr().out == "no behaviour changed\n"


def test_without_data_a_moved_threshold_is_no_behaviour(changed: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["diff", str(WORKFLOWS), str(changed), "--no-data"]) == 1
    out = capsys.readouterr().out
    assert "no behaviour changed" in out
    assert "approve" not in out


@pytest.mark.parametrize("same", [True, False])
def test_the_json_is_what_its_schema_says(changed: Path, capsys: pytest.CaptureFixture[str], *, same: bool) -> None:
    assert main(["diff", str(WORKFLOWS), str(WORKFLOWS if same else changed), "--format", "json"]) == int(not same)
    found = json.loads(capsys.readouterr().out)
    validator("diff").validate(found)
    assert found["same"] is same


def test_what_is_not_there_is_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["diff", "no-such-folder", str(WORKFLOWS)]) == 2
    err = capsys.readouterr().err
    assert err.startswith("error: there is no file or folder 'no-such-folder'")
