"""The working lists: every open case once, due when its clocks say, with the risk that earlier clocks show."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import svcflow
from svcflow.analysis.lists import Lists, compile_lists
from svcflow.analysis.lists.needs import compare_rates
from svcflow.analysis.lists.risk import LEAST, observe
from svcflow.cli.main import main
from svcflow.definitions.schema import validator
from svcflow.errors import UsageError
from svcflow.execution.timeline import clock_of

ROOT = Path(__file__).parents[2]
AS_OF = "2026-02-20T10:00:00+08:00"


@pytest.fixture(scope="module")
def complaints() -> tuple[svcflow.Workspace, svcflow.Log, svcflow.Runs, Lists]:
    workspace = svcflow.load(ROOT / "workflows")
    log = svcflow.read_log(ROOT / "logs" / "complaints.csv", ROOT / "logs" / "complaints.mapping.yaml")
    runs = svcflow.execute(workspace, log, as_of=AS_OF)
    return workspace, log, runs, compile_lists(log, workspace, as_of=AS_OF)


def test_every_open_case_is_followed_up_once(complaints) -> None:
    _, _, runs, lists = complaints
    open_cases = {row["case"] for row in runs["complaint"].cases if not row["closed"]}
    listed = [row["case"] for row in lists.follow_up.rows]
    assert len(listed) == len(set(listed)) == len(open_cases) > 50
    assert set(listed) == open_cases


def test_the_time_that_is_left_ends_when_the_case_is_due(complaints) -> None:
    workspace, _, runs, lists = complaints
    clock = clock_of(workspace, runs["complaint"].process.calendar)
    now = runs.as_of
    checked = 0
    for row in lists.follow_up.rows:
        if row["due"] is None:
            continue
        due = int(datetime.fromisoformat(row["due"]).timestamp() * 1000)
        elapsed = clock.elapsed(now, due) / 1000 if row["left_business_s"] > 0 else -clock.elapsed(due, now) / 1000
        assert abs(elapsed - row["left_business_s"]) <= 1
        assert (row["state"] == "overdue") == (row["left_business_s"] < 0)
        checked += 1
    assert checked > 5


def test_rows_stand_in_the_order_of_urgency(complaints) -> None:
    order = ["overdue", "due", "waiting", "no clock"]
    states = [order.index(row["state"]) for row in complaints[3].follow_up.rows]
    assert states == sorted(states)
    dues = [row["due"] for row in complaints[3].follow_up.rows if row["state"] == "due"]
    assert dues == sorted(dues)


def test_owners_are_those_of_the_next_step(complaints) -> None:
    process = complaints[2]["complaint"].process
    for row in complaints[3].follow_up.rows:
        for step in row["next_step"]:
            assert set(process.steps[step].owners) <= set(row["owner"])


def test_call_backs_are_the_duties_nobody_has_done(complaints) -> None:
    _, _, runs, lists = complaints
    owed = {
        (row["case"], row["state"] == "missed")
        for row in runs["complaint"].obligations
        if row["rule"] == "callback_owed" and row["done_at"] is None and row["state"] in ("open", "missed")
    }
    assert {(row["case"], row["state"] == "overdue") for row in lists.call_backs.rows} == owed
    assert any(row["case_closed"] for row in lists.call_backs.rows)


def test_a_call_back_made_leaves_the_list(complaints) -> None:
    workspace, log, runs, _ = complaints
    duty = next(
        row for row in runs["complaint"].obligations if row["state"] == "kept" and row["rule"] == "callback_owed"
    )
    before = compile_lists(log, workspace, as_of=_say(duty["done_at"] - 1000)).call_backs.rows
    after = compile_lists(log, workspace, as_of=_say(duty["done_at"])).call_backs.rows
    assert duty["case"] in {row["case"] for row in before}
    assert duty["case"] not in {row["case"] for row in after}


def _say(millis: int) -> str:
    return datetime.fromtimestamp(millis / 1000, tz=UTC).isoformat()


def test_open_cases_of_the_call_back_process_are_promises() -> None:
    log = svcflow.read_log(ROOT / "logs" / "callbacks.csv", ROOT / "logs" / "callbacks.mapping.yaml")
    lists = compile_lists(log, svcflow.load(ROOT / "workflows"), as_of="2026-02-20T10:00")
    assert {row["case"] for row in lists.call_backs.rows} == {row["case"] for row in lists.follow_up.rows} != set()


def test_nobody_is_named(complaints) -> None:
    workspace, log, _, lists = complaints
    people = [name for name in log.resources.texts if "." in name and name not in log.machines]
    assert len(people) > 10
    text = json.dumps(lists.to_json(), ensure_ascii=False)
    assert not [name for name in people if name in text]
    shown = json.dumps(compile_lists(log, workspace, as_of=AS_OF, show_people=True).to_json(), ensure_ascii=False)
    assert [name for name in people if name in shown]


def test_the_document_is_as_its_schema_says(complaints) -> None:
    document = json.loads(json.dumps(complaints[3].to_json()))
    assert not list(validator("lists").iter_errors(document))
    document["follow_up"]["rows"][0]["state"] = "lost"
    assert list(validator("lists").iter_errors(document))


@settings(deadline=None)
@given(st.lists(st.floats(0, 3), min_size=LEAST, max_size=200), st.floats(0, 1))
def test_without_running_clocks_the_risk_is_a_plain_share(used: list[float], now: float) -> None:
    values = np.array(used)
    risk, n = observe(values, np.ones(len(values), bool)).breach(now)
    survivors = values[values >= now]
    assert n == len(survivors)
    if n >= LEAST:
        assert risk == pytest.approx((survivors > 1).mean(), abs=1e-6)
    else:
        assert risk is None


def test_running_clocks_count_until_now() -> None:
    """Of 40 clocks 20 stopped at half their target; 20 run still, at 0.6 of it: nothing is known to stop later."""
    used = np.r_[np.full(20, 0.5), np.full(20, 0.6)]
    risk, n = observe(used, np.r_[np.ones(20, bool), np.zeros(20, bool)]).breach(0.1)
    assert (risk, n) == (pytest.approx(0.5), 40)


def test_needs_add_up_and_name_where_they_come_from() -> None:
    log = svcflow.read_log(ROOT / "logs" / "intake.csv", ROOT / "logs" / "intake.mapping.yaml")
    needs = compile_lists(log).needs
    assert sum(row["cases"] for row in needs.rows) == log.cases
    assert sum(row["share"] for row in needs.rows) == pytest.approx(1, abs=1e-5)
    assert {row["category"] for row in needs.rows} >= {"inquiry", "complaint", "repair"}
    assert "'topic'" in needs.notes[0]


def test_an_unknown_category_attribute_is_answered_with_the_known() -> None:
    log = svcflow.read_log(ROOT / "logs" / "intake.csv", ROOT / "logs" / "intake.mapping.yaml")
    with pytest.raises(UsageError) as caught:
        compile_lists(log, by="colour")
    assert "topic" in caught.value.hint


def test_a_planted_trend_is_found_and_an_even_one_is_not(tmp_path: Path) -> None:
    days = np.arange(100)
    rows = []
    start = np.datetime64("2026-01-01T09:00")
    for day in days:
        count = {"steady": 4, "grows": 2 if day < 50 else 5, "falls": 5 if day < 50 else 2}
        stamp = start + np.timedelta64(int(day), "D")
        rows += [f"{word}{day}-{i},open,{stamp},{word}" for word, n in count.items() for i in range(n)]
    file = tmp_path / "log.csv"
    file.write_text("case,activity,time,topic\n" + "\n".join(rows), "utf-8")
    needs = compile_lists(svcflow.read_log(file)).needs
    assert {row["category"]: row["trend"] for row in needs.rows} == {w: w for w in ("steady", "grows", "falls")}


def test_rates_compare_the_same_either_way_round() -> None:
    up, down = compare_rates(40, 80), compare_rates(80, 40)
    assert up["low"] == pytest.approx(1 / down["high"], rel=1e-3)
    assert (up["word"], down["word"]) == ("grows", "falls")


def test_the_workbook_has_a_sheet_a_list_and_no_formula(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    log = tmp_path / "log.csv"
    rows = [f"=1+{i},open,2026-01-{1 + i % 28:02} 09:0{i % 10},=cmd|' /C calc'!A0" for i in range(40)]
    log.write_text("case,activity,time,topic\n" + "\n".join([*rows, "b,open,2026-01-02 09:00,@x"]), "utf-8")
    target = tmp_path / "morning.xlsx"
    given = ["lists", str(log), "--what", "needs", "--format", f"xlsx:{target}", "--format", "csv"]
    assert main(given) == 0
    assert "\n'=cmd" in capsys.readouterr().out
    book = openpyxl.load_workbook(target)
    assert book.sheetnames == ["What customers ask for"]
    cells = [cell for row in book.active.iter_rows() for cell in row]
    assert {cell.data_type for cell in cells} <= {"s", "n"}
    assert "=cmd|' /C calc'!A0" in {cell.value for cell in cells}
    first = target.read_bytes()
    assert main(given) == 0
    assert target.read_bytes() == first


def test_lists_of_open_cases_ask_for_a_workspace(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["lists", str(ROOT / "logs" / "intake.csv")]) == 2
    assert "-w WORKSPACE" in capsys.readouterr().err


def test_the_text_says_when_and_how_many(capsys: pytest.CaptureFixture[str]) -> None:
    given = [
        "lists",
        str(ROOT / "logs" / "complaints.csv"),
        "-w",
        str(ROOT / "workflows"),
        "--as-of",
        AS_OF,
        "--top",
        "3",
    ]
    assert main(given) == 0
    shown = capsys.readouterr().out
    assert shown.startswith("as of 2026-02-20T10:00:00+08:00")
    assert "Follow up (3 of 70)" in shown
    assert "Call back (3 of 69)" in shown
