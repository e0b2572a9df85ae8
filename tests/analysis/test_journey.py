"""The customer's way along a case: what the log shows of touchpoints, silence, chases and contentment."""

from __future__ import annotations

import csv
import itertools
import json
import statistics
from collections import Counter, defaultdict
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

import pytest

import svcflow
from svcflow.analysis.disclosure import withhold_analysis
from svcflow.analysis.journey import SATISFACTION, follow_journey
from svcflow.definitions.schema import validator

ROOT = Path(__file__).parents[2]
KINDS = {
    "Case created": "contact",
    "First reply": "reply",
    "Customer chased": "chase",
    "Customer asked": "ask",
    "Customer answered": "answer",
    "Solution carried out": "resolve",
    "Call-back made": "call_back",
    "Case closed": "close",
    "Complaint withdrawn": "customer",
    "Rejection explained": "resolve",
}


@cache
def analyze(*, defined: bool = True) -> svcflow.Analysis:
    log = svcflow.read_log(ROOT / "logs" / "complaints.csv", ROOT / "logs" / "complaints.mapping.yaml")
    return svcflow.analyze(log, svcflow.load(ROOT / "workflows") if defined else None, discover=False)


def follow(*, defined: bool = True) -> dict[str, Any]:
    found = follow_journey(analyze(defined=defined))
    assert found is not None
    return found


