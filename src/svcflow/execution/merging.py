"""The results of several versions of a process as those of one: its cases in the order of the log."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from svcflow.definitions.model import Process
from svcflow.execution.frame import Coded, Frame
from svcflow.execution.outcome import ProcessRuns
from svcflow.execution.piling import FRAMES
from svcflow.execution.piling import recode as _recode


def merge_runs(parts: Sequence[ProcessRuns]) -> ProcessRuns:
    """Return one result: the latest version's, with the SLAs, rules and measures of the older ones besides."""
    if len(parts) == 1:
        return parts[0]
    cases = np.concatenate([part.cases["case"].codes for part in parts])
    rank = np.empty(len(cases), np.int64)
    rank[np.argsort(cases)] = np.arange(len(cases))
    cuts = np.cumsum([0, *(len(part.cases) for part in parts)])
    places = [rank[a:b] for a, b in pairwise(cuts.tolist())]
    frames: dict[str, Any] = {
        name: _merge_frames([getattr(part, name) for part in parts], places, name) for name in FRAMES
    }
    steps = np.cumsum([0, *(part.sequences for part in parts)])
    shift = np.concatenate([np.full(len(part.cases), n) for part, n in zip(parts, steps, strict=False)])
    order = np.argsort(rank)
    columns = dict(frames["cases"].columns)
    columns["sequence"] = frames["cases"]["sequence"] + shift[order]
    frames["cases"] = Frame(columns, frames["cases"].times, frames["cases"].told)
    notes = tuple(dict.fromkeys(note for part in parts for note in part.notes))
    return ProcessRuns(process=_union([p.process for p in parts]), **frames, notes=notes, sequences=int(steps[-1]))


def _union(versions: Sequence[Process]) -> Process:
    """Return the latest version, which also names what only older ones have."""
    merged = versions[-1]
    for older in reversed(versions[:-1]):
        merged = replace(
            merged,
            steps=merged.steps | {k: v for k, v in older.steps.items() if k not in merged.steps},
            slas=merged.slas | {k: v for k, v in older.slas.items() if k not in merged.slas},
            rules=merged.rules | {k: v for k, v in older.rules.items() if k not in merged.rules},
            kpis=merged.kpis | {k: v for k, v in older.kpis.items() if k not in merged.kpis},
        )
    return merged


def _merge_frames(frames: list[Frame], places: list[NDArray[np.int64]], name: str) -> Frame:
    """Return the rows of all frames, case by case; `places` says where each case of a frame stands among all."""
    if name == "cases":
        index = np.concatenate(places)
    else:
        index = np.concatenate([place[frame["index"]] for frame, place in zip(frames, places, strict=True)])
    order = np.argsort(index, kind="stable")
    columns: dict[str, Any] = {key: _join([frame[key] for frame in frames], order) for key in frames[0].columns}
    if name != "cases":
        columns["index"] = index[order]
    lengths = [len(frame) for frame in frames]
    of = np.repeat(np.arange(len(frames)), lengths)[order]
    rows = np.concatenate([np.arange(n) for n in lengths])[order]

    def teller(key: str) -> Any:
        return lambda row: frames[int(of[row])].told[key](int(rows[row]))

    return Frame(columns, frames[0].times, {key: teller(key) for key in frames[0].told}, frames[0].derived)


def _join(columns: list[Any], order: NDArray[np.int64]) -> Any:
    """Return columns one after the other, in an order."""
    if not isinstance(columns[0], Coded):
        return np.concatenate(columns)[order]
    if all(column.texts is columns[0].texts for column in columns):
        return Coded(np.concatenate([column.codes for column in columns])[order], columns[0].texts)
    known: dict[str, int] = {}
    return Coded(np.concatenate([_recode(column, known) for column in columns])[order], tuple(known))
