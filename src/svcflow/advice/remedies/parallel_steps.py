"""Begin two steps together that need not wait for each other.

Heuristic: parallelism (Reijers & Liman Mansar 2005).

When it fits: two steps follow each other directly in the flow, and the log shows them in either order often enough
(one case in twenty, twenty cases) to know that neither needs the other.

What may get worse: cost, when the second step was needless because of the first; quality, where one should have known
of the other; more has to be brought together again.

The patch puts both under `parallel:` in the flow. Without a definition there is nothing to patch.
"""

from __future__ import annotations

import numpy as np

from svcflow.advice import edits, proposal
from svcflow.advice.aspects import Aspect, look
from svcflow.advice.context import Context
from svcflow.advice.flows import find_task
from svcflow.advice.naming import say, shorten_both
from svcflow.advice.patch import write_patch
from svcflow.advice.proposal import Proposal, Remedy, Words
from svcflow.errors import UsageError
from svcflow.findings import Finding
from svcflow.whatif import Parallel
from svcflow.wording import say_share

DETECTORS = ("bottleneck", "slow-pair", "slow-step")
REMEDY = Remedy("parallel-steps", "parallelism", "medium", 2)
FEWEST, EITHER = 20, 0.05


def propose(finding: Finding, context: Context) -> Proposal | None:
    """Return the proposal for `finding`; ``None`` unless its two steps stand in either order."""
    aspect = look(finding, context)
    if aspect is None or finding.timer or finding.side != "provider" or aspect.pair[0] == aspect.pair[1]:
        return None
    turned, whole = _count_turned(context, aspect.pair)
    if turned < max(FEWEST, EITHER * whole):
        return None
    patch = _branch(context, aspect) if aspect.since and aspect.place else None
    if aspect.place is not None and patch is None:
        return None
    return proposal.propose(
        REMEDY,
        finding,
        _word(aspect, turned, whole),
        context,
        patch=patch,
        place=aspect.place,
        changes=(Parallel(aspect.pair),),
        assumption=say(
            "neither step needs the other, as in the cases that have them the other way round",
            "两步互不依赖，正如顺序相反的工单所示",
        ),
    )


def _count_turned(context: Context, pair: tuple[str, str]) -> tuple[int, int]:
    """Return in how many cases the second activity comes before the first, of those that have each just once."""
    chain, log = context.chain, context.log
    place = []
    for name in pair:
        rows = np.flatnonzero(log.activity == log.activities.find(name))
        counts = np.bincount(chain.case[rows], minlength=log.cases)
        at = np.full(log.cases, -1)
        at[chain.case[rows]] = rows
        place.append(np.where(counts == 1, at, -1))
    both = (place[0] >= 0) & (place[1] >= 0)
    return int((place[1] < place[0])[both].sum()), int(both.sum())


def _branch(context: Context, aspect: Aspect) -> str | None:
    """Return a patch that puts two neighbours of the flow side by side; ``None`` where they are none."""
    since, place, workspace = aspect.since, aspect.place, context.workspace
    assert since is not None
    assert place is not None
    assert workspace is not None
    first, second = find_task(place.process, since.step.id), find_task(place.process, place.step.id)
    if first is None or second is None or first[:-1] != second[:-1] or not isinstance(first[-1], int):
        return None
    text = workspace.sources[place.process.file]
    neighbours = isinstance(second[-1], int) and second[-1] == first[-1] + 1
    if not neighbours or edits.read(text, first) != since.step.id or "parallel" in first[-2:-1]:
        return None
    try:
        text = edits.remove_item(text, second)
    except UsageError:
        return None
    item = f"parallel: [{since.step.id}, {place.step.id}]"
    edited = edits.replace(text, first, f"{{{item}}}")
    return write_patch(workspace, place.process.file, edited)


def _word(aspect: Aspect, turned: int, whole: int) -> Words:
    first, second = shorten_both(aspect.before["en"], aspect.step["en"], 36)
    first_zh, second_zh = shorten_both(aspect.before["zh"], aspect.step["zh"], 28)
    share, median = turned / max(whole, 1), aspect.say_median()
    return Words(
        title=say(f"Begin '{second}' together with '{first}'", f"“{second_zh}”与“{first_zh}”同时开始"),
        reason=say(
            f"'{aspect.step['en']}' waits for '{aspect.before['en']}', half longer than {median['en']}, though "
            f"{turned:,} of {whole:,} cases ({say_share(share)}) have them the other way round.",
            f"“{aspect.step['zh']}”要等“{aspect.before['zh']}”，半数超过 {median['zh']}；但 {whole:,} 单中 "
            f"{turned:,} 单"
            f"（{say_share(share)}）顺序相反。",
        ),
        risks=say(
            "Cost: work that the other step would have made needless. Quality: neither knows what the other found.",
            "成本：可能做了另一步骤本可免去的工作。质量：两边互不知晓对方的发现。",
        ),
        check=say(
            f"After eight weeks: svcflow mine NEW_LOG --what bottlenecks. Median wait from '{aspect.pair[0]}' to "
            f"'{aspect.pair[1]}' at most half of now ({median['en']}).",
            f"八周后运行 svcflow mine NEW_LOG --what bottlenecks：“{aspect.pair[0]}”至“{aspect.pair[1]}”等待中位数"
            f"不超过目前的一半（{median['zh']}）。",
        ),
        rollback=say(
            "Take it back (git apply -R) if one of the two is done again in five more cases in a hundred.",
            "若其中一步的重做率上升五个百分点，则撤回（git apply -R）。",
        ),
    )
