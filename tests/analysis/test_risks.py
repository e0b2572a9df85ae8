"""Risks are ranked by what the log shows; the spectrum draws the waits that are there."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import numpy as np
import pytest

import svcflow
from svcflow.analysis.casebook import Casebook
from svcflow.analysis.risks import LEAST, assess_risks, scale
from svcflow.analysis.spectrum import WINDOW, draw_spectrum
from svcflow.definitions.schema import validator

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def analysis() -> svcflow.Analysis:
    log = svcflow.read_log(ROOT / "logs" / "complaints.csv", ROOT / "logs" / "complaints.mapping.yaml")
    return svcflow.analyze(log, svcflow.load(ROOT / "workflows"), discover=False)


def test_priority_is_the_product_and_the_order(analysis: svcflow.Analysis) -> None:
    rows = assess_risks(analysis.log, analysis.runs, Casebook(analysis.log))
    scored = [row for row in rows if row["priority"] is not None]
    assert len(scored) >= 5
    assert all(row["priority"] == row["severity"] * row["occurrence"] * row["detection"] for row in scored)
    assert [row["priority"] or 0 for row in rows] == sorted((row["priority"] or 0 for row in rows), reverse=True)


def test_a_kind_of_few_cases_has_no_severity(analysis: svcflow.Analysis) -> None:
    rows = assess_risks(analysis.log, analysis.runs, Casebook(analysis.log))
    few = [row for row in rows if row["cases"] < LEAST]
    assert few
    assert {row["severity"] for row in few} == {row["priority"] for row in few} == {None}


def test_extra_time_is_the_difference_of_medians(analysis: svcflow.Analysis) -> None:
    row = next(
        r
        for r in assess_risks(analysis.log, analysis.runs, Casebook(analysis.log))
        if (r["code"], r["step"]) == ("D101", "callback")
    )
    run, log = analysis.runs["complaint"], analysis.log
    skipped = {d["case"] for d in run.deviations if (d["code"], d["step"]) == ("D101", "callback")}
    times: dict[bool, list[float]] = {True: [], False: []}
    for case in run.cases:
        if case["closed"]:
            at = log.case_ids.index(case["case"])
            rows = slice(log.offsets[at], log.offsets[at + 1])
            times[case["case"] in skipped].append((log.time[rows].max() - log.start[rows].min()) / 1000)
    assert row["cases"] == len(skipped)
    assert row["extra_s"] == pytest.approx(np.median(times[True]) - np.median(times[False]))


def test_scores_stay_within_one_and_ten() -> None:
    scores = [scale(x) for x in np.linspace(-1, 3, 401)]
    assert (min(scores), max(scores)) == (1, 10)
    assert scores == sorted(scores)


def test_without_definitions_there_are_no_risks(analysis: svcflow.Analysis) -> None:
    assert assess_risks(analysis.log, None, Casebook(analysis.log)) == []


def test_the_spectrum_holds_the_waits_of_its_three_weeks(analysis: svcflow.Analysis) -> None:
    log, found = analysis.log, draw_spectrum(analysis.log, analysis.findings)
    assert found is not None
    low = int(datetime.fromisoformat(found["start"]).timestamp() * 1000)
    source, target = log.activities.find(found["from"]), log.activities.find(found["to"])
    waits = []
    for first, last in zip(log.offsets[:-1], log.offsets[1:], strict=True):
        for row in range(first, last - 1):
            if (log.activity[row], log.activity[row + 1]) == (source, target) and low <= log.time[row] < low + WINDOW:
                end = max(log.start[row + 1], log.time[row])
                waits.append([(int(log.time[row]) - low) / 1000, (int(end) - low) / 1000])
    assert found["count"] == len(waits) == len(found["segments"])
    assert sorted(found["segments"]) == sorted(waits)


def test_only_waiting_of_our_own_is_drawn(analysis: svcflow.Analysis) -> None:
    others = tuple(replace(finding, side="customer") for finding in analysis.findings)
    assert draw_spectrum(analysis.log, others) is None


def test_the_document_holds_both_and_the_schema_knows_them(analysis: svcflow.Analysis) -> None:
    document = json.loads(json.dumps(analysis.to_json()))
    assert document["risks"]
    assert document["spectrum"]
    assert not list(validator("analysis").iter_errors(document))


def test_single_cases_are_not_drawn_for_small_groups(analysis: svcflow.Analysis) -> None:
    from svcflow.analysis.disclosure import withhold_analysis

    cut = withhold_analysis(analysis.to_json(), 30)
    assert cut["spectrum"] is None
    assert all(row["cases"] >= 30 and not row["examples"] for row in cut["risks"])


def test_the_page_shows_both(analysis: svcflow.Analysis) -> None:
    page = svcflow.render(analysis.to_json(), lang="both")
    assert "<svg class=spectrum " in page
    assert 'id="risks"' in page
    assert sum(path.count("M") for path in re.findall(r'<path d="([^"]*)" class="seg ', page)) > 100


def test_severity_is_that_of_time_or_of_work_whichever_is_graver(analysis: svcflow.Analysis) -> None:
    assert analysis.workspace is not None
    assert analysis.runs is not None
    rows = assess_risks(analysis.log, analysis.runs, Casebook(analysis.log))
    dear = [row for row in rows if row["extra_cost"] is not None]
    assert dear
    assert {row["currency"] for row in rows} == {"CNY"}
    organisation = analysis.workspace.organisation
    unrated = {name: replace(role, cost_per_minute=None) for name, role in organisation.roles.items()}
    workspace = replace(analysis.workspace, organisation=replace(organisation, roles=unrated))
    plain = assess_risks(analysis.log, replace(analysis.runs, workspace=workspace), Casebook(analysis.log))
    assert {row["extra_cost"] for row in plain} == {None}
    graver = {(row["code"], row["step"]): row["severity"] for row in rows}
    for row in plain:
        before = row["severity"]
        assert before is None or graver.get((row["code"], row["step"]), 10) >= before
