"""One case, told line by line."""

from __future__ import annotations

from svcflow.analysis.stories import tell_cases
from svcflow.disclosure import refuse_single_cases
from svcflow.errors import UsageError
from svcflow.exploration.blocks import Block, table
from svcflow.exploration.selections import Selection
from svcflow.exploration.setting import Setting

WHAT = None
EXPRESSION = "tell_cases(log, [case], str)[case]"

COLUMNS = {"time": "time", "activity": "activity", "team": "text", "resource": "text", "waiting_s": "duration"}


def show(selection: Selection, setting: Setting, *, case: str) -> list[Block]:
    """Return the lines of a case of the log: time, activity, team, person, wait since the line before."""
    refuse_single_cases(setting.min_group, "a case")
    told = tell_cases(selection.opened.log, [case], setting.mask)
    if case not in told:
        raise UsageError(f"no case {case[:80]!r}", "the list of cases names them")
    return [table("case", COLUMNS, told[case]) | {"case": case}]
