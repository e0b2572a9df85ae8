"""The scorecard, by hand: every KPI of a few cases, its gap to the target, and why some cannot be told."""

from __future__ import annotations

import tempfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from svcflow_test_logs import DAY, HOUR, MONDAY, Row, build, drawn, read_real

from svcflow.eventlog import open_store
from svcflow.eventlog.log import Column, Log, Role, Vocabulary
from svcflow.eventlog.store.writing import write
from svcflow.mining import customers, mine
from svcflow.mining.contentment import measure_contentment
from svcflow.mining.kpis import BY_ID, SPECS, judge_kpi

STATED = (Role("done", "activity", "stated in the mapping"),)
MINUTE = 60_000


def score(log: Log, **options: int) -> dict[str, dict[str, Any]]:
    found = mine(log, quantities=["scorecard"], **options).quantities
    assert list(found) == ["scorecard"]  # what it follows from is not asked for
    return {row["kpi"]: row for row in found["scorecard"].to_rows()}


def write_desk() -> Log:
    """Three cases: one easy, one that waits for the customer and is re-opened, one that is open."""
    at = MONDAY
    rows = [
        Row("easy", "open", at, "ann", "L1"), Row("easy", "first reply", at + 30 * MINUTE, "ann", "L1"),
        Row("easy", "resolved", at + 4 * HOUR, "ann", "L1"),
        Row("hard", "open", at, "bob", "L1"), Row("hard", "first reply", at + 2 * HOUR, "bob", "L1"),
        Row("hard", "customer writes", at + 10 * HOUR, "", "L1"), Row("hard", "reply", at + 13 * HOUR, "cid", "L2"),
        Row("hard", "resolved", at + 2 * DAY, "cid", "L2"), Row("hard", "reply", at + 3 * DAY, "cid", "L2"),
        Row("hard", "resolved", at + 4 * DAY, "bob", "L1"),
        Row("late", "open", at + DAY, "ann", "L1"), Row("late", "first reply", at + DAY + MINUTE, "ann", "L1"),
    ]  # fmt: skip
    return build(rows, done=("resolved",), sides={"customer writes": "customer"}, roles=STATED)


def test_every_kpi_by_hand() -> None:
    told = score(write_desk())
    expected = {
        "first-reply": 75 * 60, "first-reply-within-1h": 0.5, "next-reply": 3 * 3600, "resolution": 50 * 3600,
        "closed-within-24h": 0.5, "requester-wait": (4 + 96 - 8) / 2 * 3600, "on-hold": 4 * 3600,
        "backlog-age-median": 3 * 86_400, "stale-backlog": 0, "resolved-on-first-assignment": 0.5,
        "first-contact-resolution": 0.5, "first-level-resolution": 0.5, "re-opened": 0.5, "transferred": 0.5,
        "handovers-per-case": 1, "steps-per-case": 5, "wait-before-escalation": 3 * 3600,
    }  # fmt: skip
    assert {name: told[name]["value"] for name in expected} == pytest.approx(expected)
    assert told["closed-within-24h"]["gap"] == pytest.approx(-0.4)
    assert (told["closed-within-24h"]["difference"], told["closed-within-24h"]["met"]) == ("-40.0 points", False)
    assert (told["handovers-per-case"]["gap"], told["handovers-per-case"]["met"]) == (-2, True)
    assert told["wait-before-escalation"]["difference"] == "+2.5 h"


def test_what_cannot_be_told_says_why_in_both_languages() -> None:
    told = score(build([Row("c", "a", MONDAY), Row("c", "b", MONDAY + HOUR)]))
    for name in (
        "first-reply",
        "resolution",
        "on-hold",
        "re-opened",
        "repeat-contacts",
        "cost-per-case",
        "transferred",
    ):
        assert told[name]["value"] is None
        assert told[name]["why"]
        assert told[name]["why_zh"]
    assert told["main-path-steps"]["value"] == 2
    assert set(told) == {spec.id for spec in SPECS}


