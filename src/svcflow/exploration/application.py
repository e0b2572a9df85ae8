"""The explorer over HTTP: one page, and three questions asked with POST; every answer but the page is one JSON line."""

from __future__ import annotations

import json
from http import HTTPStatus
from typing import Any

import bottle

from svcflow.errors import SvcflowError
from svcflow.exploration.explorer import Explorer
from svcflow.exploration.guarding import HEADER, Guard, Refusal
from svcflow.exploration.page import Page

HEADERS = {
    "Cache-Control": "no-store",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}
QUESTIONS = {
    "view": {"view": str, "filters": list, "asked": dict},
    "count": {"filters": list, "more": dict},
    "values": {"filters": list, "attribute": str},
}
"""What a question may hold, and of which type it is."""


def make_application(explorer: Explorer, guard: Guard, page: Page) -> bottle.Bottle:
    """Return the WSGI application."""
    app = bottle.Bottle()

    @app.hook("before_request")  # type: ignore[untyped-decorator]
    def admit() -> None:
        try:
            environ = bottle.request.environ
            guard.check_origin(environ.get("HTTP_HOST", ""), environ.get("HTTP_ORIGIN"))
        except Refusal as refusal:
            raise _answer({"error": refusal.reason}, refusal.status) from None

    @app.get("/")  # type: ignore[untyped-decorator]
    def show() -> bottle.HTTPResponse:
        try:
            guard.check_token(bottle.request.query.get("token"))
        except Refusal as refusal:
            return _answer({"error": refusal.reason}, refusal.status)
        policy = {"Content-Security-Policy": page.policy, "Content-Type": "text/html; charset=utf-8"}
        return bottle.HTTPResponse(page.html.encode("utf-8", "replace"), headers=HEADERS | policy)

    @app.post("/ask/<question>")  # type: ignore[untyped-decorator]
    def ask(question: str) -> bottle.HTTPResponse:
        try:
            guard.check_token(bottle.request.environ.get(HEADER))
            return _answer(_reply(explorer, question, _read_body(guard)))
        except Refusal as refusal:
            return _answer({"error": refusal.reason}, refusal.status)
        except SvcflowError as error:
            return _answer({"error": error.message, "hint": error.hint}, HTTPStatus.UNPROCESSABLE_ENTITY)

    def fail(error: bottle.HTTPError) -> str:
        bottle.response.headers.update(HEADERS | {"Content-Type": "application/json"})
        known = error.status_code in {404, 405}
        return _write({"error": error.status_line if known else "this is a bug in svcflow"})

    app.default_error_handler = fail
    return app


def _read_body(guard: Guard) -> dict[str, Any]:
    environ = bottle.request.environ
    length = guard.check_body(environ.get("CONTENT_TYPE", ""), environ.get("CONTENT_LENGTH", ""))
    try:
        body = json.loads(environ["wsgi.input"].read(length).decode("utf-8"))
    except (ValueError, RecursionError):
        raise Refusal(HTTPStatus.BAD_REQUEST, "the body is no JSON") from None
    if not isinstance(body, dict):
        raise Refusal(HTTPStatus.BAD_REQUEST, "the body is no JSON object")
    return body


def _reply(explorer: Explorer, question: str, body: dict[str, Any]) -> dict[str, Any]:
    known = QUESTIONS.get(question)
    if known is None:
        raise Refusal(HTTPStatus.NOT_FOUND, "no such question")
    if any(name not in known or not isinstance(value, known[name]) for name, value in body.items()):
        raise Refusal(HTTPStatus.BAD_REQUEST, f"a question of this kind holds {', '.join(known)}")
    filters = body.get("filters", [])
    if question == "view":
        return explorer.view(body.get("view", ""), filters, body.get("asked"))
    if question == "count":
        return explorer.count(filters, body.get("more", {}))
    return explorer.values(filters, body.get("attribute"))


def _answer(value: dict[str, Any], status: HTTPStatus = HTTPStatus.OK) -> bottle.HTTPResponse:
    headers = HEADERS | {"Content-Type": "application/json"}
    return bottle.HTTPResponse(_write(value).encode(), status=status.value, headers=headers)


def _write(value: dict[str, Any]) -> str:
    return json.dumps(value, separators=(",", ":")) + "\n"
