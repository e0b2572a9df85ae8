"""The parameters of one model on the cases of another, so that nothing of what came later is known to it.

Delays that fall where the log shows them are known for the rows that both logs hold; of later rows, delays are drawn
from those of the same team and activity.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from svcflow.simulation.arrays import Floats, Ints
from svcflow.simulation.model import FlowModel

Bools = NDArray[np.bool_]


def carry_delays(model: FlowModel, other: FlowModel, place: Ints, seed: int = 0) -> tuple[Floats, Bools]:
    """Return the delay of each row of `other`, and which fall by chance; `place` is each of its teams in `model`."""
    at_team = other.stations.of_row >= 0
    team = np.where(at_team, place[np.maximum(other.stations.of_row, 0)], -1)
    own, random = model.plan.delay, model.plan.random
    by_chance = np.zeros(len(model.teams) + 1, np.bool_)
    by_chance[model.stations.of_row[random & (model.stations.of_row >= 0)]] = True
    chance = by_chance[team] | (team < 0)
    unknown = np.where(at_team, other.extraneous[np.maximum(other.stations.of_row, 0)], 0.0)
    delays = np.where(team >= 0, np.append(model.extraneous, 0.0)[team], unknown)
    shown = np.flatnonzero(~chance)
    if not len(shown):
        return delays, chance
    same = _match_rows(model, other)[shown]
    drawn = _draw_alike(model, other, (shown, team[shown]), np.random.default_rng([seed, 4]))
    delays[shown] = np.where(same >= 0, own[np.maximum(same, 0)], drawn)
    return delays, chance


def _match_rows(model: FlowModel, other: FlowModel) -> Ints:
    """Return the row of `model` that each row of `other` is, -1 for none: the first rows of a case of both logs."""
    known = {case: number for number, case in enumerate(model.log.case_ids)}
    case = np.array([known.get(name, -1) for name in other.log.case_ids], np.int64)[other.traces.case]
    sizes = np.append(np.diff(model.log.offsets), 0)
    rank = np.arange(other.log.instances) - other.log.offsets[other.traces.case]
    return np.where((case >= 0) & (rank < sizes[case]), model.log.offsets[:-1][case] + rank, -1)


def _draw_alike(model: FlowModel, other: FlowModel, rows: tuple[Ints, Ints], rng: np.random.Generator) -> Floats:
    """Return for rows of `other`, with their teams in `model`, the delay of some row of the same team and activity."""
    row, team = rows
    width = len(model.log.activities)
    key = team * width + other.log.activity[row]
    pool_key = model.stations.of_row * width + model.log.activity
    order = np.argsort(pool_key, kind="stable")
    low, high = (np.searchsorted(pool_key[order], key, side=side) for side in ("left", "right"))
    alone = low == high
    by_team = np.argsort(model.stations.of_row, kind="stable")
    teams = model.stations.of_row[by_team]
    first, last = np.searchsorted(teams, team), np.searchsorted(teams, team, side="right")
    luck = rng.random(len(row))
    chosen = order[np.minimum((low + luck * (high - low)).astype(np.int64), len(order) - 1)]
    instead = by_team[np.minimum((first + luck * (last - first)).astype(np.int64), len(order) - 1)]
    return np.asarray(model.plan.delay[np.where(alone, instead, chosen)], dtype=np.float64)
