"""Cases simulated in a minute of CPU: four teams with weekly calendars, eight steps, priorities, extraneous delays.

    python tests/benchmarks/bench_simulate.py [--peer] [--cases N]
    python tests/benchmarks/bench_simulate.py --smoke     5,000 cases; does the measuring itself work?

The bar is 1,000,000 of the plain kernel. With ``--peer`` Prosimos 2.1.0 is installed into an environment of its own in
a temporary folder and timed on a model of the same size (eight tasks, four pools, weekly calendars) in the same run.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import tempfile
import time
import venv
from pathlib import Path

import numpy as np

from svcflow.simulation import compiled
from svcflow.simulation.arrays import Jobs, Played, Shifts, play_jobs

BAR = 1_000_000
HOUR = 3_600_000.0
STEPS, TEAMS = 8, 4
PEER = "prosimos==2.1.0"


def make_model(cases: int, seed: int = 0) -> tuple[Jobs, Shifts]:
    """Return cases of eight steps, two a team, 3,000 a week, at a utilisation of four fifths."""
    rng = np.random.default_rng(seed)
    count = cases * STEPS
    release = np.zeros(count)
    release[::STEPS] = np.sort(rng.random(cases)) * cases / 3_000 * 168 * HOUR
    rows = np.arange(count)
    inner = rows % STEPS != STEPS - 1
    heads = np.zeros((TEAMS, 168))
    for day in range(5):
        heads[:, day * 24 + 9 : day * 24 + 17] = 31
    jobs = Jobs(
        release,
        np.where(rng.random(count) < 0.25, rng.exponential(2 * HOUR, count), 0.0),
        rng.lognormal(np.log(HOUR / 6) - 0.18, 0.6, count),
        rows % STEPS % TEAMS,
        np.repeat((rng.random(cases) < 0.8).astype(np.int64), STEPS),
        np.concatenate([[0], np.cumsum(inner)]),
        (rows + 1)[inner],
    )
    return jobs, Shifts.from_heads(heads)


def measure(cases: int, *, fast: bool) -> tuple[float, Played]:
    """Return cases per CPU minute, and what came out."""
    jobs, shifts = make_model(cases)
    if fast:
        play_jobs(*make_model(100), fast=True)  # compiling, or loading what was compiled, is told apart
    begun = time.process_time()
    played = play_jobs(jobs, shifts, fast=fast)
    return cases / (time.process_time() - begun) * 60, played


def measure_peer(cases: int) -> str:
    """Return the figure of the peer in words, or why there is none."""
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        venv.create(home / "env", with_pip=True)
        python = home / "env" / "bin" / "python"
        done = subprocess.run(
            [python, "-m", "pip", "install", "-q", PEER], capture_output=True, text=True, check=False, timeout=900
        )
        if done.returncode:
            return f"could not be measured: pip could not install {PEER}"
        script = Path(__file__).with_name("peer_prosimos.py")
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        done = subprocess.run(
            [python, str(script), str(home), str(cases)], capture_output=True, text=True, check=False, timeout=1800
        )
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        if done.returncode:
            return (
                f"could not be measured: {done.stderr.strip().splitlines()[-1] if done.stderr.strip() else 'no output'}"
            )
        inner = json.loads(done.stdout.strip().splitlines()[-1])
        spent = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
        return f"{cases / inner['cpu_s'] * 60:,.0f} cases a CPU minute ({spent:.0f} s CPU with start-up)"


def main() -> int:
    """Print the figures; fail below the bar."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--smoke", action="store_true", help="5,000 cases: does the measuring itself work?")
    parser.add_argument("--peer", action="store_true", help="time Prosimos in the same run")
    parser.add_argument("--cases", type=int, default=120_000)
    given = parser.parse_args()
    cases = 5_000 if given.smoke else given.cases
    plain, one = measure(cases, fast=False)
    print(f"plain kernel: {plain:,.0f} cases a CPU minute (bar {BAR:,})")
    if compiled.is_available():
        begun = time.process_time()
        compiled.compile_kernel()
        play_jobs(*make_model(10), fast=True)
        loading = time.process_time() - begun
        fast, other = measure(cases, fast=True)
        same = "bit-identical" if one.end.tobytes() == other.end.tobytes() else "NOT THE SAME"
        print(f"compiled: {fast:,.0f} cases a CPU minute, {same}; loading {loading:.1f} s")
    else:
        print("compiled: numba is not installed")
    if given.peer:
        print(f"{PEER}: {measure_peer(min(cases, 5_000))}")
    return 0 if given.smoke or plain >= BAR else 1


if __name__ == "__main__":
    raise SystemExit(main())
