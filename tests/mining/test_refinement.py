"""Percentiles of a file by a second pass: those of the log in memory to the last bit, in a bounded memory."""

from __future__ import annotations

import pickle
import tempfile
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from svcflow_test_logs import DAY, HOUR, MONDAY, Row, build, drawn, read_real

from svcflow import engines
from svcflow.engines import local
from svcflow.errors import InputError
from svcflow.eventlog import open_store
from svcflow.eventlog.log import Log
from svcflow.eventlog.store.writing import write
from svcflow.mining import buckets as module
from svcflow.mining import describing, mine, quantities
from svcflow.mining.activities import ActivitiesFold
from svcflow.mining.buckets import ask, find_lows, find_widths, grant
from svcflow.mining.cases import FiguresFold
from svcflow.mining.directly_follows import DirectlyFollowsFold
from svcflow.mining.durations import BOUNDED, CELLS, EXACT, Detail, Durations, find_cells, from_groups
from svcflow.mining.grouping import QUANTILES, group
from svcflow.mining.handovers import HandoversFold
from svcflow.mining.preparation import prepare
from svcflow.mining.refinement import Refined, list_durations, refine
from svcflow.mining.variants import VariantsFold

LAWS = settings(deadline=None, max_examples=40)
FEW = Detail(2)
"""With so few values kept, small logs have histograms too."""


class HalfClock:
    """A clock that is open every other hour."""

    def elapsed_all(self, start: Any, end: Any) -> Any:
        def opened(at: Any) -> Any:
            return at // (2 * HOUR) * HOUR + np.minimum(at % (2 * HOUR), HOUR)

        return opened(end) - opened(start)


def keep(fold: Any, detail: Detail) -> Any:
    """Return the fold with durations that keep so many values."""
    names = {field.name for field in fields(fold)}
    if "detail" in names:
        return replace(fold, detail=detail)
    return replace(fold, inner=keep(fold.inner, detail)) if "inner" in names else fold


def list_folds(log: Log) -> dict[str, Any]:
    """Return all folds of one pass over a file, those of quantities too, with a clock."""
    clock = HalfClock()
    setting = prepare(log, clock, None, {}).setting
    width = len(log.activities)
    return {
        "directly_follows": DirectlyFollowsFold(width, clock),
        "variants": VariantsFold(),
        "activities": ActivitiesFold(width, clock),
        "figures": FiguresFold(setting.done, setting.resolving, clock),
        "team": HandoversFold("team", width, log.teams, setting.outsiders, clock),
        "resource": HandoversFold("resource", width, log.resources, setting.machines, clock),
        **quantities.prepare(quantities.choose(None), setting),
    }


def say(table: Any) -> Any:
    """Return what a fold finishes with in a form that can be compared."""
    if isinstance(table, Durations):
        return [table.keys.tolist(), *(table.quantile(q).tolist() for q in QUANTILES.values()), table.exact.tolist()]
    if isinstance(table, tuple):
        return [say(part) for part in table]
    if hasattr(table, "to_json"):
        found = table.to_json()
        return {**found, "rows": [{k: v for k, v in row.items() if "outlier" not in k} for row in found["rows"]]}
    return table.to_rows() if hasattr(table, "to_rows") else np.asarray(table).tolist()


@settings(deadline=None, max_examples=8)
@given(drawn().filter(bool), st.integers(1, 9), st.integers(1, 2))
def test_every_fold_is_exact_after_a_second_pass_whatever_its_blocks(rows: list[Row], size: int, jobs: int) -> None:
    log = build(rows, done=("d",))
    folds = list_folds(log)
    few = {name: keep(fold, FEW) for name, fold in folds.items()}
    exactly = {name: keep(fold, EXACT) for name, fold in folds.items()}
    how: dict[str, Any] = {"rows": size, "jobs": jobs}
    refined = refine(log, few, engines.survey(log, few, **how), **how)
    found = local.finish(log, few, refined)
    wanted = local.finish(log, exactly, engines.survey(log, exactly))
    for name in folds:
        one, two = say(found[name]), say(wanted[name])
        if name.endswith("temporal-profile"):
            one.pop("approximate"), two.pop("approximate")
        assert one == two, name
    assert all(part.exact.all() for name in folds for part in list_durations(refined[name]))


values = st.one_of(st.integers(0, 200), st.integers(0, 10**7), st.integers(0, 2**49))


@LAWS
@given(st.lists(st.integers(0, CELLS - 900), min_size=1))
def test_the_borders_of_cells_are_where_values_change_theirs(cells: list[int]) -> None:
    chosen = np.array(cells)
    lows, widths = find_lows(chosen), find_widths(chosen)
    full = widths > 0
    assert (find_cells(lows[full]) == chosen[full]).all()
    assert (find_cells((lows + widths - 1)[full]) == chosen[full]).all()
    assert (find_cells((lows + widths)[full]) > chosen[full]).all()


