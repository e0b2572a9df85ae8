"""The played log as an export: its columns, the mapping file that says what they mean, and the truth."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import Any

from svcflow.calendars import HOUR_MS
from svcflow.documents import resolve
from svcflow.generation.facts import Fact
from svcflow.generation.planting import STEP_OPTIONS, TEAM_OPTIONS, Plant
from svcflow.generation.played import Cost, Played, steps_in_order
from svcflow.generation.spelling import Spelling, Words
from svcflow.generation.stage import Stage

_HEADERS: dict[Words, tuple[str, ...]] = {
    "en": ("case", "activity", "start", "time", "resource", "role", "team"),
    "zh": ("工单号", "环节", "开始时间", "完成时间", "处理人", "角色", "班组"),
}
_SHOWN_MS = HOUR_MS
_ROLES = ("case", "activity", "start", "time", "resource", "role", "team")


@dataclass(frozen=True)
class Export:
    """One log in the words of a source system."""

    stage: Stage
    played: tuple[Played, ...]
    words: Words

    @cached_property
    def spelling(self) -> Spelling:
        """Return how steps and teams are named."""
        return Spelling(self.stage, self.words)

    @cached_property
    def case_fields(self) -> tuple[str, ...]:
        """Return the fields known when a case opens."""
        return self.stage.facts.opening

    @cached_property
    def event_fields(self) -> tuple[str, ...]:
        """Return the fields that events set, and those that a label needs."""
        names = [name for fields in self.stage.facts.setters.values() for name in fields]
        names += [name for _, needed in self.spelling.labels.values() for name in needed]
        return tuple(dict.fromkeys(name for name in names if name not in self.case_fields))

    @property
    def header(self) -> tuple[str, ...]:
        """Return the names of the columns."""
        return (*_HEADERS[self.words], *self.case_fields, *self.event_fields)

    def rows(self) -> Iterator[tuple[str, ...]]:
        """Yield the events in order of time, as an export lists them."""
        numbered = ((row.at, n, i, row) for n, p in enumerate(self.played) for i, row in enumerate(p.rows))
        for _, n, _, row in sorted(numbered, key=lambda item: item[:3]):
            case, (label, needed) = self.played[n].case, self.spelling.labels[row.step]
            facts = {**needed, **row.sets}
            yield (
                case.id, label, "" if row.start is None else self._stamp(row.start), self._stamp(row.at),
                row.actor, row.role, self.spelling.teams.get(row.team, row.team),
                *(_text(case.opening[name]) for name in self.case_fields),
                *(_text(facts[name]) if name in facts else "" for name in self.event_fields),
            )  # fmt: skip

    def to_csv(self, rows: Iterable[tuple[str, ...]]) -> str:
        """Return the rows as CSV, below the header."""
        out = io.StringIO()
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(self.header)
        writer.writerows(rows)
        return out.getvalue()

    def _stamp(self, at: int) -> str:
        moment = datetime.fromtimestamp(0, UTC) + timedelta(milliseconds=at)
        return moment.astimezone(self.stage.staff.zone).isoformat(timespec="seconds")


def describe_mapping(export: Export, plants: Iterable[Plant]) -> dict[str, Any]:
    """Return what a mapping file says of the export."""
    process, label = export.stage.process, export.spelling.label
    anytime = {a.step: a for a in process.anytime}
    stops = {stop for sla in [*process.slas.values()][-1:] for stop in sla.stop}
    order = [*steps_in_order(process.flow, export.stage.workspace)]
    after = max((i for i, step in enumerate(order) if step in stops), default=len(order) - 2)
    done = [s for i, s in enumerate(order) if s in stops or i > after] + [s for s, a in anytime.items() if a.outcome]
    external = {role.id for role in export.stage.workspace.organisation.roles.values() if role.external}
    replies = {step for waiting in process.waiting for step in waiting.until}
    sides = {label(step): "customer" for step in sorted(replies, key=[*process.steps].index)}
    sides |= {label(s): "vendor" for s in order if s not in replies and {*export.stage.steps[s].owners} <= external}
    machines = dict.fromkeys(str(p.options.get("account", "system")) for p in plants if p.kind == "auto-close")
    columns = dict(zip(_ROLES, _HEADERS[export.words], strict=True))
    mapping = {
        "svcflow": 1,
        "mapping": export.stage.process.id,
        "columns": columns,
        "timezone": export.stage.workspace.organisation.timezone,
        "attributes": {"case": [*export.case_fields], "event": ["role", *export.event_fields]},
        "rename": {column: "role"} if (column := columns["role"]) != "role" else {},
        "done": [label(step) for step in done],
        "sides": sides,
        "machines": [*machines],
    }
    return {key: value for key, value in mapping.items() if value}


def describe_truth(export: Export, costs: Iterable[Cost], given: Mapping[str, Any]) -> dict[str, Any]:
    """Return what is planted in the log, where, in which cases, and what it costs; all in the log's own words."""
    return {
        "svcflow": 1,
        "truth": export.stage.process.id,
        **given,
        "written": len(export.played),
        "events": sum(len(p.rows) for p in export.played),
        "plants": [_describe_cost(export, cost) for cost in costs],
    }


