"""Definitions without files: items, processes, workspaces and logs made by hand or at random."""

from __future__ import annotations

import os
import random
from collections.abc import Iterable
from collections.abc import Sequence as Listed
from dataclasses import replace

import numpy as np

from svcflow.definitions.model import (
    AnyOf,
    Anytime,
    Branch,
    CalendarSpec,
    Choose,
    End,
    Item,
    May,
    Organisation,
    OrgRole,
    Parallel,
    Process,
    Repeat,
    Sequence,
    Step,
    Target,
    Task,
    Text,
    When,
    Workspace,
)
from svcflow.eventlog.log import Column, Log, Vocabulary
from svcflow.findings import NOWHERE
from svcflow.guards import Field, Guard, compile_guard

ALWAYS = CalendarSpec("always", ((0, 6, ((0, 1440),)),), None, (), (), NOWHERE)
HOUR = 3_600_000


def task(step: str) -> Task:
    return Task(step, "", NOWHERE)


def seq(*items: Item) -> Sequence:
    return Sequence(items, "", NOWHERE)


def par(*items: Item) -> Parallel:
    return Parallel(items, "", NOWHERE)


def any_of(*items: Item) -> AnyOf:
    return AnyOf(items, "", NOWHERE)


def may(item: Item) -> May:
    return May(item, "", NOWHERE)


def end(outcome: str) -> End:
    return End(outcome, "", NOWHERE)


def when(guard: Guard, item: Item) -> When:
    return When(guard, item, "", NOWHERE)


def choose(*branches: tuple[Guard | None, Item]) -> Choose:
    return Choose(tuple(Branch(guard, item, "", NOWHERE) for guard, item in branches), "", NOWHERE)


def repeat(do: Item, redo: Item | None = None, *, guard: Guard | None = None, most: int | None = None) -> Repeat:
    return Repeat(do, redo, guard, most, "", NOWHERE)


def placed(item: Item, path: str = "flow") -> Item:
    """Return the item with the paths that a file would give it."""
    match item:
        case Sequence() | AnyOf():
            return replace(item, path=path, items=tuple(placed(x, f"{path}/{i}") for i, x in enumerate(item.items)))
        case Parallel():
            inner = tuple(placed(x, f"{path}/parallel/{i}") for i, x in enumerate(item.branches))
            return replace(item, path=path, branches=inner)
        case Choose():
            inner = tuple(
                replace(b, path=f"{path}/choose/{i}", item=placed(b.item, f"{path}/choose/{i}/do"))
                for i, b in enumerate(item.branches)
            )
            return replace(item, path=path, branches=inner)
        case May():
            return replace(item, path=path, item=placed(item.item, f"{path}/may"))
        case When():
            return replace(item, path=path, item=placed(item.item, f"{path}/do"))
        case Repeat():
            redo = None if item.redo is None else placed(item.redo, f"{path}/repeat/redo")
            return replace(item, path=path, do=placed(item.do, f"{path}/repeat/do"), redo=redo)
    return replace(item, path=path)


def steps_in(item: Item) -> list[str]:
    """Return the steps of an item in the order of the text."""
    match item:
        case Task():
            return [item.step]
        case Sequence() | AnyOf():
            return [s for x in item.items for s in steps_in(x)]
        case Parallel():
            return [s for x in item.branches for s in steps_in(x)]
        case Choose():
            return [s for x in item.branches for s in steps_in(x.item)]
        case May() | When():
            return steps_in(item.item)
        case Repeat():
            return steps_in(item.do) + (steps_in(item.redo) if item.redo else [])
    return []


def step(name: str, owners: Listed[str] = (), within: int | None = None, **more: object) -> Step:
    target = None if within is None else Target(within)
    made = Step(name, Text(name, name), tuple(owners), target, None, None, (), "", NOWHERE)
    return replace(made, **more)


def process(flow: Item, *, fields: dict[str, Field] | None = None, **more: object) -> Process:
    names = dict.fromkeys(steps_in(flow))
    anytime = more.get("anytime", ())
    assert isinstance(anytime, tuple)
    names |= dict.fromkeys(a.step for a in anytime)
    steps = {name: step(name) for name in names}
    given = more.pop("steps", {})
    assert isinstance(given, dict)
    made = Process(
        "p", Text("p", "p"), "", "p.yaml", None, None, None, "always", fields or {}, (), steps | given,
        placed(flow), (), (), {}, {}, {}, NOWHERE,
    )  # fmt: skip
    return replace(made, **more)


def workspace(*processes: Process, roles: Iterable[str] = ()) -> Workspace:
    made = {role: OrgRole(role, external=False, authority={}, cost_per_minute=None, position=NOWHERE) for role in roles}
    organisation = Organisation(Text("o", "o"), "org.yaml", "UTC", {"always": ALWAYS}, made, {}, None, None, NOWHERE)
    return Workspace("", organisation, {p.id: p for p in processes}, ())


def anytime(name: str, outcome: str | None = None) -> Anytime:
    return Anytime(name, outcome, NOWHERE)


def guard(text: str, **fields: Field) -> Guard:
    return compile_guard(text, fields)


def vocabulary(texts: Iterable[str], *, missing: bool) -> tuple[Vocabulary, dict[str, int]]:
    known = sorted(set(texts) - {""}) if missing else sorted(set(texts))
    known = ["", *known] if missing else known
    return Vocabulary(tuple(known)), {text: i for i, text in enumerate(known)}


