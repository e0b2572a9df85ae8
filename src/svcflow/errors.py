"""What svcflow raises when it cannot give a result."""

from __future__ import annotations

LONGEST = 2_000
"""Characters of a message: the names of an export may be of any length."""


class SvcflowError(Exception):
    """No result: one line that says what and where, and a hint that says what to do.

    The command line prints ``error: MESSAGE`` and ``hint: HINT`` and exits with status 2.
    """

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = _show(message)
        self.hint = _show(hint)


def _show(text: str) -> str:
    r"""Return a text as one line: what a log or a library holds of control signs must not reach a terminal.

    >>> _show("column 'a\nb\x1b[2J'")
    "column 'a b�[2J'"
    """
    text = text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"
    if text.isprintable():
        return text
    return "".join(sign if sign.isprintable() else _SIGNS.get(sign, "�") for sign in text)


_SIGNS = dict.fromkeys("\n\t\xa0\u3000", " ")


class InputError(SvcflowError):
    """A file cannot be read as what it should be."""


class MappingError(InputError):
    """The roles of a log's columns are unknown, ambiguous or stated wrongly."""


class DefinitionError(SvcflowError):
    """A workspace has errors; `validate` shows each at its place."""


class UsageError(SvcflowError):
    """A call asks for something that does not exist."""
