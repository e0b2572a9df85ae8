"""The responsibility matrix on the page."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tests.report.sample import EVIL, make_document

from svcflow.definitions import load
from svcflow.definitions.responsibility import lay_matrix
from svcflow.report.page import render

WORKFLOWS = Path(__file__).parents[2] / "workflows"


def document(laid: Any) -> dict[str, Any]:
    return make_document(cases=40) | {"responsibility": laid, "runs": {}}


def section(page: str) -> str:
    start = page.index('id="responsibility"')
    return page[start : page.index("</section>", start)]


def test_the_page_shows_who_does_what() -> None:
    laid = lay_matrix(load(WORKFLOWS))
    shown = section(render(document(laid)))
    assert shown.count("<table") == len(laid)
    assert shown.count("<b>R/A</b>") == sum(
        part == "owner_approver" for found in laid.values() for row in found["rows"] for part in row["cells"].values()
    )
    assert "Approve compensation" in shown
    assert "operations supervisor" in shown
    assert "赔付审批" in section(render(document(laid), lang="zh"))


def test_only_processes_with_cases_are_shown() -> None:
    laid = lay_matrix(load(WORKFLOWS))
    given = document(laid) | {"runs": {"callback": {"cases": 3}}}
    shown = section(render(given))
    assert shown.count("<table") == 1
    assert "Plan" in shown


def test_without_definitions_the_page_says_what_is_missing() -> None:
    for laid in (None, {}, {"p": None}, {"p": {"roles": [], "rows": []}}):
        shown = section(render(document(laid)))
        assert "Not shown: who does what stands in a definition" in shown
        assert "<table" not in shown


def test_hostile_texts_stay_texts() -> None:
    for evil in EVIL:
        rows = [{"step": evil, "name": {"en": evil, "zh": evil}, "cells": {evil: "owner", "x": evil}}, {"step": evil}]
        page = render(document({evil: {"roles": [evil, "x"], "rows": rows}}))
        assert "<script>window" not in page
        assert "<img" not in page
