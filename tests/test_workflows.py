"""The five sample definitions: clean, rehearsed, and as the papers behind them ask."""

from __future__ import annotations

from pathlib import Path

import pytest

from svcflow.definitions import check, load
from svcflow.definitions.model import Process, Target, Workspace
from svcflow.execution.scenarios import run_scenarios
from svcflow.generation.decisions import find_decisions
from svcflow.generation.played import steps_in_order

WORKFLOWS = Path(__file__).parents[1] / "workflows"
PROCESSES = ("callback", "complaint", "escalation", "inquiry", "intake")


@pytest.fixture(scope="module")
def workspace() -> Workspace:
    return load(WORKFLOWS)


def test_there_is_nothing_to_remark() -> None:
    problems, workspace = check(WORKFLOWS)
    assert problems == []
    assert workspace is not None
    assert tuple(sorted(workspace.processes)) == PROCESSES


def test_every_scenario_comes_out_as_expected(workspace: Workspace) -> None:
    verdicts = [*run_scenarios(workspace)]
    assert {v.scenario.id: [p.message for p in v.problems] for v in verdicts if v.problems} == {}
    for process in PROCESSES:
        assert sum(v.process == process for v in verdicts) >= 3


def test_scenarios_reach_every_step_and_every_outcome_of_a_decision(workspace: Workspace) -> None:
    for told in workspace.scenarios:
        process = workspace.processes[told.process]
        reached = {event.step for scenario in told.cases for event in scenario.events}
        assert reached == {*process.steps}, told.process
        for decision in find_decisions(process.flow, workspace.processes):
            seen: set[bool | None] = set()
            for scenario in told.cases:
                known: dict[str, object] = {**told.base, **scenario.given}
                for event in scenario.events:
                    known |= event.sets
                    seen.add(decision.guard.evaluate(known))
            assert {True, False} <= seen, f"{told.process}: {decision.guard.text}"


def test_every_step_has_an_owner_a_name_and_labels_in_both_languages(workspace: Workspace) -> None:
    for process in workspace.processes.values():
        for step in process.steps.values():
            assert step.owners
            assert step.name.en.isascii()
            assert not step.name.zh.isascii()
            texts = [label.pattern for label in step.labels]
            assert any(t.isascii() for t in texts)
            assert any(not t.isascii() for t in texts)


def test_every_case_belongs_to_at_most_one_process(workspace: Workspace) -> None:
    for category in PROCESSES:
        claims = [
            p.id for p in workspace.processes.values() if p.applies_to and p.applies_to.evaluate({"category": category})
        ]
        assert claims == [category]


@pytest.mark.parametrize("name", PROCESSES)
def test_work_of_the_house_has_a_target_and_anytime_steps_a_measure(workspace: Workspace, name: str) -> None:
    process = workspace.processes[name]
    measured = " ".join(kpi.measure for kpi in process.kpis.values())
    for step in process.steps.values():
        assert step.within is not None or step.id in measured or step.id in str(process.slas), step.id


@pytest.mark.parametrize("name", PROCESSES)
def test_an_sla_can_be_met_by_steps_on_target(workspace: Workspace, name: str) -> None:
    """The targets of all steps up to the stop, one after the other, fit the SLA: stricter than its longest path."""
    process = workspace.processes[name]
    values = {v for field in process.fields.values() for v in field.values} or {""}
    order = [*steps_in_order(process.flow, workspace)]
    detours = {"explain", "consult"}  # another way to the end; shorter than the branch beside it
    for sla in process.slas.values():
        first, last = min(order.index(s) for s in sla.start), max(order.index(s) for s in sla.stop)
        for value in values:
            path = [s for s in order[first + 1 : last + 1] if s not in detours and s not in sla.start]
            path = _without_alternatives(process, path)
            needed = sum(_seconds(process.steps[s].within, value) for s in path)
            assert needed <= _seconds(sla.target, value), f"{sla.id} when {value}"


def _without_alternatives(process: Process, path: list[str]) -> list[str]:
    """Keep the slowest of steps that exclude each other or run beside each other."""
    groups = [
        {"route_complaint", "route_key_desk", "route_desk"},
        {"investigate", "dept_reply"},
        {"hand_over", "close"},
        {"ask_satisfaction", "write"},
    ]
    for group in groups:
        rivals = sorted((s for s in path if s in group), key=lambda s: _seconds(process.steps[s].within, "low"))
        path = [s for s in path if s not in rivals[:-1]]
    return path


def _seconds(target: Target | None, value: str) -> int:
    if target is None:
        return 0
    if target.constant is not None:
        return target.constant
    known = dict(target.values)
    longest = max([*known.values(), target.otherwise or 0])
    return known.get(value, target.otherwise or longest)


def test_an_authority_exists_for_every_claim(workspace: Workspace) -> None:
    for process in workspace.processes.values():
        for step in process.steps.values():
            if step.spends:
                roles = [workspace.organisation.roles[owner] for owner in step.owners]
                assert any(role.authority.get(step.spends, 0) is None for role in roles)


def test_every_team_reports_up_to_the_management(workspace: Workspace) -> None:
    teams = workspace.organisation.teams
    for team in teams.values():
        chain = [team.id]
        while (above := teams[chain[-1]].reports_to) is not None:
            assert above not in chain
            chain.append(above)
        assert chain[-1] == "management"
        assert sum(team.members.values()) <= (workspace.organisation.span_of_control or 0)
