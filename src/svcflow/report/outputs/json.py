"""The analysis itself, for scripts and for `svcflow report`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from svcflow.jsontexts import write_json
from svcflow.report.asked import Asked, Output

SUFFIXES = (".json",)


def write(document: Mapping[str, Any], _: Asked) -> Output:
    """Return the document of `svcflow schema analysis`."""
    return Output((write_json(document)).encode("utf-8", "replace"))
