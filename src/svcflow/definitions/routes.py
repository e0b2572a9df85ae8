"""How long the steps between a clock's start and its stop may take, if each just keeps its own target.

The longest straight path, each loop once: a sequence adds, parallel branches and choices take the longest, branches
that end before the stop do not count (definitions.md 4, SVC502). Time on different calendars cannot be added, so a way
is a chain of spells, each on one calendar.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import groupby

from svcflow.definitions.chains import Chain, Data, append, join, longest_of, longest_target
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
    Task,
    When,
)
from svcflow.definitions.net import inlined, items_of


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


@dataclass(frozen=True, slots=True)
class _Part:
    """An item that is `plain` has neither start nor stop nor another process in it; it reads `fields`."""

    plain: bool
    fields: tuple[str, ...]


@dataclass(slots=True)
class Routes:
    """Finds the ways of a process for one SLA, case by case; what is not in the data is taken as it may come."""

    process: Process
    processes: Mapping[str, Process]
    sla: Sla
    data: Data = field(default_factory=dict)
    _steps: dict[str, Step] = field(init=False)
    _spells: dict[str, tuple[str, int]] = field(init=False, default_factory=dict)
    _constant: dict[str, tuple[str, int]] = field(init=False, default_factory=dict)
    _stops: list[Stretch] = field(init=False, default_factory=list)
    _parts: dict[int, _Part] = field(init=False, default_factory=dict)
    _grouped: dict[int, tuple[Item, ...]] = field(init=False, default_factory=dict)
    _own: dict[tuple[object, ...], tuple[Chain, ...]] = field(init=False, default_factory=dict)
    _exits: list[_State] = field(init=False, default_factory=list)
    _running: list[str] = field(init=False, default_factory=list)

    def __post_init__(self) -> None:
        """Collect the steps that the flow can name, and what its parts depend on."""
        self._steps = {}
        for part in inlined(self.process, self.processes):
            for name, step in part.steps.items():
                self._steps.setdefault(name, step)
        self._learn(self.process.flow)

    def _learn(self, item: Item) -> _Part:
        """Note of an item, and of all inside it, whether it is plain and which fields it reads."""
        parts = [self._learn(inner) for inner in items_of(item)]
        fields: set[str] = {name for part in parts for name in part.fields}
        plain = all(part.plain for part in parts)
        match item:
            case Task():
                step = self._steps.get(item.step)
                plain = item.step not in (*self.sla.start, *self.sla.stop)
                fields |= {step.within.by} if step and step.within and step.within.by else set()
            case When():
                fields |= {*item.guard.fields}
            case Choose():
                fields |= {name for branch in item.branches if branch.guard for name in branch.guard.fields}
            case Run():
                plain = False
            case Sequence():
                self._grouped[id(item)] = tuple(self._group(item, parts))
        part = self._parts[id(item)] = _Part(plain, tuple(sorted(fields)))
        return part

    def _group(self, item: Sequence, parts: list[_Part]) -> Iterator[Item]:
        """Yield the items of a sequence; plain neighbours that read the same fields as one."""
        for part, listed in groupby(zip(parts, item.items, strict=True), key=lambda pair: pair[0]):
            items = tuple(inner for _, inner in listed)
            if not part.plain or len(items) == 1:
                yield from items
            else:
                together = Sequence(items, item.path, item.position)
                self._parts[id(together)] = part
                yield together

    def find(self, data: Data) -> tuple[Stretch, ...]:
        """Return the longest ways from the start of the clock to its stop, for a case with these data."""
        self.data, self._stops, self._spells = data, [], dict(self._constant)
        self._pass(self.process.flow, _State(idle=True))
        longest = longest_of(tuple(stretch.chain for stretch in self._stops))
        return tuple(next(s for s in self._stops if s.chain == chain) for chain in longest)

    def _pass(self, item: Item, state: _State) -> _State:
        """Return where a case can be after an item; what an item without start and stop takes is worked out once."""
        if state.nowhere:
            return state
        part = self._parts.get(id(item))
        if part is None or not part.plain or self._running or isinstance(item, Task):
            return self._enter(item, state)
        key = id(item), *map(self.data.get, part.fields)
        own = self._own.get(key)
        if own is None:
            own = self._own[key] = self._enter(item, _State(idle=False, running=((),))).running
        running = longest_of(tuple([join(chain, after) for chain in state.running for after in own]))
        return _State(state.idle and bool(own), running)

    def _enter(self, item: Item, state: _State) -> _State:  # noqa: PLR0911 - one kind, one return
        match item:
            case Task():
                return self._task(item, state)
            case Sequence():
                for inner in self._grouped.get(id(item), item.items):
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
        if running and (spell := self._spell(item.step))[1]:
            running = tuple([append(chain, spell) for chain in running])
        if item.step in self.sla.stop:
            self._stops += (Stretch(chain, item.step) for chain in running)
            running = ()
        if state.idle and item.step in self.sla.start:
            return _State(idle=False, running=longest_of((*running, ())))
        return _State(state.idle, running)

    def _spell(self, name: str) -> tuple[str, int]:
        """Return what a step may take in this case, and on which calendar."""
        found = self._spells.get(name)
        if found is None:
            step = self._steps.get(name)
            seconds = longest_target(step.within, self.data) if step is not None else 0
            calendar = step.calendar if step is not None else None
            found = self._spells[name] = calendar or self.process.calendar, seconds
            if step is None or step.within is None or step.within.by is None:
                self._constant[name] = found
        return found

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


def _either(*states: _State) -> _State:
    idle = any(state.idle for state in states)
    return _State(idle, longest_of(tuple(chain for state in states for chain in state.running)))


def _latest(stops: list[Stretch]) -> int:
    return max((sum(seconds for _, seconds in stretch.chain) for stretch in stops), default=0)
