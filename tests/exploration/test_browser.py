"""The explorer in a real browser: every view readable and reachable by keyboard, nothing loaded, no text run."""

import re
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from svcflow import read_log
from svcflow.exploration import Explorer
from svcflow.exploration.application import make_application
from svcflow.exploration.guarding import Guard
from svcflow.exploration.page import VIEWS, Page, write_page
from svcflow.exploration.server import open_server
from svcflow.exploration.setting import Setting

LOG = Path(__file__).parents[2] / "logs" / "complaints.csv"
ATTACKS = (
    "<script>window.pwned=1</script>", "<img src=x onerror=window.pwned=1>", "</script><svg/onload=window.pwned=1>",
    "'\"><b>", "\u202egnirts", "=cmd|' /C calc'!A0", "x" * 3000, "javascript:window.pwned=1",
)  # fmt: skip
Open = Callable[..., Any]
Judge = Callable[..., list[tuple[str, str]]]


@contextmanager
def serve(log: Any, *, policy: bool = True) -> Iterator[str]:
    explorer = Explorer(log, Setting("log.csv", show_people=True))
    with open_server() as server:
        guard = Guard(server.server_port)
        page = write_page(explorer)
        page = page if policy else Page(page.html, "default-src * data: 'unsafe-inline'")
        server.set_app(make_application(explorer, guard, page))
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{guard.port}/?token={guard.token}"
        server.shutdown()
        thread.join()


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with serve(read_log(LOG)) as found:
        yield found


def make_hostile(folder: Path) -> Path:
    rows = ["case,activity,time,resource,team,kind"]
    for case in range(24):
        for step in range(4):
            cells = [ATTACKS[(case + step * k) % len(ATTACKS)].replace('"', '""') for k in (1, 2, 3)]
            name = f"{ATTACKS[case % len(ATTACKS)]}{case}".replace('"', '""')
            kind = ATTACKS[case % 5].replace('"', '""')
            rows.append(
                f'"{name}","{cells[0]}",2026-01-{case + 1:02}T0{step}:00:00Z,"{cells[1]}","{cells[2]}","{kind}"'
            )
    path = folder / "hostile.csv"
    path.write_text("\n".join(rows) + "\n", encoding="utf-8")
    return path


def rest(page: Any) -> None:
    """Wait until the view stands."""
    page.wait_for_selector("section[aria-busy=false] #blocks > *")
    page.wait_for_selector("#forms details")


def go(page: Any, view: str) -> None:
    """Choose a view."""
    page.click(f"[data-view={view}]")
    rest(page)


@contextmanager
def explore(visit: Open, address: str, *setting: Any) -> Iterator[Any]:
    """Open the explorer; afterwards nothing has gone wrong on it, and it has asked nobody else."""
    opened = visit(address, *setting)
    with opened as page:
        rest(page)
        yield page
    origin = address.split("/?", maxsplit=1)[0]
    here = {f"{origin}/", f"{origin}/ask/view", f"{origin}/ask/values", f"{origin}/ask/count"}
    assert {url.split("?")[0] for url in opened.asked if not url.startswith("data:")} <= here
    assert opened.faults == []


def wait(page: Any, expression: str) -> None:
    """Wait until an expression holds; the policy of the page lets no function wait for it inside."""
    for _ in range(600):
        if page.evaluate(expression):
            return
        page.wait_for_timeout(50)
    raise AssertionError(expression)


@pytest.mark.parametrize(("language", "scheme", "width"), [("en", "light", 1400), ("zh", "dark", 390)])
def test_every_view_is_accessible(
    visit: Open, judge: Judge, address: str, *, language: str, scheme: str, width: int
) -> None:
    with explore(visit, address, width, scheme) as page:
        page.click(f"[data-set={language}]")
        for view in VIEWS:
            go(page, view)
            page.evaluate("document.querySelectorAll('details').forEach(d => { d.open = true })")
            assert page.evaluate("document.documentElement.scrollWidth") <= width
            assert (view, judge(page, rows=10)) == (view, [])


