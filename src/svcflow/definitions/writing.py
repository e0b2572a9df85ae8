"""A first definition as text: what an import or a log tells, laid out as a person would write it."""

from __future__ import annotations

import textwrap
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from svcflow.definitions.model import Item
from svcflow.definitions.outlining import write_flow, write_list, write_scalar
from svcflow.guards import Field

ROOM = 92
"""Notes of steps stand in a column behind bodies up to this width; behind longer ones they follow at once."""


@dataclass(frozen=True, slots=True)
class StepSketch:
    """A step to be written; `note` becomes a comment at the end of its line."""

    id: str
    name: str
    owners: tuple[str, ...]
    labels: tuple[str, ...]
    note: str = ""


@dataclass(frozen=True, slots=True)
class ProcessSketch:
    """A process to be written; `head` and `notes` are comments: above everything, and above the flow."""

    id: str
    name: str
    owner: str
    calendar: str
    steps: tuple[StepSketch, ...]
    flow: Item
    anytime: tuple[str, ...] = ()
    fields: Mapping[str, Field] = field(default_factory=dict)
    head: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class TeamSketch:
    """A team to be written: its lead, how many of each role it has, the source system's words for it."""

    id: str
    lead: str
    members: Mapping[str, int]
    labels: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class OrganisationSketch:
    """An organisation to be written; `external` roles are not the centre's own people."""

    name: str
    timezone: str
    roles: tuple[str, ...]
    external: frozenset[str] = frozenset()
    teams: tuple[TeamSketch, ...] = ()
    head: tuple[str, ...] = ()


def write_process(sketch: ProcessSketch) -> str:
    """Return the text of a process file."""
    lines = ["# yaml-language-server: $schema=.svcflow/process.json", *_comments(sketch.head), "svcflow: 1"]
    lines += [f"process: {write_scalar(sketch.id)}", f"name: {write_scalar(sketch.name)}"]
    lines += [f"owner: {write_scalar(sketch.owner)}", f"calendar: {write_scalar(sketch.calendar)}"]
    if sketch.fields:
        lines += ["", "case:", *(f"  {write_scalar(f.name)}: {_kind(f)}" for f in sketch.fields.values())]
    lines += ["", "steps:", *_steps(sketch.steps), ""]
    lines += [*_comments(sketch.notes), *write_flow(sketch.flow)]
    if sketch.anytime:
        first, *more = _wrapped(f"anytime: [{', '.join(map(write_scalar, sketch.anytime))}]", 110)
        lines += ["", first, *(f"  {line}" for line in more)]
    return "\n".join(lines) + "\n"


def write_organisation(sketch: OrganisationSketch) -> str:
    """Return the text of an organisation file: its roles and teams, and a calendar that never closes."""
    lines = ["# yaml-language-server: $schema=.svcflow/organisation.json", *_comments(sketch.head), "svcflow: 1"]
    lines += [f"organisation: {write_scalar(sketch.name)}", f"timezone: {write_scalar(sketch.timezone)}"]
    lines += ["", "calendars:", '  always: {mon-sun: "00:00-24:00"}', "", "roles:"]
    lines += [f"  {write_scalar(r)}: {'{external: true}' if r in sketch.external else '{}'}" for r in sketch.roles]
    if sketch.teams:
        lines += ["", "teams:", *map(_team, sketch.teams)]
    return "\n".join(lines) + "\n"


def _team(team: TeamSketch) -> str:
    members = ", ".join(f"{write_scalar(role)}: {count}" for role, count in team.members.items())
    labels = f", labels: [{', '.join(map(write_scalar, team.labels))}]" if team.labels else ""
    given = f"{{lead: {write_scalar(team.lead)}, members: {{{members}}}{labels}}}"
    first, *more = _wrapped(given, 108)
    if not more:
        return f"  {write_scalar(team.id)}: {first}"
    return "\n".join((f"  {write_scalar(team.id)}:", f"    {first}", *(f"     {line}" for line in more)))


def _kind(of: Field) -> str:
    return f"[{', '.join(map(write_scalar, of.values))}]" if of.kind == "enum" else of.kind


def _steps(steps: tuple[StepSketch, ...]) -> Iterator[str]:
    """Yield the register, its columns aligned."""
    heads = [f"{write_scalar(step.id)}:" for step in steps]
    wide = max(map(len, heads), default=0)
    bodies = [_step(step) for step in steps]
    room = max((width for width in map(_columns, bodies) if width <= ROOM), default=0)
    for head, body, step in zip(heads, bodies, steps, strict=True):
        line = f"  {head:<{wide}} {body}"
        note = " ".join(step.note.split())
        yield line + " " * (max(room - _columns(body), 0) + 2) + f"# {_printable(note)}" if note else line


def _step(step: StepSketch) -> str:
    parts = [f"name: {write_scalar(step.name)}"] if step.name else []
    parts.append(f"owner: {write_list(step.owners)}")
    if step.labels:
        parts.append(f"labels: [{', '.join(map(write_scalar, step.labels))}]")
    return f"{{{', '.join(parts)}}}"


def _columns(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


def _comments(lines: tuple[str, ...]) -> Iterator[str]:
    return (f"# {part}".rstrip() for line in lines for part in _wrapped(_printable(line), 108))


def _wrapped(text: str, width: int) -> list[str]:
    return textwrap.wrap(text, width, break_long_words=False, break_on_hyphens=False) or [""]


def _printable(text: str) -> str:
    return "".join(c if c.isprintable() else " " for c in text)
