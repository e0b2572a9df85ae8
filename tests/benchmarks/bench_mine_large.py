"""Mining a large canonical file against pm4py, and against merely decoding its columns.

A service desk's log is written as a canonical file (`service_logs`) in a folder that vanishes; pm4py gets the same
events as its own Parquet. Fresh processes take turns, and each says what CPU (user and system) its work took, start-up
and imports left out on all sides, and the peak of its own memory (resident at most, less pages of files, which the
system shares out and takes back).

- *decode*: pyarrow reads the five columns of cases, times, activities, resources and teams, row group by row group, on
  one thread, and does nothing with them;
- *basic*: directly-follows with its performance, variants, handovers of teams, rework, case durations;
- *lean*: the basic set without variants, which is what keeps no table that grows with the log;
- *everything*: `mine` with all of its tables (handovers between people, activities, timers; machines found first);
- *pm4py*: directly-follows, performance, variants, handovers between teams, rework, case durations.

Counts and sums of *basic* and *pm4py* must be equal: pairs, their total waiting, variants, repeating cases by activity,
the sum of case durations, and handovers between teams.

    python tests/benchmarks/bench_mine_large.py                    10 M events, and how cost grows from 1 M
    python tests/benchmarks/bench_mine_large.py --largest          100 M events too, without pm4py: 600 MB of disk
    python tests/benchmarks/bench_mine_large.py --no-pm4py         without pm4py, which takes minutes and 4 GB
    python tests/benchmarks/bench_mine_large.py --smoke            50,000 events, no bars

Exit status 1 if a bar is missed.
"""

from __future__ import annotations

import argparse
import itertools
import json
import math
import os
import statistics
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

OVER_PM4PY, BASIC_BAR, ALL_BAR, MEMORY_BAR_MB, EXPONENT_BAR, GROWTH_BAR = 80, 5.5, 25, 1024, 1.05, 1.1

DECODE = """
from pyarrow import parquet
began = time.process_time()
file = parquet.ParquetFile(sys.argv[1], memory_map=True)
for group in range(file.num_row_groups):
    table = file.read_row_group(group, columns=["case", "time", "activity", "resource", "team"], use_threads=False)
    for column in table.columns:
        for chunk in column.chunks:
            chunk.buffers()
say(began, {})
"""
FOLDS = """
import numpy as np
from pyarrow import parquet
from svcflow.engines import local
from svcflow.eventlog.store.stored import open_store
from svcflow.mining.cases import FiguresFold
from svcflow.mining.directly_follows import DirectlyFollowsFold
from svcflow.mining.durations import BOUNDED
from svcflow.mining.handovers import HandoversFold
from svcflow.mining.preparation import find_codes
from svcflow.mining.rework import ReworkFold
from svcflow.mining.variants import VariantsFold
began = time.process_time()
log = open_store(sys.argv[1])
width, done = len(log.activities), find_codes(log, log.done)
found = local.run(log, {
    "pairs": DirectlyFollowsFold(width, None, BOUNDED), "variants": VariantsFold(BOUNDED),
    "team": HandoversFold("team", width, log.teams, np.empty(0, np.int32), None, BOUNDED),
    "rework": ReworkFold(width, done), "cases": FiguresFold(done, done),
})
taken = time.process_time() - began
began = time.process_time() - taken
pairs, teams = found["pairs"], found["team"].pairs
names, seconds = log.activities.texts, (pairs.total // 1000).tolist()
say(began, {
    "pairs": sorted([names[a], names[b], n] for a, b, n in zip(pairs.source, pairs.target, pairs.count.tolist())),
    "seconds": sorted([names[a], names[b], n] for a, b, n in zip(pairs.source, pairs.target, seconds)),
    "variants": [len(found["variants"]), found["variants"].count[:50].tolist()],
    "handovers": sorted(map(list, zip(teams["from"], teams["to"], teams["count"]))),
    "rework": sorted([row["activity"], row["cases"]] for row in found["rework"].to_rows()),
    "durations": int(found["cases"].cycle.totals.sum()) // 1000,
})
"""
LEAN = FOLDS.partition("taken =")[0].replace('"variants": VariantsFold(BOUNDED),', "") + "say(began, {})\n"
ALL = """
from pyarrow import parquet
from svcflow.eventlog.store.stored import open_store
from svcflow.mining import mine
began = time.process_time()
mined = mine(open_store(sys.argv[1]))
say(began, {})
"""
PM4PY = """
import warnings
warnings.simplefilter("ignore")
import pandas as pd
import pm4py
began = time.process_time()
frame = pd.read_parquet(sys.argv[1])
graph, starts, ends = pm4py.discover_dfg(frame)
performance, _, _ = pm4py.discover_performance_dfg(frame)
variants = pm4py.get_variants(frame)
rework = pm4py.get_rework_cases_per_activity(frame)
durations = pm4py.get_all_case_durations(frame)
teams = pm4py.discover_handover_of_work_network(frame, resource_key="org:group")
taken = time.process_time() - began
began = time.process_time() - taken
handovers = frame["org:group"].ne(frame.groupby("case:concept:name", sort=False)["org:group"].shift())
given = frame.groupby("case:concept:name", sort=False)["org:group"].shift()
moved = pd.DataFrame({"from": given, "to": frame["org:group"]})[given.notna() & handovers]
say(began, {
    "pairs": sorted([a, b, int(n)] for (a, b), n in graph.items()),
    "seconds": sorted([a, b, round(found["sum"])] for (a, b), found in performance.items()),
    "variants": [len(variants), sorted((int(n) for n in variants.values()), reverse=True)[:50]],
    "handovers": sorted([a, b, int(n)] for (a, b), n in moved.groupby(["from", "to"]).size().items()),
    "rework": sorted([name, int(n)] for name, n in rework.items() if n),
    "durations": round(sum(durations)),
})
"""
HEAD = """
import json, resource, sys, time
def say(began, figures):
    taken = time.process_time() - began
    own = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    if sys.platform == "linux":
        with open("/proc/self/status") as status:
            own -= sum(int(line.split()[1]) for line in status if line.startswith("RssFile")) / 1024
    print(json.dumps([taken, own, figures]))
"""


