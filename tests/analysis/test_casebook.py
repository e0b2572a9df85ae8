"""Few cases stand behind many figures; what is cited is told."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from bs4 import BeautifulSoup

import svcflow
from svcflow.analysis.casebook import Casebook

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    log = svcflow.read_log(ROOT / "logs" / "complaints.csv")
    return svcflow.analyze(log, svcflow.load(ROOT / "workflows"), discover=False).to_json()


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
