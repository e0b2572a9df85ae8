"""Hand-written workspaces execute on public logs; with guards off they cost what pm4py's optimal alignments cost.

The logs are not part of the project: where their folder is absent the tests skip, saying so.
"""

from __future__ import annotations

import shutil
import subprocess
import time
import warnings
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from svcflow.advice import recommend
from svcflow.definitions import check
from svcflow.definitions.model import Workspace
from svcflow.definitions.net import compile_net
from svcflow.detectors import detect
from svcflow.eventlog import read_log
from svcflow.eventlog.log import Log
from svcflow.eventlog.selection import take_cases
from svcflow.execution import Runs, execute
from svcflow.mining import mine

ROOT = Path(__file__).parents[1]
LOGS = ROOT.parent / "shared" / "logs"
WORKSPACES = Path(__file__).parent / "workspaces"
EXPORTS = {
    "helpdesk": "helpdesk.csv",
    "closed_problems": "VINST cases closed problems.csv",
    "bpic2012_callbacks": "bpic2012.xes.gz",
}
NAMES = list(EXPORTS)
FLOW = {
    "helpdesk": {"D101": 694, "D102": 2, "D103": 443, "D104": 1, "D105": 14, "D106": 14, "D107": 11, "D203": 1},
    "closed_problems": {"D101": 341, "D105": 124},
    "bpic2012_callbacks": {"D102": 9, "D103": 267, "D105": 1082, "D106": 30, "D201": 115, "D202": 378},
}
"""Deviations in the flow, read case by case; `workspaces/README.md` tells one of each kind."""
MOST_SECONDS = 12.0
"""CPU time that the oracle may take for one log; the shortest sequences come first."""


@cache
def load_workspace(name: str) -> Workspace:
    problems, workspace = check(WORKSPACES / name)
    assert problems == []
    assert workspace is not None
    return workspace


@cache
def load_log(name: str) -> Log:
    path = LOGS / EXPORTS[name]
    if not path.exists():
        pytest.skip(f"the public log {EXPORTS[name]} is not here")
    return read_log(path)


@cache
def run(name: str, *, guards: bool = True) -> Runs:
    return execute(load_workspace(name), load_log(name), guards=guards)


def read_words(name: str) -> dict[tuple[str, str], str]:
    """Return what the labels of a workspace say, read apart from the executor: (activity, sub-status) -> step."""
    (process,) = load_workspace(name).processes.values()
    words = {}
    for step in process.steps.values():
        for label in step.labels:
            status = label.when.text.split("'")[1] if label.when else ""
            words[label.pattern, status] = step.id
    return words


def project(name: str) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield each case with the steps that its events show, in the order of the log."""
    log, words = load_log(name), read_words(name)
    status = log.attributes.get("Problem Sub Status")
    for case, case_id in enumerate(log.case_ids):
        steps = []
        for row in range(int(log.offsets[case]), int(log.offsets[case + 1])):
            activity = log.activities[int(log.activity[row])]
            known = words.get((activity, "")) or words.get((activity, str(status.get(row)) if status else ""))
            steps += [known] if known else []
        yield case_id, tuple(steps)


@cache
def build_oracle(name: str) -> tuple[Any, Any, Any]:
    """Return the workspace's process as a Petri net of pm4py with its markings."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from pm4py.objects.petri_net.obj import Marking, PetriNet
        from pm4py.objects.petri_net.utils.petri_utils import add_arc_from_to
    workspace = load_workspace(name)
    (process,) = workspace.processes.values()
    ours = compile_net(process, workspace)
    net = PetriNet(name)
    places = [PetriNet.Place(f"p{i}") for i in range(ours.places)]
    net.places.update(places)
    for number, transition in enumerate(ours.transitions):
        drawn = PetriNet.Transition(f"t{number}", transition.step)
        net.transitions.add(drawn)
        for place in transition.consumes:
            add_arc_from_to(places[place], drawn, net)
        for place in transition.produces:
            add_arc_from_to(drawn, places[place], net)
    return net, Marking({places[ours.source]: 1}), Marking({places[ours.sink]: 1})


