"""`mine` on Apache Spark against `mine` in one process, of the same canonical file: CPU seconds of all processes.

A file is written from a seed. Then fresh processes alternate: one mines it in itself (directly-follows with waiting,
variants, handovers of teams and people, rework, activities, cases), one does the same on Spark at ``local[2]``, one has
Spark do nothing. Counted are user and system seconds of the process and of all that it started, Java and the Python
workers included; what doing nothing costs is taken off. What is found must be equal.

    python tests/benchmarks/bench_spark.py                     10 million events
    python tests/benchmarks/bench_spark.py --events 100000000  100 million
    python tests/benchmarks/bench_spark.py --smoke             200,000 events, once; does the measuring itself work?

Skips, saying so, where there is no pyspark or no Java. Exit status 1 if the bar is missed: 1.5 times the direct run.
"""

from __future__ import annotations

import argparse
import hashlib
import importlib.util
import json
import os
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

BAR = 1.5
MASTER = "local[2]"
TICKS = os.sysconf("SC_CLK_TCK")


def work(path: str, kind: str) -> None:
    """Do one of the three kinds of work in this process and tell what it took."""
    from svcflow import mine
    from svcflow.engines.spark import session
    from svcflow.eventlog.store.stored import open_store

    if kind == "direct":
        found: Any = mine(open_store(path)).to_json()
        used = spend()
    else:
        with session.open_session(MASTER) as context:
            if kind == "spark":
                found = mine(open_store(path), engine=MASTER).to_json()
            else:
                found = context.parallelize(range(2), 2).map(str).collect()
            used = spend()
    digest = hashlib.sha256(json.dumps(found, sort_keys=True).encode()).hexdigest()
    print(json.dumps({"cpu_s": used, "digest": digest}))


def spend() -> float:
    """Return the CPU seconds of this process and of all below it, of those that have ended too."""
    times, parents = {}, {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdecimal():
            try:
                fields = (entry / "stat").read_text().rpartition(")")[2].split()
            except OSError:
                continue
            parents[int(entry.name)], times[int(entry.name)] = int(fields[1]), sum(map(int, fields[11:15]))
    below = {os.getpid()}
    while more := {pid for pid, parent in parents.items() if parent in below} - below:
        below |= more
    return sum(times[pid] for pid in below) / TICKS


def measure(path: Path, kind: str) -> dict[str, Any]:
    """Do some work in a fresh process; return the CPU seconds it took and the digest of what it found."""
    told = subprocess.run(
        [sys.executable, __file__, "--work", kind, str(path)], check=True, stdout=subprocess.PIPE, text=True
    )
    found: dict[str, Any] = json.loads(told.stdout)
    return found


def lacks() -> str:
    """Return what is missing for Spark, nothing where all is there."""
    from svcflow.engines.spark import java
    from svcflow.errors import UsageError

    if importlib.util.find_spec("pyspark") is None:
        return "pyspark is not installed"
    if not Path("/proc/self/stat").exists():
        return "only Linux tells what other processes have spent"
    with tempfile.TemporaryDirectory() as folder:
        try:
            java.find_home(Path(folder))
        except UsageError as error:
            return error.message
    return ""


def main() -> int:
    """Measure, print, judge."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--smoke", action="store_true", help="200,000 events, one round, no judgement")
    parser.add_argument("--events", type=int, default=10_000_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--file", type=Path, help="a file that `service_logs.make_file` made, instead of a new one")
    parser.add_argument("--work", nargs=2, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.work:
        work(given.work[1], given.work[0])
        return 0
    if missing := lacks():
        print(f"skipped: {missing}")
        return 0
    from service_logs import make_file

    with tempfile.TemporaryDirectory() as folder:
        path = given.file or Path(folder) / "log.parquet"
        if given.file is None:
            make_file(path, 200_000 if given.smoke else given.events)
        kinds = ("direct", "spark") if given.smoke else ("direct", "spark", "empty")
        taken: dict[str, list[float]] = {kind: [] for kind in kinds}
        for _ in range(1 if given.smoke else given.rounds):
            found = {kind: measure(path, kind) for kind in taken}
            if found["direct"]["digest"] != found["spark"]["digest"]:
                sys.exit("what Spark finds is not what one process finds")
            for kind, told in found.items():
                taken[kind].append(told["cpu_s"])
    medians = {kind: statistics.median(seconds) for kind, seconds in taken.items()}
    print("CPU seconds of all processes, medians; equal results")
    for kind, name in (("direct", "in one process"), ("spark", f"Spark {MASTER}"), ("empty", "Spark, doing nothing")):
        if kind in medians:
            print(f"  {name:24}{medians[kind]:8.2f}")
    if given.smoke:
        return 0
    own = medians["spark"] - medians["empty"]
    ratio = own / medians["direct"]
    verdict = "MET" if ratio <= BAR else "MISSED"
    print(f"  {'Spark less nothing':24}{own:8.2f}   {ratio:.2f} x (bar {BAR} x at 100 million events) {verdict}")
    return int(verdict == "MISSED")


if __name__ == "__main__":
    sys.exit(main())
