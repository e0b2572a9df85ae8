"""Do estimated effects come true? Worlds with a known truth are changed; the product says beforehand what it will do.

    python tests/benchmarks/study_worlds.py                 12 worlds, fixed seed
    python tests/benchmarks/study_worlds.py --smoke         two worlds, few replicates, as in CI
    python tests/benchmarks/study_worlds.py --release       seeds from the hash of the commit: nobody tuned to them
    python tests/benchmarks/study_worlds.py --calibrate     also write the factor on intervals into the product

Each world (see `worlds`) is a service desk, a complaint or a claims process of its own people and load. The product
sees weeks 1 to 12 as an export: case, activity, resource, team, completion, priority and topic; starts in every fourth
world, the organisation in every second. In a quarter of the worlds the load is another after week 12 or already in the
last four weeks seen, a quarter has a one-person team, a quarter shares people between teams; one in five hides parking,
every third has days with twice the cases. In the first world 90 and 110 % of the load are asked for too.

**The truth** of a change is the mean effect on the cases that arrive in weeks 13 to 23 when the world is run again with
it, every draw keyed by case, step, person and day; over several histories that the product has not seen, with the
standard error of that mean. Effects below two standard errors or six minutes do not count for sign and relative error.

**Counted** are the estimates of mean cycle time at the load of the log: whether the 90 % interval of those graded A or
B holds the truth, their sign, the median error of A, whether the largest true lever is told as the largest, the share
graded A or B where the load is stable, and that no other has a point value.

**The factor** that intervals are widened by is the 90 % quantile of |truth - estimate| / half-width of intervals that
are not widened. Exit status 1 if a bar is missed (not in a smoke, which only proves that it runs).
"""

from __future__ import annotations

import argparse
import dataclasses
import hashlib
import json
import pickle
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from worlds.changing import Change, list_changes
from worlds.drawing import World, draw_world
from worlds.export import write_log
from worlds.truth import Measured, measure
from worlds_scoring import METRICS, Row, find_factor, report, tell

from svcflow.estimation import Estimates, calibration, estimate
from svcflow.mining import mine
from svcflow.whatif import DropRepeats, WhatIf

ROOT = Path(__file__).parents[2]
STORED = ROOT / "src" / "svcflow" / "estimation" / "calibration.json"
WORLDS, HISTORIES, REPLICATES = 12, 6, 200
LOADS = (0.9, 1.1)


def study(world: World, index: int, options: argparse.Namespace) -> list[Row]:
    """Ask for the effects of a world's changes, and return them beside the truth."""
    changes = list_changes(world, index)[: 4 if options.smoke else None]
    elsewhere = LOADS if index == 0 and not options.smoke else ()
    with tempfile.TemporaryDirectory() as name:
        log, workspace = write_log(world, Path(name))
        estimates = ask(log, workspace, changes, options, elsewhere)
    truths = {load: find_truth(world, changes, load, options) for load in (1.0, *elsewhere)}
    return [row for load, truth in truths.items() for row in compare(world, changes, estimates, truth, load)]


def ask(log, workspace, changes: Sequence[Change], options: argparse.Namespace, loads: Sequence[float]) -> Estimates:
    """Return what the product says of the changes, asked as anybody would who has the time for all replicates."""
    return estimate(
        log, mine(log), workspace, [make_whatif(change) for change in changes],
        kpis=("cycle_time.mean", "cycle_time.p90"), replicates=8 if options.smoke else options.replicates,
        loads=(1.0, *loads), thorough=not options.smoke,
    )  # fmt: skip


def make_whatif(change: Change) -> WhatIf:
    """Return a change of a world in the product's words."""
    whatif = WhatIf(change.name)
    where = f"{change.segment[0]} == '{change.segment[1]}'" if change.segment else None
    match change.kind:
        case "capacity":
            return whatif.capacity(change.teams[0], change.amount)
        case "share":
            return whatif.capacity(change.teams[0], share=change.amount)
        case "skip":
            return whatif.skip(change.activity, where=where)
        case "automate":
            return whatif.automate(change.activity, where=where)
        case "cap":
            return whatif.cap_wait(change.activity, hours=change.amount)
        case "rounds":
            return whatif.add(DropRepeats((change.activity,), rounds=True))
        case "speed":
            return whatif.speed(change.activity, factor=change.amount)
    return whatif.merge_roles(*change.teams)


