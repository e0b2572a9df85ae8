"""Promises of a definition that are kept late or never: call-backs and whatever else must follow.

**What.** For each rule ``after`` of a definition (after this, then that, within so long) the cases in which what was
owed came late or not at all, and what customers waited in vain meanwhile.

**How.** The definition must have been executed on the log: `svcflow analyze` and `svcflow recommend` do so where a
workspace is given; without one nothing is reported. The cost is the waiting in vain: of what came late, from the moment
it was due; of what never came, from the moment it was promised to the end of the case. What is owed is ours: time
behind a timer counts as well. Named by what was owed.

**Source.** metrics.md 9: call-back kept; nobody publishes a definition, so this one is ours: promised, kept, late,
missed, re-promised.

**Limits.** A call that was made and not recorded is missed here.

**Options.** `min_count` broken promises, `min_cases` cases, `min_share` of the provider's waiting, `most` findings.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from svcflow.eventlog.log import MISSING_TIME, Log
from svcflow.findings import Finding, Subject
from svcflow.mining import Mined
from svcflow.weighing.claims import KNOWN, Ground, survey
from svcflow.weighing.drafts import Draft, Evidence, Limits, write_findings
from svcflow.weighing.sides import list_activities
from svcflow.weighing.spans import overlay

if TYPE_CHECKING:
    from svcflow.execution import Runs
    from svcflow.execution.outcome import ProcessRuns

DEFINITION = "call-back-kept"
TITLE = {
    "en": "{cases} cases got {from} late or never, though it was owed: {cost} of waiting in vain",
    "zh": "{cases} 件工单应得的“{from}”迟到或缺失：空等共 {cost}",
}


def detect(
    log: Log,
    mined: Mined,
    runs: Runs | None = None,
    *,
    min_count: int = 10,
    min_cases: int = 10,
    min_share: float = 0.001,
    most: int = 5,
) -> list[Finding]:
    """Return one finding for each rule whose promises are broken."""
    if runs is None or not log.instances:
        return []
    ground = survey(log, mined)
    drafts = []
    for name, run in runs.processes.items():
        duties = run.obligations
        for code, rule in enumerate(duties["rule"].texts):
            broken = np.flatnonzero((duties["rule"].codes == code) & _is_broken(run))
            if len(broken) >= min_count:
                drafts.append(_draft(ground, (name, run), rule, broken))
    drafts = [draft for draft in drafts if draft.cases >= min_cases]
    return write_findings(("missed-callback", DEFINITION), drafts, ground, Limits(min_share, most))


def _is_broken(run: ProcessRuns) -> NDArray[np.bool_]:
    states = run.obligations["state"]
    wanted = [code for code, text in enumerate(states.texts) if text in {"late", "missed"}]
    return np.isin(states.codes, wanted)


def _draft(ground: Ground, of: tuple[str, ProcessRuns], rule: str, broken: NDArray[np.int64]) -> Draft:
    """Return what the broken promises of one rule cost."""
    (process, run), log = of, ground.log
    duties = run.obligations
    case = run.cases["case"].codes.astype(np.int64)[duties["index"][broken]]
    due, arose, done = (duties[name][broken] for name in ("due", "since", "done_at"))
    never = done == MISSING_TIME
    since = np.where(never | (due == MISSING_TIME), arose, due)
    until = np.where(never, log.time[log.offsets[case + 1] - 1], done)
    rows, held = overlay(ground, case, since, until)
    owed = int((duties["rule"].codes == duties["rule"].texts.index(rule)).sum())
    figures: Evidence = {"missed": int(never.sum()), "late": int((~never).sum()), "promised": owed}
    return Draft(
        Subject("activity", (_name_owed(log, run, rule),)),
        rows,
        held,
        len(np.unique(case)),
        len(broken),
        {"rule": rule, "process": process, **figures},
        apart=(process, rule),
        turn=KNOWN,
    )


def _name_owed(log: Log, run: ProcessRuns, rule: str) -> str:
    """Return what a rule says must follow, as the log calls it; else by the id of the step."""
    step = run.process.rules[rule].others[0]
    return next(iter(list_activities(log, run.process, step)), step)
