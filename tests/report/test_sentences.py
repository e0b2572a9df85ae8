from typing import Any

import pytest

from svcflow.eventlog.quality.catalogue import CATALOGUE
from svcflow.report.section import Context
from svcflow.report.sections import associations, assumptions, handovers, quality, staffing
from svcflow.report.sections.kpis import list_tiles
from svcflow.report.sentences import find_lead, tell_finding, write_headline, write_lead

from .sample import make_document


def read(document: dict[str, Any]) -> Context:
    return Context(document, ("en", "zh"), show_people=False)


@pytest.fixture
def document() -> dict[str, Any]:
    return make_document(cases=200)


def test_the_headline_tells_the_first_finding_and_the_first_change(document: dict[str, Any]) -> None:
    headline = write_headline(read(document))
    assert headline.en.startswith("From Refund proposal to Manager approval, cases wait a median of ")
    assert "Approve refunds twice a day: mean cycle time 10.2 d → about 9.4 d." in headline.en
    assert headline.zh.startswith("从“退款提案”到“经理审批”，等待时间中位数为 ")
    assert "退款审批改为每日两次：平均总时长 10.2 天 → 约 9.4 天。" in headline.zh


def test_the_figures_are_those_of_the_link(document: dict[str, Any]) -> None:
    row = next(r for r in document["directly_follows"] if r["to"] == "Manager approval")
    row |= {"median_s": 3600 * 31.0, "p90_s": 3600 * 40.0}
    assert "a median of 31 hours." in write_headline(read(document)).en
    row |= {"median_s": 3600 * 1.0, "p90_s": 3600 * 40.0}
    assert "a median of 1.0 hours, one in ten longer than 40 hours." in write_headline(read(document)).en


def test_a_change_without_a_trusted_figure_stays_out_of_the_headline(document: dict[str, Any]) -> None:
    document["recommendations"][0]["effects"][0]["grade"] = "C"
    assert "Approve" not in write_headline(read(document)).en


def test_a_timer_or_the_customer_never_leads(document: dict[str, Any]) -> None:
    document["findings"] = document["findings"][4:] + document["findings"][:1]
    assert find_lead(read(document)) is document["findings"][-1]
    document["findings"] = document["findings"][:2]
    assert find_lead(read(document)) is None
    assert write_headline(read(document)).en == "No weakness of our own stands out in 200 cases."
    assert "timer: a policy, not a queue" in write_lead(read(document)).en


def test_where_nothing_is_found_it_says_so(document: dict[str, Any]) -> None:
    document |= {"findings": [], "recommendations": []}
    context = read(document)
    assert write_headline(context).zh == "在 200 个工单中，未发现突出的自身短板。"
    assert write_lead(context).en.startswith("Nothing measured here")
    empty = read({"log": {"cases": 0}})
    assert write_headline(empty).en == "The log holds no cases."
    assert not write_lead(empty)


def test_every_finding_is_a_sentence_with_the_same_statistic_in_both_languages(document: dict[str, Any]) -> None:
    context = read(document)
    for finding in document["findings"]:
        told = tell_finding(context, finding)
        assert told.en.endswith(".")
        assert told.zh.endswith("。")
        assert ("median" in told.en) == ("中位" in told.zh)
        assert ("average" in told.en) == ("平均" in told.zh)


def test_a_finding_of_an_unknown_kind_is_told_by_its_title(document: dict[str, Any]) -> None:
    finding = {"detector": "new-one", "title": {"en": "Cases rest", "zh": "工单停滞"}, "subject": {"names": ["x"]}}
    assert tell_finding(read(document), finding).en == "Cases rest."
    assert tell_finding(read(document), finding).zh == "工单停滞。"
    assert tell_finding(read(document), {"subject": {"names": ["a", "b"]}}).en == "a → b."


def test_the_lead_counts_the_cases_that_follow_the_definition(document: dict[str, Any]) -> None:
    document["runs"] = {"a": {"cases": 30, "conforming": 10}, "b": {"cases": 10, "conforming": 10}, "c": None}
    assert write_lead(read(document)).en.endswith("20 of 40 judged cases (50%) follow the definition.")


def test_one_time_is_not_shown_as_two(document: dict[str, Any]) -> None:
    document["resolve_time"] = document["cycle_time"] | {"as_cycle_time": True}
    tiles = list(list_tiles(read(document)))
    assert not [tile for tile in tiles if tile.definition == "resolve-time"]
    assert "resolving and closing are one step" in tiles[0].note.en
    assert "解决与结案是同一步" in tiles[0].note.zh
    document["resolve_time"]["as_cycle_time"] = False
    assert [tile for tile in list_tiles(read(document)) if tile.definition == "resolve-time"]


