"""Columns that name somebody."""

from __future__ import annotations

from collections.abc import Mapping

from svcflow.eventlog.log import Quality
from svcflow.eventlog.privacy.free_text import find_personal
from svcflow.eventlog.quality.catalogue import found as state
from svcflow.eventlog.roles.evidence import Profile, Source


def personal_data(source: Source, columns: Mapping[str, tuple[str, ...]]) -> Quality | None:
    """Count columns that hold mail addresses, phone, card or identity numbers, or are called so."""
    found: dict[str, str] = {}
    own = {name for role in ("time", "start", "resource") for name in columns.get(role, ())}
    for name in source.table.names:
        held = find_personal(Profile(source, name), by_name=name not in own)
        if held:
            found[name] = held
    if not found:
        return None
    told = ", ".join(f"{name!r} ({held})" for name, held in list(found.items())[:5])
    more = f" and {len(found) - 5} more" if len(found) > 5 else ""
    text = f"{len(found)} columns hold data of persons: {told}{more}"
    return state("personal-data", len(found), len(found) / len(source.table.names), text)
