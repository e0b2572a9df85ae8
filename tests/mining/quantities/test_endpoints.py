"""First and last activities, against a count by hand and over any split of the log."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st
from svcflow_test_logs import Row, build

from svcflow.mining import mine


@settings(deadline=None)
@given(st.lists(st.lists(st.sampled_from("abc"), min_size=1, max_size=5), min_size=1, max_size=8), st.integers(1, 9))
def test_every_case_begins_and_ends_once(cases: list[list[str]], rows: int) -> None:
    log = build(Row(str(n), activity, i) for n, case in enumerate(cases) for i, activity in enumerate(case))
    found = mine(log, quantities=["endpoints"], rows=rows, jobs=2).quantities["endpoints"]
    counted = {row["activity"]: (row["begins"], row["ends"]) for row in found.to_rows()}
    assert found.n == len(cases)
    assert counted == {
        a: (sum(c[0] == a for c in cases), sum(c[-1] == a for c in cases))
        for a in {x for c in cases for x in (c[0], c[-1])}
    }
