"""The scorecard, the blueprint and the journey say what the document says, and what it lacks."""

from __future__ import annotations

import copy
import re
from html import unescape
from typing import Any

import pytest

from svcflow.report import render
from svcflow.report.section import Context
from svcflow.report.sections import blueprint, journey, scorecard

from .sample import make_document, make_hostile


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    return make_document(cases=120)


def look(document: dict[str, Any]) -> Context:
    return Context(document, ("en", "zh"), show_people=False)


def text_of(html: str, section: str) -> str:
    found = re.search(rf'<section[^>]* id="{section}".*?</section>', html, re.DOTALL)
    assert found
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", found[0])).split())


def test_the_title_names_the_dimension_furthest_below_target(document: dict[str, Any]) -> None:
    section = scorecard.build(look(document))
    assert section.title.en == "Cost is furthest below target: transfers 1.42, target ≤ 0.50"
    assert section.title.zh.startswith("成本离目标最远")


def test_measures_stand_worst_first_with_gap_and_n(document: dict[str, Any]) -> None:
    rows = scorecard.build(look(document)).view["rows"]
    shown = [(row["name"].en, row["gap"].en, row["n"]) for row in rows]
    assert shown == [
        ("transfers", "0.92 over", 120),
        ("reply", "30 min over", 120),
        ("first contact", "30 points short", 120),
        ("resolved", "", 120),
        ("self service", "", 0),
    ]


def test_a_dimension_is_the_mean_of_its_measures(document: dict[str, Any]) -> None:
    rows = scorecard.list_kpis(look(document))
    time = scorecard.sum_up("time", rows)
    assert (time.measured, time.kept, time.mean) == (2, 1, pytest.approx((1 / 1.5 + 1) / 2))
    assert scorecard.sum_up("innovation", rows).mean is None


def test_a_dimension_without_a_measure_has_no_point(document: dict[str, Any]) -> None:
    section = scorecard.build(look(document))
    picture = str(section.view["picture"])
    assert picture.count("<circle") == 3
    assert picture.count("lacking") == 1
    assert "missing" in picture
    assert "缺失" in picture
    whole = copy.deepcopy(document)
    whole["runs"]["complaint"]["kpis"]["self_service"] |= {"value": 0.3, "attainment": 1.0, "met": True}
    assert str(scorecard.build(look(whole)).view["picture"]).count("<circle") == 4


def test_where_all_targets_are_kept_the_title_says_so(document: dict[str, Any]) -> None:
    kept = copy.deepcopy(document)
    for kpi in kept["runs"]["complaint"]["kpis"].values():
        kpi |= {"met": True, "attainment": 1.0}
    assert scorecard.build(look(kept)).title.en == "Every measured KPI keeps its target"


def test_a_value_that_misses_by_a_little_does_not_read_like_its_target(document: dict[str, Any]) -> None:
    near = copy.deepcopy(document)
    near["runs"]["complaint"]["kpis"] = {
        "wait": {"value": 87_476.2, "unit": "s", "n": 9, "target": "<= 24h", "met": False, "dimension": "time",
                 "limit": 86_400.0, "attainment": 0.988}
    }  # fmt: skip
    assert scorecard.build(look(near)).title.en.endswith("wait 24.3 h, target ≤ 24 h")


@pytest.mark.parametrize("name", ["scorecard", "blueprint", "journey"])
def test_without_data_each_says_what_is_missing_in_both_languages(document: dict[str, Any], name: str) -> None:
    poor = {key: value for key, value in document.items() if key not in {"runs", "blueprint", "journey"}}
    html = render(poor, lang="both")
    text = text_of(html, name)
    assert "Not shown" in text
    assert "未显示" in text
    assert "Evidence" not in text


def test_definitions_without_measures_are_told_from_no_definition(document: dict[str, Any]) -> None:
    run = document["runs"]["complaint"] | {"kpis": {}}
    assert "state no KPIs" in scorecard.build(look(document | {"runs": {"complaint": run}})).missing.en
    assert "-w WORKSPACE" in scorecard.build(look(document | {"runs": {}})).missing.en


