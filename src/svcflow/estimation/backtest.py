"""What a model foretells of weeks it has not seen, against what it would be to repeat the weeks before.

The cases of a log are cut in time by their arrival. *Conditional*: arrivals, routes and staffing of the held-out period
are given, only queueing is simulated. *Unconditional*: whole weeks of historical cases are drawn from the last eight
before it and played by the model; the same weeks as they were are the naive prediction. What lies behind the end of
the log is cut from all of them, as it is from the log. Source: advice.md 4.1.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from svcflow.calendars import HOUR_MS
from svcflow.errors import UsageError
from svcflow.estimation.bootstrap import LATEST, WEEK_MS
from svcflow.estimation.distances import correlate_load, cycle_time, measure_distances
from svcflow.estimation.evidence import HoldOut
from svcflow.estimation.periods import TEST, split
from svcflow.estimation.traces import Places, Traces
from svcflow.eventlog.log import Log
from svcflow.simulation.model import FlowModel
from svcflow.simulation.outcome import Outcome

HALVES = 40
NEVER = 2**62
LEAST = 30
"""Cases below which a held-out period says nothing."""


@dataclass(frozen=True, slots=True)
class Period:
    """The arrivals that are held out, from the first to the last (milliseconds on the wall since a model's origin).

    With `cut`, predictions are cut where the log ends, as the log itself is.
    """

    first: int
    last: int
    cut: bool = True


@dataclass(frozen=True, slots=True)
class Backtest:
    """Distances of the predictions to the held-out period by name (hours; NGD a share), means over the replications.

    `floor` is what two random halves of the period differ by, `floor95` its 95th percentile of CTD. `sojourns` are the
    simulated mean sojourns over the observed ones by team, and `mean` and `p90` those of the cycle times, all of the
    conditional back-test; `load` is its rank correlation of the daily work in progress.
    """

    cases: int
    replications: int
    simulated: dict[str, float]
    naive: dict[str, float]
    conditional: dict[str, float]
    floor: dict[str, float]
    floor95: float
    load: float
    mean: float
    p90: float
    sojourns: dict[str, float]

    @property
    def skill(self) -> dict[str, float]:
        """Return ``1 - (simulated - floor) / (naive - floor)`` by distance: 1 is perfect, 0 is repeating the past."""
        return {
            name: 1 - (self.simulated[name] - self.floor[name]) / (self.naive[name] - self.floor[name])
            if self.naive[name] > self.floor[name]
            else float("nan")
            for name in self.simulated
        }

    def judge(self) -> HoldOut:
        """Return what the gate of the hold-out looks at."""
        return HoldOut(self.simulated["CTD"], self.naive["CTD"], self.floor["CTD"], self.floor95, self.load)


def backtest(
    early: FlowModel,
    whole: FlowModel,
    period: Period,
    *,
    replications: int = 20,
    seed: int = 0,
) -> Backtest:
    """Return how far `early`, fitted on what had happened before the `period`, is from what came then in `whole`.

    Raises UsageError where fewer than 30 cases are held out, or no whole week lies before them.
    """
    observed = read_log_traces(whole)
    test = np.flatnonzero((observed.arrival >= period.first) & (observed.arrival <= period.last))
    if len(test) < LEAST:
        raise UsageError(f"only {len(test)} cases in the held-out period", f"a back-test needs {LEAST}")
    held = observed.take(test)
    end = int(observed.end.max()) if period.cut else NEVER
    model = early.on(whole)
    predictions = [_predict(model, period, end, np.random.default_rng([seed, n])) for n in range(replications)]
    zone = "UTC"  # the times of a model are on the wall clock already
    simulated, naive = (
        _average([measure_distances(held, pair[side], zone) for pair in predictions]) for side in (0, 1)
    )
    given = [_play_given(model, test, end, seed + n) for n in range(min(replications, 5))]
    random = np.random.default_rng([seed, 99])
    halves = [_halve(held, random) for _ in range(HALVES)]
    floors = [measure_distances(*pair, zone) for pair in halves[:10]]
    first = given[0]
    return Backtest(
        len(test),
        replications,
        simulated,
        naive,
        _average([measure_distances(held, played, zone) for played in given]),
        _average(floors),
        float(np.quantile([cycle_time(*pair) for pair in halves], 0.95)),
        float(np.mean([correlate_load(held, played) for played in given])),
        float(np.mean([played.cycle.mean() for played in given]) / max(held.cycle.mean(), 1)),
        float(np.mean([np.percentile(played.cycle, 90) for played in given]) / max(np.percentile(held.cycle, 90), 1)),
        _compare_sojourns(model, whole, period.first, (end, seed)) if first.cases else {},
    )


def find_periods(model: FlowModel, test: float = TEST) -> tuple[Period, Period]:
    """Return the period that choices are made on, and the one that is tested: the last share `test` of the cases."""
    found = split(read_log_traces(model), test)
    return Period(found.chosen_from, found.tested_from - 1), Period(found.tested_from, found.ends)


def read_log_traces(model: FlowModel) -> Traces:
    """Return the log of a model as traces on the wall clock since its origin."""
    traces = model.traces
    start, end = (np.rint(column).astype(np.int64) for column in (traces.start, traces.end))
    return Traces(traces.case, traces.log.activity, start, end, np.arange(traces.log.cases))


def read_run(outcome: Outcome, log: Log, shift: Places | None = None) -> Traces:
    """Return what a log of a run would show: no row that was dropped, no start where the log has none."""
    rows = outcome.instances
    kept = ~rows.dropped
    end = np.rint(rows.end).astype(np.int64)
    start = np.where(log.has_start[rows.row], np.rint(np.maximum(rows.start, 0)).astype(np.int64), end)
    if shift is not None:
        start, end = start + shift[rows.case], end + shift[rows.case]
    found = Traces(rows.case, rows.activity.astype(np.int32), start, end, outcome.case)
    return found.where(kept)


def cut_off(traces: Traces, end: int) -> Traces:
    """Return what a log shows that ends at an instant: rows that ended by then."""
    return traces.where(traces.end <= end)


def list_weeks_before(model: FlowModel, moment: int) -> Places:
    """Return the last eight whole weeks of a model's log before a moment; not its first one, which is cut."""
    last = int(moment // WEEK_MS)
    known = np.unique(model.traces.week)
    known = known[(known < last) & ((known > 0) | (last == 1))]
    if not len(known):
        raise UsageError("no whole week lies before the held-out period", "a back-test needs a longer log")
    return np.asarray(known[-LATEST:], dtype=np.int64)


def _predict(model: FlowModel, period: Period, end: int, random: np.random.Generator) -> tuple[Traces, Traces]:
    """Return the period as the model plays drawn weeks, and as those weeks were."""
    moment = period.first
    known = list_weeks_before(model, moment)
    weeks = int(-(-(period.last - moment) // WEEK_MS)) + 2
    blocks = known[random.integers(0, len(known), weeks)]
    played = replace(model, blocks=blocks).run(seed=int(random.integers(2**31)))
    first = int(moment // WEEK_MS) - 1
    ahead = np.full(len(played.week), first * WEEK_MS, dtype=np.int64)
    simulated = read_run(played, model.log, ahead)
    log = read_log_traces(model)
    repeated = log.take(played.case, (played.week + first - model.traces.week[played.case]) * WEEK_MS)
    last = period.last
    return tuple(  # type: ignore[return-value]
        cut_off(_arriving(traces, moment, last), end) for traces in (simulated, repeated)
    )


def _play_given(model: FlowModel, test: Places, end: int, seed: int) -> Traces:
    """Return the cases of the test as the model plays the whole log: those before them make the queues they meet."""
    played = read_run(model.run(seed=seed), model.log)
    return cut_off(played.take(np.flatnonzero(np.isin(played.source, test))), end)


def _arriving(traces: Traces, first: int, last: int) -> Traces:
    return traces.take(np.flatnonzero((traces.arrival >= first) & (traces.arrival <= last)))


def _halve(traces: Traces, random: np.random.Generator) -> tuple[Traces, Traces]:
    mixed = random.permutation(traces.cases)
    half = traces.cases // 2
    return traces.take(np.sort(mixed[:half])), traces.take(np.sort(mixed[half:]))


def _compare_sojourns(model: FlowModel, whole: FlowModel, moment: int, how: tuple[int, int]) -> dict[str, float]:
    end, seed = how
    played, seen = model.run(seed=seed), whole.observe()
    means = [_mean_sojourns(outcome, moment, end, len(whole.teams)) for outcome in (played, seen)]
    with np.errstate(invalid="ignore", divide="ignore"):
        ratio = means[0] / means[1]
    return {name: float(value) for name, value in zip(whole.teams, ratio, strict=True) if np.isfinite(value)}


def _mean_sojourns(outcome: Outcome, moment: int, end: int, teams: int) -> NDArray[np.float64]:
    rows = outcome.instances
    mine = (rows.team >= 0) & ~rows.dropped & (rows.enabled >= moment) & (rows.end <= end)
    spent = (rows.end - rows.enabled)[mine] / HOUR_MS
    count = np.bincount(rows.team[mine], minlength=teams)
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.asarray(np.bincount(rows.team[mine], spent, teams) / count, dtype=np.float64)


def _average(found: Sequence[dict[str, float]]) -> dict[str, float]:
    return {name: float(np.mean([one[name] for one in found])) for name in found[0]}
