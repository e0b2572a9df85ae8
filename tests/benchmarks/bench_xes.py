"""`svcflow import` of XES against pm4py reading the same file and writing its Parquet: CPU and memory.

Whole processes are measured. The log is generated here,
about a million events with six attributes each; BPI Challenge 2012 is measured too where it
is present. The processes alternate and the medians are compared. Memory is the peak resident set: it must not grow with
the log. The ratio to r4pm (Rust) is printed where a Python that has it is named.

    python tests/benchmarks/bench_xes.py                              a generated log, and the published one
    python tests/benchmarks/bench_xes.py --r4pm /path/to/bin/python   with the ratio to r4pm
    python tests/benchmarks/bench_xes.py --smoke                      20,000 events; does the measuring itself work?

Exit status 1 if a bar is missed.
"""

from __future__ import annotations

import argparse
import os
import random
import statistics
import sys
import tempfile
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

PUBLISHED = Path(__file__).parents[3] / "shared" / "logs" / "bpic2012.xes.gz"
CPU_BAR, MEMORY_BAR, GROWTH_BAR = 0.5, 0.25, 1.3
SVCFLOW = "import sys; from svcflow.cli.main import main; sys.exit(main(sys.argv[1:]))"
PM4PY = """
import sys, warnings
warnings.simplefilter("ignore")
import pm4py
log = pm4py.read_xes(sys.argv[1])
frame = log if hasattr(log, "columns") else pm4py.convert_to_dataframe(log)
frame.to_parquet(sys.argv[2])
"""
R4PM = """
import sys, r4pm
r4pm.df.import_xes(sys.argv[1])[0].write_parquet(sys.argv[2])
"""


@dataclass(frozen=True)
class Cost:
    """What a whole process took: CPU seconds (user and system), peak resident memory in MB."""

    cpu_s: float
    peak_mb: float


def measure(python: str, code: str, *arguments: str) -> Cost:
    """Run `code` in a fresh interpreter, its output thrown away, and return what it took."""
    errors = Path(tempfile.gettempdir()) / f"bench-{os.getpid()}.txt"
    process = os.posix_spawn(
        python,
        [python, "-c", code, *arguments],
        dict(os.environ),
        file_actions=[
            (os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0),
            (os.POSIX_SPAWN_OPEN, 2, str(errors), os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600),
        ],
    )
    _, status, usage = os.wait4(process, 0)
    if os.waitstatus_to_exitcode(status):
        sys.exit(f"a measured process failed: {' '.join(arguments)}\n{errors.read_text()}")
    return Cost(usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024)


def generate(path: Path, events: int) -> None:
    """Write a log of about so many events from a seed, traces one after the other."""
    chance, written = random.Random(1), 0
    with path.open("w", encoding="utf-8") as file:
        file.write(
            '<?xml version="1.0" encoding="UTF-8"?>\n<log xes.version="1.0" xmlns="http://www.xes-standard.org/">\n'
        )
        case = 0
        while written < events:
            case += 1
            at = datetime(2026, 1, 5, 8, tzinfo=UTC) + timedelta(minutes=case)
            file.write(
                f'<trace><string key="concept:name" value="case {case}"/><int key="amount" value="{case % 997}"/>\n'
            )
            for _ in range(chance.randrange(4, 30)):
                at += timedelta(minutes=chance.randrange(1, 600))
                step, person = chance.randrange(24), chance.randrange(300)
                file.write(
                    f'<event><string key="concept:name" value="Step {step} of the work"/>'
                    f'<string key="org:resource" value="agent {person}"/>'
                    f'<string key="org:group" value="Team {person % 20}"/>'
                    '<string key="lifecycle:transition" value="complete"/>'
                    f'<date key="time:timestamp" value="{at.isoformat(timespec="milliseconds")}"/>'
                    f'<float key="cost" value="{step * 1.5}"/></event>\n'
                )
                written += 1
            file.write("</trace>\n")
        file.write("</log>\n")


def compare(log: Path, rounds: int, folder: Path, r4pm: str | None) -> dict[str, Cost]:
    """Return the median costs of all over so many interleaved rounds."""
    ours, theirs = str(folder / "ours.parquet"), str(folder / "theirs.parquet")
    runs = {
        "svcflow import": (sys.executable, SVCFLOW, "import", str(log), "-o", ours, "--keep-text", "-q"),
        "pm4py": (sys.executable, PM4PY, str(log), theirs),
    }
    if r4pm:
        runs["r4pm"] = (r4pm, R4PM, str(log), theirs)
    found: dict[str, list[Cost]] = {name: [] for name in runs}
    for _ in range(rounds):
        for name, run in runs.items():
            found[name].append(measure(*run))
            (folder / "ours.parquet").unlink(missing_ok=True)
    return {
        name: Cost(statistics.median(c.cpu_s for c in costs), max(c.peak_mb for c in costs))
        for name, costs in found.items()
    }


def report(name: str, costs: dict[str, Cost]) -> list[str]:
    """Print what was measured and return the bars that were missed."""
    ours, missed = costs["svcflow import"], []
    for program, cost in costs.items():
        ratio = f"{ours.cpu_s / cost.cpu_s:6.2f} of its CPU, {ours.peak_mb / cost.peak_mb:.2f} of its memory"
        print(f"{name:24} {program:15} {cost.cpu_s:7.1f} s CPU {cost.peak_mb:7.0f} MB {ratio}")
    if ours.cpu_s > CPU_BAR * costs["pm4py"].cpu_s:
        missed.append(f"{name}: more than {CPU_BAR} of pm4py's CPU time")
    return missed


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--smoke", action="store_true", help="20,000 events, one round, no bars")
    parser.add_argument("--events", type=int, default=1_050_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--r4pm", metavar="PYTHON", help="a Python interpreter that has r4pm")
    given = parser.parse_args()
    rounds = 1 if given.smoke else given.rounds
    sizes = [20_000] if given.smoke else [given.events // 4, given.events]
    if not given.r4pm:
        print("skipped: no Python with r4pm was named (--r4pm)")
    missed, peaks = [], []
    with tempfile.TemporaryDirectory() as folder:
        for events in sizes:
            log = Path(folder) / f"{events}.xes"
            generate(log, events)
            costs = compare(log, rounds, Path(folder), given.r4pm)
            missed += report(f"{events:,} events", costs)
            peaks.append(costs["svcflow import"].peak_mb)
            log.unlink()
        if not given.smoke and costs["svcflow import"].peak_mb > MEMORY_BAR * costs["pm4py"].peak_mb:
            missed.append(f"more than {MEMORY_BAR} of pm4py's memory")
        if not given.smoke and PUBLISHED.exists():
            missed += report(PUBLISHED.name, compare(PUBLISHED, rounds, Path(folder), given.r4pm))
        elif not given.smoke:
            print(f"skipped: the published log {PUBLISHED.name} is not at hand")
    if given.smoke:
        return 0
    print(f"memory at {sizes[1]:,} / {sizes[0]:,} events: {peaks[1] / peaks[0]:.2f}")
    if peaks[1] > GROWTH_BAR * peaks[0]:
        missed.append("memory grows with the log")
    for text in missed:
        print(f"MISSED: {text}")
    return int(bool(missed))


if __name__ == "__main__":
    sys.exit(main())
