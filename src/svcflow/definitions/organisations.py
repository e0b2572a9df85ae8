"""An organisation file -> `Organisation`: calendars, roles with their authority, teams with their reporting line."""

from __future__ import annotations

from svcflow.definitions.model import CalendarSpec, Organisation, OrgRole, Team
from svcflow.definitions.moments import Openings, parse_openings, parse_weekdays, read_days
from svcflow.definitions.reading import Reading, display, entries, integer, number, optional, scalars, text
from svcflow.definitions.staff import read_staff
from svcflow.documents import Mapping, Node, Scalar
from svcflow.guards import suggest

_OTHER_KEYS = frozenset({"holidays", "closed", "open"})


def read_organisation(reading: Reading, root: Mapping) -> Organisation:
    """Return the organisation a file defines; everything odd in it is noted in `reading`."""
    get = root.get
    name, people = get("organisation"), get("people")
    return Organisation(
        name=display(name, ""),
        file=reading.file,
        timezone=_read_timezone(reading, get("timezone")),
        calendars={key.text: _read_calendar(reading, key, node) for key, node in entries(get("calendars"))},
        roles={key.text: _read_role(reading, key, node) for key, node in entries(get("roles"))},
        teams={key.text: _read_team(reading, key, node) for key, node in entries(get("teams"))},
        span_of_control=integer(get("span_of_control")),
        people=optional(people),
        position=reading.at((root.key("organisation") or root).span),
        staff=read_staff(reading, people) if isinstance(people, Scalar) else (),
        currency=optional(get("currency")),
    )


def _read_timezone(reading: Reading, node: Node | None) -> str:
    from zoneinfo import ZoneInfo, available_timezones  # noqa: PLC0415 - only where there is an organisation

    if not isinstance(node, Scalar):
        return "UTC"
    try:
        ZoneInfo(node.text)
    except (KeyError, ValueError, OSError):
        near = suggest(node.text, sorted(available_timezones()))
        reading.remark("bad-value", f"unknown time zone '{node.text}'{near}", node.span)
    return node.text


def _read_calendar(reading: Reading, key: Scalar, node: Node) -> CalendarSpec:
    get = node.get if isinstance(node, Mapping) else (lambda _: None)
    hours: list[tuple[int, int, Openings]] = []
    taken: dict[int, str] = {}
    for days, value in entries(node):
        if days.text in _OTHER_KEYS or not isinstance(value, Scalar):
            continue
        spans, fault = parse_openings(value.text)
        if fault:
            reading.remark("bad-calendar", f"{days.text} {fault}", value.span)
        for first, last in parse_weekdays(days.text):
            for day in range(first, last + 1):
                if day in taken:
                    reading.remark("bad-calendar", f"'{days.text}' and '{taken[day]}' share a day", days.span)
                    break
                taken[day] = days.text
            hours.append((first, last, spans))
    if not taken:
        reading.remark("bad-calendar", f"calendar '{key.text}' is never open", key.span)
    return CalendarSpec(
        id=key.text,
        hours=tuple(hours),
        holidays=optional(get("holidays")),
        closed=read_days(reading, get("closed")),
        open=read_days(reading, get("open")),
        position=reading.at(key.span),
    )


def _read_role(reading: Reading, key: Scalar, node: Node) -> OrgRole:
    get = node.get if isinstance(node, Mapping) else (lambda _: None)
    external = get("external")
    return OrgRole(
        id=key.text,
        external=isinstance(external, Scalar) and external.value is True,
        authority={name.text: number(limit) for name, limit in entries(get("authority"))},
        cost_per_minute=number(get("cost_per_minute")),
        position=reading.at(key.span),
    )


def _read_team(reading: Reading, key: Scalar, node: Node) -> Team:
    get = node.get if isinstance(node, Mapping) else (lambda _: None)
    return Team(
        id=key.text,
        lead=reading.name("role", get("lead")),
        reports_to=reading.name("team", get("reports_to")),
        members={reading.refer("role", role): integer(count) or 0 for role, count in entries(get("members"))},
        calendar=reading.name("calendar", get("calendar")),
        line=integer(get("line")),
        department=optional(get("department")),
        labels=tuple(text(label) for label in scalars(get("labels"))),
        position=reading.at(key.span),
    )
