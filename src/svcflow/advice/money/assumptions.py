"""What only the reader can say: what a change costs, how far to look, what an hour of delay is worth."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Any

from svcflow.documents import plain, read
from svcflow.errors import InputError, UsageError
from svcflow.guards import suggest


@dataclass(frozen=True, slots=True)
class Assumptions:
    """Money in the organisation's currency; ``None``: not said, and then asked for, never invented.

    `one_off` is spent at adoption, `running` a year from then on. `delay` is what an hour of one case's time is worth,
    `paid_hours` what a person is paid for in a year. `months` is the horizon, `discount` the yearly rate (0..1). `own`
    holds what is said of single remedies or recommendations.
    """

    one_off: float | None = None
    running: float = 0.0
    delay: float | None = None
    paid_hours: float | None = None
    months: int = 36
    discount: float = 0.0
    own: Mapping[str, Assumptions] = field(default_factory=dict)

    def of(self, recommendation: str, remedy: str) -> Assumptions:
        """Return what holds for a recommendation: said of itself, else of its remedy, else of all."""
        return self.own.get(recommendation) or self.own.get(remedy) or self


_KEYS = tuple(one.name for one in fields(Assumptions) if one.name != "own")
_HINT = "keys are " + ", ".join(_KEYS) + "; and recommendations: {acceptance-target: {one_off: 20000}}"
_SHARE = re.compile(r"([0-9]{1,3}(?:\.[0-9]+)?)%")


def read_assumptions(path: Path, base: Assumptions) -> Assumptions:
    """Return the assumptions of a YAML file, `base` where it says nothing. Raises `InputError`, `UsageError`."""
    document = read(path)
    fault = next(iter(document.faults), None)
    if fault is not None:
        raise InputError(f"{path}:{fault.span.line}: {fault.message}", _HINT)
    stated = plain(document.root) if document.root is not None else {}
    if not isinstance(stated, Mapping):
        raise UsageError(f"{path}: assumptions are a mapping", _HINT)
    rest = {key: value for key, value in stated.items() if key not in ("svcflow", "recommendations")}
    common = _change(base, rest, str(path))
    single = stated.get("recommendations") or {}
    if not isinstance(single, Mapping):
        raise UsageError(f"{path}: recommendations is a mapping of remedies", _HINT)
    own = {str(name): _change(common, of, f"{path}: {name}") for name, of in single.items()}
    return replace(common, own=own)


def _change(base: Assumptions, stated: object, where: str) -> Assumptions:
    if not isinstance(stated, Mapping):
        raise UsageError(f"{where}: a mapping is expected", _HINT)
    given: dict[str, Any] = {}
    for key, value in stated.items():
        if key not in _KEYS:
            raise UsageError(f"{where}: no key {str(key)!r}{suggest(str(key), _KEYS)}", _HINT)
        given[key] = _read(key, value, where)
    return replace(base, **given)


def _read(key: str, value: object, where: str) -> float | int | None:
    share = _SHARE.fullmatch(value) if isinstance(value, str) and key == "discount" else None
    number = float(share[1]) / 100 if share else value
    if isinstance(number, bool) or not isinstance(number, int | float) or not 0 <= number <= 1e12:
        raise UsageError(f"{where}: {key}: {value!r} is no amount", _HINT)
    if key == "months":
        if number != int(number) or not 1 <= number <= 600:
            raise UsageError(f"{where}: months: {value!r} is no number of months", "1 to 600")
        return int(number)
    if key == "paid_hours" and number < 1:
        raise UsageError(f"{where}: paid_hours: {value!r} is no year of work", "what a person is paid for: about 1,700")
    if key == "discount" and number >= 1:
        raise UsageError(f"{where}: discount: {value!r} is no yearly rate", "write 8% or 0.08")
    return float(number)
