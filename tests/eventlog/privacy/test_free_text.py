"""What people wrote is told apart from ids, categories, numbers and times."""

from collections.abc import Callable
from pathlib import Path

import pytest

from svcflow.errors import UsageError
from svcflow.eventlog import read_log
from svcflow.eventlog.mapping import Mapping
from svcflow.eventlog.opening import read_table
from svcflow.eventlog.plan import decide
from svcflow.eventlog.privacy.free_text import TEXTS, find_customers, says
from svcflow.eventlog.privacy.policy import Policy
from svcflow.eventlog.privacy.protection import list_free_text
from svcflow.eventlog.raw import Stated

SENTENCES = [
    "The customer says the router loses its line every night.", "Called back, nobody answered; will try again.",
    "Replaced the card and told them how to set a new code.", "Refund approved by the lead, paid out on Friday.",
]  # fmt: skip
CHINESE = [
    "客户反映晚上经常断线，已安排上门。",
    "回访无人接听，明天再打。",
    "已更换设备，客户表示满意。",
    "退款已审批，周五到账。",
]
KEPT = {
    "Ticket": lambda n: f"INC{n // 4:05d}",
    "Status": lambda n: ["New", "In progress", "Waiting for customer", "Closed"][n % 4],
    "Priority": lambda n: ["low", "high"][n % 2],
    "Product": lambda n: ["Broadband connection at home", "Mobile phone with a contract", "Cloud storage"][n % 3],
    "Amount": lambda n: f"{n * 1.5:.2f}",
    "Opened": lambda n: f"2026-01-{n % 28 + 1:02d}",
    "Reference": lambda n: f"8f{n:06x}-0{n % 7}",
    "Question type": lambda n: ["billing", "technical"][n % 2],
    "Assigned to": lambda n: ["Ann Lee", "Bo Chan", "Cem Ay"][n % 3],
}
DROPPED = {
    "Description": lambda n: f"{SENTENCES[n % 4]} ({n})",
    "Betreff": lambda n: f"Rechnung {n} stimmt nicht",
    "Work notes": lambda n: "" if n % 3 else f"{SENTENCES[n % 4]} {n}",
    "处理备注": lambda n: f"{CHINESE[n % 4]}{n}",
    "x17": lambda n: f"{SENTENCES[n % 4]} See also {n * 7}.",
}


@pytest.fixture
def tickets(export: Callable[..., Path]) -> Path:
    columns = {**KEPT, **DROPPED}
    rows = ["|".join([*columns, "Changed at"])]
    rows += [
        "|".join([*(make(n) for make in columns.values()), f"2026-02-{n % 28 + 1:02d} 10:{n % 60:02d}"])
        for n in range(240)
    ]
    return export(rows, name="tickets.csv")


def judge(path: Path) -> dict[str, str]:
    plan, source = decide(read_table(path, Stated()), Mapping())
    return {found.name: found.kind for found in list_free_text(source, plan.assignment.columns)}


def test_sentences_are_text_and_words_are_not(tickets: Path) -> None:
    kinds = judge(tickets)
    assert {name for name, kind in kinds.items() if kind == "text"} == set(DROPPED)


def test_text_is_left_out_and_said(tickets: Path) -> None:
    log = read_log(tickets, policy=Policy())
    held = {*log.attributes, *log.case_attributes}
    assert not held & set(DROPPED)
    assert {"Priority", "Product", "Amount", "Reference"} <= held
    for name in DROPPED:
        (said,) = (note for note in log.notes if repr(name) in note)
        assert "free text" in said
        assert "--keep" in said
    assert read_log(tickets).activities == log.activities


def test_text_is_kept_on_demand(tickets: Path) -> None:
    assert set(DROPPED) <= {*(log := read_log(tickets, policy=Policy(keep_text=True))).attributes, *log.case_attributes}
    log = read_log(tickets, policy=Policy(keep=("Betreff", "x17")))
    assert set(DROPPED) & {*log.attributes, *log.case_attributes} == {"Betreff", "x17"}
    with pytest.raises(UsageError, match="no column 'Betref'; did you mean 'Betreff'"):
        read_log(tickets, policy=Policy(keep=("Betref",)))


@pytest.mark.parametrize(
    "name",
    ["helpdesk.csv", "VINST cases closed problems.csv", "production.csv", "bpic2012.xes.gz"],
)
def test_real_logs_hold_no_free_text(real: Callable[[str], Path], name: str) -> None:
    assert "text" not in judge(real(name)).values()


def test_names_of_columns() -> None:
    assert says("customer_comments", TEXTS) == "comments"
    assert says("Commented by", TEXTS) == ""
    assert find_customers(("Customer ID", "客户姓名", "customer comment", "Status")) == ("Customer ID", "客户姓名")
