"""The explorer over real HTTP: who is answered, what is refused, what an answer looks like."""

import http.client
import json
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from svcflow import read_log
from svcflow.analysis.people import make_mask
from svcflow.exploration import Explorer
from svcflow.exploration.application import make_application
from svcflow.exploration.guarding import LARGEST_BODY, Guard
from svcflow.exploration.page import write_page
from svcflow.exploration.server import open_server
from svcflow.exploration.setting import Setting

LOG = Path(__file__).parents[2] / "logs" / "complaints.csv"


@pytest.fixture(scope="module")
def guard() -> Iterator[Guard]:
    log = read_log(LOG)
    explorer = Explorer(log, Setting(str(LOG), mask=make_mask(log, show_people=False)))
    with open_server() as server:
        made = Guard(server.server_port)
        server.set_app(make_application(explorer, made, write_page(explorer)))
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        yield made
        server.shutdown()
        thread.join()


def send(
    guard: Guard, path: str, body: Any = None, *, method: str | None = None, **headers: str
) -> tuple[int, dict[str, str], bytes]:
    link = http.client.HTTPConnection("127.0.0.1", guard.port, timeout=20)
    raw = body if isinstance(body, bytes) or body is None else json.dumps(body).encode()
    given = {"Content-Type": "application/json", "X-Svcflow-Token": guard.token} if raw is not None else {}
    given |= {name.replace("_", "-"): value for name, value in headers.items()}
    link.request(method or ("GET" if raw is None else "POST"), path, raw, given)
    answer = link.getresponse()
    found = answer.status, {k.lower(): v for k, v in answer.getheaders()}, answer.read()
    link.close()
    return found


def test_the_page_is_for_the_token_and_loads_nothing(guard: Guard) -> None:
    status, headers, body = send(guard, f"/?token={guard.token}")
    assert status == 200
    assert headers["content-security-policy"].startswith("default-src 'none'; script-src 'sha256-")
    assert "unsafe" not in headers["content-security-policy"]
    assert "http" not in headers["content-security-policy"]
    assert not any(name.startswith("access-control") for name in headers)
    text = body.decode()
    for loaded in ("src=", "@import", "url(", "https://", " style=", " onclick="):
        assert loaded not in text.replace("connect-src", "")
    for path in ("/", "/?token=", f"/?token={guard.token[:-1]}", f"/?token={guard.token}x", "/?token=%ff"):
        status, _, body = send(guard, path)
        assert status == 403
        assert guard.token.encode() not in body


@pytest.mark.parametrize(
    "host", ["evil.example", "evil.example:{port}", "127.0.0.1", "127.0.0.1:1", "localhost.:{port}"]
)
def test_another_host_is_not_answered(guard: Guard, host: str) -> None:
    named = host.format(port=guard.port)
    for path, body in ((f"/?token={guard.token}", None), ("/ask/view", {"view": "cases"}), ("/nothing", None)):
        status, _, answer = send(guard, path, body, Host=named)
        assert status == 421
        assert b"case" not in answer


@pytest.mark.parametrize("origin", ["http://evil.example", "null", "https://127.0.0.1:{port}"])
def test_another_page_is_not_answered(guard: Guard, origin: str) -> None:
    status, headers, _ = send(guard, "/ask/view", {"view": "cases"}, Origin=origin.format(port=guard.port))
    assert status == 403
    assert not any(name.startswith("access-control") for name in headers)
    status, _, _ = send(guard, "/ask/view", {"view": "cases"}, Origin=f"http://127.0.0.1:{guard.port}")
    assert status == 200


def test_questions_need_the_token_in_the_header(guard: Guard) -> None:
    for token in ("", "x", guard.token + "x", "\xff"):
        assert send(guard, "/ask/view", {"view": "cases"}, X_Svcflow_Token=token)[0] == 403
    assert send(guard, f"/ask/view?token={guard.token}", {"view": "cases"}, X_Svcflow_Token="")[0] == 403
    assert send(guard, "/ask/view", method="OPTIONS")[0] == 405


@pytest.mark.parametrize(
    ("body", "headers", "status"),
    [
        (b"{", {}, 400),
        (b"[]", {}, 400),
        (b"\xff\xfe", {}, 400),
        (b"[" * 100_000, {}, 400),
        (b"{}", {"Content_Type": "text/plain"}, 415),
        (b"{}", {"Content_Length": "1e9"}, 411),
        (b"", {"Content_Length": str(LARGEST_BODY + 1)}, 413),
        (b"", {"Content_Length": "9" * 40}, 413),
        (b'{"view": 1}', {}, 400),
        (b'{"view": "map", "surprise": 1}', {}, 400),
        (b'{"view": "nothing"}', {}, 422),
        (b'{"view": "statistics", "filters": [{"kind": "attribute", "where": "a ="}]}', {}, 422),
        (b'{"view": "statistics", "filters": [1]}', {}, 422),
        (b'{"view": "case", "asked": {"case": "\\ud800<script>"}}', {}, 422),
        (b'{"view": "cases", "asked": {"page": 99999999}}', {}, 200),
        (b'{"view": "cases", "asked": {"page": NaN}}', {}, 422),
    ],
)
def test_every_fault_is_one_json_line(guard: Guard, body: bytes, headers: dict[str, str], status: int) -> None:
    found, said, answer = send(guard, "/ask/view", body, **headers)
    assert found == status
    assert said["content-type"] == "application/json"
    assert said["x-content-type-options"] == "nosniff"
    assert answer.endswith(b"\n")
    assert answer.count(b"\n") == 1
    assert ("error" in json.loads(answer)) == (status != 200)


def test_what_does_not_exist_is_one_json_line_too(guard: Guard) -> None:
    for path, body, status in (("/x", None, 404), ("/ask/x", {}, 404), ("/ask/view", None, 405), ("/../x", None, 404)):
        found, said, answer = send(guard, path, body)
        assert (found, said["content-type"]) == (status, "application/json")
        assert "error" in json.loads(answer)


def test_questions_are_answered(guard: Guard) -> None:
    fast = {"kind": "performance", "max_s": 100_000}
    counted = json.loads(send(guard, "/ask/count", {"filters": [], "more": fast})[2])
    shown = json.loads(send(guard, "/ask/view", {"view": "cases", "filters": [fast], "asked": {"sort": "events"}})[2])
    assert shown["cases"] == counted["after"] < counted["before"] == shown["of"]
    values = json.loads(send(guard, "/ask/values", {"filters": [fast]})[2])
    assert sum(row["first"] for row in values["activities"]) == counted["after"]
    told = json.loads(
        send(guard, "/ask/view", {"view": "case", "asked": {"case": shown["blocks"][0]["rows"][0][0]}})[2]
    )
    people = {row[3] for row in told["blocks"][0]["rows"]}
    assert all(person is None or person.startswith("P") or person == "ticket-system" for person in people)


def test_many_at_once_get_the_same(guard: Guard) -> None:
    answers: list[bytes] = []
    body = {"view": "handoffs", "filters": [{"kind": "variant", "coverage": 0.9}]}
    threads = [threading.Thread(target=lambda: answers.append(send(guard, "/ask/view", body)[2])) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(answers) == 8
    assert len(set(answers)) == 1
