"""The fast judgement of shapes says what `jsonschema` says, on whole files and on damaged ones."""

from __future__ import annotations

import copy
import json
import random
from pathlib import Path
from typing import Any

import pytest

from svcflow.definitions.acceptance import acceptor
from svcflow.definitions.schema import DEFINITION_KINDS, validator
from svcflow.definitions.sources import kind_of
from svcflow.documents import plain, read

ROOT = Path(__file__).parents[2]
FILES = [*sorted((ROOT / "workflows").glob("*.yaml")), *sorted((Path(__file__).parent / "examples").glob("*.yaml"))]
WHOLE = [(kind_of(document), plain(document.root)) for document in map(read, FILES)]
ODD: list[Any] = [
    None, True, False, 0, 1, 1.0, 2.5, -1, "", "x", "a b", "1h", "90%", 0.9, [], {}, [1], ["x", "x"], {"x": 1},
    {"by": "severity"}, {"when": "x"}, {"do": "a"}, {"else": []}, {"choose": []}, {"repeat": {"do": "a"}}, {"end": "x"},
    {"parallel": ["a"], "any": ["b"]}, "50%", "x" * 300, {"after": "a", "then": "b"}, {"at_most": {"a": 1}},
]  # fmt: skip


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path, *(place for key, child in inner for place in places(child, (*path, key)))]


def damage(value: Any, chance: random.Random) -> Any:
    """Return a copy with one value replaced, dropped, doubled or given another key."""
    value = copy.deepcopy(value)
    *outer, key = chance.choice(places(value)[1:])
    parent = value
    for part in outer:
        parent = parent[part]
    match chance.randrange(4):
        case 0:
            parent[key] = copy.deepcopy(chance.choice(ODD))
        case 1:
            del parent[key]
        case 2 if isinstance(parent, list):
            parent.append(copy.deepcopy(parent[key]))
        case _ if isinstance(parent, dict):
            parent[chance.choice(["x", "when", "else", "y z", "80%", "mon", key + "x"])] = parent.pop(key)
    return value


def test_whole_files_are_accepted() -> None:
    assert all(acceptor(kind)(value) for kind, value in WHOLE)


@pytest.mark.parametrize("seed", range(4))
def test_damaged_files_are_judged_as_jsonschema_judges_them(seed: int) -> None:
    chance = random.Random(seed)
    refused = 0
    for _ in range(120):
        kind, value = chance.choice(WHOLE)
        for _ in range(chance.choice((1, 1, 2))):
            value = damage(value, chance)
        said = validator(kind).is_valid(value)
        assert acceptor(kind)(value) == said, json.dumps(value, ensure_ascii=False)
        refused += not said
    assert 20 < refused < 110


@pytest.mark.parametrize("kind", DEFINITION_KINDS)
@pytest.mark.parametrize("value", ODD, ids=lambda value: str(value)[:30])
def test_odd_values_are_judged_alike(kind: str, value: Any) -> None:
    assert acceptor(kind)(value) == validator(kind).is_valid(value)
