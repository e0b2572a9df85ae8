"""What is asked of whom: teams that no queue explains, a replay or a model, logs too small for either."""

from __future__ import annotations

from dataclasses import dataclass
from types import SimpleNamespace

import numpy as np
import pytest
from svcflow_test_logs import DAY, HOUR, MONDAY, Row, build

from svcflow.errors import UsageError
from svcflow.estimation import deciding
from svcflow.estimation.deciding import Case, _stands
from svcflow.estimation.evidence import Response
from svcflow.estimation.grades import Graded
from svcflow.estimation.holding import find_overfull, find_unmoved
from svcflow.estimation.kpis import parse_kpis
from svcflow.estimation.replaying import Bench, Bound, bound
from svcflow.mining import mine
from svcflow.replay.graph import link
from svcflow.replay.spans import list_spans
from svcflow.whatif import Scope, Skip, WhatIf


@dataclass(frozen=True)
class Teams:
    teams: tuple[str, ...] = ("L1", "L2", "L3")


def test_teams_whose_waits_do_not_follow_their_backlog_are_no_queues() -> None:
    responses = {"L1": Response(0.31, 0.1, 60), "L2": Response(0.29, 0.1, 60)}
    assert find_unmoved(Teams(), responses) == ("L2",)  # of the third nothing is known
    assert find_overfull(Teams(), {"L1": 0.95, "L2": 0.96}) == ("L2",)


@pytest.mark.parametrize(
    ("grade", "missed", "replayed", "stands"),
    [
        ("B", ("hold-out",), True, True),
        ("C", ("saturation",), True, True),
        ("C", ("hold-out",), True, False),
        ("C", ("hold-out",), False, True),
        ("none", ("load-response",), True, False),
    ],
)
def test_the_bound_of_a_replay_stands_where_the_model_missed_the_log(
    grade: str, missed: tuple[str, ...], replayed: bool, stands: bool
) -> None:
    nothing = np.zeros(1)
    known = Bound(nothing, nothing, nothing[:, None], 0.5, ("", "")) if replayed else {"en": "no", "zh": "无"}
    graded = Graded(grade, point=False, wider=1.0, missed=missed, told={"en": "", "zh": ""})  # type: ignore[arg-type]
    assert _stands(graded, Case(WhatIf("x"), known)) is stands


def test_a_team_that_the_model_does_not_know_is_told_in_both_languages(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise UsageError("no team 'X'")

    nothing = np.zeros(1)
    known = Bound(nothing, nothing, nothing[:, None], 0.5, ("", ""))
    monkeypatch.setattr(deciding, "bound", lambda *_: known)
    monkeypatch.setattr(deciding, "read_concern", refuse)
    bases = SimpleNamespace(bench=None, model=object(), whole=None)
    case = deciding._open(bases, WhatIf("x"), SimpleNamespace(kpis=(), replicates=1))
    assert case.replayed is known
    assert case.why["en"] == "no team 'X'"
    assert case.why["zh"].isascii() is False


@pytest.mark.parametrize(("cases", "told"), [(29, False), (30, True)])
def test_thirty_cases_are_the_fewest_that_a_replay_answers_for(cases: int, told: bool) -> None:
    rows = [
        Row(f"{n:02}", activity, MONDAY + n * DAY + place * HOUR, "p", "t")
        for n in range(cases)
        for place, activity in enumerate("abc")
    ]
    log = build(rows)
    graph = link(log)
    found = bound(
        Bench(graph, list_spans(graph, mine(log))), [Skip(Scope(("b",)))], parse_kpis(("cycle_time.mean",)), 4
    )
    assert isinstance(found, Bound) is told
    if isinstance(found, Bound):
        assert found.change.tolist() == [-1.0]
    else:
        assert "29 cases" in found["en"]
        assert "29" in found["zh"]
