"""The page of a comparison: what differs between two groups of cases, with the map of differences."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from typing import Any

from svcflow.report.page import render
from svcflow.report.words import Choice, catalogue

__all__ = ["render_differences"]


def render_differences(document: Mapping[str, Any], *, lang: Choice = "en", title: str | None = None) -> str:
    """Return a comparison (`Comparison.to_json`) as one HTML file in the language or languages asked for."""
    a, b = document["a"], document["b"]
    log = {
        "cases": a["cases"] + b["cases"],
        "source": a["source"],
        "start": min(a["first_begin"], b["first_begin"]),
        "end": max(a["last_begin"], b["last_begin"]),
    }
    given = {"log": log, "comparison": document}
    return render(given, lang=lang, title=title or catalogue("page", __name__)("title"), parts=sys.modules[__name__])
