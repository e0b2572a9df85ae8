"""Few cases stand behind many figures; what is cited is told."""

from __future__ import annotations

import itertools
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from bs4 import BeautifulSoup

import svcflow
from svcflow.analysis.casebook import Casebook
from svcflow.analysis.lists import compile_lists

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def whole() -> svcflow.Log:
    return svcflow.read_log(ROOT / "logs" / "complaints.csv")


@pytest.fixture(scope="module")
def document(whole: svcflow.Log) -> dict[str, Any]:
    return svcflow.analyze(whole, svcflow.load(ROOT / "workflows"), discover=False).to_json()


@pytest.fixture(scope="module")
def log() -> svcflow.Log:
    return svcflow.read_log(ROOT / "logs" / "callbacks.csv")


def test_told_cases_are_chosen_again(log: svcflow.Log) -> None:
    book = Casebook(log)
    first = book.choose(np.arange(10))
    assert first == list(log.case_ids[:5])
    assert book.choose(np.arange(3, 40)) == [*log.case_ids[3:5], *log.case_ids[5:8]]
    assert book.choose(np.array([20, 21, 22]), fresh=1) == [log.case_ids[20]]
    assert book.told == [*log.case_ids[:8], log.case_ids[20]]


def test_no_more_are_told_than_there_is_room(log: svcflow.Log) -> None:
    book = Casebook(log, most=3)
    book.cite([log.case_ids[7], "nobody", log.case_ids[7]])
    assert book.choose(np.arange(5)) == list(log.case_ids[:2])
    assert book.choose(np.arange(4, 9)) == [log.case_ids[7]]
    assert len(book.told) == 3


def test_every_cited_case_of_a_real_page_is_told(document: dict[str, Any]) -> None:
    page = BeautifulSoup(svcflow.render(document), "html.parser")
    links = page.select(".cases a")
    assert len(links) > 300
    assert page.select(".cases > bdi") == []
    told = {str(case["id"]): case.select_one("pre").get_text() for case in page.select(".tolds > details")}
    assert all(len(told[str(link["href"])[1:]].splitlines()) > 1 for link in links)


def test_each_deviation_and_risk_has_five_examples_or_all(document: dict[str, Any]) -> None:
    for row in (*document["deviations"], *document["risks"]):
        assert len(row["examples"]) == min(5, row["cases"]), row
        assert set(row["examples"]) <= document["told"].keys()


def test_the_bars_of_a_service_level_add_up_to_it(document: dict[str, Any]) -> None:
    slas = document["runs"]["complaint"]["slas"]
    assert {row["sla"] for row in document["trends"]} == slas.keys()
    for row in document["trends"]:
        for state in ("met", "breached", "overdue"):
            assert sum(bar[state] for bar in row["bars"]) == slas[row["sla"]][state]
        days = [date.fromisoformat(bar["from"]) for bar in row["bars"]]
        assert {day.weekday() for day in days} == {0}
        assert {(b - a).days for a, b in itertools.pairwise(days)} == {7}
        assert all(bar["examples"] for bar in row["bars"])


def test_examples_of_a_cycle_go_round_it(document: dict[str, Any]) -> None:
    rows = document["quantities"]["cycles"]["rows"]
    assert len(document["loops"]["cycles"]) == 6
    for row, examples in zip(rows, document["loops"]["cycles"], strict=False):
        assert len(examples) == min(5, row["cases"])
        steps = row["cycle"][:-1]
        for case in examples:
            told = [line["activity"] for line in document["told"][case]]
            ways = [steps[n:] + steps[: n + 1] for n in range(len(steps))]
            assert any(told[n : n + len(way)] == way for way in ways for n in range(len(told)))
    for case in document["loops"]["reopened"]:
        told = [line["activity"] for line in document["told"][case]]
        assert any(a == "Solution carried out" != b for a, b in itertools.pairwise(told))


def test_examples_of_a_bin_lie_in_it(document: dict[str, Any], whole: svcflow.Log) -> None:
    number = {case: n for n, case in enumerate(whole.case_ids)}
    edges = document["histogram"]["edges_s"]
    for low, high, cases in zip(edges, edges[1:], document["histogram"]["examples"], strict=False):
        for case in cases:
            rows = slice(whole.offsets[number[case]], whole.offsets[number[case] + 1])
            assert low <= (whole.time[rows].max() - whole.start[rows].min()) / 1000 <= high
    assert sum(map(len, document["histogram"]["examples"])) > 40


def test_the_lists_of_the_page_are_the_first_of_the_working_lists(document: dict[str, Any], whole: svcflow.Log) -> None:
    lists = compile_lists(whole, svcflow.load(ROOT / "workflows")).to_json()
    for name in ("follow_up", "call_backs"):
        shown = document["lists"][name]
        assert shown["total"] == len(lists[name]["rows"]) == sum(shown["states"].values())
        assert [row["case"] for row in shown["rows"]] == [row["case"] for row in lists[name]["rows"][:5]]
        assert all("with" not in row and row["case"] in document["told"] for row in shown["rows"])
    assert document["lists"]["needs"] is None
    page = BeautifulSoup(svcflow.render(document), "html.parser")
    title = page.select_one("#h-lists").get_text()
    assert f"{document['lists']['follow_up']['total']} open cases" in title
    assert page.select_one("#lists .cases a").get_text() == document["lists"]["follow_up"]["rows"][0]["case"]


def test_causes_on_the_page_are_those_of_the_document(document: dict[str, Any]) -> None:
    page = BeautifulSoup(svcflow.render(document), "html.parser")
    section = page.select_one("#causes")
    assert len(section.select(".why tbody tr")) == 5
    first = max(document["causes"]["by_cause"][:4], key=lambda row: row["share"])
    assert f"{first['share']:.0%} of our waiting: {first['name']['en']}" in section.h2.get_text()
    assert document["causes"]["calendar"]["text"]["en"] in section.get_text()
    assert f"{document['causes']['total_s'] / 3600:,.0f} h" in section.get_text()
