"""What the scenarios of a workspace exercise: the steps, the ways and the outcomes of each process.

A step is covered where an event takes its place in an explanation, a way where an explanation passes it with its
condition not known to be false, an outcome where a case ends with it. What a process runs is covered in its own text.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np

from svcflow.definitions import rules
from svcflow.definitions.model import End, Process, Task, Workspace
from svcflow.definitions.net import inlined, walk
from svcflow.execution.distances import known_false
from svcflow.execution.knowledge import Knowledge
from svcflow.execution.labels import steps_of_rows
from svcflow.execution.machine import Machine, build_machine
from svcflow.execution.scenarios import Verdict
from svcflow.execution.search import Search
from svcflow.execution.track import build_track, sequences
from svcflow.execution.walks import Alphabet
from svcflow.execution.ways import Key, Way, find_ways, list_ways
from svcflow.findings import Position, Problem

_DONE = ("sync", "anytime", "end")


@dataclass(frozen=True, slots=True)
class Share:
    """How many of how many are covered."""

    covered: int
    total: int

    def __add__(self, other: Share) -> Share:
        return Share(self.covered + other.covered, self.total + other.total)

    @property
    def share(self) -> float:
        """Return the covered part, 0..1; all of nothing is 1."""
        return self.covered / self.total if self.total else 1.0


@dataclass(frozen=True, slots=True)
class Coverage:
    """One process: how many scenarios it has, what of it they cover, and a problem for each part left out."""

    process: str
    scenarios: int
    steps: Share
    ways: Share
    outcomes: Share
    problems: tuple[Problem, ...]

    @property
    def whole(self) -> Share:
        """Return steps, ways and outcomes together."""
        return self.steps + self.ways + self.outcomes


@dataclass
class _Played:
    """What scenarios did, in the text of which process."""

    steps: set[tuple[str, str]]
    ways: set[Key]
    outcomes: set[tuple[str, str]]


def measure_coverage(workspace: Workspace, verdicts: Iterable[Verdict]) -> tuple[Coverage, ...]:
    """Return what the executed scenarios of a workspace cover, one for each of its processes."""
    machines = {name: build_machine(process, workspace) for name, process in workspace.processes.items()}
    found = {name: find_ways(machines[name].net, workspace.processes[name], workspace.processes) for name in machines}
    played = _Played(set(), set(), set())
    counts = dict.fromkeys(machines, 0)
    for verdict in verdicts:
        name = verdict.process
        counts[name] += 1
        if name in verdict.runs.processes:
            _note(played, verdict, workspace)
            passed = _passed(verdict, machines[name])
            played.ways |= {found[name][number] for number in passed if number in found[name]}
    return tuple(
        _measure(process, machines[name], played, counts[name]) for name, process in workspace.processes.items()
    )


def _note(played: _Played, verdict: Verdict, workspace: Workspace) -> None:
    """Note the steps and the outcome of an executed scenario."""
    run = verdict.runs.processes[verdict.process]
    parts = inlined(workspace.processes[verdict.process], workspace.processes)
    owners = {step: part.id for part in reversed(parts) for step in part.steps}
    played.steps |= {(owners[move["step"]], move["step"]) for move in run.moves if move["kind"] in _DONE}
    played.outcomes.add((verdict.process, run.cases.get(0)["outcome"]))


def _passed(verdict: Verdict, machine: Machine) -> Iterator[int]:
    """Yield the silent transitions that the explanation of a scenario passes with good reason."""
    runs, process = verdict.runs, verdict.runs.processes[verdict.process].process
    knowledge, names = Knowledge(runs.log), tuple(process.steps)
    track = build_track(knowledge, steps_of_rows(process, knowledge, by_id=True), np.zeros(1, np.int64), runs.as_of)
    seen = sequences(track, machine.net.guards, len(names), judged=True)
    alphabet = Alphabet(names, seen.signatures, {names.index(a.step): a.outcome for a in process.anytime})
    (walk_,) = Search(machine, alphabet).explain(seen.distinct)
    for act in walk_.acts:
        if act.edge < 0:
            continue
        number = machine.edges[act.edge][1]
        signature = seen.signatures[alphabet.read(int(seen.distinct[0][act.position]))[1]]
        if act.edge in machine.forgiven or not known_false(machine.net.transitions[number].decision, signature):
            yield number


def _measure(process: Process, machine: Machine, played: _Played, scenarios: int) -> Coverage:
    ways = list(list_ways(process))
    steps = [step for step in process.steps if (process.id, step) not in played.steps]
    missed = [way for way in ways if way.key not in played.ways]
    outcomes = _outcomes(process, machine)
    unmet = [outcome for outcome in outcomes if (process.id, outcome) not in played.outcomes]
    untouched = len(steps) == len(process.steps) and len(missed) == len(ways)
    if untouched:
        rule = f"no scenario plays '{process.id}'"
        problems = [_problem("uncovered-step", rule, process.position)]
    else:
        problems = list(_report(process, steps, missed, unmet))
    return Coverage(
        process.id,
        scenarios,
        Share(len(process.steps) - len(steps), len(process.steps)),
        Share(len(ways) - len(missed), len(ways)),
        Share(len(outcomes) - len(unmet), len(outcomes)),
        tuple(sorted(problems, key=lambda problem: (problem.position, problem.code, problem.message))),
    )


def _outcomes(process: Process, machine: Machine) -> list[str]:
    """Return every way in which a case of the process can end."""
    reached = sorted({number for _, number, _ in machine.edges})
    ends = [machine.net.transitions[number].outcome for number in reached]
    return [*dict.fromkeys(o for o in (*ends, *(a.outcome for a in process.anytime)) if o is not None)]


def _report(process: Process, steps: list[str], missed: list[Way], unmet: list[str]) -> Iterator[Problem]:
    """Yield a problem for each part left out, but for those that lie on a way left out: one gap, one problem."""
    hidden = tuple(way.within for way in missed if way.within is not None)

    def is_hidden(path: str, *, way: str | None = None) -> bool:
        return any(path == w or path.startswith(f"{w}/") for w in hidden if w != way)

    tasks = {item.step: item for item in walk(process.flow) if isinstance(item, Task)}
    for step in steps:
        if step not in tasks or not is_hidden(tasks[step].path):
            yield _problem("uncovered-step", f"no scenario does '{step}'", process.steps[step].position)
    for way in missed:
        if not is_hidden(way.key.path, way=way.within):
            yield _problem("uncovered-branch", f"no scenario {way.says}", way.position)
    ends = [item for item in walk(process.flow) if isinstance(item, End)]
    for outcome in unmet:
        places = [end.position for end in ends if end.outcome == outcome and not is_hidden(end.path)]
        places += [a.position for a in process.anytime if a.outcome == outcome and a.step not in steps]
        elsewhere = not any(end.outcome == outcome for end in ends) and outcome not in {
            a.outcome for a in process.anytime
        }
        for place in places[:1] or ([process.flow.position] if elsewhere else []):
            yield _problem("uncovered-branch", f"no scenario ends as '{outcome}'", place)


def _problem(rule: str, message: str, position: Position) -> Problem:
    module = rules.catalogue()[rule]
    return Problem(module.CODE, rule, module.SEVERITY, message, position)
