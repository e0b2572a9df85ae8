"""What mining finds: one value with every table, and its form in the contract's JSON."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from typing import Any, overload

import numpy as np
from numpy.typing import NDArray

from svcflow import engines
from svcflow.definitions.model import Organisation
from svcflow.engines import local
from svcflow.eventlog.log import MISSING_TIME, Log, Millis
from svcflow.eventlog.store.stored import Stored
from svcflow.mining import quantities as known_quantities
from svcflow.mining.activities import Activities, ActivitiesFold
from svcflow.mining.cases import Cases, CasesFold
from svcflow.mining.concurrency import Declared
from svcflow.mining.directly_follows import DirectlyFollows, DirectlyFollowsFold, join_judgement
from svcflow.mining.document import find_zone, say_time, write_document
from svcflow.mining.grouping import describe, seconds
from svcflow.mining.handovers import Handovers, HandoversFold
from svcflow.mining.preparation import Prepared, find_codes, is_guessed, prepare, trust_done
from svcflow.mining.quantity import Measured, Setting
from svcflow.mining.refinement import refine
from svcflow.mining.rework import Rework, ReworkFold
from svcflow.mining.summarised import Summarised, summarise
from svcflow.mining.transitions import BusinessClock
from svcflow.mining.variants import Variants, VariantsFold
from svcflow.mining.waits import Waits, gather_waits

__all__ = ["Mined", "Summarised", "find_codes", "find_zone", "is_guessed", "mine", "say_time", "trust_done"]


@dataclass(frozen=True, slots=True)
class Mined:
    """A log, measured. `handovers` has ``team`` and ``resource``, each ``None`` where the log knows none.

    Every table gives `to_rows()`, `to_arrow()` and `to_pandas()`.
    """

    summary: dict[str, Any]
    cases: Cases
    directly_follows: DirectlyFollows
    variants: Variants
    handovers: dict[str, Handovers | None]
    rework: Rework
    activities: Activities
    waits: Waits
    done: tuple[str, ...]
    """The activities after which a matter is settled; none where a guess was contradicted by the log."""
    counted: NDArray[np.bool_]
    """The cases that cycle-time statistics take in: all but those that are known to be open."""
    quantities: dict[str, Measured] = field(default_factory=dict)
    """What the modules of `mining.quantities` measured, by id."""
    rough: frozenset[str] = frozenset()
    """The tables with approximate percentiles: none of a log in memory."""

    @property
    def total_wait_s(self) -> float:
        """Return all time between events, in seconds of the wall clock: what shares of waiting are shares of."""
        return seconds(int(self.waits.elapsed.sum()))

    @property
    def cycle_times(self) -> Millis:
        """Return the cycle times that the statistics take in, in milliseconds."""
        return self.cases.cycle[self.counted]

    @property
    def resolve_times(self) -> Millis:
        """Return the times to resolve of the cases that were resolved, in milliseconds."""
        known: Millis = self.cases.resolve[self.cases.resolve != MISSING_TIME]
        return known

    @property
    def team_cases(self) -> int:
        """Return how many cases change teams."""
        teams = self.handovers["team"]
        return teams.counts.cases if teams else 0

    def to_json(self, *, min_group: int | None = None) -> dict[str, Any]:
        """Return the keys that contract.md gives to mining; durations in seconds, shares 0..1.

        Nothing is told of groups of fewer than `min_group` cases. Raises UsageError if the whole log is such a group.
        """
        from svcflow.mining.disclosure import withhold_mined  # noqa: PLC0415 - it reads what is mined

        document = write_document(self, self._describe_cycle_times(), _describe(self.resolve_times))
        return withhold_mined(document, min_group)

    def _describe_cycle_times(self) -> dict[str, Any] | None:
        figures = _describe(self.cycle_times)
        if figures is None:
            return None
        if self.cases.business_cycle is not None:
            business = describe(self.cases.business_cycle[self.counted]) or {}
            figures |= {name.removesuffix("_s") + "_business_s": value for name, value in business.items()}
        return figures | {"open_left_out": int((~self.counted).sum())}


@overload
def mine(
    log: Log,
    *,
    clock: BusinessClock | None = ...,
    organisation: Organisation | None = ...,
    declared: Declared | None = ...,
    quantities: Iterable[str] | None = ...,
    engine: str = ...,
    jobs: int = ...,
    rows: int = ...,
    exact: bool = ...,
    progress: Callable[[str], None] | None = ...,
) -> Mined: ...


@overload
def mine(
    log: Stored,
    *,
    clock: BusinessClock | None = ...,
    organisation: Organisation | None = ...,
    declared: Declared | None = ...,
    quantities: Iterable[str] | None = ...,
    engine: str = ...,
    jobs: int = ...,
    rows: int = ...,
    exact: bool = ...,
    progress: Callable[[str], None] | None = ...,
) -> Summarised: ...


def mine(  # noqa: PLR0913 - each is a choice of its own
    log: Log | Stored,
    *,
    clock: BusinessClock | None = None,
    organisation: Organisation | None = None,
    declared: Declared | None = None,
    quantities: Iterable[str] | None = (),
    engine: str = engines.LOCAL,
    jobs: int = 1,
    rows: int = local.ROWS,
    exact: bool = False,
    progress: Callable[[str], None] | None = None,
) -> Mined | Summarised:
    """Measure `log` in one pass: directly-follows, variants, handovers, rework, activities and cases.

    A log in memory is measured exactly; of a canonical file (`open_store`), which may be of any size, what would grow
    with it is summarised, as `Summarised` says.

    `quantities` names further ones to measure (see `svcflow explain`), ``None`` means all. With a `clock`, waiting is
    also measured in its open hours; an `organisation` says the line and department of teams, `declared` which
    activities the definitions let run side by side. `engine` is where the pass
    runs (see `svcflow.engines`), `jobs` threads share the blocks of `rows` instances; none of them changes the result.
    With `exact`, a second pass makes percentiles exact that would be approximate (`mining.refinement`).
    Raises UsageError for a quantity or an engine that does not exist.
    """
    chosen = known_quantities.choose(quantities)
    how: dict[str, Any] = {"engine": engine, "jobs": jobs, "rows": rows, "progress": progress}
    with engines.hold(engine, log):
        prepared = prepare(log, clock, organisation, declared or {}, **how)
        if isinstance(log, Stored):
            return summarise(log, prepared, chosen, exact=exact, **how)
        return _mine_exactly(log, prepared, chosen, exact=exact, **how)


def _mine_exactly(log: Log, prepared: Prepared, chosen: known_quantities.Chosen, *, exact: bool, **how: Any) -> Mined:
    """Measure a log in memory; `how` are the options of `engines.survey`."""
    setting, clock = prepared.setting, prepared.setting.clock
    width, done = len(log.activities), setting.done
    measured = known_quantities.add_needed(chosen)
    folds: dict[str, Any] = {
        "directly_follows": DirectlyFollowsFold(width, clock),
        "variants": VariantsFold(),
        "team": HandoversFold("team", width, log.teams, setting.outsiders, clock),
        "resource": HandoversFold("resource", width, log.resources, setting.machines, clock),
        "rework": ReworkFold(width, done),
        "activities": ActivitiesFold(width, clock),
        "cases": CasesFold(done, setting.resolving, clock),
        **known_quantities.prepare(measured, setting),
    }
    states = engines.survey(log, folds, **how)
    if exact:
        states = refine(log, folds, states, **how)
    tables = local.finish(log, folds, states)
    machines = prepared.machines
    setting.memo["waits"] = waits = gather_waits(log, machines, clock, done)
    cases: Cases = tables["cases"]
    mined = Mined(
        summary=_summarise(log, cases, tables["variants"]),
        cases=cases,
        directly_follows=join_judgement(tables["directly_follows"], waits),
        variants=tables["variants"],
        handovers={
            "team": tables["team"] if log.has_teams and setting.teams_move else None,
            "resource": tables["resource"] if log.has_resources else None,
        },
        rework=tables["rework"],
        activities=tables["activities"],
        waits=waits,
        done=prepared.done,
        counted=_choose_counted(log, cases),
    )
    prefix = known_quantities.PREFIX
    found = {name.removeprefix(prefix): table for name, table in tables.items() if name.startswith(prefix)}
    found |= known_quantities.measure_whole(measured, log, setting)
    return _add_quantities(mined, chosen, found, setting)


def _add_quantities(
    mined: Mined, chosen: known_quantities.Chosen, found: dict[str, Measured], setting: Setting
) -> Mined:
    """Return `mined` with the chosen quantities in their order: those `found` in the log, and what follows from it."""
    found = found | known_quantities.derive(chosen, replace(mined, quantities=found), setting)
    return replace(mined, quantities={name: found[name] for name in chosen})


def _choose_counted(log: Log, cases: Cases) -> NDArray[np.bool_]:
    """Return which cases the statistics of cycle time take in.

    Open cases are left out where it was stated what done is; a guess is not enough to drop cases.
    """
    if cases.finished is None or is_guessed(log):
        return np.ones(log.cases, np.bool_)
    return cases.finished


def _summarise(log: Log, cases: Cases, variants: Variants) -> dict[str, Any]:
    zone = find_zone(log.zone)
    return {
        "cases": log.cases,
        "events": log.events,
        "instances": log.instances,
        "activities": len(np.unique(log.activity)),
        "resources": len(np.setdiff1d(log.resource, [0])),
        "teams": len(np.setdiff1d(log.team, [0])),
        "variants": len(variants),
        "top_variant_share": int(variants.count[0]) / log.cases if len(variants) else None,
        "start": say_time(int(log.start.min()), zone) if log.instances else None,
        "end": say_time(int(log.time.max()), zone) if log.instances else None,
        "open_cases": cases.open_cases,
        "source": log.source,
        "zone": log.zone,
    }


def _describe(durations: Millis) -> dict[str, Any] | None:
    figures = describe(durations)
    return None if figures is None else {**figures, "cases": len(durations)}
