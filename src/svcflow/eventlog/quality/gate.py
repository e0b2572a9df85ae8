"""Which facts make a check of quality fail: those of a level and above, or single ones from a share on."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from svcflow.errors import UsageError
from svcflow.eventlog.log import Quality
from svcflow.eventlog.mapping import suggest
from svcflow.eventlog.quality.catalogue import CATALOGUE, LEVELS


@dataclass(frozen=True, slots=True)
class Gate:
    """`level` is the lowest that fails, empty for none; `limits` the share above which a fact fails by itself."""

    level: str = ""
    limits: dict[str, float] = field(default_factory=dict)

    def fails(self, facts: Iterable[Quality]) -> tuple[Quality, ...]:
        """Return the facts that fail. A limit given for a fact goes before the level."""
        return tuple(fact for fact in facts if self._fails(fact))

    def _fails(self, fact: Quality) -> bool:
        if fact.id in self.limits:
            return fact.share > self.limits[fact.id]
        return bool(self.level) and LEVELS.index(fact.severity) >= LEVELS.index(self.level)


def parse(text: str) -> Gate:
    """Read ``LEVEL``, ``ID`` and ``ID=5%``, several divided by commas. Raises UsageError at a word that is neither.

    >>> parse("error,ties=5%,duplicate-rows").limits
    {'ties': 0.05, 'duplicate-rows': 0.0}
    """
    level, limits = "", {}
    for word in (part.strip() for part in text.split(",")):
        name, _, share = word.partition("=")
        if word in LEVELS:
            level = word
        elif name not in CATALOGUE:
            near = suggest(name, (*LEVELS, *CATALOGUE))
            hint = f"a level ({', '.join(LEVELS)}), an id, or ID=5%; `svcflow explain` lists all ids"
            raise UsageError(f"--fail-on-quality: {name!r} is no fact of quality{near}", hint)
        else:
            limits[name] = _parse_share(word, share) if share else 0.0
    return Gate(level, limits)


def _parse_share(word: str, share: str) -> float:
    number = re.fullmatch(r"(\d+(?:\.\d+)?)(%?)", share)
    value = float(number[1]) / (100 if number[2] else 1) if number else 2.0
    if value > 1:
        raise UsageError(f"--fail-on-quality: {word!r} is no share", "write ID=5% or ID=0.05")
    return value
