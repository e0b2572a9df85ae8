"""Pages of awkward logs, through the whole analysis, in a real browser."""

import json
import random
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from svcflow.analysis import analyze
from svcflow.definitions import load
from svcflow.eventlog import read_log
from svcflow.report import render

from .test_browser import Judge, Open, find_faults

WORKFLOWS = Path(__file__).parents[2] / "workflows"
HEADER = ("case", "activity", "time", "resource", "team")
LONG = "A very long name without an end " * 320
ODD = "Bell\x07 and \x1b[31mred\x1b[0m \u202eturned\u202c <b>bold</b>"

Row = tuple[str, ...]


def play(cases: int, names: list[str], steps: int = 5) -> list[Row]:
    """Return the rows of cases that walk through `names`, from a seed."""
    draw = random.Random(5)
    rows = []
    for case in range(cases):
        at = datetime(2026, 1, 5, 8, tzinfo=UTC) + timedelta(hours=3 * case)
        first = draw.randrange(max(1, len(names) - steps + 1))
        for step, name in enumerate(names[first : first + steps]):
            at += timedelta(minutes=draw.uniform(5, 900))
            rows.append((f"C{case}", name, at.isoformat(timespec="seconds"), f"p{draw.randrange(6)}", f"T{step % 3}"))
    return rows


def keep(rows: list[Row], *columns: str) -> list[Row]:
    """Return the rows with these columns alone, after a row of their names."""
    places = [HEADER.index(column) for column in columns]
    return [columns, *(tuple(row[place] for place in places) for row in rows)]


SOME = play(60, ["Receive", "Check", "Ask", "Answer", "Close"])
LOGS: dict[str, Callable[[], list[Row]]] = {
    "three-activities": lambda: keep(play(40, ["Receive", "Check", "Close"], 3), *HEADER),
    "four-hundred-activities": lambda: keep(play(900, [f"Service step {n}" for n in range(400)], 8), *HEADER),
    "one-case": lambda: keep(SOME[:5], *HEADER),
    "one-event": lambda: keep(SOME[:1], *HEADER),
    "no-teams": lambda: keep(SOME, "case", "activity", "time", "resource"),
    "no-resources": lambda: keep(SOME, "case", "activity", "time"),
    "dates-only": lambda: keep([(*row[:2], row[2][:10], *row[3:]) for row in SOME], *HEADER),
    "long-names": lambda: keep([(row[0], f"{row[1]} {LONG}", row[2], *row[3:]) for row in SOME], *HEADER),
    "long-teams": lambda: keep([(f"{row[0]} {LONG}", *row[1:4], f"{row[4]} {LONG}") for row in SOME[:20]], *HEADER),
    "controls": lambda: keep([(*row[:1], f"{row[1]} {ODD}", row[2], *row[3:]) for row in SOME], *HEADER),
    "open-cases": lambda: [
        HEADER,
        *((f"C{n}", "Case created", f"2026-03-{n % 28 + 1:02}T09:00:00Z", "p1", "Hotline") for n in range(30)),
    ],
}
WITH_DEFINITION = {"open-cases", "one-case"}


@pytest.mark.parametrize("name", LOGS)
def test_page_is_whole(visit: Open, judge: Judge, tmp_path: Path, name: str) -> None:
    head, *rows = LOGS[name]()
    log = tmp_path / "log.jsonl"
    log.write_text("\n".join(json.dumps(dict(zip(head, row, strict=True))) for row in rows), encoding="utf-8")
    workspace = load(WORKFLOWS) if name in WITH_DEFINITION else None
    document = analyze(read_log(log), workspace, discover=False).to_json()
    page_file = tmp_path / "page.html"
    page_file.write_text(render(document, lang="both"), encoding="utf-8")
    opened = visit(page_file.as_uri(), 1400)
    with opened as page:
        for width, language in ((1400, "en"), (390, "zh")):
            page.set_viewport_size({"width": width, "height": 900})
            page.click(f"[data-set={language}]")
            assert page.evaluate("document.documentElement.scrollWidth") <= width
        page.evaluate("document.querySelectorAll('details:not(.tolds > *)').forEach(d => { d.open = true })")
        assert page.evaluate("document.documentElement.scrollWidth") <= 390
        page.set_viewport_size({"width": 1400, "height": 900})
        assert page.evaluate("document.documentElement.scrollWidth") <= 1400
        bare = page.evaluate(
            "[...document.querySelectorAll('section.card')].filter(s => s.innerText.trim().split('\\n').length < 2)"
            ".map(s => s.id)"
        )
        assert bare == []
        assert judge(page) == []
    assert find_faults(opened) == []