def log(cases: dict[str, list[dict[str, object]]], given: dict[str, dict[str, object]] | None = None) -> Log:
    """Return a log of cases; an event is {"step", "at" (hours), "who"?, "role"?, any attribute}.

    `given` holds the attributes of cases known at their opening.
    """
    order = sorted(cases, key=lambda c: min((float(str(e["at"])) for e in cases[c]), default=0.0))
    events = [(c, e) for c in order for e in sorted(cases[c], key=lambda e: float(str(e["at"])))]
    offsets = np.cumsum([0, *(len(cases[c]) for c in order)]).astype(np.int64)
    time = np.asarray([round(float(str(e["at"])) * HOUR) for _, e in events], np.int64)
    activities, codes = vocabulary((str(e["step"]) for _, e in events), missing=False)
    resources, people = vocabulary((str(e.get("who", "")) for _, e in events), missing=True)
    names = {key for _, e in events for key in e} - {"step", "at", "who"}
    attributes = {name: column([e.get(name) for _, e in events]) for name in names}
    case_names = {key for values in (given or {}).values() for key in values}
    case_attributes = {n: column([(given or {}).get(c, {}).get(n) for c in order]) for n in case_names}
    return Log(
        source="made", zone="UTC", case_ids=tuple(order), offsets=offsets, time=time, start=time,
        has_start=np.zeros(len(time), np.bool_),
        activity=np.asarray([codes[str(e["step"])] for _, e in events], np.int32), activities=activities,
        resource=np.asarray([people[str(e.get("who", ""))] for _, e in events], np.int32), resources=resources,
        team=np.zeros(len(time), np.int32), teams=Vocabulary(("",)), events=len(time),
        attributes=attributes, case_attributes=case_attributes,
    )  # fmt: skip


def column(values: Listed[object]) -> Column:
    """Return a text column; numbers and truths are texts, as in an export."""
    texts = ["" if v is None else str(v).lower() if isinstance(v, bool) else str(v) for v in values]
    known, codes = vocabulary(texts, missing=True)
    return Column("text", np.asarray([codes[t] for t in texts], np.int32), known)


def trace(*steps: str, at: float = 0.0) -> list[dict[str, object]]:
    """Return one event an hour."""
    return [{"step": name, "at": at + i} for i, name in enumerate(steps)]


def thorough() -> int:
    """Return how many times as much is tried at random: more than once if SVCFLOW_THOROUGH says so."""
    return max(int(os.environ.get("SVCFLOW_THOROUGH", "1")), 1)


# --- at random ------------------------------------------------------------------------------------------------------


def random_flow(dice: random.Random, budget: int, names: Iterable[str]) -> Item:
    """Return a random flow of up to `budget` steps with every operator that a process tree has."""
    supply = iter(names)

    def grow(size: int, depth: int) -> Item:
        if size <= 1 or depth > 4:
            return task(next(supply))
        kind = dice.choice(("seq", "seq", "par", "any", "may", "repeat", "redo"))
        if kind == "may":
            return may(grow(size, depth + 1))
        if kind == "repeat":
            return repeat(grow(size, depth + 1), most=dice.choice((None, 2)))
        parts = split(size)
        if kind == "redo":
            return repeat(grow(parts[0], depth + 1), grow(sum(parts[1:]) or 1, depth + 1))
        build = {"seq": seq, "par": par, "any": any_of}[kind]
        return build(*(grow(part, depth + 1) for part in parts))

    def split(size: int) -> list[int]:
        cut = dice.randint(1, size - 1)
        return [cut, size - cut]

    return grow(budget, 0)


def play(dice: random.Random, item: Item) -> list[str]:
    """Return one sequence of steps that the item allows (conditions and maxima are left aside)."""
    match item:
        case Task():
            return [item.step]
        case Sequence():
            return [s for x in item.items for s in play(dice, x)]
        case Parallel():
            return shuffle_together(dice, [play(dice, x) for x in item.branches])
        case AnyOf():
            return play(dice, dice.choice(item.items))
        case May():
            return play(dice, item.item) if dice.random() < 0.5 else []
        case Repeat():
            done = play(dice, item.do)
            while dice.random() < 0.4:
                done += (play(dice, item.redo) if item.redo else []) + play(dice, item.do)
            return done
    raise AssertionError(item)


def shuffle_together(dice: random.Random, sequences: list[list[str]]) -> list[str]:
    """Return one interleaving."""
    waiting, merged = [list(s) for s in sequences if s], []
    while waiting:
        chosen = dice.choice(waiting)
        merged.append(chosen.pop(0))
        waiting = [s for s in waiting if s]
    return merged


def disturb(dice: random.Random, steps: list[str], known: list[str]) -> list[str]:
    """Return the steps with up to four random edits."""
    steps = list(steps)
    for _ in range(dice.randint(0, 4)):
        edit = dice.choice(("drop", "insert", "swap", "double"))
        at = dice.randrange(len(steps)) if steps else 0
        if edit == "insert" or not steps:
            steps.insert(at, dice.choice(known))
        elif edit == "drop":
            steps.pop(at)
        elif edit == "double":
            steps.insert(at, steps[at])
        else:
            other = dice.randrange(len(steps))
            steps[at], steps[other] = steps[other], steps[at]
    return steps
