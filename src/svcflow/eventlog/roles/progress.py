"""Which columns of times are the milestones of cases, in which order, and who reached them."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from svcflow.errors import MappingError
from svcflow.eventlog.log import MISSING_TIME
from svcflow.eventlog.mapping import Mapping
from svcflow.eventlog.roles import milestones as names
from svcflow.eventlog.roles.evidence import EMPTY_WORDS, Profile, Source
from svcflow.eventlog.roles.lexicon import fold, weigh, words
from svcflow.eventlog.stamps.column import read_stamps
from svcflow.eventlog.texts import as_chunks, buffer, strings

BY = frozenset({"by", "von", "durch", "door", "da", "par", "por", "user", "agent"})
CUSTOMERS = (
    "来电",
    "來電",
    "诉求",
    "訴求",
    "申请",
    "申請",
    "联系",
    "聯絡",
    "投诉",
    "投訴",
    "报修",
    "報修",
    "客户",
    "客戶",
    "反映",
)
"""Who does this is the customer, not the one who works on the case."""
BY_CHINESE = ("人", "人员", "人員", "员", "員", "者")


def choose(times: list[str], kinds: dict[str, names.Kind]) -> list[str]:
    """Return the columns of milestones; the last change of a row counts as one only where nothing else is there."""
    chosen = [name for name in times if kinds[name] == "event"]
    if any(names.place(name) == 1 and words(name)[0] != "sys" for name in chosen):
        chosen = [name for name in chosen if not (names.place(name) == 1 and words(name)[0] == "sys")]
    return chosen if len(chosen) > 1 else [name for name in times if kinds[name] in ("event", "update")]


def follows(name: str, others: list[str]) -> bool:
    """Return whether a milestone comes, by its name, after all of the others."""
    own, known = names.place(name), [names.place(other) for other in others]
    return name not in others and own is not None and all(place is not None and place < own for place in known)


def call(name: str, chosen: list[str]) -> str:
    """Return the activity that a milestone stands for: its plain name, where no other has the same."""
    short = names.clean(name)
    return short if [names.clean(other) for other in chosen].count(short) == 1 else name


def order(source: Source, columns: list[str], stated: Mapping, *, most: int = 2000) -> list[str]:
    """Return columns of times in the order of their names' places in the life of a case, else in which they come."""
    step = max(1, source.table.rows // most)
    rows = np.arange(0, source.table.rows, step, dtype=np.int64)
    indices = pa.Array.from_buffers(pa.int64(), len(rows), [None, buffer(rows)])
    moments = []
    for name in columns:
        try:
            taken = as_chunks(as_chunks(source.column(name)).take(indices))
            moments.append(read_stamps(taken, name, time_format=stated.format_of(name)).values)
        except MappingError:
            moments.append(np.full(len(rows), MISSING_TIME))
    wins = [0.0] * len(columns)
    for one, first in enumerate(moments):
        for second in moments:
            both = (first != MISSING_TIME) & (second != MISSING_TIME)
            later = int((first[both] > second[both]).sum()) - int((first[both] < second[both]).sum())
            wins[one] += np.sign(later) if 2 * abs(later) > int(both.sum()) else 0
    places = [names.place(name) for name in columns]
    usual = [len(columns) if place is None else place for place in places]
    keys = [(wins[i], usual[i], i) if None in places else (usual[i], wins[i], i) for i in range(len(columns))]
    return [columns[i] for *_, i in sorted(keys)]


def find_unreadable(source: Source, left: list[str]) -> dict[str, tuple[float, str]]:
    """Return columns called as milestones that hold times among too much else: the share of the latter, an example."""
    found = {}
    for name in left:
        if names.judge(name) != "event" or names.place(name) is None:
            continue
        sample = [text for text in Profile(source, name).sample if text.strip().lower() not in EMPTY_WORDS]
        try:
            bad = np.flatnonzero(read_stamps(pa.chunked_array([strings(sample)]), name).unreadable)
        except MappingError:
            continue
        if 0 < len(bad) < len(sample):
            found[name] = (len(bad) / len(sample), sample[int(bad[0])])
    return found


def find_person(column: str, known: tuple[str, ...]) -> str:
    """Return the column that says who reached a milestone: ``resolved_by`` for ``resolved_at``, 受理人 for 受理时间."""
    stem = [fold(part).lower() for part in names.split(column)]
    for name in known:
        if name == column or weigh(name, "time")[0] >= 60:
            continue
        tokens = list(words(name))
        if stem and len(tokens) > len(stem) and tokens[: len(stem)] == stem and tokens[len(stem)] in BY:
            return name
        if (
            len(stem) == 1
            and not stem[0].isascii()
            and stem[0] not in CUSTOMERS
            and fold(name).lower() in {stem[0] + end for end in BY_CHINESE}
        ):
            return name
    return ""
