"""Disclosure control: what is true of fewer than N cases is not told, in any table of any document.

A row about a group of fewer than N cases is withheld. Where the groups withheld from a table are a single one, or make
fewer than N cases together, the next smallest go with them: else the total would give them away by subtraction (this is
called complementary suppression). A count below N is withheld too, and so is one that leaves fewer than N of the whole.
A withheld count is ``None``, never zero. Examples name single cases and vanish. What was withheld is counted.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from svcflow.errors import UsageError

Row = dict[str, Any]

KEY = "withheld"
"""Where a document says what is not in it: the smallest group told, and how many groups each table has lost."""

PARTS = frozenset(
    (
        "open",
        "ended",
        "stale",
        "outliers",
        "fastest",
        "fast",
        "slow",
        "slowest",
        "at_end",
        "begun_that_day",
        "open_cases",
        "open_left_out",
        "returns",
        "overlaps",
        "repeats",
        "redos",
        "unattributed",
        "passed_over",
        "batches",
        "instances",
        "outside_count",
        "machine_count",
        "no_start_count",
        "no_resource_count",
        "reopens",
        "same_team",
        "other_team",
        "same_person",
        "other_person",
        "reopened_cases",
        "reopened_twice_cases",
        "chains",
        "longest_chain",
        "unknown_left_out",
        "machines_left_out",
        "crowded_cases_left_out",
        "gives",
        "takes",
        "gets_back",
        "gives_back",
        "redone",
        "self_loops",
        "repetitions",
        "repeats_at_once",
        "redos_at_once",
        "repeats_later",
        "redos_later",
        "inflow",
        "outflow",
        "rounds",
        "n",
        "looping_cases",
        "cycling_cases",
        "handover_cases",
        "team_changes_within",
        "team_changes_across",
        "team_changes_unknown",
        "escalations",
        "levels_skipped",
        "back_down",
        "counter_higher",
        "counted_higher",
        "counter_total",
        "counted_total",
        "sustained_cases",
        "all_bounces",
    )
)
"""Counts inside a row that are of a part of its cases."""
_LEFT_OUT = ("outside", "machine", "no_start", "no_resource")
RATES = {"return_rate": "returns", "repeat_rate": "repeats"} | {
    f"{reason}_{part}_s": f"{reason}_count" for reason in _LEFT_OUT for part in ("total", "standing")
}
"""Shares and sums that would give such a count away, and the count."""
WIDER = {"looping_cases": "cases"}
"""Counts of a row that hold its cases and some more; too few more would be told by subtraction."""

_QUOTED = re.compile(r"'(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\"")
_WHAT = r"(?:cases?|times?|pass(?:es)?|waits?|take|do|came|change)\b"
_COUNTED = re.compile(
    rf"(?<![\w.,:])\d[\d,]*(?= {_WHAT}| of \d| ?[单次条])|(?<=\bof )\d[\d,]*(?= {_WHAT}| and \d|[;)]|[,.](?!\d))"
)
"""Numbers that count cases or what happened in them, in the words of recommendations and facts."""


def choose_small(sizes: Sequence[int], least: int) -> frozenset[int]:
    """Return which groups to withhold, as places in `sizes`: the small ones, and those that would give them away.

    >>> sorted(choose_small([50, 12, 3], 10)), sorted(choose_small([50, 12, 30], 10))
    ([1, 2], [])
    """
    order = sorted((place for place, size in enumerate(sizes) if size > 0), key=lambda place: (sizes[place], place))
    chosen = [place for place in order if sizes[place] < least]
    for place in order[len(chosen) :] if chosen else ():
        if len(chosen) > 1 and sum(sizes[i] for i in chosen) >= least:
            break
        chosen.append(place)
    return frozenset(chosen)


def withhold_count(count: Any, least: int, whole: int | None = None) -> Any:
    """Return a count, ``None`` where it is small or leaves few of the `whole`.

    >>> withhold_count(3, 10), withhold_count(0, 10), withhold_count(95, 10, 100), withhold_count(95, 10)
    (None, 0, None, 95)
    """
    if not _is_count(count):
        return count
    left = 0 if whole is None else whole - count
    return None if 0 < count < least or 0 < left < least else count


def withhold_parts(parts: Mapping[str, Any], least: int) -> dict[str, Any]:
    """Return counts that make a whole, the small ones ``None`` and those that would give them away.

    >>> withhold_parts({"met": 90, "breached": 4, "overdue": 0, "paused": 20}, 10)
    {'met': 90, 'breached': None, 'overdue': 0, 'paused': None}
    """
    names = [name for name, count in parts.items() if _is_count(count)]
    hidden = {names[place] for place in choose_small([parts[name] for name in names], least)}
    return {name: None if name in hidden else count for name, count in parts.items()}


class Withholding:
    """Cuts documents to groups of at least `least` cases; `lost` counts the rows withheld, by table."""

    def __init__(self, least: int) -> None:
        self.least = least
        self.lost: dict[str, int] = {}

    def cut(self, rows: Iterable[Row], table: str) -> list[Row]:
        """Return the rows of a table that may be told. A row says of how many ``cases`` it is, or else a ``count``."""
        listed = list(rows)
        small = choose_small([_size(row, self.least) for row in listed], self.least)
        if small:
            self.lost[table] = self.lost.get(table, 0) + len(small)
        return [row for place, row in enumerate(listed) if place not in small]

    def cut_facts(self, facts: list[Row]) -> list[Row]:
        """Return the facts of quality that concern enough rows, without the rows and values that they quote."""
        return [
            fact | ({"rows": []} if "rows" in fact else {}) | {"message": hush(fact["message"], self.least)}
            for fact in self.cut(facts, "quality")
        ]

    def apply(self, value: Any, path: str = "") -> Any:
        """Return a value of a document with its tables cut and without examples, wherever they stand."""
        if isinstance(value, dict):
            told = {key: self._apply_to_part(key, item, f"{path}.{key}".lstrip(".")) for key, item in value.items()}
            told |= {rate: None for rate, count in RATES.items() if rate in told and told.get(count, 0) is None}
            told |= {wide: None for wide, part in WIDER.items() if self._is_close(told.get(wide), told.get(part))}
            return told | ({"figures": self._hide_shares(told)} if isinstance(told.get("figures"), dict) else {})
        if isinstance(value, list):
            rows = self.cut(value, path) if value and all(_is_counted(row) for row in value) else value
            return [self.apply(item, path) for item in rows]
        return value

    def _is_close(self, wide: Any, part: Any) -> bool:
        return _is_count(wide) and _is_count(part) and 0 < wide - part < self.least

    def _hide_shares(self, quantity: Row) -> Row:
        """Return the figures of a quantity without the shares that few of those measured make up."""
        n = quantity.get("n")
        return {
            name: None
            if name.endswith(("share", "rate"))
            and isinstance(share, float)
            and (n is None or 0 < share * n < self.least)
            else share
            for name, share in quantity["figures"].items()
        }

    def _apply_to_part(self, key: str, item: Any, path: str) -> Any:
        if key == "examples":
            return []
        if key in PARTS and not isinstance(item, dict | list):
            return withhold_count(item, self.least)
        if _is_counted(item) and "total_s" in item and 0 < _size(item, self.least) < self.least:
            return None  # the waiting or the work of a row, described
        return self.apply(item, path)

    def seal(self, document: Row) -> Row:
        """Return a document that says what is withheld from it; what an earlier one has said is kept."""
        before = document.get(KEY) or {}
        groups = dict(before.get("groups") or {})
        for name, count in self.lost.items():
            groups[name] = groups.get(name, 0) + count
        return document | {KEY: {"min_group": self.least, "groups": groups}}


def withhold_tables(document: Row, least: int | None) -> Row:
    """Return a document that holds nothing but tables without their rows on fewer than `least` cases."""
    if least is None or not is_needed(document, least):
        return document
    withholding = Withholding(least)
    found: Row = withholding.apply(document)
    return withholding.seal(found)


def blur(text: str, least: int) -> str:
    """Return a text whose counts of cases below `least` are replaced by words.

    >>> blur("3 of 40 cases, 12 times; 4 h of 1,265 waits", 10)
    'fewer than 10 of 40 cases, 12 times; 4 h of 1,265 waits'
    """

    def replace(match: re.Match[str]) -> str:
        return f"fewer than {least}" if 0 < int(match[0].replace(",", "")) < least else match[0]

    return _COUNTED.sub(replace, text)


def hush(text: str, least: int) -> str:
    """Return a text without what it quotes and without small counts.

    >>> hush("12 rows differ ('Ann' and 'ann'); 3 cases", 10)
    "12 rows differ ('…' and '…'); fewer than 10 cases"
    """
    return blur(_QUOTED.sub("'…'", text), least)


def is_needed(document: Mapping[str, Any], least: int | None) -> bool:
    """Return whether a document tells groups that are too small, for all that is known."""
    return bool(least and least > 1 and int((document.get(KEY) or {}).get("min_group") or 1) < least)


def refuse_few(cases: int, least: int | None) -> None:
    """Raise UsageError where a whole log is a small group."""
    if least and 0 < cases < least:
        raise UsageError(f"the log holds fewer than {least:,} cases: nothing can be told of it", "lower --min-group")


def refuse_single_cases(least: int | None, what: str) -> None:
    """Raise UsageError where single cases are asked for and groups of one are too small."""
    if least and least > 1:
        raise UsageError(
            f"--min-group {least}: {what} tells single cases", "leave --min-group out where they may be told"
        )


def _is_count(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _is_counted(row: object) -> bool:
    if not isinstance(row, dict):
        return False
    return _is_count(row.get("cases")) or ("cases" not in row and _is_count(row.get("count")))


def _size(row: Mapping[str, Any], least: int) -> int:
    """Return how many cases a row is about; one that counts nothing is no group."""
    found = row.get("cases") if "cases" in row else row.get("count", least)
    return int(found) if found is not None else least
