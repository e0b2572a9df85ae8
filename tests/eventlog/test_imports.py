"""Reading stays light: pandas, pm4py and DuckDB are never loaded behind anybody's back."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

CODE = """
import sys
import svcflow.eventlog
early = [m for m in ("numpy", "pyarrow", "pandas") if m in sys.modules]
log = svcflow.eventlog.read_log(sys.argv[1])
log.to_arrow(), list(log.case_attributes.items()), list(log.attributes.items())
log.where("grade == high")
print(early, [m for m in ("pandas", "pm4py", "duckdb", "polars", "jsonschema") if m in sys.modules])
"""


@pytest.mark.parametrize("kind", ["csv", "xes", "parquet"])
def test_what_reading_imports(kind: str, export: Callable[..., Path], tmp_path: Path) -> None:
    rows = [("case", "activity", "time", "grade")] + [(f"{n}", "a", f"2024-01-3{n}", "high") for n in (0, 1)]
    if kind == "csv":
        path = export([",".join(row) for row in rows])
    elif kind == "xes":
        event = '<event><string key="concept:name" value="{}"/><date key="time:timestamp" value="{}"/></event>'
        head = '<string key="concept:name" value="{}"/><string key="grade" value="{}"/>'
        traces = "".join(f"<trace>{head.format(c, g)}{event.format(a, t)}</trace>" for c, a, t, g in rows[1:])
        path = export(f"<log>{traces}</log>", "x.xes")
    else:
        import pyarrow as pa
        from pyarrow import parquet

        path = tmp_path / "x.parquet"
        parquet.write_table(pa.table({rows[0][n]: [row[n] for row in rows[1:]] for n in range(4)}), path)
    done = subprocess.run([sys.executable, "-c", CODE, str(path)], capture_output=True, text=True, check=True)
    assert done.stdout == "[] []\n"
