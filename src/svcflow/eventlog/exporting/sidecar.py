"""The mapping beside an exported file: with it, svcflow reads the file back as the log that was exported."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from svcflow.eventlog.exporting.choices import Choices
from svcflow.eventlog.exporting.sources import Head
from svcflow.eventlog.mapping import ROLES
from svcflow.eventlog.mapping.yaml import listed, quote

FIRST = "# Written by `svcflow export`: with this file beside it, svcflow reads the export as the log it came from."
STATED = "stated"


def write(head: Head, choices: Choices, stem: str) -> str:
    """Return the text of the mapping, from what the format has said of its columns."""
    roles, columns = choices.roles, choices.columns
    lines = [FIRST, "svcflow: 1", f"mapping: {quote(stem)}", "shape: events", "columns:"]
    lines += [f"  {role}: {quote(roles[role]) if role in roles else 'null'}" for role in ROLES]
    lines += [f"{key}: {quote(word)}" for key, word in choices.stated.items()]
    facts = head.facts
    if facts.zone not in ("", "UTC"):
        lines.append(f"timezone: {quote(facts.zone)}")
    if _is_stated(head):
        lines.append(f"done: {listed(facts.done)}")
    if facts.machines:
        lines.append(f"machines: {listed(facts.machines)}")
    for key, pairs in (("sides", facts.sides), ("states", facts.states)):
        lines += _write_pairs(key, pairs)
    lines.append("attributes:")
    for of in ("case", "event"):
        kinds = {a.name: a.kind for a in columns.values() if a.of == of}
        lines += [f"  {of}: {{{', '.join(f'{quote(name)}: {kind}' for name, kind in kinds.items())}}}"]
    lines += _write_pairs("rename", {name: a.name for name, a in columns.items() if name != a.name or "case:" in name})
    altered = {name: pairs for name, pairs in choices.values.items() if pairs}
    if altered:
        lines.append("values:")
        for name, pairs in altered.items():
            lines.append(f"  {quote(name)}:")
            lines += [f"    {quote(safe)}: {quote(text)}" for safe, text in sorted(pairs.items())]
    return "\n".join(lines) + "\n"


def is_ours(path: Path) -> bool:
    """Return whether the file that stands there was written by an export."""
    with path.open("rb") as stream:
        return stream.read(len(FIRST)).decode("utf-8", "replace") == FIRST


def _is_stated(head: Head) -> bool:
    """Return whether done activities were stated and still occur; guessed ones are guessed again."""
    facts = head.facts
    stated = any(role.role == "done" and role.reason.startswith(STATED) for role in facts.roles)
    return stated and (not facts.done or bool(set(facts.done) & set(head.activities.texts)))


def _write_pairs(key: str, pairs: Mapping[str, str]) -> Iterator[str]:
    if pairs:
        yield f"{key}:"
        yield from (f"  {quote(name)}: {quote(word)}" for name, word in pairs.items())
