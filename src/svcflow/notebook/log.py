"""A log as a notebook holds it: a `Log` that is filtered lazily and answers questions itself."""

from __future__ import annotations

import dataclasses
import json
import os
from collections.abc import Collection, Mapping, Sequence
from html import escape
from typing import TYPE_CHECKING, Any

from svcflow.eventlog import reading
from svcflow.eventlog.log import Log
from svcflow.eventlog.selection import Moment, compile_condition
from svcflow.mining import stating
from svcflow.notebook.answers import Answers, Between, Terms
from svcflow.notebook.choosing import Origin, Stated, Whole
from svcflow.notebook.figures import Figures
from svcflow.wording import say_count

if TYPE_CHECKING:
    from svcflow.definitions.model import Workspace
    from svcflow.mining import Mined


_FIELDS = frozenset(one.name for one in dataclasses.fields(Log))
_EMPTY = {"_asked": None, "_origin": None, "_terms": Terms(), "_whole": None}
"""What the slots of a notebook's log hold before something is put there."""


class NotebookLog(Log):
    """A `Log`, to be used wherever one is, whose filters wait until something is asked.

    Every filter returns a log of fewer cases at once: which cases they are is worked out when the first figure is asked
    for, and their columns are copied when somebody reads those. Every filter is judged on the whole log, whatever the
    order. What is measured of a log is measured once.
    """

    __slots__ = ("_asked", "_origin", "_terms", "_whole")

    _asked: Answers | None
    _origin: Origin | None
    _terms: Terms
    _whole: Whole | None

    def where(self, condition: str) -> NotebookLog:
        """Return the cases that fulfil a condition on their attributes: ``priority == 'high'``.

        Raises GuardError at once for what is no condition on this log.
        """
        compile_condition(self._come_from.whole.log, condition)
        return self._choose(stating.state_condition(condition))

    def between(self, since: Moment | None = None, until: Moment | None = None) -> NotebookLog:
        """Return the cases that begin from `since` on and before `until`."""
        return self._choose(stating.state_period(since, until))

    def slower_than(self, duration: stating.Duration) -> NotebookLog:
        """Return the cases that took at least so long: ``"5d"``, ``"36h"``, seconds or a `timedelta`."""
        return self._choose(stating.state_duration(at_least=duration))

    def faster_than(self, duration: stating.Duration) -> NotebookLog:
        """Return the cases that took at most so long."""
        return self._choose(stating.state_duration(at_most=duration))

    def variants_like(self, *chosen: int | str | Sequence[str], coverage: float | None = None) -> NotebookLog:
        """Return the cases of some variants: by place (1 is the most common), ``"80%"``, or a list of activities."""
        return self._choose(stating.state_variants(*chosen, coverage=coverage))

    def endpoints(self, first: stating.Names = (), last: stating.Names = ()) -> NotebookLog:
        """Return the cases that begin with one of `first` and end with one of `last`."""
        return self._choose(stating.state_ends(first, last))

    def followed_by(
        self,
        first: str,
        then: str,
        *,
        within: stating.Duration | None = None,
        directly: bool = False,
        never: bool = False,
    ) -> NotebookLog:
        """Return the cases in which `then` follows `first`, `within` so long; with `never`, all others."""
        return self._choose(stating.state_order(first, then, within=within, directly=directly, never=never))

    def select(self, filters: Sequence[Mapping[str, Any]]) -> NotebookLog:
        """Return the cases that pass filters as `svcflow explore` writes them."""
        return self._derive(self._come_from.add(filters), self._terms)

    def using(
        self,
        workspace: Workspace | str | os.PathLike[str] | None = None,
        *,
        calendar: str | None = None,
        engine: str | None = None,
        jobs: int | None = None,
        show_people: bool | None = None,
    ) -> NotebookLog:
        """Return the same cases, measured on other terms.

        A `workspace` of definitions, or its folder, says which waits are not the provider's and what the calendars are;
        `calendar` names the one to measure on. `engine` and `jobs` say where to mine (see `svcflow.engines`);
        `show_people` whether to name people, who are numbered otherwise.
        """
        if isinstance(workspace, str | os.PathLike):
            from svcflow.definitions import load  # noqa: PLC0415 - most notebooks have no definitions

            workspace = load(os.fspath(workspace))
        before = self._terms
        terms = Terms(
            workspace or before.workspace,
            calendar or before.calendar,
            engine or before.engine,
            jobs or before.jobs,
            before.show_people if show_people is None else show_people,
        )
        return self._derive(self._come_from, terms)

    def map(self) -> Figures:
        """Return which activity follows which, how often, after what waiting, and who owns the wait."""
        return self._answers.list_rows("map", "directly_follows")

    def variants(self) -> Figures:
        """Return the distinct sequences of activities, the most common first."""
        return self._answers.list_rows("variants", "variants")

    def steps(self) -> Figures:
        """Return the activities with their counts and times."""
        return self._answers.list_rows("steps", "activities")

    def bottlenecks(self) -> Figures:
        """Return where cases wait, dearest first; timers and waits of the customer come last."""
        return self._answers.bottlenecks()

    def handovers(self, between: Between = "team") -> Figures:
        """Return the handovers between teams or, numbered, people (``"resource"``), with what each pair costs."""
        return self._answers.handovers(between)

    def loops(self) -> Figures:
        """Return what is done again: by whom, in how many cases, and what it costs."""
        return self._answers.loops()

    def causes(self) -> Figures:
        """Return why cases wait: batching, contention, prioritisation, unavailability, extraneous."""
        return self._answers.quantity("waiting-causes")

    def quantity(self, name: str) -> Figures:
        """Return any quantity that `svcflow explain` lists. Raises UsageError for one that does not exist."""
        return self._answers.quantity(name)

    def findings(self, detectors: Collection[str] | None = None) -> Figures:
        """Return what the detectors find, or those of these names, dearest first."""
        return self._answers.findings(detectors)

    def case_table(self) -> Figures:
        """Return every case with its times (`cases` is their number)."""
        return self._answers.case_table()

    def why(
        self, effect: str = "slow", *, slower_than: stating.Duration | None = None, by: Sequence[str] | None = None
    ) -> Figures:
        """Return what slow, reopened, repeating, handed-over or ping-pong cases have in common: an association."""
        limit = None if slower_than is None else stating.read_duration(slower_than)
        return self._answers.why(effect, limit, by)

    def compare(self, other: NotebookLog) -> Figures:
        """Return how the cases of another log, or other cases of the same, differ from these, with intervals."""
        return self._answers.compare(other._answers)

    def mine(self) -> Mined:
        """Return the log, mined on its terms: every table as numpy columns."""
        return self._answers.mine()

    @property
    def filters(self) -> tuple[Stated, ...]:
        """Return the filters that chose the cases of this log."""
        return self._origin.filters if self._origin else ()

    @property
    def cases(self) -> int:
        """Return the number of cases, without copying any."""
        return self._origin.count() if self._origin else len(self.offsets) - 1

    def __getattr__(self, name: str) -> Any:
        """Return what an empty slot is to hold: the columns of chosen cases are copied now."""
        if name in _EMPTY:
            return _EMPTY[name]
        if name not in _FIELDS or self._origin is None:
            raise AttributeError(f"a log has no {name!r}")
        taken = self._origin.take()
        for field in _FIELDS:
            object.__setattr__(self, field, getattr(taken, field))
        return object.__getattribute__(self, name)

    def __repr__(self) -> str:
        """Say in one line what this is, without copying any columns."""
        whole = self._come_from.whole.log
        chosen = f" of {say_count(whole.cases)}" if self.filters else ""
        return f"<log {whole.source!r}: {say_count(self.cases)}{chosen} cases>"

    def _repr_html_(self) -> str:
        whole = self._come_from.whole.log
        said = [f"<b>{escape(whole.source)}</b>: {say_count(self.cases)} cases"]
        if self.filters:
            said[0] += f" of {say_count(whole.cases)}"
            said += [escape(json.dumps(one, ensure_ascii=False)) for one in self.filters]
        else:
            said.append(f"{say_count(whole.events)} events, {say_count(len(whole.activities))} activities")
        return "<div>" + "<br>".join(said) + "</div>"

    def _choose(self, stated: Stated) -> NotebookLog:
        """Return the cases that also pass one more filter, none looked at yet."""
        return self.select([stated])

    @property
    def _come_from(self) -> Origin:
        if self._origin is not None:
            return self._origin
        if self._whole is None:
            object.__setattr__(self, "_whole", Whole(self))
        assert self._whole is not None
        return Origin(self._whole, ())

    @staticmethod
    def _derive(origin: Origin, terms: Terms) -> NotebookLog:
        """Return a log whose columns are still to be copied."""
        found = object.__new__(NotebookLog)
        object.__setattr__(found, "_origin", origin)
        object.__setattr__(found, "_terms", terms)
        return found

    @property
    def _answers(self) -> Answers:
        """Return the answers about the cases of this log, which are mined once."""
        if self._asked is None:
            object.__setattr__(self, "_asked", Answers(self, self._terms))
        assert self._asked is not None
        return self._asked


def read_log(path: str | os.PathLike[str], mapping: Any = None, **options: Any) -> NotebookLog:
    """Read an export into a log that answers questions; path, mapping and options are those of `eventlog.read_log`."""
    log = reading.read_log(path, mapping, **options)
    return NotebookLog(**{name: getattr(log, name) for name in _FIELDS})