@dataclass(frozen=True)
class Cost:
    """What the work took: CPU seconds, the peak of its process's own memory in MB, and what it found."""

    cpu_s: float
    peak_mb: float
    figures: dict[str, Any]


def measure(code: str, path: Path) -> Cost:
    """Run `code` in a fresh interpreter and return what it says of itself."""
    told = subprocess.run([sys.executable, "-c", HEAD + code, str(path)], capture_output=True, text=True, check=False)
    if told.returncode:
        sys.exit(f"a measured process failed:\n{told.stderr}")
    return Cost(*json.loads(told.stdout.splitlines()[-1]))


MAKE = f"""
import sys
from pathlib import Path
sys.path.insert(0, {str(Path(__file__).parent)!r})
import service_logs
print(service_logs.make_file(Path(sys.argv[1]), int(sys.argv[2])))
"""
FRAME = f"""
import sys
from pathlib import Path
sys.path.insert(0, {str(Path(__file__).parent)!r})
import bench_mine_large
bench_mine_large.write_frame(Path(sys.argv[1]), Path(sys.argv[2]))
"""


def prepare(code: str, *arguments: object) -> str:
    """Run `code` in a process of its own, whose memory this one does not share, and return what it prints."""
    return subprocess.run(
        [sys.executable, "-c", code, *map(str, arguments)], capture_output=True, text=True, check=True
    ).stdout


def write_frame(source: Path, target: Path) -> None:
    """Write the events of a canonical file as pm4py has them: names, and time stamps in nanoseconds."""
    import pyarrow as pa
    from pyarrow import compute as pc
    from pyarrow import parquet

    from svcflow.eventlog.store.stored import open_store

    log, file = open_store(source), parquet.ParquetFile(source)
    writer = None
    for group in range(file.num_row_groups):
        table = file.read_row_group(group, columns=["case_id", "time", "activity", "resource", "team"])
        columns = {"case:concept:name": table["case_id"].cast(pa.string())}
        for name, code, known in (
            ("concept:name", "activity", log.activities),
            ("org:resource", "resource", log.resources),
            ("org:group", "team", log.teams),
        ):
            columns[name] = pa.array(known.texts).take(table[code])
        seconds = pc.multiply(table["time"], 1_000_000_000)
        columns["time:timestamp"] = seconds.cast(pa.timestamp("ns", "UTC"))
        part = pa.table(columns)
        writer = writer or parquet.ParquetWriter(target, part.schema)
        writer.write_table(part)
    assert writer is not None
    writer.close()


