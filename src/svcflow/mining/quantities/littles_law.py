"""Little's law as a check: cases in progress = arrivals per day x mean time in progress, window by window.

**What.** For windows of four weeks (of one week where there are few): the mean number of cases in progress L, the
arrivals per day lambda, the mean time W that the cases which began in the window took, and by how much L differs from
lambda W. Where the two agree, the three figures describe the same steady service, and one of them can be predicted from
the other two. Where they do not, a mean over the window is no figure to plan with.

**How.** The law is exact for a process that is stationary. ``verdict`` says of each window:
``warm-up``: it begins less than twice the mean time in progress after the first event: cases that were under way when
the log begins are not in it, so L is too low; ``cut-off``: it ends less than that before the end of the log, so its
cases had no time to end and W is too low; ``holds``: L is within 10 % of lambda W; ``unstable``: it is not, and
beginnings and ends differ by more than 10 %, so the number of cases grew or shrank; ``off``: it is not, for another
reason: times in progress that change or are very uneven.

**Limits.** A consistency check, not a forecast. Open cases have no time in progress: W leaves them out (``open``).

**Source.** J. D. C. Little, A proof for the queuing formula L = lambda W (1961); metrics.md 2.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from svcflow.calendars.wall import DAY_MS
from svcflow.eventlog.log import Codes
from svcflow.mining.days import Days, lay_days
from svcflow.mining.lives import FlowFold, Levels, say_censoring
from svcflow.mining.quantity import Measured, Setting, decline
from svcflow.mining.tables import Table

TITLE = {"en": "Little's law, a check", "zh": "利特尔法则检验"}
DEFINITION = "littles-law"
MISSING = {
    "en": "Open cases are in progress to the end of the log; they have no time in progress.",
    "zh": "未结案例计入在制量直至日志末尾；其在制时间未知，不计入平均。",
}

WINDOW_WEEKS = 4
TOLERANCE = 0.10
EDGE = 2.0
"""The borders of the log reach so many mean times in progress into it."""


@dataclass(frozen=True, slots=True)
class Window:
    """Some days: arrivals and ends, how many of the arrivals have not ended, and the three figures of the law."""

    at: slice
    days: float
    cases: int
    ended: int
    open: int
    level: float
    rate: float
    stay: float | None
    """Mean time in progress in days, ``None`` where no case ended."""
    verdict: str

    @property
    def expected(self) -> float | None:
        """Return lambda W."""
        return None if self.stay is None else self.rate * self.stay

    @property
    def gap(self) -> float | None:
        """Return by what share L differs from lambda W."""
        return self.level / self.expected - 1 if self.expected else None


def _tell(levels: Levels, done: Codes | None) -> Measured:
    """Return the windows in their order."""
    windows = _list_windows(levels)
    if not windows:
        return decline("the log holds no whole week", "日志不足一个完整的星期")
    total = int(levels.begun.sum())
    figures = _describe(levels, windows) | say_censoring(done, total - int(levels.ended.sum()))
    return Measured(_tabulate(levels.days, windows), figures, total, "cases", "elapsed")


def _list_windows(levels: Levels) -> list[Window]:
    days = levels.days
    whole = days.find_whole_weeks()
    size = WINDOW_WEEKS if len(whole) >= 3 * WINDOW_WEEKS else 1
    firsts = np.flatnonzero(np.diff(days.weeks, prepend=-1))
    groups = [whole[low : low + size] for low in range(0, len(whole) - size + 1, size)]
    return [_measure(levels, slice(int(firsts[group[0]]), int(firsts[group[-1]]) + 7)) for group in groups]


def _measure(levels: Levels, at: slice, *, judged: bool = True) -> Window:
    days = levels.days
    length = int(days.observed[at].sum())
    begun, ended, settled = (int(column[at].sum()) for column in (levels.begun, levels.ended, levels.settled))
    window = Window(
        at=at,
        days=length / DAY_MS,
        cases=begun,
        ended=ended,
        open=begun - settled,
        level=float(levels.in_progress[at].sum() / length),
        rate=begun / (length / DAY_MS),
        stay=float(levels.stayed[at].sum() / settled / DAY_MS) if settled else None,
        verdict="",
    )
    return _judge(levels, window) if judged else window


def _judge(levels: Levels, window: Window) -> Window:
    days = levels.days
    edge = EDGE * float(levels.stayed.sum()) / max(int(levels.settled.sum()), 1)
    if days.edges[window.at.start] - days.span[0] < edge:
        verdict = "warm-up"
    elif days.span[1] - days.edges[window.at.stop] < edge or window.gap is None:
        verdict = "cut-off"
    elif abs(window.gap) <= TOLERANCE:
        verdict = "holds"
    elif abs(window.cases - window.ended) > TOLERANCE * max(window.cases, 1):
        verdict = "unstable"
    else:
        verdict = "off"
    return replace(window, verdict=verdict)


def _describe(levels: Levels, windows: list[Window]) -> dict[str, float | int | str | None]:
    """Return how often the law holds, and its figures over the windows between warm-up and cut-off, taken together."""
    verdicts = [window.verdict for window in windows]
    inner = [place for place, verdict in enumerate(verdicts) if verdict not in ("warm-up", "cut-off")]
    figures: dict[str, float | int | str | None] = {
        "windows": len(windows),
        "warm_up": verdicts.count("warm-up"),
        "cut_off": verdicts.count("cut-off"),
        "holds": verdicts.count("holds"),
    }
    if not inner:
        return figures | {"in_progress": None, "gap_share": None}
    whole = _measure(levels, slice(windows[inner[0]].at.start, windows[inner[-1]].at.stop), judged=False)
    return figures | {
        "begun_per_day": whole.rate,
        "mean_time_s": None if whole.stay is None else whole.stay * 86_400,
        "in_progress": whole.level,
        "expected": whole.expected,
        "gap_share": whole.gap,
    }


def _tabulate(days: Days, windows: list[Window]) -> Table:
    return Table(
        {
            "from": [days.name(window.at.start) for window in windows],
            "days": [round(window.days) for window in windows],
            "cases": [window.cases for window in windows],
            "ended": [window.ended for window in windows],
            "open": [window.open for window in windows],
            "begun_per_day": [window.rate for window in windows],
            "mean_time_s": [None if window.stay is None else round(window.stay * 86_400, 3) for window in windows],
            "in_progress": [window.level for window in windows],
            "expected": [window.expected for window in windows],
            "gap_share": [window.gap for window in windows],
            "verdict": [window.verdict for window in windows],
        }
    )


def prepare(setting: Setting) -> FlowFold:
    """Return the fold of this quantity."""
    return FlowFold(lay_days(setting.zone, setting.span), setting.done, _tell)
