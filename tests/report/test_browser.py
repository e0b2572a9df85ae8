"""The page in a real browser: nothing loaded, nothing run, nothing unreadable, everything usable."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from svcflow.report import render

from .sample import make_document, make_hostile


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("pages")
    ordinary, hostile = render(make_document(), lang="both"), render(make_hostile(), lang="both")
    open_door = re.sub(r'<meta http-equiv="Content-Security-Policy"[^>]*>', "", hostile)
    assert open_door != hostile
    bare = render({"svcflow": "0.1.0", "log": {"cases": 3, "events": 3}}, lang="both")
    made = {"ordinary": ordinary, "hostile": hostile, "hostile-without-policy": open_door, "bare": bare}
    for name, html in made.items():
        (folder / f"{name}.html").write_text(html, encoding="utf-8")
    return {name: folder / f"{name}.html" for name in made}


Open = Callable[..., Any]
Judge = Callable[..., list[tuple[str, str]]]


def find_faults(visit: Any) -> list[str]:
    """Return what went wrong on a page, and what it loaded beside itself."""
    own = [url for url in visit.asked if url.startswith("file:")]
    return visit.faults + [url for url in visit.asked if not url.startswith(("file:", "data:"))] + own[1:]


@pytest.mark.parametrize(
    ("name", "scheme", "width"),
    [
        *(("ordinary", scheme, width) for scheme in ("light", "dark") for width in (390, 1400)),
        ("hostile", "dark", 390),
        ("hostile", "light", 1400),
        ("bare", "light", 390),
    ],
)
def test_accessible_in_both_languages(
    visit: Open, judge: Judge, pages: dict[str, Path], *, name: str, scheme: str, width: int
) -> None:
    opened = visit(pages[name].as_uri(), width, scheme)
    with opened as page:
        for language in ("en", "zh"):
            page.click(f"[data-set={language}]")
            assert page.evaluate("document.documentElement.scrollWidth") <= width
            page.evaluate("document.querySelectorAll('details').forEach(d => { d.open = true })")
            assert page.evaluate("document.documentElement.scrollWidth") <= width
            assert judge(page) == []
    assert find_faults(opened) == []


@pytest.mark.parametrize("name", ["hostile", "hostile-without-policy"])
def test_a_hostile_log_is_text(visit: Open, pages: dict[str, Path], name: str) -> None:
    opened = visit(pages[name].as_uri())
    with opened as page:
        page.evaluate("document.querySelectorAll('details').forEach(d => { d.open = true })")
        for button in page.query_selector_all(".pick")[:12]:
            button.click()
        for link in page.query_selector_all(".cases a")[:6]:
            link.click()
        page.click("th[data-sort] button")
        page.mouse.move(300, 300)
        page.wait_for_timeout(200)
        assert page.evaluate("window.pwned") is None
        assert page.evaluate("document.querySelectorAll('img, iframe, object').length") == 0
        assert page.evaluate("document.scripts.length") == 2
        assert page.evaluate("getComputedStyle(document.querySelector('h1')).display") == "block"
        text = page.inner_text("main")
        for attack in (
            "<script>window.pwned=1</script>",
            "</style><style>*{display:none}",
            "<svg/onload=window.pwned=1>",
        ):
            assert attack in text
    assert find_faults(opened) == []


def test_languages_switch_and_mark_the_page(visit: Open, pages: dict[str, Path]) -> None:
    with visit(pages["ordinary"].as_uri()) as page:
        assert page.evaluate("document.documentElement.lang") == "en"
        assert "cases wait a median of" in page.inner_text("h1")
        page.click("[data-set=zh]")
        assert page.evaluate("document.documentElement.lang") == "zh-CN"
        assert "等待时间中位数" in page.inner_text("h1")
        assert "median" not in page.inner_text("main")
        assert page.get_attribute("[data-set=zh]", "aria-pressed") == "true"
        seen = page.evaluate(
            "[...document.querySelectorAll('.map .zh')].every(t => getComputedStyle(t).display !== 'none')"
        )
        assert seen


def test_the_theme_follows_the_system_and_the_button(visit: Open, pages: dict[str, Path]) -> None:
    ground = "getComputedStyle(document.body).backgroundColor"
    with visit(pages["ordinary"].as_uri(), scheme="dark") as page:
        dark = page.evaluate(ground)
        page.click("[data-theme-button]")
        light = page.evaluate(ground)
        assert light == "rgb(244, 245, 247)" != dark
        page.click("[data-theme-button]")
        assert page.evaluate(ground) == dark
        page.emulate_media(media="print")
        assert (
            page.evaluate("getComputedStyle(document.querySelector('.card')).backgroundColor") == "rgb(255, 255, 255)"
        )


def test_tables_sort_both_ways_and_keep_the_unknown_last(visit: Open, pages: dict[str, Path]) -> None:
    with visit(pages["ordinary"].as_uri()) as page:
        values = "[...document.querySelectorAll('.actions tbody tr')].map(r => r.cells[2].dataset.v)"
        page.click(".actions th[data-sort] button")
        falling = page.evaluate(values)
        assert falling[-1] == ""
        assert [float(v) for v in falling[:-1]] == sorted(map(float, falling[:-1]), reverse=True)
        page.keyboard.press("Enter")
        rising = page.evaluate(values)
        assert rising == [*reversed(falling[:-1]), ""]
        assert page.get_attribute(".actions th[data-sort]", "aria-sort") == "ascending"


def test_a_link_of_the_map_is_picked_by_keyboard_and_by_mouse(visit: Open, pages: dict[str, Path]) -> None:
    document = make_document()
    row = max(document["directly_follows"], key=lambda r: r["total_s"])
    with visit(pages["ordinary"].as_uri()) as page:
        page.focus(".pick >> nth=0")
        page.keyboard.press("Enter")
        panel = page.inner_text("[data-panel]")
        assert f"{row['from']} → {row['to']}" in panel
        assert f"{row['count']} / {row['cases']}" in panel
        assert f"{row['total_s'] / 3600:,.0f} h" in panel
        assert page.evaluate("document.querySelectorAll('.map .box.on').length") == 2
        page.keyboard.press("Escape")
        assert "No link selected" in page.inner_text("[data-panel]")
        page.dispatch_event('.map .link[data-e="3"] .hit', "click", {"bubbles": True})
        assert page.get_attribute(".pick[aria-pressed=true]", "data-e") == "3"


def test_the_slider_hides_rare_paths(visit: Open, pages: dict[str, Path]) -> None:
    with visit(pages["ordinary"].as_uri()) as page:
        shown = "document.querySelectorAll('.map .link:not(.off)').length"
        before = page.evaluate(shown)
        page.focus("#least")
        page.keyboard.press("End")
        least = int(page.inner_text(".slider output"))
        rest = page.evaluate("[...document.querySelectorAll('.map .link:not(.off)')].map(l => Number(l.dataset.c))")
        assert 0 < len(rest) < before
        assert min(rest) >= least == 600
        page.keyboard.press("Home")
        assert page.evaluate(shown) == before


def test_evidence_unfolds_the_case_in_place(visit: Open, pages: dict[str, Path]) -> None:
    with visit(pages["ordinary"].as_uri()) as page:
        page.click(".actions details summary")
        link = page.query_selector(".actions .cases a")
        link.click()
        told = page.inner_text(".actions .inline pre")
        assert "Case received · Front desk" in told
        assert len(told.splitlines()) >= 8
        assert not re.search(r"Front desk \d", told)
        link.click()
        assert page.query_selector(".actions .inline") is None
        page.goto(page.url.split("#")[0] + "#c2")
        assert page.evaluate("document.getElementById('c2').open")


@pytest.mark.parametrize("name", ["ordinary", "hostile"])
def test_prints_on_six_pages_at_most(visit: Open, pages: dict[str, Path], name: str) -> None:
    with visit(pages[name].as_uri()) as page:
        page.click(".pick >> nth=0")
        pdf = page.pdf(prefer_css_page_size=True, print_background=True)
    assert 2 <= len(re.findall(rb"/Type\s*/Page\b", pdf)) <= 6


def test_reads_without_scripts(browser: Any, pages: dict[str, Path]) -> None:
    context = browser.new_context(java_script_enabled=False, viewport={"width": 1000, "height": 800})
    page = context.new_page()
    page.goto(pages["ordinary"].as_uri())
    assert "cases wait a median of" in page.inner_text("h1")
    assert not page.is_visible(".controls")
    assert not page.is_visible("[data-panel]")
    assert page.is_visible(".map")
    context.close()


def test_on_paper_nothing_is_left_without_words(visit: Open, tmp_path: Path) -> None:
    document = make_document() | {"runs": {}, "workspace": None}
    document["quantities"] = {**document["quantities"], "scorecard": None}
    path = tmp_path / "paper.html"
    path.write_text(render(document), encoding="utf-8")
    with visit(path.as_uri()) as page:
        page.emulate_media(media="print")
        assert "Not shown" in page.inner_text("#scorecard")
        names = page.inner_text("#journey .printed")
        assert names.startswith("1 ")
        assert page.locator("#journey .printed").is_visible()
        page.emulate_media(media="screen")
        assert not page.locator("#journey .printed").is_visible()
