"""Two groups of cases compared: metrics, activities and links, each difference with its interval and its chance.

Differences are B less A. `q` is the chance after Benjamini and Hochberg (1995) over everything compared at once; what
stays at or below 5 % is called certain. Cases were not dealt to the groups by lot: a difference is an association.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np

from svcflow.analysis.comparison.intervals import LEAST
from svcflow.analysis.comparison.judging import judge, tell_verdict
from svcflow.analysis.comparison.metrics import CaseMetric, list_metrics
from svcflow.analysis.comparison.rows import Group, Row, compare_activities, compare_links, compare_metrics, take
from svcflow.errors import UsageError
from svcflow.eventlog.log import Log
from svcflow.mining.associations.traits import Trait, list_traits
from svcflow.mining.mined import Mined, find_zone, say_time
from svcflow.mining.tables import Table, Tabular

WEEK_S = 7 * 86_400.0
VARIANTS = 20


@dataclass(frozen=True, slots=True)
class Comparison(Tabular):
    """What differs between two groups; `sides` describes A and B, rows are sorted as their tables are read.

    `variants` are the commonest of both logs: in their order a map puts the activities.
    """

    sides: tuple[Row, Row]
    metrics: tuple[Row, ...]
    activities: tuple[Row, ...]
    links: tuple[Row, ...]
    variants: tuple[Row, ...]
    tried: int

    @property
    def worse(self) -> tuple[Row, ...]:
        """Return the metrics that are certainly worse in B."""
        return tuple(row for row in self.metrics if row["verdict"] == "worse")

    @property
    def certain(self) -> tuple[Row, ...]:
        """Return everything that certainly differs."""
        return tuple(row for row in (*self.metrics, *self.activities, *self.links) if row["certain"])

    def to_table(self) -> Table:
        """Return the metrics."""
        return Table({name: [row[name] for row in self.metrics] for name in (self.metrics[0] if self.metrics else {})})

    def to_json(self) -> Row:
        """Return everything as plain values."""
        return {
            "a": dict(self.sides[0]),
            "b": dict(self.sides[1]),
            "compared": self.tried,
            "metrics": [dict(row) for row in self.metrics],
            "activities": [dict(row) for row in self.activities],
            "links": [dict(row) for row in self.links],
            "variants": [dict(row) for row in self.variants],
        }


def compare(a: Group, b: Group, *, min_group: int | None = None) -> Comparison:
    """Return how the cases of `b` differ from those of `a`.

    Nothing is told of fewer than `min_group` cases. Raises UsageError where either side has fewer than 20 cases.
    """
    least = max(LEAST, min_group or 1)
    for side in (a, b):
        if side.cases < least:
            raise UsageError(
                f"{side.name}: {side.cases:,} cases are too few to compare", f"either side needs at least {least}"
            )
    metrics = compare_metrics(take(a), take(b), least)
    activities = compare_activities(a, b, least)
    links = compare_links(a, b, least)
    tried = judge([*metrics, *activities, *links])
    metrics_ = [tell_verdict(row) for row in metrics]
    variants = tuple(row for side in (a, b) for row in _list_variants(side.mined, least))
    activities.sort(key=lambda row: (-abs(row["share_difference"]), row["activity"]))
    links.sort(key=lambda row: (-abs(row["wait_per_case_difference_s"] or 0), row["from"], row["to"]))
    return Comparison((_describe(a), _describe(b)), tuple(metrics_), tuple(activities), tuple(links), variants, tried)


def compare_segments(
    log: Log, mined: Mined, by: Collection[str], *, min_group: int | None = None
) -> tuple[list[Row], int]:
    """Return for each value of the attributes `by` how its cases differ from all others, and how many were compared.

    Raises UsageError for an attribute that does not exist or tells no groups of 20 cases apart.
    """
    least = max(LEAST, min_group or 1)
    traits = {trait.name: trait for trait in list_traits(log, least)}
    metrics = list_metrics(log, mined)
    rows: list[Row] = []
    for name in dict.fromkeys(by):
        if name not in traits:
            raise UsageError(
                f"--by {name}: the log has no such attribute that tells groups of {least} cases apart",
                f"there are {', '.join(traits) or 'none'}",
            )
        rows += _compare_values(traits[name], metrics, least)
    tried = judge(rows)
    return [tell_verdict(row) for row in rows], tried


def _compare_values(trait: Trait, metrics: list[CaseMetric], least: int) -> list[Row]:
    rows: list[Row] = []
    sizes = np.bincount(trait.codes, minlength=len(trait.labels))
    for code in sorted(range(len(sizes)), key=lambda code: (-sizes[code], code)):
        inside = trait.codes == code
        rest, own = ({m.id: (m, m.take(chosen)) for m in metrics} for chosen in (~inside, inside))
        found = compare_metrics(rest, own, least) if sizes[code] >= least else []
        rows += [{"attribute": trait.name, "value": trait.labels[code]} | row for row in found]
    return rows


def _list_variants(mined: Mined, least: int) -> list[Row]:
    """Return the commonest variants of a log, none of fewer than `least` cases."""
    rows = ({"activities": row["activities"], "cases": row["cases"]} for row in mined.variants.to_rows()[:VARIANTS])
    return [row for row in rows if row["cases"] >= least]


def _describe(group: Group) -> Row:
    begins = np.minimum(group.log.start, group.log.time)[group.log.offsets[:-1]][group.chosen]
    zone = find_zone(group.log.zone)
    first, last = int(begins.min()), int(begins.max())
    weeks = max((last - first) / 1000 / WEEK_S, 1 / 7)
    return {
        "name": group.name,
        "source": group.log.source,
        "cases": group.cases,
        "first_begin": say_time(first, zone),
        "last_begin": say_time(last, zone),
        "cases_per_week": group.cases / weeks,
    }
