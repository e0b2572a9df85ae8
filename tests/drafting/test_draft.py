"""Drafts: valid by construction, true to the log, readable; interruptions told from parallel work."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.exchange.languages import difference, of_process
from tests.execution.definitions import any_of, par, play, process, random_flow, repeat, seq, task, workspace
from tests.mining.logs import Row, build, drawn, trace

from svcflow.cli._landing import compose
from svcflow.definitions.model import Parallel, Workspace
from svcflow.definitions.net import walk
from svcflow.definitions.outlining import write_flow
from svcflow.drafting import Draft, draft
from svcflow.drafting.flows import calm, markings
from svcflow.drafting.interruptions import find_interruptions
from svcflow.errors import InputError
from svcflow.eventlog import read_log
from svcflow.eventlog.log import Log
from svcflow.execution import execute
from svcflow.mining import mine

ROOT = Path(__file__).parents[2]
REAL = ROOT.parent / "shared" / "logs"


def made(drafted: Draft) -> Workspace:
    return compose(drafted.process, drafted.organisation)[1]


def log_of(*cases: str) -> Log:
    return build([row for number, case in enumerate(cases) for row in trace(f"c{number}", case.split(","))])


@given(drawn())
@settings(max_examples=25, deadline=None)
def test_any_log_gives_a_valid_definition(rows: list[Row]) -> None:
    if not rows:
        with pytest.raises(InputError, match="holds no case"):
            draft(build(rows))
        return
    runs = execute(made(draft(build(rows), noise=0.0)), build(rows))["process"]
    assert len(runs.cases) == len({row.case for row in rows})
    assert "D108" not in runs.counts(), "every activity is the label of a step"


@given(st.integers(0, 10**6), st.integers(2, 7))
@settings(max_examples=20, deadline=None)
def test_without_noise_every_case_of_a_played_log_conforms(seed: int, size: int) -> None:
    dice = random.Random(seed)
    flow = random_flow(dice, size, [f"s{n}" for n in range(12)])
    cases = [played for _ in range(40) if (played := play(dice, flow))]
    if not cases:
        return
    log = build([row for number, case in enumerate(cases) for row in trace(f"c{number}", case)])
    drafted = draft(log, noise=0.0)
    runs = execute(made(drafted), log)["process"]
    apart = {step.name for step in drafted.process.steps if step.id in drafted.process.anytime}
    assert runs.conforming >= sum(case[-1] not in apart for case in cases), "at any time is before the end"


def test_a_known_process_comes_out_as_it_is() -> None:
    known = process(seq(task("a"), any_of(task("d"), seq(par(task("b"), task("c")), repeat(task("f")))), task("e")))
    dice = random.Random(1)
    log = log_of(*(",".join(play(dice, known.flow)) for _ in range(400)))
    drafted = draft(log, noise=0.0)
    mined = process(drafted.process.flow)
    assert difference(of_process(mined, workspace(mined)), of_process(known, workspace(known))) is None


def test_interruptions_stand_at_any_time_and_parallel_work_does_not() -> None:
    plain = ["a,b,c,d,e"] * 60
    chased = ["a,x,b,c,d,e", "a,b,x,c,d,e", "a,b,c,x,d,e", "a,b,c,d,x,e"]
    asked = ["a,q,r,b,c,d,e", "a,b,q,r,c,d,e", "a,b,c,q,r,d,e", "a,b,c,d,q,r,e"]
    assert find_interruptions(mine(log_of(*plain, *chased, *asked)).variants) == ("q", "r", "x")
    orders = ["a,b,c,p,d", "a,b,p,c,d", "a,p,b,c,d", "p,a,b,c,d"]
    assert find_interruptions(mine(log_of(*orders * 10, *["a,b,c,d"] * 70)).variants) == ()


def test_an_interrupting_step_is_written_under_anytime() -> None:
    log = log_of(*["a,b,c,d,e"] * 60, "a,x,b,c,d,e", "a,b,x,c,d,e", "a,b,c,x,d,e", "a,b,c,d,x,e")
    drafted = draft(log, noise=0.0)
    assert drafted.process.anytime == ("x",)
    assert write_flow(drafted.process.flow)[1:] == [f"  - {step}" for step in "abcde"]
    assert execute(made(drafted), log)["process"].conforming == 64


def test_names_that_are_no_ids_are_kept_as_names_and_labels() -> None:
    log = log_of(*["登记,no,Close!,close!,end,C: d # e,\u202eevil"] * 3)
    drafted = draft(log, noise=0.0, name="客服")
    steps = {step.id: step for step in drafted.process.steps}
    assert steps["step_1"].name == "登记"
    assert {"step_no", "close", "step_end", "c_d_e"} <= steps.keys()
    assert len(steps) == 6, "two spellings of one label are one step"
    assert execute(made(drafted), log)["process"].counts().get("D108", 0) == 0
    texts = compose(drafted.process, drafted.organisation)[0]
    assert "\u202e" not in "".join(texts.values())


def test_owners_are_the_teams_of_a_log_without_roles() -> None:
    rows = [row for n in range(20) for row in trace(f"c{n}", ["open@Desk/ann", "fix@Second line/bob", "shut@Desk/ann"])]
    drafted = draft(build(rows))
    owners = {step.id: step.owners for step in drafted.process.steps}
    assert owners == {"open": ("desk",), "fix": ("second_line",), "shut": ("desk",)}
    assert [(t.id, t.lead, dict(t.members), t.labels) for t in drafted.organisation.teams] == [
        ("desk", "desk", {"desk": 1}, ("Desk",)),
        ("second_line", "second_line", {"second_line": 1}, ("Second line",)),
    ]
    assert execute(made(drafted), build(rows))["process"].conforming == 20


def test_wide_parallels_become_free_choices() -> None:
    wide = par(*(task(f"s{n}") for n in range(14)))
    assert markings(wide) > 1_500
    assert not any(isinstance(item, Parallel) for item in walk(calm(wide)))
    small = par(task("a"), task("b"))
    assert calm(small) == small


def test_the_same_log_gives_the_same_text() -> None:
    log = read_log(ROOT / "logs" / "escalations.csv")
    texts = [compose(d.process, d.organisation)[0] for d in (draft(log, name="e"), draft(log, name="e"))]
    assert texts[0] == texts[1]


def test_the_sample_complaints_come_close_to_their_definition() -> None:
    log = read_log(ROOT / "logs" / "complaints.csv")
    drafted = draft(log, name="complaints")
    assert set(drafted.process.anytime) == {
        "customer_asked", "customer_answered", "customer_chased", "escalated", "reassigned",
    }  # fmt: skip
    owners = {step.id: step.owners for step in drafted.process.steps}
    assert owners["severity_assessed"] == ("team_lead",)
    assert owners["compensation_approved"] == ("operations_supervisor", "centre_manager")
    runs = execute(made(drafted), log)["complaints"]
    assert runs.conforming / len(runs.cases) > 0.6


@pytest.mark.parametrize(
    ("name", "least"),
    [
        ("helpdesk.csv", 0.8),
        ("VINST cases closed problems.csv", 0.9),
        ("teleclaims.xes.gz", 0.5),
        ("production.csv", 0.25),
    ],
)
def test_real_logs_give_valid_drafts_that_fit(name: str, least: float) -> None:
    if not (REAL / name).exists():
        pytest.skip(f"the published log {name} is not at hand")
    log = read_log(REAL / name)
    runs = execute(made(draft(log, name="real")), log)["real"]
    assert runs.conforming / len(runs.cases) >= least


def test_more_activities_than_anyone_can_order_are_refused() -> None:
    rows = trace("c", [f"a{n:04}" for n in range(301)])
    with pytest.raises(InputError, match="301 activities"):
        draft(build(rows))
