"""From a log with completions only to a model of its flow: the table of advice.md 5, row by row."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from svcflow.definitions.model import Workspace
from svcflow.eventlog.log import Log
from svcflow.eventlog.selection import Moment
from svcflow.execution.concurrency import read_declared
from svcflow.mining import Mined, mine
from svcflow.mining.cases import choose_resolving
from svcflow.mining.preparation import find_codes
from svcflow.simulation.arrays import Floats, Ints
from svcflow.simulation.calibration import calibrate, recalibrate
from svcflow.simulation.cutting import cut
from svcflow.simulation.model import FlowModel
from svcflow.simulation.outcome import Bools
from svcflow.simulation.precedence import find_priority
from svcflow.simulation.presence import observe
from svcflow.simulation.rates import observe_rates
from svcflow.simulation.refusals import CannotSimulateError, Text, say
from svcflow.simulation.saturation import estimate_speed
from svcflow.simulation.service import Service, estimate_service, find_gaps
from svcflow.simulation.stations import Stations, find_stations
from svcflow.simulation.targets import list_targets
from svcflow.simulation.traces import WEEK, Traces, trace

CAPACITY_ERROR = 0.07
"""Standard deviation of the logarithm of the error of a team's capacity (advice.md 4)."""
LEAST_CASES = 30
TIMELY = 0.95
LEAST_WEEKS = 2
_WORK_SIGMA = 0.6
YEAR = 365.25 * 86_400_000
MOST_EMPTY = 5 * YEAR
"""No service does nothing for so long and goes on: dates on one side are wrong, and people would be there in vain."""

Progress = Callable[[str], None]


def fit(
    log: Log,
    mined: Mined | None = None,
    workspace: Workspace | None = None,
    *,
    until: Moment | int | None = None,
    progress: Progress | None = None,
) -> FlowModel:
    """Return the model of a log; with `until`, of what had happened by then, and nothing after it.

    `mined` is what `mine` found in the whole log; without, or with `until`, it is measured here. Raises
    CannotSimulateError with the reason in two languages where there is no simulation: neither people nor teams, dates
    instead of times, too few cases or weeks.
    """
    say_so = progress or (lambda _text: None)
    if until is not None:
        log, mined = cut(log, until), None
    _check(log)
    mined = mined or mine(log)
    say_so("finding what enables what")
    traces = trace(log, read_declared(workspace, log) if workspace else None)
    stations = find_stations(traces, mined, workspace)
    say_so("estimating work and presence")
    model = _estimate(traces, stations, mined, workspace)
    say_so("fitting delays")
    return calibrate(model)


