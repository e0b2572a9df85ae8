"""What a section of the page is, and what it may know: the document, names, colours, evidence."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from svcflow.report import fmt
from svcflow.report.flowmap import Chosen, choose_links, kind_of
from svcflow.report.names import Names
from svcflow.report.scale import Scale, choose_scale
from svcflow.report.stories import Stories
from svcflow.report.words import EMPTY, Catalogue, Language, Text, as_text, catalogue

Row = Mapping[str, Any]

MOST_EXAMPLES = 5
FULL = 12


@dataclass(frozen=True, slots=True)
class Evidence:
    """What a figure rests on: how many there were, how they are defined, which cases show it."""

    n: Text
    definitions: tuple[str, ...] = ()
    cases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Section:
    """One part of the page.

    `view` is what its template sees; without data `missing` says what lacks and no template is used. `span` is its
    width in twelfths. A `bare` section has no card and no heading of its own.
    """

    title: Text = EMPTY
    lead: Text = EMPTY
    view: Mapping[str, Any] = field(default_factory=dict)
    missing: Text = EMPTY
    evidence: Evidence | None = None
    span: int = FULL
    bare: bool = False


class Context:
    """One document on its way to a page."""

    def __init__(self, document: Mapping[str, Any], languages: tuple[Language, ...], *, show_people: bool) -> None:
        self.document = document
        self.languages = languages
        self.names = Names(document, show_people=show_people)
        self.definitions: dict[str, None] = {}
        self._cases: dict[str, str] = {}

    def rows(self, *path: str) -> list[Row]:
        """Return the list that stands in the document at `path`, empty where it is missing."""
        found = self.get(*path)
        return [row for row in found if isinstance(row, dict)] if isinstance(found, list) else []

    def get(self, *path: str) -> Any:
        """Return the value that stands in the document at `path`, or ``None``."""
        value: Any = self.document
        for key in path:
            value = value.get(key) if isinstance(value, Mapping) else None
        return value

    @cached_property
    def cases(self) -> int:
        """Number of cases of the log."""
        return int(self.get("log", "cases") or 0)

    @cached_property
    def links(self) -> list[Row]:
        """The directly-follows rows, most waiting first."""
        rows = self.rows("directly_follows")
        return sorted(rows, key=lambda row: (-(row.get("total_s") or 0), str(row.get("from")), str(row.get("to"))))

    @cached_property
    def total_wait_s(self) -> float:
        """All time between events, the whole of which shares are taken."""
        stated = self.get("total_wait_s")
        return float(stated if stated is not None else sum(row.get("total_s") or 0 for row in self.links))

    @cached_property
    def chosen(self) -> Chosen:
        """The links of the map."""
        return choose_links(self.rows("directly_follows"), self.cases, self.rows("variants"))

    @cached_property
    def scale(self) -> Scale:
        """The limits of the colour classes, from the links of the map that are waited on by our own side."""
        own = (row for row in self.chosen.links if kind_of(row) == "own")
        return choose_scale((row.get("median_s") or 0.0, float(row.get("cases") or 0)) for row in own)

    @cached_property
    def stories(self) -> Stories:
        """The told cases, to find examples in."""
        told = self.get("told")
        lines = {str(case): _lines(story) for case, story in told.items()} if isinstance(told, Mapping) else {}
        return Stories(lines, self._cases)

    @property
    def has_milestones(self) -> bool:
        """Whether each case is one row of times reached: its team is the last one, changes of team are not there."""
        return any(str(row.get("role")).startswith("milestone") for row in self.rows("roles"))

    def link(self, source: str, target: str) -> Row | None:
        """Return the directly-follows row of a pair of activities."""
        return next((row for row in self.links if row.get("from") == source and row.get("to") == target), None)

    def cite(self, definition: str) -> Text:
        """Return the name of a definition and remember that the page uses it; an unknown id is its own name."""
        words = definitions()
        known = words.get(definition)
        if known is not None:
            self.definitions.setdefault(definition)
        return known or as_text(definition)

    def refer(self, case: str) -> str | None:
        """Return the anchor of an example case, or ``None`` where the document does not tell it."""
        told = self.get("told")
        if not isinstance(told, Mapping) or not told.get(case):
            return None
        return self._cases.setdefault(case, f"c{len(self._cases) + 1}")

    @property
    def referred(self) -> dict[str, str]:
        """The example cases the page has referred to so far, with their anchors."""
        return dict(self._cases)

    def of_deviations(self, code: str) -> tuple[str, ...]:
        """Return example cases of the deviations whose code begins so."""
        rows = (row for row in self.rows("deviations") if str(row.get("code")).startswith(code))
        cases = dict.fromkeys(str(case) for row in rows for case in row.get("examples") or [])
        return tuple(cases)[:MOST_EXAMPLES]

    def of_findings(self, *detectors: str) -> tuple[str, ...]:
        """Return example cases of the findings of these detectors, the first finding's first."""
        rows = (row for row in self.rows("findings") if row.get("detector") in detectors)
        cases = dict.fromkeys(str(case) for row in rows for case in row.get("examples") or [])
        return tuple(cases)[:MOST_EXAMPLES]


def _lines(story: object) -> list[Row]:
    return [line for line in story if isinstance(line, Mapping)] if isinstance(story, list) else []


def definitions() -> Catalogue:
    """Return the catalogue of definitions: names by id, explanations by ``ID.text``."""
    return catalogue("definitions", "svcflow.report.sections")


def words_of(module: str) -> Catalogue:
    """Return the catalogue beside a section's module."""
    package, _, name = module.rpartition(".")
    return catalogue(name, package)


def rest_on(finding: Row) -> Evidence:
    """Return what a finding rests on."""
    n = fmt.count(finding.get("cases") or 0, "case") + Text(", ", "，") + fmt.count(finding.get("count") or 0, "time")
    cited = [str(id_) for id_ in (finding.get("detector"), finding.get("definition")) if id_]
    return Evidence(n, tuple(dict.fromkeys(cited)), tuple(str(case) for case in finding.get("examples") or []))


def count_evidence(context: Context, *ids: str, examples: tuple[str, ...] = ()) -> Evidence:
    """Return the evidence of figures over the whole log."""
    events = context.get("log", "events")
    n = fmt.count(context.cases, "case")
    if events is not None:
        n = n + Text(", ", "，") + fmt.count(int(events), "event")
    return Evidence(n, ids, examples)
