"""Names and texts as a condition of the guard language writes them."""

from __future__ import annotations

import re

from svcflow.guards import Field as GuardField
from svcflow.guards import GuardError, compile_guard

_PLAIN = re.compile(r"[A-Za-z_]\w*")


def quote_name(name: str) -> str | None:
    """Return how a condition writes the name of an attribute, ``None`` where it cannot.

    >>> quote_name("priority"), quote_name("Involved ST"), quote_name("a`b")
    ('priority', '`Involved ST`', None)
    """
    for written in (name, f"`{name}`"):
        if (written[0] == "`" and "`" not in name) or _PLAIN.fullmatch(name):
            try:
                guard = compile_guard(f"{written} == 'x'", {name: GuardField(name, "string")})
            except GuardError:
                continue
            if tuple(guard.fields) == (name,):
                return written
    return None


def quote_text(text: str) -> str | None:
    r"""Return a text as a condition writes it, ``None`` where it cannot.

    >>> quote_text("it's"), quote_text("plain"), quote_text("a\\b")
    ('"it\'s"', "'plain'", None)
    """
    if not text.isprintable() or "\\" in text:
        return None
    return next((f"{sign}{text}{sign}" for sign in "'\"" if sign not in text), None)
