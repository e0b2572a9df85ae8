"""How long the steps between a clock's start and its stop may take, if each just keeps its own target.

The longest straight path, each loop once: a sequence adds, parallel branches and choices take the longest, branches
that end before the stop do not count (definitions.md 4, SVC502). Time on different calendars cannot be added, so a way
is a chain of spells, each on one calendar.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from svcflow.definitions.model import (
    AnyOf,
    Choose,
    End,
    Item,
    May,
    Parallel,
    Process,
    Repeat,
    Run,
    Sequence,
    Sla,
    Step,
    Target,
    Task,
    When,
)
from svcflow.definitions.net import inlined

Chain = tuple[tuple[str, int], ...]
"""(calendar, seconds), one spell after the other; neighbours are on different calendars."""
Data = Mapping[str, object]
MOST_CHAINS = 32


@dataclass(frozen=True, slots=True)
class Stretch:
    """One longest way: its spells, and the step that stops the clock."""

    chain: Chain
    stop: str


@dataclass(frozen=True, slots=True)
class _State:
    """Where a case can be: the clock not yet started (`idle`), or started and so much used (`running`)."""

    idle: bool
    running: tuple[Chain, ...] = ()

    @property
    def nowhere(self) -> bool:
        return not self.idle and not self.running


@dataclass(slots=True)
class Routes:
    """Finds the ways of a process for one SLA and one case's data; what is not in the data is taken as it may come."""

    process: Process
    processes: Mapping[str, Process]
    sla: Sla
    data: Data
    _steps: dict[str, Step] = field(init=False)
    _stops: list[Stretch] = field(init=False, default_factory=list)
    _exits: list[_State] = field(init=False, default_factory=list)
    _running: list[str] = field(init=False, default_factory=list)

    def __post_init__(self) -> None:
        """Collect the steps that the flow can name."""
        self._steps = {}
        for part in inlined(self.process, self.processes):
            for name, step in part.steps.items():
                self._steps.setdefault(name, step)

    def find(self) -> tuple[Stretch, ...]:
        """Return the longest ways from the start of the clock to its stop."""
        self._stops = []
        self._pass(self.process.flow, _State(idle=True))
        longest = longest_of(tuple(stretch.chain for stretch in self._stops))
        return tuple(next(s for s in self._stops if s.chain == chain) for chain in longest)

    def _pass(self, item: Item, state: _State) -> _State:  # noqa: C901, PLR0911 - one kind, one return
        """Return where a case can be after an item."""
        if state.nowhere:
            return state
        match item:
            case Task():
                return self._task(item, state)
            case Sequence():
                for inner in item.items:
                    state = self._pass(inner, state)
                return state
            case Parallel():
                return self._parallel(item, state)
            case Choose():
                return self._choose(item, state)
            case AnyOf():
                return _either(*(self._pass(inner, state) for inner in item.items))
            case May():
                return _either(state, self._pass(item.item, state))
            case When():
                truth = item.guard.evaluate(self.data)
                inside = state if truth is False else self._pass(item.item, state)
                return inside if truth is not None else _either(state, inside)
            case Repeat():
                return self._pass(item.do, state)
            case Run():
                return self._run(item, state)
            case End():
                self._exits.append(state)
                return _State(idle=False)

    def _task(self, item: Task, state: _State) -> _State:
        running = state.running
        step = self._steps.get(item.step)
        seconds = longest_target(step.within, self.data) if step is not None else 0
        if seconds and step is not None:
            spell = (step.calendar or self.process.calendar, seconds)
            running = tuple(append(chain, spell) for chain in running)
        if item.step in self.sla.stop:
            self._stops += (Stretch(chain, item.step) for chain in running)
            running = ()
        if state.idle and item.step in self.sla.start:
            return _State(idle=False, running=longest_of((*running, ())))
        return _State(state.idle, running)

    def _choose(self, item: Choose, state: _State) -> _State:
        ways = []
        for branch in item.branches:
            truth = True if branch.guard is None else branch.guard.evaluate(self.data)
            if truth is not False:
                ways.append(self._pass(branch.item, state))
            if truth:
                break
        return _either(*ways)

    def _parallel(self, item: Parallel, state: _State) -> _State:
        """Take the longest branch; one that stops the clock stops it for all."""
        running = self._side_by_side(item, state.running) if state.running else ()
        if not state.idle:
            return _State(idle=False, running=running)
        idle = True
        for number, branch in enumerate(item.branches):
            begun = self._pass(branch, _State(idle=True))
            idle = idle and begun.idle
            if begun.running:
                others = replace(item, branches=item.branches[:number] + item.branches[number + 1 :])
                beside = self._side_by_side(others, ((),)) if others.branches else ()
                running = longest_of((*running, *begun.running, *beside))
        return _State(idle, running)

    def _side_by_side(self, item: Parallel, chains: tuple[Chain, ...]) -> tuple[Chain, ...]:
        before, self._stops = self._stops, []
        ends: list[tuple[Chain, ...]] = []
        stops: list[list[Stretch]] = []
        sure: list[list[Stretch]] = []
        for branch in item.branches:
            self._stops = []
            after = self._pass(branch, _State(idle=False, running=chains))
            ends.append(after.running)
            (stops if after.running else sure).append(self._stops)
        first = min(sure, key=_latest, default=None)
        self._stops = [*before, *(stretch for some in (stops if first is None else [first]) for stretch in some)]
        return () if first is not None else longest_of(tuple(chain for end in ends for chain in end))

    def _run(self, item: Run, state: _State) -> _State:
        """Pass another process; its ends lead on."""
        process = self.processes.get(item.process)
        if process is None or process.id in self._running:
            return state
        outside, self._exits = self._exits, []
        self._running.append(process.id)
        after = self._pass(process.flow, state)
        self._running.pop()
        exits, self._exits = self._exits, outside
        return _either(after, *exits)


