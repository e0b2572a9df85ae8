"""Each planted problem changes what it says and nothing else; its cost is the difference to the log without it."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter, defaultdict
from datetime import date, datetime
from functools import cache
from itertools import pairwise
from pathlib import Path
from statistics import median
from typing import Any

import pytest

from svcflow.definitions import load
from svcflow.definitions.model import Workspace
from svcflow.documents import plain, read
from svcflow.generation import Generated, generate
from svcflow.generation.planting import kinds, make_plant

WORKFLOWS = Path(__file__).parents[3] / "workflows"
START, WEEKS, CASES = date(2026, 1, 5), 8, 120
ROUND = ["digital", "support", "quality", "training", "operations"]
PLANTS: dict[str, dict[str, Any]] = {
    "auto-close": {"step": "close", "after": "resolve", "hours": 72, "account": "robot", "share": 0.9},
    "drift": {"step": "review", "at": 0.5, "hours": 9},
    "extra-step": {"step": "propose", "through": "escalate", "hours": 4, "share": 0.3},
    "extreme-duration": {"step": "investigate", "hours": 200, "share": 0.1},
    "extreme-repetition": {"step": "propose", "times": 30, "hours": 0.5, "share": 0.1},
    "growing-duration": {"step": "investigate", "hours": 20},
    "idle-team": {"team": "support", "to": "hotline", "share": 0.9},
    "late-escalation": {"step": "propose", "through": "escalate", "to": "operations", "hours": 10},
    "level-skip": {"step": "investigate", "to": "departments", "hours": 3, "share": 0.4},
    "missed-callback": {"step": "callback", "share": 0.5},
    "multi-hop": {"step": "investigate", "teams": ROUND, "through": "transfer"},
    "on-hold-misuse": {"step": "investigate", "through": "ask", "hours": 10},
    "overloaded-team": {"team": "quality", "hours": 9},
    "ping-pong": {"from": "digital", "to": "support", "step": "investigate", "through": "transfer", "share": 0.5},
    "reopen": {"step": "close", "steps": ["investigate", "resolve"], "share": 0.3},
    "repeat-contact": {"days": 4, "share": 0.3},
    "repeating-pattern": {"step": "propose", "steps": ["ask", "chase"], "times": 3},
    "rework-loop": {"step": "review", "sets": {"verdict": "rework"}, "rounds": 2, "share": 0.5},
    "single-person": {"step": "review", "person": "dora", "there": 4, "away": 3},
    "sla-at-risk": {"step": "resolve", "hours": 24, "share": 0.4},
    "slow-handoff": {"from": "hotline", "to": "support", "hours": 12, "share": 0.8},
    "slow-pair": {"after": "assess", "step": "investigate", "hours": 6},
    "slow-step": {"step": "investigate", "hours": 8},
    "sustained-ping-pong": {"from": "digital", "to": "support", "step": "investigate", "through": "transfer"},
}
FREE = {"idle-team", "missed-callback"}
"""Problems that lengthen no wait."""
Rows = list[dict[str, str]]


@cache
def workspace() -> Workspace:
    return load(WORKFLOWS)


@cache
def play(*chosen: str) -> Generated:
    plants = [make_plant({"kind": kind, **PLANTS[kind]}) for kind in chosen]
    return generate(workspace(), process="complaint", cases=CASES, seed=3, start=START, weeks=WEEKS, plant=plants)


@cache
def cases(*chosen: str) -> dict[str, Rows]:
    found: dict[str, Rows] = defaultdict(list)
    for row in csv.DictReader(io.StringIO(play(*chosen).csv)):
        found[row["case"]].append(row)
    return found


def truth(kind: str) -> dict[str, Any]:
    found: dict[str, Any] = play(kind).truth["plants"][0]
    return found


def struck(kind: str) -> list[Rows]:
    return [cases(kind)[case] for case in truth(kind)["case_ids"]]


def at(text: str) -> float:
    return datetime.fromisoformat(text).timestamp()


def span(rows: Rows) -> float:
    return max(at(r["time"]) for r in rows) - min(at(r["start"] or r["time"]) for r in rows)


def waits(rows: Rows, activity: str) -> list[float]:
    return [at(b["start"] or b["time"]) - at(a["time"]) for a, b in pairwise(rows) if b["activity"] == activity]


def names(rows: Rows) -> list[str]:
    return [row["activity"] for row in rows]


def test_every_kind_is_tried() -> None:
    assert {*PLANTS} == {*kinds()}


@pytest.mark.parametrize("kind", sorted(PLANTS))
def test_what_a_problem_does_not_strike_stays_as_it_is(kind: str) -> None:
    clean, dirty, ids = cases(), cases(kind), {*truth(kind)["case_ids"]}
    assert len(ids) > 3
    assert all(clean[case] == dirty[case] for case in {*clean} - ids)
    assert all(clean.get(case) != dirty[case] for case in ids)
    assert {*dirty} - {*clean} == (ids if kind == "repeat-contact" else set())


@pytest.mark.parametrize("kind", sorted(PLANTS))
def test_cost_is_the_difference_to_the_log_without_it(kind: str) -> None:
    clean, dirty, found = cases(), cases(kind), truth(kind)
    ids = found["case_ids"]
    added = sum(span(dirty[case]) - (span(clean[case]) if case in clean else 0) for case in ids)
    assert found["added_s"] == added
    assert found["added_h"] == round(added / 3600, 1)
    assert (added > 0) != (kind in FREE)
    assert set().union(*(hours[:2] for hours in found["waits"])) <= {*play(kind).columns["activity"]} | {
        *play().columns["activity"]
    }


@pytest.mark.parametrize("kind", sorted(PLANTS))
def test_the_manual_shows_a_plant_that_can_be_planted(kind: str, tmp_path: Path) -> None:
    example = re.search(r"^    (- \{kind: .*\})$", kinds()[kind].__doc__ or "", re.MULTILINE)
    assert example
    file = tmp_path / "plants.yaml"
    file.write_text(f"svcflow: 1\nplants:\n  {example[1]}\n", "utf-8")
    content: Any = plain(read(file).root)
    plant = make_plant(content["plants"][0])
    assert plant.kind == kind
    generate(workspace(), process="complaint", cases=3, start=START, weeks=1, plant=[plant])


def test_planted_together_each_keeps_its_own_truth() -> None:
    together = play("slow-step", "reopen", "repeat-contact").truth["plants"]
    assert [p["added_s"] > 0 for p in together] == [True, True, True]
    alone = truth("slow-step")
    mine = {case for case in together[0]["case_ids"] if not case.endswith("-2")}
    assert mine == {*alone["case_ids"]}


def test_slow_steps_wait_longer() -> None:
    before, after = (
        [median(w) for case in truth("slow-step")["case_ids"] if (w := waits(log[case], "Investigation"))]
        for log in (cases(), cases("slow-step"))
    )
    assert median(after) > median(before) + 5 * 3600


def test_slow_pairs_are_slow_there_only() -> None:
    hours = truth("slow-pair")["waits"]
    at_pair = sum(h for a, b, h in hours if (a, b) == ("Severity assessed", "Investigation"))
    assert at_pair == max(h for *_, h in hours)
    assert at_pair > 0.5 * sum(h for *_, h in hours if h > 0)


def test_passing_shows_in_the_teams() -> None:
    for rows in struck("sustained-ping-pong"):
        passed = [r["team"] for r in rows if r["activity"] == "Reassigned"][:6]
        assert passed == (["Second line", "Digital desk"] * 3)[: len(passed)]
    for rows in struck("multi-hop"):
        assert {"Second line", "Quality", "Training"} <= {r["team"] for r in rows} or len(rows) < 9


def test_a_skipped_level_is_done_by_the_higher_line() -> None:
    for rows in struck("level-skip"):
        assert next(r["team"] for r in rows if r["activity"] == "Investigation") == "Departments"


def test_patterns_and_repetitions_come_as_often_as_they_say() -> None:
    for rows in struck("repeating-pattern"):
        assert rows[-1]["time"] > "2026-02-2" or Counter(names(rows))["Customer asked"] >= 3
    most = max(Counter(names(rows))["Solution proposed"] for rows in struck("extreme-repetition"))
    assert most > 30


def test_reopened_cases_are_settled_twice() -> None:
    closed = [names(rows) for rows in struck("reopen") if names(rows)[-1] == "Case closed"]
    assert closed
    assert all(n.count("Solution carried out") >= 2 for n in closed)


def test_who_comes_back_has_the_same_matter() -> None:
    for rows in struck("repeat-contact"):
        first = cases("repeat-contact")[rows[0]["case"].removesuffix("-2")]
        assert rows[0]["claim"] == first[0]["claim"]
        assert 0 < (at(rows[0]["start"] or rows[0]["time"]) - at(first[-1]["time"])) / 86400 < 5


def test_on_hold_without_an_answer() -> None:
    held = [pair for rows in struck("on-hold-misuse") for pair in pairwise(names(rows)) if pair[0] == "Customer asked"]
    assert Counter(after for _, after in held)["Customer answered"] < 0.4 * len(held)


def test_trends_begin_when_they_say() -> None:
    clean, dirty = cases(), cases("growing-duration")
    more = [(rows[0]["time"], span(dirty[case]) - span(rows)) for case, rows in clean.items()]
    more.sort()
    third = len(more) // 3
    assert sum(m for _, m in more[:third]) < sum(m for _, m in more[-third:])
    middle = datetime.fromisoformat("2026-02-02T00:00:00+08:00").timestamp()
    assert all(at(rows[0]["start"] or rows[0]["time"]) >= middle - 1 for rows in struck("drift"))


def test_people_and_teams() -> None:
    reviews = [r for rows in struck("single-person") for r in rows if r["activity"] == "Quality review"]
    assert Counter(r["resource"] for r in reviews)["dora"] / len(reviews) > 0.85
    share = [Counter(p.columns["team"])["Second line"] for p in (play("idle-team"), play())]
    assert share[0] < 0.3 * share[1]


def test_targets_run_out() -> None:
    late = [max(at(r["time"]) for r in rows) - at(rows[0]["time"]) for rows in struck("sla-at-risk")]
    assert sorted(late)[len(late) // 2] > 20 * 3600


def test_queues_are_longer_after_busy_days() -> None:
    clean, dirty = cases(), cases("overloaded-team")
    added = [span(dirty[case]) - span(rows) for case, rows in clean.items()]
    assert max(added) > 3 * sum(added) / len(added) > 0
