"""Five classes of waiting: which limits tell the links of this log apart."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

from svcflow.report import fmt
from svcflow.report.words import Text

HOUR, DAY = 3600.0, 86_400.0

ORDINARY = (2 * HOUR, 6 * HOUR, 14 * HOUR, 24 * HOUR)
"""The limits of a service desk that answers within days."""

LADDERS = (
    (10.0, 30.0, 60.0, 180.0),
    (60.0, 180.0, 600.0, 1800.0),
    (900.0, 1800.0, HOUR, 2 * HOUR),
    ORDINARY,
    (12 * HOUR, DAY, 3 * DAY, 7 * DAY),
    (3 * DAY, 7 * DAY, 14 * DAY, 30 * DAY),
    (14 * DAY, 30 * DAY, 90 * DAY, 180 * DAY),
)

GOOD_ENOUGH = 0.6
"""The ordinary limits stay if they tell at least this part of what the best ones tell: pages stay comparable."""

HOT = 0.3
"""At most this part of the passages may be in the two hottest classes: where everything is hot, nothing is."""


@dataclass(frozen=True, slots=True)
class Scale:
    """Four limits in seconds; class 0 lies below the first, class 4 from the last on."""

    limits: tuple[float, float, float, float] = ORDINARY

    def classify(self, seconds: float | None) -> int:
        """Return the class of a wait, 0..4; an unknown wait counts as none."""
        return 0 if seconds is None else sum(seconds >= limit for limit in self.limits)

    def legend(self) -> list[Text]:
        """Return what each class means."""
        a, b, c, d = (_plain(limit) for limit in self.limits)
        first = Text(f"under {a.en}", f"{a.zh}以内")
        last = Text(f"over {d.en}", f"{d.zh}以上")
        return [first, _range(a, b), _range(b, c), _range(c, d), last]


def choose_scale(waits: Iterable[tuple[float, float]]) -> Scale:
    """Return the limits that spread `waits` (median in seconds, weight) best over the classes.

    The measure is entropy, among limits that leave the hot classes a minority; the ordinary limits win unless they
    lump the links together.
    """
    known = [(seconds, weight) for seconds, weight in waits if weight > 0]
    calm = [Scale(limits) for limits in LADDERS if sum(_spread(Scale(limits), known)[3:]) <= HOT] or [
        Scale(LADDERS[-1])
    ]
    best = max(calm, key=lambda scale: _entropy(_spread(scale, known)))
    ordinary = Scale()
    if ordinary in calm and _entropy(_spread(ordinary, known)) >= GOOD_ENOUGH * _entropy(_spread(best, known)):
        return ordinary
    return best


def _spread(scale: Scale, waits: list[tuple[float, float]]) -> list[float]:
    """Return the share of each class."""
    sizes = [0.0] * 5
    for seconds, weight in waits:
        sizes[scale.classify(seconds)] += weight
    whole = sum(sizes)
    return [size / whole if whole else 0.0 for size in sizes]


def _entropy(shares: list[float]) -> float:
    return round(-sum(share * math.log(share) for share in shares if share), 9)


def _plain(limit: float) -> Text:
    """Return a limit without decimals: 2 h, not 2.0 h."""
    if limit >= DAY and limit != DAY:
        return Text(f"{limit / DAY:.0f} d", f"{limit / DAY:.0f} 天")
    if limit >= HOUR:
        return Text(f"{limit / HOUR:.0f} h", f"{limit / HOUR:.0f} 小时")
    return fmt.duration(limit)


def _range(low: Text, high: Text) -> Text:
    same = low.en.split()[-1] == high.en.split()[-1]
    return Text(
        f"{low.en.split()[0] if same else low.en}–{high.en}", f"{low.zh.split()[0] if same else low.zh}–{high.zh}"
    )
