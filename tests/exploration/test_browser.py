"""The explorer in a real browser: every view readable and reachable by keyboard, nothing loaded, no text run."""

import re
import threading
from collections.abc import Iterator
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

CHROMIUM = Path("/usr/bin/chromium")
ARGUMENTS = [
    "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update",
    "--disable-sync", "--no-first-run", "--no-proxy-server",
]  # fmt: skip
LOG = Path(__file__).parents[2] / "logs" / "complaints.csv"
ATTACKS = (
    "<script>window.pwned=1</script>", "<img src=x onerror=window.pwned=1>", "</script><svg/onload=window.pwned=1>",
    "'\"><b>", "\u202egnirts", "=cmd|' /C calc'!A0", "x" * 3000, "javascript:window.pwned=1",
)  # fmt: skip
SHORTEN = "document.querySelectorAll('tbody').forEach(b => { while (b.rows.length > 10) b.rows[10].remove() })"
"""Rows of a table are alike: a few of them are judged."""

pytestmark = pytest.mark.skipif(not CHROMIUM.exists(), reason="no Chromium at /usr/bin/chromium")


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    api = pytest.importorskip("playwright.sync_api")
    with api.sync_playwright() as play:
        chromium = play.chromium.launch(executable_path=str(CHROMIUM), args=ARGUMENTS)
        yield chromium
        chromium.close()


@pytest.fixture(scope="module")
def axe() -> str:
    package = pytest.importorskip("axe_playwright_python")
    return Path(package.__file__).with_name("axe.min.js").read_text(encoding="utf-8")


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


class Visit:
    """An open page that keeps what went wrong on it, and what it asked for."""

    def __init__(self, browser: Any, address: str, width: int = 1400, scheme: str = "light") -> None:
        self.faults: list[str] = []
        self.asked: set[str] = set()
        self.origin = address.split("/?", maxsplit=1)[0]
        self.page = browser.new_page(viewport={"width": width, "height": 900}, color_scheme=scheme)
        self.page.on("console", lambda message: self.faults.append(message.text))
        self.page.on("pageerror", lambda error: self.faults.append(str(error)))
        self.page.on("dialog", lambda dialog: self.faults.append("dialog"))
        self.page.on("request", lambda request: self.asked.add(request.url.split("?")[0]))
        self.page.goto(address)
        self.rest()

    def rest(self) -> None:
        """Wait until the view stands."""
        self.page.wait_for_selector("section[aria-busy=false] #blocks > *")
        self.page.wait_for_selector("#forms details")

    def open(self, view: str) -> None:
        self.page.click(f"[data-view={view}]")
        self.rest()

    def __enter__(self) -> Any:
        return self.page

    def __exit__(self, *_: object) -> None:
        self.page.close()
        here = {f"{self.origin}/", f"{self.origin}/ask/view", f"{self.origin}/ask/values", f"{self.origin}/ask/count"}
        assert {url for url in self.asked if not url.startswith("data:")} <= here


def wait(page: Any, expression: str) -> None:
    """Wait until an expression holds; the policy of the page lets no function wait for it inside."""
    for _ in range(600):
        if page.evaluate(expression):
            return
        page.wait_for_timeout(50)
    raise AssertionError(expression)


@pytest.mark.parametrize(("language", "scheme", "width"), [("en", "light", 1400), ("zh", "dark", 390)])
def test_every_view_is_accessible(
    browser: Any, axe: str, address: str, *, language: str, scheme: str, width: int
) -> None:
    visit = Visit(browser, address, width, scheme)
    with visit as page:
        page.evaluate(axe)
        page.click(f"[data-set={language}]")
        for view in VIEWS:
            visit.open(view)
            page.evaluate("document.querySelectorAll('details').forEach(d => { d.open = true })")
            assert page.evaluate("document.documentElement.scrollWidth") <= width
            page.evaluate(SHORTEN)
            found = page.evaluate("axe.run()")["violations"]
            assert [(view, v["id"], v["nodes"][0]["html"][:200]) for v in found] == []
    assert visit.faults == []


def test_a_filter_counts_before_it_is_applied_and_can_be_undone(browser: Any, address: str) -> None:
    visit = Visit(browser, address)
    with visit as page:
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
    assert visit.faults == []


def test_values_variants_and_lines_of_the_map_become_filters(browser: Any, address: str) -> None:
    visit = Visit(browser, address)
    with visit as page:
        size = "document.querySelector('#size b').textContent"
        page.click("[data-kind=attribute] summary")
        page.select_option("[data-kind=attribute] select", label="severity")
        page.wait_for_selector("[data-kind=attribute] .choices button")
        count = page.inner_text("[data-kind=attribute] .choices button >> nth=0 >> span")
        page.click("[data-kind=attribute] .choices button >> nth=0")
        wait(page, f"{size} === '{count}'")
        visit.open("variants")
        page.check("td.k-pick input >> nth=1")
        cases = page.inner_text("tbody tr >> nth=1 >> td >> nth=1")
        page.click("#keep")
        wait(page, f"{size} === '{cases}'")
        page.click("#clear")
        wait(page, f"{size} === '1,600'")
        visit.open("map")
        page.dispatch_event(".map .link .hit >> nth=0", "click", {"bubbles": True})
        page.wait_for_selector("#chips button")
        assert "→" in page.inner_text("#chips")
    assert visit.faults == []


def test_sliders_change_the_map_and_its_command_stays(browser: Any, address: str) -> None:
    visit = Visit(browser, address)
    with visit as page:
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
    assert visit.faults == []


def test_a_case_is_reached_by_keyboard_alone(browser: Any, address: str) -> None:
    visit = Visit(browser, address)
    with visit as page:
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
    assert visit.faults == []


@pytest.mark.parametrize("policy", [True, False])
def test_a_hostile_log_is_text(browser: Any, tmp_path: Path, policy: bool) -> None:
    with serve(read_log(make_hostile(tmp_path)), policy=policy) as address:
        visit = Visit(browser, address)
        with visit as page:
            for view in VIEWS:
                visit.open(view)
            visit.open("cases")
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
        assert visit.faults == []
