"""A change of a definition as a patch: a unified diff that applies, validates and says something new.

A workspace is one folder; the paths of a patch are relative to it, whatever it is called and wherever it stands::

    git apply --directory=workflows 01-acceptance-target.patch     (above the workspace)
    git apply ../01-acceptance-target.patch                        (inside it)
"""

from __future__ import annotations

import difflib
import re
import tempfile
from collections.abc import Iterator
from pathlib import Path, PurePath

from svcflow.definitions import check
from svcflow.definitions.model import Workspace
from svcflow.findings import Problem

_HUNK = re.compile(r"^@@ -(\d+)", re.MULTILINE)


def write_patch(workspace: Workspace, file: str, edited: str) -> str | None:
    """Return the unified diff from `file` (a key of `workspace.sources`) to the text `edited`.

    ``None`` if nothing changes, or if the workspace would have a problem it has not now.
    """
    text = workspace.sources[file]
    if edited == text or _worsens(workspace, file, edited):
        return None
    return diff(text, edited, PurePath(file).name)


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


def _worsens(workspace: Workspace, file: str, edited: str) -> bool:
    """Return whether the edit brings a problem of the definitions that is not there now."""
    found = _check(workspace, {file: edited})
    known = {(problem.code, problem.message) for problem in _check(workspace, {})} if found else set()
    return any((problem.code, problem.message) not in known for problem in found)


def _check(workspace: Workspace, edits: dict[str, str]) -> list[Problem]:
    """Return what is wrong with the workspace once the `edits` are made; notes that are no fault are left out."""
    with tempfile.TemporaryDirectory() as folder:
        for file, text in {**workspace.sources, **edits}.items():
            Path(folder, PurePath(file).name).write_bytes(text.encode("utf-8"))
        problems, _ = check(folder)
        return [problem for problem in problems if problem.severity != "info"]
