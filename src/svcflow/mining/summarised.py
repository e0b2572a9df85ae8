"""What mining finds in a canonical file of any size: the tables of `Mined`, in memory that does not grow with the file.

Counts and sums are exact. Percentiles are exact for up to 64 durations, else within 1 % (`svcflow.mining.durations`);
`to_json` says so under ``approximate``. What speaks of single cases is not kept: which case shows which variant, the
waits one by one. Quantities that compare cases take further passes (`svcflow.mining.surveyed`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from svcflow import engines
from svcflow.engines import local
from svcflow.eventlog.store.stored import Stored
from svcflow.mining import quantities as known_quantities
from svcflow.mining.activities import Activities, ActivitiesFold
from svcflow.mining.cases import Figures, FiguresFold
from svcflow.mining.cycling import number_cycles
from svcflow.mining.directly_follows import DirectlyFollows, DirectlyFollowsFold
from svcflow.mining.document import find_zone, say_time, write_document
from svcflow.mining.durations import BOUNDED, ERROR, KEEP, Durations
from svcflow.mining.examples import ExamplesFold, choose_dearest
from svcflow.mining.grouping import QUANTILES, say_known, seconds
from svcflow.mining.handovers import Handovers, HandoversFold
from svcflow.mining.preparation import Prepared
from svcflow.mining.quantity import NEEDS_MEMORY, Measured, decline
from svcflow.mining.refinement import is_rough, refine
from svcflow.mining.resampling import Resampled, ResamplingFold
from svcflow.mining.rework import Rework, ReworkFold
from svcflow.mining.spikes import SpikesFold, judge_spikes
from svcflow.mining.surveyed import Surveyed
from svcflow.mining.variants import Variants, VariantsFold
from svcflow.mining.waits import PROVIDER, own

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Summarised:
    """A canonical file, measured. What it has in common with `Mined` bears the same name; `figures` are of the cases.

    Its `variants` do not know their cases.
    """

    summary: dict[str, Any]
    figures: Figures
    directly_follows: DirectlyFollows
    variants: Variants
    handovers: dict[str, Handovers | None]
    rework: Rework
    activities: Activities
    cycles: Durations
    """The cycle times of each variant, by its place among `variants`."""
    resampled: Resampled
    """What groups of cases waited: how sure the waiting of a pair is."""
    examples: dict[int, list[int]]
    """Which cases wait longest on the dearest pairs (``before * activities + after``); empty unless `exact`."""
    done: tuple[str, ...]
    business: bool
    """Whether waiting was measured in open hours too: costs are then counted in them."""
    quantities: dict[str, Measured] = field(default_factory=dict)
    rough: frozenset[str] = frozenset()
    """The tables with approximate percentiles, by the names they have in the pass: ``figures`` are those of cases."""
    exact: bool = False
    """Whether exact percentiles were asked for: approximate are then only those that no memory suffices for."""

    @property
    def total_wait_s(self) -> float:
        """Return all time between events, in seconds of the wall clock: what shares of waiting are shares of."""
        return seconds(int(self.directly_follows.total.sum()))

    @property
    def team_cases(self) -> int:
        """Return how many cases change teams."""
        teams = self.handovers["team"]
        return teams.counts.cases if teams else 0

    def to_json(self, *, min_group: int | None = None) -> dict[str, Any]:
        """Return the keys that contract.md gives to mining, and what is approximate; see `Mined.to_json`."""
        from svcflow.mining.disclosure import withhold_mined  # noqa: PLC0415 - it reads what is mined

        document = write_document(
            self, self._describe_cycle_times(), _describe(self.figures.resolve, 0, self.figures.longest[2])
        )
        if self.rough:
            of = f"percentiles of more than {KEEP} durations; counts and sums are exact"
            if self.exact:
                of = "percentiles around which there are too many different values to be kept; all else is exact"
            document["approximate"] = {
                "relative_error": ERROR,
                "of": of,
                "in": sorted(map(_place, self.rough)),
                "exact": self.exact,
            }
        return withhold_mined(document, min_group)

    def list_bottlenecks(self, *, min_count: int, min_cases: int, min_share: float, most: int) -> list[Row]:
        """Return the pairs with enough waiting between them, what somebody here can shorten first, then the dearest.

        Intervals are of groups of cases (`mining.resampling`). Examples are numbers of cases (`Stored.name_cases`), and
        there are some only if percentiles are `exact`.
        """
        pairs = self.directly_follows
        rows = pairs.to_rows()
        unit = "_business_s" if self.business else "_s"
        whole = sum(row[f"total{unit}"] for row in rows)
        large = [
            place
            for place, row in enumerate(rows)
            if row["count"] >= min_count
            and row["cases"] >= min_cases
            and row[f"total{unit}"] >= max(min_share * whole, 0.001)
        ]
        dearest = sorted(large, key=lambda at: -rows[at][f"total{unit}"])[:most]
        chosen = sorted(dearest, key=lambda at: (rows[at]["timer"] or rows[at]["side"] != PROVIDER, dearest.index(at)))
        codes = (pairs.source * len(pairs.activities) + pairs.target)[chosen]
        bounds = map(say_known, self.resampled.bound(codes))
        return [
            {
                "from": row["from"],
                "to": row["to"],
                "cost_s": row[f"total{unit}"],
                "share": row[f"total{unit}"] / whole,
                "low_s": low,
                "high_s": high,
                "cases": row["cases"],
                "count": row["count"],
                "median_s": row[f"median{unit}"],
                "p90_s": row[f"p90{unit}"],
                "side": row["side"],
                "timer": row["timer"],
                "examples": self.examples.get(code, []),
            }
            for row, code, low, high in zip((rows[at] for at in chosen), codes.tolist(), *bounds, strict=True)
        ]

    def _describe_cycle_times(self) -> Row | None:
        figures = _describe(self.figures.cycle, 1, self.figures.longest[0])
        if figures is None:
            return None
        business = _describe(self.figures.business, 1, self.figures.longest[1]) or {"cases": 0}
        del business["cases"]
        figures |= {name.removesuffix("_s") + "_business_s": value for name, value in business.items()}
        left_out = self.figures.cycle.counts[self.figures.cycle.keys == 0]
        return figures | {"open_left_out": int(left_out.sum())}


def summarise(
    log: Stored, prepared: Prepared, chosen: known_quantities.Chosen, *, exact: bool, **how: Any
) -> Summarised:
    """Measure a canonical file in one pass, `exact` in two, some quantities in more; `how` is for `engines.survey`."""
    setting, width = prepared.setting, len(log.activities)
    clock, done = setting.clock, setting.done
    folds: dict[str, Any] = {
        "directly_follows": DirectlyFollowsFold(width, clock, BOUNDED),
        "variants": VariantsFold(BOUNDED),
        "rework": ReworkFold(width, done),
        "activities": ActivitiesFold(width, clock, BOUNDED),
        "figures": FiguresFold(done, setting.resolving, clock, setting.open_left_out),
        "resampled": ResamplingFold(width, clock),
        "spikes": SpikesFold(width, len(log.resources), setting.machines),
    }
    if log.has_teams and setting.teams_move:
        folds["team"] = HandoversFold("team", width, log.teams, setting.outsiders, clock, BOUNDED)
    if log.has_resources:
        folds["resource"] = HandoversFold("resource", width, log.resources, setting.machines, clock, BOUNDED)
    asked = known_quantities.add_needed(chosen)
    measured = known_quantities.prepare(asked, setting)
    begun = known_quantities.begin(asked, log, setting)
    states = engines.survey(log, {**folds, **measured, **begun}, **how)
    begun = {name: states.pop(name) for name in begun}
    waits: Durations = states["directly_follows"].waiting
    if exact:
        counted = states["directly_follows"].business if clock else waits
        examples = {"examples": ExamplesFold(choose_dearest(counted.keys, counted.totals), width, clock)}
        states = refine(log, {**folds, **measured}, states, beside=examples, **how)
        folds |= examples
    tables = local.finish(log, folds, states)
    timers = judge_spikes(waits, tables["spikes"], log.resources)
    judged = dict(zip(waits.keys.tolist(), timers, strict=True))
    pairs: DirectlyFollows = tables["directly_follows"]
    keys = (pairs.source * width + pairs.target).tolist()
    owners = own(log, zip(pairs.source.tolist(), pairs.target.tolist(), strict=True), log.sides, done)
    found = Summarised(
        summary=_summarise(log, prepared, tables),
        figures=tables["figures"],
        directly_follows=replace(pairs, sides=owners, timers=tuple(judged[key] for key in keys)),
        variants=tables["variants"],
        handovers={"team": tables.get("team"), "resource": tables.get("resource")},
        rework=tables["rework"],
        activities=tables["activities"],
        cycles=number_cycles(states["variants"]),
        resampled=tables["resampled"],
        examples=tables.get("examples", {}),
        done=prepared.done,
        business=clock is not None,
        exact=exact,
        rough=frozenset(name for name, state in states.items() if is_rough(state)),
    )
    told = {key: (side, timer) for key, side, timer in zip(keys, owners, found.directly_follows.timers, strict=True)}
    surveyed = Surveyed(log, setting, prepared.written, told, how, begun, exact)
    surveyed = surveyed.go_on(known_quantities.go_on(asked, surveyed))
    gathered = _gather_quantities(surveyed, found, (asked, measured, states))
    return replace(found, quantities={name: gathered[name] for name in chosen})


def _gather_quantities(
    surveyed: Surveyed, found: Summarised, asked: tuple[known_quantities.Chosen, dict[str, Any], dict[str, Any]]
) -> dict[str, Measured]:
    """Return the quantities `asked` for (modules, folds, states); those that need what is not kept are declined."""
    chosen, measured, states = asked
    log, setting = surveyed.log, surveyed.setting
    quantities: dict[str, Measured] = {}
    for name, module in chosen.items():
        key = known_quantities.PREFIX + name
        try:
            if key in measured:
                quantities[name] = measured[key].finish(states[key], log)
            elif hasattr(module, "tell"):
                quantities[name] = module.tell(surveyed)
            if hasattr(module, "derive"):
                whole = replace(found, quantities=dict(quantities))
                quantities[name] = module.derive(whole, setting)
            elif name not in quantities:
                quantities[name] = decline(**NEEDS_MEMORY)
        except AttributeError as error:
            if not isinstance(error.obj, Stored | Summarised):
                raise
            quantities[name] = decline(**NEEDS_MEMORY)
    return quantities


def _summarise(log: Stored, prepared: Prepared, tables: Mapping[str, Any]) -> Row:
    variants, finished = tables["variants"], tables["figures"].finished
    zone, (first, last) = find_zone(log.zone), prepared.setting.span
    return {
        "cases": log.cases,
        "events": log.events,
        "instances": log.instances,
        "activities": len(tables["activities"].table),
        "resources": prepared.resources,
        "teams": prepared.teams,
        "variants": len(variants),
        "top_variant_share": int(variants.count[0]) / log.cases if len(variants) else None,
        "start": say_time(first, zone) if log.instances else None,
        "end": say_time(last, zone) if log.instances else None,
        "open_cases": None if prepared.setting.done is None else int(finished.of(np.zeros(1, np.int64))[0]),
        "source": log.source,
        "zone": log.zone,
    }


def _place(name: str) -> str:
    """Return where in the document the table of a fold stands."""
    own = {"figures": "cycle_time", "team": "handovers.team", "resource": "handovers.resource"}
    return own.get(name, name.replace(known_quantities.PREFIX, "quantities."))


def _describe(durations: Durations, key: int, longest: np.int64) -> Row | None:
    """Return mean, median, P90, P95 and maximum of one key in seconds, and of how many cases."""
    place = np.flatnonzero(durations.keys == key)
    if not len(place):
        return None
    at = int(place[0])
    quantiles = {name: seconds(durations.quantile(q)[at]) for name, q in QUANTILES.items()}
    return {
        "mean_s": seconds(durations.means[at]),
        **quantiles,
        "max_s": seconds(longest),
        "cases": int(durations.counts[at]),
    }
