"""`svcflow explore` as a process: what it prints, whom it answers, how it ends."""

import http.client
import json
import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.request import ProxyHandler, Request, build_opener

import pytest

from svcflow.cli.main import main

ROOT = Path(__file__).parents[2]
LOG = str(ROOT / "logs" / "complaints.csv")
fetch = build_opener(ProxyHandler({}))


@contextmanager
def explore(*arguments: str) -> Iterator[tuple[str, subprocess.Popen[str]]]:
    command = [sys.executable, "-m", "svcflow", "explore", LOG, "--no-browser", *arguments]
    path = os.pathsep.join(filter(None, (str(ROOT / "src"), os.environ.get("PYTHONPATH"))))
    process = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=os.environ | {"PYTHONPATH": path}
    )
    assert process.stdout is not None
    try:
        yield process.stdout.readline().strip(), process
    finally:
        if process.poll() is None:
            process.kill()
        process.communicate()


def ask(address: str, question: str, body: dict[str, Any]) -> dict[str, Any]:
    base, _, token = address.partition("?token=")
    headers = {"Content-Type": "application/json", "X-Svcflow-Token": token}
    request = Request(f"{base}ask/{question}", json.dumps(body).encode(), headers)
    with fetch.open(request, timeout=30) as answer:
        found: dict[str, Any] = json.load(answer)
        return found


def test_prints_an_address_serves_the_page_and_ends_cleanly() -> None:
    with explore("--where", "severity == 'high'", "--to", "2026-03-01", "-w", str(ROOT / "workflows")) as (
        address,
        process,
    ):
        found = re.fullmatch(r"http://127\.0\.0\.1:(\d+)/\?token=[\w-]{20,}", address)
        assert found
        with fetch.open(address, timeout=30) as page:
            text = page.read().decode()
        data = json.loads(re.search(r'id="data">(.*?)</script>', text)[1])  # type: ignore[index]
        assert [one["kind"] for one in data["filters"]] == ["attribute", "period"]
        assert data["names"]["Case created"] != ["Case created", "Case created"]
        answer = ask(address, "view", {"view": "statistics", "filters": data["filters"]})
        assert 0 < answer["cases"] < answer["of"] == 1600
        assert "-w" in answer["commands"]["shell"]
        process.send_signal(signal.SIGINT)
        _, said = process.communicate(timeout=30)
        assert process.returncode == 0
        assert "Traceback" not in said
        with pytest.raises(OSError, match="refused"):
            http.client.HTTPConnection("127.0.0.1", int(found[1]), timeout=5).request("GET", "/")


def test_listens_on_the_loopback_address_only() -> None:
    with explore() as (address, _):
        port = int(address.split(":")[2].split("/")[0])
        with socket.socket() as other:
            other.settimeout(2)
            assert other.connect_ex(("127.0.0.2", port)) != 0


def test_small_groups_and_single_cases_are_not_told() -> None:
    with explore("--min-group", "50") as (address, _):
        for view, asked in (("cases", {}), ("case", {"case": "COM-0001"})):
            with pytest.raises(OSError, match="422"):
                ask(address, "view", {"view": view, "asked": asked})
        for view in ("map", "bottlenecks", "variants", "handoffs", "loops", "statistics", "compare"):
            answer = ask(address, "view", {"view": view, "asked": {"other": []} if view == "compare" else {}})
            for block in answer["blocks"]:
                keys = [key for key, _ in block.get("columns", [])]
                if "cases" in keys:
                    assert min(row[keys.index("cases")] for row in block["rows"]) >= 50
                counts = [count for count in block.get("counts", []) if count]
                assert all(count >= 50 for count in counts)
        few = {"kind": "performance", "min_s": 700_000}
        assert ask(address, "count", {"filters": [], "more": few})["after"] is None
        for stated in (few, {**few, "not": True}):
            with pytest.raises(OSError, match="422"):
                ask(address, "view", {"view": "statistics", "filters": [stated]})
        values = ask(address, "values", {"filters": []})
        assert values["longest_s"] is None
        assert all(row["cases"] >= 50 for row in values["activities"])


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ((LOG, "--where", "severity =="), "condition"),
        ((LOG, "--from", "2030-01-01"), "none of the"),
        ((LOG, "--min-group", "5000"), "fewer than"),
        (("no-such.csv",), "no-such.csv"),
    ],
)
def test_what_cannot_be_is_one_line(capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...], words: str) -> None:
    assert main(["explore", "--no-browser", *arguments]) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert words in said.err
    assert "Traceback" not in said.err


def test_a_port_in_use_is_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        assert main(["explore", LOG, "--no-browser", "--port", port]) == 2
    assert f"cannot listen on port {port}" in capsys.readouterr().err