def _describe_cost(export: Export, cost: Cost) -> dict[str, Any]:
    spelling = export.spelling
    options = cost.plant.written()
    steps = {step: spelling.label(step) for step in export.stage.steps}
    names = dict.fromkeys(TEAM_OPTIONS, spelling.teams) | dict.fromkeys(STEP_OPTIONS, steps)
    place = {
        written: [*map(names[name].__getitem__, value)] if isinstance(value, list) else names[name][value]
        for (written, value), name in zip(options.items(), cost.plant.options, strict=True)
        if name in names and value
    }
    return {
        "kind": cost.plant.kind,
        "options": options,
        "place": place,
        "cases": len(cost.cases),
        "count": cost.strokes,
        "added_s": cost.added_s,
        "added_business_s": cost.added_business_s,
        "added_h": round(cost.added_s / 3600, 1),
        "waits": [[steps[a], steps[b], round(ms / HOUR_MS, 1)] for a, b, ms in cost.waits if abs(ms) >= _SHOWN_MS],
        "case_ids": [*cost.cases],
    }


def to_json(document: Mapping[str, Any]) -> str:
    """Return a document as JSON for people: indented, but case ids and waits on one line each."""
    text = json.dumps(document, ensure_ascii=False, indent=2)
    long = [p[key] for p in document.get("plants", ()) for key in ("case_ids", "waits") if key in p]
    for found in {json.dumps(entries, ensure_ascii=False, indent=2) for entries in long}:
        deep = found.replace("\n", "\n      ")
        text = text.replace(deep, json.dumps(json.loads(found), ensure_ascii=False))
    return text + "\n"


def to_yaml(mapping: Mapping[str, Any]) -> str:
    """Return a mapping as YAML: one key a line, lists and columns in brackets."""
    lines = []
    for key, value in mapping.items():
        if isinstance(value, Mapping):
            lines.append(f"{key}:")
            lines += [f"  {_written(name)}: {_written(item)}" for name, item in value.items()]
        else:
            lines.append(f"{key}: {_written(value)}")
    return "\n".join(lines) + "\n"


def _written(value: object) -> str:
    """Return a list or scalar in YAML; texts that YAML could take for something else are quoted."""
    if isinstance(value, list):
        return f"[{', '.join(map(_written, value))}]"
    text = str(value)
    safe = text.replace(" ", "a").replace("-", "a").replace("_", "a").replace("/", "a").isalnum()
    plain = text[:1].isalpha() and safe and resolve(text) == text and text == text.strip()
    return text if plain or isinstance(value, int | float) else json.dumps(text, ensure_ascii=False)


def _text(value: Fact) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return f"{value:g}" if isinstance(value, float | int) else value
