"""What `svcflow init` writes for CI is YAML, and every svcflow line in it runs on what it wrote beside it."""

from __future__ import annotations

import json
import shlex
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest
import yaml

from svcflow.cli.main import main


def commands(value: Any) -> list[list[str]]:
    if isinstance(value, str):
        return [shlex.split(value)[1:]] if value.startswith("svcflow ") else []
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else []
    return [found for part in inner for found in commands(part)]


@pytest.mark.parametrize("system", ["github", "gitlab"])
def test_every_line_runs(
    system: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(tmp_path / "summary.md"))
    assert main(["init", "-q"]) == 0
    snippet = yaml.safe_load((tmp_path / "ci" / f"{system}.yaml").read_text("utf-8"))
    found = commands(snippet)
    assert [line[0] for line in found] == ["validate", "test"]
    for line in found:
        assert main(line) == 0, capsys.readouterr().err
    if system == "github":
        assert "definitions without problems" in (tmp_path / "summary.md").read_text("utf-8")
        return
    reports = snippet["workflows"]["artifacts"]["reports"]
    assert json.loads(Path(reports["codequality"]).read_text("utf-8")) == []
    root = ET.parse(reports["junit"]).getroot()
    assert int(root.attrib["tests"]) >= 30
    assert root.attrib["failures"] == "0"


def test_the_pre_commit_hook_is_a_command_that_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (hook,) = yaml.safe_load((Path(__file__).parents[2] / ".pre-commit-hooks.yaml").read_text("utf-8"))
    monkeypatch.chdir(tmp_path)
    assert main(["init", "-q"]) == 0
    assert hook["pass_filenames"] is False
    entry = shlex.split(hook["entry"])
    assert entry[0] == "svcflow"
    assert main(entry[1:]) == 0
    file = tmp_path / "workflows" / "complaint.svcflow.yaml"
    file.write_text(file.read_text("utf-8").replace("  - acknowledge\n", "  - acknowlege\n"), "utf-8")
    assert main(entry[1:]) == 1
