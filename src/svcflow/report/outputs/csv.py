"""The tables of the report as CSV files in a folder, one file each, safe to open in a spreadsheet."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from svcflow.report.asked import Asked, Output
from svcflow.report.document import clean
from svcflow.report.tables import list_tables
from svcflow.spreadsheets import write_csv

SUFFIXES = ("/",)


def write(document: Mapping[str, Any], asked: Asked) -> Output:
    """Return one CSV file in UTF-8 for each table that holds anything."""
    tables = list_tables(clean(document), asked)
    return Output(None, {f"{table.id}.csv": write_csv(table.rows).encode("utf-8") for table in tables})
