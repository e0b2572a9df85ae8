"""Who does each step, who answers for it and who is told: the responsibility matrix of each process."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from svcflow.report import fmt
from svcflow.report.section import Context, Row, Section, words_of
from svcflow.report.words import Text, as_text

ORDER = 110
MOST_STEPS, MOST_ROLES = 40, 16
SIGNS = {"owner": "R", "owner_approver": "R/A", "approver": "A", "informed": "I"}

say = words_of(__name__)


def build(context: Context) -> Section:
    """Return the matrix of every process that cases of the log belong to, of all if none does."""
    laid = context.get("responsibility")
    found = laid.items() if isinstance(laid, Mapping) else ()
    known = {str(name): matrix for name, matrix in found if isinstance(matrix, Mapping) and matrix.get("rows")}
    run = [name for name in known if (context.get("runs") or {}).get(name)]
    names = {str(row.get("id")): as_text(row.get("name")) for row in context.rows("workspace", "processes")}
    processes = [_describe(context, names.get(name), name, known[name]) for name in run or known]
    if not processes:
        return Section(say("title_none"), missing=say("no_definition"))
    steps = sum(process["steps"] for process in processes)
    shared = sum(process["shared"] for process in processes)
    title = say("title", n=fmt.number(shared), steps=fmt.number(steps)) if shared else say("title_one")
    return Section(title, say("lead"), {"processes": processes})


def _describe(context: Context, name: Text | None, process: str, found: Row) -> dict[str, Any]:
    roles = [str(role) for role in found.get("roles") or []][:MOST_ROLES]
    rows = [row for row in found["rows"] if isinstance(row, Mapping)]
    return {
        "name": context.names.prose(name or process, 56),
        "facts": say("facts", steps=fmt.number(len(rows)), roles=fmt.number(len(roles))),
        "roles": [context.names.plain(role.replace("_", " "), 28) for role in roles],
        "rows": [
            {
                "step": context.names.prose(row.get("name") or row.get("step"), 56),
                "cells": [SIGNS.get(str(_cells(row).get(role)), "") for role in roles],
            }
            for row in rows[:MOST_STEPS]
        ],
        "more": max(0, len(rows) - MOST_STEPS),
        "steps": len(rows),
        "shared": sum(sum("owner" in str(part) for part in _cells(row).values()) > 1 for row in rows),
    }


def _cells(row: Row) -> Mapping[str, Any]:
    cells = row.get("cells")
    return cells if isinstance(cells, Mapping) else {}
