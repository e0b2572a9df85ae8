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


_STEPS = ("skip", "keep_hands", "automate", "dissolve", "parallel")
_BY_STEP = ("cap_wait", "drop_repeats", "speed")


def read_whatif(reading: Reading, root: Mapping) -> None:
    """Note what a file of changes refers to; a list of single changes may name things as the log does."""
    for _, changed in entries(root.get("changes")):
        for change in changed.items if isinstance(changed, Listing) else ():
            if isinstance(change, Mapping):
                reading.guard(change.get("where"))
        if not isinstance(changed, Mapping):
            continue
        reading.guard(changed.get("when"))
        reading.guard(changed.get("first"))
        for kind in _STEPS:
            reading.names("step", changed.get(kind))
        reading.names("team", changed.get("drop"))
        reading.names("role", changed.get("merge_roles"))
        for kind in _BY_STEP:
            _refer_keys(reading, changed.get(kind))
        for kind in ("capacity", "hours"):
            for team, calendar in entries(changed.get(kind)):
                reading.refer("team", team)
                if kind == "hours":
                    reading.name("calendar", calendar)


def _refer_keys(reading: Reading, node: Node | None) -> None:
    for step, _ in entries(node):
        reading.refer("step", step)
