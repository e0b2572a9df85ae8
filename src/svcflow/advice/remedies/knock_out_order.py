"""Ask the question that ends cases before the work that is then for nothing.

Heuristic: knock-out and resequencing (Reijers & Liman Mansar 2005): order checks by how many they end and how little
they cost.

When it fits: the flow has a step, then a step that decides, then an end for those that fail (`when ... end`); at least
one case in ten ends there, and the step before the decision takes long.

What may get worse: quality, where the decision needs what the step before finds out; the step that decides sees more
cases first.

The patch moves the step that decides, with its end, before the other one only where both are single lines; otherwise
the order is a matter of agreement, and there is nothing to patch.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from svcflow.advice import edits, proposal
from svcflow.advice.context import Context, Place, sojourns
from svcflow.advice.flows import split_path
from svcflow.advice.naming import say, shorten_both
from svcflow.advice.patch import write_patch
from svcflow.advice.proposal import Proposal, Remedy, Words
from svcflow.definitions.model import End, Item, Process, Sequence, Task, When
from svcflow.definitions.net import items_of
from svcflow.errors import UsageError
from svcflow.findings import Finding
from svcflow.replay.chain import select
from svcflow.whatif import Change, Scope, Skip
from svcflow.wording import say_duration, say_share

DETECTORS = ("bottleneck", "extra-step", "growing-duration", "slow-step")
REMEDY = Remedy("knock-out-order", "knock-out", "medium", 2)
LEAST, FEWEST = 0.1, 30


@dataclass(frozen=True, slots=True)
class Order:
    """A step whose work is for nothing in the cases that a later decision ends."""

    early: Task
    decides: Task
    when: When


def propose(finding: Finding, context: Context) -> Proposal | None:
    """Return the proposal for `finding`; ``None`` unless its step comes before a decision that ends many cases."""
    rows = select(context.chain, finding)
    place = context.find_place(rows) if rows.any() else None
    order = _find_order(place) if place else None
    if place is None or order is None or finding.side != "provider":
        return None
    ended = _measure_ended(context, place, order)
    patch = _move(context, place.process, order)
    if ended is None or ended < LEAST or patch is None:
        return None
    wasted = float(np.median(sojourns(context, place.rows & rows, place)))
    return proposal.propose(
        REMEDY,
        finding,
        _word(context, place, order, (ended, wasted)),
        context,
        patch=patch,
        place=place,
        changes=_skip(context, place, ended),
        assumption=say("the decision does not need what the step before it finds out", "判断不依赖其前一步骤的结果"),
    )


def _find_order(place: Place) -> Order | None:
    """Return the step of `place`, the decision right after it, and the way out."""

    def visit(item: Item) -> Order | None:
        if isinstance(item, Sequence):
            for early, decides, when in zip(item.items, item.items[1:], item.items[2:], strict=False):
                if not (isinstance(early, Task) and isinstance(decides, Task) and isinstance(when, When)):
                    continue
                if early.step == place.step.id and _ends(when.item):
                    return Order(early, decides, when)
        return next((found for part in items_of(item) if (found := visit(part))), None)

    return visit(place.process.flow)


def _ends(item: Item) -> bool:
    return isinstance(item, End) or any(_ends(part) for part in items_of(item))


def _measure_ended(context: Context, place: Place, order: Order) -> float | None:
    """Return the share of the cases with the step that the decision ends: they have nothing of what comes after."""
    cases = np.unique(context.chain.case[place.rows])
    if len(cases) < FEWEST:
        return None
    steps = [item.step for item in _after(place.process.flow, order)]
    later = np.zeros(context.log.cases, np.bool_)
    for code in range(len(context.log.activities)):
        other = context.find_place(np.asarray(context.log.activity == code), place.process.id)
        if other is not None and other.step.id in steps:
            later[context.chain.case[other.rows]] = True
    return float((~later[cases]).mean())


def _after(item: Item, order: Order) -> list[Task]:
    """Return the steps of the flow behind the decision's way out."""
    if isinstance(item, Sequence) and order.when in item.items:
        rest = item.items[item.items.index(order.when) + 1 :]
        return [task for part in rest for task in _tasks(part)]
    return next((found for part in items_of(item) if (found := _after(part, order))), [])


def _tasks(item: Item) -> list[Task]:
    return [item] if isinstance(item, Task) else [task for part in items_of(item) for task in _tasks(part)]


def _move(context: Context, process: Process, order: Order) -> str | None:
    """Return a patch that puts the early step behind the way out."""
    workspace = context.workspace
    assert workspace is not None
    text = workspace.sources[process.file]
    early, when = split_path(order.early.path), split_path(order.when.path)
    try:
        moved = edits.move_item(text, early, int(when[-1]))
    except UsageError:
        return None
    return write_patch(workspace, process.file, moved)


def _skip(context: Context, place: Place, ended: float) -> tuple[Change, ...]:
    names = tuple(
        sorted({context.log.activities[code] for code in np.unique(context.log.activity[place.rows]).tolist()})
    )
    return (Skip(Scope(names), round(ended, 3)),)


def _word(context: Context, place: Place, order: Order, of: tuple[float, float]) -> Words:
    ended, wasted = of
    step = context.names.step(place.step, place.step.id)
    decides = context.names.step(place.process.steps[order.decides.step], order.decides.step)
    first, second = shorten_both(decides["en"], step["en"], 36)
    first_zh, second_zh = shorten_both(decides["zh"], step["zh"], 28)
    return Words(
        title=say(f"'{first}' before '{second}'", f"先“{first_zh}”后“{second_zh}”"),
        reason=say(
            f"{say_share(ended)} of the cases end at '{decides['en']}'; they waited {say_duration(wasted)} in the "
            f"median for '{step['en']}' before, for nothing.",
            f"{say_share(ended)} 的工单在“{decides['zh']}”即告结束，此前“{step['zh']}”中位数 "
            f"{say_duration(wasted, 'zh')} 白费。",
        ),
        risks=say(
            "Quality: the decision may need what the other step finds out. The step that decides sees more "
            "cases first.",
            "质量：判断可能需要另一步骤的结果。判断步骤将先处理更多工单。",
        ),
        check=say(
            f"After eight weeks: svcflow execute WORKSPACE NEW_LOG. '{place.step.id}' in at most "
            f"{say_share(1 - ended / 2)} of the cases; no more of them come back.",
            f"八周后运行 svcflow execute WORKSPACE NEW_LOG：“{place.step.id}”不超过 {say_share(1 - ended / 2)} 的工单，"
            "且重新受理不增加。",
        ),
        rollback=say(
            "Take it back (git apply -R) if decisions are changed afterwards in five more cases in a hundred.",
            "若事后更改判断的工单上升五个百分点，则撤回（git apply -R）。",
        ),
    )
