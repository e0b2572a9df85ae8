"""The analysis itself, for scripts and for `svcflow report`."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from svcflow.report.asked import Asked, Output

SUFFIXES = (".json",)


def write(document: Mapping[str, Any], _: Asked) -> Output:
    """Return the document of `svcflow schema analysis`."""
    return Output(
        (json.dumps(document, ensure_ascii=False, indent=1, allow_nan=False) + "\n").encode("utf-8", "replace")
    )
