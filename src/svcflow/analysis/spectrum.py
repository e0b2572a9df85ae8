"""The performance spectrum of the dearest link: each case that waited there, from when to when.

It shows what no average does: batches, weekends, a queue that grows, one that is taken last come first served
(Denisov et al., BPM 2018).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from svcflow.mining.mined import find_zone, say_time
from svcflow.mining.spectra import list_segments

if TYPE_CHECKING:
    from svcflow.eventlog.log import Log, Millis
    from svcflow.findings import Finding

DAY = 86_400_000
WINDOW = 21 * DAY
MOST = 400
"""Cases drawn; of more, every n-th is."""

LEAST = 10


def draw_spectrum(log: Log, findings: tuple[Finding, ...]) -> dict[str, Any] | None:
    """Return the waits on the link of the first bottleneck that is ours, in the three weeks with most of them.

    `segments` are pairs of seconds since `start`: when the wait began and when it ended. ``None`` where no link of
    ours is a bottleneck, or too few cases took it.
    """
    finding = next((f for f in findings if f.detector == "bottleneck" and _is_ours(f)), None)
    if finding is None:
        return None
    source, target = finding.subject.names
    waits = list_segments(log, source, target)
    begin, end = waits.begin, waits.end
    if len(begin) < LEAST:
        return None
    low = _busiest(begin, end - begin)
    inside = (begin >= low) & (begin < low + WINDOW)
    begin, end = begin[inside], end[inside]
    step = max(1, -(-len(begin) // MOST))
    zone = find_zone(log.zone)
    return {
        "from": source,
        "to": target,
        "start": say_time(low, zone),
        "end": say_time(low + WINDOW, zone),
        "span_s": WINDOW / 1000,
        "count": len(begin),
        "segments": [
            [(a - low) / 1000, (b - low) / 1000]
            for a, b in zip(begin[::step].tolist(), end[::step].tolist(), strict=True)
        ],
        "median_s": float(np.median(end - begin)) / 1000,
    }


def _is_ours(finding: Finding) -> bool:
    return not finding.timer and finding.side == "provider" and finding.subject.kind == "pair"


def _busiest(begin: Millis, waits: Millis) -> int:
    """Return the midnight (UTC) at which the three weeks with the longest waits, together, begin."""
    days = begin // DAY
    first = int(days[0])
    per_day = np.bincount(days - first, weights=waits.astype(np.float64))
    sums = np.convolve(per_day, np.ones(WINDOW // DAY))[: len(per_day)]
    best = int(np.argmax(sums))
    return (first + max(0, best - WINDOW // DAY + 1)) * DAY
