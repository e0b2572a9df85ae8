"""Random service processes to plant problems in: each seed gives a definition, an organisation, a log and its twin.

A world is a drawn definition: 3 to 6 teams on up to three lines, 6 to 11 steps of one team or two, branches, a detour,
often a loop of its own; a calendar of open hours in every third; 300 to 3,000 cases. Some worlds' logs lack starts,
teams or people, wholly or on some rows, or end their time stamps at the minute; one in four is given to the detectors
without its definition. What is missing is drawn before the problems are, and no problem is planted that what is left
could not show (a ping-pong of teams in a log without teams).
"""

from __future__ import annotations

import csv
import io
import random
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from hashlib import blake2b
from pathlib import Path
from typing import Any

from planted_problems import draw_problems

from svcflow.definitions import load
from svcflow.definitions.model import Workspace
from svcflow.generation import Generated, generate_twins
from svcflow.generation.planting import make_plant

START = date(2026, 3, 2)
WORDS = (
    "Register", "Classify", "Assess", "Investigate", "Quote", "Consult", "Prepare", "Draft", "Verify", "Order",
    "Collect", "Calculate", "Inform", "Configure", "Inspect", "Repair", "Deliver", "Document", "Translate", "Authorise",
)  # fmt: skip
TEAMS = ("Front", "Desk", "Lab", "Billing", "Experts", "Field", "Archive", "Legal")


@dataclass(frozen=True)
class World:
    """A process, how large its log is, what the log lacks, and what goes wrong in it."""

    seed: int
    clean: bool = False

    @cached_property
    def chance(self) -> random.Random:
        """Return the numbers that the process is drawn from."""
        return random.Random(self.seed)

    @cached_property
    def cases(self) -> int:
        """Return how many cases arrive: 300 to 3,000, small ones more often."""
        return round(300 * 10 ** (self._named("cases").random() ** 2.6))

    @cached_property
    def weeks(self) -> int:
        """Return for how many weeks."""
        return self._named("weeks").choice((6, 8, 12, 16))

    @cached_property
    def lacks(self) -> Mapping[str, float]:
        """Return the share of rows without their start, team or resource, by column."""
        draw = self._named("lacks")
        return {
            "start": 1.0 if draw.random() < 0.3 else 0.0,
            "team": draw.choice((0, 0, 0, 0, 0, 0.03, 0.03, 1.0)),
            "resource": draw.choice((0, 0, 0, 0, 0, 0.05, 0.2, 1.0)),
        }

    @cached_property
    def minutes(self) -> bool:
        """Return whether time stamps end at the minute."""
        return self._named("minutes").random() < 0.2

    @cached_property
    def defined(self) -> bool:
        """Return whether the detectors are given the definition."""
        return self._named("defined").random() < 0.75

    @cached_property
    def flow(self) -> Flow:
        """Return the process."""
        return draw_flow(self._named("flow"))

    @cached_property
    def problems(self) -> tuple[dict[str, Any], ...]:
        """Return what goes wrong: up to four problems of different kinds, as a plant file writes them."""
        draw = self._named("problems")
        number = 0 if self.clean else draw.choice((0, 1, 1, 2, 2, 3, 3, 4))
        return tuple(draw_problems(draw, self, number))

    def play(self, folder: Path) -> tuple[Workspace, Generated, Generated]:
        """Return the definition, the log and its twin."""
        (folder / "world.svcflow.yaml").write_text(self.flow.process, "utf-8")
        (folder / "org.svcflow.yaml").write_text(self.flow.organisation, "utf-8")
        workspace = load(folder)
        plants = [make_plant(dict(problem)) for problem in self.problems]
        planted, twin = generate_twins(
            workspace, process="world", cases=self.cases, seed=self.seed, start=START, weeks=self.weeks, plant=plants
        )
        return workspace, planted, twin

    def write(self, generated: Generated, file: Path) -> dict[str, Any]:
        """Write a log as this world exports it, and return its mapping."""
        header, *rows = csv.reader(io.StringIO(generated.csv))
        gone = {name for name, share in self.lacks.items() if share == 1}
        kept = [i for i, name in enumerate(header) if name not in gone | {"role"}]
        times = [header.index("start"), header.index("time")]
        seen: dict[tuple[str, str], int] = {}
        with file.open("w", encoding="utf-8", newline="") as out:
            writer = csv.writer(out)
            writer.writerow([header[i] for i in kept])
            for row in rows:
                key = (row[0], row[1])
                seen[key] = seen.get(key, 0) + 1
                for name, share in self.lacks.items():
                    if 0 < share < 1 and self._lot(f"{name}/{key}/{seen[key]}") < share:
                        row[header.index(name)] = ""
                for i in times if self.minutes else ():
                    row[i] = f"{row[i][:17]}00{row[i][19:]}" if row[i] else ""
                writer.writerow([row[i] for i in kept])
        mapping = dict(generated.mapping)
        mapping["columns"] = {role: name for role, name in mapping["columns"].items() if name not in gone | {"role"}}
        mapping["attributes"] = {
            where: [n for n in names if n != "role"] for where, names in mapping["attributes"].items()
        }
        return mapping

    def _named(self, question: str) -> random.Random:
        return random.Random(f"{self.seed}/{question}")

    def _lot(self, question: str) -> float:
        digest = blake2b(f"{self.seed}/{question}".encode(), digest_size=4).digest()
        return int.from_bytes(digest, "big") / 2**32


