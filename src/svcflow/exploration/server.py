"""A server on the loopback address, one thread a request."""

from __future__ import annotations

from socketserver import ThreadingMixIn
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer

from svcflow.errors import UsageError

ADDRESS = "127.0.0.1"
PATIENCE_S = 30
"""A client that is silent for so long is let go."""


class Server(ThreadingMixIn, WSGIServer):
    """Serves one application; requests still running when it ends are dropped."""

    daemon_threads = True
    request_queue_size = 64

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing: a browser that went away is no fault."""


class _Handler(WSGIRequestHandler):
    timeout = PATIENCE_S

    def address_string(self) -> str:
        return ADDRESS

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the name of the library
        """Say nothing: an address holds the token."""


def open_server(port: int = 0) -> Server:
    """Return a server that listens on `port` of the loopback address; 0 takes a free one. Raises UsageError."""
    try:
        return Server((ADDRESS, port), _Handler)
    except OSError as error:
        raise UsageError(
            f"cannot listen on port {port}: {error.strerror}", "leave --port out for a free one"
        ) from error
