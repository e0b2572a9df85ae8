"""The data of a played case: what is known at opening, which step sets what, and values that suit the guards.

The definition does not say who sets a field, so it is read from the flow: a field that only decisions read is set by
the step before the first decision that reads it; every other field is known when the case opens. Nor does it say how
likely a value is: the main path is likely, what loops or leaves it is not.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TypeAlias

from svcflow.definitions.model import Process
from svcflow.generation.decisions import Decision, find_decisions
from svcflow.generation.draws import Draws
from svcflow.guards import Field, Guard

Fact: TypeAlias = str | float | bool
Facts: TypeAlias = dict[str, Fact]

_EXCEPTIONAL = {"loop": 0.13, "leave": 0.1, "branch": 0.3}
_ABOVE = 2.4
"""A number's median lies this factor below the smallest limit a guard compares it with."""
_SPREAD = 1.1
CUSTOMER = "customer"
"""A text field of this name says whose case it is; other texts have no values to draw from."""
_CUSTOMERS = 10_000_000


@dataclass(frozen=True)
class FactModel:
    """Who sets which field of a process, and how its values are drawn."""

    process: Process
    processes: Mapping[str, Process]

    @cached_property
    def decisions(self) -> tuple[Decision, ...]:
        """Return the decisions of the flow, those of inlined processes too."""
        return tuple(find_decisions(self.process.flow, self.processes))

    @cached_property
    def fields(self) -> dict[str, Field]:
        """Return the fields that a case carries: those that decisions or anything else may read."""
        inlined = (p for p in self.processes.values() if p is not self.process and self._inlines(p))
        known = {name: of for p in inlined for name, of in p.fields.items()}
        return known | self.process.fields

    @cached_property
    def setters(self) -> dict[str, tuple[str, ...]]:
        """Return for each step the fields that its events set."""
        early = set(_read_elsewhere(self.process))
        setters: dict[str, list[str]] = {}
        seen: set[str] = set()
        for decision in self.decisions:
            for name in decision.guard.fields:
                if name in early or name in seen:
                    continue
                seen.add(name)
                for step in sorted(decision.after):
                    setters.setdefault(step, []).append(name)
        return {step: tuple(names) for step, names in setters.items()}

    @cached_property
    def opening(self) -> tuple[str, ...]:
        """Return the fields known when a case opens; texts but the customer have no values to draw from: left out."""
        late = {name for names in self.setters.values() for name in names}
        return tuple(
            name
            for name, of in self.fields.items()
            if name not in late and (of.kind not in ("string", "datetime") or (of.kind, name) == ("string", CUSTOMER))
        )

    def open_case(self, draws: Draws) -> Facts:
        """Return the data of a case at opening; this process applies to it."""
        facts: Facts = {}
        for name in self.opening:
            facts[name] = self.draw(name, draws, f"open/{name}")
        wanted = self.process.applies_to
        if wanted is not None and wanted.evaluate(facts) is not True:
            facts |= satisfy(wanted, self.fields, facts)
        return facts

    def draw(self, name: str, draws: Draws, question: str) -> Fact:
        """Return one value of a field."""
        of = self.fields[name]
        if of.kind in ("number", "integer"):
            return self._draw_number(of, draws, question)
        if of.kind == "string":
            return f"C{int(draws.uniform(question) * _CUSTOMERS):07d}"
        options: tuple[Fact, ...] = of.values if of.kind == "enum" else (True, False)
        return draws.choose(question, options, self._weigh(name, options))

    def _inlines(self, other: Process) -> bool:
        return any(d.process == other.id for d in self.decisions)

    def _weigh(self, name: str, options: tuple[Fact, ...]) -> list[float]:
        """Return the weights of a field's values: each half of the one before, but few for a guard's exceptions."""
        for decision in self.decisions:
            if decision.guard.fields == (name,) and decision.kind in _EXCEPTIONAL:
                odd = [decision.guard.evaluate({name: value}) is True for value in options]
                if any(odd) and not all(odd):
                    share = _EXCEPTIONAL[decision.kind]
                    return [share / sum(odd) if o else (1 - share) / (len(odd) - sum(odd)) for o in odd]
        return [1.0, 1.0] if options == (True, False) else [0.5**i for i in range(len(options))]

    def _draw_number(self, of: Field, draws: Draws, question: str) -> Fact:
        limits = [n for d in self.decisions if of.name in d.guard.fields for n in _numbers(d.guard) if n > 0]
        value = draws.lognormal(question, min(limits, default=100.0) / _ABOVE, _SPREAD)
        return round(value, -1) if value >= 100 else float(round(value))


def satisfy(guard: Guard, fields: Mapping[str, Field], facts: Mapping[str, Fact], *, wanted: bool = True) -> Facts:
    """Return values for the fields of `guard` that make it `wanted`, changing as few of `facts` as possible.

    Empty where none of the tried values does (the guard may be constant).
    """

    def search(names: tuple[str, ...], chosen: Facts) -> Facts | None:
        if guard.evaluate({**facts, **chosen}) is wanted:
            return chosen
        if not names:
            return None
        found = search(names[1:], chosen)
        candidates: Iterator[Facts] = ({**chosen, names[0]: v} for v in _candidates(fields[names[0]], guard))
        return (
            found
            if found is not None
            else next((f for c in candidates if (f := search(names[1:], c)) is not None), None)
        )

    return search(guard.fields, {}) or {}


def _candidates(of: Field, guard: Guard) -> list[Fact]:
    if of.kind == "enum":
        return [*of.values]
    if of.kind == "boolean":
        return [True, False]
    if of.kind in ("number", "integer"):
        return [n + step for n in _numbers(guard) for step in (0, -1, 1)]
    return [a or b for a, b in re.findall(r"'([^']*)'|\"([^\"]*)\"", guard.text)]


def _numbers(guard: Guard) -> list[float]:
    return [float(n) for n in re.findall(r"(?<![\w.])-?\d+(?:\.\d+)?(?![\w.])", guard.text)]


def _read_elsewhere(process: Process) -> Iterator[str]:
    """Yield the fields that something other than a decision of the flow reads: they are known from the start."""
    guards = [process.applies_to, *(s.when for s in process.slas.values()), *(r.when for r in process.rules.values())]
    for guard in guards:
        yield from guard.fields if guard else ()
    targets = [*(s.within for s in process.steps.values()), *(s.target for s in process.slas.values())]
    yield from (t.by for t in targets if t is not None and t.by)
    yield from (s.spends for s in process.steps.values() if s.spends)
    yield from (name for s in process.steps.values() for name in s.needs)
