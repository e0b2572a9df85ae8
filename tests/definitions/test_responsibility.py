"""Who does what, who answers for it, who is told."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tests.definitions.workbench import write

from svcflow.cli.main import main
from svcflow.definitions import load
from svcflow.definitions.responsibility import lay_lines, lay_matrix

WORKFLOWS = Path(__file__).parents[2] / "workflows"
REQUEST = """\
owner: head
steps:
  register: {owner: agent}
  work:     {owner: [agent, expert]}
  pay:      {owner: [lead, expert], spends: claim}
  close:    {owner: lead}
  chase:    {owner: customer}
flow:
  - register
  - work
  - {when: claim > 10, do: pay}
  - close
anytime: [chase]
slas:
  first: {from: register, to: work, target: 1h, objective: 90%, escalate: {80%: lead, 100%: head}}
# file: org.svcflow.yaml
roles:
  customer: {external: true}
  agent: {}
  expert: {authority: {claim: 50}}
  lead: {authority: {claim: any}}
  head: {authority: {claim: any}}
  clerk: {}
teams:
  top: {lead: head, members: {head: 1, clerk: 1}}
  desk: {lead: lead, reports_to: top, members: {lead: 2, agent: 9}}
  back: {lead: expert, reports_to: top, members: {expert: 3}}
span_of_control: 4
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write(tmp_path, REQUEST)


def test_the_matrix(folder: Path) -> None:
    found = lay_matrix(load(folder))["request"]
    assert found["roles"] == ["customer", "agent", "expert", "lead", "head"]
    assert {row["step"]: row["cells"] for row in found["rows"]} == {
        "register": {"agent": "owner", "lead": "informed", "head": "approver"},
        # On the clock, and the experts lead themselves: who leads above them answers for the process already.
        "work": {"agent": "owner", "expert": "owner", "lead": "informed", "head": "approver"},
        # Both may spend something.
        "pay": {"expert": "owner_approver", "lead": "owner_approver", "head": "approver"},
        "close": {"lead": "owner", "head": "approver"},
        "chase": {"customer": "owner", "head": "approver"},
    }
    assert found["rows"][0]["name"] == {"en": "register", "zh": "register"}


def test_only_steps_on_the_clock_inform_its_ladder(tmp_path: Path) -> None:
    text = REQUEST.replace("owner: head\n", "owner: clerk\n", 1)
    rows = lay_matrix(load(write(tmp_path, text)))["request"]["rows"]
    told = {row["step"]: row["cells"].get("head") for row in rows}
    # After 'work' the clock has stopped; the lead's and the experts' own steps are known to the head, who leads them.
    assert told == {"register": None, "work": "informed", "pay": "informed", "close": "informed", "chase": None}


def test_the_lines(folder: Path) -> None:
    lines = {reach.team: reach for reach in lay_lines(load(folder).organisation)}
    assert [*lines] == ["top", "desk", "back"]
    assert [reach.depth for reach in lines.values()] == [0, 1, 1]
    assert (lines["top"].members, lines["top"].leads, lines["top"].per_lead) == (1, 5, 6)
    assert (lines["desk"].members, lines["desk"].per_lead) == (9, 4.5)
    assert [reach.too_wide for reach in lines.values()] == [True, True, False]


def test_every_cell_of_the_samples_has_one_meaning() -> None:
    workspace = load(WORKFLOWS)
    for name, found in lay_matrix(workspace).items():
        process = workspace.processes[name]
        assert {row["step"] for row in found["rows"]} == {*process.steps}
        for row in found["rows"]:
            cells, step = row["cells"], process.steps[row["step"]]
            assert {role for role, part in cells.items() if part.startswith("owner")} == {*step.owners}
            assert "approver" in cells[process.owner]
            assert [*cells] == [role for role in found["roles"] if role in cells]


@pytest.mark.parametrize("form", ["text", "csv", "json", "md"])
@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_command_prints_it(form: str, lang: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["matrix", str(WORKFLOWS), "--process", "complaint", "--format", form, "--lang", lang]) == 0
    out = capsys.readouterr().out
    assert "approve" in out or form == "md"
    if form == "json":
        found = json.loads(out)
        assert found["processes"] == lay_matrix(load(WORKFLOWS), "complaint")
        assert found["lines"][0]["lead"] == "centre_manager"
    else:
        assert ("赔付审批" in out) == (lang == "zh")
        assert "R/A" in out


def test_names_stay_inside_their_cells(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = folder / "request.svcflow.yaml"
    text = file.read_text(encoding="utf-8")
    file.write_text(
        text.replace("register: {owner: agent}", "register: {owner: agent, name: '=a|b<i>'}"), encoding="utf-8"
    )
    assert main(["matrix", str(folder), "--format", "md"]) == 0
    assert "| =a\\|b&lt;i> |" in capsys.readouterr().out
    assert main(["matrix", str(folder), "--format", "csv"]) == 0
    assert ",'=a|b<i>," in capsys.readouterr().out


def test_an_unknown_process_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["matrix", str(WORKFLOWS), "--process", "nonsense"]) == 2
    assert "there is no process 'nonsense'" in capsys.readouterr().err
