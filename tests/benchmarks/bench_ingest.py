"""`svcflow import` against DuckDB doing the same work: read a shuffled CSV, sort by case and time, write Parquet.

Both are whole processes with the same number of threads and the same bound on memory; CPU is user and system, memory
the peak resident set. They alternate, since other work on the machine disturbs, and the medians are compared. The log
is generated from a seed: case id, activity, ISO time, resource, team; about eleven events a case, rows in no order.

    python tests/benchmarks/bench_ingest.py                     10 M events; memory at 1 M and 10 M
    python tests/benchmarks/bench_ingest.py --rows 100000000    once, 100 M events: 8 GB of CSV, as much again to sort
    python tests/benchmarks/bench_ingest.py --smoke             200,000 events; does the measuring itself work?

Exit status 1 if a bar is missed.
"""

from __future__ import annotations

import argparse
import os
import statistics
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

CPU_BAR, MEMORY_BAR_MB, GROWTH_BAR = 0.9, 1024, 1.1
EVENTS_PER_CASE = 11.15
SVCFLOW = "import sys; from svcflow.cli.main import main; sys.exit(main(sys.argv[1:]))"
DUCKDB = """
import sys, duckdb
source, target, memory, threads, folder = sys.argv[1:]
connection = duckdb.connect()
connection.execute(f"SET memory_limit='{memory}'; SET threads={threads}; SET temp_directory='{folder}'")
connection.execute(
    f"COPY (SELECT case_id, activity, time, resource, team FROM read_csv('{source}') ORDER BY case_id, time) "
    f"TO '{target}' (FORMAT parquet)"
)
"""


@dataclass(frozen=True)
class Cost:
    """What a whole process took: CPU and wall seconds, peak resident memory in MB."""

    cpu_s: float
    wall_s: float
    peak_mb: float


def measure(code: str, *arguments: str) -> Cost:
    """Run `code` in a fresh interpreter, its output thrown away, and return what it took."""
    errors, begun = Path(tempfile.gettempdir()) / f"bench-{os.getpid()}.txt", time.monotonic()
    process = os.posix_spawn(
        sys.executable,
        [sys.executable, "-c", code, *arguments],
        dict(os.environ),
        file_actions=[
            (os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0),
            (os.POSIX_SPAWN_OPEN, 2, str(errors), os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600),
        ],
    )
    _, status, usage = os.wait4(process, 0)
    if os.waitstatus_to_exitcode(status):
        sys.exit(f"a measured process failed: {' '.join(arguments)}\n{errors.read_text()}")
    return Cost(usage.ru_utime + usage.ru_stime, time.monotonic() - begun, usage.ru_maxrss / 1024)


def generate(path: Path, rows: int, block: int = 1_000_000) -> None:
    """Write so many events in no order, block by block, from a seed."""
    import numpy as np
    import pyarrow as pa
    from pyarrow import compute as pc
    from pyarrow import csv

    chance = np.random.default_rng(20260105)
    cases = max(1, int(rows / EVENTS_PER_CASE))
    activities = pa.array([f"Step {number:02d} of the work" for number in range(24)])
    people = pa.array([f"agent {number:04d}" for number in range(600)])
    teams = pa.array([f"Team {number:02d}" for number in range(30)])
    fields = ("case_id", "activity", "time", "resource", "team")
    with csv.CSVWriter(path, pa.schema([(name, pa.string()) for name in fields])) as writer:
        for low in range(0, rows, block):
            size = min(block, rows - low)
            case = chance.integers(0, cases, size)
            begins = 1_700_000_000 + case * 2_654_435_761 % 63_072_000
            moments = pa.array(begins + chance.exponential(2 * 86_400, size).astype(np.int64))
            person = chance.integers(0, len(people), size)
            number = pc.utf8_lpad(pa.array(case).cast(pa.string()), 9, "0")
            columns = {
                "case_id": pc.binary_join_element_wise(pa.scalar("C-"), number, ""),
                "activity": activities.take(pa.array(chance.integers(0, len(activities), size))),
                "time": moments.cast(pa.timestamp("s")).cast(pa.string()),
                "resource": people.take(pa.array(person)),
                "team": teams.take(pa.array(person % len(teams))),
            }
            writer.write(pa.table(columns))


def compare(source: Path, rounds: int, memory: str, threads: int) -> dict[str, list[Cost]]:
    """Return the costs of both over so many interleaved rounds."""
    found: dict[str, list[Cost]] = {"svcflow import": [], "DuckDB": []}
    folder = source.parent
    for _ in range(rounds):
        ours, theirs = folder / "ours.parquet", folder / "theirs.parquet"
        options = ("--memory", memory, "--jobs", str(threads), "--keep-text", "-q")
        found["svcflow import"].append(measure(SVCFLOW, "import", str(source), "-o", str(ours), *options))
        spill = str(folder / "duckdb")
        duckdb = measure(DUCKDB, str(source), str(theirs), memory + "iB", str(threads), spill)
        found["DuckDB"].append(duckdb)
        for target in (ours, theirs):
            target.unlink()
    return found


def report(found: dict[str, list[Cost]], rows: int) -> list[str]:
    """Print the medians and return the bars that were missed."""
    for name, costs in found.items():
        cpu, wall = (statistics.median(getattr(cost, part) for cost in costs) for part in ("cpu_s", "wall_s"))
        peak = max(cost.peak_mb for cost in costs)
        print(f"{rows:>12,} events  {name:15} {cpu:8.1f} s CPU {wall:8.1f} s wall {peak:8.0f} MB peak")
    ours, theirs = (statistics.median(cost.cpu_s for cost in costs) for costs in found.values())
    peak = max(cost.peak_mb for cost in found["svcflow import"])
    print(f"{'':12} ratio of CPU {ours / theirs:.2f} (bar {CPU_BAR})")
    missed = [f"import takes {ours / theirs:.2f} of DuckDB's CPU time"] if ours > CPU_BAR * theirs else []
    return missed + ([f"import takes {peak:.0f} MB"] if peak > MEMORY_BAR_MB else [])


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--smoke", action="store_true", help="200,000 events, one round, no bars")
    parser.add_argument("--rows", type=int, default=10_000_000)
    parser.add_argument("--rounds", type=int, default=0, help="default: three up to 10 M events, else one")
    parser.add_argument("--memory", default="1G")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--folder", type=Path, help="where the files are written; a temporary folder")
    given = parser.parse_args()
    sizes = [200_000] if given.smoke else [given.rows // 10, given.rows]
    rounds = 1 if given.smoke else given.rounds or (3 if given.rows <= 10_000_000 else 1)
    missed, peaks = [], []
    with tempfile.TemporaryDirectory(dir=given.folder) as folder:
        for rows in sizes:
            source = Path(folder) / "export.csv"
            generate(source, rows)
            found = compare(source, rounds, given.memory, given.threads)
            missed += report(found, rows)
            peaks.append(max(cost.peak_mb for cost in found["svcflow import"]))
            source.unlink()
    if given.smoke:
        return 0
    print(f"memory at {sizes[1]:,} / {sizes[0]:,} events: {peaks[1] / peaks[0]:.2f}")
    if sizes[0] >= 10_000_000 and peaks[1] > GROWTH_BAR * peaks[0]:
        missed.append("memory grows with the log")
    for text in missed:
        print(f"MISSED: {text}")
    return int(bool(missed))


if __name__ == "__main__":
    sys.exit(main())
