"""One explanation as a story: its moves with the event that enabled each, and its departures from the flow.

A story belongs to a sequence of steps and signatures, not to a case: positions stand for events, and every case with
that sequence has this story. Tokens carry the position of the event that made them; since events are in order of
time, the latest token is the one with the highest position (definitions.md 3.6).
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import NamedTuple

from svcflow.definitions.net import Transition
from svcflow.execution.distances import known_false, unknown
from svcflow.execution.machine import Loop, Machine
from svcflow.execution.search import Search
from svcflow.execution.walks import Act, Move, Symbols, Walk

NONE = -1
PENDING = 6
MOVES = ("silent", "skip", "sync", "extra", "anytime", "end", "pending")


class Told(NamedTuple):
    """One move: `kind` indexes MOVES; `position` is the event, or the event before which a step was skipped."""

    kind: int
    step: int
    position: int
    enabled: int
    round: int


class Departure(NamedTuple):
    """One departure from the flow. `other` is a second event or place; `path` the item of the flow it is about.

    `guard` is the guard that speaks against it (D201, D202) or could not be judged (D203); `rounds` the round (D105).
    """

    code: str
    step: int
    position: int
    other: int
    path: str
    guard: int
    rounds: int


@dataclass(frozen=True, slots=True)
class Story:
    """What the definition says about a sequence of events; `pending` is what an open case waits for."""

    cost: int
    closed: bool
    outcome: str
    moves: tuple[Told, ...]
    departures: tuple[Departure, ...]
    pending: tuple[Told, ...]


def tell(search: Search, sequence: Symbols, walk: Walk) -> Story:
    """Return the story of a walk."""
    return _Teller(search, [search.alphabet.read(s) for s in sequence.tolist()]).tell(walk)


@dataclass
class _Teller:
    search: Search
    events: list[tuple[int, int]]
    moves: list[Told] = field(default_factory=list)
    departures: list[Departure] = field(default_factory=list)
    extras: list[Act] = field(default_factory=list)
    outcome: str = "open"

    def __post_init__(self) -> None:
        self.machine: Machine = self.search.machine
        self.index = self.search.index
        self.tokens: dict[int, int] = {self.machine.net.source: 0}
        self.rounds: dict[str, int] = {}
        self.loops: dict[int, Loop] = self.machine.counting
        self._waiting: list[Departure] = []
        self._unjudged: set[int] = set()

    def tell(self, walk: Walk) -> Story:
        """Play the walk and return what it shows."""
        for act in walk.acts:
            if act.move in (Move.EXTRA, Move.ANYTIME):
                self._stand(act)
            elif act.move is Move.STOP:
                self._stop(act)
            else:
                self._fire(act)
        self._flush(NONE, len(self.events) - 1)
        self._sort_out_extras()
        pending = () if walk.closed else tuple(self._pending(walk.state))
        outcome = self.outcome if walk.closed else "open"
        departures = tuple(sorted(self.departures, key=lambda d: (d.position, d.code, d.step)))
        return Story(walk.cost, walk.closed, outcome, tuple(self.moves), departures, pending)

    def _stand(self, act: Act) -> None:
        """Take an event that moves nothing."""
        step = self.events[act.position][0]
        self.moves.append(Told(int(act.move), step, act.position, NONE, NONE))
        if act.move is Move.EXTRA:
            self.extras.append(act)

    def _stop(self, act: Act) -> None:
        """Take an `anytime` step that ends the case."""
        step = self.events[act.position][0]
        self.moves.append(Told(int(act.move), step, act.position, NONE, NONE))
        self.tokens = {self.machine.net.sink: act.position}
        self.outcome = self.search.alphabet.anytime[step] or self.outcome

    def _fire(self, act: Act) -> None:
        """Take a transition: move the tokens, note a step or judge a decision."""
        number = self.machine.edges[act.edge][1]
        transition = self.machine.net.transitions[number]
        enabled = _move_tokens(self.tokens, transition, act.position if act.move is Move.SYNC else None)
        if transition.step is None:
            self._pass(act, number)
            return
        step, path = self.index[transition.step], transition.path
        if self._waiting:
            self._flush(step, act.position, path)
        self.moves.append(Told(int(act.move), step, act.position, enabled, self._round_of(number)))
        if act.move is Move.SKIP:
            self.departures.append(Departure("D101", step, act.position, NONE, path, NONE, NONE))

    def _pass(self, act: Act, number: int) -> None:
        """Take a silent transition: count rounds, judge its decision."""
        transition = self.machine.net.transitions[number]
        if transition.outcome is not None:
            self.outcome = transition.outcome
        loop = self.loops.get(number)
        if loop is not None:
            count = self.rounds[loop.path] = 1 if number == loop.enter else self.rounds.get(loop.path, 1) + 1
            if number == loop.again and loop.most is not None and count > loop.most:
                self._waiting.append(Departure("D105", NONE, NONE, NONE, loop.path, NONE, count))
        if transition.decision is None or act.edge in self.machine.forgiven:
            return
        signature = self._signature(act.position)
        if known_false(transition.decision, signature):
            guard = next(g for g, holds in transition.decision.literals if signature[g] == int(not holds))
            self._waiting.append(Departure("D201", NONE, NONE, NONE, transition.path, guard, NONE))
        elif unknown(transition.decision, signature):
            guard = next(g for g, _ in transition.decision.literals if signature[g] < 0)
            if guard not in self._unjudged:
                self._unjudged.add(guard)
                self._waiting.append(Departure("D203", NONE, NONE, NONE, transition.path, guard, NONE))

    def _flush(self, step: int, position: int, path: str = "") -> None:
        """Give what was passed on the way to the step at `path` its step and its place.

        A round too many waits for a step of its own repeat: beside it another branch may go on.
        """
        later = [d for d in self._waiting if d.code == "D105" and step != NONE and not path.startswith(d.path + "/")]
        self.departures.extend(d._replace(step=step, position=position) for d in self._waiting if d not in later)
        self._waiting[:] = later

    def _signature(self, position: int) -> tuple[int, ...]:
        return self.search.alphabet.signatures[self.events[position][1]]

    def _round_of(self, number: int) -> int:
        around = self.machine.around[number]
        return 1 if around is None else self.rounds.get(around, 1)

    def _sort_out_extras(self) -> None:
        """Say of every event the explanation could not use why not."""
        skipped: dict[int, list[Departure]] = {}
        for departure in self.departures:
            if departure.code == "D101":
                skipped.setdefault(departure.step, []).append(departure)
        done: dict[int, list[int]] = {}
        for move in self.moves:
            if move.kind == Move.SYNC:
                done.setdefault(move.step, []).append(move.position)
        kept: Counter[Departure] = Counter(self.departures)
        for act in self.extras:
            step = self.events[act.position][0]
            twins = skipped.get(step)
            if twins:
                twin = min(twins, key=lambda d: (abs(d.position - act.position), d.position))
                twins.remove(twin)
                kept[twin] -= 1
                kept[twin._replace(code="D104", position=act.position, other=twin.position)] += 1
                continue
            times = done.get(step, ())
            earlier = bisect_left(times, act.position)
            kept[self._extra(act, step, times[earlier - 1] if earlier else NONE)] += 1
        self.departures = list(kept.elements())

    def _extra(self, act: Act, step: int, earlier: int) -> Departure:
        path = self._path_of(step)
        if self.machine.ended[act.state]:
            return Departure("D106", step, act.position, NONE, path, NONE, NONE)
        if earlier != NONE:
            return Departure("D103", step, act.position, earlier, path, NONE, NONE)
        against = self._refused(act, step)
        if against is not None:
            return Departure("D202", step, act.position, NONE, against[0], against[1], NONE)
        return Departure("D102", step, act.position, NONE, path, NONE, NONE)

    def _path_of(self, step: int) -> str:
        edges = self.machine.taking.get(self.search.alphabet.steps[step], ())
        return self.machine.net.transitions[edges[0][1]].path if edges else ""

    def _refused(self, act: Act, step: int) -> tuple[str, int] | None:
        """Return the decision (path, guard) that kept a step from being due here, if nothing else did."""
        begins = {edge[0] for edge in self.machine.taking.get(self.search.alphabet.steps[step], ())}
        signature = self._signature(act.position)
        best: dict[int, tuple[str, int] | None] = {act.state: None}
        waiting = [act.state]
        refused: list[tuple[int, tuple[str, int]]] = []
        # First all that is reached freely, then what lies behind one refusing decision.
        while waiting or refused:
            if not waiting:
                state, reason = refused.pop(0)
                if state in best:
                    continue
                best[state] = reason
                waiting.append(state)
            state = waiting.pop()
            for edge, number, following in self.machine.leaving[state]:
                transition = self.machine.net.transitions[number]
                if transition.step is not None or following in best:
                    continue
                if known_false(transition.decision, signature) and edge not in self.machine.forgiven:
                    assert transition.decision is not None
                    guard = next(g for g, holds in transition.decision.literals if signature[g] == int(not holds))
                    refused.append((following, best[state] or (transition.path, guard)))
                else:
                    best[following] = best[state]
                    waiting.append(following)
        return next((best[state] for state in sorted(begins) if best.get(state) is not None), None)

    def _pending(self, state: int) -> Iterable[Told]:
        """Yield the steps that an open case may go on with, each with the event since which it could."""
        ways = self.search.ways(self.events[-1][1])
        for name, edges in sorted(self.machine.taking.items(), key=lambda item: self.index[item[0]]):
            begins = [(edge[0], edge[1]) for edge in edges if ways.freely(state, edge[0])]
            if not begins:
                continue
            begin, number = min(begins)
            tokens = dict(self.tokens)
            for edge in ways.way(state, begin):
                _move_tokens(tokens, self.machine.net.transitions[self.machine.edges[edge][1]], None)
            enabled = _move_tokens(tokens, self.machine.net.transitions[number], None)
            yield Told(PENDING, self.index[name], NONE, enabled, self._round_of(number))


def _move_tokens(tokens: dict[int, int], transition: Transition, position: int | None) -> int:
    """Fire a transition: return the stamp of its latest token; its own tokens take that, or `position` if given."""
    consumes = transition.consumes
    enabled = tokens.pop(consumes[0])
    for place in consumes[1:]:
        enabled = max(enabled, tokens.pop(place))
    for place in transition.produces:
        tokens[place] = enabled if position is None else position
    return enabled
