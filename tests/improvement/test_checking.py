"""Checks of adopted changes: steps that were put in come back, intervals cover, decisions follow, the page shows it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from svcflow.definitions import load
from svcflow.errors import InputError, UsageError
from svcflow.improvement import check_effects
from svcflow.improvement.checking import is_applied
from svcflow.improvement.series import find_step
from svcflow.improvement.weeks import join_weeks
from svcflow.report.improvement import render_checks

ROOT = Path(__file__).parents[2]
START = date(2026, 1, 5)
ADOPTED = START + timedelta(weeks=12)


def week(number: int, mean_h: float, cases: int = 100, still: int = 0) -> dict[str, Any]:
    day = (START + timedelta(weeks=number)).isoformat()
    return {
        "from": day, "cases": cases, "open": still, "cycle_cases": cases - still, "cycle_mean_s": 3600 * mean_h,
        "resolve_cases": cases - still, "resolve_mean_s": 3600 * mean_h,
    }  # fmt: skip


def weeks(before: float, after: float, *, count: int = 10, seed: int = 1, cases: int = 100) -> list[dict[str, Any]]:
    random = np.random.default_rng(seed)
    noise = random.normal(0, 0.5, 12 + count)
    return [week(n, (before if n < 12 else after) + noise[n], cases if n >= 12 else 100) for n in range(12 + count)]


def advise(*effects: dict[str, Any], patch: str | None = None) -> dict[str, Any]:
    text = {"en": "Do <b>this</b>", "zh": "做这个"}
    return {"id": "r", "title": text, "check": text, "rollback": text, "patch": patch, "effects": list(effects)}


def effect(low: float | None, high: float | None, *, load: float = 1.0) -> dict[str, Any]:
    after = None if low is None or high is None else (low + high) / 2
    return {
        "metric": "mean_resolve_time", "unit": "h", "load": load, "before": 20.0, "after": after, "low": low,
        "high": high, "grade": "B",
    }  # fmt: skip


def decide(rows: Sequence[dict[str, Any]], *effects: dict[str, Any], adopted: date = ADOPTED) -> tuple[str, str]:
    (check,) = check_effects([advise(*effects)], rows, adopted)
    return check.verdict, check.decision


def test_intervals_cover_the_step_that_was_put_in() -> None:
    random = np.random.default_rng(3)
    covered = 0
    for _ in range(300):
        noise = np.zeros(24)
        for n in range(24):  # weekly means of one queue hang together
            noise[n] = 0.3 * noise[n - 1] + random.normal(0, 1)
        found = find_step((20 + noise - 3 * (np.arange(24) >= 12)).tolist(), [100.0] * 24, 12)
        assert found is not None
        covered += found.low <= -3 <= found.high
    assert 0.82 <= covered / 300 <= 0.98


def test_a_drift_is_no_step() -> None:
    drift = find_step([20 - 0.3 * n for n in range(24)], [1.0] * 24, 12)
    assert drift is not None
    assert drift.change == pytest.approx(0, abs=1e-9)
    assert drift.trend == pytest.approx(-0.3)
    assert find_step([1.0] * 5, [1.0] * 5, 3) is None


@pytest.mark.parametrize(
    ("after", "bounds", "told"),
    [
        (17.0, (16.5, 17.5), ("as predicted", "kept")),
        (17.0, (13.0, 14.0), ("less", "kept")),
        (14.0, (18.0, 19.0), ("more", "kept")),
        (17.0, (None, None), ("a gain, not predicted", "kept")),
        (23.0, (16.5, 17.5), ("worse", "rolled back")),
    ],
)
def test_decisions_follow_from_what_is_observed(
    after: float, bounds: tuple[float | None, float | None], told: tuple[str, str]
) -> None:
    assert decide(weeks(20, after), effect(*bounds)) == told


def test_no_gain_is_watched_first_and_taken_back_after_twelve_weeks() -> None:
    assert decide(weeks(20, 20.0, count=6), effect(16.0, 17.0)) == ("not certain yet", "watched")
    assert decide(weeks(20, 20.0, count=14), effect(16.0, 17.0)) == ("no gain", "rolled back")
    assert decide(weeks(20, 15.0, count=2), effect(16.0, 17.0)) == ("too early", "watched")


def test_a_step_for_the_worse_that_chance_explains_is_no_reason_to_go_back() -> None:
    told = [decide(weeks(20, 20.0, count=6, seed=seed), effect(16.0, 17.0))[1] for seed in range(12)]
    assert told.count("rolled back") <= 2  # half of them rise a little


def test_the_prediction_is_that_of_the_nearest_load() -> None:
    effects = [effect(10 + load, 12 + load, load=load) for load in (0.9, 1.0, 1.1)]
    (check,) = check_effects([advise(*effects)], weeks(20, 17, cases=112), ADOPTED)
    assert check.load == pytest.approx(1.12)
    assert check.predicted_load == 1.1
    assert check.predicted[1:] == pytest.approx((11.1 - 20, 13.1 - 20))


def test_weeks_that_cannot_be_judged_are_left_out() -> None:
    rows = weeks(20, 17)
    rows[-1] = week(21, 3.0, still=40)  # most of it is still open: what is over was quick
    rows[0] = week(0, 90.0, cases=4)
    told = [row["from"] for row in join_weeks([], rows, ADOPTED)]
    assert told == [row["from"] for row in rows[1:-1]]
    midweek = join_weeks([], rows, ADOPTED + timedelta(days=3))
    assert ADOPTED.isoformat() not in {row["from"] for row in midweek}


def test_weeks_before_come_from_the_estimate() -> None:
    rows = weeks(20, 17)
    estimate = {"recommendations": [advise(effect(16.5, 17.5))], "weekly": rows[:12]}
    (check,) = check_effects(estimate, rows[12:], ADOPTED)
    assert check.verdict == "as predicted"
    assert check.before == pytest.approx(20, abs=0.5)
    with pytest.raises(UsageError, match="holds no recommendation"):
        check_effects({"recommendations": []}, rows, ADOPTED)
    with pytest.raises(UsageError, match="no recommendation 2"):
        check_effects(estimate, rows, ADOPTED, chosen=[2])


@pytest.mark.parametrize(
    ("key", "value"),
    [("from", "2026-99-99"), ("from", None), ("cases", None), ("cases", 1e308), ("open", -1), ("cycle_cases", "x"),
     ("cycle_mean_s", None), ("resolve_mean_s", float("inf"))],
)  # fmt: skip
def test_a_damaged_week_is_named(key: str, value: object) -> None:
    rows = [*weeks(10, 8)[:3], week(3, 10) | {key: value}]
    with pytest.raises(InputError, match=r"weekly\[3\]"):
        check_effects({"recommendations": [advise(effect(-1, 1))], "weekly": rows}, weeks(10, 8), ADOPTED)


@pytest.mark.parametrize("damage", [None, 3, {}, {"id": "x", "effects": [None]}, {"id": "x", "effects": [{"low": "a"}]},
                                    {"id": "x", "effects": 5}])  # fmt: skip
def test_a_damaged_recommendation_is_named(damage: Any) -> None:
    with pytest.raises(InputError, match="recommendation 2 of the estimate"):
        check_effects([advise(effect(-1, 1)), damage], weeks(10, 8), ADOPTED)


def test_a_change_adopted_on_the_last_of_all_days_is_too_early() -> None:
    (check,) = check_effects([advise(effect(-1, 1))], weeks(10, 8), date.max)
    assert check.observed is None


def test_done_is_what_the_definitions_say() -> None:
    workspace = load(ROOT / "workflows")
    line = next(text for text in workspace.sources[workspace.organisation.file].splitlines() if "span_of" in text)
    name = Path(workspace.organisation.file).name
    assert is_applied(f"--- a/{name}\n+++ b/{name}\n@@ -1 +1 @@\n-x\n+{line}\n", workspace) is True
    assert is_applied(f"--- a/{name}\n+++ b/{name}\n@@ -1 +1 @@\n-x\n+span_of_control: 99\n", workspace) is False
    assert is_applied(None, workspace) is None
    undone = advise(effect(16.5, 17.5), patch=f"+++ b/{name}\n+span_of_control: 99\n")
    (check,) = check_effects([undone], weeks(20, 17), ADOPTED, workspace=workspace)
    assert (check.verdict, check.decision) == ("not adopted", "watched")


def test_the_page_is_whole_in_both_languages_and_runs_nothing_of_the_log() -> None:
    checks = check_effects([advise(effect(16.5, 17.5)), advise()], weeks(20, 17), ADOPTED)
    document = {"source": "<i>log</i>", "adopted": "2026-03-30", "cases": 9, "start": "2026-01-05", "end": "2026-05-25",
                "checks": [check.to_json() for check in checks]}  # fmt: skip
    page = render_checks(document, lang="both")
    assert "Adopted changes: 2 kept, 0 to roll back, 0 to watch" in page
    assert "已采用的改动：保留 2 项" in page
    assert "<b>this</b>" not in page
    assert "&lt;b&gt;this&lt;/b&gt;" in page
    assert "http" not in page.replace("http-equiv", "").replace("http://www.w3.org", "")
    assert page == render_checks(document, lang="both")
    assert "—" not in render_checks(document, lang="en").split("<tbody>")[1].split("</tbody>")[0]