@cache
def read_cases() -> dict[str, list[dict[str, str]]]:
    """Return the rows of the sample by case, by time, read without svcflow."""
    cases = defaultdict(list)
    with (ROOT / "logs" / "complaints.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            cases[row["case"]].append(row)
    return {case: sorted(rows, key=lambda row: datetime.fromisoformat(row["time"])) for case, rows in cases.items()}


def test_touchpoints_are_the_customers_steps_and_those_that_face_them() -> None:
    assert {row["activity"]: row["kind"] for row in follow()["touchpoints"]} == KINDS
    assert "Investigation" not in KINDS


def test_without_a_definition_words_and_sides_tell_most_of_them() -> None:
    found = {row["activity"]: row["kind"] for row in follow(defined=False)["touchpoints"]}
    assert found == KINDS | {"Customer answered": "customer", "Complaint withdrawn": "resolve"}


def test_waits_run_from_touchpoint_to_touchpoint() -> None:
    waits, waited = defaultdict(list), defaultdict(set)
    for case, rows in read_cases().items():
        met = [row for row in rows if row["activity"] in KINDS]
        for before, after in itertools.pairwise(met):
            end, start = before["time"], after["start"] or after["time"]
            silence = (datetime.fromisoformat(start) - datetime.fromisoformat(end)).total_seconds()
            waits[after["activity"]].append(max(0.0, silence))
            waited[after["activity"]].add(case)
    for row in follow()["touchpoints"]:
        name = row["activity"]
        assert row["waited_cases"] == len(waited[name])
        mean = statistics.fmean(waits[name]) if waits[name] else None
        assert row["wait_mean_s"] == (None if mean is None else pytest.approx(mean))


def test_shares_contacts_and_chases_are_counted_from_the_file() -> None:
    found, cases = follow(), read_cases()
    per_case = {case: Counter(row["activity"] for row in rows) for case, rows in cases.items()}
    for row in found["touchpoints"]:
        assert row["cases"] == sum(row["activity"] in counts for counts in per_case.values())
        assert row["share"] == pytest.approx(row["cases"] / len(cases))
        assert row["count"] == sum(counts[row["activity"]] for counts in per_case.values())
    contacts = [name for name, kind in KINDS.items() if kind not in {"resolve", "close"}]
    total = sum(counts[name] for counts in per_case.values() for name in contacts)
    assert found["contacts_per_case"] == pytest.approx(total / len(cases))
    chased = [counts["Customer chased"] for counts in per_case.values()]
    assert found["chases"] == {
        "count": sum(chased),
        "cases": sum(n > 0 for n in chased),
        "again_cases": sum(n > 1 for n in chased),
    }


def test_satisfaction_is_the_first_known_at_or_after_a_touchpoint() -> None:
    known: dict[str, list[bool]] = defaultdict(list)
    last: list[bool] = []
    for rows in read_cases().values():
        values = [(place, row["satisfied"] == "true") for place, row in enumerate(rows) if row["satisfied"]]
        last += [values[-1][1]] if values else []
        for name in {row["activity"] for row in rows} & set(KINDS):
            place = max(n for n, row in enumerate(rows) if row["activity"] == name)
            known[name] += [value for at, value in values if at >= place][:1]
    found = follow()
    for row in found["touchpoints"]:
        values_here = known[row["activity"]]
        assert row["rated_cases"] == len(values_here)
        mean = statistics.fmean(values_here) if values_here else None
        assert row["satisfaction"] == (None if mean is None else pytest.approx(mean))
    assert found["satisfaction"] == {
        "attribute": "satisfied",
        "unit": "share",
        "cases": len(last),
        "mean": pytest.approx(statistics.fmean(last)),
    }


@pytest.mark.parametrize(
    ("name", "is_one"),
    [("satisfied", True), ("CSAT score", True), ("满意度", True), ("nps", True), ("snps", False),
     ("dissatisfied", False), ("不满意", False), ("severity", False)],
)  # fmt: skip
def test_attributes_named_for_satisfaction(*, name: str, is_one: bool) -> None:
    assert bool(SATISFACTION.search(name)) is is_one


def write(folder: Path, header: str, *rows: str) -> Path:
    path = folder / "log.csv"
    path.write_text("\n".join((header, *rows)) + "\n", encoding="utf-8")
    return path


def test_repeat_chases_and_ratings_of_a_case_are_found_by_words(tmp_path: Path) -> None:
    rows = [
        f"{case},{name},2026-03-0{case}T{8 + hour:02}:00:00Z,{case + 2}"
        for case in (1, 2, 3)
        for hour, name in enumerate(("建单", "催单", "催单", "回访", "结案")[: 5 if case < 3 else 2])
    ]
    path = write(tmp_path, "case,activity,time,csat", *rows)
    found = follow_journey(svcflow.analyze(svcflow.read_log(path), discover=False))
    assert found is not None
    assert [(row["activity"], row["kind"]) for row in found["touchpoints"]] == [
        ("建单", "contact"), ("催单", "chase"), ("回访", "call_back"), ("结案", "close"),
    ]  # fmt: skip
    assert found["chases"] == {"count": 5, "cases": 3, "again_cases": 2}
    assert found["satisfaction"] == {"attribute": "csat", "unit": "", "cases": 3, "mean": 4.0}
    assert found["touchpoints"][1]["wait_mean_s"] == 3600
    assert found["contacts_per_case"] == pytest.approx(10 / 3)


def test_a_log_that_faces_nobody_has_no_journey(tmp_path: Path) -> None:
    path = write(tmp_path, "case,activity,time", "1,Purchase,2026-03-02T08:00:00Z", "1,Check,2026-03-02T09:00:00Z")
    document = svcflow.analyze(svcflow.read_log(path), discover=False).to_json()
    assert document["journey"] is None
    assert not list(validator("analysis").iter_errors(document))


def test_touchpoints_of_few_cases_are_withheld_with_all_that_counts_them() -> None:
    cut = withhold_analysis(analyze().to_json(), 50)
    journey = cut["journey"]
    told = {row["activity"] for row in cut["activities"]}
    assert {row["activity"] for row in journey["touchpoints"]} == told & set(KINDS)
    assert "Complaint withdrawn" not in told
    assert "Customer chased" not in told  # alone with it, it would give it away
    assert journey["contacts_per_case"] is None
    assert journey["chases"] is None
    assert not list(validator("analysis").iter_errors(json.loads(json.dumps(cut))))
    assert withhold_analysis(cut, 60)["journey"]["satisfaction"]["mean"] is None


def test_ratings_that_few_differ_from_are_withheld() -> None:
    cut = withhold_analysis(analyze().to_json(), 30)["journey"]
    chased = next(row for row in cut["touchpoints"] if row["activity"] == "Customer chased")
    assert chased["satisfaction"] is chased["rated_cases"] is None  # 8 of 94 were not content
    assert cut["satisfaction"]["mean"] is None  # 28 of 1,237 were not
    assert cut["chases"] == {"count": 117, "cases": 117, "again_cases": 0}
    assert cut["contacts_per_case"] is not None


def test_measures_carry_dimension_and_attainment_and_lose_it_with_the_value() -> None:
    kpis = analyze().to_json()["runs"]["complaint"]["kpis"]
    assert kpis["reopened"]["dimension"] == "quality"
    assert kpis["reopened"]["attainment"] == pytest.approx(0.05 / kpis["reopened"]["value"], rel=1e-6)
    assert kpis["one_approval"]["attainment"] == pytest.approx(kpis["one_approval"]["value"] / 0.98, rel=1e-6)
    assert (kpis["resolved_p90"]["limit"], kpis["satisfaction"]["attainment"]) == (86_400, 1.0)
    withheld = withhold_analysis(analyze().to_json(), 60)["runs"]["complaint"]["kpis"]
    assert withheld["withdrawn"]["value"] is withheld["withdrawn"]["attainment"] is None
