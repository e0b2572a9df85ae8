"""The tables of the report as an Excel workbook, one sheet each."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from svcflow.report.asked import Asked, Output
from svcflow.report.document import clean
from svcflow.report.tables import list_tables
from svcflow.spreadsheets import build_workbook

SUFFIXES = (".xlsx",)


def write(document: Mapping[str, Any], asked: Asked) -> Output:
    """Return a workbook of all tables that hold anything; numbers stay numbers, texts never become formulas."""
    tables = list_tables(clean(document), asked)
    return Output(build_workbook({table.title: table.rows for table in tables}))
