"""Which of the told cases show a figure: an example is found in the stories the document already tells."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from itertools import pairwise
from typing import Any

Story = tuple[tuple[str, str], ...]
"""A case by its lines: activity and team."""

MOST = 5


class Stories:
    """The told cases of a document, asked for examples; the cases already cited elsewhere come first."""

    def __init__(self, told: Mapping[str, Sequence[Mapping[str, Any]]], cited: Mapping[str, object]) -> None:
        self._told = {case: _read(lines) for case, lines in told.items() if lines}
        self._spans = {case: _span(lines) for case, lines in told.items() if lines}
        self._cited = cited

    def of_route(self, activities: Sequence[str]) -> tuple[str, ...]:
        """Return cases that take exactly this route."""
        route = tuple(activities)
        return self._choose(lambda story: tuple(line[0] for line in story) == route)

    def of_link(self, source: str, target: str) -> tuple[str, ...]:
        """Return cases in which one activity directly follows the other."""
        return self._choose(lambda story: any((a[0], b[0]) == (source, target) for a, b in pairwise(story)))

    def of_handover(self, source: str, target: str) -> tuple[str, ...]:
        """Return cases that one team passes to the other."""
        return self._choose(lambda story: any((a[1], b[1]) == (source, target) for a, b in pairwise(story)))

    def of_repeats(self) -> tuple[str, ...]:
        """Return cases in which an activity occurs twice."""
        return self._choose(lambda story: len({line[0] for line in story}) < len(story))

    def of_team(self, team: str) -> tuple[str, ...]:
        """Return cases that a team has after another one."""
        return self._choose(lambda story: any(b[1] == team != a[1] for a, b in pairwise(story)))

    def of_activity(self, activity: str) -> tuple[str, ...]:
        """Return cases in which this activity occurs."""
        return self._choose(lambda story: any(line[0] == activity for line in story))

    def of_repeating(self, activity: str) -> tuple[str, ...]:
        """Return cases in which this activity occurs twice."""
        return self._choose(lambda story: [line[0] for line in story].count(activity) > 1)

    def of_self_loops(self) -> tuple[str, ...]:
        """Return cases in which an activity directly follows itself."""
        return self._choose(lambda story: any(a[0] == b[0] for a, b in pairwise(story)))

    def of_passing(self) -> tuple[str, ...]:
        """Return the cases that change teams most often."""
        passes = {case: sum(a[1] != b[1] for a, b in pairwise(story)) for case, story in self._told.items()}
        return tuple(sorted((case for case in passes if passes[case]), key=lambda case: -passes[case])[:MOST])

    def around(self, seconds: float) -> tuple[str, ...]:
        """Return the cases whose first and last line are most nearly so far apart."""
        return tuple(sorted(self._spans, key=lambda case: abs(self._spans[case] - seconds))[:MOST])

    def beyond(self, seconds: float) -> tuple[str, ...]:
        """Return the longest cases of at least so many seconds."""
        late = (case for case, span in self._spans.items() if span >= seconds)
        return tuple(sorted(late, key=lambda case: -self._spans[case])[:MOST])

    def _choose(self, fits: Callable[[Story], bool]) -> tuple[str, ...]:
        found: Iterable[str] = (case for case, story in self._told.items() if fits(story))
        return tuple(sorted(found, key=lambda case: case not in self._cited)[:MOST])


def _read(lines: Sequence[Mapping[str, Any]]) -> Story:
    return tuple((str(line.get("activity")), str(line.get("team") or "")) for line in lines)


def _span(lines: Sequence[Mapping[str, Any]]) -> float:
    try:
        first, last = (datetime.fromisoformat(str(lines[end].get("time"))) for end in (0, -1))
        return (last - first).total_seconds()
    except (ValueError, TypeError):
        return 0.0
