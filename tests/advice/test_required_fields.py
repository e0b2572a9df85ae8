"""What requests to the customer bring is required at the intake: only where the log shows that they brought it."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from tests.execution.definitions import column

from svcflow.advice import recommend
from svcflow.advice.context import Context
from svcflow.advice.proposal import Proposal
from svcflow.advice.remedies import required_fields
from svcflow.definitions import check, load
from svcflow.detectors import detect
from svcflow.eventlog.log import Log
from svcflow.execution import execute
from svcflow.findings import Finding, Recommendation, Subject
from svcflow.mining import mine
from svcflow.replay.chain import link
from svcflow.replay.spans import list_spans
from svcflow.whatif import Scope, Skip

WORKFLOWS = Path(__file__).parents[2] / "workflows"
ASK, ANSWER = "Customer asked", "Customer answered"
BEGIN = ["Case created", "First reply", "Severity assessed", ASK, ANSWER]
FINISH = ["Investigation", "Solution proposed", "Quality review", "Solution carried out", "Call-back made"]
FINDING = Finding(
    "F", "rework", Subject("activity", (ASK,)), 60, 30, 3600.0, 0.1, (0, 1), "provider", timer=False, definition="",
    examples=(),
)  # fmt: skip


@pytest.fixture(scope="module")
def asked(make_log: Callable[..., Log]) -> Log:
    return build(make_log, 60)


def build(make_log: Callable[..., Log], count: int) -> Log:
    """Return complaints: each is asked, every other one twice; the first answer of each brings the channel."""
    cases = []
    for number in range(count):
        again = [ASK, ANSWER] if number % 2 else []
        cases.append([(100 * number + 3 * n, name) for n, name in enumerate([*BEGIN, *again, *FINISH, "Case closed"])])
    log = make_log(cases)
    known = {name: column([value] * count) for name, value in (("category", "complaint"), ("valid", "true"))}
    return replace(log, attributes={"channel": bring(log, "mail", count)}, case_attributes=known)


def bring(log: Log, value: str, cases: int, *, at: int = 4) -> object:
    """Return a column that the events at one place of the first cases set."""
    values = [""] * log.instances
    for first in log.offsets[:cases].tolist():
        values[first + at] = value
    return column(values)


def offer(log: Log, folder: Path = WORKFLOWS) -> Proposal | None:
    chain, everywhere = link(log), np.ones(log.instances, np.bool_)
    return required_fields.propose(FINDING, Context(chain, list_spans(chain, mine(log)), everywhere, load(folder)))


def added(patch: str | None) -> list[str]:
    return [row for row in (patch or "").split("\n") if row.startswith("+ ")]


def test_what_requests_bring_is_required_before_somebody_else_goes_on(asked: Log, tmp_path: Path) -> None:
    found = offer(asked)
    assert found is not None
    assert found.changes == (Skip(Scope((ASK,)), 0.667),), "60 of 90 requests"
    assert "After 67% of 90 'Ask the customer', in 60 cases, " in found.recommendation.reason["en"]
    assert found.recommendation.title["en"] == "Required before 'Assess': channel"
    assert added(found.recommendation.patch) == ["+    needs: [channel]"]
    folder = tmp_path / "workspace"
    shutil.copytree(WORKFLOWS, folder)
    patch = (found.recommendation.patch or "").encode()
    subprocess.run(["git", "apply", "-"], input=patch, cwd=folder, check=True, capture_output=True)
    assert [p for p in check(str(folder))[0] if p.severity == "error"] == []
    assert load(folder).processes["complaint"].steps["assess"].needs == ("channel",)
    unprepared = [d for d in execute(load(folder), asked)["complaint"].deviations if d["code"] == "D503"]
    assert {(d["step"], d["detail"]) for d in unprepared} == {("assess", "'channel' was not known before it")}
    assert len(unprepared) == 60, "what the advice is about is what the definition now asks for"
    assert offer(asked, folder) is None, "what is required already is not asked for again"


@pytest.mark.parametrize(("cases", "at"), [(44, 4), (60, 3), (60, 2), (60, 6)])
def test_silent_where_requests_bring_nothing(asked: Log, cases: int, at: int) -> None:
    """Too few; what the request itself says; what was known before; what comes later than the next event."""
    assert offer(replace(asked, attributes={"channel": bring(asked, "mail", cases, at=at)})) is None


def test_silent_in_a_log_of_few_cases(make_log: Callable[..., Log]) -> None:
    assert offer(build(make_log, 19)) is None
    assert offer(build(make_log, 20)) is not None


def test_silent_without_columns_that_change(asked: Log) -> None:
    assert offer(replace(asked, attributes={})) is None
    opened = asked.case_attributes | {"channel": column(["mail"] * 60)}
    assert offer(replace(asked, attributes={}, case_attributes=opened)) is None


def test_a_second_field_joins_those_that_a_step_needs(asked: Log, tmp_path: Path) -> None:
    folder = tmp_path / "workspace"
    shutil.copytree(WORKFLOWS, folder)
    file = folder / "complaint.svcflow.yaml"
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace("    owner: team_lead\n", "    owner: team_lead\n    needs: severity\n", 1), "utf-8")
    found = offer(asked, folder)
    assert found is not None
    assert added(found.recommendation.patch) == ["+    needs: [severity, channel]"]


def test_a_finding_of_a_log_gets_it_in_both_languages(asked: Log) -> None:
    workspace, mined = load(WORKFLOWS), mine(asked)
    advice: tuple[Recommendation, ...] = recommend(
        detect(asked, mined, workspace, select=["rework"]), asked, mined, workspace, most=None
    )
    (found,) = [r for r in advice if r.remedy == "required-fields"]
    assert "“核实定级”之前必填：channel" in found.title["zh"]
    assert all(text[lang] for text in (found.reason, found.risks, found.check, found.rollback) for lang in ("en", "zh"))
