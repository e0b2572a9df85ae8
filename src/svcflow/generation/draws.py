"""Random numbers by name: each question of a case has its own answer, whatever else is asked.

A draw depends on the seed, the case and the name of the question alone. A problem planted in one step therefore leaves
every other draw of the case as it was, and the difference between the two logs is the problem's true cost.

>>> draws = Draws(1, "intake/17")
>>> draws.uniform("wait/register") == Draws(1, "intake/17").uniform("wait/register")
True
>>> 0 <= draws.uniform("wait/register") < 1
True
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import blake2b
from statistics import NormalDist
from typing import TypeVar

T = TypeVar("T")

_NORMAL = NormalDist()
_BITS = 53


@dataclass(frozen=True, slots=True)
class Draws:
    """The random numbers of one subject, such as a case."""

    seed: int
    subject: str

    def uniform(self, question: str) -> float:
        """Return a number in 0 <= u < 1."""
        digest = blake2b(f"{self.seed}/{self.subject}/{question}".encode(), digest_size=8).digest()
        return (int.from_bytes(digest, "big") >> (64 - _BITS)) / float(1 << _BITS)

    def chance(self, question: str, probability: float) -> bool:
        """Return true with the given probability."""
        return self.uniform(question) < probability

    def lognormal(self, question: str, median: float, spread: float) -> float:
        """Return a positive number whose logarithm is normal: half lie below `median`; `spread` is its sigma."""
        u = min(max(self.uniform(question), 1e-9), 1 - 1e-9)
        return float(median * math.exp(spread * _NORMAL.inv_cdf(u)))

    def choose(self, question: str, options: Sequence[T], weights: Sequence[float] | None = None) -> T:
        """Return one of `options`, each in proportion to its weight."""
        weights = weights or [1.0] * len(options)
        left = self.uniform(question) * sum(weights)
        for option, weight in zip(options, weights, strict=True):
            left -= weight
            if left < 0:
                return option
        return options[-1]
