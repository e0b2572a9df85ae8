"""A change of a definition as a patch: a unified diff that applies, validates and says something new.

A workspace is one folder; the paths of a patch are relative to it, whatever it is called and wherever it stands::

    git apply --directory=workflows 01-acceptance-target.patch     (above the workspace)
    git apply ../01-acceptance-target.patch                        (inside it)
"""

from __future__ import annotations

import difflib
import re
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path, PurePath

from svcflow.advice.rehearsal import rehearse
from svcflow.definitions import check
from svcflow.definitions.model import Workspace
from svcflow.findings import Problem

_HUNK = re.compile(r"^@@ -(\d+)", re.MULTILINE)


def write_patch(workspace: Workspace, file: str, edited: str) -> str | None:
    """Return the unified diff from `file` (a key of `workspace.sources`) to the text `edited`.

    Scenarios that expect something else after the edit come with it in the same patch. ``None`` if nothing changes, if
    the workspace would have a problem it has not now, or if a scenario would end otherwise.
    """
    return write_patches(workspace, {file: edited})


def write_patches(workspace: Workspace, edited: Mapping[str, str]) -> str | None:
    """Return one unified diff for several files; see `write_patch`."""
    whole = complete(workspace, edited)
    return None if whole is None else join(workspace, whole)


def complete(workspace: Workspace, edited: Mapping[str, str]) -> dict[str, str] | None:
    """Return the edits with the scenarios they change; ``None`` if there are none, or if they break something."""
    edits = {file: text for file, text in edited.items() if text != workspace.sources[file]}
    if not edits:
        return None
    problems, after = _check(workspace, edits)
    if problems:
        known = {(problem.code, problem.message) for problem in _check(workspace, {})[0]}
        if any((problem.code, problem.message) not in known for problem in problems):
            return None
    return None if after is None else rehearse(workspace, after, edits)


def join(workspace: Workspace, edits: Mapping[str, str]) -> str:
    """Return the diffs of some files as one patch, in the order of their names."""
    return "".join(diff(workspace.sources[file], edits[file], PurePath(file).name) for file in sorted(edits))


def diff(before: str, after: str, name: str) -> str:
    """Return the unified diff between two texts of the file `name`, as `git apply` reads it."""
    tail = "\t" if " " in name else ""  # git ends a name with blanks by a tab
    lines = difflib.unified_diff(_lines(before), _lines(after), f"a/{name}{tail}", f"b/{name}{tail}")
    return "".join(line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n" for line in lines)


def list_places(patch: str) -> Iterator[tuple[str, int]]:
    """Yield (file, line) of every line of the old text that `patch` removes or that stands right above an addition."""
    file, line = "", 0
    for row in patch.split("\n"):
        if row.startswith("+++ "):
            file = row[len("+++ b/") :].rstrip("\t")
        elif row.startswith("--- "):
            continue
        elif hunk := _HUNK.match(row):
            line = int(hunk[1])
        elif row.startswith("-"):
            yield file, line
            line += 1
        elif row.startswith("+"):
            yield file, line - 1
        elif row.startswith(" "):
            line += 1


def _lines(text: str) -> list[str]:
    """Split at line feeds only: git knows no other end of a line."""
    lines = text.split("\n")
    return [line + "\n" for line in lines[:-1]] + lines[-1:] * bool(lines[-1])


def _check(workspace: Workspace, edits: Mapping[str, str]) -> tuple[list[Problem], Workspace | None]:
    """Return what is wrong with the workspace once the `edits` are made, notes that are no fault left out; and it."""
    with tempfile.TemporaryDirectory() as folder:
        for file, text in {**workspace.sources, **edits}.items():
            Path(folder, PurePath(file).name).write_bytes(text.encode("utf-8"))
        problems, after = check(folder)
        return [problem for problem in problems if problem.severity != "info"], after
