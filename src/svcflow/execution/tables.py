"""Moves and clocks as frames."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from svcflow.eventlog.log import MISSING_TIME, Log
from svcflow.execution.expansion import Moves
from svcflow.execution.frame import Coded, Frame, Values
from svcflow.execution.sla import STATES, Measured
from svcflow.execution.story import MOVES
from svcflow.execution.track import Rows, Track


def move_frame(moves: Moves, track: Track, names: tuple[str, ...], times: tuple[Rows, Rows]) -> Frame:
    """Return one row for each move of every case.

    There are more moves than events: their columns are narrow, and what the log holds already is derived from it.
    """
    log = track.knowledge.log
    none = np.full(len(moves.event), -1)
    rows = np.where(moves.event >= 0, track.rows[moves.event], -1) if len(track.rows) else none
    since = np.where(moves.enabled >= 0, track.rows[moves.enabled], -1) if len(track.rows) else none
    width = np.int32 if log.instances < 2**31 else np.int64
    spent, limit = times
    return Frame(
        {
            "case": Coded(track.cases[moves.case].astype(np.int32), log.case_ids),
            "kind": Coded(moves.kind.astype(np.int32), MOVES),
            "step": Coded(moves.step.astype(np.int32), names),
            "row": rows.astype(width),
            "enabled_row": since.astype(width),
            "round": moves.round.astype(np.int32),
            "business_s": np.where(spent >= 0, spent / 1000, np.nan),
            "within_s": np.where(limit >= 0, limit / 1000, np.nan),
            "index": moves.case,
        },
        times=("at", "enabled_at"),
        derived={"at": _time_of(log, "row"), "enabled_at": _time_of(log, "enabled_row"), "actor": _actor_of(log)},
    )


def _time_of(log: Log, column: str) -> Callable[[Frame, Any], Values | Coded]:
    def derive(frame: Frame, rows: Any) -> Values | Coded:
        row = frame[column][rows]
        return np.where(row >= 0, log.time[row], MISSING_TIME) if len(log.time) else np.full(len(row), MISSING_TIME)

    return derive


def _actor_of(log: Log) -> Callable[[Frame, Any], Values | Coded]:
    def derive(frame: Frame, rows: Any) -> Values | Coded:
        row = frame["row"][rows]
        actor = log.resource[row] if len(log.resource) else np.zeros(len(row), np.int32)
        return Coded(np.where((row >= 0) & (actor > 0), actor, -1).astype(np.int32), log.resources.texts)

    return derive


def clock_frame(measured: list[Measured], track: Track) -> Frame:
    """Return one row for each clock, case by case."""
    nothing = np.zeros(0, np.int64)

    def joined(name: str) -> NDArray[np.int64]:
        return np.concatenate([nothing, *(getattr(clock, name) for clock in measured)])

    case, start = joined("case"), joined("start")
    sla = np.concatenate([nothing, *(np.full(len(clock.case), i) for i, clock in enumerate(measured))])
    order = np.lexsort((start, sla, case))
    case, start = case[order], start[order]
    return Frame(
        {
            "case": Coded(track.cases[case].astype(np.int32), track.knowledge.log.case_ids),
            "sla": Coded(sla[order].astype(np.int32), tuple(clock.sla.id for clock in measured)),
            "state": Coded(joined("state")[order].astype(np.int32), STATES),
            "business_s": joined("business")[order] / 1000,
            "elapsed_s": joined("elapsed")[order] / 1000,
            "target_s": joined("target")[order] / 1000,
            "started": track.times[start] if len(start) else start,
            "stopped": joined("stopped_at")[order],
            "index": case,
        },
        times=("started", "stopped"),
    )
