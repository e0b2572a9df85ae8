"""For GitLab: a code quality report (`artifacts: reports: codequality:`), shown in the merge request."""

from __future__ import annotations

import json
import os

from svcflow.cli._formats import Report
from svcflow.cli._formats._identity import fingerprints, relative

_SEVERITIES = {"error": "major", "warning": "minor", "info": "info"}


def write(report: Report) -> str:
    """Return the problems as a list of issues; GitLab drops issues with equal fingerprints, so all differ."""
    root = os.environ.get("CI_PROJECT_DIR")
    issues = [
        {
            "description": problem.message,
            "check_name": f"{problem.code} {problem.name}",
            "fingerprint": fingerprint,
            "severity": _SEVERITIES[problem.severity],
            "location": {
                "path": relative(problem.position.file, root),
                "lines": {"begin": max(problem.position.line, 1)},
            },
        }
        for problem, fingerprint in zip(report.problems, fingerprints(report.problems), strict=True)
    ]
    return json.dumps(issues, ensure_ascii=False, indent=2) + "\n"
