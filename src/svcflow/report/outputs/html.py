"""One page that opens offline: the report to forward."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from svcflow.report.asked import Asked, Output
from svcflow.report.page import render

SUFFIXES = (".html", ".htm")


def write(document: Mapping[str, Any], asked: Asked) -> Output:
    """Return the page of an analysis."""
    page = render(
        document,
        lang=asked.lang,
        title=asked.title,
        show_people=asked.show_people,
        logo=asked.logo,
        theme=asked.theme,
    )
    return Output(page.encode("utf-8"))
