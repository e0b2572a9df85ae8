"""A file of problems that a project has agreed to live with for now, by fingerprint: only new ones are told."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

from svcflow.cli._formats._identity import fingerprints, relative
from svcflow.errors import InputError
from svcflow.findings import Problem

HINT = "write one with --write-baseline FILE"


def write_baseline(problems: Sequence[Problem]) -> str:
    """Return problems as the text of a baseline, sorted, one a line, so that its changes can be reviewed."""
    marked = zip(problems, fingerprints(problems), strict=True)
    rows = sorted((relative(p.position.file), p.code, p.message, mark) for p, mark in marked)
    lines = [
        json.dumps({"fingerprint": mark, "file": file, "code": code, "message": message}, ensure_ascii=False)
        for file, code, message, mark in rows
    ]
    listed = "\n    " + ",\n    ".join(lines) + "\n  " if lines else ""
    return f'{{\n  "version": 1,\n  "problems": [{listed}]\n}}\n'


def read_baseline(file: Path) -> frozenset[str]:
    """Return the fingerprints of a baseline; raise `InputError` if it is none."""
    try:
        content = json.loads(file.read_text(encoding="utf-8"))
        version, listed = content["version"], frozenset(str(row["fingerprint"]) for row in content["problems"])
    except OSError as error:
        raise InputError(f"cannot read the baseline '{file}': {error.strerror}", HINT) from None
    except (ValueError, KeyError, TypeError, RecursionError):
        raise InputError(f"'{file}' is no baseline", HINT) from None
    if version != 1:
        raise InputError(f"'{file}' is a baseline of version {version}; this release reads 1", HINT)
    return listed


def sift(problems: Sequence[Problem], baseline: frozenset[str]) -> tuple[list[Problem], int, int]:
    """Return the problems that a baseline does not hold, how many it does, and how many of its own are gone."""
    marks = fingerprints(problems)
    new = [problem for problem, mark in zip(problems, marks, strict=True) if mark not in baseline]
    return new, len(problems) - len(new), len(baseline - set(marks))
