"""Scenarios in the words of a log: step ids become the activities that show them, team ids the names the log gives.

A name that the log knows stands for itself. An activity that a label shows only under a condition counts as its step.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any

from svcflow.definitions.model import Process, Workspace
from svcflow.definitions.patterns import fold, matches
from svcflow.errors import UsageError
from svcflow.eventlog.log import Log, Vocabulary
from svcflow.guards import suggest
from svcflow.whatif.changes import Capacity, Change, MergeTeams, Names, Parallel, Scope
from svcflow.whatif.scenario import WhatIf


def translate(scenario: WhatIf, log: Log, workspace: Workspace | None = None, process: str | None = None) -> WhatIf:
    """Return the scenario in the words of `log`.

    `process` is the definition that step ids are looked up in first. Raises UsageError for a name that neither the log
    nor the definitions know, and for one that cannot mean what it must.
    """
    words = _Words(log, workspace, process)
    changes = [translated for change in scenario.changes for translated in _translate(change, words)]
    return replace(scenario, changes=tuple(changes))


@dataclass(frozen=True, slots=True)
class _Words:
    """What names mean: looked up in the log, then among the definitions."""

    log: Log
    workspace: Workspace | None
    process: str | None

    def find_activities(self, name: str) -> Names:
        """Return the activities that a name means."""
        if self.log.activities.find(name) is not None:
            return (name,)
        for step in (process.steps[name] for process in self._list_processes() if name in process.steps):
            patterns = [fold(label.pattern) for label in step.labels] or [fold(step.id)]
            found = _match(self.log.activities, patterns)
            if found:
                return found
            raise UsageError(f"no event of the log shows the step '{name}'", "see its labels, or name an activity")
        known = [*self.log.activities.texts, *(s for process in self._list_processes() for s in process.steps)]
        near = suggest(name, known)
        raise UsageError(f"there is no activity or step '{name}'{near}", "see `svcflow mine LOG --what activities`")

    def find_teams(self, name: str) -> Names:
        """Return the teams of the log that a name means: itself, a team of the organisation, or who has a role."""
        if self.log.teams.find(name) is not None:
            return (name,)
        teams = self.workspace.organisation.teams if self.workspace else {}
        meant = [team for team in teams.values() if name == team.id or name in team.members]
        found = _match(self.log.teams, [fold(text) for team in meant for text in (team.id, *team.labels)])
        if found:
            return found
        if meant:
            raise UsageError(f"no event of the log shows the team '{name}'", "see the labels of the team")
        near = suggest(name, [*self.log.teams.texts, *teams])
        raise UsageError(f"there is no team '{name}'{near}", "see `svcflow mine LOG --what workload`")

    def _list_processes(self) -> list[Process]:
        """Return the processes, the one that is asked about first."""
        found = list(self.workspace.processes.values()) if self.workspace else []
        return sorted(found, key=lambda process: process.id != self.process)


def _match(vocabulary: Vocabulary, patterns: Sequence[str]) -> Names:
    return tuple(text for text in vocabulary.texts if any(matches(pattern, fold(text)) for pattern in patterns))


def _translate(change: Change, words: _Words) -> Iterator[Change]:
    """Yield the change in the words of the log: once for each team that it means."""
    given: dict[str, Any] = {}
    for field in fields(change):
        value = getattr(change, field.name)
        if field.name == "scope":
            given["scope"] = _translate_scope(value, words)
        elif field.name == "activities":
            given["activities"] = _spell(value, words)
        elif field.name == "teams":
            given["teams"] = tuple(_single(words.find_teams(name), name) for name in value)
    if isinstance(change, MergeTeams) and len(set(given["teams"])) < 2:
        raise UsageError(f"'{given['teams'][0]}' can not be merged with itself")
    if isinstance(change, Parallel):
        given["activities"] = tuple(_single(words.find_activities(name), name) for name in change.activities)
        if len(set(given["activities"])) < 2:
            raise UsageError(f"'{given['activities'][0]}' can not begin together with itself")
    team = getattr(change, "team", None)
    if team is None:
        yield type(change)(**_state(change) | given)
        return
    found = words.find_teams(team)
    if isinstance(change, Capacity) and change.heads is not None:
        _single(found, team)
    for name in found:
        yield type(change)(**_state(change) | given | {"team": name})


def _state(change: Change) -> dict[str, Any]:
    return {field.name: getattr(change, field.name) for field in fields(change)}


def _translate_scope(scope: Scope, words: _Words) -> Scope:
    sender, receiver = (
        None if name is None else _single(words.find_teams(name), name) for name in (scope.sender, scope.receiver)
    )
    return replace(
        scope,
        activities=_spell(scope.activities, words),
        after=_spell(scope.after, words),
        sender=sender,
        receiver=receiver,
    )


def _spell(names: Iterable[str], words: _Words) -> Names:
    return tuple(dict.fromkeys(found for name in names for found in words.find_activities(name)))


def _single(found: Names, name: str) -> str:
    if len(found) != 1:
        raise UsageError(f"'{name}' means {', '.join(map(repr, found[:4]))} in the log", "name one of them")
    return found[0]
