"""A log as a table: one row per activity instance, its columns called as our readers know them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from svcflow.eventlog.exporting.choices import Choices
from svcflow.eventlog.exporting.sources import Block, Head
from svcflow.eventlog.exporting.telling import Told, tell, tell_codes, tell_times
from svcflow.eventlog.log import Codes, Vocabulary
from svcflow.eventlog.store.layout import Attribute, Kind


@dataclass(frozen=True, slots=True)
class Heading:
    """A column of the table: a role, an attribute, or both where they are the same column of the export."""

    name: str
    role: str = ""
    attribute: Attribute | None = None

    @property
    def kind(self) -> Kind:
        """Return what its values are."""
        if self.role:
            return "datetime" if self.role in ("time", "start") else "text"
        return self.attribute.kind if self.attribute else "text"


def lay_out(head: Head) -> list[Heading]:
    """Return the columns: case, activity, time, start, resource and team where they are known, then attributes."""
    headings = [Heading("case", "case"), Heading("activity", "activity"), Heading("time", "time")]
    headings += [Heading("start", "start")] if head.starts else []
    for role, vocabulary in (("resource", head.resources), ("team", head.teams)):
        twin = head.find_twin(role)
        if len(vocabulary) > 1:
            headings.append(Heading(twin.name if twin else role, role, twin))
    taken = {heading.name.lower() for heading in headings}
    twins = {heading.attribute for heading in headings}
    for attribute in head.attributes:
        if attribute not in twins:
            name = _name(attribute, taken)
            taken.add(name.lower())
            headings.append(Heading(name, "", attribute))
    return headings


def declare(headings: list[Heading], names: list[str], choices: Choices) -> None:
    """Note which column of the file holds what."""
    for heading, name in zip(headings, names, strict=True):
        if heading.role:
            choices.roles[heading.role] = name
        if heading.attribute:
            choices.columns[name] = heading.attribute


def tell_block(block: Block, head: Head, headings: list[Heading]) -> Iterator[Told]:
    """Yield the columns of a block as texts."""
    zone = head.facts.zone
    for heading in headings:
        if heading.role == "case":
            yield Told(block.case_of_row, [*block.case_ids])
        elif heading.role == "time":
            yield tell_times(block.time, zone)
        elif heading.role == "start":
            yield tell_times(block.start, zone, ~block.has_start)
        elif heading.role:
            codes, words = _find_codes(block, head, heading.role)
            yield tell_codes(codes, words, unknown=heading.role != "activity")
        elif heading.attribute:
            yield tell(block.spread(heading.attribute), zone)


def _find_codes(block: Block, head: Head, role: str) -> tuple[Codes, Vocabulary]:
    found = {
        "activity": (block.activity, head.activities),
        "resource": (block.resource, head.resources),
        "team": (block.team, head.teams),
    }
    return found[role]


def _name(attribute: Attribute, taken: set[str]) -> str:
    """Return a name for a column that no other has and that readers do not change."""
    name = " ".join(attribute.name.split()) or "attribute"
    name = "".join(sign if sign.isprintable() else "\ufffd" for sign in name)
    if name.lower() in taken:
        name = f"{attribute.of}:{name}"
    wanted, number = name, 1
    while name.lower() in taken:
        number += 1
        name = f"{wanted} {number}"
    return name
