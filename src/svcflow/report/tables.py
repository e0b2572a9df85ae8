"""The tables of an analysis document as plain rows: what spreadsheets get. Durations in seconds, shares 0..1."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from svcflow.report.asked import Asked
from svcflow.report.names import Names
from svcflow.report.words import Language, as_text

Row = dict[str, Any]
Document = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Table:
    """One table: `id` names its file, `title` its sheet."""

    id: str
    title: str
    rows: tuple[Row, ...]


def list_tables(document: Document, asked: Asked) -> list[Table]:
    """Return all tables of a cleaned document that hold a row; titles in the language asked for (English for both)."""
    lang: Language = "zh" if asked.lang == "zh" else "en"
    scribe = Scribe(document, Names(document, show_people=asked.show_people), lang)
    made = (Table(name, title[lang], tuple(list_rows(scribe))) for name, (title, list_rows) in TABLES.items())
    return [table for table in made if table.rows]


class Scribe:
    """A document, the names of its people, and the language its texts are wanted in."""

    def __init__(self, document: Document, names: Names, lang: Language) -> None:
        self.document, self.names, self.lang = document, names, lang

    def rows(self, *path: str) -> list[Row]:
        """Return the rows that stand at `path`."""
        found: Any = self.document
        for key in path:
            found = found.get(key) if isinstance(found, Mapping) else None
        return [dict(row) for row in found if isinstance(row, Mapping)] if isinstance(found, list) else []

    def say(self, value: object) -> str:
        """Return a text in the language of the tables."""
        return as_text(value)[self.lang]


def _summary(scribe: Scribe) -> Iterator[Row]:
    for part in ("log", "cycle_time", "resolve_time"):
        figures = scribe.document.get(part)
        for name, value in figures.items() if isinstance(figures, Mapping) else ():
            yield {"part": part, "figure": name, "value": value}


def _findings(scribe: Scribe) -> Iterator[Row]:
    for row in scribe.rows("findings"):
        low, high = row.get("interval_s") or (None, None)
        yield {
            "id": row.get("id"),
            "detector": row.get("detector"),
            "subject": scribe.names.subject(row, longest=10_000)[scribe.lang],
            "title": scribe.say(row.get("title")),
            "cases": row.get("cases"),
            "count": row.get("count"),
            "cost_s": row.get("cost_s"),
            "low_s": low,
            "high_s": high,
            "share": row.get("share"),
            "side": row.get("side"),
            "timer": row.get("timer"),
            "examples": list(row.get("examples") or []),
        }


def _recommendations(scribe: Scribe) -> Iterator[Row]:
    for rank, row in enumerate(scribe.rows("recommendations"), start=1):
        for effect in row.get("effects") or [{}]:
            yield {
                "rank": rank,
                "id": row.get("id"),
                "title": scribe.say(row.get("title")),
                "reason": scribe.say(row.get("reason")),
                "heuristic": row.get("heuristic"),
                "owner": row.get("owner"),
                "effort": row.get("effort"),
                "wave": row.get("wave"),
                **{name: effect.get(name) for name in EFFECT},
                "patch": row.get("patch"),
            }


EFFECT = ("metric", "unit", "load", "before", "after", "low", "high", "grade", "reason", "method")


def _handovers(scribe: Scribe) -> Iterator[Row]:
    for between in ("team", "resource"):
        for row in scribe.rows("handovers", between, "pairs"):
            if between == "resource":
                row |= {end: scribe.names.person(row.get(end))[scribe.lang] for end in ("from", "to")}
            yield {"between": between} | row


def _variants(scribe: Scribe) -> Iterator[Row]:
    for row in scribe.rows("variants"):
        yield {name: value for name, value in row.items() if name != "activities"} | {
            "activities": " → ".join(map(str, row.get("activities") or []))
        }


def _activities(scribe: Scribe) -> Iterator[Row]:
    for row in scribe.rows("activities"):
        flat = {name: value for name, value in row.items() if not isinstance(value, Mapping)}
        for part in ("waiting", "processing"):
            figures = row.get(part)
            flat.pop(part, None)
            flat |= {f"{part}_{n}": v for n, v in figures.items()} if isinstance(figures, Mapping) else {}
        yield flat


def _slas(scribe: Scribe) -> Iterator[Row]:
    for process, run in (scribe.document.get("runs") or {}).items():
        for name, clock in (run.get("slas") or {}).items():
            plain = {key: value for key, value in clock.items() if not isinstance(value, Mapping)}
            yield {"process": process, "sla": name, "month": "all"} | plain
            for month, figures in (clock.get("months") or {}).items():
                yield {"process": process, "sla": name, "month": month} | dict(figures)


def _kpis(scribe: Scribe) -> Iterator[Row]:
    for process, run in (scribe.document.get("runs") or {}).items():
        for name, kpi in (run.get("kpis") or {}).items():
            yield {"process": process, "kpi": name} | (dict(kpi) if isinstance(kpi, Mapping) else {"value": kpi})


def _plain(*path: str) -> Callable[[Scribe], Iterator[Row]]:
    return lambda scribe: iter(scribe.rows(*path))


TABLES: Mapping[str, tuple[Mapping[Language, str], Callable[[Scribe], Iterator[Row]]]] = {
    "summary": ({"en": "Summary", "zh": "概要"}, _summary),
    "findings": ({"en": "Findings", "zh": "问题"}, _findings),
    "recommendations": ({"en": "Recommendations", "zh": "改进建议"}, _recommendations),
    "directly-follows": ({"en": "Directly follows", "zh": "直接后继"}, _plain("directly_follows")),
    "handovers": ({"en": "Handovers", "zh": "交接"}, _handovers),
    "variants": ({"en": "Variants", "zh": "路径"}, _variants),
    "activities": ({"en": "Activities", "zh": "活动"}, _activities),
    "rework": ({"en": "Rework", "zh": "返工"}, _plain("rework", "activities")),
    "value-stream": ({"en": "Value stream", "zh": "价值流"}, _plain("value_stream")),
    "deviations": ({"en": "Deviations", "zh": "偏离"}, _plain("deviations")),
    "slas": ({"en": "SLAs", "zh": "SLA"}, _slas),
    "kpis": ({"en": "KPIs", "zh": "指标"}, _kpis),
    "quality": ({"en": "Data quality", "zh": "数据质量"}, _plain("quality")),
    "roles": ({"en": "Column roles", "zh": "列的角色"}, _plain("roles")),
}
"""All tables, in their order: the title of the sheet by language, and what lists the rows."""
