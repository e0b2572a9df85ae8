"""A nested record as a flat one: keys joined by dots, short lists joined to one text."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from svcflow.eventlog.declared import SEPARATOR

DEEPEST = 24
LABELS = ("id", "name", "key", "field", "label", "title", "code")
"""What the label of a value is called in a list of pairs: ``custom_fields: [{id: 1, value: x}]``."""


@dataclass(slots=True)
class Flattener:
    """Flattens records; `halves` counts texts with half of a character, which are mended."""

    halves: int = 0

    def flatten(self, value: Mapping[str, Any], skip: str = "") -> dict[str, str]:
        """Return the plain values of a record by their keys joined by dots; the list under `skip` is left out."""
        flat: dict[str, str] = {}
        self._add(flat, "", value, skip)
        return flat

    def _add(self, flat: dict[str, str], name: str, value: Any, skip: str = "", *, depth: int = 0) -> None:
        if isinstance(value, dict):
            self._add_object(flat, name, value, skip, depth=depth)
        elif isinstance(value, list):
            self._add_list(flat, name, value)
        else:
            flat[_free(flat, name)] = self._mend(value if type(value) is str else _write(value))

    def _add_object(self, flat: dict[str, str], name: str, value: dict[str, Any], skip: str, *, depth: int) -> None:
        if depth > DEEPEST:
            flat[_free(flat, name)] = self._mend(json.dumps(value, ensure_ascii=False))
        elif len(value) == 1 and name and (mark := next(iter(value))).startswith("$"):
            self._add(flat, name, value[mark], skip, depth=depth + 1)  # {"$date": …}: how MongoDB writes types
        else:
            start = name + "." if name else ""
            for key, inner in value.items():
                full = start + key if start else key or "(no name)"
                if type(inner) is str and full not in flat:  # what nearly all values are
                    flat[full] = inner if inner.isascii() else self._mend(inner)
                elif full != skip or not isinstance(inner, list):
                    self._add(flat, full, inner, skip, depth=depth + 1)

    def _add_list(self, flat: dict[str, str], name: str, values: list[Any]) -> None:
        if not any(isinstance(value, (dict, list)) for value in values):
            texts = (value if isinstance(value, str) else _write(value) for value in values)
            flat[_free(flat, name)] = self._mend(SEPARATOR.join(text for text in texts if text))
            return
        label = find_label(values)
        if label:
            for value in values:
                self._add(flat, f"{name}.{_write(value[label])}", value["value"])
        else:
            flat[_free(flat, f"{name}.count")] = str(len(values))

    def _mend(self, text: str) -> str:
        if text.isascii():
            return text
        try:
            text.encode()
        except UnicodeEncodeError:
            self.halves += 1
            return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
        return text


def _free(flat: dict[str, str], name: str) -> str:
    """Return the name, numbered where another key already leads to it (``a.b`` beside ``a: {b: …}``)."""
    if name not in flat:
        return name
    copy = 2
    while f"{name} ({copy})" in flat:
        copy += 1
    return f"{name} ({copy})"


def find_label(values: list[Any]) -> str:
    """Return the key of the label where all elements are pairs of a label and a value, or nothing."""
    first = values[0]
    label = next((key for key in LABELS if isinstance(first, dict) and key in first), "")
    wanted = {label, "value"}
    pairs = label and all(isinstance(value, dict) and value.keys() == wanted for value in values)
    plain = pairs and not any(isinstance(value[label], (dict, list)) for value in values)
    return label if plain and len({value[label] for value in values}) == len(values) else ""


def _write(value: Any) -> str:
    return "" if value is None else "true" if value is True else "false" if value is False else str(value)
