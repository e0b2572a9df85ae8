"""Files that are one log together: whether they know the same, and whether their periods meet."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from svcflow.eventlog.log import UNKNOWN, Quality
from svcflow.eventlog.quality.catalogue import found
from svcflow.eventlog.quality.context import Context
from svcflow.eventlog.quality.survey import DAY

ROLES = ("resource", "team")
SILENT, TOLD = 0.95, 0.5
"""A file is silent about a role that is unknown in so much of it, while others leave at most that much unknown."""
APART = 30 * DAY


def uneven_files(context: Context) -> Quality | None:
    """Count steps of files that do not say who did it, or which team, while other files of the log do."""
    file_of = _find_files(context)
    if file_of is None:
        return None
    sizes = np.bincount(file_of, minlength=len(context.files))
    silent_rows, told = np.zeros(len(file_of), bool), []
    for role in ROLES:
        codes = context.log.resource if role == "resource" else context.log.team
        missing = np.bincount(file_of[codes == UNKNOWN], minlength=len(sizes)) / np.maximum(sizes, 1)
        silent = (missing >= SILENT) & (sizes > 0)
        if silent.any() and ((missing <= TOLD) & (sizes > 0)).any():
            silent_rows |= silent[file_of]
            told.append(f"{role} in {_list(context, np.flatnonzero(silent))}")
    count = int(silent_rows.sum())
    if not count:
        return None
    text = f"{count:,} steps are of files that say less than the others: no {'; no '.join(told)}"
    return found(
        "uneven-files", count, count / len(file_of), text, context.rows(np.flatnonzero(silent_rows)[:5].tolist())
    )


def files_apart(context: Context) -> Quality | None:
    """Count steps of files whose period lies far from that of all files before or after them."""
    file_of = _find_files(context)
    if file_of is None:
        return None
    time = context.log.time
    kinds = [number for number in range(len(context.files)) if (file_of == number).any()]
    spans = sorted((int(time[file_of == number].min()), int(time[file_of == number].max()), number) for number in kinds)
    reached = np.maximum.accumulate([end for _, end, _ in spans])
    whole = int(reached[-1]) - spans[0][0]
    gaps = [spans[place + 1][0] - int(reached[place]) for place in range(len(spans) - 1)]
    if not gaps or max(gaps) <= max(APART, whole // 10):
        return None
    cut = gaps.index(max(gaps)) + 1
    sides = [[number for _, _, number in side] for side in (spans[:cut], spans[cut:])]
    few = min(sides, key=lambda side: int(np.isin(file_of, side).sum()))
    chosen = np.isin(file_of, few)
    count, share = int(chosen.sum()), float(chosen.mean())
    text = f"{count:,} steps of {_list(context, np.array(few))} lie {max(gaps) // DAY:,} days from the other files"
    return found("files-apart", count, share, text, context.rows(np.flatnonzero(chosen)[:5].tolist()))


def _find_files(context: Context) -> NDArray[np.int64] | None:
    """Return the file that each step stands in, ``None`` where the log is of one file or that is not known."""
    if len(context.files) < 2 or context.numbers is None:
        return None
    above = np.array([first for first, _ in context.files], np.int64)
    numbers = context.numbers(np.arange(context.log.instances))
    return np.searchsorted(above, numbers, side="left") - 1


def _list(context: Context, files: NDArray[np.int64]) -> str:
    names = [context.files[number][1] for number in files.tolist()]
    return ", ".join(names[:3]) + (f" and {len(names) - 3} more" if len(names) > 3 else "")
