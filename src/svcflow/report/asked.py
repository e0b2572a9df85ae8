"""What is asked of a report, and what comes of it: bytes of one file, and of files that stand beside it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from svcflow.report.words import Choice


@dataclass(frozen=True, slots=True)
class Asked:
    """How a report is wanted. `logo` is a ``data:`` address, `theme` colours by token, `pictures` says to draw them."""

    lang: Choice = "en"
    title: str | None = None
    show_people: bool = False
    logo: str = ""
    theme: Mapping[str, str] = field(default_factory=dict)
    pictures: bool = False


@dataclass(frozen=True, slots=True)
class Output:
    """One form of a report. `beside` are files named relative to it; a form of several files has no `data`."""

    data: bytes | None
    beside: Mapping[str, bytes] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
