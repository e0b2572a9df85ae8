"""What estimates were worth in worlds with a known truth: coverage, sign, error, rank, and what was refused."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np

TRUSTED = ("A", "B")
COVERAGE, SIGN, ERROR, FIRST, SHARE = 0.85, 0.97, 0.20, 0.80, 0.60
METRICS = ("mean_cycle_time", "p90_cycle_time")


@dataclass(frozen=True, slots=True)
class Row:
    """One change in one world at one load: the truth and what the product said of it, in hours (effects).

    `load` is the one asked for, relative to what the log shows; `shifted` what the load of the measured weeks became.
    """

    world: str
    family: str
    kind: str
    stable: bool
    shifted: float
    change: str
    what: str
    metric: str
    load: float
    before: float
    truth: float
    error: float
    clear: bool
    estimate: float | None
    low: float | None
    high: float | None
    grade: str
    method: str
    missed: tuple[str, ...]
    reason: str

    @property
    def trusted(self) -> bool:
        """Return whether the product stands behind a figure."""
        return self.grade in TRUSTED

    @property
    def covered(self) -> bool:
        """Return whether the interval holds the truth."""
        return self.low is not None and self.high is not None and self.low <= self.truth <= self.high

    @property
    def near(self) -> bool:
        """Return whether it does, give or take two standard errors of the truth."""
        if self.low is None or self.high is None:
            return False
        return self.low - 2 * self.error <= self.truth <= self.high + 2 * self.error

    @property
    def score(self) -> float:
        """Return how many half-widths (of its side) the truth is away from the estimate."""
        if self.estimate is None or self.low is None or self.high is None:
            return float("nan")
        far = self.truth - self.estimate
        width = (self.high - self.estimate) if far > 0 else (self.estimate - self.low)
        return abs(far) / max(width, 1e-9)

    @property
    def middle(self) -> float | None:
        """Return the figure that a list of changes would be ordered by."""
        if self.estimate is not None or self.low is None or self.high is None:
            return self.estimate
        return (self.low + self.high) / 2


@dataclass(frozen=True, slots=True)
class Figures:
    """What a set of estimates is worth; ``None`` where nothing is in it."""

    count: int
    share: float | None
    coverage: float | None
    sign: float | None
    error: float | None
    error_b: float | None


def describe(rows: Sequence[Row]) -> Figures:
    """Return the share of estimates graded A or B, and of these coverage, sign right, median errors of A and of B."""
    trusted = [row for row in rows if row.trusted]
    clear = [row for row in trusted if row.clear]
    return Figures(
        len(rows),
        _share(rows, lambda row: row.trusted),
        _share(trusted, lambda row: row.covered),
        _share(clear, lambda row: row.estimate is not None and row.estimate * row.truth > 0),
        _median([_err(row) for row in clear if row.grade == "A"]),
        _median([_err(row) for row in clear if row.grade == "B"]),
    )


def rank(rows: Iterable[Row]) -> tuple[int, int]:
    """Return in how many worlds the largest true lever is estimated as the largest, and how many worlds count.

    A lever that the truth cannot tell from the largest (two standard errors) is as good as that. Worlds of which
    nothing at all is estimated do not count.
    """
    worlds: dict[str, list[Row]] = {}
    for row in rows:
        worlds.setdefault(row.world, []).append(row)
    right = counted = 0
    for inside in worlds.values():
        told = [row for row in inside if row.middle is not None]
        if not told:
            continue
        counted += 1
        best = min(inside, key=lambda row: row.truth)
        first = min(told, key=lambda row: row.middle or 0.0)
        right += first.truth <= best.truth + 2 * float(np.hypot(best.error, first.error))
    return right, counted


def report(rows: Sequence[Row]) -> bool:
    """Print the tables; return whether every bar is met."""
    plain = [row for row in rows if row.load == 1.0 and row.metric == METRICS[0]]
    print(
        f"{'mean cycle time':30}{'n':>5}{'A/B':>7}{'cover':>7}{'sign':>7}{'err A':>7}{'err B':>7}   grades A B C none"
    )
    groups: list[tuple[str, list[Row]]] = [("all", plain), ("stable", [r for r in plain if r.stable])]
    for field in ("family", "kind", "what", "method", "grade"):
        values = dict.fromkeys(getattr(row, field) for row in plain)
        groups += [(f"{field} {value}", [row for row in plain if getattr(row, field) == value]) for value in values]
    groups.append(("90 percentile, all", [r for r in rows if r.load == 1.0 and r.metric == METRICS[1]]))
    loads = sorted({row.load for row in rows} - {1.0})
    groups += [(f"at {load:.0%} load", [r for r in rows if (r.load, r.metric) == (load, METRICS[0])]) for load in loads]
    for name, group in groups:
        print(_line(name, group))
    every, stable = describe(plain), describe([row for row in plain if row.stable])
    right, counted = rank(plain)
    silent = all(row.estimate is None for row in rows if not row.trusted)
    bars = [
        ("90 % intervals of A and B cover the truth", every.coverage, COVERAGE, 1),
        ("sign right, A and B", every.sign, SIGN, 1),
        ("median |error| of A, share of the truth", every.error, ERROR, -1),
        (f"largest true lever first ({counted} worlds)", right / counted if counted else None, FIRST, 1),
        ("changes of stable worlds graded A or B", stable.share, SHARE, 1),
        ("no point value for any other", float(silent), 1.0, 1),
    ]
    trusted = [row for row in plain if row.trusted]
    print(
        f"intervals within two standard errors of the truth: {_share(trusted, lambda row: row.near) or 0:.3f} (no bar)"
    )
    met = True
    for text, value, bar, way in bars:
        ok = value is not None and way * value >= way * bar
        met &= ok
        shown = "no data" if value is None else f"{value:.3f}"
        print(f"{text}: {shown} (bar {'>=' if way > 0 else '<='} {bar:.2f}) {'MET' if ok else 'MISSED'}")
    return met


def tell(rows: Sequence[Row]) -> None:
    """Print every change: the truth, the estimate with its interval, the grade and why."""
    for row in rows:
        said = "-" if row.low is None or row.high is None else f"[{row.low:7.2f}, {row.high:7.2f}]"
        point = "      -" if row.estimate is None else f"{row.estimate:7.2f}"
        mark = "" if not row.trusted or row.covered else " MISSED"
        load = "" if row.load == 1.0 else f" at {row.load:.0%}"
        print(
            f"  {row.world:34} {row.change + load:44}{row.truth:8.2f} ±{row.error:.2f}  {point} {said:20} "
            f"{row.grade:4} {row.method[:10]:10} {' '.join(row.missed)}{mark}"
        )


def find_factor(rows: Sequence[Row], level: float = 0.9) -> float | None:
    """Return the quantile of |truth - estimate| in half-widths, over what the product stands behind."""
    scores = [row.score for row in rows if row.trusted and row.estimate is not None and row.metric == METRICS[0]]
    if not scores:
        return None
    place = min(int(np.ceil((len(scores) + 1) * level)), len(scores)) - 1
    return float(np.sort(scores)[place])


def _line(name: str, rows: Sequence[Row]) -> str:
    found = describe(rows)
    cells = (found.share, found.coverage, found.sign, found.error, found.error_b)
    shown = "".join(f"{'' if cell is None else format(cell, '.2f'):>7}" for cell in cells)
    grades = " ".join(str(sum(row.grade == grade for row in rows)) for grade in ("A", "B", "C", "none"))
    return f"{name:30}{found.count:5}{shown}   {grades}"


def _err(row: Row) -> float:
    assert row.estimate is not None
    return abs(row.estimate - row.truth) / abs(row.truth)


def _share(rows: Sequence[Row], holds: Callable[[Row], bool]) -> float | None:
    return sum(map(holds, rows)) / len(rows) if rows else None


def _median(values: Sequence[float]) -> float | None:
    return float(np.median(values)) if values else None
