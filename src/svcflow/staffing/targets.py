"""What is promised: a share of arrivals within a time (80/20s), or a mean wait (4h)."""

from __future__ import annotations

import re
from dataclasses import dataclass

from svcflow.errors import UsageError
from svcflow.staffing.erlang import require_share, require_wait
from svcflow.wording import say_duration, say_share

_UNITS = {"s": 1, "m": 60, "h": 3_600, "d": 86_400, "w": 604_800}
_TIME = re.compile(r"([0-9]{1,6}(?:\.[0-9]{1,3})?)([smhdw])", re.ASCII)
_SHARE = re.compile(r"([0-9]{1,2}(?:\.[0-9]{1,3})?)%?/(.+)", re.ASCII)


@dataclass(frozen=True, slots=True)
class Target:
    """At least a `share` (0..1) of arrivals waits at most `within_s` seconds; without a share, that is the mean."""

    within_s: float
    share: float | None = None

    def require(self, load: float, handling_s: float, squared_variation: float = 1.0) -> int:
        """Return the fewest people who keep it at an offered load in erlangs."""
        if self.share is None:
            return require_wait(load, handling_s, self.within_s, squared_variation)
        return require_share(load, handling_s, self.share, self.within_s)

    @property
    def words(self) -> dict[str, str]:
        """Return the target as people say it, by language."""
        en, zh = say_duration(self.within_s), say_duration(self.within_s, "zh")
        if self.share is None:
            return {"en": f"mean wait at most {en}", "zh": f"平均等待不超过 {zh}"}
        share = say_share(self.share)
        return {"en": f"{share} within {en}", "zh": f"{zh} 内响应 {share}"}


def parse_seconds(text: str) -> float:
    """Return a time as written in seconds. Raises `UsageError`.

    >>> parse_seconds("20s"), parse_seconds("1.5h")
    (20.0, 5400.0)
    """
    found = _TIME.fullmatch(text.strip())
    if not found or float(found[1]) <= 0:
        raise UsageError(f"{text!r} is no time", "write 20s, 3m, 4h or 2d")
    return float(found[1]) * _UNITS[found[2]]


def parse_target(target: str | None, wait: str | None) -> Target:
    """Return the target that was asked for: ``80/20s`` as a share within a time, or a mean wait; by default 1 h.

    Raises `UsageError` for both, and for what is neither.

    >>> parse_target("80/20s", None)
    Target(within_s=20.0, share=0.8)
    """
    if target and wait:
        raise UsageError("--target and --wait promise two things", "give one of them")
    if target:
        found = _SHARE.fullmatch(target.strip())
        if not found or not float(found[1]) > 0:
            raise UsageError(f"{target!r} is no service level", "write 80/20s: 80 % within 20 seconds")
        return Target(parse_seconds(found[2]), float(found[1]) / 100)
    return Target(parse_seconds(wait or "1h"))
