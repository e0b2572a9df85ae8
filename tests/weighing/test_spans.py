from __future__ import annotations

import numpy as np
from svcflow_test_logs import HOUR, MONDAY, Row, build

from svcflow.mining import mine
from svcflow.weighing.claims import survey
from svcflow.weighing.hours import find_open, measure_open
from svcflow.weighing.spans import overlay


def test_a_stretch_is_laid_on_the_waits_inside_it() -> None:
    log = build([Row("c", name, MONDAY + i * 4 * HOUR) for i, name in enumerate("abc")])
    ground = survey(log, mine(log))
    rows, held = overlay(ground, np.array([0]), np.array([MONDAY + 2 * HOUR]), np.array([MONDAY + 5 * HOUR]))
    assert rows.tolist() == [1, 2]
    assert held.tolist() == [2 * HOUR, HOUR]
    twice = overlay(ground, np.array([0, 0]), np.array([MONDAY, MONDAY]), np.array([MONDAY + 9 * HOUR] * 2))
    assert twice[1].tolist() == [4 * HOUR, 4 * HOUR]


def test_open_hours_are_those_in_which_work_is_recorded() -> None:
    rows = []
    for case in range(400):
        day = MONDAY + (case % 5) * 24 * HOUR + (case // 20 % 8) * 7 * 24 * HOUR
        rows += [Row(f"c{case}", "a", day + (9 + case % 7) * HOUR), Row(f"c{case}", "b", day + (10 + case % 7) * HOUR)]
    rows += [Row("night", "a", MONDAY + 15 * HOUR), Row("night", "b", MONDAY + 33 * HOUR)]
    log = build(rows)
    assert 35 <= find_open(log).sum() <= 45
    last = np.flatnonzero(log.case_of_row == log.case_ids.index("night"))[1:]
    assert 0 < measure_open(log, last)[0] <= 4 * HOUR
