"""What comes back: re-opens and repeat contacts, against walking each case and a day-by-day look at each customer."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from svcflow_test_logs import DAY, HOUR, MONDAY, Row, build, drawn, read_real, trace

from svcflow.eventlog.log import Column, Log, Vocabulary
from svcflow.mining import mine
from svcflow.mining.contacts import find_columns


def walk(rows: list[Row]) -> list[list[Row]]:
    cases: dict[str, list[Row]] = {}
    for row in sorted(rows, key=lambda row: row.time):
        cases.setdefault(row.case, []).append(row)
    return list(cases.values())


@settings(deadline=None, max_examples=60)
@given(drawn(), st.integers(1, 9))
def test_reopens_equal_walking_each_case(rows: list[Row], size: int) -> None:
    log = build(rows, done=("c", "d"))
    found = mine(log, quantities=["reopens"], rows=size, jobs=2).quantities["reopens"]
    told: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    delays: dict[tuple[str, str], list[float]] = defaultdict(list)
    settled = reopened = twice = 0
    for case in walk(rows):
        times, seen, since = 0, set(), None
        settled += any(row.activity in "cd" for row in case)
        for i, row in enumerate(case):
            if row.activity in "cd":
                since = row.time if since is None else since
                continue
            if since is not None:
                before = case[i - 1]
                pair = (before.activity, row.activity)
                times += 1
                seen.add(pair)
                for kind, one, two in (("team", before.team, row.team), ("person", before.resource, row.resource)):
                    if one and two:
                        told[pair][f"{'same' if one == two else 'other'}_{kind}"] += 1
                begun = row.time if row.start is None else row.start
                delays[pair].append(max(begun - since, 0) / 1000)
            since = None
        for pair in seen:
            told[pair]["cases"] += 1
        reopened, twice = reopened + (times > 0), twice + (times > 1)
    figures = found.figures
    assert (found.n, figures["reopened_cases"], figures["reopened_twice_cases"]) == (settled, reopened, twice)
    assert {(r["settled_by"], r["reopened_by"]): r["count"] for r in found.to_rows()} == {
        k: len(v) for k, v in delays.items()
    }
    for row in found.to_rows():
        pair = row["settled_by"], row["reopened_by"]
        assert row["after_median_s"] == pytest.approx(float(np.median(delays[pair])), abs=0.001)
        assert row["cases"] == told[pair]["cases"]
        for side in ("same_team", "other_team", "same_person", "other_person"):
            known = log.has_teams if side.endswith("team") else log.has_resources
            assert row[side] == (told[pair][side] if known else None)


def test_the_reopens_of_the_help_desk() -> None:
    found = mine(read_real("helpdesk.csv"), quantities=["reopens"]).quantities["reopens"]
    assert (found.figures["reopens"], found.figures["reopened_cases"]) == (164, 154)


def test_a_case_closed_after_it_was_resolved_is_reopened_once_and_since_it_was_resolved() -> None:
    rows = trace("c", ["work", "resolved", "closed", "work", "resolved"])
    found = mine(build(rows, done=("resolved", "closed")), quantities=["reopens"]).quantities["reopens"]
    (row,) = found.to_rows()
    assert (row["settled_by"], row["count"], row["after_median_s"]) == ("closed", 1, 2 * 3600)


def texts(values: list[str]) -> Column:
    words = Vocabulary(tuple(sorted({"", *values})))
    return Column("text", np.array([words.find(value) for value in values], np.int32), words)


def contacts(begins: list[tuple[int, str, str]]) -> Log:
    """Return a log of one case for each (hour, customer, topic)."""
    ordered = sorted(enumerate(begins), key=lambda item: (item[1][0], item[0]))
    log = build(Row(f"c{n}", "call", MONDAY + hour * HOUR, team="t") for n, (hour, *_) in ordered)
    return replace(
        log,
        case_attributes={
            "Caller_ID": texts([customer for _, (_, customer, _) in ordered]),
            "Category": texts([topic for _, (_, _, topic) in ordered]),
        },
    )


@settings(deadline=None, max_examples=60)
@given(
    st.lists(
        st.tuples(st.integers(0, 700), st.sampled_from(["", "?", "x", "y"]), st.sampled_from(["", "p", "q"])),
        max_size=14,
    )
)
def test_repeat_contacts_equal_looking_at_each_customer(begins: list[tuple[int, str, str]]) -> None:
    found = mine(contacts(begins), quantities=["repeat-contacts"]).quantities["repeat-contacts"]
    known = [entry for entry in begins if entry[1] not in ("", "?")]
    if len({customer for _, customer, _ in known}) < 2:
        assert found.unmeasured
        return
    repeats: Counter[str] = Counter()
    chains = []
    for key in {entry[1:] for entry in known}:
        hours = sorted(entry[0] for entry in known if entry[1:] == key)
        length = 1
        for one, two in zip(hours, [*hours[1:], 10**6], strict=True):
            if two - one <= 7 * 24:
                repeats[key[1]] += 1
                length += 1
            else:
                chains.append(length)
                length = 1
    assert found.n == len(known)
    assert found.figures["repeats"] == sum(repeats.values())
    assert (found.figures["chains"], found.figures["longest_chain"]) == (sum(c > 1 for c in chains), max(chains))
    assert found.figures["unknown_left_out"] == len(begins) - len(known)
    by_topic = {row["name"]: row["repeats"] for row in found.to_rows() if row["by"] == "topic"}
    assert by_topic == {topic: repeats[topic] for topic in {entry[2] for entry in known}}
    assert [row["repeats"] for row in found.to_rows() if row["by"] == "team"] == [sum(repeats.values())]


def test_seven_days_to_the_millisecond() -> None:
    log = contacts([(0, "x", "p"), (7 * 24, "x", "p"), (0, "y", "p"), (7 * 24 + 1, "y", "p"), (1, "x", "q")])
    found = mine(log, quantities=["repeat-contacts"]).quantities["repeat-contacts"]
    assert found.figures["repeats"] == 1
    assert [row["gap_median_s"] for row in found.to_rows() if row["repeats"]] == [7 * DAY / 1000] * 2
    assert (found.figures["customer_from"], found.figures["topic_from"]) == ("Caller_ID", "Category")


def test_the_customer_of_a_case_may_stand_at_its_events() -> None:
    rows = [
        Row("c1", "a", MONDAY),
        Row("c1", "b", MONDAY + HOUR),
        Row("c2", "a", MONDAY + 2 * HOUR),
        Row("c3", "a", MONDAY),
    ]
    log = build(rows)  # cases in the order c1, c3, c2
    log = replace(log, attributes={"customer": texts(["", "ann", "bob", "ann"])})
    found = mine(log, quantities=["repeat-contacts"]).quantities["repeat-contacts"]
    assert (found.figures["repeats"], found.figures["topic_from"]) == (1, None)


def test_without_a_customer_nobody_comes_back() -> None:
    found = mine(build(trace("c", ["a"])), quantities=["repeat-contacts"]).quantities["repeat-contacts"]
    assert set(found.unmeasured) == {"en", "zh"}


def test_the_customers_of_the_help_desk() -> None:
    found = mine(read_real("helpdesk.csv"), quantities=["repeat-contacts"]).quantities["repeat-contacts"]
    assert (found.figures["customer_from"], found.figures["topic_from"], found.n) == ("customer", "product", 4_580)


def test_names_around_the_word_do_not_hide_the_topic() -> None:
    log = contacts([(0, "x", "p"), (1, "y", "p"), (2, "x", "q")])
    case = {"CustomerID": log.case_attributes["Caller_ID"], "ComplaintThemeID": log.case_attributes["Category"]}
    assert find_columns(replace(log, case_attributes=case)) == (("CustomerID", "case"), ("ComplaintThemeID", "case"))
