"""Pay-back, present value, return: what a sum spent now and a saving a month come to. Pure arithmetic."""

from __future__ import annotations

import math
from dataclasses import dataclass

WORST_RATE = -0.999999
"""Nearer to -100 % a year a rate has no digits left that would tell one flow from another."""


@dataclass(frozen=True, slots=True)
class Flow:
    """A one-off cost now and `monthly` net savings at the end of each of `months`, discounted at `rate` a year."""

    one_off: float
    monthly: float
    months: int
    rate: float = 0.0

    @property
    def value(self) -> float:
        """Return the net present value.

        >>> round(Flow(1000, 100, 12, 0.0).value, 2)
        200.0
        """
        return self.monthly * annuity(_monthly(self.rate), self.months) - self.one_off

    @property
    def pay_back(self) -> float | None:
        """Return after how many months the savings have paid for the cost, undiscounted; ``None`` for never.

        >>> Flow(1000, 100, 12).pay_back, Flow(1000, -5, 12).pay_back
        (10.0, None)
        """
        if self.one_off <= 0:
            return 0.0 if self.monthly >= 0 else None
        return self.one_off / self.monthly if self.monthly > 0 else None

    @property
    def returned(self) -> float | None:
        """Return the net gain over the horizon as a share of the cost (ROI), ``None`` where nothing is spent."""
        return (self.monthly * self.months - self.one_off) / self.one_off if self.one_off > 0 else None

    @property
    def internal_rate(self) -> float | None:
        """Return the yearly rate at which the value is nil (IRR), ``None`` where there is none above `WORST_RATE`.

        >>> flow = Flow(1000, 100, 12)
        >>> abs(Flow(1000, 100, 12, flow.internal_rate).value) < 1e-6
        True
        """
        if self.one_off <= 0 or self.monthly <= 0:
            return None
        low, high = math.expm1(math.log1p(WORST_RATE) / 12), 1.0
        wanted = self.one_off / self.monthly
        while annuity(high, self.months) > wanted:
            high *= 2
            if high > 1e6:
                return None
        if annuity(low, self.months) < wanted:
            return None
        for _ in range(200):
            middle = (low + high) / 2
            low, high = (middle, high) if annuity(middle, self.months) > wanted else (low, middle)
        return math.expm1(12 * math.log1p(low))


def annuity(rate: float, months: int) -> float:
    """Return what one unit at the end of each month is worth now, at a rate a month."""
    return float(months) if abs(rate) < 1e-12 else (1 - (1 + rate) ** -months) / rate


def _monthly(rate: float) -> float:
    return float((1 + rate) ** (1 / 12) - 1)