def refit(model: FlowModel, blocks: Ints, rng: np.random.Generator, *, played: int | None = None) -> FlowModel:
    """Return `model` with its parameters estimated on some weeks of its log; see `FlowModel.resample`.

    With `played`, only so many of the weeks are played, and delays are fitted on them.
    """
    traces = model.traces
    times = np.bincount(blocks, minlength=traces.weeks).astype(np.float64)
    service, speed = model.service, model.speed
    if model.gaps is not None:
        week = np.minimum(traces.end[model.gaps.row] // 604_800_000, traces.weeks - 1).astype(np.int64)
        weight = times[week]
        service = estimate_service(traces, model.stations, model.gaps, weight)
        drawn, _ = estimate_speed(traces, model.stations, model.gaps, service, weight=weight)
        base, _ = estimate_speed(traces, model.stations, model.gaps, model.service)
        speed = model.speed * drawn / base
    speed = speed * np.exp(rng.normal(0.0, CAPACITY_ERROR, len(speed)))
    drawn_model = replace(model, service=service, speed=speed, blocks=blocks[:played])
    return recalibrate(drawn_model, int(rng.integers(2**31)))


def _check(log: Log) -> None:
    if log.cases < LEAST_CASES:
        raise CannotSimulateError(
            say(
                f"only {log.cases} cases; a simulation needs {LEAST_CASES}",
                f"只有 {log.cases} 个案例，至少需要 {LEAST_CASES} 个",
            ),
        )
    weeks = (int(log.time.max()) - int(log.start.min())) / 604_800_000
    if weeks < LEAST_WEEKS:
        raise CannotSimulateError(
            say("the log spans less than two weeks: hours of work do not show", "日志不足两周，看不出工作时间"),
        )
    stretch = _find_stretch(log)
    if stretch is not None:
        raise CannotSimulateError(_say_stretch(*stretch))
    if log.instances == log.cases:
        raise CannotSimulateError(
            say("every case is a single event: nothing waits for anything", "每个案例只有一个事件：没有等待可言"),
        )
    if not (log.time % 86_400_000 != log.time[0] % 86_400_000).any():
        raise CannotSimulateError(
            say("the log holds dates without times of day: queues do not show", "日志只有日期没有时刻：看不出排队"),
        )


def _find_stretch(log: Log) -> tuple[int, int] | None:
    """Return the ends of the longest time in which nothing begins or ends, where no service pauses for so long."""
    moments = np.sort(np.concatenate([log.time, log.start[log.has_start]]))
    longest = int(np.argmax(np.diff(moments)))
    before, after = moments[longest : longest + 2].tolist()
    return (before, after) if after - before > MOST_EMPTY else None


def _say_stretch(before: int, after: int) -> Text:
    years = round((after - before) / YEAR)
    first, last = (str(np.datetime64(moment, "ms"))[:10] for moment in (before, after))
    return say(
        f"nothing happens for {years} years between {first} and {last}: some time stamps are wrong "
        "(see `svcflow inspect`); leave their cases out",
        f"{first} 至 {last} 之间 {years} 年没有任何步骤：其中有错误的时间（见 `svcflow inspect`）；请排除这些案例",
    )


def _estimate(traces: Traces, stations: Stations, mined: Mined, workspace: Workspace | None) -> FlowModel:
    """Return the model before its delays are fitted."""
    log = traces.log
    gaps, measured = None, None
    if stations.mode == "people":
        gaps = find_gaps(traces, (log.resource > 0) & ~np.isin(log.resource, mined.waits.machines_array))
        service = estimate_service(traces, stations, gaps)
        speed, measured = estimate_speed(traces, stations, gaps, service)
        recorded = service.recorded
        typical = np.where(np.isnan(recorded), service.median[log.activity], recorded)
        presence = observe(traces, stations, typical)
        capacity, people = presence.heads, presence.people
    else:
        service, speed = _make_units(traces), np.ones(len(stations.names))
        capacity, people = observe_rates(traces, stations), np.full(len(stations.names), np.nan)
    priority, field = find_priority(traces, stations)
    return FlowModel(
        traces=traces,
        stations=stations,
        service=service,
        speed=speed,
        extraneous=np.zeros(len(stations.names)),
        capacity=capacity,
        people=people,
        priority=priority,
        resolving=_find_resolving(log, mined),
        counted=choose_counted(traces, mined.counted),
        targets=list_targets(log, workspace),
        gaps=gaps,
        measured=measured,
        workspace=workspace,
        priority_field=field,
    )


def choose_counted(traces: Traces, closed: Bools) -> Bools:
    """Return which cases statistics take in: of those closed, the ones that came after the first week and in good time.

    Near the end of a log only quick cases are closed: arrivals are left out from where a twentieth of the cases would
    not have been closed in time. In the first week queues are still filling. Short logs keep what they have.
    """
    arrival, end = traces.arrival, float(traces.end.max())
    last = np.maximum.reduceat(traces.end, traces.log.offsets[:-1])
    early = closed & (arrival < arrival.min() + (end - arrival.min()) / 2)
    if not early.any():
        return closed
    limit = end - float(np.quantile((last - arrival)[early], TIMELY))
    kept = closed & (arrival < limit) & (arrival >= arrival.min() + WEEK)
    return kept if kept.sum() >= closed.sum() / 2 else closed


def _make_units(traces: Traces) -> Service:
    """Return work in units of one completion: where only rates are known, an instance takes one of them on average."""
    width = len(traces.log.activities)
    hour: Floats = np.full(width, 3_600_000.0 * np.exp(-(_WORK_SIGMA**2) / 2))
    sigma = np.full(width, _WORK_SIGMA)
    nothing = np.full(traces.log.instances, np.nan)
    return Service(hour, sigma, np.ones(width), np.zeros(width, np.int64), nothing)


def _find_resolving(log: Log, mined: Mined) -> Ints:
    """Return the row that resolves each case, -1 where none does."""
    codes = find_codes(log, mined.done)
    rows = np.flatnonzero(np.isin(log.activity, choose_resolving(log, codes))) if len(codes) else np.empty(0, np.int64)
    last = np.full(log.cases, -1, np.int64)
    last[log.case_of_row[rows]] = rows  # rows ascend, so the last one of a case stays
    return last
