"""The mapping that reading an export came to, as a commented file: a start for what only people know."""

from __future__ import annotations

import json

from svcflow.eventlog.log import Log, Role

ROLES = ("case", "activity", "time", "start", "resource", "team", "role", "lifecycle")


def write(log: Log) -> str:
    """Return the text of a mapping file that reads the same log again, with the reasons as comments."""
    roles = {role.role: role for role in log.roles}
    lines = [f"# How to read {_comment(log.source)}. Lines that begin with # are choices still open.", "svcflow: 1"]
    lines += [f"mapping: {_stem(log.source)}", ""]
    lines += [f"# {_comment(note)}" for note in log.notes]
    lines += ["columns:", *(_role(role, roles.get(role)) for role in ROLES), ""]
    lines += ["# time_format: '%d/%m/%Y %H:%M'   # only where times cannot be read or their order is unknown"]
    zone = f"timezone: {_quote(log.zone)}" if log.zone not in ("", "UTC") else "# timezone: Europe/Amsterdam"
    lines += [f"{zone}   # of times that name none", ""]
    lines += ["# After these activities the customer's matter is settled.", _list("done", log.done)]
    lines += ["# Accounts of machines: they leave handovers and workload.", _list("machines", log.machines)]
    lines += ["# Who owns the wait before an activity: provider (where not said), customer, vendor or nobody."]
    lines += ["sides:", *(f"  {_quote(name)}: {side}" for name, side in log.sides.items())] if log.sides else []
    lines += [f"# sides: {{{_quote(log.activities[0])}: customer}}"] if not log.sides else []
    lines += ["states:", *(f"  {_quote(name)}: {side}" for name, side in log.states.items())] if log.states else []
    lines += ["", "# Columns that describe the whole case, and columns that describe the single event."]
    lines += ["attributes:", "  " + _list("case", tuple(log.case_attributes))]
    lines += ["  " + _list("event", tuple(log.attributes))]
    return "\n".join(lines) + "\n"


def _role(name: str, role: Role | None) -> str:
    if role is None:
        return f"  # {name}: COLUMN"
    columns = role.column.split(" | ")
    value = _quote(columns[0]) if len(columns) == 1 else "[" + ", ".join(map(_quote, columns)) + "]"
    others = f"; or: {', '.join(role.alternatives)}" if role.alternatives else ""
    return f"  {name}: {value}  # {_comment(role.reason + others)}"


def _list(key: str, values: tuple[str, ...]) -> str:
    return f"{key}: [{', '.join(map(_quote, values))}]"


def _quote(text: str) -> str:
    """Return a text as YAML: bare where nothing in it means anything, else in double quotes, control signs escaped."""
    if text.isascii() and text.replace("_", "a").isalnum() and text[0].isalpha() and text.lower() not in _RESERVED:
        return text
    quoted = json.dumps(text, ensure_ascii=False)
    return "".join(char if char.isprintable() else f"\\U{ord(char):08x}" for char in quoted)


_RESERVED = {"null", "true", "false", "yes", "no", "on", "off", "y", "n"}


def _comment(text: str) -> str:
    return "".join(char if char.isprintable() else "�" for char in text)


def _stem(name: str) -> str:
    stem = "".join(char if char.isalnum() and char.isascii() else "-" for char in name.partition(".")[0].lower())
    return _quote(stem.strip("-") or "log")
