"""Do the detectors find what is wrong? Problems of every kind are planted in random logs; all detectors look for them.

    python tests/benchmarks/study_planted.py                  200 logs
    python tests/benchmarks/study_planted.py --smoke          a few small ones, as in CI
    python tests/benchmarks/study_planted.py --release        seeds from the hash of the commit: nobody tuned to them

Each log is that of a random process (see `planted_worlds`) with 0 to 4 problems of different kinds (`svcflow generate
--kinds`) at different places; every sixth log is clean. A problem's true cost is the difference to its *twin*: the
log of the same seed without any problem, in hours of the clock that costs are counted on. The generator knows no
detector.

**What counts.** Problems that cost at least 3 % of all addressable time; kinds that cost no waiting of the provider's
(a missed call-back, an idle team, a skipped level, a timer), if they strike at least 5 % of the cases. Smaller ones
count neither as planted nor, if found, as alarms.

**A hit** is a finding by the kind's detector at the problem's place: the same two teams, the same team, or an activity
of the problem among the finding's; for kinds that are about whole cases (repeat contacts, many hands, extreme
durations, targets at risk) any place. A step that is slow after one other step, a pair that is slow and a handover that
is slow where the work always changes hands are one thing: any of their detectors, at the step, hits. Recall is hits
among problems, by the kind's own detector.

**A false alarm** is a finding, whatever it costs, that is none of these:

- a hit;
- a *part*, a true consequence: at least half of what it costs more than in the twin is time that planted problems
  added (its waits, case by case and pair by pair, against those of the twin), such as the bottleneck that a slow
  handoff makes; or nine tenths of its time lie in the cases that one problem struck, which are at most 60 % of all;
- *natural*: the twin has the same finding at half of its cost or more, or it is not the provider's, and its detector
  is one that also tells what is usual in a process: `bottleneck`, `handover-delay`, `timer`, and, since worlds have
  loops and optional steps of their own, `rework`, `repeating-pattern`, `extra-step`. What any other detector finds in a
  clean log, or in a twin at 80 % of its cost, is a false alarm: nothing abnormal is there.

Precision is 1 - alarms / (hits + parts + alarms). Costs are compared before any hour is given to another finding.

**Rank** is that of the first finding that is a hit or part of the log's largest problem, among findings that are not
natural: bar 1 in at least 90 % of the logs with a problem of at least 3 %.

Exit status 1 if a bar is missed (not in a smoke, which only proves that it runs).
"""

from __future__ import annotations

import argparse
import inspect
import subprocess
import sys
import tempfile
import time
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path

from planted_judging import DESCRIBING, Verdict, judge, list_problems
from planted_worlds import World

from svcflow.findings import Finding

ROOT = Path(__file__).parents[2]
LOGS, SMOKE = 200, 8
CLEAN_EVERY = 6
RECALL, PRECISION, FIRST = 0.95, 0.95, 0.90
PARTS = ("hit", "part", "natural", "alarm")


@dataclass(frozen=True, slots=True)
class Judged:
    """One log of the study."""

    world: World
    events: int
    verdict: Verdict
    generation_s: float
    detection_s: float


def study(world: World) -> Judged:
    """Play a world, detect in its log and in its twin, and judge."""
    began = time.process_time()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        workspace, planted, twin = world.play(folder)
        files = {"log": planted, "twin": twin}
        mappings = {stem: world.write(log, folder / f"{stem}.csv") for stem, log in files.items()}
        between = time.process_time()
        definition = workspace if world.defined else None
        log, mined, findings = find(folder / "log.csv", mappings["log"], definition)
        same = planted.csv == twin.csv
        natural = find(folder / "log.csv" if same else folder / "twin.csv", mappings["twin"], definition, apart=True)[2]
    hours = float(mined.waits.counted[mined.waits.addressable].sum()) / 3.6e6
    problems = list_problems(planted, log, hours, business=mined.waits.business)
    alone: dict[str, Finding] = {}
    for finding in natural:
        if finding.id not in alone or alone[finding.id].cost_s < finding.cost_s:
            alone[finding.id] = finding
    verdict = judge(findings, problems, alone)
    return Judged(world, log.instances, verdict, between - began, time.process_time() - between)


def find(file: Path, mapping, workspace, *, apart: bool = False):
    """Return a log, what is mined from it and what all detectors find; those that describe also each `apart`."""
    from svcflow import detectors
    from svcflow.analysis.clocks import choose_clock
    from svcflow.detectors import detect
    from svcflow.eventlog import read_log
    from svcflow.execution import execute
    from svcflow.mining import mine
    from svcflow.plugins import find as find_modules

    log = read_log(file, mapping)
    clock = choose_clock(workspace, None)
    organisation = workspace.organisation if workspace else None
    mined = mine(log, clock=clock.clock if clock else None, organisation=organisation)
    given = {}
    if workspace is not None and "runs" in inspect.signature(detect).parameters:
        given["runs"] = execute(workspace, log)
    findings = detect(log, mined, workspace, **given)
    if apart:
        names = sorted(DESCRIBING & {*find_modules(detectors)})
        findings += tuple(f for name in names for f in detect(log, mined, workspace, select=[name], **given))
    return log, mined, findings


