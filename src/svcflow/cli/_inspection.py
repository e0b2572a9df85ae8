"""What `svcflow inspect` found, as lines of text."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

MOST = 30
"""Of a kind of entry are listed before the rest is only counted."""
COLOURS = {"error": "red", "warning": "yellow", "note": "cyan"}


def tell(found: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield the lines, each with the colour of its first word (empty for none)."""
    log = found["log"]
    yield found["source"], ""
    for note in found["notes"]:
        yield f"  {note}", ""
    yield "", ""
    counts = f"{log['cases']:,} cases, {log['events']:,} events, {log['instances']:,} steps"
    yield f"{counts} of {log['activities']:,} activities", ""
    steps = log["steps_per_case"]
    spread = "" if steps["min"] is None else f"{steps['min']:,} to {steps['max']:,} steps a case, "
    yield f"{spread}median {steps['median']:g}" + ("" if spread else " steps a case"), ""
    yield f"{log['resources']:,} resources, {log['teams']:,} teams", ""
    yield f"{log['start']} to {log['end']}, zone {log['zone'] or 'not named'}", ""
    yield "", ""
    yield from _plain(_tell_shape(found["shape"]))
    yield from _plain(_tell_roles(found["roles"]))
    yield from _plain(_tell_activities(found["activities"]))
    yield from _plain(_tell_attributes(found["attributes"]))
    yield from _tell_quality(found["quality"])


def _plain(lines: Iterator[str]) -> Iterator[tuple[str, str]]:
    return ((line, "") for line in lines)


def _tell_shape(shape: dict[str, Any] | None) -> Iterator[str]:
    if shape is None:
        return
    yield "Shape"
    yield f"  {shape['column']}  ({shape['reason']})"
    if shape["alternatives"]:
        yield f"  or: {', '.join(shape['alternatives'])}"
    yield ""


def _tell_roles(roles: list[dict[str, Any]]) -> Iterator[str]:
    yield "Roles"
    width = max((len(role["role"]) for role in roles), default=0)
    for role in roles[: 2 * MOST]:
        yield f"  {role['role']:<{width}}  {clip(role['column'], 200)}  ({role['reason']})"
        if role["alternatives"]:
            yield f"  {'':<{width}}  or: {', '.join(role['alternatives'])}"
    yield from _count_rest(roles, 2 * MOST)
    yield ""


def _tell_activities(activities: list[dict[str, Any]]) -> Iterator[str]:
    yield "Activities"
    for row in activities[:MOST]:
        yield f"  {row['count']:>9,}  {clip(row['activity'])}"
    yield from _count_rest(activities, MOST)
    yield ""


def _tell_attributes(attributes: list[dict[str, Any]]) -> Iterator[str]:
    for of in ("case", "event"):
        chosen = [attribute for attribute in attributes if attribute["of"] == of]
        if chosen:
            yield f"Attributes of {of}s"
            for attribute in chosen[: 2 * MOST]:
                known = "" if attribute["known"] == 1 else f", known in {attribute['known']:.0%}"
                yield f"  {clip(attribute['name'])}: {attribute['kind']}, {attribute['values']:,} values{known}"
            yield from _count_rest(chosen, 2 * MOST)
            yield ""


def _tell_quality(facts: list[dict[str, Any]]) -> Iterator[tuple[str, str]]:
    yield "Quality", ""
    for fact in facts:
        severity = fact.get("severity", "note")
        yield f"  {fact['id']}: {fact['message']}", COLOURS[severity] if severity != "note" else ""
        if fact.get("effect"):
            yield f"    {severity}: {fact['effect']}", ""
        if fact["rows"]:
            more = " …" if fact["count"] is None or fact["count"] > len(fact["rows"]) else ""
            yield f"    rows {', '.join(f'{row:,}' for row in fact['rows'])}{more}", ""
    if not facts:
        yield "  nothing to say", ""


def clip(text: str, longest: int = 100) -> str:
    """Return a text, shortened where it is long."""
    return text if len(text) <= longest else text[: longest - 1] + "…"


def _count_rest(entries: list[Any], most: int) -> Iterator[str]:
    if len(entries) > most:
        yield f"  … and {len(entries) - most:,} more"
