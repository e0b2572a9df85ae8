"""`svcflow draft` as a user meets it."""

from __future__ import annotations

from pathlib import Path

import pytest

from svcflow.cli.main import main
from svcflow.definitions import check, load

ROOT = Path(__file__).parents[2]
LOG = str(ROOT / "logs" / "escalations.csv")


def test_a_workspace_is_written_and_its_fit_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["draft", LOG, "-o", str(tmp_path / "new")]) == 0
    out = capsys.readouterr().out
    assert "mined model: fitness" in out
    assert "of 400 cases conform (399)" in out
    problems, made = check(tmp_path / "new")
    assert made is not None
    assert not [p for p in problems if p.severity == "error"]
    assert list(made.processes) == ["escalations"]
    text = (tmp_path / "new" / "escalations.svcflow.yaml").read_text("utf-8")
    assert "# Drafted from escalations.csv: 400 cases" in text
    assert "-> within: " in text


def test_stdout_holds_the_definition_alone(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert main(["draft", LOG, "--lang", "zh", "--process", "升级"]) == 0
    said = capsys.readouterr()
    (tmp_path / "p.svcflow.yaml").write_text(said.out, encoding="utf-8")
    assert said.out.startswith("# yaml-language-server")
    assert "由 escalations.csv 起草" in said.out
    assert "conform" in said.err


def test_a_file_beside_an_organisation_uses_its_roles(tmp_path: Path) -> None:
    org = (ROOT / "workflows" / "org.svcflow.yaml").read_text("utf-8")
    (tmp_path / "org.svcflow.yaml").write_text(org, encoding="utf-8")
    assert main(["draft", LOG, "-o", str(tmp_path / "raised.svcflow.yaml"), "-q"]) == 0
    assert sorted(p.name for p in tmp_path.iterdir()) == ["org.svcflow.yaml", "raised.svcflow.yaml"]
    made = load(tmp_path).processes["raised"]
    assert made.steps["customer_informed"].owners[0] in load(tmp_path).organisation.roles


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["no-such.csv"], "no-such.csv does not exist"),
        ([LOG, "--process", " "], "--process is empty"),
        ([LOG, "--where", "priority == 'never'"], "priority"),
    ],
)
def test_what_cannot_be_done_is_said_in_one_line(
    arguments: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["draft", *arguments]) == 2
    err = capsys.readouterr().err
    assert said in err
    assert "Traceback" not in err


def test_nothing_is_written_over(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    target = tmp_path / "mine.svcflow.yaml"
    target.write_text("svcflow: 1\nprocess: mine\n", encoding="utf-8")
    assert main(["draft", LOG, "-o", str(target)]) == 2
    assert "stands there already" in capsys.readouterr().err
    assert target.read_text("utf-8") == "svcflow: 1\nprocess: mine\n"