def test_every_step_stands_once_in_its_lane(document: dict[str, Any]) -> None:
    section = blueprint.build(look(document))
    for lane in section.view["lanes"]:
        assert sum(cell["span"] for cell in lane["cells"]) == section.view["columns"]
    boxes = [(cell["box"], lane["name"].en) for lane in section.view["lanes"] for cell in lane["cells"] if cell["box"]]
    shown = {box["name"].en: lane for box, lane in boxes}
    assert len(shown) == len(document["blueprint"]["steps"])
    assert shown["Documents received"] == "Customer"
    assert shown["First response"] == "Front line"
    assert shown["Manager approval"] == "Back office"
    assert shown["Supplier reply"] == "Departments"
    numbers = [box["number"] for box, _ in boxes]
    assert sorted(numbers) == list(range(1, len(shown) + 1))


def test_the_slowest_step_of_our_own_is_the_title_of_the_blueprint(document: dict[str, Any]) -> None:
    own = [s for s in document["blueprint"]["steps"] if s["lane"] in {"front", "back"} and s["wait_median_s"]]
    slowest = max(own, key=lambda step: step["wait_median_s"])
    assert slowest["activity"] in blueprint.build(look(document)).title.en
    assert "Close case" not in blueprint.build(look(document)).title.en


def test_lines_stand_between_lanes_that_are_there(document: dict[str, Any]) -> None:
    lanes = blueprint.build(look(document)).view["lanes"]
    assert [lane["line"] and lane["line"].en for lane in lanes] == [
        "line of interaction", "line of visibility", "line of internal interaction", None, None
    ]  # fmt: skip
    lone = [dict(step, lane="provider") for step in document["blueprint"]["steps"]]
    alone = document | {"blueprint": document["blueprint"] | {"steps": lone, "basis": "log"}}
    section = blueprint.build(look(alone))
    assert [lane["line"] for lane in section.view["lanes"]] == [None]
    assert "not told apart" in section.lead.en


def test_steps_never_run_back() -> None:
    columns = blueprint.place_steps(["front", "back", "front", "front", "back", "customer", "back"])
    assert columns == sorted(columns)
    assert columns == [0, 0, 1, 2, 2, 2, 3]


def test_the_longest_silence_is_ours_not_the_customers_nor_a_timers(document: dict[str, Any]) -> None:
    section = journey.build(look(document))
    assert section.title.en == "Customers hear nothing for a mean of 70 h before Notify customer"
    assert section.title.zh == "在“通知客户”之前，客户平均 70 小时没有消息"
    picture = str(section.view["picture"])
    assert picture.count("dot worst") == 1
    assert picture.count("dot hollow") == 2


def test_a_log_without_satisfaction_says_so(document: dict[str, Any]) -> None:
    bare = document["journey"] | {"satisfaction": None, "chases": None}
    html = render(document | {"journey": bare}, lang="both")
    text = text_of(html, "journey")
    assert "The log has no satisfaction." in text
    assert "日志中没有满意度。" in text
    assert "no step is named as a chase" in text
    assert "4.1" not in text


def test_hostile_names_stay_text() -> None:
    html = render(make_hostile(), lang="both")
    for name in ("blueprint", "journey"):
        found = re.search(rf'<section[^>]* id="{name}".*?</section>', html, re.DOTALL)
        assert found
        assert not re.search(r"<(script|img|style|iframe)\b", found[0])
        assert "Not shown" not in found[0]
        assert "&lt;" in found[0]


def test_the_three_parts_are_small(document: dict[str, Any]) -> None:
    html = render(document, lang="both")
    pattern = r'<section[^>]* id="(?:scorecard|blueprint|journey)".*?</section>'
    sizes = [len(found.encode()) for found in re.findall(pattern, html, re.DOTALL)]
    assert len(sizes) == 3
    assert sum(sizes) < 45_000