@pytest.mark.parametrize(
    ("timed", "still", "tile", "line", "noun"),
    [
        (190, 10, "not in the cycle times", "10 cases still open at the end of the log are not in", "closed case"),
        (200, 10, "in the cycle times, as if ended", "as if ended: what done means is only read off names", " case"),
        (196, 10, "6 of them in the cycle times", "6 of them have ended by the log", " case"),
    ],
)
def test_open_cases_are_said_to_be_where_they_are(
    document: dict[str, Any], timed: int, still: int, tile: str, line: str, noun: str
) -> None:
    document["log"]["open_cases"] = still
    document["cycle_time"]["cases"] = timed
    tiles = {found.definition: found for found in list_tiles(read(document))}
    assert tile in tiles["open-case"].note.en
    assert noun in tiles["cycle-time"].n.en
    assert any(line in text.en and text.zh != text.en for text in assumptions.build(read(document)).view["lines"])


def test_the_share_of_the_lead_is_that_of_its_link(document: dict[str, Any]) -> None:
    lead = find_lead(read(document))
    assert lead is not None
    link = read(document).link(*lead["subject"]["names"])
    assert link is not None
    whole = 100 * link["total_s"] / document["total_wait_s"]
    lead["share"] = whole / 200
    told = write_lead(read(document))
    assert f"This wait is {whole:.0f}% of all time between events, {whole / 2:.1f}% without what other" in told.en
    assert "扣除其他发现已计入的部分" in told.zh
    assert f": {whole:.0f}% of all time" in tell_finding(read(document), lead).en
    lead["share"] = link["total_s"] / document["total_wait_s"]
    assert "without what" not in write_lead(read(document)).en


def test_slow_cases_say_which_time_is_long(document: dict[str, Any]) -> None:
    for time, en, zh in (("resolve_time", "to resolve", "解决时长超过"), ("cycle_time", "in all", "总时长超过")):
        document["associations"]["time"] = time
        lead = associations.build(read(document)).lead
        assert f"cases that take more than 5.0 d {en}." in lead.en
        assert zh in lead.zh


def test_every_remark_on_the_data_is_said_in_chinese(document: dict[str, Any]) -> None:
    facts = [
        {"id": kind.id, "severity": kind.severity, "count": 3, "share": 0.1, "message": f"of {kind.id}",
         "effect": kind.effect, "rows": []} for kind in CATALOGUE.values()
    ]  # fmt: skip
    for place in range(0, len(facts), quality.MOST):
        document["quality"] = facts[place : place + quality.MOST]
        for fault, fact in zip(quality.build(read(document)).view["faults"], document["quality"], strict=True):
            assert fault["message"].en == fact["message"]
            assert fault["effect"].en.startswith(fact["effect"][:60])
            for part in ("message", "effect"):
                assert any("\u4e00" <= letter <= "\u9fff" for letter in fault[part].zh), fact["id"]


def test_the_busiest_hour_is_named_in_both_languages(document: dict[str, Any]) -> None:
    team = {"team": "Front", "unknown": None, "arrivals_per_week": 9.0, "occupancy": 0.5, "handling": {"mean_s": 60.0},
            "peak": {"hour": "Tue 08:00", "needed": 3, "on_roster": 4}, "short": {"en": [], "zh": []},
            "spare": {"en": [], "zh": []}, "notes": []}  # fmt: skip
    document["staffing"] = {"teams": [team], "target": {"words": {"en": "x", "zh": "x"}}}
    (row,) = staffing.build(read(document)).view["rows"]
    assert (row["peak"].en, row["peak"].zh) == ("3 on Tue 08:00", "3 人（周二 08:00）")


def test_teams_are_called_as_the_organisation_calls_them(document: dict[str, Any]) -> None:
    document["team_names"] = {"Hotline": {"en": "Hotline", "zh": "热线组"}}
    finding = {
        "detector": "overloaded-team",
        "subject": {"kind": "team", "names": ["Hotline"]},
        "title": {"en": "Hotline is overloaded", "zh": "“Hotline”工作超出能力"},
    }
    context = read(document)
    told = tell_finding(context, finding)
    assert (told.en, told.zh) == ("Hotline is overloaded.", "“热线组”工作超出能力。")
    assert context.names.plain("Hotline").zh == "热线组"
    assert context.names.plain("Back").zh == "Back"


def test_no_handoffs_are_told_of_an_export_that_has_only_the_last_team(document: dict[str, Any]) -> None:
    document["handovers"] = {"team": {"total": 0, "cases": 0, "pairs": []}, "resource": None}
    assert [tile for tile in list_tiles(read(document)) if tile.definition == "handover"]
    document["roles"] = [{"role": "milestone Closed", "column": "closed_at", "reason": ""}]
    assert not [tile for tile in list_tiles(read(document)) if tile.definition == "handover"]
    missing = handovers.build(read(document)).missing
    assert missing is not None
    assert "the team that has it now" in missing.en
    assert "只有当前团队" in missing.zh
