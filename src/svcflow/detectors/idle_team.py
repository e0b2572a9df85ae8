"""A team that hardly gets any of the work that is its own: others do it.

**What.** Teams that, by the definition, do a step that no other team may do, and in the log do hardly any of it.

**How.** Which teams may do a step follows from its owners and the members of the teams. A team is idle if others do all
but a `part` of the steps that are its own alone. The subject is the team, ``by`` the team that does most of its work
instead. No waiting hangs on it: the cost is 0, and the finding ranks last among those that are ours.

**Source.** The definition is ours; utilisation itself needs working hours (metrics.md 9: cases per agent and day).

**Limits.** Needs a workspace whose teams the log names. Steps that nobody of the organisation does are passed over.

**Options.** `part` of its own steps, `min_count` instances, `min_cases` cases, `min_share` of all cases that
have such steps, `most` findings.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from svcflow.definitions.patterns import fold, matches
from svcflow.eventlog.log import UNKNOWN, Log
from svcflow.findings import Finding, Subject
from svcflow.mining import Mined
from svcflow.mining.waits import name_finding
from svcflow.weighing.sides import list_activities

if TYPE_CHECKING:
    from svcflow.definitions.model import Workspace

DEFINITION = "idle-team"
UNSERVED = "whether the definition or the assignment is wrong, the log does not show"
TITLE = {
    "en": "{from} hardly gets any of its own work: {by} does it, in {cases} cases",
    "zh": "“{from}”几乎分不到本组工作：{cases} 件工单由“{by}”代办",
}


def detect(
    log: Log,
    mined: Mined,  # noqa: ARG001 - every detector is called alike
    workspace: Workspace | None = None,
    *,
    part: float = 0.2,
    min_count: int = 50,
    min_cases: int = 50,
    min_share: float = 0.05,
    most: int = 5,
) -> list[Finding]:
    """Return one finding for each team that hardly gets any of its own work."""
    if workspace is None or not log.has_teams:
        return []
    teams = _match_teams(log, workspace)
    rows_of: dict[int, list[NDArray[np.int64]]] = {}
    for activity, able in _find_able(log, workspace, teams).items():
        rows = np.flatnonzero((log.activity == activity) & (log.team != UNKNOWN))
        if len(able) == 1:
            rows_of.setdefault(min(able), []).append(rows)
    found = []
    for team, parts in rows_of.items():
        rows = np.concatenate(parts)
        done = int((log.team[rows] == team).sum())
        cases = np.unique(log.case_of_row[rows[log.team[rows] != team]])
        enough = len(rows) >= max(min_count, 1) and len(cases) >= max(min_cases, min_share * log.cases, 1)
        if enough and done < part * len(rows):
            found.append(_write(log, team, rows, cases))
    return sorted(found, key=lambda finding: (-finding.cases, finding.id))[:most]


def _match_teams(log: Log, workspace: Workspace) -> dict[str, set[int]]:
    """Return the team codes of the log that each team of the organisation goes by."""
    return {
        team.id: {
            code
            for code, name in enumerate(log.teams.texts)
            if code != UNKNOWN and any(matches(fold(label), fold(name)) for label in (team.id, *team.labels))
        }
        for team in workspace.organisation.teams.values()
    }


def _find_able(log: Log, workspace: Workspace, teams: dict[str, set[int]]) -> dict[int, set[int]]:
    """Return by activity the teams of the log that may do it; activities that two steps claim are left out."""
    found: dict[int, set[int]] = {}
    twice: set[int] = set()
    for process in workspace.processes.values():
        for step in process.steps.values():
            able: set[int] = set()
            for team in workspace.organisation.teams.values():
                if set(step.owners) & set(team.members):
                    able |= teams[team.id]
            for name in list_activities(log, process, step.id):
                code = log.activities.find(name)
                assert code is not None
                twice |= {code} if code in found else set()
                found[code] = able
    return {code: able for code, able in found.items() if able and code not in twice}


def _write(log: Log, team: int, rows: NDArray[np.int64], cases: NDArray[np.int64]) -> Finding:
    """Return the finding about a team, most of whose work somebody else does."""
    others = log.team[rows][log.team[rows] != team]
    by = log.teams[int(np.bincount(others).argmax())]
    names = (log.teams[team],)
    done = int((log.team[rows] == team).sum())
    return Finding(
        id=name_finding("idle-team", names),
        detector="idle-team",
        subject=Subject("team", names),
        cases=len(cases),
        count=len(others),
        cost_s=0.0,
        share=0.0,
        interval_s=(0.0, 0.0),
        side="provider",
        timer=False,
        definition=DEFINITION,
        examples=tuple(log.case_ids[case] for case in cases[:5].tolist()),
        evidence={"by": by, "own": done, "others": len(others)},
    )
