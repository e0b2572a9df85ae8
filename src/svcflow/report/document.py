"""The analysis document, as `svcflow analyze --json` wrote it: read, checked for shape, cleaned for display."""

from __future__ import annotations

import json
from collections.abc import Mapping
from importlib import resources
from typing import Any, NoReturn

import jsonschema

from svcflow.errors import InputError

HINT = "give the file that `svcflow analyze LOG --json FILE` wrote"

_CONTROLS = (*range(0x09), 0x0B, 0x0C, *range(0x0E, 0x20), *range(0x7F, 0xA0), 0xFEFF, 0xFFFE, 0xFFFF)
_TURNS = (*range(0x202A, 0x202F), *range(0x2066, 0x206A), 0x200E, 0x200F, 0x061C)
_BAD = dict.fromkeys((*_CONTROLS, *_TURNS), "�") | {0x0D: "", 0x2028: " ", 0x2029: " "}


def read_document(text: str, source: str) -> dict[str, Any]:
    """Return the analysis in `text`, a JSON object. Raises `InputError` naming what is wrong and where."""
    try:
        document = json.loads(text, parse_constant=_refuse_constant)
    except json.JSONDecodeError as error:
        raise InputError(f"{source}:{error.lineno}:{error.colno}: not JSON: {error.msg}", HINT) from error
    except (ValueError, RecursionError) as error:
        raise InputError(f"{source}: not JSON: {error}", HINT) from error
    if not isinstance(document, dict):
        raise InputError(f"{source}: a JSON object is expected, not {_kind(document)}", HINT)
    missing = [key for key in ("svcflow", "log") if key not in document]
    if missing:
        raise InputError(f"{source}: no analysis: key {' and '.join(map(repr, missing))} is missing", HINT)
    check_shape(document, source)
    return document


def check_shape(document: Mapping[str, Any], source: str = "analysis") -> None:
    """Raise `InputError` at the first value that has another type than the schema says; absence is no fault."""
    validator = jsonschema.Draft202012Validator(_load_relaxed_schema())
    error = jsonschema.exceptions.best_match(validator.iter_errors(document))
    if error is not None:
        place = "".join(f"[{p}]" if isinstance(p, int) else f".{p}" for p in error.absolute_path).lstrip(".")
        raise InputError(f"{source}: {place[:200]}: {error.message[:200]}", HINT)


def check_whole(document: Mapping[str, Any], source: str = "analysis") -> None:
    """Raise `InputError` at the first value that is missing or has another type than the schema says."""
    error = jsonschema.exceptions.best_match(jsonschema.Draft202012Validator(_load_schema()).iter_errors(document))
    if error is not None:
        raise InputError(f"{source}: small groups cannot be found in it: {error.message[:200]}", HINT)


def clean(value: Any) -> Any:
    """Return a document whose text cannot control anything.

    Control characters, half surrogates and marks that turn the direction of writing become U+FFFD; line ends and
    tabs stay, for patches and models are text of several lines. Not-finite numbers become ``None``.
    """
    if isinstance(value, str):
        return clean_text(value)
    if isinstance(value, Mapping):
        return {clean_text(str(key)): clean(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [clean(item) for item in value]
    if isinstance(value, float) and (value != value or value in {float("inf"), float("-inf")}):  # noqa: PLR0124
        return None
    return value


def clean_text(text: str) -> str:
    """Return one text as `clean` does."""
    if text.isascii() and text.isprintable():
        return text
    return text.encode("utf-8", "replace").decode("utf-8").translate(_BAD)


def _load_relaxed_schema() -> dict[str, Any]:
    """Return the schema of the analysis with everything optional and nullable: a report says what is missing."""
    relaxed = _relax(_load_schema())
    assert isinstance(relaxed, dict)
    return relaxed


def _load_schema() -> dict[str, Any]:
    text = resources.files("svcflow.analysis").joinpath("schemas/analysis.json").read_text(encoding="utf-8")
    schema: dict[str, Any] = json.loads(text)
    return schema


def _relax(schema: Any) -> Any:
    if not isinstance(schema, dict):
        return schema
    kept = {key: value for key, value in schema.items() if key not in {"required", "minItems"}}
    if "type" in kept and kept.get("additionalProperties") is False:
        kept["additionalProperties"] = True
    for key in ("items", "additionalProperties"):
        if isinstance(kept.get(key), dict):
            kept[key] = _relax(kept[key])
    if isinstance(kept.get("properties"), dict):
        kept["properties"] = {name: _relax(value) for name, value in kept["properties"].items()}
    if isinstance(kept.get("type"), str):
        kept["type"] = [kept["type"], "null"]
    if isinstance(kept.get("enum"), list):
        kept["enum"] = [*kept["enum"], None]
    return kept


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is no JSON number")


def _kind(value: object) -> str:
    return {list: "a list", str: "a text", type(None): "null", bool: "a truth value"}.get(type(value), "a number")
