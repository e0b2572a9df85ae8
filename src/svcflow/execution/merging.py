"""Results put together: those of blocks of cases, and those of several versions of a process."""

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

_FRAMES = ("cases", "moves", "deviations", "clocks", "rungs", "obligations", "allowed")


def stack_blocks(blocks: list[ProcessRuns]) -> ProcessRuns:
    """Return the results of consecutive blocks of one process's cases as one. The blocks are used up."""
    if len(blocks) == 1:
        return blocks[0]
    counts = [len(block.cases) for block in blocks]
    shifts = np.cumsum([0, *counts[:-1]])
    frames: dict[str, Any] = {name: _stack([getattr(block, name) for block in blocks], shifts) for name in _FRAMES}
    return replace(blocks[0], **frames)


def _stack(frames: list[Frame], shifts: NDArray[np.int64]) -> Frame:
    """Return the rows of frames one after the other; `shifts` are the cases before each.

    A block's column is let go once it is copied, unless the block still has to tell something from it.
    """
    parts = [dict(frame.columns) for frame in frames]
    times, told = frames[0].times, frames[0].told
    columns: dict[str, Any] = {}
    if not told:
        for frame in frames:
            if isinstance(frame.columns, dict):
                frame.columns.clear()
    for key in list(parts[0]):
        pieces = [part.pop(key) for part in parts]
        if key == "index":
            pieces = [piece + shift for piece, shift in zip(pieces, shifts, strict=True)]
        columns[key] = _join(pieces)
    starts = np.cumsum([0, *(len(frame) for frame in frames)])

    def teller(key: str) -> Any:
        def tell(row: int) -> str:
            block = int(np.searchsorted(starts, row, side="right")) - 1
            return frames[block].told[key](row - int(starts[block]))

        return tell

    return Frame(columns, times, {key: teller(key) for key in told})


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
        name: _merge_frames([getattr(part, name) for part in parts], places, name) for name in _FRAMES
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

    return Frame(columns, frames[0].times, {key: teller(key) for key in frames[0].told})


def _join(columns: list[Any], order: NDArray[np.int64] | None = None) -> Any:
    """Return columns one after the other, in an order if one is given."""

    def ordered(values: NDArray[Any]) -> NDArray[Any]:
        return values if order is None else values[order]

    if not isinstance(columns[0], Coded):
        return ordered(np.concatenate(columns))
    if all(column.texts == columns[0].texts for column in columns):
        return Coded(ordered(np.concatenate([column.codes for column in columns])), columns[0].texts)
    known: dict[str, int] = {}
    parts = []
    for column in columns:
        table = np.asarray([*(known.setdefault(text, len(known)) for text in column.texts), -1], np.int32)
        parts.append(table[column.codes])
    return Coded(ordered(np.concatenate(parts)), tuple(known))
