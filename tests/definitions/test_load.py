"""What the files say is what the values hold; how files are found; what is told when they cannot be used."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from svcflow.definitions import check, load
from svcflow.definitions.model import AnyOf, Choose, End, Parallel, Repeat, Run, Task, Text, When
from svcflow.definitions.workspaces import check_all
from svcflow.errors import DefinitionError, InputError

from . import workbench  # type: ignore[attr-defined]

EXAMPLES = Path(__file__).parent / "examples"
WORKSPACE = load(EXAMPLES)
REFUND = WORKSPACE.processes["refund"]


def test_a_process_keeps_what_it_says() -> None:
    assert REFUND.name == Text("Refund of a returned item", "退货退款")
    assert WORKSPACE.processes["ring_back"].name == Text("回访", "回访")
    assert (REFUND.owner, REFUND.calendar, REFUND.valid_from) == ("head", "counter", "2026-01-01")
    assert REFUND.applies_to is not None
    assert REFUND.applies_to.evaluate({"topic": "refund", "channel": "fax"}) is False
    assert REFUND.ignore == ("Printed*", "系统备注")
    assert REFUND.fields["urgency"].values == ("low", "normal", "high")
    assert REFUND.fields["line"].values == ("1", "2", "3")
    assert REFUND.fields["items"].kind == "integer"
    assert (REFUND.position.line, REFUND.position.column) == (3, 10)


def test_steps_keep_owners_targets_and_labels() -> None:
    steps = REFUND.steps
    assert steps["open"].within is not None
    assert steps["open"].within.constant == 300
    target = steps["ask_parcel"].within
    assert target is not None
    assert (target.constant, target.by, target.values, target.otherwise) == (None, "urgency", (("high", 900),), 7200)
    assert steps["parcel"].within.values == (("true", 86_400), ("false", 604_800))
    assert steps["parcel"].owners == ("warehouse", "customer")
    assert steps["bank"].spends == "amount"
    assert steps["inspect"].calendar == "shop"
    assert [label.pattern for label in steps["bank"].labels] == ["Bank transfer", "打款"]
    (label,) = steps["weigh"].labels
    assert label.when is not None
    assert label.when.evaluate({"note": "weighed"}) is True
    assert steps["look_up"].name == Text("look_up", "look_up")
    assert REFUND.steps["look_up"].position.line == 29


def test_the_flow_keeps_its_shape_and_paths() -> None:
    items = REFUND.flow.items
    kinds = [type(item) for item in items]
    assert kinds == [AnyOf, Task, type(items[2]), When, Parallel, Choose, Repeat, Run, Task, End]
    assert [item.path for item in items] == [f"flow/{n}" for n in range(10)]
    assert items[4].branches[1].item.path == "flow/4/parallel/1/do"
    assert [branch.path for branch in items[5].branches] == [f"flow/5/choose/{n}" for n in range(3)]
    assert items[5].branches[2].guard is None
    assert (items[6].most, items[6].redo.step, items[6].guard.text) == (3, "correct", "not happy")
    assert items[7].process == "ring_back"


def test_clocks_rules_and_measures() -> None:
    payment = REFUND.slas["payment"]
    assert (payment.start, payment.stop, payment.cycle) == (("phone_in", "open"), ("bank",), "total")
    assert payment.waiting_counts
    assert payment.objective == pytest.approx(0.995)
    assert payment.escalation is not None
    assert [(rung.percent, rung.role) for rung in payment.escalation.rungs] == [
        (50, "clerk"),
        (80, "head"),
        (120, "head"),
    ]
    assert (payment.escalation.step, payment.escalation.grace_s) == ("remind", 900)
    assert not REFUND.slas["first_reply"].waiting_counts
    rules = REFUND.rules
    assert (rules["told"].kind, rules["told"].steps, rules["told"].others) == ("after", ("refuse",), ("finish", "dial"))
    assert rules["told"].within_s == 86_400
    assert (rules["looked_at"].kind, rules["looked_at"].others) == ("before", ("look_up",))
    assert (rules["one_way"].kind, rules["one_way"].steps) == ("never", ("weigh", "voucher"))
    assert (rules["few_reminders"].kind, rules["few_reminders"].limits) == ("at_most", (("remind", 3), ("wait_for", 2)))
    assert REFUND.kpis["happy"].measure == "share(happy)"
    assert [(a.step, a.outcome) for a in REFUND.anytime][-1] == ("cancel", "cancelled")
    assert REFUND.waiting[0].until == ("answer", "cancel")


def test_the_organisation_keeps_hours_authority_and_lines() -> None:
    organisation = WORKSPACE.organisation
    counter, shop = organisation.calendars["counter"], organisation.calendars["shop"]
    assert counter.hours == ((0, 4, ((480, 750), (780, 1080))), (5, 5, ((540, 840),)))
    assert (counter.holidays, counter.closed, counter.open) == ("DE-BY", ("2026-12-24",), ("2026-12-27",))
    assert shop.hours == ((5, 6, ((600, 960),)), (0, 0, ((600, 960),)), (1, 4, ((0, 1440),)))
    assert organisation.roles["head"].authority == {"amount": None}
    assert organisation.roles["clerk"].authority == {"amount": 50.0}
    assert organisation.roles["customer"].external
    desk = organisation.teams["desk"]
    assert (desk.lead, desk.reports_to, desk.members, desk.line) == ("head", "lead", {"clerk": 12}, 1)
    assert desk.labels == ("Desk", "柜台")
    assert (organisation.span_of_control, organisation.people) == (15, "people.csv")


def test_scenarios_move_forward_in_time() -> None:
    first, second = WORKSPACE.scenarios[0].cases
    assert [event.at for event in first.events] == [
        "2026-11-04T09:00", "2026-11-04T09:05", "2026-11-09T10:00", "2026-11-09T10:30:15", "2026-11-10T08:00",
        "2026-11-11T08:30",
    ]  # fmt: skip
    assert first.events[2].sets == {"happy": "true", "note": "all there"}
    assert (first.events[2].role, first.events[2].actor) == ("warehouse", "bo")
    assert (first.events[3].role, first.events[3].actor) == ("clerk", "")
    assert (first.outcome, first.slas, first.deviations) == ("open", {"first_reply": "met"}, ())
    assert (second.outcome, second.slas, second.deviations) == (None, None, None)
    assert second.given["amount"] == 12.5
    assert WORKSPACE.scenarios[0].base["received"] is True


def test_sources_hold_the_texts() -> None:
    assert set(WORKSPACE.sources) == {path.as_posix() for path in EXAMPLES.glob("*.yaml")}
    assert WORKSPACE.sources[REFUND.file].startswith("# yaml-language-server")


def test_positions_point_into_the_text() -> None:
    for step in REFUND.steps.values():
        line = WORKSPACE.sources[REFUND.file].splitlines()[step.position.line - 1]
        assert line[step.position.column - 1 : step.position.end_column - 1] == step.id


def test_the_shipped_workflows_load() -> None:
    problems, workspace = check(Path(__file__).parents[2] / "workflows")
    assert problems == []
    assert workspace is not None
    assert set(workspace.processes) == {"intake", "inquiry", "complaint", "escalation", "callback"}


def test_a_file_is_judged_in_the_company_of_its_folder(tmp_path: Path) -> None:
    folder = workbench.write(tmp_path, "owner: leed\n")
    assert [p.code for p in check(folder / "request.svcflow.yaml")[0]] == ["SVC202"]
    assert check(folder / "org.svcflow.yaml") == ([], None)


def test_several_paths_are_judged_together(tmp_path: Path) -> None:
    wrong = workbench.write(tmp_path / "wrong", "owner: leed\n")
    verdict = check_all([EXAMPLES, wrong / "request.svcflow.yaml", wrong / "org.svcflow.yaml", EXAMPLES])
    assert [p.code for p in verdict.problems] == ["SVC202"]
    assert len(verdict.files) == 8
    assert len(verdict.workspaces) == 1


def test_files_of_other_tools_are_left_alone(tmp_path: Path) -> None:
    folder = workbench.write(tmp_path, "")
    (folder / "compose.yaml").write_text("services: {web: [")
    (folder / "blob.yaml").write_bytes(b"\xff\x00\xfe")
    (folder / "notes.txt").write_text("svcflow: 1")
    (folder / "sub.yaml").mkdir()
    assert check(folder)[0] == []


def test_a_file_of_ours_that_is_broken_is_not_left_alone(tmp_path: Path) -> None:
    folder = workbench.write(tmp_path, "")
    (folder / "more.svcflow.yaml").write_bytes("svcflow: 1\n".encode("utf-16"))
    (folder / "other.yaml").write_text("# note\nsvcflow: 1\nprocess: [")
    (folder / "empty.scenarios.yaml").write_text("")
    found = {(Path(p.position.file).name, p.code) for p in check(folder)[0]}
    assert found == {
        ("more.svcflow.yaml", "SVC001"), ("other.yaml", "SVC002"), ("empty.scenarios.yaml", "SVC004"),
    }  # fmt: skip


def test_load_says_how_many_problems_and_where_the_first_is(tmp_path: Path) -> None:
    folder = workbench.write(tmp_path, "owner: leed\ncalendar: ofice\n")
    with pytest.raises(DefinitionError) as caught:
        load(folder)
    assert "2 problems" in caught.value.message
    assert "request.svcflow.yaml:3:8: unknown role 'leed'" in caught.value.message
    assert caught.value.hint == f"run `svcflow validate {folder}`"


def test_warnings_do_not_keep_a_workspace_from_loading(tmp_path: Path) -> None:
    folder = workbench.write(tmp_path, "flow: [register, {parallel: [work]}, review, close]\n")
    assert load(folder).processes["request"]


@pytest.mark.parametrize("name", ["nowhere", "empty"])
def test_nothing_to_read_is_an_error(name: str, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(InputError):
        check(tmp_path / name)


def test_no_organisation_is_one_problem(tmp_path: Path) -> None:
    shutil.copy(EXAMPLES / "ring_back.svcflow.yaml", tmp_path)
    problems, workspace = check(tmp_path)
    assert [p.code for p in problems] == ["SVC208"]
    assert workspace is None


def test_an_organisation_that_cannot_be_read_hides_no_other_problem_and_invents_none(tmp_path: Path) -> None:
    folder = workbench.write(tmp_path, "flow: [register, wrok, review, close]\n")
    (folder / "org.svcflow.yaml").write_text("svcflow: 1\norganisation: [\n")
    assert [p.code for p in check(folder)[0]] == ["SVC002", "SVC201"]
