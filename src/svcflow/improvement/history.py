"""The history of a process: one line of JSON a run, appended whole or not at all; the same run twice is one line.

A line holds the figures that a gate compares, each with its standard error where one is known (weeks are the clusters:
cases of one week share their queues), and the version of its form. No wall clock is in it: a run is known by what it
says.
"""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from svcflow import files
from svcflow.errors import InputError, UsageError
from svcflow.improvement.weeks import is_figure

Row = Mapping[str, Any]

VERSION = 1
MOST_BYTES = 64_000_000
HINT = "give the file that `svcflow analyze --history FILE` writes"


@dataclass(frozen=True, slots=True)
class Metric:
    """One figure of a run. `unit` is ``s``, ``share`` or ``number``; `error` its standard error; `better` the way."""

    value: float
    n: int
    unit: str
    better: str = "lower"
    error: float | None = None


@dataclass(frozen=True, slots=True)
class Record:
    """One run: the log it saw, and its figures by name."""

    key: str
    source: str
    start: str
    end: str
    cases: int
    made_with: str
    metrics: dict[str, Metric]

    def to_json(self) -> dict[str, Any]:
        """Return the record as plain values."""
        return {"svcflow_history": VERSION, **asdict(self)}


def make_record(document: Row) -> Record:
    """Return the record of an analysis document."""
    log = document["log"]
    metrics = {**_measure_times(document), **_measure_runs(document), **_measure_findings(document)}
    said = json.dumps(
        {"log": {name: value for name, value in log.items() if name != "source"},
         "metrics": {name: asdict(metric) for name, metric in metrics.items()}},
        sort_keys=True, ensure_ascii=False,
    )  # fmt: skip
    return Record(
        key=hashlib.sha256(said.encode("utf-8", "replace")).hexdigest()[:16],
        source=str(log.get("source") or ""),
        start=str(log.get("start") or ""),
        end=str(log.get("end") or ""),
        cases=int(log["cases"]),
        made_with=str(document.get("svcflow") or ""),
        metrics=metrics,
    )


def _measure_times(document: Row) -> dict[str, Metric]:
    found = {}
    weeks = document.get("weekly") or []
    for name, key in (("cycle_time", "cycle"), ("resolve_time", "resolve")):
        known = document.get(f"{name}") or {}
        if known.get("mean_s") is not None and known.get("cases"):
            error = cluster([(w[f"{key}_cases"], w[f"{key}_mean_s"]) for w in weeks if w.get(f"{key}_cases")])
            found[f"{name}.mean"] = Metric(known["mean_s"], known["cases"], "s", error=error)
        if known.get("p90_s") is not None and known.get("cases"):
            found[f"{name}.p90"] = Metric(known["p90_s"], known["cases"], "s")
    return found


def cluster(weeks: Sequence[tuple[int, float]]) -> float | None:
    """Return the standard error of the mean of all cases, weeks being drawn; ``None`` below three weeks.

    >>> round(cluster([(10, 1.0), (10, 2.0), (10, 3.0)]), 4)
    0.5774
    """
    if len(weeks) < 3:
        return None
    whole = sum(n for n, _ in weeks)
    mean = sum(n * value for n, value in weeks) / whole
    spread = sum((n * (value - mean)) ** 2 for n, value in weeks)
    return math.sqrt(len(weeks) / (len(weeks) - 1) * spread) / whole


def _measure_runs(document: Row) -> dict[str, Metric]:
    found = {}
    for process, run in (document.get("runs") or {}).items():
        if run.get("cases"):
            found[f"{process}.conforming"] = _share(run.get("conforming"), run["cases"])
        for sla, row in (run.get("slas") or {}).items():
            judged = sum(row.get(state) or 0 for state in ("met", "breached", "overdue"))
            found[f"{process}.sla.{sla}"] = _share(row.get("met"), judged)
        for kpi, row in (run.get("kpis") or {}).items():
            if row.get("value") is not None and row.get("n"):
                better = "higher" if str(row.get("target") or "").startswith(">") else "lower"
                found[f"{process}.kpi.{kpi}"] = Metric(row["value"], row["n"], row.get("unit") or "number", better)
    return {name: metric for name, metric in found.items() if metric is not None}


def _share(part: float | None, whole: int) -> Metric | None:
    """Return a share that should be high; `part` may be a count."""
    if part is None or not whole:
        return None
    share = part / whole
    return Metric(share, whole, "share", "higher", math.sqrt(max(share * (1 - share), 0.25 / whole) / whole))


def _measure_findings(document: Row) -> dict[str, Metric]:
    cases = document["log"]["cases"]
    findings = [row for row in document.get("findings") or [] if row.get("side") == "provider" and not row.get("timer")]
    if not cases or "findings" not in document:
        return {}
    cost = sum(row.get("cost_s") or 0.0 for row in findings) / cases
    return {"findings.cost_per_case": Metric(cost, cases, "s")}


def read_history(path: Path) -> tuple[Record, ...]:
    """Return the runs of a history file, the oldest first; none where there is no such file yet.

    Raises `InputError` for a line that is no run, naming it.
    """
    try:
        if path.stat().st_size > MOST_BYTES:
            raise InputError(f"{path}: larger than {MOST_BYTES // 1_000_000} MB", HINT)
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return ()
    except OSError as error:
        raise InputError(f"cannot read {path}: {error.strerror or error}", HINT) from error
    except UnicodeDecodeError as error:
        raise InputError(f"cannot read {path}: not UTF-8", HINT) from error
    return tuple(_read(line, f"{path}:{n}") for n, line in enumerate(text.splitlines(), 1) if line.strip())


def _read(line: str, where: str) -> Record:
    try:
        row = json.loads(line)
        version = row.pop("svcflow_history")
    except (ValueError, KeyError, AttributeError, TypeError, RecursionError) as error:
        raise InputError(f"{where}: no line of a history", HINT) from error
    if version != VERSION:
        raise InputError(f"{where}: written in form {version!r}; this svcflow reads form {VERSION}", HINT)
    try:
        metrics = {str(name): Metric(**of) for name, of in row.pop("metrics").items()}
        record = Record(**row, metrics=metrics)
        sound = isinstance(record.key, str) and all(map(_is_sound, metrics.values()))
    except (TypeError, AttributeError, KeyError) as error:
        raise InputError(f"{where}: no line of a history", HINT) from error
    if not sound:
        raise InputError(f"{where}: no line of a history", HINT)
    return record


def _is_sound(metric: Metric) -> bool:
    """Return whether a figure that was read can be compared with another one."""
    figures = (metric.value, metric.n, 0.0 if metric.error is None else metric.error)
    return all(map(is_figure, figures)) and isinstance(metric.unit, str) and metric.better in {"lower", "higher"}


def append_record(path: Path, record: Record) -> bool:
    """Add a run to a history file; return whether it was new. What is there is kept byte for byte.

    Written beside the file and renamed: a run that is interrupted leaves the history as it was.
    """
    known = read_history(path)
    if any(one.key == record.key for one in known):
        return False
    line = json.dumps(record.to_json(), ensure_ascii=False, allow_nan=False) + "\n"
    try:
        before = path.read_bytes() if path.exists() else b""
        if before and not before.endswith(b"\n"):
            before += b"\n"
        files.replace(path, before + line.encode("utf-8", "replace"))
    except OSError as error:
        raise UsageError(f"cannot write {path}: {error.strerror or error}", "choose another place") from error
    return True
