"""Every figure opens what it rests on; what only a page can do stays on the page."""

import json
from typing import Any

import pytest
from bs4 import BeautifulSoup

from svcflow.report import render
from svcflow.report.asked import Asked
from svcflow.report.outputs import markdown
from svcflow.report.stories import Stories

from .sample import make_document

WITHOUT = {"quality", "glossary", "assumptions", "examples", "responsibility"}
"""Sections that count the log itself, explain, or are evidence."""


@pytest.fixture(scope="module")
def page() -> Any:
    return BeautifulSoup(render(make_document()), "html.parser")


def test_every_section_with_figures_has_evidence(page: Any) -> None:
    sections = [s for s in page.select("section.card:not(.empty)") if s["id"] not in WITHOUT]
    assert len(sections) >= 10
    assert [s["id"] for s in sections if not s.select("details.ev summary")] == []


def test_every_tile_route_and_link_has_its_own(page: Any) -> None:
    rows = page.select(".tile, .routes tbody tr, .bars tbody th:has(small), #h-pairs ~ .scroll tbody tr, h1")
    assert len(rows) >= 30
    for row in rows:
        evidence = (row.parent if row.name == "h1" else row).select_one("details.ev")
        assert evidence.select_one("a[href^='#def-']"), row
        assert any(character.isdigit() for character in evidence.get_text())


def test_cited_definitions_and_cases_stand_on_the_page(page: Any) -> None:
    for link in page.select("details.ev a"):
        assert page.select_one(link["href"]), link
    for evidence in page.select("details.ev"):
        assert len(evidence.select(".cases a")) <= 5
    assert len(page.select("#glossary code")) == len(page.select("#glossary dt"))


def test_the_links_of_the_map_point_to_told_cases() -> None:
    document = make_document()
    page = BeautifulSoup(render(document), "html.parser")
    data = json.loads(page.select_one("#map-data").string)
    assert len(data["cases"]) == len(data["links"])
    told = {int(element["id"].removeprefix("c")) for element in page.select(".tolds > details")}
    pointed = {number for numbers in data["cases"] for number in numbers}
    assert pointed
    assert pointed <= told


def test_examples_show_what_they_are_examples_of() -> None:
    def line(activity: str, team: str, minute: int) -> dict[str, Any]:
        return {"activity": activity, "team": team, "time": f"2026-01-05T08:{minute:02}:00+00:00", "waiting_s": None}

    told = {
        "a": [line("x", "T", 0), line("y", "T", 1)],
        "b": [line("x", "T", 0), line("x", "U", 30)],
        "c": [line("x", "T", 0), line("y", "U", 50)],
    }
    stories = Stories(told, {"c": "case-1"})
    assert stories.of_route(["x", "y"]) == ("c", "a")
    assert stories.of_link("x", "x") == ("b",)
    assert stories.of_handover("T", "U") == ("c", "b")
    assert stories.of_repeats() == ("b",)
    assert stories.of_passing() == ("b", "c")
    assert stories.around(1700)[0] == "b"
    assert stories.beyond(1800) == ("c", "b")


@pytest.mark.parametrize(("lang", "hint"), [("en", "Click"), ("zh", "点击")])
def test_markdown_tells_nobody_to_click(lang: Any, hint: str) -> None:
    document = make_document()
    document["quality"][0] |= {"id": "of-another-version", "effect": "their order is that of the file"}
    assert hint in render(document, lang=lang)
    written = markdown.write(document, Asked(lang=lang)).data or b""
    assert hint not in written.decode()
    assert "their order is that of the file" in written.decode()


def test_an_english_effect_is_marked_on_the_chinese_page() -> None:
    document = make_document()
    document["quality"][0] |= {"id": "of-another-version", "effect": "their order is that of the file"}
    assert "<bdi lang=en>their order is that of the file</bdi>" in render(document, lang="zh")
