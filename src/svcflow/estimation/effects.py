"""Estimates as effects: what may be printed of them at which grade, with the reason in words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from svcflow.estimation.calibration import widen, widen_bounds
from svcflow.estimation.evidence import Text
from svcflow.estimation.grades import Graded
from svcflow.estimation.kpis import Floats, Kpi
from svcflow.estimation.phrases import (
    BOUND,
    NO_METHOD,
    Account,
    account_replay,
    account_simulation,
    join,
)
from svcflow.estimation.replaying import Bound
from svcflow.estimation.simulating import Simulated
from svcflow.findings import Effect, Grade

PRECISE = 0.5
"""Half the interval over the estimate, up to which an estimate may be graded A."""


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked: the figures in their order, the loads (that of the log first) and the confidence of intervals."""

    kpis: tuple[Kpi, ...]
    loads: tuple[float, ...] = (1.0, 0.9, 1.1)
    confidence: float = 0.9
    replicates: int = 200
    seed: int = 0
    thorough: bool = False

    @property
    def tails(self) -> tuple[float, float]:
        """Return the quantiles that bound the interval."""
        return (1 - self.confidence) / 2, (1 + self.confidence) / 2


def tell_simulated(
    found: Simulated, place: int, question: Question, *, graded: Graded, touched: float
) -> tuple[Effect, ...]:
    """Return the effects of the scenario at `place`, the load of the log first."""
    effects = []
    for load in question.loads:
        account = account_simulation(found.effort, question.confidence, load)
        for number, kpi in enumerate(found.kpis):
            change = float(found.change[load][place, number])
            before = _read_before(found, load, number)
            if not np.isfinite(change) or not np.isfinite(before):
                continue
            low, high = _bound_simulated(found, (place, number, load), question, graded.wider)
            stated = grade_precision(graded, change, (low, high))
            if load > 1.0:
                own = _bound_simulated(found, (place, number, 1.0), question, graded.wider)
                low, high = min(low, own[0]), max(high, own[1])
                stated = grade_overload(stated)
            effects.append(_make((kpi, load, before), (change, low, high), stated, account, touched=touched))
    return tuple(effects)


def grade_precision(graded: Graded, change: float, bounds: tuple[float, float]) -> Graded:
    """Return the grade, B at best where half the interval is more than half of the estimate.

    >>> from svcflow.estimation.grades import grade
    >>> [grade_precision(grade([]), -4.0, bounds).grade for bounds in ((-6.0, -2.5), (-7.0, 0.5))]
    ['A', 'B']
    """
    width = (bounds[1] - bounds[0]) / 2
    if graded.grade != "A" or width <= PRECISE * abs(change):
        return graded
    told = {
        "en": "every gate is passed, but the interval is wide beside the estimate",
        "zh": "通过全部检验，但区间相对估计值较宽",
    }
    return Graded("B", graded.point, graded.wider, ("precision",), told)


def grade_overload(graded: Graded) -> Graded:
    """Return the grade at a load above all that the log shows: a bound at best.

    Where teams get fuller than they were ever seen, a model says too much: the truth lies between its answer there and
    that at the load of the log (the benchmark of worlds).
    """
    told = {
        "en": "nobody has seen this load: from the effect at the load of the log to what the model says here",
        "zh": "日志中未出现过这一业务量：范围从日志业务量下的效果到模型在此的结果",
    }
    if graded.grade not in {"A", "B"}:
        return graded
    return Graded("C", point=False, wider=graded.wider, missed=(*graded.missed, "overload"), told=told)


def tell_bound(
    bound: Bound, question: Question, missed: tuple[str, ...], why: Text, *, clocks: Mapping[str, Text]
) -> tuple[Effect, ...]:
    """Return the effects that a replay bounds: an interval at the load of the log, never a single figure.

    `clocks` say by span how that compares to work in open hours only.
    """
    account = account_replay(bound.clusters, question.confidence, question.replicates)
    graded = Graded("C", point=False, wider=1.0, missed=missed, told=join([BOUND, why]))
    effects = []
    for number, kpi in enumerate(question.kpis):
        before, change = float(bound.before[number]), float(bound.change[number])
        draws = bound.draws[:, number]
        if not np.isfinite(before) or not np.isfinite(change) or not np.isfinite(draws).all():
            continue
        low, high = (float(value) for value in np.quantile(draws, question.tails))
        low, high = widen_bounds(change, min(low, change), max(high, change))
        told = account.add(clocks.get(kpi.group))
        effects.append(_make((kpi, 1.0, before), (change, low, high), graded, told, touched=bound.touched))
    return tuple(effects)


def refuse(before: Floats, question: Question, why: Text, missed: tuple[str, ...] = ()) -> tuple[Effect, ...]:
    """Return effects without any figure but what is measured now."""
    graded = Graded("none", point=False, wider=1.0, missed=missed, told=why)
    known = [(kpi, float(value)) for kpi, value in zip(question.kpis, before, strict=True) if np.isfinite(value)]
    return tuple(_make((kpi, 1.0, value), None, graded, NO_METHOD, touched=None) for kpi, value in known)


def _read_before(found: Simulated, load: float, number: int) -> float:
    """Return the figure as measured; at another load as far off as the model says."""
    seen = float(found.observed[number])
    own, there = float(found.base[1.0][number]), float(found.base[load][number])
    return seen if load == 1.0 or not own else seen * there / own


def _bound_simulated(
    found: Simulated, at: tuple[int, int, float], question: Question, wider: float
) -> tuple[float, float]:
    place, number, load = at
    change = float(found.change[load][place, number])
    off = found.off[place][number]
    low, high = (float(value) for value in np.quantile(off, question.tails)) if len(off) else (0.0, 0.0)
    more = float(found.wider[load][place, number])
    return widen(change, change + min(low, 0.0) * more, change + max(high, 0.0) * more, extra=wider)


def _make(
    of: tuple[Kpi, float, float],
    moved: tuple[float, float, float] | None,
    graded: Graded,
    account: Account,
    *,
    touched: float | None,
) -> Effect:
    kpi, load, before = of
    grade: Grade = graded.grade
    shown = moved if moved is not None and grade != "none" else None
    low, high = (None, None) if shown is None else _keep_possible(kpi, before, shown)
    return Effect(
        metric=kpi.metric,
        unit=kpi.unit,
        load=load,
        before=before,
        after=_clip(kpi, before + shown[0]) if shown is not None and graded.point else None,
        low=low,
        high=high,
        grade=grade,
        reason=graded.told["en"],
        method=account.method["en"],
        assumptions=account.list_assumptions("en"),
        reason_zh=graded.told["zh"],
        method_zh=account.method["zh"],
        assumptions_zh=account.list_assumptions("zh"),
        missed=graded.missed,
        touched=touched,
    )


def _keep_possible(kpi: Kpi, before: float, moved: tuple[float, float, float]) -> tuple[float, float]:
    return _clip(kpi, before + moved[1]), _clip(kpi, before + moved[2])


def _clip(kpi: Kpi, value: float) -> float:
    """Return a figure that can be: no time and no number below nought, no share above one."""
    return min(max(value, 0.0), 1.0) if kpi.unit == "share" else max(value, 0.0)
