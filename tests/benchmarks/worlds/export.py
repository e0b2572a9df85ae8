"""The log of a world as somebody would export it: the first twelve weeks in a table, read by the product's reader."""

from __future__ import annotations

import csv
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from svcflow.definitions import load
from svcflow.definitions.model import Workspace
from svcflow.eventlog import Log, read_log
from worlds.changing import WORDS
from worlds.drawing import SEEN, World
from worlds.kernel import WEEK, run

BEGIN = datetime(2026, 1, 5, tzinfo=UTC)
COLUMNS = ("case", "activity", "start", "time", "resource", "team", "priority", "topic")


def write_log(world: World, folder: Path) -> tuple[Log, Workspace | None]:
    """Write the history that is seen, and read it; with the organisation where the world has one written down."""
    file = folder / "log.csv"
    with file.open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out)
        columns = [name for name in COLUMNS if name != "start" or world.starts]
        writer.writerow(columns)
        for row in _list_rows(world):
            writer.writerow([row[name] for name in columns])
    log = read_log(file, describe_mapping(world))
    if not world.organised:
        return log, None
    (folder / "org.svcflow.yaml").write_text(describe_organisation(world), "utf-8")
    return log, load(folder)


def describe_mapping(world: World) -> dict[str, Any]:
    """Return what the columns mean."""
    roles = ("case", "activity", "time", "resource", "team", *(["start"] if world.starts else []))
    return {
        "svcflow": 1,
        "mapping": "world",
        "columns": {role: role for role in roles},
        "timezone": "UTC",
        "attributes": {"case": ["priority", "topic"]},
        "done": [WORDS[world.family.name]["last"]],
    }


def describe_organisation(world: World) -> str:
    """Return the organisation: who is in which team, and when the house is open."""
    lines = [
        "svcflow: 1", "organisation: World", "timezone: UTC", "calendars:",
        '  house: {mon-sat: "07:00-22:00"}', "roles:", "  customer: {external: true}", "  manager: {}", "teams:",
        "  management: {lead: manager, members: {manager: 1}, calendar: house}",
    ]  # fmt: skip
    for number, (name, _) in enumerate(world.family.teams.items()):
        role = name.lower().replace(" ", "_")
        heads = sum(person.teams[0] == number for person in world.people)
        lines.insert(8, f"  {role}: {{}}")
        lines.append(
            f"  {role}: {{lead: {role}, reports_to: management, members: {{{role}: {heads}}}, calendar: house, "
            f"labels: [{name}]}}"
        )
    return "\n".join(lines) + "\n"


def _list_rows(world: World) -> list[dict[str, str]]:
    cases, until = world.draw_cases(0, last=SEEN), SEEN * WEEK
    teams = [*world.family.teams]
    rows = [(c.arrival, n, "Received", None, None) for n, c in enumerate(cases) if c.arrival < until]
    for done in run(cases, [*world.people], world.rules, f"{world.seed}/0"):
        step = cases[done.case].steps[done.step]
        if done.end < until:
            rows.append((done.end, done.case, step.activity, done.person, done.begin))
    listed = []
    for end, number, activity, person, begin in sorted(rows, key=lambda row: row[:3]):
        case = cases[number]
        team = next((s.team for s in case.steps if s.activity == activity), None)
        listed.append({
            "case": f"C{case.number:06d}",
            "activity": activity,
            "start": _tell(begin) if person is not None and begin is not None else "",
            "time": _tell(end),
            "resource": world.people[person].name if person is not None else "",
            "team": teams[team] if team is not None and person is not None else "",
            "priority": case.priority,
            "topic": case.topic,
        })  # fmt: skip
    return listed


def _tell(minutes: float) -> str:
    return (BEGIN + timedelta(seconds=round(60 * minutes))).isoformat()
