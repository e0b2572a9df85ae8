"""A case that is settled waits for nobody: its close never ranks first, however it comes about."""

from __future__ import annotations

import random
import tempfile
from pathlib import Path

import pytest
from svcflow_test_logs import DAY, HOUR, MONDAY, Row, build

from svcflow.detectors import detect
from svcflow.eventlog import read_log
from svcflow.eventlog.ingest.importing import import_log
from svcflow.eventlog.log import Log
from svcflow.eventlog.store.stored import open_store
from svcflow.eventlog.store.writing import write
from svcflow.mining import mine


def close_late(*, done: tuple[str, ...], last: str = "Closed", sides: dict[str, str] | None = None) -> Log:
    """Return cases that somebody closes at any moment of the three weeks after they were resolved."""
    chance = random.Random(3)
    rows = []
    for i in range(60):
        at = MONDAY + i * 5 * HOUR + chance.randrange(HOUR)
        resolved = at + chance.randrange(HOUR, 9 * HOUR)
        closed = resolved + chance.randrange(HOUR, 21 * DAY)
        rows += [Row(f"c{i}", "New", at, f"p{i % 9}"), Row(f"c{i}", "Resolved", resolved, f"p{i % 9}")]
        rows.append(Row(f"c{i}", last, closed, f"p{i % 8}"))
    return build(rows, done=done, sides=sides)


def side_of(log: Log, before: str, after: str) -> str:
    waits = mine(log).waits
    pairs = zip(waits.source.tolist(), waits.target.tolist(), strict=True)
    names = [(log.activities[source], log.activities[target]) for source, target in pairs]
    return waits.sides[names.index((before, after))]


@pytest.mark.parametrize("last", ["Closed", "Archived", "Case closed", "已关闭", "系统自动关闭", "Resolved"])
def test_a_close_of_a_settled_case_is_nobodys_wait_and_never_first(last: str) -> None:
    log = close_late(done=("Resolved", last), last=last)
    assert side_of(log, "Resolved", last) == "nobody"
    found = detect(log, mine(log), select=["bottleneck"])
    assert [finding.subject.names for finding in found] == [("New", "Resolved"), ("Resolved", last)]


def test_who_is_stated_to_own_the_wait_owns_it() -> None:
    log = close_late(done=("Resolved", "Closed"), sides={"Closed": "vendor"})
    assert side_of(log, "Resolved", "Closed") == "vendor"


@pytest.mark.parametrize(
    ("done", "last"), [(("Resolved", "Call-back made"), "Call-back made"), (("Closed",), "Closed")]
)
def test_what_a_customer_still_waits_for_stays_ours(done: tuple[str, ...], last: str) -> None:
    assert side_of(close_late(done=done, last=last), "Resolved", last) == "provider"


def test_a_file_on_disk_says_the_same() -> None:
    log = close_late(done=("Resolved", "Closed"))
    with tempfile.TemporaryDirectory() as folder:
        write(log, Path(folder) / "log.parquet")
        rows = mine(open_store(Path(folder) / "log.parquet")).directly_follows.to_rows()
    assert {(row["from"], row["to"]): row["side"] for row in rows}["Resolved", "Closed"] == "nobody"


def test_a_state_that_names_whom_it_waits_for_is_theirs_until_something_else_is_stated(tmp_path: Path) -> None:
    (tmp_path / "log.csv").write_text(
        "ticket,status,changed at\n"
        + "".join(
            f"T{i},{state},2024-03-{day:02} 0{i % 9}:00:00\n"
            for i in range(30)
            for day, state in ((1, "New"), (2, "Awaiting User Info"), (9, "On Hold"), (12, "Resolved"))
        )
    )
    (tmp_path / "owners.yaml").write_text("svcflow: 1\nmapping: log\nstates: {On Hold: vendor}\n")
    log = read_log(tmp_path / "log.csv")
    assert side_of(log, "Awaiting User Info", "On Hold") == "customer"
    assert side_of(log, "On Hold", "Resolved") == "provider"
    assert [role.column for role in log.roles if role.role == "wait of customer"] == ["Awaiting User Info"]
    import_log(tmp_path / "log.csv", tmp_path / "log.parquet")
    assert read_log(tmp_path / "log.parquet").states == log.states
    stated = read_log(tmp_path / "log.csv", tmp_path / "owners.yaml")
    assert side_of(stated, "Awaiting User Info", "On Hold") == "provider"
    assert side_of(stated, "On Hold", "Resolved") == "vendor"
