"""Random single edits of the five definitions: is every one that changes a verdict reported by somebody?

Each definition is edited once (a reference misspelt or turned, a key dropped, numbers swapped, an item moved, a
condition broken...), and the edited one is judged as its author would: by `svcflow validate` (a new error or warning),
by `svcflow test` (a scenario that ends otherwise) and by `svcflow diff` (behaviours or duties told to differ). Whether
the edit matters is decided by cases: 1,000 played from the original definition, a third of them disturbed (events lost,
twice, in another order, by somebody else), are executed by both. An edit *matters* if the outcome or the cost of any
case, or any clock (of an SLA, a ladder, a duty, a step's target) differs, or if the edited one cannot be executed.

    python tests/benchmarks/study_mutations.py                500 edits, 1,000 traces a definition
    python tests/benchmarks/study_mutations.py --smoke        few edits and traces, as in CI

Exit status 1 if an edit that matters is reported by nobody, or if any of these ends in a traceback.
"""

from __future__ import annotations

import argparse
import csv
import io
import random
import sys
import tempfile
import traceback
from collections import Counter
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import yaml
from study_edits import Edit, Tree, edit

ROOT = Path(__file__).parents[2]
WORKFLOWS = ROOT / "workflows"
PROCESSES = ("callback", "complaint", "escalation", "inquiry", "intake")
SEEN_BY = ("validate", "test", "diff")


@dataclass
class Judged:
    """One edit: who reports it, what it changes for cases, and the traceback if there was one."""

    process: str
    edit: Edit
    seen: set[str] = field(default_factory=set)
    changes: set[str] = field(default_factory=set)
    crash: str = ""

    @property
    def matters(self) -> bool:
        """Return whether outcome, cost or a clock of any case changes, or nothing can be executed."""
        return bool(self.changes & {"refused", "outcome", "cost", "clock"})


class Subject:
    """One definition with its organisation and scenarios, and what is true of it before any edit."""

    def __init__(self, process: str, folder: Path, traces: int) -> None:
        from svcflow.definitions import load
        from svcflow.documents import plain, read
        from svcflow.eventlog import read_log
        from svcflow.generation import generate
        from svcflow.generation.export import to_yaml

        self.process, self.folder = process, folder
        for file in (WORKFLOWS / "org.svcflow.yaml", *WORKFLOWS.glob(f"{process}.*.yaml")):
            (folder / file.name).write_bytes(file.read_bytes())
        self.tree: Tree = plain(read(folder / f"{process}.svcflow.yaml").root)
        self.write(self.tree)
        self.workspace = load(folder)
        played = generate(self.workspace, process=process, cases=traces, seed=7, start=date(2026, 1, 5), weeks=8)
        log = folder / "log.csv"
        log.write_text(disturb(played.csv, random.Random(7)), encoding="utf-8")
        log.with_suffix(".mapping.yaml").write_text(to_yaml(played.mapping), encoding="utf-8")
        self.log = read_log(log, log.with_suffix(".mapping.yaml"))
        self.problems = self._problems()[0]
        self.scenarios = self._scenarios(self.workspace)
        self.verdicts = self._verdicts(self.workspace)

    def write(self, tree: Tree) -> None:
        text = yaml.safe_dump(tree, allow_unicode=True, sort_keys=False, width=10_000)
        (self.folder / f"{self.process}.svcflow.yaml").write_text(text, encoding="utf-8")

    def judge(self, made: Edit) -> Judged:
        """Return who reports an edit, and what it changes."""
        found = Judged(self.process, made)
        self.write(made.tree)
        try:
            self._judge(found)
        except Exception:  # noqa: BLE001 - the study is after these
            found.crash = traceback.format_exc()
        return found

    def _judge(self, found: Judged) -> None:
        from svcflow.definitions.difference import compare_versions, version_of
        from svcflow.errors import SvcflowError

        problems, workspace = self._problems()
        if problems - self.problems:
            found.seen.add("validate")
        if workspace is None:
            found.changes.add("refused")
            return
        try:
            if self._scenarios(workspace) != self.scenarios:
                found.seen.add("test")
            if not compare_versions(version_of(self.workspace), version_of(workspace)).same:
                found.seen.add("diff")
            after = self._verdicts(workspace)
        except SvcflowError as error:
            found.seen.add("validate" if "validate" in found.seen else f"refused late: {error.message}")
            found.changes.add("refused")
            return
        found.changes |= {kind for kind, rows in self.verdicts.items() if after[kind] != rows}

    def _problems(self) -> tuple[Counter[tuple[str, str]], Any]:
        from svcflow.definitions import check

        problems, workspace = check(self.folder)
        told = Counter((p.code, p.message) for p in problems if p.severity != "info")
        return told, workspace

    @staticmethod
    def _scenarios(workspace: Any) -> list[tuple[str, tuple[str, ...]]]:
        from svcflow.execution.scenarios import run_scenarios

        return [(v.scenario.id, tuple(p.message for p in v.problems)) for v in run_scenarios(workspace)]

    def _verdicts(self, workspace: Any) -> dict[str, Counter[tuple[Any, ...]]]:
        """Return all that is said of each case, by what it is about."""
        from svcflow.execution import execute

        runs = execute(workspace, self.log)
        said: dict[str, Counter[tuple[Any, ...]]] = {k: Counter() for k in ("outcome", "cost", "clock", "other")}
        for name, run in runs.processes.items():
            for row in run.cases:
                said["outcome"][(name, row["case"], row["outcome"], row["closed"])] += 1
                said["cost"][(name, row["case"], row["cost"])] += 1
                said["other"][(name, row["case"], row["conforming"], row["pending"])] += 1
            for frame in (run.clocks, run.rungs, run.obligations):
                said["clock"].update(tuple(map(str, row.values())) for row in frame)
            for row in run.deviations:
                kind = "clock" if row["code"] in ("D401", "D402", "D403", "D404", "D502") else "other"
                at = (row["case"], row["code"], row["step"], row["time"], row["value"], row["limit"])
                said[kind][tuple(map(str, at))] += 1
        return said


