"""Promises over time: of the SLA clocks that started in a week, or a month, how many were kept."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from svcflow.analysis.casebook import Casebook
    from svcflow.execution import Runs
    from svcflow.execution.outcome import ProcessRuns

Row = dict[str, Any]

JUDGED = ("met", "breached", "overdue")
MOST_WEEKS, MOST_MONTHS = 27, 36
"""More weeks than this are told by the month; of more months, the last ones are."""


def trace_attainment(runs: Runs | None, book: Casebook) -> list[Row]:
    """Return for each SLA its bars: the local week or month from the day `from`, and the clocks started in it by state.

    `running` are clocks that are not judged yet. Examples are of promises not kept.
    """
    if runs is None:
        return []
    zone = ZoneInfo(runs.workspace.organisation.timezone)
    return [
        row for run in runs.processes.values() for name in run.process.slas for row in _trace(run, name, zone, book)
    ]


def _trace(run: ProcessRuns, sla: str, zone: ZoneInfo, book: Casebook) -> list[Row]:
    """Return the bars of one SLA, in a list; none where no clock was judged."""
    names, states = run.clocks["sla"], run.clocks["state"]
    here = np.flatnonzero(np.isin(names.codes, [code for code, text in enumerate(names.texts) if text == sla]))
    state = np.array(states.texts, object)[states.codes[here]] if len(here) else np.empty(0, object)
    started = run.clocks["started"][here]
    judged = np.isin(state, JUDGED)
    if not judged.any():
        return []
    days = list_days(int(started.min()), int(started.max()), zone)
    begins = np.array([round(datetime(d.year, d.month, d.day, tzinfo=zone).timestamp() * 1000) for d in days])
    bar = np.searchsorted(begins, started, side="right") - 1
    case = run.cases["case"].codes[run.clocks["index"][here]]
    bars = [_count(day, state[bar == n], case[bar == n], book) for n, day in enumerate(days)]
    period = "week" if len(days) < 2 or (days[1] - days[0]).days == 7 else "month"
    return [
        {"process": run.process.id, "sla": sla, "period": period, "objective": run.process.slas[sla].objective}
        | {"bars": bars}
    ]


def _count(day: date, state: NDArray[Any], case: NDArray[Any], book: Casebook) -> Row:
    counts = {name: int((state == name).sum()) for name in JUDGED}
    judged = sum(counts.values())
    missed = np.unique(case[np.isin(state, ("breached", "overdue"))])
    return {
        "from": day.isoformat(),
        **counts,
        "running": int(np.isin(state, ("running", "paused")).sum()),
        "attainment": counts["met"] / judged if judged else None,
        "examples": book.choose(missed if len(missed) else np.unique(case), fresh=1),
    }


def list_days(first: int, last: int, zone: ZoneInfo) -> list[date]:
    """Return the Mondays, or else the first days of months, that begin the periods between two instants.

    >>> [day.isoformat() for day in list_days(1_767_600_000_000, 1_768_600_000_000, ZoneInfo("Asia/Shanghai"))]
    ['2026-01-05', '2026-01-12']
    """
    begin, end = (datetime.fromtimestamp(moment / 1000, UTC).astimezone(zone).date() for moment in (first, last))
    monday = begin - timedelta(days=begin.weekday())
    if (end - monday).days < 7 * MOST_WEEKS:
        return [monday + timedelta(days=7 * n) for n in range((end - monday).days // 7 + 1)]
    months = range(begin.year * 12 + begin.month - 1, end.year * 12 + end.month)
    return [date(month // 12, month % 12 + 1, 1) for month in months][-MOST_MONTHS:]
