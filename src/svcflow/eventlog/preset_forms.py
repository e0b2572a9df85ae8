"""The forms in which a known system exports its tickets: the columns each is known by, and how it is read."""

from __future__ import annotations

from collections.abc import Mapping as Map
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

Names = tuple[str, ...]


@dataclass(frozen=True)
class Form:
    """One kind of file that a system exports.

    It is known by having all columns of `signature` and, where `any_of` is given, at least `least` of those. `content`
    has the keys of a mapping file; where that names one column, a tuple here names several spellings of it, and the
    first that the export has counts (a last one of ``None``: there is no other). What names a column that the export
    does not have is left out.
    """

    name: str
    signature: Names
    content: Map[str, Any]
    any_of: Names = ()
    least: int = 1

    def match(self, names: Names) -> int:
        """Return how many columns speak for this form; 0 where it is not this form."""
        known = {normalise(name) for name in names}
        if not all(normalise(name) in known for name in self.signature):
            return 0
        others = sum(normalise(name) in known for name in self.any_of)
        return len(self.signature) + others if not self.any_of or others >= self.least else 0

    def resolve(self, names: Names) -> dict[str, Any]:
        """Return `content` with the names of the columns as this export spells them."""
        there = {normalise(name): name for name in reversed(names)}
        content = dict(self.content)
        content["columns"] = _columns(content.get("columns", {}), there)
        if "milestones" in content:
            content["milestones"] = _milestones(content["milestones"], there)
        for key in ("values", "formats", "rename"):
            if key in content:
                found = {there[normalise(name)]: v for name, v in content[key].items() if normalise(name) in there}
                content[key] = found
        return {key: value for key, value in content.items() if value not in ({}, [], "")}


@dataclass(frozen=True)
class Preset:
    """A system whose export was recognised: its id and name, and the form of the file."""

    id: str
    system: str
    form: Form
    names: Names = field(repr=False)

    @cached_property
    def content(self) -> dict[str, Any]:
        """Return how the file is read, with the keys of a mapping file."""
        return self.form.resolve(self.names)

    @property
    def note(self) -> str:
        """Return what to say about it."""
        return f"export of {self.system} ({self.form.name}): preset {self.id}; `preset: none` in a mapping turns it off"


def normalise(name: str) -> str:
    """Return a column name without what exports of one system spell differently: case, blanks, a suffix in brackets.

    >>> normalise(" Created  At "), normalise("Issue key (2)")
    ('created at', 'issue key (2)')
    """
    return " ".join(name.split()).casefold()


def _columns(wanted: Map[str, Any], there: Map[str, str]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for role, spellings in wanted.items():
        if spellings is None:
            found[role] = None
        elif isinstance(spellings, list):  # several columns, joined
            parts = [name for spelling in spellings for name in _first(spelling, there)]
            if parts:
                found[role] = parts
        else:
            for name in _first(spellings, there):
                found[role] = name
            if role not in found and spellings[-1] is None:
                found[role] = None
    return found


def _first(spellings: str | tuple[str | None, ...], there: Map[str, str]) -> list[str]:
    every = (spellings,) if isinstance(spellings, str) else spellings
    return [there[normalise(name)] for name in every if name is not None and normalise(name) in there][:1]


def _milestones(wanted: Map[str, str], there: Map[str, str]) -> dict[str, str]:
    """Return the columns that the export has; of several for one activity the first."""
    found: dict[str, str] = {}
    for column, activity in wanted.items():
        name = there.get(normalise(column))
        if name is not None and activity not in found.values():
            found[name] = activity
    return found
