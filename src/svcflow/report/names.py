"""What things are called on the page: display names, cut to a length; people as numbers."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from typing import Any

from svcflow.report.words import Text, as_text

LONGEST = 56
"""Characters of a name that are shown; the whole name stands once, in *Data quality*."""

PROSE = 600
"""Characters of running text that are shown: titles, reasons, remarks."""

MASKED = re.compile(r"P\d*")
"""How an analysis writes a person it has already hidden."""


class Names:
    """The display names of one document; remembers which had to be cut."""

    def __init__(self, document: Mapping[str, Any], *, show_people: bool) -> None:
        self._display = {raw: as_text(pair) for raw, pair in (document.get("names") or {}).items()}
        self._teams = {raw: as_text(pair) for raw, pair in (document.get("team_names") or {}).items()}
        self._show_people = show_people
        self._people = _number_people(document)
        self.cut: dict[str, str] = {}

    def activity(self, raw: object, longest: int = LONGEST) -> Text:
        """Return the display name of an activity, from the definition where it has one."""
        name = self._display.get(str(raw)) or as_text(raw)
        return Text(self._shorten(name.en, longest), self._shorten(name.zh, longest))

    def plain(self, raw: object, longest: int = LONGEST) -> Text:
        """Return any other name: a team (as the organisation calls it in each language), a case, a column."""
        name = self._teams.get(str(raw)) or as_text(raw)
        return Text(self._shorten(name.en, longest), self._shorten(name.zh, longest))

    def prose(self, value: object, longest: int = PROSE) -> Text:
        """Return a sentence or two from the document, cut where it goes on and on."""
        text = as_text(value)
        return Text(*(t if len(t) <= longest else t[: longest - 1] + "…" for t in (text.en, text.zh)))

    def person(self, raw: str | None) -> Text:
        """Return who did something: a number unless people are to be named."""
        if not raw:
            return Text("", "")
        if self._show_people or MASKED.fullmatch(raw):
            return self.plain(raw)
        number = self._people.get(raw)
        return Text("P", "P") if number is None else Text(f"P{number}", f"P{number}")

    def subject(self, finding: Mapping[str, Any], longest: int = LONGEST) -> Text:
        """Return what a finding is about: ``A → B``."""
        subject = finding.get("subject") or {}
        kind = subject.get("kind")
        named = [self._one(kind, raw, longest) for raw in subject.get("names") or []]
        return Text(" → ".join(n.en for n in named), " → ".join(n.zh for n in named))

    def _one(self, kind: str | None, raw: str, longest: int) -> Text:
        if kind == "resource-pair":
            return self.person(raw)
        return self.plain(raw, longest) if kind == "team-pair" else self.activity(raw, longest)

    def _shorten(self, name: str, longest: int) -> str:
        flat = " ".join(name.split()) or "␣"
        if len(flat) > longest:
            tail = max(4, longest // 5)
            short = f"{flat[: longest - tail - 1].rstrip()}…{flat[-tail:].lstrip()}"
            if longest >= LONGEST:
                self.cut.setdefault(flat, short)
            flat = short
        if any(unicodedata.bidirectional(c) in {"R", "AL", "AN"} for c in flat):
            return f"\u2068{flat}\u2069"
        return flat


def _number_people(document: Mapping[str, Any]) -> dict[str, int]:
    """Return a number for each person of the document, in order of appearance, beyond those already masked."""
    seen: dict[str, None] = {}
    for lines in (document.get("told") or {}).values():
        seen |= dict.fromkeys(line["resource"] for line in lines or [] if line.get("resource"))
    pairs = ((document.get("handovers") or {}).get("resource") or {}).get("pairs") or []
    for pair in pairs:
        seen |= dict.fromkeys(name for name in (pair.get("from"), pair.get("to")) if name)
    for finding in document.get("findings") or []:
        if (finding.get("subject") or {}).get("kind") == "resource-pair":
            seen |= dict.fromkeys(finding["subject"].get("names") or [])
    taken = [int(name[1:]) for name in seen if MASKED.fullmatch(name) and name[1:]]
    first = max(taken, default=0) + 1
    return {name: n for n, name in enumerate((s for s in seen if not MASKED.fullmatch(s)), start=first)}
