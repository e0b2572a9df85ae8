"""Scenarios after an edit: those that it changes come with it, and an edit that breaks another story is none."""

from __future__ import annotations

import difflib
import re
from collections import Counter
from collections.abc import Mapping
from pathlib import PurePath

from svcflow.advice import edits
from svcflow.definitions.model import Scenario, Workspace
from svcflow.errors import UsageError
from svcflow.execution.runs import Runs
from svcflow.execution.scenarios import Verdict, list_deviations, run_scenarios

_WORD = re.compile(r"\w+")


def rehearse(before: Workspace, after: Workspace, edited: Mapping[str, str]) -> dict[str, str] | None:
    """Return the edits and, where they change what a scenario expects, the edited scenarios too.

    ``None`` if a scenario would end with another outcome, or would deviate at a step or clock that the edit does not
    name: that would be another story, not this one.
    """
    failed = {(v.process, v.scenario.id): v for v in run_scenarios(after) if v.problems}
    if failed:
        known = {(v.process, v.scenario.id) for v in run_scenarios(before) if v.problems}
        failed = {key: verdict for key, verdict in failed.items() if key not in known}
    texts = dict(edited)
    named = _list_named(before, edited)
    files = {one.process: name for one in after.scenarios for name in before.sources if _is_file(name, one.file)}
    for (process, _), verdict in failed.items():
        file = files.get(process)
        if file is None:
            return None
        try:
            text = _retell(texts.get(file, before.sources[file]), verdict, named)
        except UsageError:
            return None
        if text is None:
            return None
        texts[file] = text
    return texts


def _is_file(name: str, file: str) -> bool:
    return PurePath(name).name == PurePath(file).name


def _list_named(before: Workspace, edited: Mapping[str, str]) -> frozenset[str]:
    """Return every word on the lines that the edit adds or takes."""
    rows = (
        row
        for file, text in edited.items()
        for row in difflib.unified_diff(before.sources[file].split("\n"), text.split("\n"), n=0, lineterm="")
        if row[:1] in {"+", "-"}
    )
    return frozenset(word for row in rows for word in _WORD.findall(row))


def _retell(text: str, verdict: Verdict, named: frozenset[str]) -> str | None:
    """Return a file of scenarios with what this one now comes to; ``None`` if that is no matter of the edit."""
    scenario, runs = verdict.scenario, verdict.runs
    run = runs.processes.get(verdict.process)
    if run is None or (scenario.outcome is not None and scenario.outcome != run.cases.get(0)["outcome"]):
        return None
    place = ("cases", scenario.id, "expect")
    states = {row["sla"]: row["state"] for row in run.clocks}
    for sla, expected in (scenario.slas or {}).items():
        got = states.get(sla, "not_started")
        if got != expected:
            if sla not in named:
                return None
            text = edits.replace(text, (*place, "slas", sla), got)
    return _retell_deviations(text, scenario, runs, (named, (*place, "deviations")))


def _retell_deviations(
    text: str, scenario: Scenario, runs: Runs, of: tuple[frozenset[str], tuple[str, ...]]
) -> str | None:
    named, place = of
    if scenario.deviations is None:
        return text
    wanted = [" ".join(told.split()) for told in scenario.deviations]
    came = Counter(list_deviations(scenario, runs))
    new = came - Counter(wanted)
    if any(told.rpartition(" ")[2] not in named for told in (*new, *(Counter(wanted) - came))):
        return None
    gone = Counter(wanted) - came
    for told in sorted(new.elements()):
        text = edits.append_item(text, place, told)
    for number in range(len(wanted) - 1, -1, -1):
        if gone[wanted[number]] > 0:
            gone[wanted[number]] -= 1
            text = edits.remove_item(text, (*place, number))
    return text
