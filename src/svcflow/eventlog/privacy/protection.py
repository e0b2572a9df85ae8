"""Decides once what of an export is hidden, says so, and makes it a step of the plan."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from collections.abc import Mapping as Map
from itertools import islice

from svcflow.errors import UsageError
from svcflow.eventlog.log import Log
from svcflow.eventlog.mapping import Mapping, suggest
from svcflow.eventlog.plan import Plan
from svcflow.eventlog.privacy import scrubbing
from svcflow.eventlog.privacy.free_text import IDENTIFYING, Judgement, judge, says
from svcflow.eventlog.privacy.policy import MEASURED, Policy, choose_kinds
from svcflow.eventlog.privacy.shield import FAMILIAR, MACHINES, Shield, list_names
from svcflow.eventlog.roles.evidence import Source


def protect(plan: Plan, source: Source, policy: Policy) -> tuple[Plan, Source]:
    """Return the plan that hides what `policy` asks for, and `source` behind it.

    `source` holds the events of the export or of its first block, after the other steps. What is decided stands among
    the notes of the plan. Raises UsageError where a column is named that is not there.
    """
    roles = plan.assignment.columns
    names = source.table.names
    if unknown := next((name for name in policy.keep if name not in names), None):
        raise UsageError(
            f"--keep: there is no column {unknown!r}{suggest(unknown, names)}", f"columns: {', '.join(names[:40])}"
        )
    kinds = choose_kinds(policy, source, roles)
    dropped = {judgement.name: judgement for judgement in _choose_dropped(policy, source, roles, kinds)}
    cleared = frozenset(_choose_cleared(policy, source, roles, {*kinds, *dropped})) if kinds else frozenset[str]()
    times = tuple(name for role in ("time", "start") for name in roles.get(role, ())) if kinds else ()
    shield = Shield(policy.key, plan.mapping, kinds, frozenset(dropped), cleared, times)
    shield = dataclasses.replace(shield, familiar=dict(islice(list_names(shield, source.table).items(), FAMILIAR)))
    plan.assignment.notes.extend(_tell(policy, kinds, dropped))
    hidden = _hide(plan.mapping, kinds) if kinds else dataclasses.replace(plan.mapping, values={})
    return dataclasses.replace(plan, mapping=hidden, steps=(*plan.steps, shield)), Source(shield(source.table))


def clear_quality(log: Log, plan: Plan) -> Log:
    """Return the log with what is said of its quality cleared of names and identifiers: it may quote values."""
    shields = [step for step in plan.steps if isinstance(step, Shield) and step.kinds]
    if not shields:
        return log
    known = shields[-1].familiar
    facts = tuple(dataclasses.replace(fact, message=scrubbing.scrub(fact.message, known)) for fact in log.quality)
    return dataclasses.replace(log, quality=facts)


def list_free_text(source: Source, roles: Map[str, tuple[str, ...]]) -> list[Judgement]:
    """Return a judgement of every column that has no role."""
    taken = {name for columns in roles.values() for name in columns}
    case = roles.get("case", ())
    cases = source.encoded(case[0]).distinct if case else source.table.rows
    return [judge(source, name, cases) for name in source.table.names if name not in taken]


def _choose_dropped(
    policy: Policy, source: Source, roles: Map[str, tuple[str, ...]], kinds: Map[str, str]
) -> Iterator[Judgement]:
    """Yield the columns that are left out: free text and, where names are hidden, what is called a person's data."""
    for judgement in list_free_text(source, roles):
        if judgement.name in kinds or judgement.name in policy.keep:
            continue
        if judgement.kind == "text":
            if not policy.keep_text:
                yield judgement
        elif kinds and (word := says(judgement.name, IDENTIFYING)) and judgement.personal:
            yield dataclasses.replace(judgement, kind="personal", reason=f"its name says {word!r}")


def _choose_cleared(
    policy: Policy, source: Source, roles: Map[str, tuple[str, ...]], passed: set[str]
) -> Iterator[str]:
    """Yield the columns whose texts are cleared: all that stay, but for ids of cases, times, and plain people."""
    held = {name for role in ("case", "time", "start", "resource", "team", "role") for name in roles.get(role, ())}
    for name in source.table.names:
        if name not in passed and name not in held and name not in policy.keep:
            yield name


def _tell(policy: Policy, kinds: Map[str, str], dropped: Map[str, Judgement]) -> Iterator[str]:
    """Yield what is hidden, in plain words."""
    if kinds and policy.key:
        listed = ", ".join(f"{name!r} ({kind.partition(' ')[0]})" for name, kind in kinds.items())
        yield f"pseudonyms made with the key {policy.key.fingerprint} stand for the values of {listed}"
        yield "mail addresses, phone and identity numbers, and known names are replaced in the columns that stay"
    for name, judgement in dropped.items():
        what = "free text" if judgement.kind == "text" else "data of persons"
        told = judgement.kind != "text" or not judgement.personal or judgement.personal in judgement.reason
        also = "" if told else f"; it holds {judgement.personal}"
        yield f"column {name!r} is left out: {what} ({judgement.reason}{also}); keep it with --keep {name!r}" + (
            " or --keep-text" if judgement.kind == "text" else ""
        )


def _hide(mapping: Mapping, kinds: Map[str, str]) -> Mapping:
    """Return a mapping that names nobody; its values are replaced already, its machines known by their pseudonyms."""
    people = "resource" in kinds.values()
    places = {keys: place for keys, place in mapping.places.items() if keys and keys[0] in ("done", "sides", *MEASURED)}
    return dataclasses.replace(
        mapping, values={}, machines=MACHINES if people and mapping.machines else mapping.machines, places=places
    )
