"""How attributes of cases go together with an effect, ranked by the cases that it shows too often."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

import numpy as np

from svcflow.errors import UsageError
from svcflow.eventlog.log import Log
from svcflow.eventlog.selection import first_values
from svcflow.mining.associations import pairs, singles
from svcflow.mining.associations.consequences import find_reason
from svcflow.mining.associations.effects import Effect
from svcflow.mining.associations.persons import name_persons
from svcflow.mining.associations.reversals import find_reversals
from svcflow.mining.associations.traits import GROUP, Trait, list_traits, same_groups
from svcflow.mining.associations.tree import Node, grow
from svcflow.mining.tables import Table, Tabular

CASES = 100
"""Fewer cases than this are not compared (metrics.md 7)."""
CHANCE = 0.05
"""What is told stays below this share of false ones (Benjamini and Hochberg)."""
PAIRS = 20

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Associations(Tabular):
    """What goes together with an effect: an association, never a cause.

    Of `cases` judged, `shown` show the effect. `rows` are values of attributes, most contributing first; `pairs` are
    values of two that show it more often than either. `tried` counts what was tested, `left_out` tells which attributes
    were not, and why.
    """

    effect: str
    limit_s: float | None
    time: str | None
    cases: int
    shown: int
    tried: int
    rows: tuple[Row, ...]
    pairs: tuple[Row, ...]
    tree: Node
    left_out: tuple[tuple[str, str], ...]
    attributes: tuple[str, ...]

    def to_table(self) -> Table:
        """Return the values of single attributes."""
        names = list(self.rows[0]) if self.rows else []
        return Table({name: [row[name] for row in self.rows] for name in names})

    def to_json(self) -> Row:
        """Return everything as plain values."""
        return {
            "effect": self.effect,
            "limit_s": self.limit_s,
            "time": self.time,
            "cases": self.cases,
            "shown": self.shown,
            "tried": self.tried,
            "attributes": list(self.attributes),
            "rows": [dict(row) for row in self.rows],
            "pairs": [dict(row) for row in self.pairs],
            "tree": self.tree.to_json(),
            "left_out": [{"attribute": name, "reason": reason} for name, reason in self.left_out],
        }


def associate(
    log: Log, effect: Effect, by: Collection[str] | None = None, *, min_group: int | None = None
) -> Associations:
    """Return what goes together with `effect`, by the attributes named `by` or by all that are known at the beginning.

    Attributes that follow from the course of a case, that name persons, or that only say again what another one says
    are left out unless they are named. Nothing is told of fewer than `min_group` cases, with the effect or without it.
    Raises UsageError for an
    attribute that does not exist, for fewer than 100 cases, and where all or none show the effect.
    """
    judged = np.flatnonzero(effect.judged)
    shown = effect.shown[judged]
    _refuse(len(judged), int(shown.sum()), effect.id)
    least = max(GROUP, min_group or 1)
    traits, left_out = _choose_traits(log, by, least)
    traits = [Trait(trait.name, trait.codes[judged], trait.labels) for trait in traits]
    rows, tried = _compare(traits, shown, least)
    ranked = sorted(rows, key=lambda row: (-row["contribution"], row["attribute"], row["value"]))
    first = list(dict.fromkeys(row["attribute"] for row in ranked))[: pairs.ATTRIBUTES]
    crossed = _cross([trait for name in first for trait in traits if trait.name == name], shown, least)
    return Associations(
        effect.id,
        effect.limit_s,
        effect.time,
        len(judged),
        int(shown.sum()),
        tried + crossed[1],
        tuple(row for row in ranked if row["q"] <= CHANCE and _may_tell(row, min_group)),
        tuple(row for row in crossed[0] if _may_tell(row, min_group)),
        grow(traits, shown, least).prune(min_group or 1),
        tuple(left_out),
        tuple(trait.name for trait in traits),
    )


def _refuse(cases: int, shown: int, effect: str) -> None:
    if cases < CASES:
        raise UsageError(f"{cases:,} cases are too few to tell what goes together", f"it takes {CASES}")
    if shown in (0, cases):
        which = "none" if not shown else "all"
        raise UsageError(f"{which} of {cases:,} cases show '{effect}': there is nothing to compare", "choose another")


def _may_tell(row: Row, least: int | None) -> bool:
    return least is None or least <= min(row["shown"], row["cases"] - row["shown"])


def _choose_traits(log: Log, by: Collection[str] | None, least: int) -> tuple[list[Trait], list[tuple[str, str]]]:
    """Return the traits to compare, and the attributes left out with the reason."""
    traits = {trait.name: trait for trait in list_traits(log, least)}
    columns = first_values(log)
    if by is not None:
        unknown = [name for name in by if name not in traits]
        if unknown:
            reason = "it tells no groups of cases apart" if unknown[0] in columns else "the log has no such attribute"
            raise UsageError(f"--by {unknown[0]}: {reason}", f"there are {', '.join(traits) or 'none'}")
        return [traits[name] for name in dict.fromkeys(by)], []
    left_out: list[tuple[str, str]] = []
    kept: list[Trait] = []
    for name, trait in traits.items():
        column = columns.get(name)
        twin = next((other.name for other in kept if same_groups(trait, other)), None)
        why = (None if column is None else find_reason(name, column, log) or name_persons(name, column, log)) or (
            twin and f"it says the same as {twin!r}"
        )
        if why:
            left_out.append((name, why))
        else:
            kept.append(trait)
    return kept, left_out


def _compare(traits: list[Trait], shown: np.ndarray[Any, Any], least: int) -> tuple[list[Row], int]:
    """Return a row for each value with too many cases that show the effect, and how many values were tried."""
    entries: list[tuple[Trait, int]] = []
    cases, hits = [], []
    for trait in traits:
        sizes = np.bincount(trait.codes, minlength=len(trait.labels))
        with_effect = np.bincount(trait.codes, weights=shown, minlength=len(trait.labels)).astype(np.int64)
        for code in np.flatnonzero(singles.are_large(sizes, len(shown), least)).tolist():
            entries.append((trait, code))
            cases.append(sizes[code])
            hits.append(with_effect[code])
    if not entries:
        return [], 0
    found = singles.compare(np.array(cases), np.array(hits), len(shown), int(shown.sum()))
    q = singles.adjust(found.p)
    turned = {trait.name: find_reversals(trait, traits, shown) for trait in traits}
    rows: list[Row] = [
        {"attribute": trait.name, "value": trait.labels[code]}
        | _describe(found, place, q)
        | {"reversed_by": turned[trait.name].get(code)}
        for place, (trait, code) in enumerate(entries)
        if found.contribution[place] > 0
    ]
    return rows, len(entries)


def _cross(traits: list[Trait], shown: np.ndarray[Any, Any], least: int) -> tuple[list[Row], int]:
    """Return the pairs of values beyond either part, most contributing first, and how many were tried."""
    tables = list(pairs.cross(traits, shown, least))
    if not tables or not sum(len(table.p) for table in tables):
        return [], 0
    q = singles.adjust(np.concatenate([table.p for table in tables]))
    rows: list[Row] = []
    base = 0
    for table in tables:
        found = singles.compare(table.cases, table.shown, len(shown), int(shown.sum()))
        rows += (
            {
                "attribute": table.first.name,
                "value": table.first.labels[table.first_code[place]],
                "attribute_2": table.second.name,
                "value_2": table.second.labels[table.second_code[place]],
            }
            | _describe(found, place, q[base:])
            for place in np.flatnonzero(q[base : base + len(table.p)] <= CHANCE).tolist()
        )
        base += len(table.p)
    rows.sort(key=lambda row: (-row["contribution"], row["attribute"], row["value"], row["attribute_2"]))
    return rows[:PAIRS], len(q)


def _describe(found: singles.Comparison, place: int, q: singles.Floats) -> Row:
    bounds = {"relative_risk": found.relative_risk, "low": found.low, "high": found.high}
    return {
        "cases": int(found.cases[place]),
        "shown": int(found.shown[place]),
        "rate": float(found.shown[place] / found.cases[place]),
        "contribution": float(found.contribution[place]),
        "lift": float(found.lift[place]),
        **{name: None if np.isnan(values[place]) else float(values[place]) for name, values in bounds.items()},
        "q": float(q[place]),
    }
