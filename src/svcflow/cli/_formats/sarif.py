"""For code scanning: SARIF 2.1.0 (OASIS), with the manual of every rule; a mended problem closes its alert."""

from __future__ import annotations

import inspect
import json
from collections.abc import Mapping, Sequence
from types import ModuleType
from typing import Any
from urllib.parse import quote

import svcflow
from svcflow.cli._formats import Report
from svcflow.cli._formats._identity import fingerprints, relative
from svcflow.findings import Position, Problem

_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_LEVELS = {"error": "error", "warning": "warning", "info": "note"}
_ROOT = "%SRCROOT%"


def write(report: Report) -> str:
    """Return the report as one run of the tool."""
    from svcflow.definitions import rules

    catalogue = rules.catalogue()
    numbers = {rule.CODE: number for number, rule in enumerate(catalogue.values())}
    driver = {
        "name": "svcflow",
        "version": svcflow.__version__,
        "rules": [_rule(rules.name_of(rule), rule) for rule in catalogue.values()],
    }
    run = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "originalUriBaseIds": {_ROOT: {"description": {"text": "The folder that svcflow was run in."}}},
        "artifacts": [{"location": _location(file)} for file in report.files],
        "results": _results(report.problems, numbers),
    }
    return json.dumps({"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}, ensure_ascii=False, indent=2) + "\n"


def _rule(name: str, rule: ModuleType) -> dict[str, Any]:
    manual = inspect.cleandoc(rule.__doc__ or "")
    summary, _, rest = manual.partition("\n")
    plain = manual.replace("``", "`")
    return {
        "id": rule.CODE,
        "name": name,
        "shortDescription": {"text": summary.replace("``", "`")},
        "fullDescription": {"text": " ".join(rest.strip().partition("\n\n")[0].split()).replace("``", "`") or summary},
        "help": {"text": plain.replace("::\n", ":\n"), "markdown": _markdown(manual)},
        "defaultConfiguration": {"level": _LEVELS[rule.SEVERITY]},
    }


def _markdown(manual: str) -> str:
    """Return a manual's page as Markdown: its examples are indented, which Markdown reads as code."""
    return manual.replace("``", "`").replace("::\n", ":\n")


def _results(problems: Sequence[Problem], numbers: Mapping[str, int]) -> list[dict[str, Any]]:
    results = []
    for problem, fingerprint in zip(problems, fingerprints(problems), strict=True):
        result: dict[str, Any] = {
            "ruleId": problem.code,
            "ruleIndex": numbers[problem.code],
            "level": _LEVELS[problem.severity],
            "message": {"text": _literal(problem.message)},
            "locations": [{"physicalLocation": _physical(problem.position)}],
            "partialFingerprints": {"svcflow/v1": fingerprint},
        }
        if problem.related:
            result["relatedLocations"] = [
                {"id": number, "message": {"text": _literal(message)}, "physicalLocation": _physical(position)}
                for number, (message, position) in enumerate(problem.related)
            ]
        results.append(result)
    return results


def _literal(text: str) -> str:
    """Return a message in which braces are no placeholders (SARIF 3.11.5)."""
    return text.replace("{", "{{").replace("}", "}}")


def _physical(position: Position) -> dict[str, Any]:
    """Return a span; in SARIF too, lines and columns count from 1 and the end is exclusive."""
    region = {
        "startLine": max(position.line, 1),
        "startColumn": max(position.column, 1),
        "endLine": max(position.end_line, position.line, 1),
        "endColumn": max(position.end_column, 1),
    }
    return {"artifactLocation": _location(position.file), "region": region}


def _location(file: str) -> dict[str, str]:
    name = relative(file)
    uri = quote(name, errors="surrogateescape")
    return {"uri": f"file://{uri}"} if name.startswith("/") else {"uri": uri, "uriBaseId": _ROOT}
