"""The working lists of a morning: whom to follow up, whom to call back, what customers ask for.

Each list is a table of plain rows, the most pressing first, and says in `notes` what the log or the definitions do not
tell.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from svcflow.definitions.model import Workspace
from svcflow.eventlog.log import Log

if TYPE_CHECKING:
    from svcflow.execution import Runs

Row = dict[str, Any]
Mask = Callable[[str], str]

LISTS = ("follow-up", "call-back", "needs")

__all__ = ["LISTS", "Lists", "compile_lists"]


@dataclass(frozen=True, slots=True)
class Listing:
    """One list: its rows, and what is to be said about them."""

    rows: tuple[Row, ...]
    notes: tuple[str, ...] = ()
    by: str = ""
    """The attribute that the rows are told by, where they are."""

    def to_pandas(self) -> Any:
        """Return the rows as a pandas frame."""
        import pandas as pd

        return pd.DataFrame(list(self.rows))


@dataclass(frozen=True, slots=True)
class Lists:
    """The lists of one moment; a list that was not asked for is empty."""

    as_of: str
    follow_up: Listing
    call_backs: Listing
    needs: Listing

    def to_json(self) -> dict[str, Any]:
        """Return the document of `svcflow schema lists`; durations in seconds, shares 0..1, times ISO 8601."""
        return {"as_of": self.as_of} | {
            name: {"rows": list(listing.rows), "notes": list(listing.notes)}
            for name, listing in (("follow_up", self.follow_up), ("call_backs", self.call_backs), ("needs", self.needs))
        }


def compile_lists(
    log: Log,
    workspace: Workspace | None = None,
    *,
    as_of: str | None = None,
    by: str | None = None,
    show_people: bool = False,
    runs: Runs | None = None,
) -> Lists:
    """Return the follow-up, call-back and needs lists of `log` as they stood at `as_of` (the log's last time stamp).

    `by` names the case attribute that says what customers ask for; without it, the one whose name says so. Lists of
    open cases need a `workspace`; `runs` may be given where it was executed already. People are numbered unless
    `show_people`. Raises UsageError where there is no attribute `by`.
    """
    from svcflow.analysis.lists import call_backs, follow_up, needs
    from svcflow.analysis.people import make_mask
    from svcflow.execution import execute
    from svcflow.execution.runs import to_moment
    from svcflow.mining.mined import find_zone, say_time

    zone = workspace.organisation.timezone if workspace else log.zone
    now = runs.as_of if runs else to_moment(as_of, log, zone or "UTC")
    if workspace is not None and runs is None:
        runs = execute(workspace, log, as_of=now)
    mask = make_mask(log, show_people=show_people)
    undefined = Listing((), ("a workspace (-w) says what is open, due and promised",))
    return Lists(
        say_time(now, find_zone(zone)),
        follow_up.compile_list(runs, mask) if runs else undefined,
        call_backs.compile_list(runs, mask) if runs else undefined,
        needs.compile_list(log, now, by=by, of_case=runs),
    )
