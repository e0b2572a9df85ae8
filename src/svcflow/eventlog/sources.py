"""What is stated of the export itself by whoever calls, over what its mapping states."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any

from svcflow.errors import MappingError
from svcflow.eventlog.mapping import suggest
from svcflow.eventlog.raw import Stated

KEYS = ("sheet", "table", "query", "objects", "records", "encoding", "delimiter")
APART = ("table", "query")
"""Of these only one counts: the one stated last."""


def state(stated: Stated, given: Mapping[str, Any] | None) -> Stated:
    """Return `stated` with what is `given` in its place; what is empty or ``None`` is not given.

    >>> told = state(Stated(sheet="May", encoding="gb18030"), {"sheet": 2, "table": None})
    >>> told.sheet, told.encoding, told.table
    ('2', 'gb18030', '')
    """
    wanted: dict[str, Any] = {key: str(value) for key, value in (given or {}).items() if value not in (None, "")}
    for key in wanted:
        if key not in KEYS:
            raise MappingError(f"a source has no {key!r}{suggest(key, KEYS)}", "it may have: " + ", ".join(KEYS))
    if wanted.keys() & set(APART):
        wanted = dict.fromkeys(APART, "") | wanted
    return dataclasses.replace(stated, **wanted) if wanted else stated
