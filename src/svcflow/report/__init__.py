"""Analysis -> HTML, plain text; one section a file."""

from __future__ import annotations

from svcflow.report.document import read_document
from svcflow.report.page import render
from svcflow.report.text import summarise

__all__ = ["read_document", "render", "summarise"]