def align(name: str, steps: tuple[str, ...]) -> int:
    """Return the cost of pm4py's optimal alignment: one for each move on the log or the model alone."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from pm4py.algo.conformance.alignments.petri_net import algorithm
        from pm4py.objects.log.obj import Event, Trace

        trace = Trace([Event({"concept:name": step}) for step in steps])
        found = algorithm.apply_trace(
            trace, *build_oracle(name), variant=algorithm.Variants.VERSION_DIJKSTRA_LESS_MEMORY
        )
    return int(found["cost"]) // 10_000


@pytest.mark.parametrize("name", NAMES)
def test_the_workspaces_are_without_a_problem(name: str) -> None:
    assert load_workspace(name).processes


@pytest.mark.parametrize("name", NAMES)
def test_every_event_is_a_step_or_left_out_on_purpose(name: str) -> None:
    runs = run(name)
    assert runs.unclaimed == 0
    (made,) = runs.processes.values()
    assert len(made.cases) == load_log(name).cases
    assert "D108" not in made.counts()


@pytest.mark.parametrize(("name", "least"), [("helpdesk", 200), ("closed_problems", 250), ("bpic2012_callbacks", 400)])
def test_without_guards_the_cost_is_that_of_the_optimal_alignment(name: str, least: int) -> None:
    """Of every distinct sequence of a closed case; of the longest ones only as many as there is time for."""
    (made,) = run(name, guards=False).processes.values()
    cost = dict(zip(load_log(name).case_ids, made.cases["cost"].tolist(), strict=True))
    closed = dict(zip(load_log(name).case_ids, made.cases["closed"].tolist(), strict=True))
    sequences: dict[tuple[str, ...], list[str]] = {}
    for case_id, steps in project(name):
        if closed[case_id]:
            sequences.setdefault(steps, []).append(case_id)
    begun, compared = time.process_time(), 0
    for steps in sorted(sequences, key=lambda s: (len(s), s)):
        assert {cost[case_id] for case_id in sequences[steps]} == {align(name, steps)}, steps
        compared += 1
        if compared >= least and time.process_time() - begun > MOST_SECONDS:
            break
    assert compared >= least


@pytest.mark.parametrize("name", NAMES)
def test_a_case_alone_has_the_deviations_it_has_in_the_crowd(name: str) -> None:
    log, (made,) = load_log(name), run(name).processes.values()
    whole = made.deviations
    random = np.random.default_rng(1)
    for case in random.choice(log.cases, 25, replace=False).tolist():
        alone = execute(load_workspace(name), _cut(log, case), as_of=run(name).as_of)
        (found,) = alone.processes.values()
        mine = whole["index"] == case
        for column in ("name", "step"):
            assert sorted(_texts(found.deviations[column])) == sorted(_texts(whole[column], mine))


@pytest.mark.parametrize("name", NAMES)
def test_the_deviations_are_those_that_were_read(name: str) -> None:
    (made,) = run(name).processes.values()
    assert {code: n for code, n in made.counts().items() if code < "D3"} == FLOW[name]


def test_a_round_too_many_is_said_of_a_step_of_that_repeat() -> None:
    """The decision runs beside the assessment; it is not the decision that goes round too often."""
    (made,) = run("bpic2012_callbacks").processes.values()
    table = made.deviations_table()
    assert {row["step"] for row in table if row["code"] == "D105"} <= {"send", "call", "assess", "missing"}


@pytest.mark.parametrize("name", NAMES)
def test_advice_on_a_public_log_is_patches_that_apply_and_validate(name: str, tmp_path: Path) -> None:
    log, workspace = load_log(name), load_workspace(name)
    mined = mine(log)
    advice = recommend(detect(log, mined, workspace), log, mined, workspace, run(name))
    patches = [one.patch for one in advice if one.patch]
    assert patches
    for number, patch in enumerate(patches):
        folder = tmp_path / str(number)
        shutil.copytree(WORKSPACES / name, folder)
        subprocess.run(["git", "apply", "-"], input=patch.encode(), cwd=folder, check=True, capture_output=True)
        problems, changed = check(folder)
        assert problems == []
        assert changed != workspace


def _cut(log: Log, case: int) -> Log:
    return take_cases(log, np.array([case]))


def _texts(column: Any, rows: Any = slice(None)) -> list[str]:
    return [column.texts[code] for code in column.codes[rows].tolist()]
