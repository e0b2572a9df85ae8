"""Places among the events of a track: the next event of some kind, the events at the same instant."""

from __future__ import annotations

import numpy as np

from svcflow.execution.track import Rows, Track

BEYOND = int(np.iinfo(np.int64).max)


def following(events: Rows, since: Rows) -> Rows:
    """Return the first of some events (sorted) at or after each place, BEYOND where there is none."""
    beyond = np.append(events, BEYOND)
    return beyond[np.searchsorted(events, since)]


def same_instant(track: Track) -> tuple[Rows, Rows]:
    """Return for each event the first and the last event of its case at the same instant."""
    size = len(track.rows)
    if not size:
        return track.rows, track.rows
    new = np.ones(size, np.bool_)
    new[1:] = (track.times[1:] != track.times[:-1]) | (track.case_of[1:] != track.case_of[:-1])
    begins = np.flatnonzero(new)
    group = np.cumsum(new) - 1
    return begins[group], np.append(begins[1:], size)[group] - 1


def events_of(track: Track, steps: tuple[str, ...], wanted: tuple[str, ...]) -> Rows:
    """Return the events of some steps; `steps` names all steps of the track in order."""
    index = {step: i for i, step in enumerate(steps)}
    return np.flatnonzero(np.isin(track.steps, [index[step] for step in wanted if step in index]))
