"""Inputs on which other tools answer wrongly in silence: each must be answered rightly, or refused in clear words.

The numbers are those of the list the project keeps of such faults.
"""

from __future__ import annotations

import gc
import random
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from svcflow.calendars import Clock
from svcflow.cli.main import main
from svcflow.detectors import detect
from svcflow.errors import SvcflowError
from svcflow.eventlog import Log, read_log
from svcflow.mining import mine

REAL = Path(__file__).parents[2] / "shared" / "logs"
START = datetime(2026, 3, 16, 8, tzinfo=UTC)
HEADER = "case id,activity,timestamp,resource"


def write(path: Path, lines: Sequence[str], header: str = HEADER) -> Path:
    path.write_text("\n".join([header, *lines]) + "\n", encoding="utf-8")
    return path


def line(case: object, activity: str, hours: float, resource: str = "ann") -> str:
    return f"{case},{activity},{(START + timedelta(hours=hours)).isoformat()},{resource}"


def pairs(log: Log) -> dict[tuple[str, str], int]:
    return {(row["from"], row["to"]): row["count"] for row in mine(log).directly_follows.to_rows()}


def real(name: str) -> Path:
    if not (REAL / name).exists():
        pytest.skip(f"the published log {name} is not at hand")
    return REAL / name


def test_01_a_missing_resource_is_one_value_and_nobody_hands_over_to_himself(tmp_path: Path) -> None:
    people = ["ann", "", "", "bob", "bob", "", "ann"]
    rows = [line(case, f"a{i}", i + case / 100, who) for case in range(20) for i, who in enumerate(people)]
    table = mine(read_log(write(tmp_path / "log.csv", rows))).handovers["resource"]
    assert table is not None
    assert {(row["from"], row["to"]): row["count"] for row in table.to_rows()} == {
        ("ann", ""): 20,
        ("", "bob"): 20,
        ("bob", ""): 20,
        ("", "ann"): 20,
    }


def test_01_on_a_real_log_too() -> None:
    table = mine(read_log(real("bpic2012.xes.gz"))).handovers["resource"]
    assert table is not None
    assert all(row["from"] != row["to"] for row in table.to_rows())
    assert sum("" in (row["from"], row["to"]) for row in table.to_rows()) <= 2 * 68


def test_02_ambiguous_dates_are_refused(tmp_path: Path) -> None:
    rows = [f"{case},{a},0{day}/03/2026 10:00,ann" for case in range(5) for a, day in (("open", 2), ("close", 3))]
    with pytest.raises(SvcflowError) as refused:
        read_log(write(tmp_path / "log.csv", rows))
    assert "timestamp" in str(refused.value)
    assert refused.value.hint


def test_02_a_day_above_twelve_proves_the_order(tmp_path: Path) -> None:
    rows = ["1,open,02/03/2026 10:00,ann", "1,close,03/03/2026 10:00,ann", "2,open,25/03/2026 10:00,ann"]
    log = read_log(write(tmp_path / "log.csv", rows))
    assert mine(log).cases.to_rows()[0]["cycle_time_s"] == 86_400


def test_03_iso_dates_are_read_as_iso_whatever_their_days(tmp_path: Path) -> None:
    rows = ["1,open,2026-03-02 10:00,ann", "1,close,2026-03-03 10:00,ann"]
    log = read_log(write(tmp_path / "log.csv", rows))
    assert datetime.fromtimestamp(int(log.time[0]) / 1000, UTC).date().isoformat() == "2026-03-02"
    assert mine(log).cases.to_rows()[0]["cycle_time_s"] == 86_400


def test_04_opening_hours_are_hours_of_their_zone(tmp_path: Path) -> None:
    rows = ["1,open,2026-07-06T16:30:00+02:00,ann", "1,close,2026-07-06T18:30:00+02:00,ann"]
    log = read_log(write(tmp_path / "log.csv", rows))
    berlin = Clock(((0, 4, ((9 * 60, 17 * 60),)),), "Europe/Berlin")
    (pair,) = mine(log, clock=berlin).directly_follows.to_rows()
    assert pair["total_business_s"] == 1_800


