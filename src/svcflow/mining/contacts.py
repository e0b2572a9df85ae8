"""Repeat contacts: the same customer about the same topic again within some days, across cases (metrics.md 5).

A contact is the beginning of a case. Who the customer is stands in an attribute that is named for it; so does the
topic.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from svcflow.eventlog.log import MISSING_TIME, UNKNOWN, Column, Log
from svcflow.mining.accounts import is_nobody

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

Codes = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Contacts:
    """One entry for each case whose customer is known, by customer and topic, then beginning.

    `first` marks the first contact of a customer on a topic; `gap` is the time since the one before in milliseconds, 0
    for a first one; `repeated` tells that the gap is within the days asked for.
    """

    case: Codes
    customer: Codes
    topic: Codes
    gap: Codes
    first: NDArray[np.bool_]
    repeated: NDArray[np.bool_]
    topics: tuple[str, ...]
    customer_column: str
    topic_column: str


def find_contacts(log: Log, days: float = WITHIN_DAYS) -> Contacts | None:
    """Return the contacts of a log, ``None`` where it does not tell who the customers are.

    Where no attribute says what a contact is about, all of a customer's contacts are about one topic.
    """
    customer = choose_attribute(log, CUSTOMERS)
    if customer is None:
        return None
    topic = choose_attribute(log, TOPICS)
    who, names = read_by_case(log, customer)
    what, topics = read_by_case(log, topic) if topic else (np.zeros(log.cases, np.int64), ("",))
    nobody = np.array([is_nobody(name) for name in names], np.bool_)
    case = np.flatnonzero(~nobody[who]) if log.cases else np.empty(0, np.int64)
    if len(np.unique(who[case])) < 2:
        return None
    begins = np.minimum.reduceat(log.start, log.offsets[:-1])[case]
    key = who[case] * len(topics) + what[case]
    order = np.lexsort((case, begins, key))
    case, key, begins = case[order], key[order], begins[order]
    first = np.ones(len(case), np.bool_)
    first[1:] = key[1:] != key[:-1]
    gap = np.where(first, 0, begins - np.roll(begins, 1))
    who, what = np.divmod(key, len(topics))
    return Contacts(case, who, what, gap, first, ~first & (gap <= days * DAY), topics, customer, topic or "")


def choose_attribute(log: Log, words: tuple[str, ...]) -> str | None:
    """Return the attribute of the log whose name is the first of these words there is, ``None`` for none.

    Names are taken as they are first, then without the word for the case before and *id* behind (`ComplaintThemeID`).
    """
    exact: dict[str, str] = {}
    bare: dict[str, str] = {}
    for name in (*log.case_attributes, *log.attributes):
        plain = normalise(name)
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


def read_by_case(log: Log, name: str) -> tuple[Codes, tuple[str, ...]]:
    """Return an attribute as a code for each case, and what the codes mean; 0 is unknown.

    Of an attribute of events it is the first value that is known in the case.
    """
    attributes: Mapping[str, Column] = log.case_attributes if name in log.case_attributes else log.attributes
    codes, texts = _encode(attributes[name])
    if attributes is log.case_attributes:
        return codes, texts
    of_case = np.zeros(log.cases, np.int64)
    rows = np.flatnonzero(codes != UNKNOWN)[::-1]  # the first of a case is written last, so it stays
    of_case[log.case_of_row[rows]] = codes[rows]
    return of_case, texts


def _encode(column: Column) -> tuple[Codes, tuple[str, ...]]:
    if column.kind == "text" and column.vocabulary is not None:
        return column.values.astype(np.int64), column.vocabulary.texts
    values = column.values
    unknown = (
        np.isnan(values) if column.kind == "number" else values == (-1 if column.kind == "boolean" else MISSING_TIME)
    )
    found, codes = np.unique(values, return_inverse=True)
    texts = ("", *(f"{value:.15g}" if column.kind == "number" else str(value) for value in found.tolist()))
    return np.where(unknown, UNKNOWN, codes + 1).astype(np.int64), texts