def disturb(text: str, chance: random.Random) -> str:
    """Return a log of which a third of the cases have an event lost, twice, elsewhere, or by somebody else."""
    header, *rows = csv.reader(io.StringIO(text))
    cases: dict[str, list[list[str]]] = {}
    for row in rows:
        cases.setdefault(row[0], []).append(row)
    for events in cases.values():
        if chance.random() < 1 / 3:
            at, other = chance.randrange(len(events)), chance.randrange(len(events))
            match chance.randrange(4):
                case 0 if len(events) > 1:
                    del events[at]
                case 1:
                    events.insert(at, list(events[at]))
                case 2:
                    # All but the case and the time change places.
                    for column in range(len(header)):
                        if header[column].lower() not in ("case", "case id", "time", "timestamp") and column:
                            a, b = events[at][column], events[other][column]
                            events[at][column], events[other][column] = b, a
                case _:
                    stranger = chance.choice(chance.choice([*cases.values()]))
                    events[at] = [*events[at][:1], *stranger[1:2], *events[at][2:]]
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(row for events in cases.values() for row in events)
    return out.getvalue()


def report(found: list[Judged], traces: int) -> int:
    """Print the shares, and what escaped; return how many edits that matter nobody reports, or that crash."""
    kinds = sorted({judged.edit.kind for judged in found})
    print(f"{len(found)} edits of {len(PROCESSES)} definitions, {traces:,} traces each\n")
    print(f"{'edit':22}{'made':>6}{'matter':>8}" + "".join(f"{name:>10}" for name in SEEN_BY) + f"{'any':>8}")
    rows = {kind: [j for j in found if j.edit.kind == kind] for kind in kinds}
    rows |= {"all": found, "all that can run": [j for j in found if "refused" not in j.changes]}
    for kind, made in rows.items():
        matter = [j for j in made if j.matters]
        shares = [sum(name in j.seen for j in matter) for name in SEEN_BY] + [sum(bool(j.seen) for j in matter)]
        cells = [f"{share / len(matter):.1%}" if matter else "-" for share in shares]
        told = "".join(f"{cell:>10}" for cell in cells[:-1])
        print(f"{kind:22}{len(made):6}{len(matter):8}{told}{cells[-1]:>8}")
    quiet = [j for j in found if not j.matters and not j.crash]
    seen = sum(bool(j.seen) for j in quiet)
    print(f"\n{len(quiet)} edits change no outcome, cost or clock; {seen} of them are reported")
    others = [j for j in quiet if "other" in j.changes]
    print(f"{len(others)} change other deviations alone; {sum(bool(j.seen) for j in others)} of them are reported")
    failed = 0
    for judged in found:
        told = f"{judged.process}: {judged.edit.kind}: {judged.edit.said[:160]}"
        if judged.crash:
            print(f"\nTRACEBACK {told}\n{judged.crash}")
        elif judged.matters and not judged.seen:
            print(f"ESCAPED {told}: changes {', '.join(sorted(judged.changes))}")
        elif "other" in judged.changes and not judged.seen:
            print(f"note: {told}: changes other deviations, reported by nobody")
        elif late := [text for text in judged.seen if text.startswith("refused late")]:
            print(f"LATE {told}: {late[0]}")
        failed += bool(judged.crash) or (judged.matters and not judged.seen)
    return failed


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--edits", type=int, default=500)
    parser.add_argument("--traces", type=int, default=1_000, help="so many cases of each definition")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--smoke", action="store_true", help="40 edits, 60 traces")
    given = parser.parse_args()
    edits, traces = (40, 60) if given.smoke else (given.edits, given.traces)
    chance = random.Random(given.seed)
    found: list[Judged] = []
    with tempfile.TemporaryDirectory() as home:
        for number, process in enumerate(PROCESSES):
            folder = Path(home) / process
            folder.mkdir()
            subject = Subject(process, folder, traces)
            share = edits * (number + 1) // len(PROCESSES) - len(found)
            found += [subject.judge(edit(subject.tree, chance)) for _ in range(share)]
            print(f"{process}: {share} edits judged", file=sys.stderr, flush=True)
    return int(bool(report(found, traces)))


if __name__ == "__main__":
    sys.exit(main())
