"""Repeat contacts: the same customer about the same topic again within some days, across cases (metrics.md 5).

A contact is the beginning of a case. Who the customer is stands in an attribute that is named for it; so does the
topic.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from svcflow.eventlog.log import Log
from svcflow.eventlog.store.stored import Stored
from svcflow.mining.attributes import Name, list_attributes
from svcflow.mining.customers import Contacts
from svcflow.mining.grouping import Ints

DAY = 24 * 3_600_000
WITHIN_DAYS = 7

CUSTOMERS = (
    "customer id", "customer number", "customer", "client id", "client", "requester id", "requester", "caller id",
    "caller", "reporter", "contact id", "contact", "contact name", "account id", "account", "account name",
    "applicant", "citizen", "patient id", "member id", "subscriber", "end user", "requested for", "customer name",
    "client name", "client number", "customer no", "kunde", "kundennummer", "klant", "klantnummer", "cliente",
    "客户编号", "客户id", "客户号", "客户", "客户名称", "客户姓名", "用户编号", "报障人",
    "申请人", "投诉人", "来电号码", "联系电话", "联系人",
)  # fmt: skip
"""Names of attributes that say who the customer is, surest first."""
TOPICS = (
    "topic", "category", "case category", "problem category", "request type", "issue type", "ticket type", "product",
    "subject area", "service", "theme", "reason", "type", "kategorie", "categorie", "categoria", "subcategory",
    "主题", "分类", "类别", "工单分类", "问题分类", "投诉类型", "业务类型", "问题类型", "工单类型", "服务类型", "产品",
)  # fmt: skip
"""Names of attributes that say what a contact is about."""

_FRAME = re.compile(r"^(?:case|ticket|incident|complaint|problem|request|call|issue) | (?:id|code|name|number|no)$")
"""What may stand around such a word."""


def find_columns(log: Log | Stored) -> tuple[Name | None, Name | None]:
    """Return the attributes that say who the customer is, and what a contact is about; ``None`` where none does."""
    return choose_attribute(log, CUSTOMERS), choose_attribute(log, TOPICS)


def choose_attribute(log: Log | Stored, words: tuple[str, ...]) -> Name | None:
    """Return the attribute of the log whose name is the first of these words there is, ``None`` for none.

    Names are taken as they are first, then without the word for the case before and *id* behind (`ComplaintThemeID`).
    """
    exact: dict[str, Name] = {}
    bare: dict[str, Name] = {}
    for name in list_attributes(log):
        plain = normalise(name[0])
        exact.setdefault(plain, name)
        bare.setdefault(_FRAME.sub("", plain), name)
    return next((names[word] for names in (exact, bare) for word in words if word in names), None)


def normalise(name: str) -> str:
    """Return the name of a column as words.

    >>> [normalise(name) for name in ("Caller_ID", "case:customerName", "(case) Customer", "requester.id")]
    ['caller id', 'customer name', 'customer', 'requester id']
    """
    plain = re.sub(r"^(?:case:|\(case\)\s*|u_)", "", name.strip(), flags=re.IGNORECASE)
    spaced = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", plain)
    return " ".join(re.split(r"[\W_]+", spaced)).strip().casefold()


@dataclass(frozen=True, slots=True)
class Chains:
    """One entry for each contact, by customer, topic and beginning.

    `first` marks the first contact of a customer on a topic; `gap` is the time since the one before in milliseconds, 0
    for a first one; `repeated` tells that the gap is within the days asked for.
    """

    gap: Ints
    first: NDArray[np.bool_]
    repeated: NDArray[np.bool_]


def chain(contacts: Contacts, days: float = WITHIN_DAYS) -> Chains:
    """Return which contacts follow each other."""
    first = np.ones(len(contacts.customer), np.bool_)
    first[1:] = (np.diff(contacts.customer) != 0) | (np.diff(contacts.topic) != 0)
    gap = np.where(first, 0, np.diff(contacts.begin, prepend=0))
    return Chains(gap, first, ~first & (gap <= days * DAY))
