"""How a command says that something is not told."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from svcflow.disclosure import KEY
from svcflow.wording import say_count


def say_told(count: int | None) -> str:
    """Return a count, or that it is not told.

    >>> say_told(1200), say_told(None)
    ('1,200', '(withheld)')
    """
    return "(withheld)" if count is None else say_count(count)


def say_withheld(document: Mapping[str, Any], table: str) -> str:
    """Return how many groups a table has lost; nothing where it is whole.

    >>> say_withheld({"withheld": {"min_group": 10, "groups": {"variants": 3}}}, "variants")
    '3 groups withheld (--min-group 10)'
    """
    said = document.get(KEY) or {}
    count = (said.get("groups") or {}).get(table, 0)
    return f"{say_count(count)} groups withheld (--min-group {said['min_group']})" if count else ""