def append(chain: Chain, spell: tuple[str, int]) -> Chain:
    """Return a chain with one more spell; two on the same calendar become one.

    >>> append((("office", 60),), ("office", 30))
    (('office', 90),)
    """
    if chain and chain[-1][0] == spell[0]:
        return (*chain[:-1], (spell[0], chain[-1][1] + spell[1]))
    return (*chain, spell)


def longest_of(chains: tuple[Chain, ...]) -> tuple[Chain, ...]:
    """Return the chains that no other is as long as, spell by spell; the longest few if they are many."""
    best: dict[tuple[str, ...], list[Chain]] = {}
    for chain in sorted(set(chains), key=lambda chain: (-sum(seconds for _, seconds in chain), chain)):
        rivals = best.setdefault(tuple(calendar for calendar, _ in chain), [])
        if not any(all(a[1] >= b[1] for a, b in zip(rival, chain, strict=True)) for rival in rivals):
            rivals.append(chain)
    kept = [chain for rivals in best.values() for chain in rivals]
    if len(kept) > 1:
        kept = [chain for chain in kept if chain]
    return tuple(sorted(kept, key=lambda chain: -sum(seconds for _, seconds in chain))[:MOST_CHAINS])


def longest_target(target: Target | None, data: Data) -> int:
    """Return the seconds a step may take for a case; the most it may ever take where the data do not tell."""
    if target is None:
        return 0
    if target.constant is not None or target.by is None:
        return target.constant or 0
    if target.by not in data:
        return max((target.otherwise or 0, *(seconds for _, seconds in target.values)))
    found = entry_of(target, data)
    return dict(target.values).get(found, target.otherwise or 0)


def entry_of(target: Target, data: Data) -> str:
    """Return the entry of a target that a case falls under: a value of its field, or ``else``."""
    value = data.get(target.by or "")
    word = str(value).lower() if isinstance(value, bool) else str(value)
    return word if word in dict(target.values) else "else"


def _either(*states: _State) -> _State:
    idle = any(state.idle for state in states)
    return _State(idle, longest_of(tuple(chain for state in states for chain in state.running)))


def _latest(stops: list[Stretch]) -> int:
    return max((sum(seconds for _, seconds in stretch.chain) for stretch in stops), default=0)
