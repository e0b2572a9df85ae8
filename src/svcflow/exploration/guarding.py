"""Who may ask: only this machine's browser, by the page that was opened with the token.

A page of another origin can send requests to a loopback port, and a name it owns can be pointed at one (DNS
rebinding). So the host must be a loopback name with the very port, the origin this one where the browser states it,
and every request must carry the token: the page in its address, all else in a header, which no other origin may set
without permission that is never given.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from http import HTTPStatus

LARGEST_BODY = 256 * 1024
"""Bytes of a request."""
HEADER = "HTTP_X_SVCFLOW_TOKEN"
"""The header X-Svcflow-Token, as a server calls it."""


class Refusal(Exception):  # noqa: N818 - it is an answer, no fault of the program
    """A request that gets no answer but a status and one line."""

    def __init__(self, status: HTTPStatus, reason: str) -> None:
        super().__init__(reason)
        self.status = status
        self.reason = reason


@dataclass(frozen=True)
class Guard:
    """Judges requests to a server on `port` of the loopback address."""

    port: int
    token: str = field(default_factory=lambda: secrets.token_urlsafe(24), repr=False)

    @property
    def hosts(self) -> frozenset[str]:
        """Return the hosts that a request may be for."""
        return frozenset({f"127.0.0.1:{self.port}", f"localhost:{self.port}"})

    def check_origin(self, host: str, origin: str | None) -> None:
        """Raise `Refusal` for a request for another host, or from another page."""
        if host not in self.hosts:
            raise Refusal(HTTPStatus.MISDIRECTED_REQUEST, "this server answers on its loopback address only")
        if origin is not None and origin not in {f"http://{name}" for name in self.hosts}:
            raise Refusal(HTTPStatus.FORBIDDEN, "requests of other pages are not answered")

    def check_token(self, given: str | None) -> None:
        """Raise `Refusal` for another token; the time taken does not tell how much of it was right."""
        if not secrets.compare_digest((given or "").encode("utf-8", "replace"), self.token.encode()):
            raise Refusal(HTTPStatus.FORBIDDEN, "the token is missing or wrong: open the address that was printed")

    def check_body(self, kind: str, length: str) -> int:
        """Return the length of a body of JSON. Raises `Refusal` for another kind, no length or too large a one."""
        if kind.partition(";")[0].strip().lower() != "application/json":
            raise Refusal(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "the body must be application/json")
        if not (length.isascii() and length.isdigit()):
            raise Refusal(HTTPStatus.LENGTH_REQUIRED, "the length of the body must be stated")
        if len(length) > 12 or int(length) > LARGEST_BODY:
            raise Refusal(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, f"more than {LARGEST_BODY:,} bytes")
        return int(length)
