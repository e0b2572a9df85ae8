"""Clocks and duties that changed, and whole workspaces and files against each other."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from svcflow.definitions.difference import Difference, compare_versions, read_version
from svcflow.errors import DefinitionError, InputError, UsageError

WORKFLOWS = Path(__file__).parents[3] / "workflows"
COMPLAINT, ORGANISATION = "complaint.svcflow.yaml", "org.svcflow.yaml"


def edited(folder: Path, file: str, old: str, new: str) -> Path:
    made = folder / "new"
    shutil.copytree(WORKFLOWS, made)
    text = (made / file).read_text(encoding="utf-8")
    assert text.count(old) >= 1, old
    (made / file).write_text(text.replace(old, new, 1), encoding="utf-8")
    return made


def compare(new: Path, **how: object) -> Difference:
    return compare_versions(read_version(WORKFLOWS), read_version(new), **how)  # type: ignore[arg-type]


def duties(found: Difference) -> list[tuple[str, str | None, str | None, str]]:
    changes = [*found.organisation, *(duty for process in found.processes for duty in process.duties)]
    return [(f"{c.subject} {c.facet}".strip(), c.old, c.new, c.sense) for c in changes]


def test_a_workspace_does_not_differ_from_itself() -> None:
    found = compare(WORKFLOWS)
    assert found.same
    assert duties(found) == []


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        (COMPLAINT, "name: {en: Complaint closed loop, zh: 投诉闭环}", "name: Complaints"),
        (COMPLAINT, "name: {en: Assess, zh: 核实定级}", "name: {en: Look at it, zh: 定级}"),
        (COMPLAINT, "# the order of work; reads from top to bottom", "# what is done"),
        (COMPLAINT, "labels: [Case created, 建单]", "labels: [建单, Case created]"),
        (COMPLAINT, "owner: [agent, quality_supervisor]", "owner: [quality_supervisor,   agent]"),
        (COMPLAINT, "target: 1h", "target: 60m"),
        (COMPLAINT, "claim > 500", "not (claim <= 500)"),
        (COMPLAINT, "when: severity >= high", "when: severity > medium"),
        (COMPLAINT, "  - register\n", "  - [register]\n"),
        (ORGANISATION, "name", "name"),
    ],
)
def test_what_asks_for_nothing_is_no_difference(tmp_path: Path, file: str, old: str, new: str) -> None:
    if old == new:
        old, new = "organisation: {en: Customer service centre", "organisation: {en: Centre"
    found = compare(edited(tmp_path, file, old, new))
    assert found.same, duties(found)


@pytest.mark.parametrize(
    ("file", "old", "new", "duty"),
    [
        (COMPLAINT, "target: 1h", "target: 2h", ("sla first_response target", "1h", "2h", "looser")),
        (COMPLAINT, "objective: 85%", "objective: 95%", ("sla first_response objective", "85%", "95%", "")),
        (COMPLAINT, "owner: operations_supervisor", "owner: centre_manager",
         ("process owner", "operations_supervisor", "centre_manager", "")),
        (COMPLAINT, "calendar: service_hours", "calendar: office", ("process calendar", "service_hours", "office", "")),
        (COMPLAINT, "waiting: {ask: answer}", "waiting: {ask: [answer, chase]}",
         ("waiting after ask until", "answer", "answer or chase", "")),
        (COMPLAINT, "owner: quality_supervisor", "owner: team_lead",
         ("step review owner", "quality_supervisor", "team_lead", "")),
        (COMPLAINT, "critical: 8h, high: 16h, else: 24h", "critical: 6h, high: 16h, else: 24h",
         ("sla resolution target", "by severity: critical 8h, high 16h, else 1d",
          "by severity: critical 6h, high 16h, else 1d", "tighter")),
        (COMPLAINT, "80%: team_lead, 100%: operations_supervisor}", "80%: team_lead}",
         ("sla first_response escalation at 100%", "operations_supervisor", None, "")),
        (COMPLAINT, "{escalate: 3}", "{escalate: 2}",
         ("rule few_escalations", "at most 3 × escalate", "at most 2 × escalate", "")),
        (COMPLAINT, "within: 24h, when:", "within: 12h, when:", ("rule callback_owed within", "1d", "12h", "tighter")),
        (COMPLAINT, "when: severity >= high}", "when: severity == critical}",
         ("rule neutral_callback when", "severity >= high", "severity == critical", "")),
        (COMPLAINT, 'target: ">= 90%"', 'target: ">= 95%"', ("kpi satisfaction target", ">= 90%", ">= 95%", "")),
        (COMPLAINT, "applies_to: category == complaint", "applies_to: category in [complaint]", None),
        (COMPLAINT, "labels: [Severity assessed, 定级]", "labels: [Severity assessed]",
         ("step assess labels", "Severity assessed, 定级", "Severity assessed", "")),
        (COMPLAINT, "    spends: claim", "    needs: [tier, claim]\n    spends: claim",
         ("step approve needs", None, "claim, tier", "")),
        (ORGANISATION, "{claim: 2000}", "{claim: 3000}",
         ("role operations_supervisor authority over claim", "2000", "3000", "")),
        (ORGANISATION, '"08:00-22:00"', '"08:00-20:00"',
         ("calendar service_hours mon", "08:00-22:00", "08:00-20:00", "")),
        (ORGANISATION, "agent: 12", "agent: 13", ("team hotline number of agent", "12", "13", "")),
        (ORGANISATION, "reports_to: operations, members: {team_lead: 3, agent: 12}",
         "reports_to: quality, members: {team_lead: 3, agent: 12}",
         ("team hotline reports to", "operations", "quality", "")),
        (ORGANISATION, "span_of_control: 15", "span_of_control: 20", ("organisation span of control", "15", "20", "")),
    ],
)  # fmt: skip
def test_a_duty_that_changed_is_said(
    tmp_path: Path, file: str, old: str, new: str, duty: tuple[str, ...] | None
) -> None:
    found = compare(edited(tmp_path, file, old, new))
    if duty is None:
        assert duties(found) == []
        return
    assert duty in duties(found)
    assert not found.same
    assert all(not process.behaviour.changes for process in found.processes)
    place = next(c for c in (*found.organisation, *(d for p in found.processes for d in p.duties))).new_position
    assert place is None or place.file.endswith(file)


def test_files_are_compared_without_an_organisation(tmp_path: Path) -> None:
    text = (WORKFLOWS / COMPLAINT).read_text(encoding="utf-8")
    old, new = tmp_path / "old.yaml", tmp_path / "new.yaml"
    old.write_text(text, encoding="utf-8")
    new.write_text(text.replace("claim > 500", "claim > 800"), encoding="utf-8")
    found = compare_versions(read_version(old), read_version(new))
    assert [process.id for process in found.processes] == ["complaint"]
    assert len(found.processes[0].behaviour.changes) == 1
    assert compare_versions(read_version(old), read_version(WORKFLOWS / COMPLAINT)).same


def test_a_new_step_in_one_file_is_no_stranger_because_of_the_other(tmp_path: Path) -> None:
    text = (WORKFLOWS / "callback.svcflow.yaml").read_text(encoding="utf-8")
    for name, changed in (
        ("a.yaml", text),
        (
            "b.yaml",
            text.replace("  - plan\n", "  - plan\n  - brief\n").replace(
                "steps:\n", "steps:\n  brief: {owner: agent}\n"
            ),
        ),
    ):
        (tmp_path / name).write_text(changed, encoding="utf-8")
    found = compare_versions(read_version(tmp_path / "a.yaml"), read_version(tmp_path / "b.yaml"))
    assert ("step brief", None, "owner agent", "") in duties(found)
    gained = [change.gained for change in found.processes[0].behaviour.changes]
    assert any(trace is not None and "brief" in trace.steps for trace in gained)


def test_processes_come_and_go(tmp_path: Path) -> None:
    made = tmp_path / "new"
    shutil.copytree(WORKFLOWS, made)
    for file in made.glob("callback*"):
        file.unlink()
    assert {process.id: process.state for process in compare(made).processes}["callback"] == "removed"
    back = compare_versions(read_version(made), read_version(WORKFLOWS))
    assert {process.id: process.state for process in back.processes}["callback"] == "added"
    assert compare(made, process="complaint").same


def test_what_cannot_be_compared_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError):
        read_version(tmp_path / "nothing")
    with pytest.raises(UsageError, match="no process 'nonsense'"):
        compare(WORKFLOWS, process="nonsense")
    with pytest.raises(UsageError, match="defines no process"):
        read_version(WORKFLOWS / ORGANISATION)
    broken = tmp_path / "broken.yaml"
    broken.write_text(
        (WORKFLOWS / COMPLAINT).read_text(encoding="utf-8").replace("- acknowledge", "- acknowlege"), encoding="utf-8"
    )
    with pytest.raises(DefinitionError, match="acknowlege"):
        read_version(broken)
