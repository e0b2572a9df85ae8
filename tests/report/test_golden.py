"""Whole pages against committed ones: a change of the report is a change somebody has looked at.

    SVCFLOW_WRITE_GOLDEN=1 python -m pytest tests/report/test_golden.py

writes them anew. They are kept packed; `xz -dc` shows one.
"""

import lzma
import os
from pathlib import Path
from typing import Any

import pytest

from svcflow.analysis import analyze
from svcflow.definitions import load
from svcflow.eventlog import read_log
from svcflow.report import render

from .sample import make_document

HERE = Path(__file__).parent / "golden"
ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def documents() -> dict[str, dict[str, Any]]:
    log = read_log(ROOT / "logs" / "escalations.csv")
    analysed = analyze(log, load(ROOT / "workflows"), discover=False).to_json()
    return {"sample": make_document(cases=60), "escalations": analysed}


@pytest.mark.parametrize(
    ("name", "lang"), [("sample", "en"), ("sample", "zh"), ("sample", "both"), ("escalations", "both")]
)
def test_page_is_the_committed_one(documents: dict[str, dict[str, Any]], name: str, lang: Any) -> None:
    page = render(documents[name] | {"svcflow": "0"}, lang=lang)
    kept = HERE / f"{name}-{lang}.html.xz"
    if os.environ.get("SVCFLOW_WRITE_GOLDEN"):
        kept.parent.mkdir(exist_ok=True)
        kept.write_bytes(lzma.compress(page.encode(), preset=9))
    wanted = lzma.decompress(kept.read_bytes()).decode()
    assert page.splitlines() == wanted.splitlines()
    assert page == wanted


def test_the_same_document_gives_the_same_bytes(documents: dict[str, dict[str, Any]]) -> None:
    for document in documents.values():
        assert render(document, lang="both") == render(make_copy(document), lang="both")


def make_copy(document: dict[str, Any]) -> dict[str, Any]:
    """Return the document as it comes back from a file."""
    import json

    copied: dict[str, Any] = json.loads(json.dumps(document))
    return copied


def test_the_committed_pages_are_small() -> None:
    assert sum(file.stat().st_size for file in HERE.glob("*.xz")) <= 150_000
