"""How hours of the week are named, in spans."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from svcflow.mining.days import WEEKDAYS
from svcflow.wording import Lang


def name_hours(hours: NDArray[np.bool_], lang: Lang = "en") -> list[str]:
    """Return the hours of a week as spans; days that are alike stand together.

    >>> some = np.zeros(168, bool); some[[9, 10, 11, 33, 57]] = True
    >>> name_hours(some), name_hours(some, "zh")
    (['Mon 09:00-12:00', 'Tue-Wed 09:00-10:00'], ['周一 09:00-12:00', '周二至周三 09:00-10:00'])
    """
    spans: dict[tuple[int, int], list[int]] = {}
    for day in range(7):
        inside = np.flatnonzero(np.diff(hours[24 * day : 24 * day + 24].astype(np.int8), prepend=0, append=0))
        for begin, end in zip(inside[::2].tolist(), inside[1::2].tolist(), strict=True):
            spans.setdefault((begin, end), []).append(day)
    told = [
        (int(run[0]), begin, f"{_name_days(run.tolist(), lang)} {begin:02}:00-{end:02}:00")
        for (begin, end), days in spans.items()
        for run in np.split(days, np.flatnonzero(np.diff(days) > 1) + 1)
    ]
    return [text for _, _, text in sorted(told)]


def _name_days(days: list[int], lang: Lang) -> str:
    names, to = (WEEKDAYS, "-") if lang == "en" else (_ZH, "至")
    return names[days[0]] if len(days) == 1 else f"{names[days[0]]}{to}{names[days[-1]]}"


_ZH = ("周一", "周二", "周三", "周四", "周五", "周六", "周日")