def test_05_schedule_start_and_complete_are_one_instance(tmp_path: Path) -> None:
    rows = [
        f"{case},call,{(START + timedelta(hours=case * 100 + hours)).isoformat()},ann,{state}"
        for case in range(10)
        for hours, state in ((0, "schedule"), (30, "start"), (31, "complete"))
    ]
    header = f"{HEADER},lifecycle:transition"
    log = read_log(write(tmp_path / "log.csv", rows, header))
    assert (log.events, log.instances) == (30, 10)
    assert pairs(log) == {}
    assert any("lifecycle" in role.role for role in log.roles)
    assert detect(log, mine(log)) == ()


def test_05_on_a_real_log_too() -> None:
    log = read_log(real("bpic2012.xes.gz"))
    assert log.instances < log.events
    first = detect(log, mine(log))[0]
    assert first.share < 0.6


def test_06_the_order_of_the_rows_does_not_matter(tmp_path: Path) -> None:
    rows = [line(case, a, case * 3 + i * 0.7) for case in range(30) for i, a in enumerate("abcabd"[case % 3 :])]
    shuffled = list(rows)
    random.Random(1).shuffle(shuffled)
    one, two = (mine(read_log(write(tmp_path / "log.csv", lines))).to_json() for lines in (rows, shuffled))
    assert one == two


@pytest.mark.parametrize("unit", ["s", "ms", "us", "ns"])
def test_07_the_unit_of_time_stamps_does_not_scale_durations(tmp_path: Path, unit: str) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    stamps = np.array(["2026-03-02T10:00:00", "2026-03-02T13:00:00"], dtype=f"datetime64[{unit}]")
    table = pa.table(
        {
            "case": pa.array(["1", "1"]),
            "activity": pa.array(["open", "close"]),
            "time": pa.array(stamps.astype(np.int64).tolist(), pa.timestamp(unit, "UTC")),
        }
    )
    pq.write_table(table, tmp_path / "log.parquet")
    mined = mine(read_log(tmp_path / "log.parquet"))
    assert mined.cases.to_rows()[0]["cycle_time_s"] == 3 * 3600
    assert mined.directly_follows.to_rows()[0]["mean_s"] == 3 * 3600


def test_08_several_logs_in_one_process_keep_their_own_results(tmp_path: Path) -> None:
    results = []
    for n in range(12):
        log = read_log(write(tmp_path / "log.csv", [line(1, "a", 0), line(1, f"b{n}", 1 + n)]))
        results.append(pairs(log))
        del log
        gc.collect()
    assert results == [{("a", f"b{n}"): 1} for n in range(12)]


def test_09_ties_keep_the_order_of_the_file_and_are_counted(tmp_path: Path) -> None:
    rows = [line(case, activity, case) for case in range(4) for activity in ("z", "a", "m")]
    log = read_log(write(tmp_path / "log.csv", rows))
    assert pairs(log) == {("z", "a"): 4, ("a", "m"): 4}
    (ties,) = [fact for fact in log.quality if fact.id == "ties"]
    assert (ties.count, ties.share) == (8, pytest.approx(2 / 3))  # events at the time of the one before them


def test_10_rows_that_cannot_be_read_are_counted_and_listed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rows = [line(i, "a", i) for i in range(20)]
    rows[3] = "3,a,never,ann"
    rows[7] = f",a,{START.isoformat()},ann"
    path = write(tmp_path / "log.csv", rows)
    assert main(["mine", str(path)]) == 2
    assert capsys.readouterr().out == ""
    log = read_log(path, on_bad_rows="drop")
    (dropped,) = [fact for fact in log.quality if fact.id == "dropped-rows"]
    assert (log.events, dropped.count, len(dropped.rows)) == (18, 2, 2)


