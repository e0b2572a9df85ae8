"""Opening a canonical file and counting its directly-follows pairs, against merely reading three of its columns.

A log of 10 million events is made with the writer in a folder that vanishes. Then fresh processes alternate: one reads
the columns case, time and activity with pyarrow into numpy, row group by row group, in the cheapest way there is (no
threads, no copies, nothing that pandas is imported for), and does nothing with them; one opens the file with svcflow
and counts its pairs; one opens it as a log in memory, counts its pairs there, and has all its columns at hand. The CPU
seconds of the work are compared, start-up and imports left out on all sides. Medians count.

    python tests/benchmarks/bench_opening.py            10 million events
    python tests/benchmarks/bench_opening.py --smoke    200,000 events; does the measuring itself work?

Exit status 1 if the bar is missed: counting pairs costs at most twice the bare reading.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np

BAR = 2.0
BARE = """
import sys, time
import numpy, pyarrow
from pyarrow import parquet
began = time.process_time()
file, rows = parquet.ParquetFile(sys.argv[1], memory_map=True), 0
for group in range(file.num_row_groups):
    table = file.read_row_group(group, columns=["case", "time", "activity"], use_threads=False)
    for column, kind in zip(table.columns, (numpy.int32, numpy.int64, numpy.uint8)):
        for chunk in column.chunks:
            values = numpy.frombuffer(chunk.buffers()[1], kind)
    rows += table.num_rows
print(time.process_time() - began, rows)
"""
PAIRS = """
import sys, time
from pyarrow import parquet
from svcflow.eventlog.store.stored import open_store
from svcflow.mining.pairs import count_pairs
began = time.process_time()
pairs = count_pairs(open_store(sys.argv[1]))
print(time.process_time() - began, int(pairs.count.sum()))
"""
WHOLE = """
import sys, time
from pyarrow import parquet
from svcflow.eventlog.store import opening
from svcflow.mining.pairs import count_pairs
began = time.process_time()
pairs = count_pairs(opening.open(sys.argv[1]))
print(time.process_time() - began, int(pairs.count.sum()))
"""


def make(target: Path, events: int) -> int:
    """Write a service desk's log of about so many events; return the number of its directly-follows pairs."""
    from svcflow.eventlog.log import Vocabulary
    from svcflow.eventlog.store.layout import Facts, Layout, Part
    from svcflow.eventlog.store.writing import Writer
    from svcflow.eventlog.texts import strings

    rng = np.random.default_rng(7)
    cases, activities, resources = max(events // 11, 1), 26, 400
    vocabularies = (
        Vocabulary(tuple(f"step {letter}" for letter in "abcdefghijklmnopqrstuvwxyz")),
        Vocabulary(("", *(f"agent {number:03}" for number in range(resources)))),
        Vocabulary(("", *(f"team {number:02}" for number in range(12)))),
    )
    layout = Layout(*vocabularies, unit="s")
    begins = np.sort(rng.integers(1_400_000_000, 1_500_000_000, cases)) * 1000
    total = 0
    with Writer(target, layout) as writer:
        for first in range(0, cases, 100_000):
            count = min(100_000, cases - first)
            sizes = rng.geometric(1 / 11, count)
            offsets = np.r_[0, np.cumsum(sizes)]
            rows = int(offsets[-1])
            gaps = np.rint(rng.exponential(20_000, rows)).astype(np.int64) * 1000
            gaps[offsets[:-1]] = 0
            run = np.cumsum(gaps)
            writer.add(
                Part(
                    case_ids=strings([f"T-{number:08}" for number in range(first, first + count)]),
                    offsets=offsets,
                    time=np.repeat(begins[first : first + count] - run[offsets[:-1]], sizes) + run,
                    activity=rng.choice(activities, rows, p=rng.dirichlet(np.ones(activities))),
                    resource=rng.integers(0, resources + 1, rows),
                    team=rng.integers(0, 13, rows),
                )
            )
            total += rows
        writer.finish(Facts("generated", total))
    return total - cases


def measure(code: str, path: Path) -> tuple[float, int]:
    """Run `code` in a fresh interpreter; return the CPU seconds that it says its work took, and its count."""
    told = subprocess.run([sys.executable, "-c", code, str(path)], check=True, capture_output=True, text=True)
    seconds, count = told.stdout.split()
    return float(seconds), int(count)


def main() -> int:
    """Measure, print, judge."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--smoke", action="store_true", help="200,000 events, one round, no judgement")
    smoke = parser.parse_args().smoke
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "log.parquet"
        pairs = make(path, 200_000 if smoke else 10_000_000)
        taken: dict[str, list[float]] = {"bare": [], "pairs": [], "whole": []}
        for _ in range(1 if smoke else 7):
            for name, code in (("bare", BARE), ("pairs", PAIRS), ("whole", WHOLE)):
                seconds, count = measure(code, path)
                if name != "bare" and count != pairs:
                    sys.exit(f"{name}: {count:,} pairs counted, {pairs:,} made")
                taken[name].append(seconds)
        size = path.stat().st_size
    bare, counted, whole = (statistics.median(taken[name]) for name in taken)
    print(f"{pairs:,} pairs, {size / 2**20:,.0f} MB, on {os.cpu_count()} processors; CPU seconds, medians")
    print(f"  three columns with pyarrow into numpy   {bare:6.3f}")
    print(f"  open and count pairs                    {counted:6.3f}   {counted / bare:.2f} x (bar {BAR} x)")
    print(f"  open as a log in memory, count pairs    {whole:6.3f}   {whole / bare:.2f} x")
    return 0 if smoke or counted <= BAR * bare else 1


if __name__ == "__main__":
    sys.exit(main())
