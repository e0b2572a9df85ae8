"""Damaged definitions by the hundred thousand: `svcflow validate` gives a verdict on each, soon and in little memory.

Inputs begin as the five workflows, the example workspaces and the *Wrong* and *Right* of every rule's manual; they are
damaged in bytes, lines, tokens and structure, and spliced with each other. An input that reaches code which none before
it reached, or is answered by a new problem, is kept and damaged further. Each is judged in this process by
`check_all`, the same call that the command makes; what is new, and a tenth of the rest, is written in one of its
formats.

A crash is any exception but `SvcflowError`; a hang takes more than 2 s of CPU time; 500 MB is the most memory.

    python tests/benchmarks/fuzz_validate.py --count 100000 --seed 1
    python tests/benchmarks/fuzz_validate.py --smoke             some hundreds, as in CI

What fails is kept in the folder of --keep, each kind of crash once. Exit status 1 if anything failed.
"""

from __future__ import annotations

import argparse
import faulthandler
import importlib.util
import os
import random
import re
import resource
import signal
import sys
import tempfile
import time
import traceback
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType, ModuleType
from typing import Any

import fuzz_probes
from fuzz_mutations import Files, mutate

ROOT = Path(__file__).parents[2]
LONGEST_S, MOST_MB = 2.0, 500
SMOKE = 400
_FAILED: frozenset[object] = frozenset({"failed"})
PROBED = ("svcflow.definitions", "svcflow.documents", "svcflow.guards", "svcflow.calendars")


class HangError(BaseException):
    """The time for one input is over. No `except Exception` holds it."""


@dataclass
class Tally:
    """What came of the inputs; `failures` by kind and place, each with the number of inputs it came of."""

    inputs: int = 0
    answers: Counter[str] = field(default_factory=Counter)
    codes: Counter[str] = field(default_factory=Counter)
    failures: Counter[str] = field(default_factory=Counter)
    slowest_s: float = 0.0
    peak_mb: float = 0.0


def seeds() -> Iterator[Files]:
    """Yield the workspaces that inputs begin as."""
    workflows = ROOT / "workflows"
    shared = workflows / "org.svcflow.yaml"
    for file in sorted(workflows.glob("*.svcflow.yaml")):
        if file != shared:
            name = file.name.partition(".")[0]
            mine = (shared, *sorted(workflows.glob(f"{name}.*.yaml")))
            yield {path.name: path.read_bytes() for path in mine}
    for folder in (ROOT / "tests/definitions/examples", *sorted((ROOT / "tests/workspaces").iterdir())):
        if folder.is_dir():
            yield {path.name: path.read_bytes() for path in sorted(folder.glob("*.yaml"))}
    yield from _manuals()


def _manuals() -> Iterator[Files]:
    from svcflow.definitions import rules

    workbench = _load(ROOT / "tests/definitions/workbench.py")
    for rule in rules.catalogue().values():
        for heading in ("Wrong", "Right"):
            found = re.search(rf"^{heading}::\n\n((?:    .*\n|\n)+)", (rule.__doc__ or "") + "\n", re.MULTILINE)
            if found:
                with tempfile.TemporaryDirectory() as folder:
                    workbench.write(Path(folder), re.sub(r"^    ", "", found[1], flags=re.MULTILINE))
                    yield {path.name: path.read_bytes() for path in sorted(Path(folder).iterdir())}


