"""What the slow cases of an analysis have in common, as plain values for its document."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from svcflow.errors import UsageError
from svcflow.mining.associations import associate, mark

if TYPE_CHECKING:
    from svcflow.analysis import Analysis

MOST = 20


def explain_slow_cases(analysis: Analysis) -> dict[str, Any] | None:
    """Return what goes together with being among the slowest fifth; ``None`` where the log cannot tell.

    It cannot where fewer than 100 cases have ended, or where all took as long.
    """
    try:
        effect = mark("slow", analysis.log, analysis.mined)
        found = associate(analysis.log, effect, min_group=analysis.min_group).to_json()
    except UsageError:  # its reasons are those above; on the page they are said in words of its own
        return None
    return found | {"rows": found["rows"][:MOST], "pairs": found["pairs"][:MOST]}
