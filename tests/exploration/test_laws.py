"""A view of a selection says what mining the selected log says; filters mean what a plain reading of the cases says."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from svcflow import mine, read_log
from svcflow.errors import SvcflowError, UsageError
from svcflow.eventlog.log import Log
from svcflow.eventlog.selection import select as select_plainly
from svcflow.exploration import Explorer, select
from svcflow.exploration.setting import Setting

LOGS = Path(__file__).parents[2] / "logs"
SELECTIONS: list[list[dict[str, Any]]] = [
    [],
    [{"kind": "performance", "min_s": 86_400, "max_s": 400_000}],
    [{"kind": "follower", "first": "Case registered", "then": "Case closed", "within_s": 300_000}],
    [{"kind": "variant", "coverage": 0.5}, {"kind": "period", "since": "2025-02-01"}],
    [{"kind": "variant", "coverage": 0.5, "not": True}],
]


@pytest.fixture(scope="module", params=["complaints.csv", "callbacks.csv"])
def log(request: pytest.FixtureRequest) -> Log:
    return read_log(LOGS / request.param)


@pytest.fixture(scope="module")
def explorer(log: Log) -> Explorer:
    return Explorer(log)


def read_table(answer: dict[str, Any], name: str) -> list[dict[str, Any]]:
    block = next(block for block in answer["blocks"] if block.get("name") == name)
    keys = [key for key, _ in block["columns"]]
    return [dict(zip(keys, row, strict=True)) for row in block["rows"]]


def read_figures(answer: dict[str, Any]) -> dict[str, Any]:
    return {name: value for block in answer["blocks"] if block["type"] == "figures" for name, _, value in block["rows"]}


def choose(explorer: Explorer, filters: list[dict[str, Any]]) -> Log:
    try:
        return select(explorer.opened.log, filters)
    except UsageError:
        pytest.skip("nothing of this log is left")


@pytest.mark.parametrize("filters", SELECTIONS)
def test_views_say_what_mining_the_selected_log_says(explorer: Explorer, filters: list[dict[str, Any]]) -> None:
    log = choose(explorer, filters)
    mined = mine(log)
    links = {(row["from"], row["to"]): row for row in mined.directly_follows.to_rows()}
    drawn = read_table(explorer.view("bottlenecks", filters), "bottlenecks")
    assert len(drawn) == min(len(links), 100)
    for row in drawn:
        whole = links[row["from"], row["to"]]
        assert {key: row[key] for key in ("cases", "count", "total_s", "median_s", "p90_s", "side")} == {
            key: whole[key] for key in ("cases", "count", "total_s", "median_s", "p90_s", "side")
        }
        assert row["share"] == pytest.approx(row["total_s"] / mined.total_wait_s)
    document = mined.to_json()
    figures = read_figures(explorer.view("statistics", filters))
    assert {k: figures[k] for k in ("cases", "events", "activities", "variants", "start", "end", "open_cases")} == {
        k: document["log"][k] for k in ("cases", "events", "activities", "variants", "start", "end", "open_cases")
    }
    for name in ("median_s", "mean_s", "p90_s", "p95_s", "max_s"):
        assert figures[f"cycle_{name}"] == document["cycle_time"][name]
    assert figures["top_variant_share"] == document["log"]["top_variant_share"]


@pytest.mark.parametrize("filters", SELECTIONS)
def test_variants_loops_and_handoffs_too(explorer: Explorer, filters: list[dict[str, Any]]) -> None:
    log = choose(explorer, filters)
    mined = mine(log)
    variants = {tuple(row["activities"]): row for row in mined.variants.to_rows()}
    shown = read_table(explorer.view("variants", filters), "variants")
    assert [row["cases"] for row in shown] == sorted((row["cases"] for row in variants.values()), reverse=True)[:40]
    for row in shown:
        whole = variants[tuple(row["pick"])]
        assert (row["cases"], row["share"], row["median_s"]) == (whole["cases"], whole["share"], whole["median_s"])
    loops = read_table(explorer.view("loops", filters), "loops")
    assert loops == [{key: row[key] for key in loops[0]} for row in mined.rework.to_rows()] if loops else True
    told = read_figures(explorer.view("loops", filters))
    for name in ("repeating_cases", "immediate_repeats", "self_loops", "self_loop_cases", "reopens", "reopen_cases"):
        assert told[f"loops_{name}"] == getattr(mined.rework, name)
    if mined.waits.machines == explorer.opened.machines and (teams := mined.handovers["team"]):
        rows = read_table(explorer.view("handoffs", filters), "handovers")
        assert rows == [{key: row[key] for key in rows[0]} for row in teams.to_rows()[:100]]
        counts = read_figures(explorer.view("handoffs", filters))
        assert counts["handovers_ping_pong"] == teams.counts.ping_pong
        assert counts["handovers_linear_cases"] == teams.counts.linear_cases
        assert counts["handovers_abab_cases"] == teams.counts.abab_cases
        assert counts["handovers_max"] == teams.counts.max


@given(st.data())
@settings(deadline=None, max_examples=60)
def test_filters_keep_the_cases_that_a_plain_reading_keeps(data: st.DataObject) -> None:
    log = SMALL
    names = st.sampled_from(log.activities.texts)
    first, then = data.draw(names), data.draw(names)
    directly, within = data.draw(st.booleans()), data.draw(st.none() | st.integers(0, 500_000))
    negated = data.draw(st.booleans())
    kept = EXPLORER._selections.choose(
        [{"kind": "follower", "first": first, "then": then, "directly": directly, "within_s": within, "not": negated}]
    ).chosen
    for case in range(log.cases):
        low, high = int(log.offsets[case]), int(log.offsets[case + 1])
        steps = [(log.activities[int(log.activity[row])], int(log.time[row])) for row in range(low, high)]
        found = any(
            a == first and b == then and (not directly or j == i + 1) and (within is None or tb - ta <= within * 1000)
            for i, (a, ta) in enumerate(steps)
            for j, (b, tb) in enumerate(steps)
            if j > i
        )
        assert bool(kept[case]) == (found != negated)


SMALL = select_plainly(read_log(LOGS / "callbacks.csv"), until="2026-06-15")
EXPLORER = Explorer(SMALL)


def test_endpoint_performance_variant_and_period(log: Log, explorer: Explorer) -> None:
    ends = [log.activities[int(code)] for code in log.activity[log.offsets[1:] - 1]]
    last = max(set(ends), key=ends.count)
    assert explorer.count([], {"kind": "endpoint", "last": [last]})["after"] == ends.count(last)
    cycles = mine(log).cases.cycle
    limit = int(np.median(cycles))
    count = explorer.count([], {"kind": "performance", "max_s": limit / 1000})["after"]
    assert count == int((cycles <= limit).sum())
    variants = mine(log).variants
    stated = {"kind": "variant", "variants": [list(variants.name(1))]}
    assert explorer.count([], stated)["after"] == int(variants.count[1])
    share = explorer.count([], {"kind": "variant", "coverage": 0.5})["after"] / log.cases
    assert 0.5 <= share < 0.5 + variants.count[0] / log.cases
    assert explorer.count([], {"kind": "variant", "coverage": 1.0})["after"] == log.cases
    middle = str(np.datetime64(int(np.median(explorer.opened.begin)), "ms"))[:10]
    assert explorer.count([], {"kind": "period", "since": middle})["after"] == select_plainly(log, since=middle).cases


def test_the_count_before_is_the_count_after(explorer: Explorer) -> None:
    first, more = {"kind": "performance", "max_s": 300_000}, {"kind": "variant", "coverage": 0.7}
    promised = explorer.count([first], more)
    assert explorer.view("statistics", [first])["cases"] == promised["before"]
    assert explorer.view("statistics", [first, more])["cases"] == promised["after"]
    assert explorer.view("statistics", [more, first, more])["cases"] == promised["after"]


def test_values_that_name_people_are_listed_on_demand_only(tmp_path: Path) -> None:
    rows = ["case,activity,time,agent,opened_by,customer,channel"]
    rows += [f"c{n},Open,2026-01-{n + 1:02}T08:00:00Z,Ann Lee,Bob Roy,Cem Kaya,mail" for n in range(9)]
    rows += [f"c{n},Close,2026-01-{n + 1:02}T09:00:00Z,Bob Roy,Ann Lee,Cem Kaya,mail" for n in range(9)]
    path = tmp_path / "log.csv"
    path.write_text("\n".join(rows), encoding="utf-8")
    log = read_log(path)
    hidden, shown = Explorer(log), Explorer(log, Setting(show_people=True))
    for name in ("opened_by", "customer"):
        assert hidden.values([], name) == {"attribute": name, "values": [], "personal": True}
        assert shown.values([], name)["values"][0]["cases"] == 9
    assert hidden.values([], "channel")["values"][0]["value"] == "mail"


def test_every_value_says_the_condition_that_keeps_its_cases(explorer: Explorer) -> None:
    for attribute in explorer.values([])["attributes"]:
        for row in explorer.values([], attribute["name"])["values"][:3]:
            assert explorer.count([], {"kind": "attribute", "where": row["where"]})["after"] == row["cases"]


@pytest.mark.parametrize(
    "stated",
    [
        {},
        {"kind": "nothing"},
        {"kind": "performance"},
        {"kind": "performance", "min_s": "long"},
        {"kind": "performance", "min_s": True},
        {"kind": "performance", "min_s": float("nan")},
        {"kind": "follower", "first": "a"},
        {"kind": "endpoint", "first": "a"},
        {"kind": "variant", "variants": ["a"]},
        {"kind": "variant", "opened": 1},
        {"kind": "attribute", "where": "__import__('os')"},
        {"kind": "attribute", "where": "x" * 30_000},
        {"kind": "period", "since": "yesterday"},
        ["attribute"],
    ],
)
def test_what_is_no_filter_is_refused_in_one_line(explorer: Explorer, stated: Any) -> None:
    with pytest.raises(SvcflowError) as caught:
        explorer.view("statistics", [stated])
    assert "\n" not in caught.value.message


def test_views_and_options_that_do_not_exist_are_refused(explorer: Explorer) -> None:
    for name, asked in (("nothing", {}), ("cases", {"page": -1}), ("cases", {"sort": "x"}), ("map", {"selection": 1}),
                        ("case", {}), ("case", {"case": "no such case"}), ("handoffs", {"between": "x"})):  # fmt: skip
        with pytest.raises(UsageError):
            explorer.view(name, [], asked)


def test_the_map_is_that_of_the_report_until_it_is_moved(explorer: Explorer, log: Log) -> None:
    from svcflow.report.flowmap import choose_links

    mined = mine(log)
    rows = mined.directly_follows.to_rows()
    chosen = choose_links(rows, log.cases, mined.variants.to_rows()[:200])
    block = explorer.view("map")["blocks"][0]
    assert block["links"] == [[row["from"], row["to"]] for row in chosen.links]
    assert block["svg"].count('class="box') == len(chosen.activities)
    few = explorer.view("map", [], {"activities": 40, "paths": 50})["blocks"][0]
    assert len(few["links"]) < len(block["links"])
    names = {name for link in few["links"] for name in link}
    assert len(names) <= -(-len(log.activities) * 40 // 100)


def test_an_empty_selection_says_so(explorer: Explorer) -> None:
    nothing = [{"kind": "performance", "min_s": 1e12}]
    for name in ("map", "statistics", "cases", "variants", "handoffs", "loops", "bottlenecks"):
        answer = explorer.view(name, nothing)
        assert answer["cases"] == 0
        assert answer["blocks"] == [{"type": "missing", "what": "no_cases"}]
    assert explorer.view("compare", [], {"other": nothing})["blocks"][0]["type"] == "missing"
