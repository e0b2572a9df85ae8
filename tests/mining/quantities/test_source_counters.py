"""Counts of handovers and re-opens against the counters that a source system kept while it made the events.

The export is like an audit of incidents: one row for each update, the state as activity, ``?`` where a group or an
assignee is not known, several updates in one minute, an account that writes round the clock. The counters are kept by
the generator, which knows nothing of how svcflow counts.
"""

from __future__ import annotations

import csv
import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from svcflow.eventlog import read_log
from svcflow.mining import Mined, mine

COLUMNS = (
    "number", "incident_state", "active", "reassignment_count", "reopen_count", "sys_mod_count", "opened_at",
    "sys_updated_by", "sys_updated_at", "caller_id", "category", "assignment_group", "assigned_to",
)  # fmt: skip
GROUPS = [f"Group {i}" for i in range(40)]


def write_incidents(path: Path, cases: int, resource: str) -> None:
    draw = random.Random(5)
    with path.open("w", newline="") as stream:
        writer = csv.DictWriter(stream, [name for name in COLUMNS if name != resource])
        writer.writeheader()
        for number in range(cases):
            writer.writerows({k: v for k, v in row.items() if k != resource} for row in update(draw, number))


def update(draw: random.Random, number: int) -> Iterator[dict[str, object]]:
    """Yield the updates of one incident, its counters kept as a ticket system keeps them."""
    now = datetime(2016, 2, 29, tzinfo=UTC) + timedelta(minutes=draw.randrange(60 * 24 * 60))
    opened, state, person = now, "New", "?"
    group = draw.choice([*GROUPS, *"?" * 20])
    moved = reopened = 0
    changes = draw.choices(["group", "person", "state", "nothing", "resolve"], k=draw.randrange(2, 11))
    for updates, change in enumerate(["open", *changes, "resolve", "close"]):
        settled = state in ("Resolved", "Closed")
        if change == "group" and not settled:
            group = draw.choice([name for name in [*GROUPS, *"?" * 15] if name != group])
            moved, person = moved + 1, draw.choice(["?", person])
        elif change == "person":
            person = f"Resolver {draw.randrange(150)}"
        elif change == "state":
            reopened += settled
            state = draw.choice(["Active", "Awaiting User Info", "Awaiting Vendor"])
        elif change in ("resolve", "close"):
            state = "Resolved" if change == "resolve" else "Closed"
        yield dict(
            zip(
                COLUMNS,
                (f"INC{number:07}", state, state != "Closed", moved, reopened, updates, f"{opened:%d/%m/%Y %H:%M}",
                 "Updated by 908" if draw.random() < 0.4 or change == "close" else f"Updated by {draw.randrange(40)}",
                 f"{now:%d/%m/%Y %H:%M}", f"Caller {draw.randrange(700)}", f"Category {draw.randrange(20)}",
                 group, person),
                strict=True,
            )
        )  # fmt: skip
        now += timedelta(minutes=draw.choice([0, 0, 0, 1, 45, 600, 2_900]))


@pytest.fixture(scope="module", params=["sys_updated_by", "assigned_to"])
def incidents(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Mined:
    """Return what is mined of an export without the column that is named: the other one says who did it."""
    path = tmp_path_factory.mktemp("audit") / "incidents.csv"
    write_incidents(path, 1_200, request.param)
    return mine(read_log(path), quantities=["source-counters", "reopens", "routing"])


def test_every_case_agrees_with_the_counters_of_its_system(incidents: Mined) -> None:
    rows = incidents.quantities["source-counters"].to_rows()
    equal = {(row["counter"], row["compared_with"]): row["equal_share"] for row in rows}
    assert equal["reassignment_count", "handovers between teams"] == 1
    assert equal["reopen_count", "re-opens"] == 1
    assert equal["reassignment_count", "changes of either"] < 1
    moved, reopened = rows[0]["counter_total"], rows[-1]["counter_total"]
    assert incidents.handovers["team"] is not None
    assert incidents.handovers["team"].counts.total == moved
    automatic = [*incidents.waits.machines]
    assert len(automatic) == (1 if incidents.summary["resources"] < 100 else 0)  # the account that closes
    assert incidents.rework.reopens == incidents.quantities["reopens"].figures["reopens"] == reopened


def test_a_wide_table_has_no_changes_to_compare_counters_with() -> None:
    log = read_log(Path(__file__).parents[3] / "logs" / "presets" / "servicenow.csv")
    assert mine(log, quantities=["source-counters"]).quantities["source-counters"].unmeasured


def test_stations_and_steps_called_reassignment_agree_with_their_counters(tmp_path: Path) -> None:
    """Zendesk counts the groups and people a ticket was with; other systems log a step for each reassignment."""
    lines = ["ticket,changed at,status,group,assignee,group stations,assignee_stations,# Reassignments,reopens"]
    holders = [("", ""), ("A", ""), ("A", "ann"), ("B", ""), ("A", "ann"), ("A", "bo")]
    steps = ["Open", "Assigned", "Assigned", "Reassignment", "Reassignment", "Closed", "Reopened", "Closed"]
    for ticket in range(30):
        for day, step in enumerate(steps, 1):
            group, person = holders[min(day, len(holders)) - 1]
            lines.append(f"{ticket},2024-03-0{day} 10:0{ticket % 9}:00,{step},{group},{person},3,3,2,1")
    (tmp_path / "tickets.csv").write_text("\n".join(lines))
    measured = mine(read_log(tmp_path / "tickets.csv"), quantities=["source-counters"]).quantities["source-counters"]
    equal = {(row["counter"], row["compared_with"]): row["equal_share"] for row in measured.to_rows()}
    assert equal["group stations", "stays with teams"] == equal["assignee_stations", "stays with people"] == 1
    assert equal["# Reassignments", "steps called Reassignment"] == 1
    assert equal["# Reassignments", "handovers between teams"] == 0  # from nobody to A is a change, too
    assert equal["reopens", "re-opens"] == equal["reopens", "steps called Reopened"] == 1
