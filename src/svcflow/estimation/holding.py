"""Teams whose waits no queue explains: their work keeps the time it took in the log, and they are not asked about.

A team that shows more work than its people could have done, or whose waits do not follow its backlog, is no queue that
a model could move: people come when there is work, or somebody else decides. The choice is made on a period between the
one a model is fitted on and the one it is tested on (advice.md 4.1, step 1): only where the queues of all teams
foretell it worse than repeating past weeks does.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from svcflow.estimation.evidence import Response, Text
from svcflow.estimation.gates.load_response import LEAST
from svcflow.simulation.model import FlowModel

NOTE = "held:"
FULL = 0.95
"""From this utilisation on the capacity of a team is not what its completions show."""


def hold(model: FlowModel, teams: Sequence[str]) -> FlowModel:
    """Return the model in which the work of `teams` takes the time it took; teams that it does not know are passed."""
    places = [model.teams.index(team) for team in teams if team in model.teams]
    if not places:
        return model
    held = np.isin(model.stations.of_row, places)
    stations = replace(model.stations, of_row=np.where(held, -1, model.stations.of_row))
    notes = tuple(f"{NOTE}{model.teams[place]}" for place in places)
    return replace(model, stations=stations, notes=(*model.notes, *notes))


def list_held(model: FlowModel) -> tuple[str, ...]:
    """Return the teams of a model whose work takes the time it took."""
    return tuple(note.removeprefix(NOTE) for note in model.notes if note.startswith(NOTE))


def find_overfull(model: FlowModel, utilisation: Mapping[str, float]) -> tuple[str, ...]:
    """Return the teams that show more work than they could have done."""
    return tuple(team for team in model.teams if utilisation.get(team, 0.0) > FULL)


def find_unmoved(model: FlowModel, responses: Mapping[str, Response]) -> tuple[str, ...]:
    """Return the teams whose waits do not follow their backlog."""
    return tuple(team for team in model.teams if team in responses and responses[team].rank < LEAST)


def explain_held(team: str) -> Text:
    """Return why nothing is simulated at a team that is held."""
    return {
        "en": f"waiting at {team} is not explained by its load: people come and go with the work",
        "zh": f"{team} 的等待无法由其负荷解释：人手随工作量增减",
    }
