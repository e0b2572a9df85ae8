"""How much is known of each role and each attribute."""

from __future__ import annotations

from collections.abc import Sequence

from svcflow.eventlog.log import Quality
from svcflow.eventlog.quality.catalogue import found

ENOUGH = 0.95


def incomplete_fields(known: Sequence[tuple[str, float]]) -> Quality | None:
    """Count fields of which less than 95 % is known; `known` gives each field and its known share."""
    lacking = sorted((share, name) for name, share in known if share < ENOUGH)
    if not lacking:
        return None
    told = ", ".join(f"{name!r} {share:.0%}" for share, name in lacking[:5])
    more = f" and {len(lacking) - 5} more" if len(lacking) > 5 else ""
    text = f"{len(lacking)} of {len(known)} fields are known in less than {ENOUGH:.0%}: {told}{more}"
    return found("incomplete-fields", len(lacking), len(lacking) / len(known), text)
