"""Single edits of a definition, as a slip of the hand or a change of mind makes them; each is said in words."""

from __future__ import annotations

import copy
import random
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, TypeAlias

Tree: TypeAlias = dict[str, Any]
Place: TypeAlias = tuple[Any, Any, str]
"""A mapping or listing, the key or index in it, and the path to it in words."""

DURATION = re.compile(r"(\d+)([mhdw])")
GUARDED = ("when", "while", "applies_to")
REFERRING = ("owner", "from", "to", "escalate", "flow", "anytime", "waiting", "rules", "calendar", "by", "do", "step")


@dataclass(frozen=True, slots=True)
class Edit:
    """What was done, where, and the definition that came of it."""

    kind: str
    said: str
    tree: Tree


def places(tree: Any, path: str = "") -> Iterator[Place]:
    """Yield every entry and item of a tree, outer ones first."""
    entries = tree.items() if isinstance(tree, dict) else enumerate(tree) if isinstance(tree, list) else ()
    for key, value in entries:
        yield tree, key, f"{path}/{key}"
        yield from places(value, f"{path}/{key}")


def edit(tree: Tree, chance: random.Random) -> Edit:
    """Return a definition with one random edit, of a random kind that fits somewhere in it."""
    while True:
        kind = chance.choice(sorted(_KINDS))
        changed = copy.deepcopy(tree)
        said = _KINDS[kind](changed, chance)
        if said and changed != tree:
            return Edit(kind, said, changed)


def _pick(chance: random.Random, found: list[Place]) -> Place | None:
    return chance.choice(found) if found else None


def _texts(tree: Tree) -> list[Place]:
    return [place for place in places(tree) if isinstance(place[0][place[1]], str)]


def _replace(place: Place, value: Any) -> str:
    inside, key, path = place
    old, inside[key] = inside[key], value
    return f"{path}: {old!r} -> {value!r}"


def _misspell(tree: Tree, chance: random.Random) -> str:
    """Rename one reference: two letters change places."""
    place = _pick(chance, [p for p in _references(tree) if len(p[0][p[1]]) > 2])
    if place is None:
        return ""
    word = place[0][place[1]]
    at = chance.randrange(len(word) - 1)
    return _replace(place, word[:at] + word[at + 1] + word[at] + word[at + 2 :])


def _references(tree: Tree) -> list[Place]:
    named = {*tree.get("steps", {}), *tree.get("case", {})} | {
        w for p in _texts(tree) if "/owner" in p[2] for w in [p[0][p[1]]]
    }
    wanted = [p for p in _texts(tree) if any(f"/{part}" in p[2] for part in REFERRING)]
    return [p for p in wanted if p[0][p[1]] in named or p[2].endswith("calendar")]


def _refer_elsewhere(tree: Tree, chance: random.Random) -> str:
    """Let one reference mean another step or role, whichever it was."""
    place = _pick(chance, _references(tree))
    if place is None:
        return ""
    word, steps = place[0][place[1]], [*tree["steps"]]
    roles = sorted({p[0][p[1]] for p in _texts(tree) if "/owner" in p[2]})
    family = steps if word in steps else [*tree.get("case", {})] if word in tree.get("case", {}) else roles
    return _replace(place, chance.choice(family)) if family else ""


def _drop_key(tree: Tree, chance: random.Random) -> str:
    place = _pick(chance, [p for p in places(tree) if isinstance(p[0], dict)])
    if place is None:
        return ""
    del place[0][place[1]]
    return f"{place[2]} dropped"


def _drop_item(tree: Tree, chance: random.Random) -> str:
    place = _pick(chance, [p for p in places(tree) if isinstance(p[0], list)])
    if place is None:
        return ""
    return f"{place[2]} dropped: {place[0].pop(place[1])!r}"


def _numbers(tree: Tree) -> list[Place]:
    def is_number(value: Any) -> bool:
        return (isinstance(value, int) and not isinstance(value, bool)) or (
            isinstance(value, str) and re.fullmatch(r"\d+[mhdw%]", value) is not None
        )

    return [p for p in places(tree) if is_number(p[0][p[1]]) and p[1] != "svcflow"]


def _swap_numbers(tree: Tree, chance: random.Random) -> str:
    numbers = _numbers(tree)
    if len(numbers) < 2:
        return ""
    one, other = chance.sample(numbers, 2)
    a, b = one[0][one[1]], other[0][other[1]]
    one[0][one[1]], other[0][other[1]] = b, a
    return f"{one[2]} {a!r} <-> {other[2]} {b!r}"