def test_a_filter_counts_before_it_is_applied_and_can_be_undone(visit: Open, address: str) -> None:
    with explore(visit, address) as page:
        size = "document.querySelector('#size b').textContent"
        whole = page.evaluate(size)
        assert page.is_disabled("#undo")
        page.click("[data-kind=performance] summary")
        page.fill("[data-kind=performance] input >> nth=1", "24")
        page.wait_for_selector("[data-kind=performance] .go:enabled")
        promised = re.search(r"keeps ([\d,]+) of", page.inner_text("[data-kind=performance] .keeps"))
        assert promised
        assert page.evaluate(size) == whole
        page.click("[data-kind=performance] .go")
        wait(page, f"{size} === '{promised[1]}'")
        assert "24 h" in page.inner_text("#chips")
        page.click("#undo")
        wait(page, f"{size} === '{whole}'")
        page.click("#redo")
        wait(page, f"{size} === '{promised[1]}'")
        page.click("#chips button")
        wait(page, f"{size} === '{whole}'")
        page.click("#undo")
        wait(page, f"{size} === '{promised[1]}'")
        page.click("#clear")
        wait(page, f"{size} === '{whole}'")


def test_values_variants_and_lines_of_the_map_become_filters(visit: Open, address: str) -> None:
    with explore(visit, address) as page:
        size = "document.querySelector('#size b').textContent"
        page.click("[data-kind=attribute] summary")
        page.select_option("[data-kind=attribute] select", label="severity")
        page.wait_for_selector("[data-kind=attribute] .choices button")
        count = page.inner_text("[data-kind=attribute] .choices button >> nth=0 >> span")
        page.click("[data-kind=attribute] .choices button >> nth=0")
        wait(page, f"{size} === '{count}'")
        go(page, "variants")
        page.check("td.k-pick input >> nth=1")
        cases = page.inner_text("tbody tr >> nth=1 >> td >> nth=1")
        page.click("#keep")
        wait(page, f"{size} === '{cases}'")
        page.click("#clear")
        wait(page, f"{size} === '1,600'")
        go(page, "map")
        page.dispatch_event(".map .link .hit >> nth=0", "click", {"bubbles": True})
        page.wait_for_selector("#chips button")
        assert "→" in page.inner_text("#chips")


def test_sliders_change_the_map_and_its_command_stays(visit: Open, address: str) -> None:
    with explore(visit, address) as page:
        boxes = "document.querySelectorAll('.map .box').length"
        before = page.evaluate(boxes)
        page.focus("#slide-activities")
        page.keyboard.press("Home")
        for _ in range(30):
            page.keyboard.press("ArrowRight")
        wait(page, f"{boxes} < {before}")
        page.click("#command summary")
        assert page.inner_text("[data-line=shell]").startswith("svcflow mine log.csv --show-people --what map")
        assert "read_log('log.csv')" in page.inner_text("[data-line=python]")


def test_a_case_is_reached_by_keyboard_alone(visit: Open, address: str) -> None:
    with explore(visit, address) as page:
        page.focus("[data-view=cases]")
        page.keyboard.press("Enter")
        page.wait_for_selector("td.k-case button")
        page.focus("#sort-events")
        page.keyboard.press("Enter")
        page.wait_for_selector("th[aria-sort]:has(#sort-events)")
        page.focus("td.k-case button >> nth=0")
        page.keyboard.press("Enter")
        page.wait_for_selector("#h-case")
        assert len(page.query_selector_all("tbody tr")) >= 3
        assert page.evaluate("document.activeElement.id") == "h-view"


@pytest.mark.parametrize("policy", [True, False])
def test_a_hostile_log_is_text(visit: Open, tmp_path: Path, policy: bool) -> None:
    with serve(read_log(make_hostile(tmp_path)), policy=policy) as address, explore(visit, address) as page:
        for view in VIEWS:
            go(page, view)
        go(page, "cases")
        assert ATTACKS[1] in page.inner_text("#blocks")
        page.click("td.k-case button >> nth=0")
        page.wait_for_selector("#h-case")
        assert any(attack in page.inner_text("#blocks") for attack in ATTACKS[:3])
        page.click("[data-kind=attribute] summary")
        page.select_option("[data-kind=attribute] select", label="kind")
        page.wait_for_selector("[data-kind=attribute] .choices button")
        page.click("[data-kind=attribute] .choices button:enabled >> nth=0")
        page.wait_for_selector("#chips button")
        page.wait_for_timeout(200)
        assert page.evaluate("window.pwned") is None
        assert page.evaluate("document.querySelectorAll('img, iframe, object, b > *').length") == 0
        assert page.evaluate("document.scripts.length") == 2
