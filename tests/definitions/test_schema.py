"""The JSON Schemas: valid themselves, found by name, and so written that a violation stands at one place."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from jsonschema.validators import Draft202012Validator

from svcflow.definitions.schema import DEFINITION_KINDS, schema_files, schema_text, validator
from svcflow.documents import plain, read
from svcflow.errors import UsageError

EXAMPLES = Path(__file__).parent / "examples"


def nested(schema: Any) -> list[Any]:
    inner = schema.values() if isinstance(schema, dict) else schema if isinstance(schema, list) else []
    return [schema, *(found for part in inner for found in nested(part))]


@pytest.mark.parametrize("name", schema_files())
def test_a_schema_is_a_schema(name: str) -> None:
    schema = json.loads(schema_text(name))
    Draft202012Validator.check_schema(schema)
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert "http" not in schema.get("$id", ""), "the project owns no domain"


@pytest.mark.parametrize("name", DEFINITION_KINDS)
def test_no_violation_is_hidden_behind_a_choice(name: str) -> None:
    keys = {key for part in nested(json.loads(schema_text(name))) if isinstance(part, dict) for key in part}
    assert not keys & {"oneOf", "anyOf"}


def test_the_examples_are_valid() -> None:
    kinds = set()
    for path in sorted(EXAMPLES.glob("*.yaml")):
        value = plain(read(path).root)
        kind = next(kind for kind in DEFINITION_KINDS if kind in value)
        kinds.add(kind)
        assert list(validator(kind).iter_errors(value)) == []
    assert kinds == set(DEFINITION_KINDS)


def test_an_unknown_schema_suggests_the_near_one() -> None:
    with pytest.raises(UsageError, match="did you mean 'process'"):
        schema_text("proces")


@pytest.mark.parametrize("name", DEFINITION_KINDS)
def test_an_editor_has_something_to_say_about_every_key(name: str) -> None:
    schema = json.loads(schema_text(name))
    named: dict[str, list[dict[str, Any]]] = {}
    for part in nested(schema):
        for key, inner in (part.get("properties", {}) if isinstance(part, dict) else {}).items():
            if isinstance(inner, dict) and isinstance(part["properties"], dict):
                target = schema["$defs"].get(inner.get("$ref", "").rpartition("/")[2], {})
                named.setdefault(key, []).append(target | inner)
    assert named
    silent = [key for key, places in named.items() if not any("description" in place for place in places)]
    assert silent == []
