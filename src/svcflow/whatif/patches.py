"""A patch of a workspace as a scenario: what its lines change of capacity, hours, targets, owners, routes and rounds.

What the log cannot show moving (a ladder, a required field, a label, a text) is no change of a scenario; a file in
which nothing else changes is named among the `untold`, so that nobody takes silence for "no effect".
"""

from __future__ import annotations

import tempfile
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePath
from typing import Any

from svcflow.definitions import load
from svcflow.definitions.model import Organisation, Process, Workspace
from svcflow.errors import DefinitionError, InputError
from svcflow.whatif.changes import Capacity, CapWait, Change, DropRepeats, Hours, KeepHands, Scope
from svcflow.whatif.routing import compare_routes
from svcflow.whatif.scenario import WhatIf

HINT = "give a unified diff, as `svcflow recommend -o DIR` and `git diff` write it"
AGAIN = "make the patch again for the files as they are"


@dataclass(frozen=True, slots=True)
class Patched:
    """What a patch makes of a workspace: the scenario in its ids, the workspace after it, and the `untold` files."""

    scenario: WhatIf
    workspace: Workspace
    untold: tuple[str, ...]


def read_patch(patch: str, workspace: Workspace, name: str = "patch") -> Patched:
    """Return the scenario that a unified diff of the files of `workspace` means.

    Raises InputError where it does not apply, `DefinitionError` where the workspace is broken after it.
    """
    edited = apply_patch(patch, workspace)
    after = _load({**workspace.sources, **edited}, workspace)
    changes = [*_compare_organisations(workspace.organisation, after.organisation)]
    for process in after.processes.values():
        if process.id in workspace.processes:
            changes += _compare_processes(workspace.processes[process.id], process)
    told = {file for file in edited if _is_moved(changes, workspace, after, file)}
    untold = tuple(PurePath(file).name for file in edited if file not in told)
    return Patched(WhatIf(name, tuple(dict.fromkeys(changes))), after, untold)


def apply_patch(patch: str, workspace: Workspace) -> dict[str, str]:
    """Return the files of `workspace` that a unified diff changes, as they are after it."""
    from whatthepatch import apply_diff  # noqa: PLC0415 - only who brings a patch needs it
    from whatthepatch.exceptions import WhatThePatchException  # noqa: PLC0415

    by_name = {PurePath(file).name: file for file in workspace.sources}
    edited: dict[str, str] = {}
    try:
        for found in _parse(patch):
            named = PurePath(found.header.new_path if found.header else "").name
            if named not in by_name:
                raise InputError(f"the patch changes '{named}', which is no file of '{workspace.folder}'")
            if not found.changes:
                raise InputError(f"the patch changes no line of '{named}'", HINT)
            file = by_name[named]
            text = edited.get(file, workspace.sources[file])
            lines = text.split("\n")
            _refuse_beyond(found.changes, len(lines), named)
            edited[file] = "\n".join(apply_diff(found, lines))
    except WhatThePatchException as error:
        raise InputError(f"the patch does not apply: {error}", AGAIN) from None
    if not edited:
        raise InputError("the file holds no unified diff", HINT)
    return edited


def _parse(patch: str) -> list[Any]:
    """Return the changes of each file. Raises InputError for what is no diff."""
    from whatthepatch import parse_patch  # noqa: PLC0415
    from whatthepatch.exceptions import WhatThePatchException  # noqa: PLC0415

    try:
        return list(parse_patch(patch))
    except WhatThePatchException as error:
        raise InputError(f"the patch does not apply: {error}", AGAIN) from None
    except (AssertionError, NameError, ValueError, zlib.error):  # the parser takes it that a diff is whole and of text
        raise InputError("the file holds no unified diff, or binary data", HINT) from None


def _refuse_beyond(changes: Sequence[Any], lines: int, named: str) -> None:
    """Raise InputError where lines are added farther down than a file reaches: they would be put anywhere."""
    for change in changes:
        lines += (change.old is None) - (change.new is None)
        if change.old is None and change.new > lines:
            raise InputError(f"the patch does not apply: '{named}' has no line {change.new - 1}", AGAIN)


def _load(sources: dict[str, str], before: Workspace) -> Workspace:
    """Return the workspace of these files; what is wrong with it is said in the names that the reader knows."""
    with tempfile.TemporaryDirectory() as folder:
        for file, text in sources.items():
            Path(folder, PurePath(file).name).write_bytes(text.encode("utf-8"))
        try:
            return load(folder)
        except DefinitionError as error:
            said = error.message.replace(f"{folder}/", "").replace(folder, str(before.folder))
            raise DefinitionError(f"after the patch: {said}", AGAIN) from None


def _compare_organisations(before: Organisation, after: Organisation) -> Iterator[Change]:
    """Yield what changed of people and hours."""
    for team in after.teams.values():
        old = before.teams.get(team.id)
        if old is None:
            continue
        more = sum(team.members.values()) - sum(old.members.values())
        if more:
            yield Capacity(team.id, heads=more)
        calendar = team.calendar
        moved = calendar != old.calendar or _hours(before, calendar) != _hours(after, calendar)
        if calendar is not None and moved:
            yield Hours(team.id, calendar)


def _hours(organisation: Organisation, calendar: str | None) -> object:
    spec = organisation.calendars.get(calendar or "")
    return None if spec is None else (spec.hours, spec.holidays, spec.closed, spec.open)


def _compare_processes(before: Process, after: Process) -> Iterator[Change]:
    """Yield what changed of targets, owners, limits and routes."""
    for step in after.steps.values():
        old = before.steps.get(step.id)
        if old is None:
            continue
        target, earlier = (one.within.constant if one.within else None for one in (step, old))
        if target is not None and (earlier is None or target < earlier):
            yield CapWait(Scope((step.id,)), target, step.calendar or after.calendar, whole=True)
        if set(step.owners) > set(old.owners):
            yield KeepHands(Scope((step.id,)))
    for rule in after.rules.values():
        known = before.rules.get(rule.id)
        if rule.kind == "at_most" and (known is None or known.limits != rule.limits):
            yield from (DropRepeats((step,), from_round=most + 1) for step, most in rule.limits)
    yield from compare_routes(before, after)


def _is_moved(changes: list[Change], before: Workspace, after: Workspace, file: str) -> bool:
    """Return whether some of the changes come from `file`."""
    name = PurePath(file).name
    if PurePath(before.organisation.file).name == name:
        return any(isinstance(change, Capacity | Hours) for change in changes)
    mine = [p for p in after.processes.values() if PurePath(p.file).name == name and p.id in before.processes]
    return any(next(_compare_processes(before.processes[p.id], p), None) is not None for p in mine)
