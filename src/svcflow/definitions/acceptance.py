"""Whether a file has the right shape, told fast: the schemas as closures that say yes or no.

Loading `jsonschema` and resolving references takes longer than all the rules; only what is refused here is given to it,
to say why. Keywords that the schemas do not use are not known, so that a schema which uses one accepts nothing.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from functools import cache
from typing import Any

from svcflow.definitions.schema import schema_text

Check = Callable[[Any], bool]

_NOTES = frozenset({"$schema", "$defs", "title", "description", "examples", "default", "then", "else"})

_TYPES: dict[type, str] = {str: "string", list: "array", dict: "object"}
_SIZED: dict[str, Any] = {"Length": str, "Items": list, "Properties": dict}


@cache
def acceptor(name: str) -> Check:
    """Return what tells whether a value (dict, list, text, number, truth value, ``None``) fits a schema."""
    schema = json.loads(schema_text(name))
    return _Compiler(schema).compile(schema)


class _Compiler:
    """Compiles one schema; definitions are compiled once, and may use themselves."""

    def __init__(self, root: dict[str, Any]) -> None:
        self._root = root
        self._known: dict[str, Check] = {}
        self._begun: set[str] = set()

    def compile(self, schema: Any) -> Check:
        """Return the closure of a schema."""
        if isinstance(schema, bool):
            return lambda _: schema
        checks = [self._keyword(key, value, schema) for key, value in schema.items() if key not in _NOTES]
        if len(checks) == 1:
            return checks[0]
        return lambda value: all(check(value) for check in checks)

    def _keyword(self, key: str, value: Any, schema: dict[str, Any]) -> Check:  # noqa: PLR0911 - one keyword, one return
        match key:
            case "$ref":
                return self._reference(value)
            case "type":
                return _types([value] if isinstance(value, str) else value)
            case "if":
                return self._branch(schema)
            case "properties" | "patternProperties":
                return _always if key == "patternProperties" and "properties" in schema else self._entries(schema)
            case "additionalProperties":
                return _always if {"properties", "patternProperties"} & {*schema} else self._entries(schema)
            case "items":
                each = self.compile(value)
                return lambda v: not isinstance(v, list) or all(each(item) for item in v)
            case "propertyNames":
                named = self.compile(value)
                return lambda v: not isinstance(v, dict) or all(named(name) for name in v)
        return _plain(key, value)

    def _reference(self, path: str) -> Check:
        name = path.removeprefix("#/$defs/")
        if name not in self._begun:
            self._begun.add(name)
            self._known[name] = self.compile(self._root["$defs"][name])
        # A definition may use itself: it is looked up when it is asked, as it may not be compiled yet.
        return self._known.get(name) or (lambda value: self._known[name](value))  # noqa: PLW0108

    def _branch(self, schema: dict[str, Any]) -> Check:
        asked, then, otherwise = (self.compile(schema.get(key, True)) for key in ("if", "then", "else"))
        return lambda value: then(value) if asked(value) else otherwise(value)

    def _entries(self, schema: dict[str, Any]) -> Check:
        """Return the check of `properties`, `patternProperties` and `additionalProperties` together."""
        named = {name: self.compile(inner) for name, inner in schema.get("properties", {}).items()}
        patterns = [(re.compile(p), self.compile(s)) for p, s in schema.get("patternProperties", {}).items()]
        other = self.compile(schema.get("additionalProperties", True))

        def check(value: Any) -> bool:
            if not isinstance(value, dict):
                return True
            for name, inner in value.items():
                known = named.get(name)
                fitting = [each for pattern, each in patterns if pattern.search(name)]
                if not all(each(inner) for each in ([known, *fitting] if known else fitting or [other])):
                    return False
            return True

        return check


def _always(_: Any) -> bool:
    return True


def _types(names: list[str]) -> Check:
    def check(value: Any) -> bool:
        if isinstance(value, bool) or value is None:
            return ("null" if value is None else "boolean") in names
        if isinstance(value, int | float):
            whole = isinstance(value, int) or value.is_integer()
            return "number" in names or (whole and "integer" in names)
        return _TYPES.get(type(value), "") in names

    return check


def _plain(key: str, limit: Any) -> Check:  # noqa: PLR0911 - one keyword, one return
    """Return the check of a keyword that needs no other schema; of an unknown one, that nothing fits."""
    match key:
        case "const" | "enum":
            allowed = {(type(one), one) for one in ([limit] if key == "const" else limit)}
            return lambda v: not isinstance(v, list | dict) and (type(v), v) in allowed
        case "pattern":
            pattern = re.compile(limit)
            return lambda v: not isinstance(v, str) or pattern.search(v) is not None
        case "required":
            return lambda v: not isinstance(v, dict) or all(name in v for name in limit)
        case "minimum" | "maximum":
            sign = 1 if key == "minimum" else -1
            return lambda v: isinstance(v, bool) or not isinstance(v, int | float) or sign * (v - limit) >= 0
        case "minLength" | "minItems" | "minProperties":
            of = _SIZED[key.removeprefix("min")]
            return lambda v: not isinstance(v, of) or len(v) >= limit
        case "maxLength" | "maxItems" | "maxProperties":
            kind = _SIZED[key.removeprefix("max")]
            return lambda v: not isinstance(v, kind) or len(v) <= limit
        case "uniqueItems":
            return lambda v: not isinstance(v, list) or len({json.dumps(one, sort_keys=True) for one in v}) == len(v)
    return lambda _: False
