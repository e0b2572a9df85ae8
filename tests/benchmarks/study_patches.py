"""Does every patch hold? Advice on planted logs and on clean ones: patches apply, validate, and say something new.

    python tests/benchmarks/study_patches.py                  240 logs
    python tests/benchmarks/study_patches.py --smoke          a few small ones, as in CI

The logs are those of `study_planted` (random processes with 0 to 4 problems; every sixth is clean), each with its
definition; half of the clean ones are given without it, as a log that comes alone. For every recommendation with a
patch, in a folder of its own: `git apply` takes it, the workspace has no problem that it had not before, every scenario
comes true as it did before (the world has one that is played from the definition) or the patch brings it changed, and
the text it adds is not in the definition yet. A recommendation that is adopted is not given again.

A clean log with any recommendation is a false alarm: the bar is 5 % of the clean logs.

Exit status 1 if a bar is missed (in a smoke: if a patch fails; few clean logs say nothing of a share).
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
import time
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from multiprocessing import get_context
from pathlib import Path

from planted_worlds import World

LOGS, SMOKE = 240, 4
CLEAN_EVERY = 3
ALARMS = 0.05


@dataclass(slots=True)
class Outcome:
    """One log: what was recommended, how many patches were tried, and what went wrong with which."""

    seed: int
    clean: bool
    planted: tuple[str, ...]
    remedies: list[str] = field(default_factory=list)
    patches: int = 0
    retold: int = 0
    faults: list[str] = field(default_factory=list)
    titles: list[str] = field(default_factory=list)
    cpu_s: float = 0.0


def study(world: World) -> Outcome:
    """Play a world, ask for advice, and try every patch."""
    from study_planted import find

    from svcflow.advice import recommend

    began = time.process_time()
    outcome = Outcome(world.seed, world.clean, tuple(p["kind"] for p in world.problems))
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "workspace"
        folder.mkdir()
        workspace, planted, _ = world.play(folder)
        mapping = world.write(planted, Path(name) / "log.csv")
        _write_scenario(folder, world)
        workspace = _load(folder)
        definition = None if world.clean and not world.defined else workspace
        log, mined, findings = find(Path(name) / "log.csv", mapping, definition)
        advice = recommend(findings, log, mined, definition, most=None)
        for one in advice:
            outcome.remedies.append(one.remedy)
            outcome.titles.append(one.title["en"])
            if one.patch:
                outcome.patches += 1
                outcome.retold += "scenarios.yaml" in one.patch
                outcome.faults += [f"{one.remedy}: {fault}" for fault in _try(one.patch, folder, Path(name))]
    outcome.cpu_s = time.process_time() - began
    return outcome


def _load(folder: Path):
    from svcflow.definitions import load

    return load(folder)


def _write_scenario(folder: Path, world: World) -> None:
    """Write a scenario of one case that goes the main way, and what comes of it."""
    flow = world.flow
    roles = {step: "intake" if len(flow.owners[step]) == 2 else flow.owners[step][0].lower() for step in flow.steps}
    events = [
        f"      - 2026-03-02T{9 + minute // 60:02d}:{minute % 60:02d} {step} {roles[step]}:p{i}"
        for i, step in enumerate(flow.steps)
        if step not in flow.optional
        for minute in [i]
    ]
    text = [
        "svcflow: 1", "scenarios: world", "start: 2026-03-02",
        "base: {kind: b, priority: low, verdict: accepted, topic: price}", "cases:", "  main_way:", "    events:",
        *events, "    expect: {outcome: done, slas: {resolution: met}}",
    ]  # fmt: skip
    (folder / "world.scenarios.yaml").write_text("\n".join(text) + "\n", "utf-8")


def _try(patch: str, folder: Path, scratch: Path) -> list[str]:
    """Return what is wrong with a patch."""
    import shutil

    from svcflow.definitions import check
    from svcflow.execution.scenarios import run_scenarios

    copy = scratch / "copy"
    shutil.rmtree(copy, ignore_errors=True)
    shutil.copytree(folder, copy)
    done = subprocess.run(["git", "apply", "-"], cwd=copy, input=patch.encode(), capture_output=True, check=False)
    if done.returncode:
        return [f"does not apply: {done.stderr.decode().strip()[:200]}"]
    before, known = check(folder)
    after, edited = check(copy)
    old = {(p.code, p.message) for p in before if p.severity != "info"}
    faults = [f"{p.code} {p.message}" for p in after if p.severity != "info" and (p.code, p.message) not in old]
    if edited is None or known is None:
        return [*faults, "the workspace cannot be used"]
    broken = {v.scenario.id for v in run_scenarios(known) if v.problems}
    faults += [f"scenario {v.scenario.id}" for v in run_scenarios(edited) if v.problems and v.scenario.id not in broken]
    lines = {row.strip() for file in folder.glob("*.yaml") for row in file.read_text("utf-8").split("\n")}
    added = [row[1:].strip() for row in patch.split("\n") if row.startswith("+") and not row.startswith("+++")]
    if all(row in lines for row in added if row):
        faults.append("says nothing new")
    return faults


def draw_worlds(number: int, seed: int):
    """Yield the worlds of a study; every third is clean."""
    for i in range(number):
        yield World(seed * 100_000 + i, clean=i % CLEAN_EVERY == CLEAN_EVERY - 1)


def report(outcomes: list[Outcome], *, smoke: bool) -> bool:
    """Print the counts; return whether every bar is met."""
    remedies = Counter(remedy for o in outcomes for remedy in o.remedies)
    for remedy, count in sorted(remedies.items(), key=lambda item: (-item[1], item[0])):
        print(f"{remedy:26}{count:6}")
    clean = [o for o in outcomes if o.clean]
    alarms, patches = sum(bool(o.remedies) for o in clean), sum(o.patches for o in outcomes)
    faults = [f"seed {o.seed}: {fault}" for o in outcomes for fault in o.faults]
    retold, struck = sum(o.retold for o in outcomes), [o for o in outcomes if o.planted]
    advised = sum(bool(o.remedies) for o in struck)
    print(f"{len(outcomes)} logs, {patches} patches ({retold} with a changed scenario), {len(faults)} faults")
    print(f"advice on {advised} of {len(struck)} logs with a problem; {sum(o.cpu_s for o in outcomes):.0f} s CPU")
    share = alarms / max(len(clean), 1)
    print(f"clean logs with advice: {alarms} of {len(clean)}, {share:.3f} (bar <= {ALARMS})")
    for fault in faults:
        print(f"  {fault}")
    return not faults and (smoke or share <= ALARMS)


def main() -> int:
    """Run the study."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--smoke", action="store_true", help="a few small logs")
    parser.add_argument("--logs", type=int, default=None, help=f"how many logs (default {LOGS})")
    parser.add_argument("--seed", type=int, default=11, help="the first seed (default 11)")
    parser.add_argument("--jobs", type=int, default=2, help="logs at a time (default 2)")
    parser.add_argument("--verbose", action="store_true", help="show what was recommended in each log")
    given = parser.parse_args()
    outcomes = []
    with ProcessPoolExecutor(given.jobs, mp_context=get_context("spawn")) as pool:
        for one in pool.map(study, draw_worlds(given.logs or (SMOKE if given.smoke else LOGS), given.seed)):
            outcomes.append(one)
            if given.verbose:
                print(f"seed {one.seed}{' clean' if one.clean else ''}: {', '.join(one.planted) or '-'}")
                print(
                    "".join(f"    {remedy}: {title}\n" for remedy, title in zip(one.remedies, one.titles, strict=True))
                )
                print("".join(f"    FAULT {fault}\n" for fault in one.faults), end="")
                sys.stdout.flush()
    return 0 if report(outcomes, smoke=given.smoke) else 1


if __name__ == "__main__":
    sys.exit(main())
