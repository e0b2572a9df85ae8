"""The kinds of organisations: clean, rehearsed, and each of its own shape."""

from __future__ import annotations

import csv
from collections import Counter
from pathlib import Path

import pytest

from svcflow.cli.main import main
from svcflow.definitions import check, load
from svcflow.definitions.difference import compare_versions, read_version
from svcflow.definitions.model import Workspace
from svcflow.definitions.responsibility import lay_lines, lay_matrix
from svcflow.errors import UsageError
from svcflow.execution.scenarios import run_scenarios
from svcflow.samples import adaptation, workflows

KINDS = ("large", "service", "small", "technical")


@pytest.fixture(scope="module", params=KINDS)
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def folder(kind: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp(kind)
    assert main(["init", str(made), "--organisation", kind, "-q"]) == 0
    return made / "workflows"


@pytest.fixture(scope="module")
def workspace(folder: Path) -> Workspace:
    return load(folder)


def test_the_kinds_are_those_of_the_command() -> None:
    assert adaptation.kinds() == KINDS
    with pytest.raises(UsageError, match="huge"):
        adaptation.adapt("huge")


def test_there_is_no_more_to_remark_than_of_the_samples(folder: Path) -> None:
    found = Counter(problem.code for problem in check(folder)[0])
    assert found <= Counter(problem.code for problem in check(workflows())[0])


def test_every_scenario_comes_out_as_expected(workspace: Workspace) -> None:
    verdicts = [*run_scenarios(workspace)]
    assert {v.scenario.id: [p.message for p in v.problems] for v in verdicts if v.problems} == {}
    assert len(verdicts) >= 30


def test_the_order_of_work_is_that_of_the_samples(folder: Path) -> None:
    found = compare_versions(read_version(workflows()), read_version(folder))
    assert {process.id: process.state for process in found.processes}.keys() == load(workflows()).processes.keys()
    assert all(not process.behaviour.changes for process in found.processes)
    assert found.organisation


def test_no_role_of_the_samples_is_left_and_each_of_its_own_has_people(
    kind: str, folder: Path, workspace: Workspace
) -> None:
    organisation = workspace.organisation
    held = {role for team in organisation.teams.values() for role in team.members}
    roles = {role.id for role in organisation.roles.values()}
    assert roles - held <= {"customer", "system"}
    gone = {*load(workflows()).organisation.roles} - roles
    texts = "".join(file.read_text(encoding="utf-8") for file in folder.glob("*.yaml"))
    for role in gone - {"department"}:
        assert f"{role}:" not in texts, role
        assert f" {role}" not in "".join(line.partition("#")[0] for line in texts.splitlines(keepends=True)), role


def test_every_role_of_the_house_has_a_part(workspace: Workspace) -> None:
    parts = {role for found in lay_matrix(workspace).values() for role in found["roles"]}
    spare = {role.id for role in workspace.organisation.roles.values() if not role.external} - parts
    assert spare <= {"training_supervisor", "coach", "knowledge_manager", "process_analyst"}


def test_no_lead_has_too_many(workspace: Workspace) -> None:
    lines = lay_lines(workspace.organisation)
    assert [reach.team for reach in lines if reach.too_wide] == []
    assert [reach.team for reach in lines if reach.depth == 0] == [lines[0].team]


def test_the_kinds_differ(tmp_path: Path) -> None:
    shapes = set()
    for kind in KINDS:
        assert main(["init", str(tmp_path / kind), "--organisation", kind, "-q"]) == 0
        organisation = load(tmp_path / kind / "workflows").organisation
        shapes.add((len(organisation.teams), len(organisation.roles), organisation.calendars["service_hours"].hours))
    assert len(shapes) == len(KINDS)


def test_the_people_of_the_large_centre_are_its_members(tmp_path: Path) -> None:
    texts = adaptation.adapt("large")
    rows = [*csv.DictReader(texts["people.csv"].splitlines())]
    for name, text in texts.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    organisation = load(tmp_path).organisation
    started = Counter((row["team"], row["role"]) for row in rows if row["from"] == "2026-01-01")
    external = {role.id for role in organisation.roles.values() if role.external}
    members = {
        (team.id, role): count
        for team in organisation.teams.values()
        for role, count in team.members.items()
        if role not in external
    }
    assert started == members
    moved = [actor for actor, times in Counter(row["actor"] for row in rows).items() if times > 1]
    assert len(moved) == 2


def test_comments_stay_where_they_were() -> None:
    text = adaptation.adapt("technical")["complaint.svcflow.yaml"]
    original = (workflows() / "complaint.svcflow.yaml").read_text(encoding="utf-8")
    assert text.count("#") == original.count("#")
    line = next(line for line in text.splitlines() if line.startswith("owner: "))
    before = next(line for line in original.splitlines() if line.startswith("owner: "))
    assert line.index("#") == before.index("#")
