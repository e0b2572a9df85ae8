"""The service blueprint: every step in the lane of who does it, with the waits that the log shows before it."""

from __future__ import annotations

import json
import statistics
from collections import Counter, defaultdict
from functools import cache
from pathlib import Path

import pytest

import svcflow
from svcflow.analysis.blueprint import lay_blueprint
from svcflow.analysis.disclosure import withhold_analysis
from svcflow.definitions.schema import validator

ROOT = Path(__file__).parents[2]


@cache
def analyze(*, defined: bool = True) -> svcflow.Analysis:
    log = svcflow.read_log(ROOT / "logs" / "complaints.csv", ROOT / "logs" / "complaints.mapping.yaml")
    return svcflow.analyze(log, svcflow.load(ROOT / "workflows") if defined else None, discover=False)


def lanes(*, defined: bool) -> dict[str, str]:
    found = lay_blueprint(analyze(defined=defined))
    assert found is not None
    return {step["activity"]: step["lane"] for step in found["steps"]}


def test_lanes_are_those_of_the_owners_in_the_definition() -> None:
    assert lanes(defined=True) == {
        "Case created": "front",
        "First reply": "front",
        "Severity assessed": "front",
        "Investigation": "front",  # agents and the second line may; agents did most
        "Department asked": "back",
        "Department replied": "partner",
        "Solution proposed": "front",
        "Quality review": "back",
        "Compensation approved": "back",
        "Solution carried out": "front",
        "Call-back made": "front",
        "Case closed": "system",  # a lead or the system may; the system did nearly all
        "Customer chased": "customer",
        "Customer asked": "front",
        "Customer answered": "customer",
        "Reassigned": "back",
        "Escalated": "front",
        "Complaint withdrawn": "customer",
        "Rejection explained": "front",
    }


def test_without_a_definition_only_sides_and_machines_are_told_apart() -> None:
    found = lay_blueprint(analyze(defined=False))
    assert found is not None
    assert found["basis"] == "log"
    others = {name: lane for name, lane in lanes(defined=False).items() if lane != "provider"}
    assert others == {"Customer answered": "customer", "Department replied": "partner", "Case closed": "system"}


def test_cases_and_waits_are_those_of_the_log() -> None:
    analysis = analyze()
    log, found = analysis.log, lay_blueprint(analysis)
    assert found is not None
    cases: dict[str, set[int]] = defaultdict(set)
    waits: dict[str, list[float]] = defaultdict(list)
    teams: dict[str, Counter[str]] = defaultdict(Counter)
    for case in range(log.cases):
        for row in range(log.offsets[case], log.offsets[case + 1]):
            name = log.activities[log.activity[row]]
            cases[name].add(case)
            teams[name][log.teams[log.team[row]]] += 1
            if row > log.offsets[case]:
                waits[name].append(max(0, int(log.start[row]) - int(log.time[row - 1])) / 1000)
    for step in found["steps"]:
        name = step["activity"]
        assert step["cases"] == len(cases[name])
        assert step["waits"] == len(waits[name])
        median = statistics.median(waits[name]) if waits[name] else None
        assert step["wait_median_s"] == (None if median is None else pytest.approx(median, abs=0.001))
        team, most = teams[name].most_common(1)[0]
        assert step["team"] == (team or None if 2 * most >= teams[name].total() else None)


def test_the_order_is_that_of_the_value_stream() -> None:
    document = analyze().to_json()
    order = {step["activity"]: step["order"] for step in document["blueprint"]["steps"]}
    stream = [order[stage["activity"]] for stage in document["value_stream"]]
    assert stream == sorted(stream)
    assert sorted(order.values()) == list(range(1, len(order) + 1))


def test_only_the_automatic_close_is_a_timer() -> None:
    found = lay_blueprint(analyze())
    assert found is not None
    assert [step["activity"] for step in found["steps"] if step["timer"]] == ["Case closed"]


def test_a_log_without_teams_names_none(tmp_path: Path) -> None:
    rows = "case,activity,time\n" + "".join(
        f"{n},{name},2026-03-02T{hour:02}:00:00Z\n" for n in range(5) for hour, name in ((8, "<b>open"), (9, "=close"))
    )
    path = tmp_path / "bare.csv"
    path.write_text(rows, encoding="utf-8")
    document = svcflow.analyze(svcflow.read_log(path), discover=False).to_json()
    assert not list(validator("analysis").iter_errors(document))
    steps = document["blueprint"]["steps"]
    assert [(step["activity"], step["lane"], step["team"]) for step in steps] == [
        ("<b>open", "provider", None),
        ("=close", "provider", None),
    ]
    assert "<b>open" not in svcflow.render(document, lang="both")


def test_the_schema_knows_it() -> None:
    document = json.loads(json.dumps(analyze().to_json()))
    assert not list(validator("analysis").iter_errors(document))
    assert not list(validator("analysis").iter_errors(json.loads(json.dumps(analyze(defined=False).to_json()))))


def test_steps_of_few_cases_are_withheld() -> None:
    whole = analyze().to_json()
    cut = withhold_analysis(whole, 100)
    told = {row["activity"] for row in cut["activities"]}
    few = {step["activity"] for step in whole["blueprint"]["steps"] if step["cases"] < 100}
    assert few == {"Complaint withdrawn"}
    assert {step["activity"] for step in cut["blueprint"]["steps"]} == told
    assert all(step["team"] is None and step["cases"] >= 100 for step in cut["blueprint"]["steps"])
    assert not list(validator("analysis").iter_errors(json.loads(json.dumps(cut))))
    assert withhold_analysis(cut, 150)["blueprint"]["steps"]
