"""Where a change applies, in the words of the log: from a finding and its steps to a scope and its condition."""

from __future__ import annotations

import keyword
import re
from collections.abc import Iterable

from svcflow.advice.context import Context
from svcflow.definitions.model import Target
from svcflow.eventlog.log import Log
from svcflow.execution.knowledge import find_column
from svcflow.findings import Finding
from svcflow.whatif import CapWait, Change, Scope

_WORD = re.compile(r"[^\W\d]\w*")


def scope_pair(finding: Finding, pair: tuple[str, str] | None) -> Scope:
    """Return the waits of a finding as a scope: those of `pair`, between the teams or people it is about."""
    names, kind = finding.subject.names, finding.subject.kind
    activities, after = ((pair[1],), (pair[0],)) if pair else ((), ())
    if kind == "team-pair":
        return Scope(activities, after, names[0], names[1])
    if kind == "resource-pair":
        return Scope(activities, after, handover="resource")
    if kind == "team":
        return Scope(activities, after, receiver=names[0])
    if kind == "activity":
        return Scope(activities or names[:1], after)
    return Scope(activities, after)


def cap_target(context: Context, scope: Scope, target: Target, calendar: str) -> tuple[Change, ...]:
    """Return the changes by which every pass in `scope` keeps a target of the definition."""
    field = name_field(context.log, target.by) if target.by else None
    if target.by is None or field is None:
        seconds = target.constant if target.by is None else target.otherwise
        return (CapWait(scope, seconds, calendar, whole=True),) if seconds else ()
    found = [_narrow(scope, say_equal(field, [value]), seconds, calendar) for value, seconds in target.values]
    if target.otherwise:
        others = f"{say_field(field)} not in ({', '.join(say_value(v) for v, _ in target.values)},)"
        found.append(_narrow(scope, others, target.otherwise, calendar))
    return tuple(found)


def _narrow(scope: Scope, where: str, seconds: int, calendar: str) -> CapWait:
    narrowed = Scope(scope.activities, scope.after, scope.sender, scope.receiver, scope.handover, where)
    return CapWait(narrowed, seconds, calendar, whole=True)


def name_field(log: Log, name: str) -> str | None:
    """Return what the log calls a case field of a definition; ``None`` where it has no such column."""
    for columns in (log.case_attributes, log.attributes):
        column = find_column(columns, name)
        if column is not None:
            return next(key for key in columns if columns[key] is column)
    return None


def say_field(name: str) -> str:
    """Return a field as a condition writes it.

    >>> say_field("tier"), say_field("SR Number"), say_field("in")
    ('tier', '`SR Number`', '`in`')
    """
    return name if _WORD.fullmatch(name) and not keyword.iskeyword(name) else f"`{name}`"


def say_value(value: str) -> str:
    r"""Return a text as a condition writes it.

    >>> say_value("key"), say_value("it's")
    ("'key'", '"it\'s"')
    """
    return repr(value)


def say_equal(name: str, values: Iterable[str]) -> str:
    """Return the condition that a field has one of some values.

    >>> say_equal("tier", ["key"]), say_equal("kind", ["a", "b"])
    ("tier == 'key'", "kind in ('a', 'b')")
    """
    told = [say_value(value) for value in values]
    field = say_field(name)
    return f"{field} == {told[0]}" if len(told) == 1 else f"{field} in ({', '.join(told)})"
