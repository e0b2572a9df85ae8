"""Cases put on hold though nobody outside has anything to do: work later goes on by itself.

**What.** Holds that do not end by what they wait for. On hold stops the clocks of an SLA and takes a case off the list;
where the customer was not asked anything, or never answered, the waiting is ours.

**How.** A hold is an activity after which the case waits for the customer or a vendor: a state that the mapping or the
definition (`waiting:`) gives to them, or one that an activity of theirs mostly follows, or one named for it (on hold,
pending, 挂起). A hold is *misused* if neither of the next two activities is theirs: nobody answered, and work went on
all the same. Nothing is judged where the log shows hardly any answers (20), where less than 30 % of the holds end so,
or where more than `usual` of the holds end so: then answers are not recorded. The cost is the time on hold.

**Source.** The definition is ours: nobody publishes one. That on-hold stops the clock is as in ServiceNow's SLA
conditions (pause), metrics.md 8.

**Limits.** Answers by telephone may go unrecorded. The time counts as the provider's though the state says otherwise,
so it may lie outside of the addressable waiting.

**Options.** `usual` share of holds without an answer, `min_count` misused holds, `min_cases` cases, `min_share` of
the provider's waiting, `most` findings.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from svcflow.eventlog.log import Log
from svcflow.findings import Finding, Subject
from svcflow.mining import Mined
from svcflow.mining.waits import PROVIDER
from svcflow.weighing.claims import SHARP, Ground, survey
from svcflow.weighing.drafts import Draft, Limits, count_cases, write_findings

if TYPE_CHECKING:
    from svcflow.definitions.model import Workspace

DEFINITION = "on-hold-misuse"
TITLE = {
    "en": "{cases} cases lie on hold after {from} with nobody to answer: {cost}",
    "zh": "{cases} 件工单在“{from}”后挂起而无人需答复：共 {cost}",
}
_HOLD = re.compile(r"\bon[ _-]?hold\b|\bpending\b|\bsuspend|挂起|暂停", re.IGNORECASE)
MOSTLY = 0.8
ANSWERS = 20
SOME = 0.3
"""Now and then a hold ends without an answer: from this share on it is a habit."""


def detect(
    log: Log,
    mined: Mined,
    workspace: Workspace | None = None,
    *,
    usual: float = 0.9,
    min_count: int = 20,
    min_cases: int = 20,
    min_share: float = 0.005,
    most: int = 3,
) -> list[Finding]:
    """Return one finding for each kind of hold that is misused."""
    ground = survey(log, mined)
    theirs = _find_theirs(log, workspace)
    follows = np.flatnonzero(ground.case[1:] == ground.case[:-1]) + 1
    answered = theirs[log.activity[follows]]
    drafts = []
    for hold in _find_holds(log, workspace, follows, answered):
        here = follows[log.activity[follows - 1] == hold]
        missed = here[~_is_answered(ground, theirs, here)]
        if len(here) - len(missed) < ANSWERS or not SOME * len(here) <= len(missed) <= usual * len(here):
            continue
        if len(missed) >= min_count and count_cases(ground, missed) >= min_cases:
            drafts.append(_draft(ground, hold, missed, len(here)))
    return write_findings(("on-hold-misuse", DEFINITION), drafts, ground, Limits(min_share, most))


def _is_answered(ground: Ground, theirs: NDArray[np.bool_], rows: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Return whether somebody outside does one of the next two things in the case, these rows being the first."""
    log = ground.log
    after = np.minimum(rows + 1, log.instances - 1)
    later = theirs[log.activity[after]] & (ground.case[after] == ground.case[rows])
    return np.asarray(theirs[log.activity[rows]] | later, np.bool_)


def _find_theirs(log: Log, workspace: Workspace | None) -> NDArray[np.bool_]:
    """Return which activities are done by somebody outside."""
    owners: dict[str, str] = dict(log.sides)
    if workspace is not None:
        from svcflow.weighing import sides  # noqa: PLC0415 - without a workspace the definitions need not load

        owners = {**sides.read_sides(workspace, log), **owners}
    return np.array([owners.get(name, PROVIDER) != PROVIDER for name in log.activities.texts], np.bool_)


def _find_holds(
    log: Log, workspace: Workspace | None, follows: NDArray[np.int64], answered: NDArray[np.bool_]
) -> list[int]:
    """Return the activities after which a case waits for somebody outside."""
    width = len(log.activities)
    since = _find_waiting(log, workspace)  # what a definition says of waiting goes before what the log shows
    asked = set() if since else _find_asked(width, log.activity[follows - 1], log.activity[follows], answered)
    return [
        code
        for code, name in enumerate(log.activities.texts)
        if code in asked or name in since or log.states.get(name) or _HOLD.search(name)
    ]


def _find_asked(
    width: int, before: NDArray[np.int32], after: NDArray[np.int32], answered: NDArray[np.bool_]
) -> set[int]:
    """Return the activities that some activity of somebody outside mostly follows: what it answers."""
    key = after[answered].astype(np.int64) * width + before[answered]
    pairs, counts = np.unique(key, return_counts=True)
    whole = np.bincount(after[answered], minlength=width)
    mostly = (counts >= ANSWERS) & (counts > MOSTLY * whole[pairs // max(width, 1)])
    return set((pairs[mostly] % max(width, 1)).tolist())


def _find_waiting(log: Log, workspace: Workspace | None) -> set[str]:
    """Return the activities with which a `waiting` of the definitions begins."""
    if workspace is None:
        return set()
    from svcflow.weighing import sides  # noqa: PLC0415

    return sides.list_waiting(workspace, log)


def _draft(ground: Ground, hold: int, rows: NDArray[np.int64], holds: int) -> Draft:
    log = ground.log
    return Draft(
        Subject("activity", (log.activities[hold],)),
        rows,
        ground.wait[rows],
        count_cases(ground, rows),
        len(rows),
        {"holds": holds, "unanswered_share": len(rows) / holds},
        turn=SHARP,
    )
