"""How steps and processes of calling back are named, in the languages of service centres."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from svcflow.definitions.model import Process

CALLS = re.compile(r"call(ed|ing)?[ _-]?back|ring back|回访|回电|回拨|r(ü|ue)ckruf|terugbel|richiam", re.IGNORECASE)


def is_call(*names: str) -> bool:
    """Return whether one of some names is that of a call-back.

    >>> is_call("Call back the customer"), is_call("回访"), is_call("recall")
    (True, True, False)
    """
    return any(CALLS.search(name) for name in names)


def names_call_back(process: Process, step: str) -> bool:
    """Return whether a step of a process is named for calling back."""
    if step not in process.steps:
        return False
    return is_call(step, process.steps[step].name.en, process.steps[step].name.zh)