def find_truth(world: World, changes: Sequence[Change], load: float, options: argparse.Namespace) -> Measured:
    """Return the truth, from `--cache` if it holds it."""
    histories = 1 if options.smoke else options.histories
    if not options.cache:
        return measure(world, changes, histories=histories, load=load)
    sources = b"".join(file.read_bytes() for file in sorted((ROOT / "tests/benchmarks/worlds").glob("*.py")))
    key = hashlib.blake2b(sources + repr((world, changes, histories, load)).encode(), digest_size=12).hexdigest()
    file = Path(options.cache) / f"{key}.pickle"
    if not file.exists():
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(pickle.dumps(measure(world, changes, histories=histories, load=load)))
    known: Measured = pickle.loads(file.read_bytes())
    return known


def compare(world: World, changes: Sequence[Change], estimates: Estimates, truth: Measured, load: float) -> list[Row]:
    """Return the rows of a world at one load."""
    rows = []
    for change, true, told in zip(changes, truth.changes, estimates.rows, strict=True):
        for metric in METRICS:
            effect = told.find(metric, load)
            if effect is None:  # what is refused or bounded is so at the load of the log
                continue
            value = true.mean_h if metric == METRICS[0] else true.p90_h
            near = [None if v is None else v - effect.before for v in (effect.after, effect.low, effect.high)]
            rows.append(
                Row(
                    f"{world.seed}/{world.name}", world.family.name, world.kind, world.stable, world.shifted,
                    change.name, change.kind, metric, load, truth.mean_h, value, true.error_h, true.clear,
                    *near, effect.grade, told.method, effect.missed, effect.reason,
                )
            )  # fmt: skip
    return rows


def main() -> int:
    """Run the study."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--smoke", action="store_true", help="two worlds, few replicates; bars are shown, not judged")
    parser.add_argument("--release", action="store_true", help="take the seed from the hash of the commit")
    parser.add_argument("--calibrate", action="store_true", help="measure and write the factor on intervals")
    parser.add_argument("--seed", default="development", help="what the worlds are drawn from")
    parser.add_argument("--worlds", type=int, nargs="*", help=f"their numbers (default: all {WORLDS})")
    parser.add_argument("--replicates", type=int, default=REPLICATES, help="bootstrap replicates (default: 200)")
    parser.add_argument("--histories", type=int, default=HISTORIES, help="histories behind the truth (default: 6)")
    parser.add_argument("--cache", help="a folder that keeps truths between runs")
    parser.add_argument("--verbose", action="store_true", help="show every change")
    parser.add_argument("--out", type=Path, help="write all rows as JSON")
    options = parser.parse_args()
    seed = options.seed
    if options.release:
        head = subprocess.run(["git", "rev-parse", "HEAD"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
        seed = head.strip()[:12]
    print(f"seed {seed}")
    if options.calibrate:
        calibration.read_calibration = lambda: calibration.Calibration(1.0, 0.0, None, 0)
    rows: list[Row] = []
    began = time.process_time()
    numbers = options.worlds if options.worlds is not None else range(2 if options.smoke else WORLDS)
    for index in numbers:
        rows += study(draw_world(index, seed), index, options)
        if options.verbose:
            tell([row for row in rows if row.world.startswith(f"{seed}/{index}/") and row.metric == METRICS[0]])
            sys.stdout.flush()
    met = report(rows)
    played = 8 if options.smoke else options.replicates
    print(f"{len(numbers)} worlds, {played} replicates; CPU {time.process_time() - began:.0f} s")
    if options.out:
        options.out.write_text(json.dumps([dataclasses.asdict(row) for row in rows], indent=1), "utf-8")
    if options.calibrate:
        write_factor(rows, len(numbers), seed)
    return 0 if met or options.smoke else 1


def write_factor(rows: Sequence[Row], worlds: int, seed: str) -> None:
    """Store the factor with the product."""
    factor = find_factor(rows)
    print(f"factor on half-widths: {factor}")
    stored = json.loads(STORED.read_text("utf-8"))
    stored |= {"factor": round(max(factor or stored["factor"], 1.0), 2), "worlds": worlds, "seed": seed}
    STORED.write_text(json.dumps(stored, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    sys.exit(main())
