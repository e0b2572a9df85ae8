"""What a notebook gets for a question: a table with what must be known to believe it, and how it looks there."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from html import escape
from typing import Any

from svcflow.mining.tables import Table, Tabular
from svcflow.wording import say_count, say_duration

SHOWN = 20
"""Rows that a notebook shows; `to_pandas` has all."""
LONGEST = 160
"""Characters of a cell that a notebook shows."""


@dataclass(frozen=True, slots=True)
class Figures(Tabular):
    """An answer: rows, figures of all cases, and notes. Seconds stand in names that end in ``_s``, shares are 0..1.

    `definition` is the id under which `svcflow explain` or the metrics define it. Where the log cannot tell, there are
    no rows and `unmeasured` says why.
    """

    title: str
    definition: str
    table: Table
    figures: Mapping[str, Any] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    unmeasured: str = ""

    def __len__(self) -> int:
        return len(self.table)

    def to_table(self) -> Table:
        """Return the rows as a table."""
        return self.table

    def __repr__(self) -> str:
        """Say in one line what this is."""
        if self.unmeasured:
            return _one_line(f"<{self.title}: {self.unmeasured}>")
        columns = ", ".join(self.table.columns)
        return _one_line(f"<{self.title}: {say_count(len(self))} rows ({columns}); to_pandas(), to_arrow(), to_rows()>")

    def _repr_html_(self) -> str:
        """Return the first rows as markup; what comes from the log is text in it, never markup."""
        parts = [f"<p><b>{escape(self.title)}</b>{_say_figures(self.figures)}</p>"]
        if self.unmeasured:
            parts.append(f"<p>{escape(self.unmeasured)}</p>")
        elif len(self):
            parts.append(_draw(self.table))
        rest = [f"{say_count(SHOWN)} of {say_count(len(self))} rows"] if len(self) > SHOWN else []
        parts += [f"<p><small>{escape(note)}</small></p>" for note in (*rest, *self.notes)]
        return "<div>" + "".join(parts) + "</div>"


def tabulate(rows: Iterable[Mapping[str, Any]]) -> Table:
    """Return rows with the same keys as a table; what stands within a value becomes columns of its own.

    >>> tabulate([{"a": 1, "b": {"median_s": 2.0}}, {"a": 2, "b": None}]).columns
    {'a': [1, 2], 'b_median_s': [2.0, None]}
    """
    listed = list(rows)
    nested: dict[str, dict[str, None]] = {}
    for row in listed:
        for key, value in row.items():
            if isinstance(value, Mapping):
                nested.setdefault(key, {}).update(dict.fromkeys(value))
    for key, names in nested.items():
        listed = [_spread(row, key, list(names)) for row in listed]
    return Table({key: [row[key] for row in listed] for key in (listed[0] if listed else ())})


def _spread(row: Mapping[str, Any], key: str, names: Iterable[str]) -> dict[str, Any]:
    """Return a row with the parts of one value in place of it."""
    parts = row[key] or {}
    found: dict[str, Any] = {}
    for name, value in row.items():
        found |= {f"{key}_{part}": parts.get(part) for part in names} if name == key else {name: value}
    return found


def say_name(key: str) -> str:
    """Return the name of a column or figure in words.

    >>> say_name("total_wait_s")
    'total wait'
    """
    return key.removesuffix("_s").replace("_", " ")


def say_value(key: str, value: Any) -> str:
    """Return a value as a person reads it.

    >>> say_value("median_s", 9000.0), say_value("share", 0.25), say_value("path", ["a", "b"]), say_value("n", None)
    ('2.5 h', '25.0%', 'a → b', '–')
    """
    if value is None or isinstance(value, bool):
        return {None: "–", True: "yes", False: ""}[value]
    if isinstance(value, list | tuple):
        return " → ".join(map(str, value))
    if not isinstance(value, int | float):
        return str(value)
    if key.endswith("_s"):
        return say_duration(value)
    if key.endswith(("share", "rate")):
        return f"{value:.1%}"
    return say_count(value) if isinstance(value, int) else f"{value:,.2f}"


def _draw(table: Table) -> str:
    names = list(table.columns)
    head = "".join(f"<th>{escape(say_name(name))}</th>" for name in names)
    rows = zip(*(column[:SHOWN] for column in table.columns.values()), strict=True)
    body = "".join(f"<tr>{''.join(map(_draw_cell, names, row))}</tr>" for row in rows)
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def _draw_cell(name: str, value: Any) -> str:
    text = _one_line(say_value(name, value))
    text = text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"
    number = isinstance(value, int | float) and not isinstance(value, bool)
    style = ' style="text-align:right"' if number else ""
    return f"<td{style}>{escape(text)}</td>"


def _say_figures(figures: Mapping[str, Any]) -> str:
    said = "; ".join(f"{say_name(key)} {say_value(key, value)}" for key, value in figures.items())
    return f": {escape(_one_line(said))}" if said else ""


def _one_line(text: str) -> str:
    """Return a text without line breaks and other signs that are not to be seen."""
    return text if text.isprintable() else "".join(sign if sign.isprintable() else "�" for sign in text)
