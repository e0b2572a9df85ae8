"""Waiting by cause: seven days told by hand, every instance against every other, the laws, and the published shares."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.mining import enumeration
from tests.mining.enumeration import Instance
from tests.mining.logs import DAY, HOUR, MONDAY, Row, build, read_real

from svcflow.calendars import Clock
from svcflow.eventlog.log import Log
from svcflow.mining import mine
from svcflow.mining.batches import KINDS, find_batches
from svcflow.mining.causes import CAUSES, explain_waits
from svcflow.mining.enablement import enable, find_standstill
from svcflow.mining.rosters import Given, Roster, discover

MINUTE = 60_000
OFFICE = Clock(((0, 4, ((9 * 60, 17 * 60),)),), "UTC")


def tell(case: str, activity: str, resource: str, start: str, end: str) -> Row:
    """Return an instance of a Monday, from and until a time of day; ``1T10:00`` is that of Tuesday."""

    def at(text: str) -> int:
        day, _, clock = text.rpartition("T")
        hours, _, minutes = clock.partition(":")
        return MONDAY + int(day or 0) * DAY + int(hours) * HOUR + int(minutes) * MINUTE

    return Row(case, activity, at(end), resource, start=at(start))


def explain(log: Log, roster: Roster | None = None) -> dict[tuple[str, str], tuple[int, ...]]:
    """Return the waiting of each instance in minutes by cause, by case and activity; always open without a roster."""
    always = Clock(((0, 6, ((0, 1440),)),), "UTC")
    roster = roster or Given((always,), np.zeros(len(log.resources), np.int64), ("always",))
    enablement = enable(log, strictly=True)
    row = enablement.instances.row
    batches = find_batches(enablement, log.resource[row], log.has_start[row])
    parts = explain_waits(enablement, batches, (log.resource[row], enablement.enabled), [roster])[0]
    names = ((log.case_ids[int(log.case_of_row[i])], log.activities[int(log.activity[i])]) for i in row)
    return {name: tuple(minutes) for name, minutes in zip(names, (parts.T // MINUTE).tolist(), strict=True)}


def office(log: Log) -> Given:
    return Given((OFFICE,), np.zeros(len(log.resources), np.int64), ("office",))


def test_contention_is_work_on_what_was_enabled_no_later() -> None:
    """Ann takes the call of c1 first (enabled 9:30); c2, enabled at 10:00, finds her busy until 11:00."""
    log = build(
        [
            tell("c1", "open", "Bob", "9:00", "9:30"),
            tell("c1", "solve", "Ann", "9:30", "11:00"),
            tell("c2", "open", "Bob", "9:30", "10:00"),
            tell("c2", "check", "Ann", "11:15", "12:00"),
        ]
    )
    assert explain(log)["c2", "check"] == (0, 60, 0, 0, 15)
    assert explain(log)["c1", "solve"] == (0, 0, 0, 0, 0)


def test_prioritisation_is_work_on_what_was_enabled_later() -> None:
    """c2 is enabled at 10:00; Ann does c3, enabled at 10:30, from 11:00 to 12:00, then c2 at 12:30."""
    log = build(
        [
            tell("c2", "open", "Bob", "9:30", "10:00"),
            tell("c3", "open", "Bob", "10:00", "10:30"),
            tell("c3", "solve", "Ann", "11:00", "12:00"),
            tell("c2", "check", "Ann", "12:30", "13:00"),
        ]
    )
    assert explain(log)["c2", "check"] == (0, 0, 60, 0, 90)
    assert explain(log)["c3", "solve"] == (0, 0, 0, 0, 30)


def test_unavailability_is_the_closed_time_that_is_left() -> None:
    """Enabled at 16:00 on Monday, begun at 10:00 on Tuesday: busy 16:00-16:30, closed 17:00-9:00, idle 90 minutes."""
    log = build(
        [
            tell("c1", "open", "Bob", "15:00", "16:00"),
            tell("c0", "open", "Bob", "14:00", "15:00"),
            tell("c0", "solve", "Ann", "15:30", "16:30"),
            tell("c1", "check", "Ann", "1T10:00", "1T11:00"),
        ]
    )
    assert explain(log, office(log))["c1", "check"] == (0, 30, 0, 16 * 60, 90)
    assert explain(log)["c1", "check"] == (0, 30, 0, 0, 17 * 60 + 30)


def test_a_batch_waits_until_its_last_member_is_enabled() -> None:
    """Ann packs at 14:00 what was enabled at 10:00, 11:00 and 12:00, the last first; before, she checks from 12:30.

    The first waits 120 minutes for the batch, 30 for the check (enabled at 11:30, no later than the batch at 12:00) and
    60 for nothing seen; then for both members before it: both were enabled later than it was. The second has one
    member before it.
    """
    log = build(
        [
            tell("c1", "open", "Bob", "9:30", "10:00"),
            tell("c2", "open", "Bob", "10:30", "11:00"),
            tell("c3", "open", "Bob", "11:30", "12:00"),
            tell("c4", "open", "Eve", "11:00", "11:30"),
            tell("c4", "check", "Ann", "12:30", "13:00"),
            tell("c3", "pack", "Ann", "14:00", "14:20"),
            tell("c2", "pack", "Ann", "14:20", "14:40"),
            tell("c1", "pack", "Ann", "14:40", "15:00"),
        ]
    )
    found = explain(log)
    assert found["c3", "pack"] == (0, 30, 0, 0, 90)
    assert found["c2", "pack"] == (60, 30, 20, 0, 90)
    assert found["c1", "pack"] == (120, 30, 40, 0, 90)


def test_all_causes_in_one_wait() -> None:
    """Ann packs c1 (enabled Monday 13:00) and c2 (15:00) on Tuesday from 11:00, one after the other.

    From 15:00, when both are there: an hour for c3 (enabled 14:30), an idle hour, the night from 17:00 to 9:00, an hour
    for c4 (enabled 16:00), an idle hour. The second has the first before it, which was enabled earlier.
    """
    log = build(
        [
            tell("c1", "open", "Bob", "12:00", "13:00"),
            tell("c2", "open", "Bob", "14:30", "15:00"),
            tell("c3", "open", "Eve", "14:00", "14:30"),
            tell("c4", "open", "Eve", "15:00", "16:00"),
            tell("c3", "check", "Ann", "15:00", "16:00"),
            tell("c4", "check", "Ann", "1T9:00", "1T10:00"),
            tell("c1", "pack", "Ann", "1T11:00", "1T11:30"),
            tell("c2", "pack", "Ann", "1T11:30", "1T12:00"),
        ]
    )
    found = explain(log, office(log))
    assert found["c1", "pack"] == (120, 60, 60, 16 * 60, 120)
    assert found["c2", "pack"] == (0, 60 + 30, 60, 16 * 60, 120)
    assert found["c3", "check"] == (0, 0, 0, 0, 30)
    assert found["c4", "check"] == (0, 0, 0, 16 * 60, 60)
    totals = np.array([*found.values()]).sum(axis=0)
    assert totals.tolist() == [120, 150, 120, 3 * 16 * 60, 330]


def test_a_break_and_the_order_within_a_batch() -> None:
    """Ann packs c3, c1, c2 from 13:00 (all there at 11:00); before, c4 (enabled 11:30), her break at noon, c5 (10:45).

    For c1 and c2 the packing of c3 is work on what was enabled later; for c2 that of c1 on what was enabled earlier.
    """
    log = build(
        [
            tell("c1", "open", "Bob", "9:30", "10:00"),
            tell("c2", "open", "Bob", "10:00", "10:30"),
            tell("c3", "open", "Bob", "10:30", "11:00"),
            tell("c5", "open", "Eve", "10:15", "10:45"),
            tell("c4", "open", "Eve", "11:00", "11:30"),
            tell("c4", "check", "Ann", "11:30", "12:00"),
            tell("c5", "check", "Ann", "12:30", "13:00"),
            tell("c3", "pack", "Ann", "13:00", "13:20"),
            tell("c1", "pack", "Ann", "13:20", "13:40"),
            tell("c2", "pack", "Ann", "13:40", "14:00"),
        ]
    )
    morning, afternoon = (9 * 60, 12 * 60), (12 * 60 + 30, 17 * 60)
    clocks = (OFFICE, Clock(((0, 4, (morning, afternoon)),), "UTC"))
    found = explain(
        log, Given(clocks, np.array([int(name == "Ann") for name in log.resources.texts]), ("office", "ann"))
    )
    assert found["c3", "pack"] == (0, 30, 30, 30, 30)
    assert found["c1", "pack"] == (60, 30, 30 + 20, 30, 30)
    assert found["c2", "pack"] == (30, 30 + 20, 30 + 20, 30, 30)
    assert found["c5", "check"] == (0, 0, 30, 30, 45)
    assert found["c4", "check"] == (0, 0, 0, 0, 0)


def test_concurrent_steps_do_not_enable_each_other() -> None:
    """Check and bill follow each other in both orders: each was enabled by open, and ship by the later of them."""
    log = build(
        [
            tell("c1", "open", "Bob", "9:00", "10:00"),
            tell("c1", "check", "Ann", "10:00", "10:30"),
            tell("c1", "bill", "Eve", "11:00", "11:30"),
            tell("c1", "ship", "Max", "12:00", "12:30"),
            tell("c2", "open", "Bob", "10:00", "10:30"),
            tell("c2", "bill", "Eve", "11:30", "12:00"),
            tell("c2", "check", "Ann", "12:00", "12:30"),
            tell("c2", "ship", "Max", "12:45", "13:00"),
        ]
    )
    found = explain(log)
    assert sum(found["c1", "bill"]) == 60, "from 10:00, not from the end of the check"
    assert found["c2", "bill"] == (0, 30, 0, 0, 30), "Eve bills c1, enabled at 10:00, until 11:30"
    assert sum(found["c2", "check"]) == 90
    assert sum(found["c2", "ship"]) == 15


@st.composite
def drawn(draw: st.DrawFn) -> list[Row]:
    """Draw a small log in which resources are often busy, also with several things at once."""
    rows = []
    for case in range(draw(st.integers(1, 7))):
        moment = MONDAY + draw(st.integers(0, 40)) * 7 * MINUTE
        for _ in range(draw(st.integers(1, 6))):
            begun = max(moment + draw(st.integers(-3, 9)) * 11 * MINUTE, MONDAY)
            moment = begun + draw(st.integers(0, 5)) * 13 * MINUTE
            resource = draw(st.sampled_from(["r1", "r1", "r2", ""]))
            rows.append(Row(f"c{case}", draw(st.sampled_from("abc")), moment, resource, start=begun))
    return rows


def enumerate_waits(log: Log, *, minutes: int, pooled: bool) -> list[Instance]:
    row = enable(log).instances.row
    cases: dict[str, list[Instance]] = {}
    for i in row.tolist():
        case = log.case_ids[int(log.case_of_row[i])]
        activity, resource = log.activities[int(log.activity[i])], log.resources[int(log.resource[i])]
        instance = Instance(case, activity, resource, int(log.start[i]), int(log.time[i]))
        cases.setdefault(case, []).append(instance)
    flat = [instance for case in cases.values() for instance in case]
    closed = enumeration.discover(flat, minutes=minutes, pooled=pooled)
    return enumeration.explain([*cases.values()], closed)


def compute(log: Log, *, minutes: int, pooled: bool) -> tuple[np.ndarray, np.ndarray, list[int]]:
    """Return the parts, those in which cases stood still, and the members of all batches by size."""
    enablement = enable(log, strictly=True)
    instances = enablement.instances
    resource = log.resource[instances.row]
    batches = find_batches(enablement, resource, log.has_start[instances.row])
    pools = np.zeros(len(log.resources), np.int64) if pooled else np.arange(len(log.resources))
    roster = discover(
        resource, instances.activity, (instances.start, instances.time), log.zone, pools=pools, minutes=minutes
    )
    still = np.maximum(find_standstill(instances), enablement.enabled)
    parts = explain_waits(enablement, batches, (resource, enablement.enabled), [roster])[0]
    standing = explain_waits(enablement, batches, (resource, still), [roster])[0]
    return parts, standing, sorted(batches.size.tolist())


@given(rows=drawn(), minutes=st.sampled_from([15, 60]), pooled=st.booleans())
@settings(max_examples=100, deadline=None)
def test_equals_every_instance_against_every_other_to_the_millisecond(
    rows: Sequence[Row], minutes: int, pooled: bool
) -> None:
    log = build(rows)
    expected = enumerate_waits(log, minutes=minutes, pooled=pooled)
    parts, standing, sizes = compute(log, minutes=minutes, pooled=pooled)
    assert parts.T.tolist() == [list(instance.parts) for instance in expected]
    assert standing.T.tolist() == [list(instance.standing) for instance in expected]
    assert sizes == sorted(len(batch) for batch in enumeration.find_batches(expected))


@given(rows=drawn())
@settings(max_examples=40, deadline=None)
def test_causes_make_up_the_waiting_and_standstill_the_cycle_time(rows: Sequence[Row]) -> None:
    log = build(rows)
    enablement = enable(log)
    instances = enablement.instances
    assert (enablement.waiting >= 0).all()
    stood = np.bincount(instances.case, instances.start - find_standstill(instances), minlength=log.cases)
    assert stood.tolist() == mine(log).cases.waiting.tolist()
    parts, standing, _ = compute(log, minutes=15, pooled=False)
    known = log.resource[instances.row] != 0
    waited = (instances.start - enable(log, strictly=True).enabled)[known]
    assert parts.min(initial=0) >= 0
    assert standing.min(initial=0) >= 0
    assert parts[:, known].sum(axis=0).tolist() == waited.tolist()
    assert (standing.sum(axis=0) <= parts.sum(axis=0)).all()


@given(rows=drawn(), shift=st.integers(-3, 3))
@settings(max_examples=20, deadline=None)
def test_neither_names_nor_order_of_cases_nor_whole_weeks_matter(rows: Sequence[Row], shift: int) -> None:
    log, names = build(rows), {"": "", "r1": "zoe", "r2": "adam"}
    by = shift * 7 * DAY
    moved = [
        r._replace(case=f"x{r.case}", resource=names[r.resource], time=r.time + by, start=r.start + by) for r in rows
    ]
    one, two = (mine(x, quantities=["waiting-causes"]).quantities["waiting-causes"] for x in (log, build(moved)))
    assert one.to_json() == two.to_json()


def test_kinds_of_batches() -> None:
    rows = [tell(f"c{i}", "open", "Bob", f"8:{i * 10:02}", f"8:{i * 10 + 5:02}") for i in range(6)]
    rows += [tell(f"c{i}", "sign", "Ann", "10:00", "10:30") for i in (0, 1)]
    rows += [tell("c2", "file", "Ann", "11:00", "11:20"), tell("c3", "file", "Ann", "11:20", "11:40")]
    rows += [tell("c4", "mail", "Ann", "12:00", "12:20"), tell("c5", "mail", "Ann", "12:10", "12:40")]
    log = build(rows)
    enablement = enable(log)
    row = enablement.instances.row
    batches = find_batches(enablement, log.resource[row], log.has_start[row])
    kinds = {log.activities[int(a)]: KINDS[k] for a, k in zip(batches.activity, batches.kind, strict=True)}
    assert kinds == {"sign": "parallel", "file": "sequential", "mail": "concurrent"}
    assert batches.size.tolist() == [2, 2, 2]


def test_a_gap_or_a_late_member_parts_a_batch() -> None:
    rows = [tell(f"c{i}", "open", "Bob", f"8:{i * 10:02}", f"8:{i * 10 + 5:02}") for i in range(2)]
    gap = [*rows, tell("c0", "file", "Ann", "10:00", "10:10"), tell("c1", "file", "Ann", "10:11", "10:20")]
    late = [*rows[:1], tell("c1", "open", "Bob", "9:30", "10:05")]
    late += [tell("c0", "file", "Ann", "10:00", "10:10"), tell("c1", "file", "Ann", "10:10", "10:20")]
    for log in (build(gap), build(late)):
        enablement = enable(log)
        row = enablement.instances.row
        assert not len(find_batches(enablement, log.resource[row], log.has_start[row]))


PUBLISHED = {15: (31.1, 3.5, 8.3, 49.9, 7.2), 60: (31.1, 3.5, 8.3, 6.5, 50.6)}
"""Shares of the waiting of a manufacturing log, in percent, with hours by resource and for all together."""


@pytest.mark.parametrize("minutes", PUBLISHED)
def test_published_shares_of_a_manufacturing_log(minutes: int) -> None:
    parts, _, _ = compute(read_real("production.csv"), minutes=minutes, pooled=minutes == 60)
    assert 100 * parts.sum(axis=1) / parts.sum() == pytest.approx(PUBLISHED[minutes], abs=0.1)


def test_the_command_shows_the_published_shares_and_their_range() -> None:
    found = mine(read_real("production.csv"), quantities=["waiting-causes"]).quantities["waiting-causes"]
    rows = {row["cause"]: row for row in found.to_rows()}
    assert [100 * rows[cause]["share"] for cause in CAUSES] == pytest.approx(PUBLISHED[15], abs=0.1)
    assert 100 * rows["unavailability"]["low_share"] == pytest.approx(6.5, abs=0.1)
    assert 100 * rows["extraneous"]["high_share"] == pytest.approx(50.6, abs=0.1)
