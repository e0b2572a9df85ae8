"""Raw columns with known roles to the canonical log."""

from __future__ import annotations

import dataclasses

from svcflow.errors import InputError, MappingError
from svcflow.eventlog import done, events, ordering, owned
from svcflow.eventlog.columns import AttributeColumns
from svcflow.eventlog.events import Rows
from svcflow.eventlog.log import Codes, Log, Role, Vocabulary
from svcflow.eventlog.mapping import Mapping, find_slips, suggest
from svcflow.eventlog.quality.counting import count_block, count_cases
from svcflow.eventlog.quality.examination import examine
from svcflow.eventlog.quality.persons import personal_data
from svcflow.eventlog.roles.assignment import Assignment
from svcflow.eventlog.roles.evidence import Source
from svcflow.eventlog.texts import Encoded, arrange, join

WAIT_OF = "wait of "
"""How the roles of states begin whose owner was guessed."""


def build(name: str, source: Source, assignment: Assignment, mapping: Mapping, *, drop: bool) -> Log:
    """Build the canonical log from raw columns whose roles are known.

    Raises InputError where a row is no event and is not to be dropped, or where nothing is left.
    """
    columns = assignment.columns
    found = events.read_columns(source, columns, mapping)
    events.refuse_unreadable((found.time, found.start), source, columns)
    faults = events.find_faults(found, source, columns)
    if faults.first and not drop:
        count = int(faults.bad.sum())
        raise InputError(
            f"{name}, {faults.first}" + (f" ({count:,} bad rows in all)" if count > 1 else ""), faults.hint
        )
    used = events.keep(found, ~faults.bad)
    if not len(used.rows):
        raise InputError(f"{name} holds no usable row: {faults.first}", "check the columns with `svcflow inspect`")
    pairs = ordering.pair(used)
    if not len(pairs.rows):
        raise InputError(
            f"{name} holds no completed activity", "check the lifecycle or end column, or state another with -m"
        )
    ordered = ordering.arrange_cases(used, pairs)
    order = ordered.order
    activity, activities = arrange(Encoded(used.activity.codes[pairs.rows[order]], used.activity.texts), unknown=False)
    resource, resources = _people(source, columns.get("resource"), mapping, ordered.rows)
    team, teams = _people(source, columns.get("team"), mapping, ordered.rows)
    settled, reasons = find_done(activities, mapping)
    states, owners = find_states(activities, mapping)
    attributes, case_attributes = AttributeColumns(source, mapping, list_alone(assignment), ordered).make()
    log = Log(
        source=name,
        zone=mapping.timezone or ("" if used.time.naive else "UTC"),
        case_ids=ordered.case_ids,
        offsets=ordered.offsets,
        time=pairs.time[order],
        start=pairs.start[order],
        has_start=pairs.has_start[order],
        activity=activity,
        activities=activities,
        resource=resource,
        resources=resources,
        team=team,
        teams=teams,
        events=len(used.rows),
        attributes=attributes,
        case_attributes=case_attributes,
        roles=(*assignment.reasons, *reasons, *owners),
        done=settled,
        machines=mapping.find_machines(resources.texts),
        sides=dict(mapping.sides),
        states=states,
        case_events=ordered.events,
        notes=(*assignment.notes, *find_slips(mapping, activities.texts, resources.texts)),
    )
    tally = count_block(source.table, faults, (found.time, found.start), lifecycle=found.transition is not None)
    tally += count_cases(source, used, pairs)
    facts = examine(log, tally, lambda places: source.table.number_rows(ordered.rows[places]), source.table.files)
    personal = personal_data(source, columns)
    return dataclasses.replace(log, quality=(*facts, personal) if personal else facts)


def _people(source: Source, names: tuple[str, ...] | None, mapping: Mapping, rows: Rows) -> tuple[Codes, Vocabulary]:
    """Return the codes of resources or teams at the instances; all unknown where there is no column."""
    encoded = join(events.encode_values(source, name, mapping) for name in names) if names else Encoded.unknown(rows)
    return arrange(Encoded(encoded.codes[rows], encoded.texts), unknown=True)


def list_alone(assignment: Assignment) -> set[str]:
    """Return the columns that live on as a part of the log itself and need not stand among its attributes too."""
    roles = (assignment.columns.get(role, ()) for role in ("case", "activity", "time", "start", "lifecycle"))
    return {names[0] for names in roles if len(names) == 1}


def find_done(activities: Vocabulary, mapping: Mapping) -> tuple[tuple[str, ...], tuple[Role, ...]]:
    """Return the activities that settle a case, and why: stated, known of the system, or by their names."""
    present = tuple(word for word in mapping.done or () if activities.find(word) is not None)
    if "done" in mapping.lent and present:
        return present, (Role("done", ", ".join(present), f"stated by the preset {mapping.preset}"),)
    if mapping.done is None or "done" in mapping.lent:
        guessed = done.guess(activities.texts)
        reason = "their names say that the case is settled"
        return guessed, ((Role("done", ", ".join(guessed), reason),) if guessed else ())
    if mapping.done and not present:
        word = mapping.done[0]
        raise MappingError(
            f"{mapping.place('done')}no activity is called {word!r}{suggest(word, activities.texts)}",
            "activities: " + ", ".join(activities.texts[:20]),
        )
    return mapping.done, (Role("done", ", ".join(mapping.done), "stated in the mapping"),)


def find_states(activities: Vocabulary, mapping: Mapping) -> tuple[dict[str, str], tuple[Role, ...]]:
    """Return who owns the time in a state: as stated, else by the names of those that say whom they wait for."""
    if mapping.states or mapping.sides:
        return dict(mapping.states), ()
    states = owned.guess(activities.texts)
    reason = "its name says who is waited for: time in it is theirs"
    return states, tuple(Role(f"{WAIT_OF}{side}", name, reason) for name, side in states.items())
