"""Names of people, hidden: a report is about the work, not about who did it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from svcflow.eventlog.log import Log
from svcflow.eventlog.store.stored import Stored
from svcflow.mining import Mined, Summarised

Mask = Callable[[str], str]


def make_mask(log: Log | Stored, *, show_people: bool) -> Mask:
    """Return what turns a resource of `log` into what is shown: P1, P2, ... in order of first appearance.

    Declared machines keep their names: they are nobody. The empty text (nobody known) stays empty.
    """
    if show_people:
        return str
    numbers = {log.resources[code]: n for n, code in enumerate((c for c in _find_first_seen(log) if c), start=1)}
    machines = frozenset(log.machines)

    def mask(name: str) -> str:
        if not name or name in machines:
            return name
        return f"P{numbers[name]}" if name in numbers else "P"

    return mask


def _find_first_seen(log: Log | Stored) -> list[int]:
    """Return the codes of the resources in the order in which they appear."""
    if isinstance(log, Log):
        return list(dict.fromkeys(log.resource.tolist()))
    found: list[int] = []
    new = np.ones(len(log.resources), np.bool_)
    for batch in log.only({"resource"}).batches():
        found += dict.fromkeys(batch.resource[new[batch.resource]].tolist())
        new[found] = False
    return found


def hide_people(document: dict[str, Any], mined: Mined | Summarised, mask: Mask) -> None:
    """Replace what names people in the document of `Mined.to_json`: in handovers between them and in quantities."""
    for pair in (document["handovers"]["resource"] or {"pairs": []})["pairs"]:
        pair["from"], pair["to"] = mask(pair["from"]), mask(pair["to"])
    for name, quantity in mined.quantities.items():
        for row in document["quantities"][name]["rows"]:
            row.update({column: mask(row[column]) for column in quantity.people})
