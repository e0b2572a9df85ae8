"""What is to be hidden, as asked for; and which columns of an export that concerns."""

from __future__ import annotations

from collections.abc import Iterable
from collections.abc import Mapping as Map
from dataclasses import dataclass

from svcflow.errors import UsageError
from svcflow.eventlog.mapping import suggest
from svcflow.eventlog.privacy.free_text import find_customers
from svcflow.eventlog.privacy.keys import Key
from svcflow.eventlog.privacy.scrubbing import is_name
from svcflow.eventlog.roles.evidence import Source

NAMED = ("resource", "team", "role", "case")
"""Roles whose values may be replaced by pseudonyms; a customer is found by the names of columns."""
MEASURED = ("activity", "time", "start", "lifecycle")
ALIKE = 0.5
"""A column is of a kind, too, if this share of its values occurs in a column of that kind."""


@dataclass(frozen=True, slots=True)
class Policy:
    """What is to be hidden.

    `pseudonymise` are roles (resource, team, role, case, customer), columns, or ``ROLE:COLUMN`` for a column whose
    names are those of a role; it needs a `key`. Free text is left out unless `keep_text` or named in `keep`.
    """

    pseudonymise: tuple[str, ...] = ()
    key: Key | None = None
    keep: tuple[str, ...] = ()
    keep_text: bool = False

    def __post_init__(self) -> None:
        if self.pseudonymise and self.key is None:
            raise UsageError("pseudonyms need a key", "give --key-file FILE; make one with --new-key FILE")


def choose_kinds(policy: Policy, source: Source, roles: Map[str, tuple[str, ...]]) -> dict[str, str]:
    """Return the kind of pseudonym of each column that gets some, in the order of the export.

    Raises UsageError where what was asked for is not there, or is what is measured.
    """
    names, kinds = source.table.names, dict[str, str]()
    role_of = {column: role for role in roles for column in roles[role]}
    customers = tuple(name for name in find_customers(names) if name not in role_of)
    for wanted in policy.pseudonymise:
        for column, kind in _resolve(wanted, names, roles, customers):
            role = role_of.get(column, "customer" if column in customers else f"column {column.lower()}")
            if role in MEASURED:
                raise UsageError(f"{wanted!r} is the {role}: it is what is measured", "pseudonymise names and ids")
            kinds[column] = kind or role
    for column, kind in _find_alike(source, kinds, set(role_of) | set(policy.keep)):
        kinds[column] = kind
    return {name: kinds[name] for name in names if name in kinds}


def _resolve(
    wanted: str, names: tuple[str, ...], roles: Map[str, tuple[str, ...]], customers: tuple[str, ...]
) -> list[tuple[str, str]]:
    """Return the columns meant by a word of the command line, with the kind it states, if any."""
    kind, _, column = wanted.partition(":")
    if wanted in NAMED and roles.get(wanted):
        return [(name, wanted) for name in roles[wanted]]
    if wanted in names:
        return [(wanted, "")]
    if column in names and kind in (*NAMED, "customer"):
        return [(column, kind)]
    if wanted == "customer" and customers:
        return [(name, "customer") for name in customers]
    if wanted in MEASURED:
        raise UsageError(f"{wanted!r} is what is measured", "pseudonymise names and ids: resource, customer, case, ...")
    known = f"columns: {', '.join(names[:40])}"
    if wanted in (*NAMED, "customer"):
        raise UsageError(f"no column was found for {wanted!r}", f"name the column itself, as {wanted}:COLUMN; {known}")
    raise UsageError(f"there is no column or role {wanted!r}{suggest(wanted, names)}", known)


def _find_alike(source: Source, kinds: Map[str, str], passed: set[str]) -> Iterable[tuple[str, str]]:
    """Yield the other columns that hold the same people or cases: their names would give the pseudonyms away."""
    held = {
        kind: {text for column in kinds if kinds[column] == kind for text in _telling(source, column)}
        for kind in dict.fromkeys(kinds.values())
        if kind in ("resource", "customer", "case")
    }
    for name in source.table.names:
        if name in kinds or name in passed or not held:
            continue
        texts, distinct = _telling(source, name), source.encoded(name).distinct
        for kind, known in held.items():
            if texts and sum(text in known for text in texts) >= ALIKE * distinct:
                yield name, kind
                break


def _telling(source: Source, column: str) -> list[str]:
    """Return the distinct texts of a column that could name somebody."""
    return [text for text in source.encoded(column).texts if text is not None and is_name(text)]
