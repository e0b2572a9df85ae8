"""For programs: everything that is known, as `svcflow schema problems` describes it."""

from __future__ import annotations

import json
from typing import Any

from svcflow.cli._formats import Report
from svcflow.cli._formats._identity import fingerprints
from svcflow.findings import Position


def write(report: Report) -> str:
    """Return the report as JSON."""
    rows = []
    for problem, fingerprint in zip(report.problems, fingerprints(report.problems), strict=True):
        related = [{"message": message, **_place(position)} for message, position in problem.related]
        words = {"code": problem.code, "name": problem.name, "severity": problem.severity, "message": problem.message}
        rows.append(words | _place(problem.position) | {"fingerprint": fingerprint, "related": related})
    whole = {"version": 1, "files": len(report.files), "problems": rows, **report.facts}
    return json.dumps(whole, ensure_ascii=False, indent=2) + "\n"


def _place(position: Position) -> dict[str, Any]:
    return {
        "file": position.file,
        "line": max(position.line, 1),
        "column": max(position.column, 1),
        "end_line": max(position.end_line, 1),
        "end_column": max(position.end_column, 1),
    }