@pytest.mark.parametrize(
    ("values", "kpi", "value"),
    [([5.0, np.nan, 4.0], "satisfaction", 4.5), ([1.0, 0.0, np.nan], "satisfied", 0.5), ([90.0, 7.0, 8.0], None, None)],
)
def test_satisfaction_is_a_mark_or_a_share(values: list[float], kpi: str | None, value: float | None) -> None:
    log = build([Row(f"c{n}", "a", MONDAY + n) for n in range(3)])
    told = score(replace(log, case_attributes={"satisfaction": Column("number", np.array(values))}))
    known = {name for name in ("satisfaction", "satisfied") if told[name]["value"] is not None}
    assert known == ({kpi} if kpi else set())
    if kpi:
        assert (told[kpi]["value"], told[kpi]["cases"]) == (value, 2)


MARKS = st.sampled_from([np.nan, 1.0, 2.0, 4.5, 5.0])


@settings(deadline=None, max_examples=15)
@given(drawn().filter(bool), st.data(), st.sampled_from(["case", "event"]), st.integers(2, 9))
def test_satisfaction_is_the_same_of_a_file_on_disk(rows: list[Row], data: st.DataObject, of: str, size: int) -> None:
    log = build(rows)
    count = log.cases if of == "case" else log.instances
    marks = {"csat": Column("number", np.array(data.draw(st.lists(MARKS, min_size=count, max_size=count))))}
    log = replace(log, case_attributes=marks) if of == "case" else replace(log, attributes=marks)
    with tempfile.TemporaryDirectory() as folder:
        write(log, Path(folder) / "log.parquet", rows=size)
        assert measure_contentment(open_store(Path(folder) / "log.parquet")) == measure_contentment(log)
    if of == "event":
        last = [values[~np.isnan(values)][-1:] for values in np.split(marks["csat"].values, log.offsets[1:-1])]
        known = np.concatenate(last)
        told = measure_contentment(log).get("satisfaction", (None, 0))
        assert told[1] == (len(known) if len(known) and known.max() > 1 else 0)
        assert told[0] is None or told[0] == pytest.approx(known.mean())


def test_what_a_file_on_disk_does_not_tell_has_its_own_reason(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = [Row(f"c{n}", name, MONDAY + n * HOUR + at, "ann") for n in range(3) for at, name in enumerate("ab")]
    words = Column("text", np.array([1, 2, 1], np.int32), Vocabulary(("", "no", "yes")))
    people = Column("text", np.array([1, 2, 1], np.int32), Vocabulary(("", "Mo", "Li")))
    write(
        replace(build(rows), case_attributes={"satisfied": words, "customer": people, "topic": words}),
        tmp_path / "log.parquet",
    )

    def tell() -> dict[str, dict[str, Any]]:
        found = mine(open_store(tmp_path / "log.parquet"), quantities=["scorecard"]).quantities["scorecard"]
        return {row["kpi"]: row for row in found.to_rows()}

    told = tell()
    assert (told["satisfied"]["value"], told["satisfied"]["cases"]) == (pytest.approx(1 / 3), 3)
    assert (told["repeat-contacts"]["value"], told["repeat-contacts"]["cases"]) == (pytest.approx(1 / 3), 3)
    monkeypatch.setattr(customers, "MOST_TOPICS", 1)
    untold = tell()["repeat-contacts"]
    assert "--in-memory" in untold["why"]
    assert "--in-memory" in untold["why_zh"]


@settings(deadline=None, max_examples=25)
@given(drawn(), st.integers(1, 9))
def test_splits_change_nothing_and_shares_are_shares(rows: list[Row], block: int) -> None:
    log = build(rows, done=("d",), sides={"b": "customer"}, roles=STATED)
    one, two = score_rows(log), score_rows(log, rows=block, jobs=2)
    assert one == two
    assert all(0 <= row["value"] <= 1 for row in one if row["unit"] == "share" and row["value"] is not None)


def score_rows(log: Log, **options: int) -> list[dict[str, Any]]:
    return mine(log, quantities=["scorecard"], **options).quantities["scorecard"].to_rows()


def test_a_value_on_its_target_is_met() -> None:
    assert judge_kpi(BY_ID["closed-within-24h"], 0.9, 10)["met"] is True
    assert judge_kpi(BY_ID["repeat-contacts"], 0.13, 10)["met"] is False
    assert judge_kpi(BY_ID["repeat-contacts"], 0.13, 0)["value"] is None


def test_the_help_desk() -> None:
    told = score(read_real("helpdesk.csv"))
    assert told["re-opened"]["value"] == pytest.approx(154 / 4_569, abs=1e-9)
    assert told["main-path-steps"]["cases"] == 2_366
    assert told["backlog-age-median"]["cases"] == 13
