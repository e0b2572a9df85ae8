"""The one message for an export in which indispensable columns were not found."""

from __future__ import annotations

from svcflow.errors import MappingError
from svcflow.eventlog.raw import RawTable
from svcflow.eventlog.roles.assignment import Assignment

WORDS = {"case": "which case a row belongs to", "activity": "what happened", "time": "when it happened"}


def explain(name: str, table: RawTable, assignment: Assignment) -> MappingError:
    """Return the error that names what is missing, what was found, and the mapping that would say it."""
    lacking = " and ".join(f"{WORDS[role]} ({role})" for role in assignment.missing)
    found = ", ".join(f"{role} {assignment.columns[role][0]!r}" for role in WORDS if role in assignment.columns)
    shown = ", ".join(table.names[:40]) + (f" and {len(table.names) - 40} more" if len(table.names) > 40 else "")
    message = f"{name}: no column says {lacking}"
    if assignment.register:
        case = assignment.columns["case"][0]
        message += f"; each {case!r} stands on one row only, so this is a register of cases rather than a log of events"
    message += (f"; found: {found}" if found else "") + f"; columns: {shown}"
    if len(table.names) == 1:
        return MappingError(
            message, "one column only: state how columns are divided in a mapping file (-m): delimiter: ';'"
        )
    roles = ", ".join(f"{role}: {_quote(assignment.columns.get(role, ('COLUMN',))[0])}" for role in WORDS)
    return MappingError(
        message, f"write it to a file and give it with -m: {{svcflow: 1, mapping: {_stem(name)}, columns: {{{roles}}}}}"
    )


def _quote(text: str) -> str:
    plain = all(char.isalnum() or char in "_ -" for char in text)
    return text if plain and text == text.strip() and not text[:1].isdigit() else "'" + text.replace("'", "''") + "'"


def _stem(name: str) -> str:
    return "".join(char if char.isalnum() else "-" for char in name.partition(".")[0].lower()).strip("-") or "log"