def test_11_one_bad_time_stamp_is_named_by_row_column_and_value(tmp_path: Path) -> None:
    rows = [line(i, "a", i / 10) for i in range(5_000)]
    rows[4_321] = "4321,a,yesterday,ann"
    with pytest.raises(SvcflowError) as refused:
        read_log(write(tmp_path / "log.csv", rows))
    message = str(refused.value)
    assert "4323" in message.replace(",", "") or "4322" in message.replace(",", "")  # with or without the header
    assert "timestamp" in message
    assert "yesterday" in message


def test_12_a_missing_case_id_is_reported(tmp_path: Path) -> None:
    rows = [line(i, "a", i) for i in range(6)]
    rows[2] = f",a,{START.isoformat()},ann"
    with pytest.raises(SvcflowError) as refused:
        read_log(write(tmp_path / "log.csv", rows))
    assert "case" in str(refused.value)


def test_13_waiting_and_processing_are_told_apart_where_both_ends_are_known(tmp_path: Path) -> None:
    rows = [
        f"1,{a},{(START + timedelta(hours=begin)).isoformat()},{(START + timedelta(hours=end)).isoformat()}"
        for a, begin, end in (("check", 0, 2), ("approve", 7, 8))
    ]
    log = read_log(write(tmp_path / "log.csv", rows, "case id,activity,start,end"))
    mined = mine(log)
    (pair,) = mined.directly_follows.to_rows()
    assert pair["total_s"] == 5 * 3600
    assert {row["activity"]: row["processing"]["total_s"] for row in mined.activities.to_rows()} == {
        "check": 7200,
        "approve": 3600,
    }


def test_14_a_rare_slow_pair_does_not_win(tmp_path: Path) -> None:
    chance = random.Random(2)
    rows = []
    for case in range(100):
        rows += [line(case, "ask", case), line(case, "answer", case + chance.uniform(1, 9))]
    rows += [line("odd", "ask", 0), line("odd", "lost", 30 * 24)]
    log = read_log(write(tmp_path / "log.csv", rows))
    mined = mine(log)
    slowest = max(mined.directly_follows.to_rows(), key=lambda row: row["mean_s"])
    assert (slowest["from"], slowest["to"], slowest["count"]) == ("ask", "lost", 1)
    first, *_ = detect(log, mined)
    assert first.subject.names == ("ask", "answer")
    assert first.count == 100
    assert first.interval_s[0] > 0


BAD: dict[str, Any] = {
    "renamed headers": "foo,bar,baz\n1,open,2\n",
    "empty": "",
    "header only": HEADER + "\n",
}


@pytest.mark.parametrize("content", BAD.values(), ids=BAD)
def test_bad_files_are_one_clear_line_and_a_hint(
    tmp_path: Path, content: str, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "log.csv").write_text(content, encoding="utf-8")
    assert main(["mine", str(tmp_path / "log.csv")]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert [text.split(":")[0] for text in err.splitlines()] == ["error", "hint"]


def test_other_delimiters_and_encodings_are_read(tmp_path: Path) -> None:
    rows = ["case id;activity;timestamp;resource", "1;Prüfung;2026-03-16 10:00;Jörg", "1;Schluß;2026-03-17 10:00;Jörg"]
    (tmp_path / "log.csv").write_bytes("\r\n".join(rows).encode("cp1252"))
    assert pairs(read_log(tmp_path / "log.csv")) == {("Prüfung", "Schluß"): 1}


def test_a_log_without_resources_says_so(tmp_path: Path) -> None:
    rows = [f"{case},{a},2026-03-16 1{i}:00" for case in range(3) for i, a in enumerate("ab")]
    log = read_log(write(tmp_path / "log.csv", rows, "case id,activity,timestamp"))
    assert mine(log).to_json()["handovers"] == {"team": None, "resource": None}
    assert replace(log, roles=()).has_resources is False
