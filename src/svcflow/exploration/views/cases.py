"""Single cases, a page at a time, in the order asked for."""

from __future__ import annotations

from typing import Literal

import numpy as np

from svcflow.disclosure import refuse_single_cases
from svcflow.errors import UsageError
from svcflow.exploration.blocks import Block, table
from svcflow.exploration.selections import Selection
from svcflow.exploration.setting import Setting
from svcflow.mining.grouping import seconds
from svcflow.mining.mined import find_zone, say_time

WHAT = None
EXPRESSION = "mine(log).cases.to_rows()"

PAGE = 50
COLUMNS = {"case": "case", "begin": "time", "cycle_time_s": "duration", "events": "count", "variant": "count",
           "open": "mark"}  # fmt: skip
SORTS = ("begin", "cycle_time_s", "events", "variant")


def show(
    selection: Selection, setting: Setting, *, sort: str = "begin", falling: bool = False, page: int = 0
) -> list[Block]:
    """Return one page of cases sorted by begin, cycle_time_s, events or variant (1: the most common)."""
    refuse_single_cases(setting.min_group, "the list of cases")
    if sort not in SORTS:
        raise UsageError(f"cases cannot be sorted by {sort[:40]!r}", f"by {', '.join(SORTS)}")
    opened = selection.opened
    keys = {
        "begin": opened.begin,
        "cycle_time_s": opened.cycle,
        "events": opened.sizes,
        "variant": opened.variants.of_case,
    }
    cases = np.flatnonzero(selection.chosen)
    key = keys[sort][cases]
    order = cases[np.argsort(-key if falling else key, kind="stable")][page * PAGE : (page + 1) * PAGE]
    zone = find_zone(opened.log.zone)
    rows = [
        {
            "case": opened.log.case_ids[case],
            "begin": say_time(int(opened.begin[case]), zone),
            "cycle_time_s": seconds(int(opened.cycle[case])),
            "events": int(opened.sizes[case]),
            "variant": int(opened.variants.of_case[case]) + 1,
            "open": None if opened.finished is None else not opened.finished[case],
        }
        for case in order.tolist()
    ]
    way: Literal["descending", "ascending"] = "descending" if falling else "ascending"
    paged = {"page": page, "size": PAGE, "sort": sort, "way": way, "sorts": [*SORTS]}
    return [table("cases", COLUMNS, rows, total=selection.cases) | paged]
