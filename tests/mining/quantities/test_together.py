"""Who works with whom, and touchpoints, against walking each case; pm4py where it is right."""

from __future__ import annotations

from collections import Counter
from itertools import combinations, groupby, pairwise

from hypothesis import given, settings
from hypothesis import strategies as st
from svcflow_test_logs import HOUR, MONDAY, Row, build, drawn, read_real, trace

from svcflow.mining import mine


def people_of(rows: list[Row], machine: str = "") -> list[list[str]]:
    cases: dict[str, list[str]] = {}
    for row in sorted(rows, key=lambda row: row.time):
        cases.setdefault(row.case, [])
        if not machine or row.resource != machine:
            cases[row.case].append(row.resource)
    return list(cases.values())


@settings(deadline=None, max_examples=60)
@given(drawn(), st.integers(1, 9))
def test_pairs_of_people_equal_walking_each_case(rows: list[Row], size: int) -> None:
    log = build(rows, machines=("r3",))
    found = mine(log, quantities=["works-with", "touchpoints"], rows=size, jobs=2).quantities
    if not log.has_resources:
        assert found["works-with"].unmeasured
        return
    joint: Counter[tuple[str, str]] = Counter()
    gives: Counter[tuple[str, str]] = Counter()
    back: Counter[tuple[str, str]] = Counter()
    stays = []
    for case in people_of(rows, "r3"):
        route = [person for person, _ in groupby(case)]
        stays.append(len(route))
        joint.update(combinations(sorted({person for person in route if person}), 2))
        gives.update((a, b) for a, b in pairwise(route) if a and b)
        back.update((a, b) for a, b, c in zip(route, route[1:], route[2:], strict=False) if a == c and a and b)
    told = {
        (r["person"], r["with"]): [r[k] for k in ("cases", "gives", "takes", "gets_back", "gives_back")]
        for r in found["works-with"].to_rows()
    }
    assert told == {(a, b): [joint[a, b], gives[a, b], gives[b, a], back[a, b], back[b, a]] for a, b in joint}
    assert found["works-with"].people == ("person", "with")
    assert found["works-with"].figures["machines_left_out"] == int("r3" in log.resources.texts)
    spread = {r["touchpoints"]: r["cases"] for r in found["touchpoints"].to_rows() if r["between"] == "person"}
    assert spread == Counter(stays)


def test_a_crowd_is_no_pair() -> None:
    rows = [Row("crowd", "a", MONDAY + i, f"p{i}") for i in range(101)] + trace("c", ["a@/p1", "b@/p2"], MONDAY + HOUR)
    found = mine(build(rows), quantities=["works-with"]).quantities["works-with"]
    assert found.figures["crowded_cases_left_out"] == 1
    assert {(r["person"], r["with"]): r["cases"] for r in found.to_rows() if r["cases"]} == {("p1", "p2"): 1}


def test_handovers_between_known_people_equal_those_of_pm4py() -> None:
    """pm4py's `discover_handover_of_work_network` is right where every resource is known and nobody hands over to
    themselves; it is not compared otherwise, since it takes each missing resource for a new person, counts a person's
    next step as a handover to themselves, and divides by the number of pairs (traps.md 1).
    """
    rows = read_rows()
    found = mine(build(rows), quantities=["works-with"]).quantities["works-with"]
    ours = Counter()
    for row in found.to_rows():
        ours[row["person"], row["with"]] += row["gives"]
        ours[row["with"], row["person"]] += row["takes"]
    import pandas as pd
    import pm4py

    frame = pd.DataFrame(
        {
            "case:concept:name": [row.case for row in rows],
            "concept:name": [row.activity for row in rows],
            "time:timestamp": pd.to_datetime([row.time for row in rows], unit="ms", utc=True).as_unit("ns"),
            "org:resource": [row.resource for row in rows],
        }
    )
    network = pm4py.discover_handover_of_work_network(frame).connections
    total = sum(len(case) - 1 for case in people_of(rows))
    theirs = {pair: round(weight * total) for pair, weight in network.items() if pair[0] != pair[1]}
    assert {pair: count for pair, count in ours.items() if count} == theirs


def read_rows() -> list[Row]:
    steps = (["a@/p1", "b@/p2", "c@/p1"], ["a@/p1", "b@/p3", "b@/p3", "c@/p2"], ["a@/p2", "b@/p1", "c@/p2", "d@/p1"])
    return [row for n in range(9) for row in trace(f"c{n}", steps[n % 3], MONDAY + n * HOUR)]


def test_the_people_of_the_loan_applications_leave_the_machine_out() -> None:
    found = mine(read_real("bpic2012.xes.gz"), quantities=["works-with"]).quantities["works-with"]
    assert found.figures["machines_left_out"] == 1
    assert all("112" not in (row["person"], row["with"]) for row in found.to_rows())
