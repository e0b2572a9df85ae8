"""What a rule may look at: every file of a workspace as text, as nodes and as values."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from svcflow.definitions.model import Organisation, Process, Scenarios, Workspace
from svcflow.definitions.net import MarkingGraph, Net, build_net, explore, inlined
from svcflow.definitions.reading import Reference, Remark
from svcflow.definitions.sources import Source, is_supported, version_of
from svcflow.errors import DefinitionError


@dataclass(frozen=True)
class Survey:
    """All that was read. `remarks` are what reading noted, by rule; `broken` files do not have the right shape.

    Of a broken file some values are missing: a rule that judges what is *not* there leaves it alone.
    """

    folder: str
    sources: tuple[Source, ...]
    processes: tuple[Process, ...]
    organisations: tuple[Organisation, ...]
    scenarios: tuple[Scenarios, ...]
    references: tuple[Reference, ...]
    remarks: tuple[tuple[str, Remark], ...]
    broken: frozenset[str]

    @cached_property
    def by_id(self) -> dict[str, Process]:
        """Return the processes by id; of two with the same id the first."""
        return {process.id: process for process in reversed(self.processes)}

    @cached_property
    def sound(self) -> tuple[Process, ...]:
        """Return the processes that were read whole, and all that they run as well."""
        return tuple(
            process
            for process in self.processes
            if not any(part.file in self.broken for part in inlined(process, self.by_id))
        )

    @cached_property
    def workspace(self) -> Workspace | None:
        """Return the workspace, if there is an organisation."""
        if not self.organisations:
            return None
        texts = {source.document.file: source.document.text for source in self.sources}
        processes = {process.id: self.by_id[process.id] for process in self.processes}
        return Workspace(self.folder, self.organisations[0], processes, self.scenarios, texts)

    @cached_property
    def nets(self) -> dict[str, Net]:
        """Return the nets of the processes that have one, by process."""
        nets = {}
        for process in self.sound:
            try:
                nets[process.id] = build_net(process, self.by_id)
            except DefinitionError:
                continue  # an unknown or circular run, which has its own rule
        return nets

    @cached_property
    def graphs(self) -> dict[str, MarkingGraph | None]:
        """Return the markings of each net, ``None`` where there are too many."""
        graphs: dict[str, MarkingGraph | None] = {}
        for name, net in self.nets.items():
            try:
                graphs[name] = explore(net)
            except DefinitionError:
                graphs[name] = None
        return graphs

    @cached_property
    def blind(self) -> bool:
        """Return whether some file could not be read at all: what it defines is not known."""
        return any(not source.kind or not is_supported(version_of(source)) for source in self.sources)

    def remarks_of(self, rule: str) -> tuple[Remark, ...]:
        """Return what reading noted for a rule."""
        return tuple(remark for name, remark in self.remarks if name == rule)

    def steps_for(self, process: str) -> list[str]:
        """Return the steps that a process may name: its own, and those of the processes it runs."""
        known = self.by_id.get(process)
        return [] if known is None else [step for part in inlined(known, self.by_id) for step in part.steps]
