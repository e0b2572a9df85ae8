"""What adopted changes really did: predicted against observed, and what becomes of them.

*Planned* is the recommendation with its estimate. *Done*: the lines of its patch stand in the definitions. *Checked*:
the step in the weekly means at the day of adoption. *Decided*: kept where the gain is certain; rolled back where it got
worse for certain, or where twelve weeks show no gain; watched until then. Two changes adopted on one day cannot be told
apart: what is observed is then said of both.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import PurePath
from typing import Any

from svcflow.definitions.model import Workspace
from svcflow.errors import InputError, UsageError
from svcflow.improvement.series import LEAST_AFTER, LEAST_BEFORE, Step, find_step
from svcflow.improvement.weeks import is_figure, join_weeks, read_weeks

Row = Mapping[str, Any]

METRICS = {"mean_resolve_time": "resolve", "mean_cycle_time": "cycle"}
_FIGURES = ("load", "before", "after", "low", "high")
HINT = "give the file of `svcflow analyze --json FILE`"
ENOUGH_WEEKS = 12


@dataclass(frozen=True, slots=True)
class Check:
    """One recommendation, checked. Times are hours; `observed` is the step with its interval, ``None``: too early.

    `load` is the arrivals a week after the change over those before; `predicted` are change, low and high at the
    nearest load that was estimated (`predicted_load`). `decision` is ``kept``, ``rolled back`` or ``watched``, and
    `verdict` why, a key of `report.improvement`.
    """

    recommendation: str
    title: dict[str, str]
    adopted: str
    metric: str
    grade: str
    before: float | None
    predicted: tuple[float | None, float | None, float | None]
    predicted_load: float
    observed: Step | None
    load: float | None
    done: bool | None
    verdict: str
    decision: str
    check: dict[str, str]
    rollback: dict[str, str]
    weeks: tuple[Row, ...]

    def to_json(self) -> dict[str, Any]:
        """Return the check as plain values."""
        return asdict(self) | {"weeks": [dict(week) for week in self.weeks]}


def check_effects(
    estimate: Row | Sequence[Row],
    weeks_after: Sequence[Row],
    adopted: date,
    *,
    chosen: Iterable[int] | None = None,
    workspace: Workspace | None = None,
) -> list[Check]:
    """Return the checks of the recommendations of an analysis document (or a list of them), all or those numbered.

    `weeks_after` are the weekly rows of the new log (`analysis.weekly`); weeks before the adoption that it lacks are
    taken from the document. Raises `UsageError` where there is nothing to check, `InputError` where it is damaged.
    """
    document = estimate if isinstance(estimate, Mapping) else {"recommendations": estimate}
    every = document.get("recommendations") or []
    if not every:
        raise UsageError("the estimate holds no recommendation", HINT)
    numbers = [*chosen] if chosen is not None else [*range(1, len(every) + 1)]
    wrong = [number for number in numbers if not 1 <= number <= len(every)]
    if wrong:
        raise UsageError(f"there is no recommendation {wrong[0]}", f"the estimate holds {len(every)}")
    weeks = join_weeks(read_weeks(document.get("weekly") or []), weeks_after, adopted)
    return [_check(_read(every[number - 1], number), weeks, adopted, workspace) for number in numbers]


def _read(row: object, number: int) -> Row:
    """Return a recommendation as it was written. Raises `InputError` for one that somebody has damaged."""
    effects = (row.get("effects") or []) if isinstance(row, Mapping) and row.get("id") else None
    if not isinstance(row, Mapping) or not isinstance(effects, Sequence) or not all(map(_is_effect, effects)):
        raise InputError(f"recommendation {number} of the estimate is none", HINT)
    return row


def _is_effect(effect: object) -> bool:
    return isinstance(effect, Mapping) and all(effect.get(key) is None or is_figure(effect[key]) for key in _FIGURES)


def _check(row: Row, weeks: Sequence[Row], adopted: date, workspace: Workspace | None) -> Check:
    split = sum(date.fromisoformat(str(week["from"])) < adopted for week in weeks)
    load = _compare_load(weeks, split)
    effect = _choose_effect(row.get("effects") or [], load or 1.0)
    key = METRICS.get(str(effect.get("metric")), "resolve")
    known = [week for week in weeks if week[f"{key}_cases"]]
    at = sum(date.fromisoformat(str(week["from"])) < adopted for week in known)
    step = find_step([w[f"{key}_mean_s"] / 3600 for w in known], [w[f"{key}_cases"] for w in known], at)
    predicted = _predict(effect)
    done = is_applied(row.get("patch"), workspace)
    verdict, decision = ("not adopted", "watched") if done is False else _decide(step, predicted)
    return Check(
        recommendation=str(row.get("id") or ""),
        title=_text(row, "title"),
        adopted=adopted.isoformat(),
        metric=str(effect.get("metric") or "mean_resolve_time"),
        grade=str(effect.get("grade") or "none"),
        before=_mean(known[:at], key),
        predicted=predicted,
        predicted_load=float(effect.get("load") or 1.0),
        observed=step,
        load=load,
        done=done,
        verdict=verdict,
        decision=decision,
        check=_text(row, "check"),
        rollback=_text(row, "rollback"),
        weeks=tuple(
            {"from": w["from"], "cases": w["cases"], "mean_h": w[f"{key}_mean_s"] / 3600, "after": n >= at}
            for n, w in enumerate(known)
        ),
    )


def _text(row: Row, key: str) -> dict[str, str]:
    said = row.get(key) or {}
    return {lang: str(said.get(lang) or "") for lang in ("en", "zh")} if isinstance(said, Mapping) else {}


def _mean(weeks: Sequence[Row], key: str) -> float | None:
    cases = sum(week[f"{key}_cases"] for week in weeks)
    return float(sum(w[f"{key}_mean_s"] * w[f"{key}_cases"] for w in weeks) / cases / 3600) if cases else None


def _compare_load(weeks: Sequence[Row], split: int) -> float | None:
    """Return the arrivals a week after the change over those before; empty weeks at neither end count."""
    before, after = ([week["cases"] for week in part] for part in (weeks[:split], weeks[split:]))
    if len(before) < LEAST_BEFORE or len(after) < LEAST_AFTER or not sum(before):
        return None
    return float((sum(after) / len(after)) / (sum(before) / len(before)))


def _choose_effect(effects: Sequence[Row], load: float) -> Row:
    """Return the effect on a weekly mean at the nearest load; one that moves, with bounds, goes before others."""
    known = [row for row in effects if row.get("metric") in METRICS]
    order = [*METRICS]
    ranked = sorted(
        known,
        key=lambda row: (
            row.get("low") is None, row.get("low") == row.get("high"), order.index(str(row["metric"])),
            abs((row.get("load") or 1.0) - load),
        ),
    )  # fmt: skip
    return ranked[0] if ranked else {}


def _predict(effect: Row) -> tuple[float | None, float | None, float | None]:
    """Return the predicted change with its bounds, in hours."""
    before, factor = effect.get("before"), 1 / 3600 if effect.get("unit") == "s" else 1.0
    if before is None:
        return None, None, None
    change, *bounds = (_shift(effect.get(key), before, factor) for key in ("after", "low", "high"))
    known = sorted(bound for bound in bounds if bound is not None)
    return (change, known[0], known[1]) if len(known) == 2 else (change, None, None)


def _shift(value: float | None, before: float, factor: float) -> float | None:
    return None if value is None else (value - before) * factor


def _decide(step: Step | None, predicted: tuple[float | None, float | None, float | None]) -> tuple[str, str]:
    """Return the verdict and what becomes of the change: less time is the gain."""
    if step is None:
        return "too early", "watched"
    if step.low > 0:
        return "worse", "rolled back"
    if step.high >= 0:
        return ("no gain", "rolled back") if step.after >= ENOUGH_WEEKS else ("not certain yet", "watched")
    _, low, high = predicted
    if low is None or high is None:
        return "a gain, not predicted", "kept"
    if step.low > high:
        return "less", "kept"
    return ("more" if step.high < low else "as predicted"), "kept"


def is_applied(patch: object, workspace: Workspace | None) -> bool | None:
    """Return whether the lines that a patch adds stand in the definitions, ``None`` where that cannot be told."""
    if not patch or workspace is None:
        return None
    texts = {PurePath(file).name: {line.strip() for line in text.splitlines()}
             for file, text in workspace.sources.items()}  # fmt: skip
    lines: set[str] = set()
    added: list[bool] = []
    for line in str(patch).splitlines():
        if line.startswith("+++ "):
            lines = texts.get(PurePath(line[4:].split("\t")[0].strip()).name, set())
        elif line.startswith("+") and line[1:].strip():
            added.append(line[1:].strip() in lines)
    return all(added) if added else None
