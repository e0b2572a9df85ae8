"""One case as a log of its own: for scenarios and for cases that are watched while they run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from svcflow.eventlog.log import Column, Log, Vocabulary


@dataclass(frozen=True, slots=True)
class Happening:
    """One event: its instant (milliseconds since 1970 UTC), activity, who did it, and the values it carries."""

    time: int
    activity: str
    resource: str = ""
    team: str = ""
    values: Mapping[str, object] = field(default_factory=dict)


def log_of_case(
    case: str, events: Sequence[Happening], given: Mapping[str, object], *, source: str = "", zone: str = "UTC"
) -> Log:
    """Return a log of one case; events are put in order of time, `given` is what was known at its opening.

    Values are kept as texts, as an export has them; ``None`` and the empty text are unknown.
    """
    events = sorted(events, key=lambda event: event.time)
    time = np.asarray([event.time for event in events], np.int64)
    activities = Vocabulary(tuple(sorted({event.activity for event in events})))
    codes = {text: i for i, text in enumerate(activities.texts)}
    resource, team = (_texts([getattr(event, name) for event in events]) for name in ("resource", "team"))
    fields = sorted({name for event in events for name in event.values})
    assert resource.vocabulary is not None
    assert team.vocabulary is not None
    return Log(
        source=source,
        zone=zone,
        case_ids=(case,),
        offsets=np.asarray([0, len(events)], np.int64),
        time=time,
        start=time,
        has_start=np.zeros(len(events), np.bool_),
        activity=np.asarray([codes[event.activity] for event in events], np.int32),
        activities=activities,
        resource=resource.values.astype(np.int32),
        resources=resource.vocabulary,
        team=team.values.astype(np.int32),
        teams=team.vocabulary,
        events=len(events),
        attributes={name: _texts([_text(event.values.get(name)) for event in events]) for name in fields},
        case_attributes={name: _texts([_text(value)]) for name, value in given.items()},
    )


def _text(value: object) -> str:
    if value is None:
        return ""
    return str(value).lower() if isinstance(value, bool) else str(value)


def _texts(values: list[str]) -> Column:
    known = ("", *sorted(set(values) - {""}))
    codes = {text: i for i, text in enumerate(known)}
    return Column("text", np.asarray([codes[text] for text in values], np.int32), Vocabulary(known))