def _load(path: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


class Fuzzer:
    """A corpus that grows by what is new, and a folder in which each input is written and judged."""

    def __init__(self, chance: random.Random, probes: fuzz_probes.Probes, folders: tuple[Path, Path]) -> None:
        self.tally = Tally()
        self._chance = chance
        self._probes = probes
        self._folder, self._keep = folders
        self._written: Files = {}
        self._said: frozenset[object] = frozenset()
        self.corpus: list[Files] = []
        for files in seeds():
            self._try(files)
            self.corpus.append(files)

    def step(self) -> None:
        """Damage a member of the corpus and judge it; the small, which are soon judged, are chosen more often."""
        corpus, chance = self.corpus, self._chance
        begun = chance.choices(corpus, k=chance.choice((1, 4, 4, 4, 4, 4)))
        files = mutate(min(begun, key=lambda files: sum(map(len, files.values()))), chance.choice(corpus), chance)
        if self._try(files):
            corpus.append(files)

    def _try(self, files: Files) -> bool:
        """Judge one input and return whether it did anything new."""
        for old in self._folder.iterdir():
            if old.name not in files:
                old.unlink()
        for name, data in files.items():
            if self._written.get(name) != data:
                (self._folder / name).write_bytes(data)
        self._written = files
        self._probes.begin()
        begun = time.process_time()
        answer = self._judge(files)
        took = time.process_time() - begun
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        tally = self.tally
        if took > LONGEST_S and answer is not _FAILED:
            self._fail(f"slow: {took:.1f} s", files)
        if peak > MOST_MB >= tally.peak_mb:
            self._fail(f"memory: {peak:.0f} MB", files)
        tally.inputs += 1
        tally.slowest_s, tally.peak_mb = max(tally.slowest_s, took), max(tally.peak_mb, peak)
        said = answer - self._said
        self._said |= answer
        return self._probes.learn() > 0 or bool(said)

    def _judge(self, files: Files) -> frozenset[object]:
        from svcflow.errors import SvcflowError

        if self.tally.inputs % 200 == 0:  # for what hangs outside Python, where no signal is heard; dear, so seldom
            faulthandler.dump_traceback_later(1_200, exit=True)
        signal.setitimer(signal.ITIMER_PROF, LONGEST_S)
        try:
            answer = self._validate()
            self.tally.answers["clean" if not answer else "problems"] += 1
        except SvcflowError as error:
            self.tally.answers["refused"] += 1
            answer = frozenset({str(type(error))})
        except HangError:
            self._fail("hang: " + _place(sys.exc_info()[2]), files)
            answer = _FAILED
        except BaseException as error:
            if isinstance(error, KeyboardInterrupt | SystemExit):
                raise
            self._fail(f"crash: {type(error).__name__}: {_place(error.__traceback__)}", files)
            answer = _FAILED
        finally:
            signal.setitimer(signal.ITIMER_PROF, 0)
        return answer

    def _validate(self) -> frozenset[object]:
        from svcflow.cli import _formats
        from svcflow.definitions.workspaces import check_all
        from svcflow.findings import Position

        verdict = check_all([self._folder])
        for problem in verdict.problems:
            at = problem.position
            assert at.line >= 1, problem
            assert at.column >= 1, problem
            assert (at.line, at.column) <= (at.end_line, at.end_column), problem
            assert problem.message.isprintable(), problem
        if any(problem.severity == "error" for problem in verdict.problems) == bool(verdict.workspaces):
            raise AssertionError("a workspace with errors, or none without")
        self.tally.codes.update({problem.code for problem in verdict.problems})
        said = frozenset((p.code, _skeleton(p.message)) for p in verdict.problems)
        if said <= self._said and self._chance.random() < 0.9:
            return said
        cases = tuple(_formats.Case("validate", file, Position(file, 1, 1, 1, 1), ()) for file in verdict.files)
        forms = _formats.catalogue()
        name = self._chance.choice(sorted(forms))
        assert isinstance(forms[name].write(_formats.Report(verdict.problems, verdict.files, cases)), str)
        return said

    def _fail(self, kind: str, files: Files) -> None:
        self.tally.failures[kind] += 1
        if self.tally.failures[kind] > 1:
            return
        print(f"FAILED {kind}", file=sys.stderr, flush=True)
        folder = self._keep / f"{len(self.tally.failures):03}"
        folder.mkdir(parents=True, exist_ok=True)
        for name, data in files.items():
            (folder / name).write_bytes(data)
        (folder / "failure.txt").write_text(f"{kind}\n\n{traceback.format_exc()}", encoding="utf-8")


def _skeleton(message: str) -> str:
    """Return a message without what it quotes and counts: two of the same sort are one."""
    return re.sub(r"'[^']*'|[\d.,]+", "", message)[:60]


def _place(trace: Any) -> str:
    """Return where in svcflow an exception was raised."""
    frames = [frame for frame in traceback.extract_tb(trace) if "svcflow" in frame.filename]
    return f"{Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else "outside"


def _stop(number: int, frame: FrameType | None) -> None:
    raise HangError


def report(tally: Tally, fuzzer: Fuzzer, probes: fuzz_probes.Probes, took: float) -> None:
    """Print what came of all inputs."""
    print(f"{tally.inputs:,} inputs in {took:,.0f} s of CPU time, {len(fuzzer.corpus):,} kept for being new")
    print(f"blocks of code reached: {probes.reached:,} of {probes.count:,}")
    print("answers: " + ", ".join(f"{name} {count:,}" for name, count in sorted(tally.answers.items())))
    print(f"rules that spoke: {len(tally.codes)}; slowest input {tally.slowest_s:.2f} s; peak {tally.peak_mb:.0f} MB")
    for kind, count in tally.failures.most_common():
        print(f"FAILED {kind} ({count:,} inputs)")


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--count", type=int, default=100_000, help="so many inputs")
    parser.add_argument("--seconds", type=float, default=float("inf"), help="stop after so much CPU time")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--keep", type=Path, default=Path(tempfile.gettempdir()) / "svcflow-fuzz")
    parser.add_argument("--smoke", action="store_true", help=f"{SMOKE} inputs")
    given = parser.parse_args()
    signal.signal(signal.SIGPROF, _stop)
    probes = fuzz_probes.install(PROBED)
    memory = Path("/dev/shm") if Path("/dev/shm").is_dir() and os.access("/dev/shm", os.W_OK) else None
    begun = time.process_time()
    with tempfile.TemporaryDirectory(dir=memory) as folder:
        fuzzer = Fuzzer(random.Random(given.seed), probes, (Path(folder), given.keep))
        count = SMOKE if given.smoke else given.count
        while fuzzer.tally.inputs < count and time.process_time() - begun < given.seconds:
            fuzzer.step()
            if fuzzer.tally.inputs % 5_000 == 0:
                report(fuzzer.tally, fuzzer, probes, time.process_time() - begun)
                sys.stdout.flush()
    report(fuzzer.tally, fuzzer, probes, time.process_time() - begun)
    return int(bool(fuzzer.tally.failures))


if __name__ == "__main__":
    sys.exit(main())
