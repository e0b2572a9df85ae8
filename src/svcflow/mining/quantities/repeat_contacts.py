"""Repeat contacts: customers who come back about the same topic within seven days.

**What.** How many contacts (cases) are repeats, in all, by topic and by team; the gaps between contacts of a
customer on a topic; and *chains*, contacts of which each follows the one before within seven days.

**How.** A contact is the start of a case. It repeats the contact before of the same customer about the same topic
if that began at most seven days earlier. The customer and the topic are attributes named for it (customer,
requester, caller, 客户; topic, category, product, 分类): `customer_from` and `topic_from` say which. The team is the
first known of the case.

**Source.** metrics.md 5 and 9 (target: at most 12 %). Seven days is the window usual in contact centres.

**Limits.** A customer who is a company has many people with one name. Contacts of the first seven days of a log may
repeat ones before it. Where no attribute says the topic, all contacts of a customer are about one. Of a file on disk,
passes gather the contacts of as many customers as fit into memory.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from svcflow.eventlog.log import Log
from svcflow.mining import customers
from svcflow.mining.attributes import find_kind, read_whole
from svcflow.mining.contacts import DAY, WITHIN_DAYS, Chains, chain, find_columns
from svcflow.mining.customers import MOST_TOPICS, SIZE, Contacts, ContactsFold, find_contacts, say_value
from svcflow.mining.describing import choose_detail, is_approximate
from svcflow.mining.durations import EXACT, Detail, Durations, from_groups
from svcflow.mining.grouping import Ints, count_runs, group, say_known
from svcflow.mining.quantity import Measured, Setting, decline
from svcflow.mining.tables import Table

if TYPE_CHECKING:
    from svcflow.eventlog.store.stored import Stored
    from svcflow.mining.surveyed import Surveyed

TITLE = {"en": "Repeat contacts", "zh": "重复来电来访"}
DEFINITION = "repeat-contacts"
MISSING = {
    "en": "Cases of an unknown customer are left out and counted. An unknown topic is a topic like any other.",
    "zh": "客户未知的案件不计入并单列数量；未知主题视为一个主题。",
}
GAPS = (1, 3, 7, 14, 30)


NOBODY = (
    "no attribute names the customer of a case (`rename:` in a mapping calls a column `customer`)",
    "没有属性说明案件的客户（可在映射的 rename 中把某列称为 customer）",
)
MANY = (
    f"contacts have more than {MOST_TOPICS:,} topics: name the right column `topic` (`rename:`), or use --in-memory",
    f"主题超过 {MOST_TOPICS:,} 个：请在映射的 rename 中把说明主题的列称为 topic，或将日志载入内存（--in-memory）",
)


class Group(NamedTuple):
    """Contacts by topic or team: how many there are, how many are repeats, and the gaps before these."""

    contacts: Ints
    repeats: Ints
    gaps: Durations

    def merge(self, other: Group) -> Group:
        """Add the contacts of other customers."""
        return Group(self.contacts + other.contacts, self.repeats + other.repeats, self.gaps.merge(other.gaps))


class Counted(NamedTuple):
    """What the contacts of some customers come to; `again` counts those within each of `GAPS` days."""

    topics: Group
    teams: Group
    customers: int
    chains: int
    longest: int
    again: Ints

    def merge(self, other: Counted) -> Counted:
        """Add the contacts of other customers."""
        return Counted(
            self.topics.merge(other.topics),
            self.teams.merge(other.teams),
            self.customers + other.customers,
            self.chains + other.chains,
            max(self.longest, other.longest),
            self.again + other.again,
        )


def measure(log: Log, setting: Setting) -> Measured:
    """Return the repeat contacts by topic, then by team."""
    customer, topic = find_columns(log)
    if customer is None:
        return decline(*NOBODY)
    about = None if topic is None else read_whole(log, topic)
    contacts = find_contacts(log.batch(0, log.cases), read_whole(log, customer), about)
    return _tell(log, _count(contacts, len(setting.teams), EXACT), contacts)


def begin(log: Stored, setting: Setting) -> dict[str, Any]:  # noqa: ARG001 - as every quantity
    """Return the fold that gathers the contacts of the first share of the customers, which mostly is all of them."""
    fold = _share_out(log)
    return {} if fold is None else {DEFINITION: fold}


def tell(found: Surveyed) -> Measured:
    """Return the repeat contacts of a file; the other shares of its customers take a pass each."""
    fold, setting = _share_out(found.log), found.setting
    if fold is None:
        return decline(*NOBODY)
    first: Contacts = found.states[DEFINITION]
    detail = choose_detail(setting)
    counted = _count(first, len(setting.teams), detail)
    for share in range(1, fold.shares):
        contacts = found.run({DEFINITION: replace(fold, share=share)})[DEFINITION]
        counted = counted.merge(_count(contacts, len(setting.teams), detail))
    return _tell(found.log, counted, first)


def _share_out(log: Stored) -> ContactsFold | None:
    customer, topic = find_columns(log)
    if customer is None:
        return None
    return ContactsFold(str(log.file.path.absolute()), customer, topic, max(-(-log.cases * SIZE // customers.ROOM), 1))


def _count(contacts: Contacts, teams: int, detail: Detail) -> Counted:
    """Return what the contacts of some customers come to."""
    chains, topic = chain(contacts), contacts.topic.astype(np.int64) + 1
    number = np.cumsum(~chains.repeated)
    lengths = np.bincount(number)[1:] if len(number) else np.empty(0, np.int64)
    again = chains.gap[~chains.first]
    return Counted(
        _group(topic, len(contacts.topics) + 1, chains, detail),
        _group(contacts.team.astype(np.int64), teams, chains, detail),
        count_runs(contacts.customer),
        int((lengths > 1).sum()),
        int(lengths.max(initial=0)),
        np.array([(again <= days * DAY).sum() for days in GAPS], np.int64),
    )


def _group(codes: Ints, width: int, chains: Chains, detail: Detail) -> Group:
    repeats = codes[chains.repeated]
    gaps = from_groups(group(repeats, chains.gap[chains.repeated]), detail)
    return Group(np.bincount(codes, minlength=width), np.bincount(repeats, minlength=width), gaps)


def _tell(log: Log | Stored, counted: Counted, contacts: Contacts) -> Measured:
    """Return what was counted as a table; `contacts` say which topics there are."""
    if not contacts.told:
        return decline(*MANY)
    if counted.customers < 2:
        return decline(*NOBODY)
    customer, topic = find_columns(log)
    kind = "text" if topic is None else find_kind(log, topic)
    topics = ["", *(say_value(value, kind) for value in contacts.topics)]
    rows = [] if topic is None else _describe(counted.topics, "topic", topics)
    rows += _describe(counted.teams, "team", log.teams.texts) if log.has_teams else []
    names = ("by", "name", "cases", "repeats", "repeat_rate", "gap_median_s")
    columns: dict[str, list[Any]] = {name: [row[i] for row in rows] for i, name in enumerate(names)}
    rough = is_approximate(counted.topics.gaps, counted.teams.gaps)
    columns_of = {"customer_from": customer and customer[0], "topic_from": topic and topic[0]}
    figures = _sum_up(log, counted, contacts.known, columns_of)
    return Measured(Table(columns), figures, contacts.known, "contacts", approximate=rough)


def _describe(found: Group, by: str, texts: Sequence[str]) -> list[tuple[Any, ...]]:
    """Return the rows of one kind of group, those with most repeats first."""
    contacts, repeats, gaps = found
    medians = dict(zip(gaps.keys.tolist(), say_known(gaps.quantile(0.5)), strict=True))
    shown = np.flatnonzero(contacts)
    shown = shown[np.lexsort((shown, -contacts[shown], -repeats[shown]))]
    return [
        (
            by,
            texts[code],
            int(contacts[code]),
            int(repeats[code]),
            int(repeats[code]) / int(contacts[code]),
            medians.get(code),
        )
        for code in shown.tolist()
    ]


def _sum_up(
    log: Log | Stored, counted: Counted, contacts: int, columns: Mapping[str, str | None]
) -> dict[str, float | int | str | None]:
    repeats = int(counted.topics.repeats.sum())
    shares = zip(GAPS, counted.again.tolist(), strict=True)
    return {
        "within_days": WITHIN_DAYS,
        **columns,
        "customers": counted.customers,
        "repeats": repeats,
        "repeat_rate": repeats / contacts if contacts else None,
        "chains": counted.chains,
        "longest_chain": counted.longest,
        "unknown_left_out": log.cases - contacts,
        **{f"again_within_{days}_d_share": again / contacts if contacts else None for days, again in shares},
    }
