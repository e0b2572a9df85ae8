"""Columns that name somebody."""

from __future__ import annotations

from svcflow.eventlog.log import Log, Quality
from svcflow.eventlog.privacy.free_text import find_personal
from svcflow.eventlog.quality.facts import Facts
from svcflow.eventlog.roles.evidence import Profile


def personal_data(_: Log, facts: Facts) -> Quality | None:
    """Count columns that hold mail addresses, phone, card or identity numbers, or are called so."""
    source, found = facts.source, dict[str, str]()
    own = {name for role in ("time", "start", "resource") for name in facts.columns.get(role, ())}
    for name in source.table.names:
        held = find_personal(Profile(source, name), by_name=name not in own)
        if held:
            found[name] = held
    if not found:
        return None
    told = ", ".join(f"{name!r} ({held})" for name, held in list(found.items())[:5])
    more = f" and {len(found) - 5} more" if len(found) > 5 else ""
    return Quality(
        "personal-data",
        len(found),
        len(found) / len(source.table.names),
        f"{len(found)} columns hold data of persons: {told}{more}",
        effect="no figure; every file made of this log may carry it: svcflow import --pseudonymise ... --key-file K",
    )
