"""The sections of a written mapping that follow the columns: what was stated or found, and what is still open."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import numpy as np

from svcflow.eventlog.log import MISSING_TIME, UNKNOWN, Column, Log
from svcflow.eventlog.mapping.reading import SOURCE
from svcflow.eventlog.mapping.stated import Join, Mapping
from svcflow.eventlog.mapping.yaml import comment, listed, quote
from svcflow.eventlog.raw import Stated

MOST = 200
"""So many activities are listed as proposals."""
_CUSTOMER = """
customer client requester user caller citizen applicant klant aanvrager kunde kunden anwender cliente utente usuario
richiedente demandeur pending wait waiting awaiting 客户 用户 申请人 市民
"""
_VENDOR = (
    "vendor supplier third-party 3rd party external carrier lieferant leverancier fornitore fournisseur 供应商 厂商"
)
_EXAMPLE = """\
# A second file can be joined by key: case attributes, a survey, a CRM export.
# joins:
#   - file: customers.csv              # beside this file, in any format that is read
#     key: {customer_id: id}           # column here: column there
#     columns: [segment, region]       # all where not said
#     of: case                         # or event
#     many: refuse                     # several rows with one key: or first, last"""


def write_source(stated: Mapping) -> Iterator[str]:
    """Write what is stated of the file itself, or how it can be."""
    written = list(_write_file(stated.source, ""))
    yield from written or ["# source: {sheet: NAME}   # of a workbook; or table, query, objects, records"]


def write_times(log: Log, stated: Mapping) -> Iterator[str]:
    """Write the formats and the zone of times."""
    if stated.time_format:
        yield f"time_format: {quote(stated.time_format)}"
    else:
        yield "# time_format: '%d/%m/%Y %H:%M'   # only where times cannot be read or their order is unknown"
    if stated.formats:
        yield "formats:"
        yield from (f"  {quote(name)}: {quote(form)}" for name, form in stated.formats.items())
    zone = f"timezone: {quote(log.zone)}" if log.zone not in {"", "UTC"} else "# timezone: Europe/Amsterdam"
    yield f"{zone}   # of times that name none"


def write_people(log: Log, suspects: Iterable[str]) -> Iterator[str]:
    """Write the done activities and the accounts of machines, with suspects as a comment."""
    yield "# After these activities the customer's matter is settled."
    yield f"done: {listed(log.done)}"
    yield "# Accounts of machines: they leave handovers and workload. A * stands for any text."
    yield f"machines: {listed(log.machines)}"
    found = [name for name in suspects if name not in log.machines]
    if found:
        said = "Machines by their names, or by writing round the clock at a pace no person has"
        yield f"# {said}: {comment(listed(found[:20]))}"


def write_sides(log: Log) -> Iterator[str]:
    """Write who owns the waits, and every activity that nothing is said of, as a proposal with its count."""
    yield "# Who owns the wait before an activity: provider (where not said), customer, vendor or nobody."
    counts = np.bincount(log.activity, minlength=len(log.activities))
    order = sorted(range(len(counts)), key=lambda code: (-int(counts[code]), log.activities[code]))
    open_ = [code for code in order if log.activities[code] not in log.sides]
    yield "sides:" if log.sides else "# sides:"
    yield from (f"  {quote(name)}: {side}" for name, side in log.sides.items())
    for code in open_[:MOST]:
        yield f"#   {comment(quote(log.activities[code]))}: provider   # {counts[code]:,} times"
    yield from [f"#   and {len(open_) - MOST:,} more"] if len(open_) > MOST else []
    yield "# Who owns the time in a state, from it to whatever follows: it goes before sides."
    yield "states:" if log.states else "# states:"
    yield from (f"  {quote(name)}: {side}" for name, side in log.states.items())
    for code in order:
        side = propose_side(log.activities[code])
        if side and log.activities[code] not in log.states:
            yield f"#   {comment(quote(log.activities[code]))}: {side}   # {counts[code]:,} times"


def propose_side(activity: str) -> str:
    """Return who else but the provider may own a state of that name, or nothing.

    >>> [propose_side(name) for name in ("Wait - User", "Waiting for vendor", "In progress", "等待客户")]
    ['customer', 'vendor', '', 'customer']
    """
    plain = activity.casefold()
    words = "".join(char if char.isalnum() else " " for char in plain).split()
    for side, known in (("vendor", _VENDOR), ("customer", _CUSTOMER)):
        if any(word in words if word.isascii() else word in plain for word in known.split()):
            return side
    return ""


def write_attributes(log: Log, *, typed: bool) -> Iterator[str]:
    """Write the attributes of cases and events, with their types."""
    yield "# Columns that describe the whole case, and columns that describe the single event."
    yield "attributes:"
    for of, attributes in (("case", log.case_attributes), ("event", log.attributes)):
        if not typed or not attributes:
            yield f"  {of}: {listed(attributes)}"
            continue
        yield f"  {of}:"
        for name, column in attributes.items():
            yield f"    {quote(name)}: {column.kind}   # {_describe(column)}"


def write_values(stated: Mapping) -> list[str]:
    """Write values to be replaced and columns to be renamed."""
    lines = ["values:"] if stated.values else ["# values: {COLUMN: {old value: new value}}"]
    for column, values in stated.values.items():
        lines += [
            f"  {quote(column)}:",
            *(f"    {quote(old)}: {quote(new)}" for old, new in values.items()),
        ]
    lines += ["rename:"] if stated.rename else ["# rename: {COLUMN: name of the attribute}"]
    return lines + [f"  {quote(column)}: {quote(name)}" for column, name in stated.rename.items()]


def write_joins(stated: Mapping) -> Iterator[str]:
    """Write joined files, or an example of one."""
    if not stated.joins:
        yield _EXAMPLE
        return
    yield "joins:"
    for join in stated.joins:
        yield f"  - file: {quote(join.file)}"
        yield f"    key: {{{', '.join(f'{quote(left)}: {quote(right)}' for left, right in join.keys)}}}"
        yield from _write_join(join)


def _write_join(join: Join) -> Iterator[str]:
    if join.columns is not None:
        yield f"    columns: {{{', '.join(f'{quote(right)}: {quote(name)}' for right, name in join.columns.items())}}}"
    if join.prefix:
        yield f"    prefix: {quote(join.prefix)}"
    yield f"    of: {join.of}"
    yield f"    many: {join.many}"
    if join.loose:
        yield "    match: loose"
    if join.required_share:
        yield f"    required_share: {join.required_share:g}"
    yield from _write_file(join.source, "    ")


def _write_file(source: Stated, indent: str) -> Iterator[str]:
    for key in ("encoding", "delimiter"):
        if getattr(source, key):
            yield f"{indent}{key}: {quote(getattr(source, key))}"
    parts = [f"{key}: {quote(getattr(source, key))}" for key in SOURCE if getattr(source, key)]
    if parts:
        yield f"{indent}source: {{{', '.join(parts)}}}"


def _describe(column: Column) -> str:
    missing = {"text": UNKNOWN, "boolean": -1, "datetime": MISSING_TIME}
    values = column.values
    known = ~np.isnan(values) if column.kind == "number" else values != missing[column.kind]
    return f"{len(np.unique(values[known])):,} values, known in {float(known.mean()):.0%}"
