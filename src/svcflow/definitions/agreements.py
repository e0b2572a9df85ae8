"""Files of agreed deviations (`allow`) and of changes to simulate (`whatif`): what they name, and their conditions."""

from __future__ import annotations

from collections.abc import Iterator

from svcflow.definitions.deviations import DEVIATIONS, code_of
from svcflow.definitions.model import Agreement, Process
from svcflow.definitions.moments import read_day
from svcflow.definitions.reading import Reading, entries, text
from svcflow.documents import Listing, Mapping, Node, Scalar
from svcflow.guards import suggest


def read_allow(reading: Reading, root: Mapping, process: Process) -> Iterator[Agreement]:
    """Yield the deviations of a process that were agreed; `step` may name a step, an SLA or a rule."""
    listed = root.get("deviations")
    for item in listed.items if isinstance(listed, Listing) else ():
        if not isinstance(item, Mapping):
            continue
        code, step = item.get("code"), item.get("step")
        if isinstance(step, Scalar) and step.text not in process.slas and step.text not in process.rules:
            reading.refer("step", step)
        if isinstance(code, Scalar) and code_of(code.text) is None:
            near = suggest(code.text, [*DEVIATIONS.values(), *DEVIATIONS])
            reading.remark("bad-value", f"there is no deviation '{code.text}'{near}", code.span)
        yield Agreement(
            process=reading.process,
            code=code_of(text(code)) or "",
            step=step.text if isinstance(step, Scalar) else None,
            when=reading.guard(item.get("when")),
            until=read_day(reading, item.get("until")),
            reason=text(item.get("reason")),
            owner=reading.name("role", item.get("owner")) or "",
            position=reading.at((code or item).span),
        )


def read_whatif(reading: Reading, root: Mapping) -> None:
    """Note what a file of changes refers to."""
    for _, change in entries(root.get("changes")):
        if isinstance(change, Mapping):
            reading.guard(change.get("when"))
            reading.names("step", change.get("skip"))
            reading.names("team", change.get("drop"))
            reading.names("role", change.get("merge_roles"))
            _refer_keys(reading, change.get("cap_wait"))
            _refer_keys(reading, change.get("drop_repeats"))
            for team, _ in entries(change.get("capacity")):
                reading.refer("team", team)


def _refer_keys(reading: Reading, node: Node | None) -> None:
    for step, _ in entries(node):
        reading.refer("step", step)
