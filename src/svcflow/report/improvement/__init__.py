"""The page of adopted changes: planned, done, checked, and kept or rolled back."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from typing import Any

from svcflow.report.page import render
from svcflow.report.words import Choice, catalogue

__all__ = ["render_checks"]


def render_checks(document: Mapping[str, Any], *, lang: Choice = "en", title: str | None = None) -> str:
    """Return the checks of adopted changes (`svcflow check-effect`) as one HTML file."""
    log = {name: document.get(name) for name in ("cases", "source", "start", "end")}
    given = {"log": log, "checks": document["checks"], "adopted": document["adopted"]}
    return render(given, lang=lang, title=title or catalogue("page", __name__)("title"), parts=sys.modules[__name__])
