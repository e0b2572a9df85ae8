"""Several patches of one workspace as one: changed lines are joined, the same lines changed twice are a conflict."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import PurePath

from svcflow.advice.patch import complete, join
from svcflow.definitions.model import Workspace

_HUNK = re.compile(r"^@@ -(\d+)(?:,(\d+))? ")
_HEADER = re.compile(r"\w+:\s*$")


@dataclass(frozen=True, slots=True)
class Splice:
    """Lines `first` to `last` (from 0, the end exclusive; equal: between two lines) of a file become `lines`."""

    file: str
    first: int
    last: int
    lines: tuple[str, ...]


def merge(workspace: Workspace, patches: Iterable[str | None]) -> tuple[str | None, tuple[int, ...]]:
    """Return one patch of all `patches` that go together, and the numbers (from 0) of those that are left out.

    Patches are taken in their order; one is left out where it changes lines that one before it changes, or where the
    workspace would not be sound with both.
    """
    taken: list[Splice] = []
    text: dict[str, str] | None = None
    left = []
    for number, patch in enumerate(patches):
        if patch is None:
            continue
        splices = [s for s in read_splices(patch) if s not in taken]
        tried = [*taken, *splices]
        whole = None if _clash(taken, splices) else complete(workspace, _apply(workspace, tried))
        if whole is None:
            left.append(number)
        else:
            taken, text = tried, whole
    return (join(workspace, text) if text else None), tuple(left)


def find_clashes(patches: Iterable[str | None]) -> list[tuple[int, int]]:
    """Return the pairs of patches (numbers from 0, the earlier first) that change the same lines."""
    read = [read_splices(patch) if patch else [] for patch in patches]
    return [(a, b) for b in range(len(read)) for a in range(b) if _clash(read[a], read[b])]


def read_splices(patch: str) -> list[Splice]:
    """Return what a unified diff does to each file, in its order."""
    found: list[Splice] = []
    file, line, first, added = "", 0, 0, list[str]()
    open_ = False

    def close() -> None:
        nonlocal open_, added
        if open_:
            found.append(Splice(file, first, line, tuple(added)))
        open_, added = False, []

    for row in patch.split("\n"):
        if row.startswith("--- "):
            close()
        elif row.startswith("+++ "):
            file = row[len("+++ b/") :].rstrip("\t")
        elif hunk := _HUNK.match(row):
            close()
            line = int(hunk[1]) - (0 if hunk[2] == "0" else 1)
        elif row[:1] in {"-", "+"}:
            if not open_:
                open_, first = True, line
            if row[0] == "-":
                line += 1
            else:
                added.append(row[1:])
        elif row.startswith(" "):
            close()
            line += 1
    close()
    return found


def _clash(some: Iterable[Splice], others: Iterable[Splice]) -> bool:
    """Return whether two sets of splices change the same lines; what is added at one place by both goes together."""
    pairs = ((a, b) for a in some for b in others if a.file == b.file and a != b)
    return any(max(a.first, b.first) < min(a.last, b.last) or _inside(a, b) or _inside(b, a) for a, b in pairs)


def _inside(one: Splice, other: Splice) -> bool:
    """Return whether something is added within the lines that the other changes."""
    return one.first == one.last and other.first < one.first < other.last


def _apply(workspace: Workspace, splices: Iterable[Splice]) -> Mapping[str, str]:
    files = {PurePath(file).name: file for file in workspace.sources}
    edited: dict[str, str] = {}
    for name in dict.fromkeys(s.file for s in splices):
        lines = workspace.sources[files[name]].split("\n")
        mine = sorted((s for s in splices if s.file == name), key=lambda s: (s.first, s.last))
        edited[files[name]] = "\n".join(_weave(lines, mine))
    return edited


def _weave(lines: list[str], splices: list[Splice]) -> list[str]:
    """Return the lines of a file with all splices; two that open the same section open it once."""
    woven: list[str] = []
    at, before = 0, Splice("", -1, -1, ())
    for splice in splices:
        woven += lines[at : splice.first]
        new = splice.lines
        if splice.first == splice.last == before.first == before.last:
            new = new[_count_shared(before.lines, new) :]
        woven += new
        at, before = splice.last, splice
    return woven + lines[at:]


def _count_shared(one: tuple[str, ...], other: tuple[str, ...]) -> int:
    """Return how many lines at their beginning two additions share that only open a section."""
    shared = 0
    for first, second in zip(one, other, strict=False):
        if first != second or not (not first.strip() or _HEADER.match(first)):
            break
        shared += 1
    return shared
