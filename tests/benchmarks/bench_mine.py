"""`svcflow mine` against a pm4py process that does the same work: CPU seconds and peak memory of whole processes.

Both read the same CSV of BPI Challenge 2012 (262,200 events), written here from the published XES: as the export a
user has, with the lifecycle's three kinds of events. The processes alternate, since other work on the machine
disturbs; the medians are compared. pm4py does directly-follows, performance, variants, handover of work and rework;
and the same without handover of work, whose fault with missing resources inflates it. Where the command is there,
`svcflow analyze` is measured too, with the model that pm4py discovers from the summaries.

    python tests/benchmarks/bench_mine.py            the published log (skips, saying so, where it is absent)
    python tests/benchmarks/bench_mine.py --smoke    a small generated log; does the measuring itself work?

Exit status 1 if a bar is missed.
"""

from __future__ import annotations

import argparse
import csv
import os
import random
import statistics
import sys
import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

LOG = Path(__file__).parents[3] / "shared" / "logs" / "bpic2012.xes.gz"
HEADER = ("case:concept:name", "concept:name", "lifecycle:transition", "time:timestamp", "org:resource")
MINE_BAR, ANALYZE_BAR, MEMORY_BAR = 0.1, 0.5, 300

PM4PY = """
import sys, warnings
warnings.simplefilter("ignore")
import pandas as pd
import pm4py
frame = pm4py.format_dataframe(
    pd.read_csv(sys.argv[1]),
    case_id="case:concept:name", activity_key="concept:name", timestamp_key="time:timestamp",
)
pm4py.discover_dfg(frame)
pm4py.discover_performance_dfg(frame)
pm4py.get_variants(frame)
pm4py.get_rework_cases_per_activity(frame)
if sys.argv[2] == "handover":
    pm4py.discover_handover_of_work_network(frame)
"""
SVCFLOW = "import sys; from svcflow.cli.main import main; sys.exit(main(sys.argv[1:]))"


@dataclass(frozen=True)
class Cost:
    """What a whole process took: CPU seconds (user and system), peak resident memory in MB."""

    cpu_s: float
    peak_mb: float


def measure(code: str, *arguments: str) -> Cost:
    """Run `code` in a fresh interpreter, its output thrown away, and return what it took."""
    errors = Path(tempfile.gettempdir()) / f"bench-{os.getpid()}.txt"
    process = os.posix_spawn(
        sys.executable,
        [sys.executable, "-c", code, *arguments],
        {**os.environ, "PYTHONHASHSEED": "0"},
        file_actions=[
            (os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0),
            (os.POSIX_SPAWN_OPEN, 2, str(errors), os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600),
        ],
    )
    _, status, usage = os.wait4(process, 0)
    if os.waitstatus_to_exitcode(status):
        sys.exit(f"a measured process failed: {' '.join(arguments)}\n{errors.read_text()}")
    return Cost(usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024)


def write_export(path: Path) -> None:
    """Write the CSV of the published log, every event of it, in the order of the file."""
    from svcflow.eventlog.raw import Stated
    from svcflow.eventlog.reading import read_table

    table = read_table(LOG, Stated())
    write_rows(path, zip(*(table.load(name).to_pylist() for name in HEADER), strict=True))


def write_rows(path: Path, rows: Iterable[Sequence[object]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(HEADER)
        writer.writerows(["" if value is None else value for value in row] for row in rows)


def generate(path: Path, cases: int = 400) -> None:
    """Write a small log of the same shape from a seed."""
    chance = random.Random(1)
    rows = []
    for case in range(cases):
        at = datetime(2026, 1, 5, 8, tzinfo=UTC) + timedelta(hours=case)
        for activity in ["receive", *chance.choices(["check", "ask", "call"], k=chance.randrange(2, 9)), "close"]:
            who = chance.choice(["", *range(10, 19)])
            for state in ("SCHEDULE", "START", "COMPLETE"):
                at += timedelta(minutes=chance.uniform(1, 300))
                rows.append((case, activity, state, at.isoformat(timespec="milliseconds"), who))
    write_rows(path, rows)


def compare(export: Path, rounds: int, *, analyze: bool) -> dict[str, Cost]:
    """Return the median cost of each process over so many interleaved rounds."""
    runs: dict[str, tuple[str, ...]] = {
        "svcflow mine": (SVCFLOW, "mine", str(export), "--format", "json"),
        "pm4py": (PM4PY, str(export), "handover"),
        "pm4py without handover": (PM4PY, str(export), "no"),
    }
    if analyze:
        runs["svcflow analyze"] = (SVCFLOW, "analyze", str(export), "--json", "-")
    found: dict[str, list[Cost]] = {name: [] for name in runs}
    for _ in range(rounds):
        for name, (code, *arguments) in runs.items():
            found[name].append(measure(code, *arguments))
    return {
        name: Cost(statistics.median(c.cpu_s for c in costs), statistics.median(c.peak_mb for c in costs))
        for name, costs in found.items()
    }


def report(costs: dict[str, Cost]) -> list[str]:
    """Print what was measured and return the bars that were missed."""
    for name, cost in costs.items():
        print(f"{name:24} {cost.cpu_s:8.2f} s CPU {cost.peak_mb:8.0f} MB")
    mined, missed = costs["svcflow mine"], []
    for peer in ("pm4py", "pm4py without handover"):
        print(f"mine / {peer:17} {mined.cpu_s / costs[peer].cpu_s:8.3f}")
    if mined.cpu_s > MINE_BAR * costs["pm4py"].cpu_s:
        missed.append(f"mine takes more than {MINE_BAR} of pm4py's CPU time")
    if mined.peak_mb > MEMORY_BAR:
        missed.append(f"mine takes more than {MEMORY_BAR} MB")
    if "svcflow analyze" in costs:
        for peer in ("pm4py", "pm4py without handover"):
            print(f"analyze / {peer:14} {costs['svcflow analyze'].cpu_s / costs[peer].cpu_s:8.3f}")
        if costs["svcflow analyze"].cpu_s > ANALYZE_BAR * costs["pm4py"].cpu_s:
            missed.append(f"analyze takes more than {ANALYZE_BAR} of pm4py's CPU time")
    return missed


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--smoke", action="store_true", help="a small generated log, one round, no bars")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--no-analyze", action="store_true", help="measure mine alone")
    given = parser.parse_args()
    if not given.smoke and not LOG.exists():
        print(f"skipped: the published log {LOG.name} is not at hand")
        return 0
    with tempfile.TemporaryDirectory() as folder:
        export = Path(folder) / "export.csv"
        if given.smoke:
            generate(export)
        else:
            write_export(export)
        costs = compare(export, 1 if given.smoke else given.rounds, analyze=not given.no_analyze)
    missed = report(costs)
    if given.smoke:
        return 0
    for text in missed:
        print(f"MISSED: {text}")
    return int(bool(missed))


if __name__ == "__main__":
    sys.exit(main())
