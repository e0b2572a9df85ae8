"""`svcflow convert` as a user meets it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from svcflow.cli._swimlanes import wrap
from svcflow.cli.main import main
from svcflow.definitions import check, load

WORKFLOWS = Path(__file__).parents[2] / "workflows"
COMPLAINT = str(WORKFLOWS / "complaint.svcflow.yaml")


@pytest.mark.parametrize(
    ("name", "begins"),
    [
        ("c.bpmn", "<?xml"),
        ("c.pnml", "<?xml"),
        ("c.ptml", "<?xml"),
        ("c.svg", "<?xml"),
        ("c.dot", 'digraph "complaint"'),
        ("c.txt", "->( 'Register'"),
    ],
)
def test_the_suffix_says_what_is_written(name: str, begins: str, tmp_path: Path) -> None:
    assert main(["convert", COMPLAINT, "-o", str(tmp_path / name), "-q"]) == 0
    assert (tmp_path / name).read_text("utf-8").startswith(begins)


def test_stdout_and_the_three_ways_to_name_a_process(capsys: pytest.CaptureFixture[str]) -> None:
    texts = []
    for arguments in ([COMPLAINT], ["complaint", "-w", str(WORKFLOWS)], [str(WORKFLOWS), "--process", "complaint"]):
        assert main(["convert", *arguments, "-o", "-", "--to", "tree", "--ids"]) == 0
        texts.append(capsys.readouterr().out)
    assert len(set(texts)) == 1
    assert "'acknowledge'" in texts[0]


@pytest.mark.parametrize("form", ["bpmn", "pnml", "ptml"])
def test_back_into_a_workspace_of_its_own(form: str, tmp_path: Path) -> None:
    assert main(["convert", COMPLAINT, "-o", str(tmp_path / f"c.{form}"), "-q"]) == 0
    assert main(["convert", str(tmp_path / f"c.{form}"), "-o", str(tmp_path / "new"), "--to", "yaml", "-q"]) == 0
    problems, made = check(tmp_path / "new")
    assert made is not None
    assert [p.message for p in problems if p.severity == "error"] == []
    assert len(next(iter(made.processes.values())).steps) == 13


def test_back_beside_an_organisation(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "workflows"
    folder.mkdir()
    (folder / "org.svcflow.yaml").write_text((WORKFLOWS / "org.svcflow.yaml").read_text("utf-8"), encoding="utf-8")
    (folder / "intake.svcflow.yaml").write_text(
        (WORKFLOWS / "intake.svcflow.yaml").read_text("utf-8"), encoding="utf-8"
    )
    assert main(["convert", COMPLAINT, "-o", str(tmp_path / "c.bpmn"), "-q"]) == 0
    target = folder / "drawn.svcflow.yaml"
    assert main(["convert", str(tmp_path / "c.bpmn"), "-o", str(target), "-q"]) == 0
    assert sorted(p.name for p in folder.iterdir()) == ["drawn.svcflow.yaml", "intake.svcflow.yaml", "org.svcflow.yaml"]
    made = load(folder).processes["complaint"]
    assert made.steps["approve"].owners == ("operations_supervisor", "centre_manager")
    before = target.read_text("utf-8")
    assert main(["convert", str(tmp_path / "c.bpmn"), "-o", str(target)]) == 2
    assert "stands there already" in capsys.readouterr().err
    assert target.read_text("utf-8") == before
    assert main(["convert", str(tmp_path / "c.bpmn"), "-o", str(target), "--force", "-q"]) == 0


def test_roles_that_an_organisation_does_not_know_are_noted(tmp_path: Path) -> None:
    folder = tmp_path / "workflows"
    folder.mkdir()
    (folder / "org.svcflow.yaml").write_text(
        'svcflow: 1\norganisation: Desk\ntimezone: UTC\ncalendars: {office: {mon-fri: "09:00-17:00"}}\n'
        "roles: {agent: {}, clerk: {}}\nteams: {desk: {lead: clerk, members: {agent: 2, clerk: 7}}}\n",
        encoding="utf-8",
    )
    assert main(["convert", COMPLAINT, "-o", str(tmp_path / "c.bpmn"), "-q"]) == 0
    assert main(["convert", str(tmp_path / "c.bpmn"), "-o", str(folder / "new.svcflow.yaml"), "-q"]) == 0
    made = load(folder).processes["complaint"]
    assert (made.calendar, made.steps["assess"].owners) == ("office", ("clerk",))
    assert "no role here: team_lead" in (folder / "new.svcflow.yaml").read_text("utf-8")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([str(WORKFLOWS), "-o", "x.bpmn"], "defines 5 processes"),
        (["complant", "-w", str(WORKFLOWS), "-o", "x.bpmn"], "did you mean 'complaint'?"),
        (["nowhere", "-o", "x.bpmn"], "there is no file or folder 'nowhere'"),
        ([COMPLAINT, "-o", "-"], "say it with --to"),
        ([COMPLAINT, "-o", "x.doc"], "does not say what to write"),
        ([COMPLAINT, "-o", "x.svcflow.yaml"], "is a definition already"),
        ([COMPLAINT, "-o", "no/such/folder/x.bpmn"], "its directory does not exist"),
        (["none.bpmn", "-o", "x.svcflow.yaml"], "none.bpmn does not exist"),
        (["none.bpmn", "-o", "x.svg"], "becomes a definition first"),
    ],
)
def test_what_cannot_be_done_is_said_in_one_line(
    arguments: list[str], said: str, capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["convert", *arguments]) == 2
    err = capsys.readouterr().err
    assert said in err
    assert "hint: " in err
    assert "Traceback" not in err
    assert list(tmp_path.iterdir()) == []


def test_the_same_bytes_whatever_the_hash_seed(tmp_path: Path) -> None:
    assert main(["convert", COMPLAINT, "-o", str(tmp_path / "c.pnml"), "-q"]) == 0
    texts = []
    for seed in ("1", "2"):
        code = (
            "from svcflow.cli.main import main\n"
            f"main(['convert', {str(tmp_path / 'c.pnml')!r}, '-o', '-', '--to', 'yaml'])\n"
            f"main(['convert', {COMPLAINT!r}, '-o', '-', '--to', 'svg'])\n"
            "import sys; print([m for m in ('pm4py', 'pandas', 'numpy') if m in sys.modules])\n"
        )
        done = subprocess.run(
            [sys.executable, "-c", code],
            capture_output=True, text=True, check=True, env=os.environ | {"PYTHONHASHSEED": seed},
        )  # fmt: skip
        texts.append(done.stdout)
    assert texts[0] == texts[1]
    assert texts[0].endswith("[]\n") or "numpy" in texts[0].splitlines()[-1]
    assert "pm4py" not in texts[0].splitlines()[-1]


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_picture_names_every_step_and_stays_inside(lang: str, tmp_path: Path) -> None:
    assert main(["convert", COMPLAINT, "-o", str(tmp_path / "c.svg"), "--lang", lang, "-q"]) == 0
    root = ET.fromstring((tmp_path / "c.svg").read_text("utf-8"))
    width, height = float(root.get("width", "0")), float(root.get("height", "0"))
    made = load(WORKFLOWS).processes["complaint"]
    anytime = {entry.step for entry in made.anytime}
    titles = {"".join(e.itertext()).split(", ")[0] for e in root.findall(".//{*}title")}
    for step in made.steps.values():
        assert (getattr(step.name, lang) in titles) == (step.id not in anytime)
    for rect in root.findall(".//{*}rect"):
        assert float(rect.get("x", "0")) >= 0
        assert float(rect.get("x", "0")) + float(rect.get("width", "0")) <= width
        assert float(rect.get("y", "0")) + float(rect.get("height", "0")) <= height


def test_names_are_wrapped_at_words_and_between_characters() -> None:
    assert wrap("Department replies", 100, 12) == ["Department", "replies"]
    assert wrap("客户投诉处理升级到上级部门再次确认", 100, 12) == ["客户投诉处理升级", "到上级部门再次确", "认"]
    assert wrap("x" * 200, 100, 12)[-1].endswith("…")
    assert wrap("", 100, 12) == []
