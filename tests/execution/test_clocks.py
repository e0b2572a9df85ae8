"""SLA clocks: states, cycles, pauses, cancellation, targets chosen when the clock stops (definitions.md 3.7)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from tests.execution.definitions import anytime, guard, log, may, process, repeat, seq, task, workspace

from svcflow.definitions.model import CalendarSpec, Process, Sla, Target, Waiting, Workspace
from svcflow.execution import execute
from svcflow.execution.outcome import ProcessRuns
from svcflow.findings import NOWHERE
from svcflow.guards import Field

HOUR = 3600
SEVERITY = Field("severity", "enum", ("low", "high"))
OFFICE = CalendarSpec("office", ((0, 4, ((540, 1020),)),), None, (), (), NOWHERE)


def sla(start: str, stop: str, hours: int = 2, **more: Any) -> Sla:
    made = Sla(
        "s", tuple(start.split()), tuple(stop.split()), Target(hours * HOUR), 0.9, None, None, "first",
        waiting_counts=False, escalation=None, position=NOWHERE,
    )  # fmt: skip
    return replace(made, **more)


def made(clock: Sla, **more: Any) -> Process:
    flow = seq(task("open"), repeat(seq(may(task("ask")), may(task("reply")), task("solve"))), task("close"))
    return process(
        flow, slas={"s": clock}, waiting=(Waiting("ask", ("reply",), NOWHERE),),
        anytime=(anytime("withdraw", "withdrawn"), anytime("chase")), fields={"severity": SEVERITY}, **more,
    )  # fmt: skip


def run(
    definition: Process | Workspace, *events: tuple[Any, ...], as_of: float | None = None, **given: object
) -> ProcessRuns:
    """Execute one case of (step, hour[, attributes]) events."""
    told = [{"step": e[0], "at": e[1]} | (e[2] if len(e) > 2 else {}) for e in events]
    place = definition if isinstance(definition, Workspace) else workspace(definition)
    now = None if as_of is None else round(as_of * 3_600_000)
    return execute(place, log({"x": told}, {"x": given}), as_of=now)["p"]


def states(run: ProcessRuns) -> list[tuple[str, float]]:
    return [(row["state"], row["business_s"] / HOUR) for row in run.clocks]


def codes(run: ProcessRuns) -> list[str]:
    return [row["code"] for row in run.deviations if row["code"] == "D402"]


@pytest.mark.parametrize(
    ("events", "as_of", "expected", "breached"),
    [
        ([("open", 0), ("solve", 2)], None, [("met", 2.0)], 0),
        ([("open", 0), ("solve", 3)], None, [("breached", 3.0)], 1),
        ([("open", 0)], 1, [("running", 1.0)], 0),
        ([("open", 0)], 3, [("overdue", 3.0)], 1),
        ([("open", 0), ("ask", 1)], 9, [("paused", 1.0)], 0),
        ([("open", 0), ("ask", 3)], 9, [("overdue", 3.0)], 1),
        ([("open", 0), ("ask", 1), ("reply", 8), ("solve", 9)], None, [("met", 2.0)], 0),
        ([("open", 0), ("ask", 1), ("reply", 8), ("solve", 9.5)], None, [("breached", 2.5)], 1),
        ([("open", 0), ("withdraw", 1)], 9, [("cancelled", 1.0)], 0),
        ([("open", 0), ("solve", 1), ("withdraw", 2)], 9, [("met", 1.0)], 0),
        ([("chase", 0)], 9, [], 0),
        ([("solve", 1), ("solve", 2)], 9, [], 0),
    ],
)
def test_the_states_of_a_clock(events: list[Any], as_of: float, expected: list[Any], breached: int) -> None:
    found = run(made(sla("open", "solve")), *events, as_of=as_of)
    assert (states(found), len(codes(found))) == (expected, breached)


def test_conformance_does_not_matter_to_customers_clocks() -> None:
    found = run(made(sla("open", "solve")), ("open", 0), ("open", 1), ("close", 1.5), ("solve", 2), as_of=9)
    assert states(found) == [("met", 2.0)]


def test_waiting_may_count() -> None:
    events = [("open", 0), ("ask", 1), ("reply", 8), ("solve", 9)]
    assert states(run(made(sla("open", "solve", waiting_counts=True)), *events)) == [("breached", 9.0)]
    assert states(run(made(sla("open", "solve", 9, waiting_counts=True)), ("open", 0), ("ask", 1), as_of=2)) == [
        ("running", 2.0)
    ]


def test_stop_beats_start_at_the_same_instant() -> None:
    assert states(run(made(sla("open", "chase")), ("chase", 1), ("open", 1), ("chase", 5), as_of=9)) == [("met", 0.0)]


CHATS = [("open", 0), ("chase", 1), ("solve", 2), ("chase", 3), ("chase", 3.5), ("solve", 6), ("chase", 8)]


@pytest.mark.parametrize(
    ("cycle", "expected"),
    [
        ("first", [("met", 1.0)]),
        ("each", [("met", 1.0), ("breached", 3.0), ("running", 1.0)]),
        ("total", [("overdue", 5.0)]),
    ],
)
def test_cycles(cycle: Any, expected: list[Any]) -> None:
    assert states(run(made(sla("chase", "solve", cycle=cycle)), *CHATS, as_of=9)) == expected


def test_the_total_of_stopped_intervals_is_met_or_breached() -> None:
    clock = sla("chase", "solve", 4, cycle="total")
    assert states(run(made(clock), *CHATS[:-1], as_of=9)) == [("met", 4.0)]
    assert states(run(made(replace(clock, target=Target(3 * HOUR))), *CHATS[:-1], as_of=9)) == [("breached", 4.0)]


def test_the_target_is_chosen_by_what_is_known_when_the_clock_stops() -> None:
    clock = sla("open", "solve", target=Target(None, "severity", (("high", HOUR), ("low", 9 * HOUR)), None))
    raised = ("chase", 1, {"severity": "high"})
    assert states(run(made(clock), ("open", 0), ("solve", 3), severity="low")) == [("met", 3.0)]
    assert states(run(made(clock), ("open", 0), raised, ("solve", 3), severity="low")) == [("breached", 3.0)]
    assert states(run(made(clock), ("open", 0), ("solve", 3), (raised[0], 4, raised[2]), severity="low")) == [
        ("met", 3.0)
    ]
    assert states(run(made(clock), ("open", 0), as_of=5, severity="high")) == [("overdue", 5.0)]
    assert states(run(made(clock), ("open", 0), ("solve", 3))) == [], "no target, no clock"


def test_an_sla_speaks_only_of_cases_for_which_its_condition_is_known_to_hold() -> None:
    clock = sla("open", "solve", when=guard("severity == high", severity=SEVERITY))
    events = [("open", 0), ("solve", 9)]
    assert states(run(made(clock), *events, severity="high")) == [("breached", 9.0)]
    assert states(run(made(clock), *events, severity="low")) == []
    assert states(run(made(clock), *events)) == []


def in_office(clock: Sla, zone: str = "UTC") -> Workspace:
    place = workspace(made(clock))
    organisation = replace(
        place.organisation, timezone=zone, calendars=place.organisation.calendars | {"office": OFFICE}
    )
    return replace(place, organisation=organisation)


def test_a_clock_on_a_calendar_stands_still_at_night() -> None:
    # 1 January 1970 was a Thursday; 14:00 to 9:00 on Friday are three business hours (metrics.md 8).
    place = in_office(sla("open", "solve", 3, calendar="office"))
    found = run(place, ("open", 14), ("solve", 33))
    assert states(found) == [("met", 3.0)]
    assert found.clocks.get(0)["elapsed_s"] == 19 * HOUR


def test_pauses_are_taken_from_business_time_not_from_the_wall() -> None:
    place = in_office(sla("open", "solve", 3, calendar="office"))
    # Waiting from 16:00 to 10:00 on Friday is two business hours of the five from 14:00 to 11:00.
    found = run(place, ("open", 14), ("ask", 16), ("reply", 34), ("solve", 35))
    assert states(found) == [("met", 3.0)]


def test_the_calendars_own_time_zone_is_meant() -> None:
    place = in_office(sla("open", "solve", 3, calendar="office"), "Asia/Shanghai")
    # 8:30 and 9:30 UTC are 16:30 and 17:30 in Shanghai, half an hour before and after closing.
    assert states(run(place, ("open", 8.5), ("solve", 9.5))) == [("met", 0.5)]


def test_attainment_is_the_share_met_of_clocks_stopped_or_overdue_by_month_of_their_start() -> None:
    hours = {"jan_met": (0, 1), "jan_late": (24, 30), "feb_met": (31 * 24, 31 * 24 + 1)}
    cases: dict[str, list[dict[str, object]]] = {
        name: [{"step": "open", "at": a}, {"step": "solve", "at": b}] for name, (a, b) in hours.items()
    }
    cases["feb_overdue"] = [{"step": "open", "at": 31 * 24 + 5}]
    cases["running"] = [{"step": "open", "at": 32 * 24}]
    found = execute(workspace(made(sla("open", "solve"))), log(cases), as_of=(32 * 24 + 1) * 3_600_000)["p"]
    summary = found.slas("UTC")["s"]
    assert {k: summary[k] for k in ("met", "breached", "overdue", "running", "paused", "cancelled")} == {
        "met": 2, "breached": 1, "overdue": 1, "running": 1, "paused": 0, "cancelled": 0,
    }  # fmt: skip
    assert (summary["attainment"], summary["objective"]) == (0.5, 0.9)
    assert {m: s["attainment"] for m, s in summary["months"].items()} == {"1970-01": 0.5, "1970-02": 0.5}
    # An hour before midnight UTC it is February in Shanghai.
    assert list(found.slas("Asia/Shanghai")["s"]["months"]) == ["1970-01", "1970-02"]


def test_as_of_leaves_later_events_aside() -> None:
    events = [("open", 0), ("solve", 3)]
    assert states(run(made(sla("open", "solve")), *events, as_of=1)) == [("running", 1.0)]
    found = run(made(sla("open", "solve")), *events, as_of=1)
    assert [m["step"] for m in found.moves if m["row"] >= 0] == ["open"]


def test_business_time_equals_the_sum_of_the_open_intervals_at_random() -> None:
    dice = np.random.default_rng(7)
    place = in_office(sla("open", "close", 999, calendar="office"))
    clock = place.organisation.calendars["office"]
    from svcflow.calendars import Clock

    plain = Clock.from_spec(clock, "UTC")
    for _ in range(60):
        times = np.sort(dice.integers(0, 400, 6) / 2 + np.arange(6) / 60)
        steps = ["open", "ask", "reply", "ask", "reply", "close"]
        found = run(place, *zip(steps, times.tolist(), strict=True))
        stamps = [round(t * 3_600_000) for t in times.tolist()]
        expected = sum(plain.elapsed(stamps[i], stamps[i + 1]) for i in (0, 2, 4))
        (row,) = found.clocks
        assert row["business_s"] == pytest.approx(expected / 1000)


SHORT_DAY = CalendarSpec("desk", ((0, 4, ((480, 1020),)),), None, (), (), NOWHERE)
BERLIN = ZoneInfo("Europe/Berlin")
ORDINARY, TO_SUMMER, TO_WINTER = "2026-06-12", "2026-03-27", "2026-10-23"
"""Fridays; in the nights before the two Sundays after the last two the clocks change."""


def opened(day: str, clock: str, calendar: CalendarSpec, target_h: int, *, now: tuple[int, str]) -> dict[str, Any]:
    """Open a case on a day at a local time, look at it some days later, and return its clock."""

    def instant(days: int, at: str) -> float:
        moment = datetime.fromisoformat(f"{day}T{at}").replace(tzinfo=BERLIN) + timedelta(days=days)
        return moment.timestamp() / 3600

    base = workspace(made(sla("open", "solve", target_h, calendar=calendar.id)))
    calendars = {calendar.id: calendar, **base.organisation.calendars}
    place = replace(base, organisation=replace(base.organisation, timezone="Europe/Berlin", calendars=calendars))
    (row,) = run(place, ("open", instant(0, clock)), as_of=instant(*now)).clocks
    return row


@pytest.mark.parametrize(("friday", "shift"), [(ORDINARY, 0), (TO_SUMMER, -1), (TO_WINTER, 1)])
def test_the_worked_examples_of_service_clocks(friday: str, shift: int) -> None:
    # 9-17 on weekdays, opened at 14:00, looked at on the next weekday at 9:00: 3 h of business, 19 h elapsed.
    thursday = (date.fromisoformat(friday) - timedelta(days=1)).isoformat()
    row = opened(thursday, "14:00", OFFICE, 24, now=(1, "09:00"))
    assert (row["business_s"] / HOUR, row["elapsed_s"] / HOUR) == (3, 19)
    # The same over the weekend on which the clocks change.
    row = opened(friday, "14:00", OFFICE, 24, now=(3, "09:00"))
    assert (row["business_s"] / HOUR, row["elapsed_s"] / HOUR) == (3, 67 + shift)
    # 8-17 on weekdays, opened Friday 21:00, looked at on Monday 9:30: 1 h 30 of business, 60 h 30 elapsed.
    row = opened(friday, "21:00", SHORT_DAY, 24, now=(3, "09:30"))
    assert (row["business_s"] / HOUR, row["elapsed_s"] / HOUR) == (1.5, 60.5 + shift)
    # 24 h on a day of 8 h are three working days: Friday, Monday, Tuesday.
    states = [opened(friday, "09:00", OFFICE, 24, now=(days, at))["state"]
              for days, at in ((4, "16:59"), (4, "17:00"), (4, "23:00"), (5, "09:00"), (5, "09:01"))]  # fmt: skip
    assert states == ["running", "running", "running", "running", "overdue"]
