"""The shape of a file against its JSON Schema: each violation as one remark at its place, and a tree without them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any, TypeAlias

from svcflow.definitions.acceptance import acceptor
from svcflow.definitions.reading import Reading
from svcflow.definitions.schema import validator
from svcflow.documents import Listing, Mapping, Node, Scalar, Span, plain
from svcflow.guards import suggest

Path: TypeAlias = tuple[str | int, ...]
Violation: TypeAlias = tuple[str, str, Span, Path | None]

_REGISTERS = frozenset({"steps", "slas", "rules", "kpis", "calendars", "roles", "teams"})
_FLOW_ITEMS = ("parallel", "choose", "any", "may", "when", "repeat", "run", "end")
_RULES = ("after", "before", "never", "at_most", "different", "same")
_WORDS = {
    "string": "a text", "number": "a number", "integer": "a whole number", "boolean": "true or false",
    "array": "a list", "object": "a mapping", "null": "nothing",
}  # fmt: skip
_KEYS_BY_PATTERN = {"escalation": ("50%",), "calendar": ("mon-fri",)}
_PATTERNS = {
    "duration": ("bad-duration", "a duration looks like 30m, 4h, 1d"),
    "share": ("bad-share", "a share looks like 85%"),
    "hours": ("bad-calendar", 'hours look like "09:00-12:00 13:30-18:00"'),
    "id": ("bad-value", "an id has no spaces and none of : / , [ ] { }"),
    "date": ("bad-value", "a day looks like 2026-11-02"),
    "country": ("bad-value", "a country looks like CN or DE-BY"),
    "kpi target": ("bad-value", "a target looks like '>= 90%' or '<= 24h'"),
    "change": ("bad-value", "a change looks like +10%"),
    "deviation code": ("bad-value", "a deviation looks like D101 or skipped"),
}


def judge_shape(reading: Reading, root: Mapping, kind: str) -> Mapping:
    """Note what the schema of `kind` forbids and return the tree without it."""
    if acceptor(kind)(content := plain(root)):
        reading.fields_known = True
        return root
    dropped: set[Path] = set()
    seen: set[tuple[str, Span]] = set()
    misspelt: set[Path] = set()
    errors = sorted(validator(kind).iter_errors(content), key=lambda error: error.validator == "required")
    for error in errors:
        path = tuple(error.absolute_path)
        if error.validator == "required" and path in misspelt:
            continue
        for rule, message, span, drop in _violations(error, root, path):
            if drop is not None:
                dropped.add(drop)
            if "did you mean" in message and rule == "unknown-key":
                misspelt.add(path)
            if (rule, span) not in seen:
                reading.remark(rule, message, span)
                seen.add((rule, span))
    known = validator(kind).schema["properties"]
    lost = any(path[0] == "case" or (len(path) == 1 and path[0] not in known) for path in dropped)
    reading.fields_known = not lost
    pruned = _prune(root, dropped) if dropped else root
    assert isinstance(pruned, Mapping)
    return pruned


def find_node(root: Node, path: Iterable[str | int]) -> tuple[Node, Scalar | None]:
    """Return the node at a path and the key it stands under."""
    node, key = root, None
    for part in path:
        if isinstance(node, Mapping):
            key = node.key(str(part))
            node = node.get(str(part)) or node
        elif isinstance(node, Listing) and isinstance(part, int):
            node, key = node.items[part], None
    return node, key


def _violations(error: Any, root: Mapping, path: Path) -> list[Violation]:
    """Return an error of jsonschema as (rule, message, span, path to drop)."""
    node, key = find_node(root, path)
    title = error.schema.get("title", "") if isinstance(error.schema, dict) else ""
    match error.validator:
        case "additionalProperties" if title in ("flow item", "rule") and isinstance(node, Mapping):
            return [_no_such_kind(node, title, path)]
        case "additionalProperties":
            return [_unknown_key(error.schema, extra, path) for extra in _extras(error.schema, node)]
        case "required":
            return [("missing-key", message, span, None) for message, span in _missing(error, node, key, root)]
    if isinstance(error.instance, str) and not isinstance(node, Scalar):
        return _bad_key(error.instance, node, path)
    rule, message = _explain(error, node, title)
    return [(rule, message, node.span, path)]


def _explain(error: Any, node: Node, title: str) -> tuple[str, str]:
    shown = _show(node)
    if error.validator in ("enum", "const"):
        return "bad-value", f"{shown} is not {_one_of(error, node)}"
    if title in ("target", "duration"):
        return "bad-duration", f"{shown}: {_PATTERNS['duration'][1]}"
    if title == "share" and isinstance(node, Scalar):
        return "bad-share", f"{shown}: write {_as_share(node)}"
    if title == "flow item" and error.validator in ("type", "minProperties"):
        return "bad-flow-item", f"{shown} is no flow item: a step, a list, or one of {', '.join(_FLOW_ITEMS)}"
    if error.validator == "type":
        wanted = error.validator_value if isinstance(error.validator_value, list) else [error.validator_value]
        return "wrong-type", f"{shown} is not {' or '.join(_WORDS[word] for word in wanted)}{_quoting(node, wanted)}"
    rule, looks = _PATTERNS.get(title, ("bad-value", ""))
    return rule, f"{shown}: {looks}" if looks else _bound(error, shown)


def _one_of(error: Any, node: Node) -> str:
    allowed = [
        str(value) for value in (error.validator_value if error.validator == "enum" else [error.validator_value])
    ]
    known = f"one of {', '.join(allowed)}" if len(allowed) > 1 else f"'{allowed[0]}'"
    return known + (suggest(node.text, allowed) if isinstance(node, Scalar) else "")


def _bound(error: Any, shown: str) -> str:
    limit = error.validator_value
    texts = {
        "minItems": f"this list needs at least {limit} {'entry' if limit == 1 else 'entries'}",
        "minProperties": f"this needs at least {limit} {'entry' if limit == 1 else 'entries'}",
        "maxProperties": f"this holds more than {limit} {'entry' if limit == 1 else 'entries'}",
        "uniqueItems": "a value stands here twice",
        "minLength": "this is empty",
        "maxLength": f"this is longer than {limit} characters",
        "minimum": f"{shown} is less than {limit}",
        "maximum": f"{shown} is more than {limit}",
    }
    return texts.get(error.validator, f"{shown} is not allowed here")


def _quoting(node: Node, wanted: list[str]) -> str:
    odd = isinstance(node, Scalar) and node.plain and node.text and not isinstance(node.value, str)
    return "; put it in quotes" if odd and "string" in wanted else ""


def _as_share(node: Scalar) -> str:
    value = node.value
    if isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value <= 100:
        return f"{value * 100 if value <= 1 else value:g}%"
    return "a share such as 85%"


def _show(node: Node) -> str:
    if isinstance(node, Scalar):
        text = node.text if len(node.text) <= 60 else node.text[:57] + "..."
        return f"'{text}'" if node.text else "an empty value"
    return "a list" if isinstance(node, Listing) else "a mapping"


def _extras(schema: dict[str, Any], node: Node) -> list[Scalar]:
    known, patterns = schema.get("properties", {}), schema.get("patternProperties", {})
    keys = [key for key, _ in node.entries] if isinstance(node, Mapping) else []
    return [key for key in keys if key.text not in known and not any(re.search(p, key.text) for p in patterns)]


def _unknown_key(schema: dict[str, Any], key: Scalar, path: Path) -> Violation:
    known = [*schema.get("properties", {}), *_KEYS_BY_PATTERN.get(schema.get("title", ""), ())]
    if schema.get("title") == "escalation" and (digits := re.match(r"[0-9]{1,3}", key.text)):
        known = [f"{digits[0]}%"]
    near = suggest(key.text, known) or (f"; known here: {', '.join(known)}" if 0 < len(known) <= 8 else "")
    return "unknown-key", f"unknown key '{key.text}'{near}", key.span, (*path, key.text)


def _missing(error: Any, node: Node, key: Scalar | None, root: Mapping) -> list[tuple[str, Span]]:
    present = {name.text for name, _ in node.entries} if isinstance(node, Mapping) else set()
    subject, span = (f"'{key.text}'", key.span) if key else ("this", node.span)
    if node is root:
        subject, span = "the file", root.entries[0][0].span if root.entries else root.span
    missing = [name for name in error.validator_value if name not in present]
    return [(f"{subject} needs {' and '.join(repr(name) for name in missing)}", span)] if missing else []


def _no_such_kind(node: Mapping, title: str, path: Path) -> Violation:
    key = node.entries[0][0]
    if title == "rule":
        near = suggest(key.text, _RULES) or f"; known here: {', '.join(_RULES)}"
        return "unknown-key", f"'{key.text}' is no rule{near}", key.span, path
    near = suggest(key.text, _FLOW_ITEMS) or f": a step, a list, or one of {', '.join(_FLOW_ITEMS)}"
    return "bad-flow-item", f"'{key.text}' is no flow item{near}", key.span, path


def _bad_key(name: str, node: Node, path: Path) -> list[Violation]:
    key = node.key(name) if isinstance(node, Mapping) else None
    return [("bad-value", f"'{name[:60]}': {_PATTERNS['id'][1]}", (key or node).span, (*path, name))]


def _prune(node: Node, dropped: set[Path], path: Path = ()) -> Node:
    if isinstance(node, Mapping):
        kept = []
        for key, value in node.entries:
            here = (*path, key.text)
            if here not in dropped:
                kept.append((key, _prune(value, dropped, here)))
            elif len(here) == 2 and here[0] in _REGISTERS:
                kept.append((key, Mapping((), value.span)))  # its name stays known
        return Mapping(tuple(kept), node.span)
    if isinstance(node, Listing):
        items = (
            _prune(item, dropped, (*path, number))
            for number, item in enumerate(node.items)
            if (*path, number) not in dropped
        )
        return Listing(tuple(items), node.span)
    return node
