"""URLs of databases, and what of them may be shown.

A URL can hold a password. Only the scheme, the host, the port and the name of the database are ever shown.
"""

from __future__ import annotations

import re
import urllib.parse
from dataclasses import dataclass

SCHEMES = {"sqlite": "sqlite", "duckdb": "duckdb", "postgresql": "postgresql", "postgres": "postgresql"}
_URL = re.compile(r"([A-Za-z][A-Za-z0-9+.-]{1,20})://(.*)", re.DOTALL)
_NAME = re.compile(r"[\w.-]*")
_HOST = re.compile(r"(?:\[[0-9A-Fa-f:.]+\]|[\w.-]*)(?::\d{1,5})?(?:,[\w.-]*(?::\d{1,5})?)*")


@dataclass(frozen=True, slots=True, repr=False)
class Url:
    """A URL taken apart: the kind of database, the path of its file or the URL for its driver, the name to show."""

    kind: str
    path: str
    name: str
    secrets: tuple[str, ...] = ()

    def scrub(self, text: str) -> str:
        """Return a driver's message, or nothing where it repeats a part of the URL that may be secret."""
        return "" if any(secret in text for secret in self.secrets) else text


def is_url(text: str) -> bool:
    """Return whether a text is the URL of a database.

    >>> is_url("postgresql://localhost/tickets"), is_url("export.csv"), is_url("C:/export.csv")
    (True, False, False)
    """
    found = _URL.fullmatch(text)
    return found is not None and found[1].lower() in SCHEMES


def describe(text: str) -> str:
    """Return a URL as it may be shown: without user, password and options.

    >>> describe("postgresql://bob:secret@db.example.com:5432/tickets?password=secret")
    'postgresql://db.example.com:5432/tickets'
    """
    return parse(text).name


def parse(text: str) -> Url:
    """Take a URL apart. What cannot be shown safely is not shown."""
    scheme, _, rest = text.partition("://")
    kind = SCHEMES[scheme.lower()]
    if kind != "postgresql":
        path = urllib.parse.unquote(rest.partition("?")[0]).removeprefix("/")
        return Url(kind, path, path.rpartition("/")[2] or path)
    before, _, options = rest.partition("?")
    user, _, place = before.rpartition("@")
    host, _, database = place.partition("/")
    shown = (host if _HOST.fullmatch(host) else "…") + "/" + (database if _NAME.fullmatch(database) else "…")
    return Url(kind, f"postgresql://{rest}", f"postgresql://{shown}", _find_secrets(user, options, place))


def _find_secrets(user: str, options: str, place: str) -> tuple[str, ...]:
    """Return every piece of the URL that could be a password, as it stands and decoded."""
    _, _, password = user.partition(":")
    pieces = {password, *re.split(r"[:@/?#&=]", password)}
    for option in options.split("&"):
        key, _, value = option.partition("=")
        if key.lower() not in ("host", "port", "dbname", "sslmode", "connect_timeout"):
            pieces |= {value, *re.split(r"[:@/?#&=]", value)}
    if not _HOST.fullmatch(place.partition("/")[0]):  # not even an @: nobody knows what was meant
        pieces |= {place, *re.split(r"[:@/?#&=]", place)}
    pieces |= {urllib.parse.unquote(piece) for piece in pieces}
    return tuple(sorted(piece for piece in pieces if piece))
