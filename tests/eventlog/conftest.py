"""Small exports written on the spot, and the published logs where they are present."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

LOGS = Path(__file__).parents[3] / "shared" / "logs"


@pytest.fixture
def real() -> Callable[[str], Path]:
    """Return the path of a published log, or skip."""

    def find(name: str) -> Path:
        if not (LOGS / name).exists():
            pytest.skip(f"published log {name} is not present")
        return LOGS / name

    return find


@pytest.fixture
def export(tmp_path: Path) -> Callable[..., Path]:
    """Write rows as delimited text and return the file."""

    def write(rows: list[str] | str, name: str = "export.csv", encoding: str = "utf-8", end: str = "\n") -> Path:
        text = rows if isinstance(rows, str) else end.join(rows) + end
        path = tmp_path / name
        path.write_bytes(text.encode(encoding))
        return path

    return write
