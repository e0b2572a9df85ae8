"""The page as PDF, printed by a Chromium, Chrome or Edge found on this machine."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from svcflow.errors import UsageError
from svcflow.report.asked import Asked, Output
from svcflow.report.outputs import html

SUFFIXES = (".pdf",)
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "msedge", "microsoft-edge")
PLACES = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge",
    "C:/Program Files/Google/Chrome/Application/chrome.exe",
    "C:/Program Files (x86)/Microsoft/Edge/Application/msedge.exe",
)
VARIABLE = "SVCFLOW_CHROMIUM"
SECONDS = 120
_QUIET = (
    "--headless", "--disable-gpu", "--no-first-run", "--disable-extensions", "--disable-background-networking",
    "--disable-sync", "--disable-component-update", "--no-pdf-header-footer", "--host-resolver-rules=MAP * ~NOTFOUND",
)  # fmt: skip


def write(document: Mapping[str, Any], asked: Asked) -> Output:
    """Return the printed page. Raises UsageError where there is no browser, or it does not print."""
    browser = find_browser()
    if browser is None:
        raise UsageError(
            "PDF needs Chromium, Chrome or Edge, and none was found",
            f"install one, name it in {VARIABLE}, or print the HTML report from a browser",
        )
    if asked.lang == "both":
        asked = replace(asked, lang="en")
    page = html.write(document, asked).data
    assert page is not None
    with tempfile.TemporaryDirectory(prefix="svcflow.") as folder:
        source, target = Path(folder) / "report.html", Path(folder) / "report.pdf"
        source.write_bytes(page)
        _print(browser, source, target)
        return Output(target.read_bytes())


def find_browser() -> str | None:
    """Return the browser named by the environment, on the path, or in a usual place."""
    named = os.environ.get(VARIABLE)
    if named:
        return shutil.which(named)
    found = (shutil.which(name) for name in NAMES)
    return next((path for path in found if path), None) or next((p for p in PLACES if Path(p).is_file()), None)


def _print(browser: str, source: Path, target: Path) -> None:
    sandbox = ["--no-sandbox"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []
    given = [browser, *_QUIET, *sandbox, f"--user-data-dir={source.parent / 'profile'}", f"--print-to-pdf={target}"]
    try:
        done = subprocess.run([*given, source.as_uri()], capture_output=True, timeout=SECONDS, check=False)  # noqa: S603
    except (OSError, subprocess.TimeoutExpired) as error:
        raise UsageError(f"{Path(browser).name} did not print: {error}", "print the HTML report instead") from None
    if not target.is_file() or not target.stat().st_size:
        lines = done.stderr.decode("utf-8", "replace").strip().splitlines() or [f"status {done.returncode}"]
        raise UsageError(f"{Path(browser).name} did not print: {lines[-1][:200]}", "print the HTML report instead")
