"""`svcflow` on generated dialects of exports, without a mapping: what it takes each for, against the truth.

Every variety of shape in every language of headers, with drawn delimiters, encodings, ways to write times, quotes,
noise and compressions (see `dialects`). Times that cannot be read for certain (no day above 12) must be refused, and
for that reason; everything else must be read right. What is read wrongly in silence is the worst and must not occur.

    python tests/benchmarks/bench_dialects.py            all of them, the confusion tables
    python tests/benchmarks/bench_dialects.py --smoke    one in ten

Exit status 1 where any is wrong, missing, or refused without need.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from dialects import ROLES, Sample, list_dialects, make, write

SHAPES = ("events", "history", "milestones", "snapshots", "refused")
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
REASON = "does not tell day from month"


@dataclass
class Verdict:
    """What became of one sample: the shape it was taken for, each role's fate, and what is wrong."""

    shape: str
    roles: dict[str, str] = field(default_factory=dict)
    wrong: list[str] = field(default_factory=list)
    reason: str = ""


def judge(sample: Sample, path: Path) -> Verdict:
    """Read one sample as any command does, and compare it with the truth."""
    from svcflow.errors import SvcflowError
    from svcflow.eventlog import read_log

    try:
        log = read_log(path)
    except SvcflowError as error:
        verdict = Verdict("refused", reason=error.message)
        if not sample.dialect.refused:
            verdict.wrong.append(f"refused: {error.message[:160]}")
        elif REASON not in error.message:
            verdict.wrong.append(f"refused for another reason: {error.message[:160]}")
        return verdict
    truth, found = sample.truth, {role.role: role.column for role in log.roles}
    verdict = Verdict(found["shape"])
    if sample.dialect.refused:
        verdict.wrong.append("IN SILENCE: times guessed that say nothing")
    if found["shape"] != sample.dialect.shape:
        verdict.wrong.append(f"IN SILENCE: shape {found['shape']}")
    for role in ROLES:
        verdict.roles[role] = fate = _compare(truth.roles.get(role), found.get(role), shape=found["shape"])
        if fate in ("wrong", "missing"):
            verdict.wrong.append(f"IN SILENCE: {role} {found.get(role)!r} for {truth.roles.get(role)!r}")
    steps = {role.column for role in log.roles if role.role.startswith("milestone ")}
    if steps != truth.milestones:
        verdict.wrong.append(f"IN SILENCE: milestones {sorted(steps ^ truth.milestones)}")
    first, last = (EPOCH + timedelta(milliseconds=int(at)) for at in (log.time.min(), log.time.max()))
    if sample.dialect.variety != "pairs" and (first, last) != (truth.first, truth.last):
        verdict.wrong.append(f"IN SILENCE: from {first} to {last}, not {truth.first} to {truth.last}")
    if (log.cases, log.events) != (truth.cases, truth.events):
        verdict.wrong.append(f"IN SILENCE: {log.cases} cases, {log.events} events for {truth.cases}, {truth.events}")
    return verdict


def _compare(true: str | None, found: str | None, *, shape: str) -> str:
    if shape == "milestones" and true is None and found is None:
        return "rightly none"
    if true == found:
        return "right" if true else "rightly none"
    if found is None:
        return "missing"
    made = shape == "history" and found in ("assignee", "assigned group")
    return "rightly none" if true is None and made else "wrong"


def run(samples: list[Sample]) -> list[tuple[Sample, Verdict]]:
    """Judge all samples."""
    with tempfile.TemporaryDirectory() as folder:
        return [(sample, judge(sample, write(sample, Path(folder)))) for sample in samples]


def report(judged: list[tuple[Sample, Verdict]]) -> int:
    """Print the confusion tables and what is wrong; return how many samples are."""
    shapes = Counter((s.dialect.shape if not s.dialect.refused else "refused", v.shape) for s, v in judged)
    print(f"{'truth / taken for':20}" + "".join(f"{shape:>12}" for shape in SHAPES))
    for true in SHAPES:
        print(f"{true:20}" + "".join(f"{shapes[true, found]:12}" for found in SHAPES))
    fates = Counter((role, fate) for _, verdict in judged for role, fate in verdict.roles.items())
    names = ("right", "rightly none", "missing", "wrong")
    print(f"\n{'role':20}" + "".join(f"{name:>14}" for name in names))
    for role in ROLES:
        print(f"{role:20}" + "".join(f"{fates[role, name]:14}" for name in names))
    print()
    for axis in ("variety", "language", "encoding", "delimiter", "times", "quoting", "compression"):
        total = Counter(repr(getattr(s.dialect, axis)) for s, _ in judged)
        right = Counter(repr(getattr(s.dialect, axis)) for s, v in judged if not v.wrong)
        print(f"{axis:12} " + ", ".join(f"{name} {right[name]}/{count}" for name, count in sorted(total.items())))
    wrong = [(sample, verdict) for sample, verdict in judged if verdict.wrong]
    for sample, verdict in wrong:
        print(f"\nWRONG {sample.dialect}\n  " + "\n  ".join(verdict.wrong))
    silent = sum(any(text.startswith("IN SILENCE") for text in v.wrong) for _, v in wrong)
    refused = sum(s.dialect.refused for s, _ in judged)
    print(f"\n{len(judged)} dialects, {refused} of them to be refused: {len(judged) - len(wrong)} right")
    print(f"wrong in silence: {silent}; refused without need or for another reason: {len(wrong) - silent}")
    return len(wrong)


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--smoke", action="store_true", help="one dialect in ten")
    parser.add_argument("--rounds", type=int, default=4, help="how often every shape meets every language")
    parser.add_argument("--keep", metavar="NUMBER", type=int, help="write the file of one dialect here, and stop")
    given = parser.parse_args()
    dialects = list(list_dialects(given.rounds))
    if given.keep is not None:
        print(write(make(dialects[given.keep]), Path.cwd()))
        return 0
    begun = time.process_time()
    wrong = report(run([make(dialect) for dialect in (dialects[::10] if given.smoke else dialects)]))
    print(f"{time.process_time() - begun:.1f} s CPU")
    return int(wrong > 0)


if __name__ == "__main__":
    sys.exit(main())
