"""A log played out from the definitions, with problems planted on demand and the truth beside it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from svcflow.definitions.model import Workspace
from svcflow.errors import UsageError
from svcflow.generation.arrivals import draw_arrivals, local_midnight
from svcflow.generation.export import Export, describe_mapping, describe_truth
from svcflow.generation.period import Period
from svcflow.generation.planting import Plant, read_plants, refuse_strangers
from svcflow.generation.played import Cost, Played, Season
from svcflow.generation.spelling import Words
from svcflow.generation.stage import Stage
from svcflow.guards import suggest

__all__ = ["Generated", "Plant", "generate", "generate_twins", "read_plants"]

WEEKS = 12
_LARGEST = 200_000
_YEARS = (1970, 2199)


@dataclass(frozen=True, slots=True)
class Generated:
    """A played log: columns of texts by name, events in order of time; its mapping; the truth about what is planted.

    `costs` is that truth by the ids of the definition, with what was added where in each case; `labels` are the log's
    words for the steps.
    """

    columns: Mapping[str, Sequence[str]]
    mapping: Mapping[str, Any]
    truth: Mapping[str, Any]
    csv: str
    costs: tuple[Cost, ...] = ()
    labels: Mapping[str, str] = field(default_factory=dict)


def generate(  # noqa: PLR0913 - all but the first by name
    workspace: Workspace,
    *,
    process: str,
    cases: int,
    seed: int = 0,
    start: date,
    weeks: int = WEEKS,
    plant: Sequence[Plant] = (),
    words: Words = "en",
    progress: Callable[[str], None] | None = None,
) -> Generated:
    """Play `cases` cases of a process that arrive within `weeks` weeks from `start`; the export is taken at the end.

    Cases that are not over by then are open. The same arguments give the same log. `words` is the language of the
    source system's labels; `progress` is told how many cases are played.
    """
    season = _open_season(workspace, process, cases=cases, seed=seed, start=start, weeks=weeks)
    plants = tuple(plant)
    refuse_strangers(plants, season.stage)
    season = season.expect(plants)
    given = {"seed": seed, "cases": cases, "start": start.isoformat(), "weeks": weeks, "words": words}
    return _write(season, season.play_all(plants, progress), plants, given)


def generate_twins(
    workspace: Workspace,
    *,
    process: str,
    cases: int,
    seed: int = 0,
    start: date,
    weeks: int = WEEKS,
    plant: Sequence[Plant] = (),
) -> tuple[Generated, Generated]:
    """Play a log and its twin, the same seed without the problems; see `generate`."""
    season = _open_season(workspace, process, cases=cases, seed=seed, start=start, weeks=weeks)
    plants = tuple(plant)
    refuse_strangers(plants, season.stage)
    season = season.expect(plants)
    given = {"seed": seed, "cases": cases, "start": start.isoformat(), "weeks": weeks, "words": "en"}
    played = season.play_all(plants)
    return _write(season, played, plants, given), _write(season, season.leave_out(played), (), given)


def _open_season(workspace: Workspace, process: str, *, cases: int, seed: int, start: date, weeks: int) -> Season:
    stage = _set_stage(workspace, process)
    _refuse_sizes(cases, start, weeks)
    clock, zone = stage.clocks[stage.process.calendar], stage.staff.zone
    arrivals = draw_arrivals(clock, zone, start, weeks, cases=cases, seed=seed)
    first, until = local_midnight(start, zone), local_midnight(start + timedelta(weeks=weeks), zone)
    return Season(stage, seed, Period(first, until, tuple(arrivals)), _prefix(process))


def _write(season: Season, played: Sequence[Played], plants: tuple[Plant, ...], given: Mapping[str, Any]) -> Generated:
    export = Export(season.stage, tuple(played), given["words"])
    rows, costs = [*export.rows()], tuple(season.costs(played, plants))
    return Generated(
        columns={column: [row[i] for row in rows] for i, column in enumerate(export.header)},
        mapping=describe_mapping(export, plants),
        truth=describe_truth(export, costs, given),
        csv=export.to_csv(rows),
        costs=costs,
        labels={step: export.spelling.label(step) for step in season.stage.steps},
    )


def _set_stage(workspace: Workspace, process: str) -> Stage:
    if process not in workspace.processes:
        known = [*workspace.processes]
        raise UsageError(f"no process '{process}'{suggest(process, known)}", f"the workspace has {', '.join(known)}")
    return Stage(workspace, workspace.processes[process])


def _refuse_sizes(cases: int, start: date, weeks: int) -> None:
    if not 1 <= cases <= _LARGEST:
        raise UsageError(f"cannot play {cases:,} cases", f"choose from 1 to {_LARGEST:,}")
    if not 1 <= weeks <= 520:
        raise UsageError(f"cannot play {weeks} weeks", "choose from 1 to 520")
    if not _YEARS[0] <= start.year <= _YEARS[1]:
        raise UsageError(f"cannot begin in {start.year}", f"choose a year from {_YEARS[0]} to {_YEARS[1]}")


def _prefix(process: str) -> str:
    """Return the letters that case ids begin with."""
    return process[:3].upper()
