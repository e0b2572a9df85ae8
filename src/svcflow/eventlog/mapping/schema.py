"""Judges the content of a mapping by its JSON Schema; one message, at the place of the mistake."""

from __future__ import annotations

import json
from collections.abc import Mapping as Map
from functools import lru_cache
from pathlib import Path
from typing import Any

from svcflow.errors import MappingError

SCHEMA = Path(__file__).parents[1] / "schemas" / "mapping.json"
REQUIRED = {"svcflow": "svcflow: 1", "mapping": "mapping: NAME"}
KINDS = {"string": "a text", "array": "a list", "object": "keys and values", "number": "a number"}
HINT = "see `svcflow schema mapping`"


@lru_cache(maxsize=1)
def read_schema() -> dict[str, Any]:
    """Return the JSON Schema of mapping files."""
    schema: dict[str, Any] = json.loads(SCHEMA.read_text("utf-8"))
    return schema


def complain(content: Any, file: str, places: Map[tuple[str, ...], str]) -> None:
    """Raise MappingError at the first mistake in the order of the text; do nothing where there is none."""
    from jsonschema import Draft202012Validator  # noqa: PLC0415 - 80 ms that logs without a mapping do not need

    if not isinstance(content, dict):
        raise MappingError(f"{file or 'mapping'}: a mapping file holds keys and values", HINT)
    found = []
    for error in Draft202012Validator(read_schema()).iter_errors(_listed(content)):
        error = _deepest(error)  # noqa: PLW2901
        message, keys = _word(error, tuple(str(key) for key in error.absolute_path))
        place = places.get(keys) or places.get(keys[:-1]) or file or "mapping"
        found.append((_line(place), f"{place}: {message}"))
    if found:
        more = f" (and {len(found) - 1} more)" if len(found) > 1 else ""
        raise MappingError(min(found)[1] + more, HINT)


def _listed(value: Any) -> Any:
    """Return a value as JSON would hold it: Python's tuples become lists, keys texts."""
    if isinstance(value, Map):
        return {str(key): _listed(item) for key, item in value.items()}
    return [_listed(item) for item in value] if isinstance(value, (list, tuple)) else value


def _deepest(error: Any) -> Any:
    """Return the mistake inside the one alternative whose type the value has, or the error itself."""
    if error.validator != "oneOf":
        return error
    branches = [[e for e in error.context if e.schema_path[0] == at] for at in range(len(error.validator_value))]
    meant = [found for found in branches if found and not any(_is_of_other_type(e, error) for e in found)]
    return _deepest(meant[0][0]) if len(meant) == 1 else error


def _is_of_other_type(inner: Any, outer: Any) -> bool:
    return inner.validator == "type" and list(inner.absolute_path) == list(outer.absolute_path)


def _word(error: Any, keys: tuple[str, ...]) -> tuple[str, tuple[str, ...]]:
    """Return what is wrong in words, and the keys that lead to the place."""
    from svcflow.eventlog.mapping.checks import suggest  # noqa: PLC0415

    if error.validator == "additionalProperties" and isinstance(error.instance, dict):
        known = tuple(error.schema.get("properties", ()))
        stray = next(key for key in error.instance if key not in known)
        return f"unknown key {stray!r}{suggest(stray, known)}", (*keys, stray, "")
    name = keys[-1] if keys else "mapping"
    wanted, instance = error.validator_value, error.instance
    if error.validator == "required":
        lacking = next(key for key in wanted if key not in instance)
        return f"{lacking!r} is missing: write `{REQUIRED.get(lacking, lacking)}`", keys
    sentences = {
        "enum": lambda: f"{instance!r} is none of {', '.join(wanted)}",
        "const": lambda: f"{name}: {instance!r} is not a version this svcflow reads (1)",
        "type": lambda: f"{name} must be {KINDS.get(str(wanted), 'a single value')}",
        "oneOf": lambda: f"{name} must be {error.schema.get('$comment', 'otherwise')}",
        "minimum": lambda: f"{name} must be at least {wanted}",
        "maximum": lambda: f"{name} must be at most {wanted}",
        "minProperties": lambda: f"{name} is empty",
        "minLength": lambda: f"{name} is empty",
        "minItems": lambda: f"{name} is empty",
    }
    return sentences.get(error.validator, lambda: f"{name}: {error.message}")(), keys


def _line(place: str) -> tuple[int, int]:
    *_, line, column = ("0", "0", *place.rsplit(":", 2)[1:])
    return (int(line), int(column)) if line.isdigit() and column.isdigit() else (0, 0)
