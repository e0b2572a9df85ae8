"""Files of agreed deviations (`allow`) and of changes to simulate (`whatif`): what they name, and their conditions."""

from __future__ import annotations

from svcflow.definitions.moments import read_day
from svcflow.definitions.reading import Reading, entries
from svcflow.documents import Listing, Mapping, Node


def read_allow(reading: Reading, root: Mapping) -> None:
    """Note what a file of agreed deviations refers to."""
    listed = root.get("deviations")
    for item in listed.items if isinstance(listed, Listing) else ():
        if isinstance(item, Mapping):
            reading.name("step", item.get("step"))
            reading.name("role", item.get("owner"))
            reading.guard(item.get("when"))
            read_day(reading, item.get("until"))


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