@dataclass(frozen=True)
class Flow:
    """A drawn process: its two files, and what a problem needs to know of it.

    `steps` are the ids of the main way in order, the last but one or two being ``resolve``, ``callback``, ``close``;
    `owners` the teams that do a step (two: whichever took the case in); `median_h` the usual hours before and in it.
    """

    process: str
    organisation: str
    steps: tuple[str, ...]
    owners: Mapping[str, tuple[str, ...]]
    lines: Mapping[str, int]
    median_h: Mapping[str, float]
    optional: frozenset[str]
    loop: str | None
    always: bool
    target_h: float

    @property
    def sojourn_h(self) -> float:
        """Return about how many hours a case takes."""
        return sum(self.median_h[s] * (0.5 if s in self.optional else 1.0) for s in self.steps) * 1.18


def draw_flow(draw: random.Random) -> Flow:
    """Draw a process."""
    teams = draw.sample(TEAMS, draw.randint(4, 7))
    lines = {team: (1, 1, 2, 3)[i] if i < 4 else draw.choice((2, 3)) for i, team in enumerate(teams)}
    steps = [word.lower() for word in draw.sample(WORDS, draw.randint(5, 8))]
    owners = _draw_owners(draw, lines, steps)
    tail = ["resolve", *(["callback"] if draw.random() < 0.6 else []), "close"]
    owners |= dict.fromkeys(tail, (teams[0], teams[1]))
    scale = draw.choice((0.5, 1.0, 2.0, 4.0))
    median = {s: round(scale * draw.lognormvariate(0, 0.6), 2) + 0.1 for s in [*steps, *tail]}
    optional = frozenset(s for s in steps[1:-1] if draw.random() < 0.2)
    at = draw.randrange(1, len(steps) - 1)
    loop = steps[at + 1] if draw.random() < 0.5 and not {steps[at], steps[at + 1]} & optional else None
    always = draw.random() < 0.67
    flow = [*steps, *tail]
    target = sum(median[s] for s in flow[: flow.index("resolve") + 1]) / 0.38 * (1.7 if loop else 1.35)
    return Flow(
        _write_process(flow, teams, owners, median, optional, (steps[at], loop), always, target),
        _write_organisation(draw, teams, lines),
        tuple(flow), owners, lines, median, optional, loop, always, target,
    )  # fmt: skip


def _draw_owners(draw: random.Random, lines: Mapping[str, int], steps: list[str]) -> dict[str, tuple[str, ...]]:
    """Return who does each step: blocks of one to three steps; the first is taken in by either of two teams.

    No block goes up by more than one line.
    """
    teams = [*lines]
    owners: dict[str, tuple[str, ...]] = {}
    block, left = (teams[0], teams[1]), draw.randint(1, 2)
    for step in steps:
        if not left:
            others = [t for t in teams[2:] if (t,) != block and lines[t] <= lines[block[-1]] + 1]
            back = len(block) == 1 and (not others or draw.random() < 0.25)
            block = (teams[0], teams[1]) if back else (draw.choice(others),)
            left = draw.randint(1, 3)
        owners[step] = block
        left -= 1
    return owners


