"""Finds the columns of a history of changes: the field that changed, its old and its new value."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import permutations

import numpy as np

from svcflow.eventlog.changes import Sequence, read_texts, share_of_chains, try_moments
from svcflow.eventlog.log import MISSING_TIME, Role
from svcflow.eventlog.mapping import Mapping
from svcflow.eventlog.roles.assignment import Assignment, rank
from svcflow.eventlog.roles.evidence import Profile, Source
from svcflow.eventlog.roles.lexicon import weigh
from svcflow.eventlog.texts import Encoded, merge_equal

NAMED, PERSON, STATUS, CREATION = 45.0, 45.0, 55.0, 95.0
CHAINED, MIN_PAIRS = 0.6, 5
Read = Callable[[str], Encoded]
"""Encodes a column by its name."""
MOST_FIELDS, MOST_STATES, MOST_CANDIDATES = 400, 200, 10


@dataclass(frozen=True, slots=True)
class Kinds:
    """Which values of the field mean the status, the assignee, the group, and the creation of the case."""

    status: tuple[str, ...] = ()
    people: tuple[str, ...] = ()
    teams: tuple[str, ...] = ()
    creations: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class History:
    """The columns of a history, and why; `field` or `old` may be empty."""

    field: str
    old: str
    new: str
    kinds: Kinds
    score: float
    reason: str
    chains: float

    def tell(self) -> list[Role]:
        """Return the roles of its own columns."""
        told = [Role("activity", self.new, f"the value after a change{self._of()}")]
        told += (
            [Role("field", self.field, f"it names what changed: {', '.join(self.kinds.status)}")] if self.field else []
        )
        return told + ([Role("old", self.old, "the value before a change" + self._proof())] if self.old else [])

    def _of(self) -> str:
        return f" of {', '.join(map(repr, self.kinds.status))} in {self.field!r}" if self.field else ""

    def _proof(self) -> str:
        return f"; in {self.chains:.0%} of changes it is the new value of the one before" if self.chains else ""


def find_history(source: Source, guess: Assignment, stated: Mapping) -> History | None:
    """Return the columns of a history, or ``None`` where the export is none."""
    field = _find_field(source, guess, stated)
    named = {role: _named(role, source, guess, stated=stated, taken={field}) for role in ("old", "new")}
    kinds = sort_values(read_texts(source.table, field, stated)) if field else Kinds()
    sequence, texts = _arrange(source, guess, stated, field)
    old, new = named["old"], named["new"]
    if not new:
        taken = {name for role in ("case", "time", "start") for name in guess.columns.get(role, ())} | {field}
        old, new = _find_chain(source, taken, sequence, texts=texts, most=source.table.rows if field else MOST_STATES)
    if not new or not (field or old):
        return None
    chains, pairs = share_of_chains(sequence, texts(old), texts(new)) if old else (0.0, 0)
    certain = bool(stated.columns.get("new"))
    if not field and not certain and not (chains >= CHAINED and pairs >= MIN_PAIRS) and not _says_status(old, new):
        return None
    if old and not certain and chains < 0.3 and pairs >= 4 * MIN_PAIRS:
        return None
    score = 92.0 if certain or (chains >= CHAINED and pairs >= MIN_PAIRS) or named["new"] else 70.0
    return History(
        field, old, new, kinds, score, _reason(field, old, new, kinds), chains if pairs >= MIN_PAIRS else 0.0
    )


def sort_values(field: Encoded) -> Kinds:
    """Return what the values of a field column mean, by their names; of several statuses the plainest is the one."""
    texts = [text for text in field.texts if text is not None]
    statuses = {text: weigh(text, "status")[0] for text in texts}
    best = max(statuses.values(), default=0.0)
    status = tuple(text for text, weight in statuses.items() if weight == best and best >= STATUS)
    rest = [text for text in texts if text not in status]
    creations = tuple(text for text in rest if weigh(text, "created")[0] >= CREATION)
    people = tuple(text for text in rest if _is_person(text) and text not in creations)
    teams = tuple(text for text in rest if weigh(text, "team")[0] >= PERSON and text not in (*people, *creations))
    return Kinds(status, people, teams, creations)


def _is_person(text: str) -> bool:
    weight = weigh(text, "resource")[0]
    return weight >= PERSON and weight > weigh(text, "team")[0]


def find_created(source: Source, guess: Assignment, stated: Mapping) -> str:
    """Return the column that says when a case began: one time in each case, before its first row; or nothing."""
    if "created" in stated.columns:
        return next(iter(stated.columns["created"]), "")
    case = source.encoded(guess.columns["case"][0]).codes
    time = try_moments(source.table, guess.columns["time"][0], stated)
    sequence = Sequence.arrange(case, time)
    for candidate in rank("created", [Profile(source, name) for name in source.table.names], guess.taken):
        if candidate.score < 60 or not candidate.profile.is_time:
            continue
        begun = try_moments(source.table, candidate.name, stated)
        known = (begun != MISSING_TIME) & (time != MISSING_TIME)
        inside = (sequence.case[1:] == sequence.case[:-1]) & (begun[sequence.order[1:]] != begun[sequence.order[:-1]])
        if known.any() and not inside.any() and (begun[known] <= time[known]).mean() > 0.95:
            return candidate.name
    return ""


def _find_field(source: Source, guess: Assignment, stated: Mapping) -> str:
    """Return the column whose values name fields, the status among them."""
    if "field" in stated.columns:
        return next(iter(stated.columns["field"]), "")
    best, chosen = 0.0, ""
    indispensable = {name for role in ("case", "time") for name in guess.columns.get(role, ())}
    for name in source.table.names:
        profile = Profile(source, name)
        if name in indispensable or profile.is_time or profile.is_number or not profile.sample:
            continue
        weight = weigh(name, "field")[0]
        encoded = read_texts(source.table, name, stated)
        if not 1 <= encoded.distinct <= MOST_FIELDS:
            continue
        kinds = sort_values(encoded)
        others = bool(kinds.people or kinds.teams or kinds.creations) or encoded.distinct > 1
        plain = any(weigh(text, "status")[0] >= 100 for text in kinds.status)
        score = weight if kinds.status and weight >= NAMED else 40.0 if plain and others else 0.0
        if score > best:
            best, chosen = score, name
    return chosen


def _named(role: str, source: Source, guess: Assignment, *, stated: Mapping, taken: set[str]) -> str:
    if role in stated.columns:
        return next(iter(stated.columns[role]), "")
    certain = {name for key in ("case", "time", "start") for name in guess.columns.get(key, ())}
    profiles = [Profile(source, name) for name in source.table.names]
    found = [c for c in rank(role, profiles, certain | taken) if c.score >= NAMED and not c.profile.is_time]
    return found[0].name if found else ""


def _arrange(source: Source, guess: Assignment, stated: Mapping, field: str) -> tuple[Sequence, Read]:
    """Return the rows in the order of case (and field) and time, and a reader of columns."""
    case = source.encoded(guess.columns["case"][0])
    codes = case.codes
    if field:
        names = read_texts(source.table, field, stated)
        codes = codes.astype(np.int64) * len(names.texts) + names.codes
    sequence = Sequence.arrange(codes, try_moments(source.table, guess.columns["time"][0], stated))
    return sequence, lambda name: read_texts(source.table, name, stated)


def _find_chain(source: Source, taken: set[str], sequence: Sequence, *, texts: Read, most: int) -> tuple[str, str]:
    """Return two columns of which the one is the value before a change and the other the value after it."""
    found = []
    for name in source.table.names:
        profile = Profile(source, name)
        if name in taken or profile.is_time or not profile.sample:
            continue
        if 2 <= profile.encoded.distinct <= most:
            found.append(name)
    best, chosen = 0.9, ("", "")
    for old, new in permutations(found[:MOST_CANDIDATES], 2):
        chains, pairs = share_of_chains(sequence, texts(old), texts(new))
        changed = _share_changed(texts(old), texts(new))
        if pairs >= 4 * MIN_PAIRS and changed > 0.5 and chains > best:
            best, chosen = chains, (old, new)
    return chosen


def _share_changed(old: Encoded, new: Encoded) -> float:
    """Return the share of rows whose two values differ."""
    both = merge_equal(np.r_[old.codes, new.codes + len(old.texts)].astype(np.int32), [*old.texts, *new.texts])
    half = len(old.codes)
    return float((both.codes[:half] != both.codes[half:]).mean()) if half else 0.0


def _says_status(old: str, new: str) -> bool:
    return bool(old) and all(weigh(name, "status")[0] >= 30 for name in (old, new))


def _reason(field: str, old: str, new: str, kinds: Kinds) -> str:
    if field:
        return f"each row is a change of a field ({field!r}); changes of {', '.join(kinds.status)} are the events"
    return f"each row is a change of the status, from {old!r} to {new!r}"