def compare(path: Path, frame: Path | None, rounds: int) -> dict[str, Cost]:
    """Return the median costs of all sides over interleaved rounds; pm4py runs once."""
    sides = {"decode": DECODE, "basic": FOLDS, "lean": LEAN, "everything": ALL}
    found: dict[str, list[Cost]] = {name: [] for name in sides}
    for _ in range(rounds):
        for name, code in sides.items():
            found[name].append(measure(code, path))
    costs = {
        name: Cost(statistics.median(c.cpu_s for c in runs), max(c.peak_mb for c in runs), runs[0].figures)
        for name, runs in found.items()
    }
    if frame is not None:
        costs["pm4py"] = measure(PM4PY, frame)
    return costs


def report(costs: dict[str, Cost], events: int) -> list[str]:
    """Print what one size took and return the bars that were missed."""
    print(f"{events:,} events")
    for name, cost in costs.items():
        print(
            f"  {name:12} {cost.cpu_s:9.2f} s CPU {cost.cpu_s / events * 1e9:9.1f} ns an event {cost.peak_mb:7.0f} MB"
        )
    decode, basic, whole = (costs[name].cpu_s for name in ("decode", "basic", "everything"))
    missed = [
        *_judge("basic / decode", basic / decode, BASIC_BAR),
        *_judge("everything / decode", whole / decode, ALL_BAR),
        *_judge("memory in MB", max(costs["basic"].peak_mb, costs["everything"].peak_mb), MEMORY_BAR_MB),
    ]
    if "pm4py" in costs:
        missed += _judge("pm4py / basic", costs["pm4py"].cpu_s / basic, OVER_PM4PY, least=True)
        for name, figures in costs["basic"].figures.items():
            equal = figures == costs["pm4py"].figures[name]
            print(f"  {name:28} {'equal' if equal else 'DIFFERENT'}")
            missed += [] if equal else [f"{name} differ from pm4py's"]
    return missed


def _judge(name: str, value: float, bar: float, *, least: bool = False) -> list[str]:
    met = value >= bar if least else value <= bar
    print(f"  {name:28} {value:9.2f} {'MET' if met else 'MISSED'} (bar {bar})")
    return [] if met else [f"{name}: {value:.2f} instead of {bar}"]


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--smoke", action="store_true", help="50,000 events, one round, no bars")
    parser.add_argument("--events", type=int, default=10_000_000)
    parser.add_argument("--largest", action="store_true", help="ten times as many events too")
    parser.add_argument("--no-pm4py", action="store_true")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--folder", type=Path, help="where the files are written; a temporary folder")
    given = parser.parse_args()
    sizes = [50_000] if given.smoke else [given.events // 10, given.events]
    sizes += [10 * given.events] if given.largest and not given.smoke else []
    missed, all_costs = [], []
    with tempfile.TemporaryDirectory(dir=given.folder) as folder:
        for size in sizes:
            path, frame = Path(folder) / "log.parquet", Path(folder) / "frame.parquet"
            events = int(prepare(MAKE, path, str(size)))
            against = frame if given.smoke or (size == given.events and not given.no_pm4py) else None
            if against is not None:
                prepare(FRAME, path, str(frame))
            rounds = 1 if given.smoke or size > given.events else given.rounds
            costs = compare(path, against, rounds)
            found = report(costs, events)
            missed += [text for text in found if size >= given.events or "differ" in text]
            all_costs.append((events, costs))
    for (fewer, before), (more, after) in itertools.pairwise(all_costs):
        for name in ("basic", "everything"):
            exponent = math.log(after[name].cpu_s / before[name].cpu_s) / math.log(more / fewer)
            missed += _judge(f"{name}, exponent", exponent, EXPONENT_BAR)
            growth = after[name].peak_mb / before[name].peak_mb
            print(f"  {name + ', memory':28} {growth:9.2f} times")
        variants = [costs["basic"].figures["variants"][0] for costs in (before, after)]
        print(f"  {'distinct variants':28} {variants[1] / variants[0]:9.2f} times, {variants[0]:,} to {variants[1]:,}")
        if more > given.events:
            growth = after["lean"].peak_mb / before["lean"].peak_mb
            missed += _judge("lean, growth of memory", growth, GROWTH_BAR)
    if given.smoke:
        return int(any("differ" in text for text in missed))
    for text in missed:
        print(f"MISSED: {text}")
    return int(bool(missed))


if __name__ == "__main__":
    os.environ.setdefault("PYTHONHASHSEED", "0")
    sys.exit(main())