def _write_process(
    flow: list[str],
    teams: list[str],
    owners: Mapping[str, tuple[str, ...]],
    median: Mapping[str, float],
    optional: frozenset[str],
    loop: tuple[str, str | None],
    always: bool,
    target: float,
) -> str:
    """Return the definition; a step's usual sojourn is 0.38 of its target (see `generation.planning`)."""
    lines = [
        "svcflow: 1", "process: world", "name: World", "owner: manager", f"calendar: {'always' if always else 'day'}",
        "case:", "  customer: string", "  topic: [price, fault, order, advice]", "  kind: [a, b, c]",
        "  priority: [low, medium, high]", "  verdict: [accepted, rework]", "steps:",
    ]  # fmt: skip
    for step in flow:
        role = _role(owners[step])
        within = max(round(median[step] / 0.38 * 60), 2)
        lines.append(f"  {step}: {{name: {step}, owner: {role}, within: {within}m, labels: [{step.capitalize()}]}}")
    everybody = f"[intake, {', '.join(sorted(team.lower() for team in teams[2:]))}, manager]"
    lines += [
        f"  ask: {{name: ask, owner: {everybody}, labels: [Customer asked]}}",
        "  answer: {name: answer, owner: customer, labels: [Customer answered]}",
        f"  pass_on: {{name: pass on, owner: {everybody}, labels: [Passed on]}}",
        f"  escalate: {{name: escalate, owner: {everybody}, labels: [Escalated]}}",
        f"  copy: {{name: copy, owner: {everybody}, labels: [Data copied]}}",
        f"  chase: {{name: chase, owner: {everybody}, labels: [Chased]}}",
        f"  remind: {{name: remind, owner: {everybody}, labels: [Reminder sent]}}",
        f"  file: {{name: file, owner: {everybody}, labels: [Filed]}}",
        f"  recheck: {{name: recheck, owner: {everybody}, labels: [Data checked]}}",
        "flow:",
    ]
    skip = False
    for i, step in enumerate(flow):
        if skip:
            skip = False
        elif step == loop[0] and loop[1] is not None:
            lines.append(f"  - repeat: {{do: [{step}, {flow[i + 1]}], while: verdict == rework, max: 4}}")
            skip = True
        elif step in optional:
            lines.append(f"  - {{when: kind == a, do: {step}}}")
        else:
            lines.append(f"  - {step}")
    lines += [
        "  - end: done",
        "anytime: [ask, answer, pass_on, escalate, copy, chase, remind, file, recheck]",
        "waiting: {ask: answer}",
        "slas:",
        f"  resolution: {{from: {flow[0]}, to: [resolve], target: {round(target * 60)}m, objective: 90%}}",
    ]
    if "callback" in flow:
        lines += ["rules:", "  owed: {after: resolve, then: callback, within: 5d, when: priority >= medium}"]
    return "\n".join(lines) + "\n"


def _role(owners: tuple[str, ...]) -> str:
    return "intake" if len(owners) == 2 else owners[0].lower()


def _write_organisation(draw: random.Random, teams: list[str], lines: Mapping[str, int]) -> str:
    text = [
        "svcflow: 1", "organisation: World", "timezone: Europe/Amsterdam", "calendars:",
        '  always: {mon-sun: "00:00-24:00"}', '  day: {mon-sat: "08:00-20:00"}', "roles:",
        "  customer: {external: true}", "  manager: {}", "  intake: {}",
        *(f"  {team.lower()}: {{}}" for team in teams[2:]), "teams:",
        "  Management: {lead: manager, members: {manager: 1}}",
    ]  # fmt: skip
    for i, team in enumerate(teams):
        role, size = ("intake" if i < 2 else team.lower()), draw.randint(5, 10)
        text.append(
            f"  {team}: {{lead: {role}, reports_to: Management, members: {{{role}: {size}}}, line: {lines[team]}}}"
        )
    return "\n".join(text) + "\n"
