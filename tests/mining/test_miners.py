"""The miners on summaries against pm4py on rows, and what `svcflow discover` writes."""

from __future__ import annotations

import json
import random
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from svcflow_test_logs import HOUR, MONDAY, Row, build

from svcflow.cli.main import main
from svcflow.errors import UsageError
from svcflow.eventlog.log import Log
from svcflow.mining import mine
from svcflow.mining.discovery import discover, list_miners
from svcflow.mining.discovery.summary import count_steps, weigh_variants

SAMPLES = Path(__file__).parents[2] / "logs"
WORKFLOWS = SAMPLES.parent / "workflows"


def draw_log(seed: int, cases: int = 120) -> Log:
    draw = random.Random(seed)
    rows: list[Row] = []
    for n in range(cases):
        steps = ["open", *draw.sample(["check", "call"], draw.randint(1, 2))]
        while draw.random() < 0.3:
            steps += ["ask", "check"]
        steps += ["answer"] if draw.random() < 0.9 else ["reject", "close"]
        rows += [Row(f"{n:03d}", step, MONDAY + n * HOUR + i) for i, step in enumerate(steps)]
    return build(rows)


def frame_of(log: Log) -> Any:
    import pandas as pd

    return pd.DataFrame(
        {
            "case:concept:name": np.repeat(np.array(log.case_ids, object), np.diff(log.offsets)),
            "concept:name": np.array(log.activities.texts, object)[log.activity],
            "time:timestamp": pd.to_datetime(log.time, unit="ms", utc=True).as_unit("ns"),
        }
    ).astype({"case:concept:name": "string", "concept:name": "string"})


def shape(net: Any) -> list[tuple[str, int, int]]:
    """What a net is but for the names of its places: labels and degrees of its transitions, degrees of its places."""
    transitions = [(t.label or "", len(t.in_arcs), len(t.out_arcs)) for t in net.transitions]
    return sorted([*transitions, *(("(place)", len(p.in_arcs), len(p.out_arcs)) for p in net.places)])


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_heuristics_on_counts_equal_those_on_rows(seed: int) -> None:
    import pm4py

    log = draw_log(seed)
    ours = discover(mine(log), miner="heuristics", noise=0.5)
    theirs = pm4py.discover_petri_net_heuristics(frame_of(log), dependency_threshold=0.5)
    assert shape(ours.net[0]) == shape(theirs[0])


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_partial_orders_on_variants_equal_those_on_rows(seed: int) -> None:
    import pm4py

    log = draw_log(seed)
    ours = discover(mine(log), miner="powl")
    theirs = pm4py.convert_to_petri_net(pm4py.discover_powl(frame_of(log)))
    assert shape(ours.net[0]) == shape(theirs[0])
    assert ours.fitness == pytest.approx(1.0)


def test_simplicity_and_measures_equal_those_of_pm4py_on_rows() -> None:
    import pm4py
    from pm4py.algo.evaluation.precision.variants import etconformance_token
    from pm4py.algo.evaluation.replay_fitness.variants import token_replay

    log = draw_log(4)
    rows = pm4py.convert_to_event_log(frame_of(log))
    quiet = {"show_progress_bar": False}
    for miner in list_miners():
        model = discover(mine(log), miner=miner, coverage=1.0, most_variants=10_000)
        assert model.coverage == 1
        assert model.simplicity == pytest.approx(pm4py.simplicity_petri_net(*model.net, variant="arc_degree"))
        assert model.fitness == pytest.approx(token_replay.apply(rows, *model.net, parameters=quiet)["log_fitness"])
        if model.precision is not None:
            wanted = etconformance_token.apply(rows, *model.net, parameters=quiet)
            assert model.precision == pytest.approx(wanted)


def test_counts_of_steps_against_a_plain_count() -> None:
    log = draw_log(5, 40)
    found = count_steps(weigh_variants(mine(log)))
    cases = [log.activity[a:b].tolist() for a, b in zip(log.offsets[:-1], log.offsets[1:], strict=True)]
    assert found.triples.total() == sum(max(len(case) - 2, 0) for case in cases)
    pairs = [pair for case in cases for pair in pairwise(case)]
    assert dict(found.follows) == {pair: pairs.count(pair) for pair in set(pairs)}
    assert found.begins.total() == found.ends.total() == len(cases)


def test_unknown_miners_and_empty_logs_are_refused() -> None:
    with pytest.raises(UsageError, match="unknown miner"):
        discover(mine(draw_log(1, 20)), miner="gold")
    with pytest.raises(UsageError, match="no case"):
        discover(mine(build([])))


@pytest.mark.parametrize(("miner", "suffix"), [("inductive", "bpmn"), ("heuristics", "pnml"), ("powl", "svg"),
                                               ("inductive", "ptml"), ("powl", "pnml")])  # fmt: skip
def test_the_command_writes_models_for_other_tools(miner: str, suffix: str, tmp_path: Path, capsys: Any) -> None:
    out = tmp_path / f"mined.{suffix}"
    log = str(SAMPLES / "callbacks.csv")
    assert main(["discover", log, "--miner", miner, "-o", str(out), "--format", "json", "-q"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert 0 < document["model"]["fitness"] <= 1
    assert out.stat().st_size > 500
    if suffix in ("pnml", "ptml", "bpmn"):
        import pm4py

        read = {"pnml": pm4py.read_pnml, "ptml": pm4py.read_ptml, "bpmn": pm4py.read_bpmn}[suffix]
        assert read(str(out))


def test_written_definitions_stand_beside_the_mined_model(capsys: Any) -> None:
    log = str(SAMPLES / "complaints.csv")
    assert main(["discover", log, "-w", str(WORKFLOWS), "--format", "json", "-q"]) == 0
    document = json.loads(capsys.readouterr().out)
    complaint = next(row for row in document["written"] if row["process"] == "complaint")
    assert complaint["fitness"] > 0.98  # the log was played from the definition, with departures planted
    assert complaint["precision"] > document["model"]["precision"]


def test_what_cannot_be_written_is_refused(tmp_path: Path, capsys: Any) -> None:
    log = str(SAMPLES / "callbacks.csv")
    assert main(["discover", log, "-o", str(tmp_path / "x.docx"), "-q"]) == 2
    assert "end the name in .bpmn" in capsys.readouterr().err
    assert main(["discover", log, "--miner", "powl", "-o", str(tmp_path / "x.ptml"), "-q"]) == 2
    assert "no process tree" in capsys.readouterr().err


def test_what_bpmn_draws_can_do_what_the_net_can(tmp_path: Path) -> None:
    import pm4py

    log = draw_log(6)
    frame_of(log).to_csv(tmp_path / "log.csv", index=False)
    for miner in ("inductive", "powl"):
        out = tmp_path / f"{miner}.bpmn"
        assert main(["discover", str(tmp_path / "log.csv"), "--miner", miner, "-o", str(out), "-q"]) == 0
        net = pm4py.convert_to_petri_net(pm4py.read_bpmn(str(out)))
        fitness = pm4py.fitness_token_based_replay(frame_of(log), *net)
        assert fitness["log_fitness"] == pytest.approx(discover(mine(log), miner=miner).fitness, abs=0.02)
