"""Which rows of a log a change touches: scopes as masks."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from svcflow.errors import UsageError
from svcflow.eventlog.log import Codes, Vocabulary
from svcflow.simulation.refusals import CannotRepresentError, say
from svcflow.simulation.stations import Stations
from svcflow.simulation.traces import Rows, Traces
from svcflow.whatif import Scope
from svcflow.whatif.rows import Selector


def select(traces: Traces, stations: Stations, scope: Scope) -> Rows:
    """Return the rows in `scope`. Raises UsageError for a name that there is not.

    Where the log knows no teams, those of the model are meant.
    """
    log = traces.log
    for names in (scope.activities, scope.after):
        find_codes(log.activities, names, "activity")
    if log.has_teams:
        for name in filter(None, (scope.sender, scope.receiver)):
            find_codes(log.teams, (name,), "team")
        return Selector(log, stations.machines).select(scope)
    team = stations.of_row
    rows = Selector(log, stations.machines).select(replace(scope, sender=None, receiver=None))
    if scope.receiver is not None:
        rows &= team == find_team(stations, scope.receiver)
    if scope.sender is not None:
        rows &= (np.roll(team, 1) == find_team(stations, scope.sender)) & ~traces.first
    return rows


def find_codes(vocabulary: Vocabulary, names: tuple[str, ...], kind: str) -> Codes:
    """Return the codes of names. Raises UsageError, with the nearest name, for one that there is not."""
    found = []
    for name in names:
        code = vocabulary.find(name)
        if code is None:
            raise UsageError(f"the log has no {kind} '{name}'", _suggest(name, vocabulary.texts))
        found.append(code)
    return np.array(found, np.int32)


def find_team(stations: Stations, name: str) -> int:
    """Return the number of a team. Raises UsageError for one that there is not."""
    if name in stations.small:
        raise CannotRepresentError(
            say(
                f"{name} does too little in the log to be simulated as a queue: its times are kept",
                f"{name}在日志中的工作太少，无法作为排队模拟：保留其用时",
            )
        )
    if name not in stations.names:
        raise UsageError(f"the simulation knows no team '{name}'", _suggest(name, stations.names))
    team = stations.names.index(name)
    if not (stations.of_row == team).any():
        raise CannotRepresentError(
            say(
                f"what {name} does is not explained by when its people are seen: its times are kept",
                f"{name}的工作无法由其人员在岗情况解释：保留其用时，不模拟排队",
            )
        )
    return team


def _suggest(name: str, known: tuple[str, ...]) -> str:
    from difflib import get_close_matches  # noqa: PLC0415 - for a mistake only

    close = get_close_matches(name, known, 1, 0.5)
    shown = ", ".join(text for text in known[:6] if text)
    return f"did you mean '{close[0]}'?" if close else f"known: {shown}{' ...' if len(known) > 6 else ''}"
