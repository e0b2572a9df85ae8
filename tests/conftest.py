"""What holds for all tests, and the browser they share."""

from __future__ import annotations

import importlib.util
import signal
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from svcflow.eventlog.log import Log

# A run in the background may inherit that Ctrl-C is ignored; the programs that tests interrupt must hear it.
signal.signal(signal.SIGINT, signal.default_int_handler)

# The folders of tests share builders of logs and queues.
BUILDERS = {
    "svcflow_test_logs": Path("mining", "logs.py"),
    "svcflow_handmade_logs": Path("handmade.py"),
    "svcflow_test_queues": Path("simulation", "queues.py"),
    "svcflow_test_office": Path("simulation", "office.py"),
    "svcflow_staffed_logs": Path("staffing", "queues.py"),
}

for name, file in BUILDERS.items():
    if name not in sys.modules:
        spec = importlib.util.spec_from_file_location(name, Path(__file__).parent / file)
        assert spec is not None
        assert spec.loader is not None
        sys.modules[name] = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(sys.modules[name])

CHROMIUM = Path("/usr/bin/chromium")
ARGUMENTS = [
    "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update",
    "--disable-sync", "--no-first-run", "--no-proxy-server",
]  # fmt: skip


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """A headless Chromium, one for all tests of a worker; tests without one are skipped, saying so."""
    if not CHROMIUM.exists():
        pytest.skip(f"no Chromium at {CHROMIUM}")
    api = pytest.importorskip("playwright.sync_api")
    with api.sync_playwright() as play:
        chromium = play.chromium.launch(executable_path=str(CHROMIUM), args=ARGUMENTS)
        yield chromium
        chromium.close()


@pytest.fixture(scope="session")
def judge() -> Callable[..., list[tuple[str, str]]]:
    """What axe-core finds wrong with an open page: rules with the first element that breaks each.

    Rows of a table are alike: with `rows` so many of each are judged.
    """
    package = pytest.importorskip("axe_playwright_python")
    source = Path(package.__file__).with_name("axe.min.js").read_text(encoding="utf-8")

    def find_violations(page: Any, rows: int | None = None) -> list[tuple[str, str]]:
        if rows is not None:
            page.evaluate(
                f"document.querySelectorAll('tbody').forEach(b => [...b.rows].slice({rows}).forEach(r => r.remove()))"
            )
        if not page.evaluate("typeof axe === 'object'"):
            page.evaluate(source)
        found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")["violations"]
        return [(v["id"], v["nodes"][0]["html"][:200]) for v in found]

    return find_violations


class Visit:
    """An open page that keeps what went wrong on it, and what it asked for."""

    def __init__(self, browser: Any, address: str, width: int = 1400, scheme: str = "light") -> None:
        self.faults: list[str] = []
        self.asked: list[str] = []
        self.page = browser.new_page(viewport={"width": width, "height": 900}, color_scheme=scheme)
        self.page.on("console", lambda message: self.faults.append(message.text))
        self.page.on("pageerror", lambda error: self.faults.append(str(error)))
        self.page.on("dialog", lambda dialog: self.faults.append("dialog"))
        self.page.on("request", lambda request: self.asked.append(request.url))
        self.page.goto(address)

    def __enter__(self) -> Any:
        return self.page

    def __exit__(self, *_: object) -> None:
        self.page.close()


@pytest.fixture(scope="session")
def visit(browser: Any) -> Callable[..., Visit]:
    """Open a page: address, width, colour scheme."""
    return lambda address, width=1400, scheme="light": Visit(browser, address, width, scheme)


@pytest.fixture(scope="session")
def make_log() -> Callable[..., Log]:
    """Return the builder of logs from tuples."""
    builder: Callable[..., Log] = sys.modules["svcflow_handmade_logs"].build_log
    return builder
