"""Repeat contacts: customers who come back about the same topic within seven days.

**What.** How many contacts (cases) are repeats, in all, by topic and by team; the gaps between contacts of a
customer on a topic; and *chains*, contacts of which each follows the one before within seven days.

**How.** A contact is the start of a case. It repeats the contact before of the same customer about the same topic
if that began at most seven days earlier. The customer and the topic are attributes named for it (customer,
requester, caller, 客户; topic, category, product, 分类): `customer_from` and `topic_from` say which. The team is the
first known of the case.

**Source.** metrics.md 5 and 9 (target: at most 12 %). Seven days is the window usual in contact centres.

**Limits.** A customer who is a company has many people with one name. Contacts of the first seven days of a log may
repeat ones before it. Where no attribute says the topic, all contacts of a customer are about one.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from svcflow.eventlog.log import UNKNOWN, Log
from svcflow.mining.contacts import DAY, WITHIN_DAYS, Contacts, find_contacts
from svcflow.mining.grouping import group, seconds
from svcflow.mining.quantity import Measured, Setting, decline
from svcflow.mining.tables import Table

TITLE = {"en": "Repeat contacts", "zh": "重复来电来访"}
DEFINITION = "repeat-contacts"
MISSING = {
    "en": "Cases of an unknown customer are left out and counted. An unknown topic is a topic like any other.",
    "zh": "客户未知的案件不计入并单列数量；未知主题视为一个主题。",
}
GAPS = (1, 3, 7, 14, 30)


def measure(log: Log, _: Setting) -> Measured:
    """Return the repeat contacts by topic, then by team."""
    found = find_contacts(log)
    if found is None:
        return decline(
            "no attribute names the customer of a case (`rename:` in a mapping calls a column `customer`)",
            "没有属性说明案件的客户（可在映射的 rename 中把某列称为 customer）",
        )
    rows = [row for by, codes, texts in _list_groups(log, found) for row in _describe(found, by, codes, texts)]
    names = ("by", "name", "cases", "repeats", "repeat_rate", "gap_median_s")
    columns: dict[str, list[Any]] = {name: [row[i] for row in rows] for i, name in enumerate(names)}
    return Measured(Table(columns), _sum_up(log, found), len(found.case), "contacts")


def _list_groups(log: Log, found: Contacts) -> list[tuple[str, NDArray[np.int64], tuple[str, ...]]]:
    """Return the groups that contacts are told by: what they are called, a code for each contact, what it means."""
    groups = [("topic", found.topic, found.topics)] if found.topic_column else []
    if log.has_teams:
        team = np.zeros(log.cases, np.int64)
        rows = np.flatnonzero(log.team != UNKNOWN)[::-1]
        team[log.case_of_row[rows]] = log.team[rows]
        groups.append(("team", team[found.case], log.teams.texts))
    return groups


def _describe(found: Contacts, by: str, codes: NDArray[np.int64], texts: tuple[str, ...]) -> list[tuple[Any, ...]]:
    """Return the rows of one kind of group, those with most repeats first."""
    contacts = np.bincount(codes, minlength=len(texts))
    repeats = np.bincount(codes[found.repeated], minlength=len(texts))
    gaps = group(codes[found.repeated], found.gap[found.repeated])
    medians = dict(zip(gaps.keys.tolist(), gaps.quantile(0.5).tolist(), strict=True))
    shown = np.flatnonzero(contacts)
    shown = shown[np.lexsort((shown, -contacts[shown], -repeats[shown]))]
    return [
        (
            by,
            texts[code],
            int(contacts[code]),
            int(repeats[code]),
            int(repeats[code]) / int(contacts[code]),
            seconds(medians[code]) if code in medians else None,
        )
        for code in shown.tolist()
    ]


def _sum_up(log: Log, found: Contacts) -> dict[str, float | int | str | None]:
    contacts, repeats = len(found.case), int(found.repeated.sum())
    again = found.gap[~found.first]
    chain = np.cumsum(~found.repeated)
    lengths = np.bincount(chain)[1:] if contacts else np.empty(0, np.int64)
    return {
        "within_days": WITHIN_DAYS,
        "customer_from": found.customer_column,
        "topic_from": found.topic_column or None,
        "customers": len(np.unique(found.customer)),
        "repeats": repeats,
        "repeat_rate": repeats / contacts if contacts else None,
        "chains": int((lengths > 1).sum()),
        "longest_chain": int(lengths.max(initial=0)),
        "unknown_left_out": log.cases - contacts,
        **{
            f"again_within_{days}_d_share": float((again <= days * DAY).sum()) / contacts if contacts else None
            for days in GAPS
        },
    }
