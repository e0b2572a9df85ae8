"""Whether what a mapping names is there; the nearest name where it is not."""

from __future__ import annotations

import difflib
from collections.abc import Sequence

from svcflow.errors import MappingError
from svcflow.eventlog.mapping.stated import Mapping


def check_columns(mapping: Mapping, names: tuple[str, ...]) -> None:
    """Raise MappingError at the first role or milestone whose column the export does not have."""
    wanted: list[tuple[tuple[str, ...], str]]
    wanted = [(("columns", role), name) for role, columns in mapping.columns.items() for name in columns]
    wanted += [(("milestones", name, ""), name) for name in mapping.milestones]
    _require(mapping, wanted, names)


def check_fields(mapping: Mapping, names: tuple[str, ...]) -> None:
    """Raise MappingError at the first other statement about a column that is not there, nor made from the export's."""
    wanted: list[tuple[tuple[str, ...], str]]
    wanted = [((key, name), name) for key in ("formats", "values", "rename") for name in getattr(mapping, key)]
    renamed = set(mapping.rename.values()) | {name.removeprefix("case:") for name in names}
    for kind, stated in (("case", mapping.case_attributes), ("event", mapping.event_attributes)):
        wanted += [(("attributes", kind, name, ""), name) for name in stated or () if name not in renamed]
    _require(mapping, wanted, names)


def _require(mapping: Mapping, wanted: list[tuple[tuple[str, ...], str]], names: tuple[str, ...]) -> None:
    for keys, name in wanted:
        if name not in names:
            raise MappingError(
                f"{mapping.place(*keys)}the export has no column {name!r}{suggest(name, names)}",
                "columns: " + ", ".join(names[:40]) + ("" if len(names) <= 40 else f" and {len(names) - 40} more"),
            )


def find_slips(mapping: Mapping, activities: Sequence[str], resources: Sequence[str]) -> tuple[str, ...]:
    """Return a note for each stated activity or account that does not occur while one of a similar name does.

    What is like nothing in the log is no slip: a mapping may serve several logs. Nor is what a preset has stated, which
    knows the words of every edition of its system.
    """
    known = {"activity": tuple(activities), "account": tuple(resources)}
    wanted = [(key, name, "activity") for key in ("sides", "states") for name in getattr(mapping, key)]
    wanted += [("done", name, "activity") for name in mapping.done or ()]
    wanted += [("machines", name, "account") for name in mapping.machines if "*" not in name]
    notes = []
    for key, name, kind in wanted:
        if key in mapping.lent:
            continue
        near = suggest(name, known[kind]) if name not in known[kind] else ""
        if near:
            notes.append(f"mapping, {key}: no {kind} is called {name!r}{near}")
    return tuple(notes)


def suggest(word: str, known: tuple[str, ...]) -> str:
    """Return ``; did you mean 'x'?`` for the nearest known word, or nothing."""
    lower = {name.lower(): name for name in known}
    near = difflib.get_close_matches(word.lower(), lower, n=1, cutoff=0.6)
    return f"; did you mean {lower[near[0]]!r}?" if near else ""