def _change_number(tree: Tree, chance: random.Random) -> str:
    place = _pick(chance, _numbers(tree))
    if place is None:
        return ""
    value = place[0][place[1]]
    if isinstance(value, int):
        return _replace(place, max(value + chance.choice((-1, 1, 2)), 0))
    factor = chance.choice((2, 3, 10))
    digits = int(value[:-1])
    return _replace(place, f"{max(digits // factor, 1) if chance.random() < 0.5 else digits * factor}{value[-1]}")


def _move_item(tree: Tree, chance: random.Random) -> str:
    place = _pick(chance, [p for p in places(tree) if isinstance(p[0], list) and len(p[0]) > 1 and "/flow" in p[2]])
    if place is None:
        return ""
    items, at, path = place
    item = items.pop(at)
    to = chance.randrange(len(items) + 1)
    items.insert(to, item)
    return f"{path} moved to {to}"


def _repeat_item(tree: Tree, chance: random.Random) -> str:
    place = _pick(chance, [p for p in places(tree) if isinstance(p[0], list)])
    if place is None:
        return ""
    place[0].insert(place[1], copy.deepcopy(place[0][place[1]]))
    return f"{place[2]} twice"


def _change_guard(tree: Tree, chance: random.Random) -> str:
    found = [p for p in _texts(tree) if p[1] in GUARDED or (p[1] == "measure")]
    place = _pick(chance, found)
    if place is None:
        return ""
    text = place[0][place[1]]
    ways: list[Callable[[], str]] = [
        lambda: text.removeprefix("not ") if text.startswith("not ") else f"not ({text})",
        lambda: re.sub(r"==|!=|>=|<=|>|<", lambda m: chance.choice(("==", "!=", ">=", "<=", ">", "<")), text, count=1),
        lambda: re.sub(r"\d+", lambda m: str(int(m[0]) * 2), text, count=1),
        lambda: text.replace(" or ", " and ") if " or " in text else text.replace(" and ", " or "),
        lambda: text[: len(text) // 2],
        lambda: text + " and",
        lambda: "true",
    ]
    return _replace(place, chance.choice(ways)())


def _change_owner(tree: Tree, chance: random.Random) -> str:
    roles = ["agent", "team_lead", "quality_supervisor", "operations_supervisor", "customer", "department"]
    place = _pick(chance, [p for p in places(tree) if p[1] == "owner"])
    return _replace(place, chance.choice(roles)) if place else ""


def _change_calendar(tree: Tree, chance: random.Random) -> str:
    name = chance.choice(("office", "always", "service_hours"))
    if chance.random() < 0.5:
        return _replace((tree, "calendar", "/calendar"), name)
    inside = chance.choice([*tree["steps"].values(), *tree.get("slas", {}).values()])
    inside["calendar"] = name
    return f"a clock on {name}"


def _change_label(tree: Tree, chance: random.Random) -> str:
    place = _pick(chance, [p for p in _texts(tree) if "/labels" in p[2]])
    if place is None:
        return ""
    other = _pick(chance, [p for p in _texts(tree) if "/labels" in p[2]])
    text = place[0][place[1]]
    assert other is not None
    return _replace(place, chance.choice((text + "s", text[:-1], "*", other[0][other[1]])))


def _drop_condition(tree: Tree, chance: random.Random) -> str:
    found = [p for p in places(tree) if p[1] in ("while", "max", "when", "else", "waiting", "within", "grace", "do")]
    place = _pick(chance, found)
    if place is None:
        return ""
    del place[0][place[1]]
    return f"{place[2]} dropped"


def _rename_step(tree: Tree, chance: random.Random) -> str:
    """Rename a step in the register and nowhere else."""
    old = chance.choice([*tree["steps"]])
    tree["steps"] = {(f"{name}_2" if name == old else name): step for name, step in tree["steps"].items()}
    return f"/steps/{old} renamed"


def _reorder_values(tree: Tree, chance: random.Random) -> str:
    place = _pick(chance, [p for p in places(tree) if p[2].startswith("/case/") and isinstance(p[0][p[1]], list)])
    if place is None:
        return ""
    values = list(place[0][place[1]])
    chance.shuffle(values)
    return _replace(place, values)


_KINDS: dict[str, Callable[[Tree, random.Random], str]] = {
    "misspell a reference": _misspell,
    "refer to another": _refer_elsewhere,
    "drop a key": _drop_key,
    "drop an item": _drop_item,
    "swap two numbers": _swap_numbers,
    "change a number": _change_number,
    "move an item": _move_item,
    "repeat an item": _repeat_item,
    "change a condition": _change_guard,
    "change an owner": _change_owner,
    "change a calendar": _change_calendar,
    "change a label": _change_label,
    "drop a condition": _drop_condition,
    "rename a step": _rename_step,
    "reorder values": _reorder_values,
}
