"""What simulation says, in both languages, when it cannot stand behind an answer."""

from __future__ import annotations

from svcflow.errors import SvcflowError

Text = dict[str, str]


def say(en: str, zh: str) -> Text:
    """Return a text in both languages."""
    return {"en": en, "zh": zh}


class CannotSimulateError(SvcflowError):
    """No simulation: `reason` says why, by language."""

    def __init__(self, reason: Text, hint: str = "") -> None:
        super().__init__(reason["en"], hint)
        self.reason = reason


class CannotRepresentError(CannotSimulateError):
    """A change that a simulation of this log cannot represent; a replay of the log may."""
