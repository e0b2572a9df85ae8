"""Which links a process map draws, and in which order its activities stand."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

LEAST_SHARE = 0.01
MOST_LINKS = 80
FEW_LINKS = 40
Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Chosen:
    """The links of a map, in the order of the document, and the activities they join, in their usual order."""

    links: tuple[Row, ...]
    activities: tuple[str, ...]
    least_cases: int
    hidden: int

    def with_links(self, links: Sequence[Row]) -> Chosen:
        """Return the same choice with other values on its links."""
        return replace(self, links=tuple(links))


def choose_links(rows: Sequence[Row], cases: int, variants: Sequence[Row] = ()) -> Chosen:
    """Return the links that at least 1 % of the cases take, at most 80; of a scattered log the 40 commonest."""
    ranked = sorted(rows, key=lambda row: (-count_cases(row), str(row.get("from")), str(row.get("to"))))
    common = [row for row in ranked if count_cases(row) >= LEAST_SHARE * cases][:MOST_LINKS]
    if len(common) < min(3, len(ranked)):
        common = ranked[:FEW_LINKS]
    drawn = {id(row) for row in common}
    links = tuple(row for row in rows if id(row) in drawn)
    seen = dict.fromkeys(name for row in links for name in (str(row["from"]), str(row["to"])))
    places = place_activities(variants)
    activities = tuple(sorted(seen, key=lambda name: places.get(name, 0.5)))
    return Chosen(links, activities, min(map(count_cases, links), default=0), len(rows) - len(links))


def place_activities(variants: Sequence[Row]) -> dict[str, float]:
    """Return the mean relative place (0 first, 1 last) at which cases first come to each activity."""
    weights: dict[str, float] = defaultdict(float)
    places: dict[str, float] = defaultdict(float)
    for row in variants:
        route = [str(activity) for activity in row.get("activities") or []]
        for place, activity in reversed(list(enumerate(route))):
            if place == route.index(activity):
                weights[activity] += row.get("cases") or 0
                places[activity] += (row.get("cases") or 0) * place / max(len(route) - 1, 1)
    return {activity: places[activity] / weight for activity, weight in weights.items() if weight}


def count_cases(row: Row) -> int:
    """Return how many cases take a link."""
    return int(row.get("cases") or row.get("count") or 0)


def kind_of(row: Row) -> str:
    """Return how a link counts: ``timer`` (a policy), ``outside`` (held by customer or vendor), ``own``."""
    if row.get("timer"):
        return "timer"
    return "outside" if row.get("side") in {"customer", "vendor"} else "own"