@LAWS
@given(st.lists(st.tuples(st.integers(0, 3), values), min_size=1, max_size=200))
def test_buckets_hold_what_percentiles_lie_between(rows: list[tuple[int, int]]) -> None:
    keys, drawn_values = (np.array(column, np.int64) for column in zip(*rows, strict=True))
    grouped = group(keys, drawn_values)
    asked = ask(from_groups(grouped, FEW))
    for key in range(len(grouped.keys)):
        own = grouped.of(key)
        if len(own) <= 2:
            continue
        for q in QUANTILES.values():
            below = int(np.floor((len(own) - 1) * q))
            for value in own[below : below + 2]:
                cell = find_cells(np.array([value]))
                assert find_widths(cell)[0] == 1 or asked.holds(grouped.keys[key] << 12 | cell)[0]


def make_log(cases: int = 400) -> Log:
    """Return cases of one step whose waits all differ."""
    rows = []
    for number in range(cases):
        at = MONDAY + number * HOUR
        rows += [Row(f"c{number}", "open", at), Row(f"c{number}", "close", at + DAY + number * number % 977 * 7)]
    return build(rows)


def test_what_too_many_values_lie_around_stays_approximate_and_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(make_log(), tmp_path / "log.parquet")
    stored = open_store(tmp_path / "log.parquet")
    whole = mine(stored, exact=True).to_json()
    assert "approximate" not in whole
    monkeypatch.setattr(module, "MOST", 100)
    cut = mine(stored, exact=True)
    document = cut.to_json()
    assert document["approximate"]["exact"] is True
    assert document["approximate"]["in"] == ["activities", "cycle_time", "directly_follows", "variants"]
    median = document["directly_follows"][0]["median_s"]
    assert median == mine(stored).to_json()["directly_follows"][0]["median_s"]
    assert median != whole["directly_follows"][0]["median_s"]


def test_the_smallest_buckets_are_opened_first(monkeypatch: pytest.MonkeyPatch) -> None:
    waits = np.r_[np.arange(1_000_000, 1_000_100), np.arange(70_000_000, 70_000_010)]
    durations = from_groups(group(np.r_[np.zeros(100, np.int64), np.ones(10, np.int64)], waits), Detail(5))
    monkeypatch.setattr(module, "MOST", 30)
    (granted,) = grant([ask(durations)])
    assert set((granted.codes >> 12).tolist()) == {1}


def test_a_log_that_changed_in_between_is_refused() -> None:
    log, other = make_log(), make_log(300)
    folds = {"directly_follows": DirectlyFollowsFold(len(log.activities), None, BOUNDED)}
    with pytest.raises(InputError, match="changed"):
        refine(other, folds, engines.survey(log, folds))


def test_refined_durations_can_be_sent_on() -> None:
    log = make_log()
    folds = {"directly_follows": DirectlyFollowsFold(len(log.activities), None, BOUNDED)}
    refined = refine(log, folds, engines.survey(log, folds))["directly_follows"].waiting
    assert isinstance(refined, Refined)
    again = pickle.loads(pickle.dumps(refined))
    assert again.quantile(0.9).tolist() == refined.quantile(0.9).tolist()


NOT_EXACT = ("outliers", "outlier_share", "median_s")
"""What a histogram tells: how many times are far off the mean, and medians of variants that are put together."""


def strip(quantity: dict[str, Any], name: str) -> dict[str, Any]:
    if name == "scorecard":
        rows = [row for row in quantity["rows"] if row["kpi"] != "repeat-contacts"]
        return {**quantity, "rows": rows, "figures": None}
    if name not in ("temporal-profile", "collapsed-variants"):
        return quantity
    rows = [{key: value for key, value in row.items() if key not in NOT_EXACT} for row in quantity["rows"]]
    return {**quantity, "rows": rows, "approximate": None}


@pytest.mark.parametrize("name", ["helpdesk.csv", "VINST cases closed problems.csv", "teleclaims.xes.gz"])
def test_published_logs_tell_the_very_same_from_disk(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    log = read_real(name)
    monkeypatch.setattr(module, "_PENDING", 10)
    one = mine(log, quantities=None).to_json()
    with tempfile.TemporaryDirectory() as folder:
        write(log, Path(folder) / "log.parquet", rows=3000)
        two = mine(open_store(Path(folder) / "log.parquet"), quantities=None, exact=True, jobs=2, rows=1000).to_json()
    assert "approximate" not in two
    told, others = one.pop("quantities"), two.pop("quantities")
    assert one == two
    for quantity, other in others.items():
        if "memory" not in (other["unmeasured"] or {}).get("en", ""):
            if quantity == "collapsed-variants":
                medians = [[row["median_s"] for row in rows["rows"]] for rows in (other, told[quantity])]
                assert medians[0] == pytest.approx(medians[1], rel=0.01)
            assert strip(other, quantity) == strip(told[quantity], quantity), quantity


def test_a_large_log_in_memory_can_be_made_exact_too(monkeypatch: pytest.MonkeyPatch) -> None:
    log = read_real("VINST cases closed problems.csv")
    names = ["durations", "staged-flow", "step-times", "handovers-of-lines"]
    wanted = mine(log, quantities=names).to_json()
    monkeypatch.setattr(describing, "EXACT_INSTANCES", 0)
    assert mine(log, quantities=names).quantities["durations"].approximate
    assert mine(log, quantities=names, exact=True).to_json() == wanted
