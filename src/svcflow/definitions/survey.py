"""What a rule may look at: every file of a workspace as text, as nodes and as values."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from svcflow.definitions.model import Agreement, Organisation, Process, Scenarios, Workspace
from svcflow.definitions.net import MarkingGraph, Net, build_net, explore, inlined
from svcflow.definitions.reading import Reference, Remark
from svcflow.definitions.sources import Source, is_supported, version_of
from svcflow.definitions.versions import first_day
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
    agreements: tuple[Agreement, ...] = ()
    editions: tuple[Process, ...] = ()
    """All versions of all processes; `processes` holds one of each."""
    memo: dict[tuple[str, ...], Any] = field(init=False, default_factory=dict, compare=False, repr=False)
    """What one rule has worked out and another needs as well."""

    @cached_property
    def by_id(self) -> dict[str, Process]:
        """Return the processes by id."""
        return {process.id: process for process in self.processes}

    def around(self, edition: Process) -> Survey:
        """Return the survey in which another version of a process stands for it."""
        processes = tuple(edition if process.id == edition.id else process for process in self.processes)
        return replace(self, processes=processes, references=self._references(edition))

    def main(self) -> Survey:
        """Return the survey without what the older versions of processes refer to."""
        return replace(self, references=self._references(None))

    def without(self, files: set[str]) -> Survey:
        """Return the survey in which these files, too, are broken."""
        return replace(self, broken=self.broken | files) if files - self.broken else self

    def _references(self, edition: Process | None) -> tuple[Reference, ...]:
        chosen = self.by_id | ({edition.id: edition} if edition else {})
        others = {other.file for other in self.editions if chosen[other.id] is not other}
        return tuple(reference for reference in self.references if reference.position.file not in others)

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
        versions: dict[str, list[Process]] = {}
        for edition in sorted(self.editions, key=first_day):
            versions.setdefault(edition.id, []).append(edition)
        return Workspace(
            self.folder, self.organisations[0], processes, self.scenarios, texts, self.agreements,
            {name: tuple(found) for name, found in versions.items() if len(found) > 1},
        )  # fmt: skip

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
