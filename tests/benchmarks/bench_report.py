"""The report of a log with 40 activities, in both languages: bytes, and CPU seconds after the analysis.

    python tests/benchmarks/bench_report.py            1,200 generated cases
    python tests/benchmarks/bench_report.py --smoke    60 cases, no bars: does the measuring itself work?

Also measures the report of logs/complaints.csv with its definitions. Exit status 1 if a bar is missed.
"""

from __future__ import annotations

import argparse
import random
import statistics
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from svcflow.analysis import analyze
from svcflow.definitions import load
from svcflow.eventlog import read_log
from svcflow.report import render

ROOT = Path(__file__).parents[2]
BYTES_BAR, CPU_BAR = 400_000, 1.0
ROUNDS = 5


def generate(path: Path, cases: int, activities: int = 40) -> None:
    """Write a log in which cases walk through 40 activities of 9 teams, with detours and long waits."""
    chance = random.Random(11)
    rows = ["case,activity,time,resource,team"]
    for case in range(cases):
        at = datetime(2026, 1, 5, 8, tzinfo=UTC) + timedelta(hours=2 * case)
        step = 0
        while step < activities:
            team = step * 9 // activities
            at += timedelta(hours=chance.expovariate(1 / (1 + step % 7)))
            who = f"agent {team}.{chance.randrange(5)}"
            rows.append(
                f"C-{case:05d},Service step {step + 1},{at.isoformat(timespec='seconds')},{who},Team {team + 1}"
            )
            step += -chance.randrange(4) if chance.random() < 0.06 else chance.choice((1, 1, 1, 2, 3, 5))
            step = max(step, 0)
    path.write_text("\n".join(rows) + "\n", encoding="utf-8")


def measure(document: dict[str, Any]) -> tuple[int, float]:
    """Return the size of the page in both languages and the median CPU seconds of building it."""
    times = []
    for _ in range(ROUNDS):
        begun = time.process_time()
        page = render(document, lang="both")
        times.append(time.process_time() - begun)
    return len(page.encode()), statistics.median(times)


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--smoke", action="store_true", help="few cases, no bars")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        log = Path(folder) / "forty.csv"
        generate(log, 60 if given.smoke else 1200)
        documents = {"40 activities": analyze(read_log(log), discover=False).to_json()}
    if not given.smoke:
        complaints = analyze(read_log(ROOT / "logs" / "complaints.csv"), load(ROOT / "workflows"), discover=False)
        documents["complaints"] = complaints.to_json()
    missed = []
    for name, document in documents.items():
        size, seconds = measure(document)
        print(f"{name:15} {size / 1000:8.0f} KB {seconds:8.2f} s CPU")
        missed += [f"{name}: {size:,} bytes are more than {BYTES_BAR:,}"] if size > BYTES_BAR else []
        missed += [f"{name}: {seconds:.2f} s are more than {CPU_BAR}"] if seconds > CPU_BAR else []
    for text in [] if given.smoke else missed:
        print(f"MISSED: {text}")
    return int(bool(missed) and not given.smoke)


if __name__ == "__main__":
    sys.exit(main())
