"""Let those who do the work decide small amounts, instead of sending each to somebody who approves it.

Heuristic: empower, and knock-out of checks that nearly always pass (Reijers & Liman Mansar 2005).

When it fits: cases wait for a step that spends authority (`spends:`), the flow asks for it above an amount
(`when: claim > 500`), and half of the amounts that wait for it are small.

What may get worse: cost, for what is granted that would not have been; the separation of duties between two people.

The patch raises the amount in the flow to the median of those that wait today, and the authority of the role that does
the step before to as much. Scenarios that told of the old amount come with it.
"""

from __future__ import annotations

import re

import numpy as np

from svcflow.advice import edits, proposal
from svcflow.advice.aspects import Aspect, look
from svcflow.advice.context import Context
from svcflow.advice.flows import split_path
from svcflow.advice.naming import say
from svcflow.advice.patch import write_patches
from svcflow.advice.proposal import Proposal, Remedy, Words
from svcflow.advice.scopes import name_field, say_field
from svcflow.definitions.model import Item, Task, When
from svcflow.definitions.net import items_of
from svcflow.findings import Finding
from svcflow.whatif import Scope, Skip
from svcflow.wording import say_share

DETECTORS = ("bottleneck", "growing-duration", "handover-delay", "slow-pair", "slow-step")
REMEDY = Remedy("wider-authority", "empower", "medium", 2)
FEWEST = 50


def propose(finding: Finding, context: Context) -> Proposal | None:
    """Return the proposal for `finding`; ``None`` unless its step approves amounts above a limit."""
    aspect = look(finding, context)
    if aspect is None or aspect.place is None or aspect.place.step.spends is None or finding.side != "provider":
        return None
    field = aspect.place.step.spends
    guard = _find_guard(aspect.place.process.flow, aspect.place.step.id)
    found = re.fullmatch(rf"{re.escape(field)}\s*>\s*(\d+)", guard.guard.text.strip()) if guard else None
    column = name_field(context.log, field)
    amounts = _read_amounts(aspect, column) if column else None
    if guard is None or found is None or amounts is None or column is None or len(amounts) < FEWEST:
        return None
    now, then = int(found[1]), _round(float(np.median(amounts)))
    if then <= now:
        return None
    patch = _raise(context, aspect, guard, (field, now, then))
    if patch is None:
        return None
    spared = float((amounts <= then).mean())
    return proposal.propose(
        REMEDY,
        finding,
        _word(aspect, (field, now, then), spared),
        context,
        patch=patch,
        place=aspect.place,
        changes=(Skip(Scope((aspect.pair[1],), where=f"{say_field(column)} <= {then}")),),
        assumption=say(f"amounts up to {then:,} need nobody else to decide", f"不超过 {then:,} 的金额无需他人决定"),
    )


def _find_guard(item: Item, step: str) -> When | None:
    """Return the condition that stands directly around a step."""
    if isinstance(item, When) and isinstance(item.item, Task) and item.item.step == step:
        return item
    return next((found for part in items_of(item) if (found := _find_guard(part, step))), None)


def _read_amounts(aspect: Aspect, column: str) -> np.ndarray | None:
    """Return the amounts of the cases that wait for the step."""
    found = aspect.context.log.case_attributes.get(column)
    if found is None or found.kind != "number":
        return None
    values = np.asarray(found.values)[aspect.context.chain.case[aspect.rows]]
    return np.asarray(values[~np.isnan(values)])


def _round(amount: float) -> int:
    """Return an amount with two digits that count.

    >>> _round(1234.0), _round(87.0)
    (1200, 87)
    """
    unit = int(10 ** max(len(str(int(amount))) - 2, 0))
    return int(amount) // unit * unit


def _raise(context: Context, aspect: Aspect, guard: When, of: tuple[str, int, int]) -> str | None:
    """Return a patch that raises the amount in the flow, and the authority of the roles of the step before."""
    field, _, then = of
    workspace, place, since = context.workspace, aspect.place, aspect.since
    assert workspace is not None
    assert place is not None
    organisation = workspace.organisation
    roles = [organisation.roles[name] for name in (since.step.owners if since else ()) if name in organisation.roles]
    if not roles or any(role.external for role in roles):
        return None
    text = edits.replace(workspace.sources[place.process.file], (*split_path(guard.path), "when"), f"{field} > {then}")
    staff = workspace.sources[organisation.file]
    for role in roles:
        limit = role.authority.get(field, 0)
        if limit is None or limit >= then:
            continue
        if field not in role.authority:
            return None
        staff = edits.replace(staff, ("roles", role.id, "authority", field), str(then))
    return write_patches(workspace, {place.process.file: text, organisation.file: staff})


def _word(aspect: Aspect, of: tuple[str, int, int], spared: float) -> Words:
    (field, now, then), brief, median = of, aspect.brief, aspect.say_median()
    return Words(
        title=say(f"'{brief['en']}' only above {then:,} ({field})", f"“{brief['zh']}”仅限 {field} 超过 {then:,}"),
        reason=say(
            f"{aspect.count:,} cases wait for '{aspect.step['en']}', half longer than {median['en']}; "
            f"{say_share(spared)} of them are about {then:,} or less (the limit is {now:,}).",
            f"{aspect.count:,} 单等待“{aspect.step['zh']}”，半数超过 {median['zh']}；其中 {say_share(spared)} 不超过 "
            f"{then:,}（目前限额 {now:,}）。",
        ),
        risks=say(
            "Cost: what is granted that would have been refused. Quality: one pair of eyes instead of two.",
            "成本：原本会被拒绝的获批。质量：由两人把关变为一人。",
        ),
        check=say(
            f"After eight weeks: svcflow mine NEW_LOG. '{aspect.pair[1]}' in at most "
            f"{say_share(1 - spared / 2)} of the cases that have it now; the sum granted is no higher.",
            f"八周后运行 svcflow mine NEW_LOG：“{aspect.pair[1]}”不超过目前的 {say_share(1 - spared / 2)}，"
            "且支出总额不增加。",
        ),
        rollback=say(
            "Take it back (git apply -R) if the mean amount granted below the limit rises by a tenth.",
            "若限额以下的平均支出上升十分之一，则撤回（git apply -R）。",
        ),
    )