def draw_worlds(number: int, seed: int):
    """Yield the worlds of a study; every sixth is clean."""
    for i in range(number):
        yield World(seed * 100_000 + i, clean=i % CLEAN_EVERY == CLEAN_EVERY - 1)


def report(judged: list[Judged]) -> bool:
    """Print the table; return whether every bar is met."""
    problems = [p for j in judged for p in j.verdict.problems]
    words = Counter((f.detector, word) for j in judged for f, word in j.verdict.findings)
    detectors = sorted({p.detector for p in problems} | {d for d, _ in words})
    heads = ("planted", "found", "recall", "hit", "part", "natural", "alarm", "precision")
    print(f"{'detector':22}" + "".join(f"{head:>10}" for head in heads))
    totals: Counter[str] = Counter()
    for detector in detectors:
        large = [p for p in problems if p.detector == detector and p.counts]
        found = sum(bool(p.found) for p in large)
        row = {word: words[detector, word] for word in PARTS}
        totals.update({"planted": len(large), "found": found, **row})
        print(_line(detector, len(large), found, row))
    print(_line("all", totals["planted"], totals["found"], {w: totals[w] for w in PARTS}))
    firsts = [j.verdict.first for j in judged if j.verdict.first is not None]
    recall, precision = _share(totals["found"], totals["planted"]), _precision(totals)
    bars = [("recall", recall, RECALL), ("precision", precision, PRECISION),
            ("largest problem ranks first", _share(sum(firsts), len(firsts)), FIRST)]  # fmt: skip
    met = True
    for name, value, bar in bars:
        ok = value is not None and value >= bar
        met &= ok
        shown = "no data" if value is None else f"{value:.3f}"
        print(f"{name}: {shown} (bar >= {bar:.2f}) {'MET' if ok else 'MISSED'}")
    logs, events = len(judged), sum(j.events for j in judged)
    clean = sum(not j.verdict.problems for j in judged)
    cpu = [sum(j.generation_s for j in judged), sum(j.detection_s for j in judged)]
    print(f"{logs} logs ({clean} clean), {events:,} events; CPU {cpu[0]:.0f} s to generate, {cpu[1]:.0f} s to judge")
    return met


def _line(name: str, planted: int, found: int, row) -> str:
    recall, precision = _share(found, planted), _precision(row)
    shares = ["" if value is None else f"{value:.2f}" for value in (recall, precision)]
    cells = (planted, found, shares[0], *(row[word] for word in PARTS), shares[1])
    return f"{name:22}" + "".join(f"{cell:>10}" for cell in cells)


def _share(part: float, whole: float) -> float | None:
    return part / whole if whole else None


def _precision(row) -> float | None:
    right = row["hit"] + row["part"]
    return _share(right, right + row["alarm"])


def tell(judged: Judged) -> None:
    """Print what was missed and what was alarmed in one log."""
    seed, verdict = judged.world.seed, judged.verdict
    costly = [p for p in verdict.problems if p.costly]
    largest = max(costly, key=lambda p: p.hours, default=None)
    for p in verdict.problems:
        said = f"{p.kind} at {', '.join(p.place)}: {p.hours:.0f} h, {p.share:.1%}, {len(p.cases)} cases"
        if p.counts and not p.found:
            print(f"  seed {seed}: missed {said}")
        if p is largest and not verdict.first:
            print(f"  seed {seed}: largest, rank {p.rank}: {said}")
    for f in verdict.alarms:
        said = f"{f.detector} {f.subject}: {f.cost_s / 3600:.0f} h, {f.share:.1%}, {f.cases} cases"
        print(f"  seed {seed}: alarm {said}")


def main() -> int:
    """Run the study."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--smoke", action="store_true", help="a few small logs; bars are shown, not judged")
    parser.add_argument("--logs", type=int, default=None, help=f"how many logs (default {LOGS})")
    parser.add_argument("--seed", type=int, default=1, help="the first seed (default 1)")
    parser.add_argument("--release", action="store_true", help="take the seed from the hash of the commit")
    parser.add_argument("--only", type=int, nargs="*", help="the seeds of single worlds, as --verbose names them")
    parser.add_argument("--jobs", type=int, default=2, help="logs at a time (default 2)")
    parser.add_argument("--verbose", action="store_true", help="show what was missed and what was a false alarm")
    given = parser.parse_args()
    seed = given.seed
    if given.release:
        head = subprocess.run(["git", "rev-parse", "HEAD"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
        seed = int(head.strip()[:8], 16)
        print(f"seed {seed} from commit {head.strip()[:12]}")
    worlds = [*draw_worlds(given.logs or (SMOKE if given.smoke else LOGS), seed)]
    if given.only:
        worlds = [World(s, clean=s % 100_000 % CLEAN_EVERY == CLEAN_EVERY - 1) for s in given.only]
    judged = []
    with ProcessPoolExecutor(given.jobs, mp_context=get_context("spawn")) as pool:
        for one in pool.map(study, worlds):
            judged.append(one)
            if given.verbose:
                tell(one)
                sys.stdout.flush()
    met = report(judged)
    return 0 if met or given.smoke else 1


if __name__ == "__main__":
    sys.exit(main())
