from __future__ import annotations

import os
import subprocess
import sys

import numpy as np
import pytest
from svcflow_test_logs import MONDAY, Row, build, read_real, trace

from svcflow.analysis import analyze
from svcflow.errors import UsageError
from svcflow.mining import mine
from svcflow.mining.discovery import ACTIVITIES, discover, is_discoverable

COMPLAINTS = [("abcd", 40), ("acbd", 30), ("abce", 20), ("aabcd", 8), ("dcba", 2)]


def complaints() -> list[Row]:
    rows = []
    for v, (steps, cases) in enumerate(COMPLAINTS):
        for i in range(cases):
            rows += trace(f"{v}-{i}", list(steps), start=MONDAY + (v * 100 + i) * 1000)
    return rows


def test_the_measures_equal_those_of_pm4py_on_rows() -> None:
    log = build(complaints())
    model = discover(mine(log), coverage=1.0)
    import pandas as pd
    import pm4py
    from pm4py.algo.evaluation.precision.variants import etconformance_token
    from pm4py.algo.evaluation.replay_fitness.variants import token_replay

    frame = pd.DataFrame(
        {
            "case:concept:name": np.repeat(np.array(log.case_ids, object), np.diff(log.offsets)),
            "concept:name": np.array(log.activities.texts, object)[log.activity],
            "time:timestamp": pd.to_datetime(log.time, unit="ms", utc=True).as_unit("ns"),
        }
    ).astype({"case:concept:name": "string", "concept:name": "string"})
    rows = pm4py.convert_to_event_log(frame)
    quiet = {"show_progress_bar": False}
    assert model.coverage == 1.0
    assert model.fitness == pytest.approx(token_replay.apply(rows, *model.net, parameters=quiet)["log_fitness"])
    assert model.precision == pytest.approx(etconformance_token.apply(rows, *model.net, parameters=quiet))
    tree = pm4py.discover_process_tree_inductive(frame, noise_threshold=0.2)
    assert sorted(leaf.label or "" for leaf in tree._get_leaves()) == sorted(
        leaf.label or "" for leaf in model.tree._get_leaves()
    )


def test_a_perfect_log_gives_a_perfect_model() -> None:
    model = discover(mine(build([row for i in range(5) for row in trace(f"c{i}", ["a", "b", "c"])])))
    assert model.text == "->( 'a', 'b', 'c' )"
    assert (model.fitness, model.precision) == (1.0, 1.0)


def test_what_is_not_replayed_is_said() -> None:
    model = discover(mine(build(complaints())), coverage=0.5)
    assert (model.variants, model.coverage) == (2, 0.7)
    assert discover(mine(build(complaints())), most_variants=1).coverage == 0.4


def test_names_are_data_even_for_pm4py() -> None:
    hostile = ["tau", "->( 'x' )", "a,b", "<script>", "00000001"]
    model = discover(mine(build([row for i in range(3) for row in trace(f"c{i}", hostile)])))
    assert model.text == "->( 'tau', '->( ''x'' )', 'a,b', '<script>', '00000001' )"
    assert model.fitness == 1.0
    assert {t.label for t in model.net[0].transitions if t.label} == set(hostile)


SCRIPT = """
import json, sys
from svcflow.eventlog import read_log
from svcflow.mining import mine
from svcflow.mining.discovery import discover
mined = mine(read_log(sys.argv[1]))
models = [discover(mined, miner=miner, coverage=0.8).to_json() for miner in ("inductive", "heuristics", "powl")]
print(json.dumps(models, sort_keys=True))
"""


def test_the_same_log_gives_the_same_model_in_every_process_and_nothing_else_is_printed() -> None:
    log = read_real("helpdesk.csv")
    from svcflow_test_logs import REAL

    assert log.cases
    outputs = [
        subprocess.run(
            [sys.executable, "-W", "error::UserWarning", "-c", SCRIPT, str(REAL / "helpdesk.csv")],
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        )
        for seed in ("1", "2")
    ]
    assert outputs[0].stdout == outputs[1].stdout
    assert outputs[0].stdout.count("\n") == 1
    assert outputs[0].stderr == outputs[1].stderr == ""


def test_a_model_of_too_many_activities_is_not_looked_for() -> None:
    log = build(trace("1", [f"step {i:03}" for i in range(ACTIVITIES + 1)], start=MONDAY))
    mined = mine(log)
    assert not is_discoverable(mined)
    with pytest.raises(UsageError, match="101 activities"):
        discover(mined)
    assert analyze(log).model is None
