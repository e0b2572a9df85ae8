"""Reads which problems to plant, and lets them change the visits of a case."""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

from svcflow.documents import plain, read
from svcflow.errors import InputError
from svcflow.generation import plants
from svcflow.generation.stage import Stage
from svcflow.generation.visits import Case, Visit
from svcflow.guards import suggest
from svcflow.plugins import find

_WRITTEN = {"source": "from", "target": "to"}
"""Options whose names are words of Python."""
TEAM_OPTIONS = ("source", "target", "team", "teams")
STEP_OPTIONS = ("step", "after", "through", "steps")
"""Options that name teams and steps of the workspace."""


@dataclass(frozen=True, slots=True)
class Plant:
    """One problem to plant: its kind, and its options by the names of the kind's parameters."""

    kind: str
    options: Mapping[str, Any]

    def alter(self, visit: Visit, case: Case) -> Visit:
        """Return the visit as the problem leaves it: the same object where it does not strike."""
        altered: Visit = kinds()[self.kind].alter(visit, case, **self.options)
        return altered

    @property
    def queues(self) -> bool:
        """Return whether the problem depends on when cases come to a team."""
        return bool(getattr(kinds()[self.kind], "QUEUES", False))

    def come_back(self, case: Case) -> int | None:
        """Return when the customer of a case comes back with a new one (ms), ``None`` where never."""
        decide = getattr(kinds()[self.kind], "come_back", None)
        at: int | None = decide(case, **self.options) if decide else None
        return at

    def written(self) -> dict[str, Any]:
        """Return the options as the plant file names them."""
        return {_WRITTEN.get(name, name): value for name, value in self.options.items()}


@dataclass(frozen=True, slots=True)
class Planting:
    """Problems, each with its number in the plant file."""

    plants: tuple[tuple[int, Plant], ...] = ()

    def alter(self, visit: Visit, case: Case) -> Visit:
        """Return the visit as all the problems leave it, and mark in the case which of them struck."""
        for number, plant in self.plants:
            altered = plant.alter(visit, case)
            if altered is not visit:
                case.touched.append((number, visit.enabled))
                visit = altered
        return visit


@cache
def kinds() -> dict[str, ModuleType]:
    """Return the kinds of problems by id."""
    return find(plants)


def read_plants(file: Path) -> tuple[Plant, ...]:
    """Return the problems a plant file asks for."""
    document = read(file)
    if document.faults:
        fault = document.faults[0]
        raise InputError(f"{file}:{fault.span.line}:{fault.span.column}: {fault.message}", "mend the plant file")
    content = plain(document.root)
    if not isinstance(content, dict) or content.get("svcflow") != 1 or not isinstance(content.get("plants"), list):
        raise InputError(f"{file} is no plant file", "it begins with 'svcflow: 1' and 'plants:', a list of problems")
    return tuple(make_plant(entry, f"{file}, plant {i + 1}") for i, entry in enumerate(content["plants"]))


def make_plant(entry: object, where: str = "plant") -> Plant:
    """Return the problem that one entry of a plant file describes."""
    if not isinstance(entry, dict) or not isinstance(entry.get("kind"), str):
        raise InputError(f"{where} has no kind", f"one of {', '.join(kinds())}")
    kind = entry["kind"]
    if kind not in kinds():
        raise InputError(f"{where}: unknown kind '{kind}'{suggest(kind, [*kinds()])}", f"one of {', '.join(kinds())}")
    options = {_spoken(name): value for name, value in entry.items() if name != "kind"}
    known = _parameters(kind)
    for name, value in options.items():
        if name not in known:
            names = [_WRITTEN.get(n, n) for n in known]
            raise InputError(
                f"{where}: unknown option '{name}'{suggest(name, names)}", f"{kind} knows {', '.join(names)}"
            )
        _refuse_wrong_type(known[name], value, f"{where}: '{_WRITTEN.get(name, name)}'")
    for name, parameter in known.items():
        if parameter.default is parameter.empty and name not in options:
            raise InputError(f"{where}: {kind} needs '{_WRITTEN.get(name, name)}'", "see `svcflow generate --kinds`")
    return Plant(kind, options)


def refuse_strangers(planting: tuple[Plant, ...], stage: Stage) -> None:
    """Raise `InputError` if a plant names a team, step or field that the workspace does not have."""
    teams, steps, fields = [*stage.workspace.organisation.teams], [*stage.steps], [*stage.facts.fields]
    known = dict.fromkeys(TEAM_OPTIONS, teams) | dict.fromkeys(STEP_OPTIONS, steps)
    for plant in planting:
        for name, value in plant.options.items():
            for word in value if isinstance(value, list | tuple) else (value,):
                if name in known and word is not None and word not in known[name]:
                    what = "team" if known[name] is teams else "step"
                    raise InputError(
                        f"plant {plant.kind}: unknown {what} '{word}'{suggest(str(word), known[name])}",
                        f"the workspace has {', '.join(known[name])}",
                    )
        for name in plant.options.get("sets", {}):
            if name not in fields:
                raise InputError(f"plant {plant.kind}: unknown field '{name}'{suggest(name, fields)}", "see 'case:'")


def _spoken(name: str) -> str:
    return next((spoken for spoken, written in _WRITTEN.items() if written == name), name)


def _parameters(kind: str) -> dict[str, inspect.Parameter]:
    parameters = inspect.signature(kinds()[kind].alter).parameters
    return {name: p for name, p in parameters.items() if p.kind is p.KEYWORD_ONLY}


def _refuse_wrong_type(parameter: inspect.Parameter, value: object, where: str) -> None:
    expected = str(parameter.annotation)
    number = isinstance(value, int | float) and not isinstance(value, bool)
    if parameter.name in ("share", "at"):
        if not number or not 0 <= float(str(value)) <= 1:
            raise InputError(f"{where} is a share: a number from 0 to 1", "0.25 is every fourth")
    elif expected == "float" and (not number or float(str(value)) < 0):
        raise InputError(f"{where} must be a number, not negative", "hours: 12")
    elif expected == "int" and (not isinstance(value, int) or isinstance(value, bool) or value < 1):
        raise InputError(f"{where} must be a whole number above 0", "rounds: 2")
    elif expected.startswith("str") and not isinstance(value, str):
        raise InputError(f"{where} must be a word", "see `svcflow generate --kinds`")
    elif expected.startswith("Sequence") and (not isinstance(value, list) or not value):
        raise InputError(f"{where} must be a list of words", "steps: [investigate, resolve]")
    elif expected.startswith("Mapping") and not isinstance(value, dict):
        raise InputError(f"{where} must be fields with values", "sets: {verdict: rework}")
