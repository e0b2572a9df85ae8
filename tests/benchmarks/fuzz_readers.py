"""Damaged exports by the hundred thousand: each reader gives a log, or one clear line; never a wrong count in silence.

Inputs begin as small exports in every format that is read (`fuzz_exports.py`), are damaged (`fuzz_damage.py`) or are
bombs (`fuzz_bombs.py`), and are read by `read_log` in worker processes. What fails:

- an exception other than InputError and its children, or a message that is not one printable line with a hint;
- a log whose events, dropped rows and passed rows together are not what a plain parser counts (`fuzz_counts.py`);
- more than 5 s of CPU time, more than 1 GB of memory, the death of the process.

    python tests/benchmarks/fuzz_readers.py --count 100000 --seed 1
    python tests/benchmarks/fuzz_readers.py --smoke             2,000 inputs, as in CI
    python tests/benchmarks/fuzz_readers.py --only 4711         one input by its number, with its traceback

An input follows from seed and number alone. What fails is kept in the folder of --keep, each kind of failure once.
Exit status 1 if anything failed.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing as mp
import os
import random
import re
import resource
import shutil
import signal
import sys
import tempfile
import time
import traceback
from collections import Counter
from dataclasses import dataclass, field
from multiprocessing.connection import Connection, wait
from pathlib import Path
from types import FrameType
from typing import Any

import fuzz_bombs
import fuzz_counts
from fuzz_damage import Input, damage
from fuzz_exports import exports

LONGEST_S, MOST_MB = 5.0, 1024
SHARE = 5_000
"""Inputs that one process judges: libraries keep some kilobytes of each, which are no input's own."""

SMOKE = 2_000
BOMBS_EVERY = 97
"""Every so manieth input is a bomb, until all have been tried."""


class HangError(BaseException):
    """The time for one input is over. No `except Exception` holds it."""


@dataclass
class Outcome:
    """What came of one input; `failure` names the kind of fault, or is empty."""

    number: int
    kind: str
    how: str
    answer: str
    failure: str = ""
    detail: str = ""
    took_s: float = 0.0


@dataclass
class Tally:
    """What came of all inputs."""

    answers: Counter[tuple[str, str]] = field(default_factory=Counter)
    checked: Counter[str] = field(default_factory=Counter)
    failures: Counter[str] = field(default_factory=Counter)
    slowest: tuple[float, str] = (0.0, "")
    peak_mb: float = 0.0


def make_input(seed: int, number: int) -> Input:
    """Return an input by its number."""
    if number % BOMBS_EVERY == 0 and number // BOMBS_EVERY < len(fuzz_bombs.bombs()):
        return fuzz_bombs.bombs()[number // BOMBS_EVERY]
    chance = random.Random(f"{seed}:{number}")
    kinds = sorted({export.kind for export in exports()})
    kind = chance.choice(kinds)
    return damage(chance.choice([e for e in exports() if e.kind == kind]), chance.choice(exports()), chance)


def judge(given: Input, folder: Path) -> tuple[str, str, str]:
    """Read one input and return the answer, the failure (or nothing) and its detail."""
    from svcflow.errors import InputError
    from svcflow.eventlog import read_log
    from svcflow.eventlog.inspection import inspect

    for name, data in given.files.items():
        (folder / name).write_bytes(data)
    mapping = folder / given.stated if given.stated else given.mapping or None
    try:
        log = read_log(folder / given.read, mapping, on_bad_rows="drop" if given.drop else "stop")
        json.dumps(inspect(log))  # attributes are read when they are asked for
    except InputError as error:
        text = error.message + error.hint
        fine = error.message and error.hint and text.isprintable() and len(text) < 4_000
        return f"refused: {type(error).__name__}", "" if fine else f"message: {_skeleton(error.message)}", repr(text)
    except (HangError, KeyboardInterrupt):
        raise
    except BaseException as error:  # noqa: BLE001 - whatever it is, it is a failure
        place = _place(error)
        return "crash", f"crash: {type(error).__name__}: {place}", traceback.format_exc()
    assert log.offsets[-1] == log.instances == len(log.activity) == len(log.team) == len(log.resource)
    told, true = fuzz_counts.accounted(log), fuzz_counts.count(given, log)
    if true is None:
        return "log", "", ""
    if told not in true:
        expected = f"{sorted(true)} rows" if true else "to be refused"
        return "log, counted", f"wrong count: {given.kind}, {given.how}", f"{told} rows said, {expected}; {log.notes}"
    return "log, counted", "", ""


def work(pipe: Connection, seed: int, numbers: list[int], now: Any) -> None:
    """Judge inputs one after the other, and send what came of each."""
    import pyarrow as pa

    pa.set_cpu_count(1)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    signal.signal(signal.SIGPROF, _stop)
    memory = Path("/dev/shm") if os.access("/dev/shm", os.W_OK) else None
    with tempfile.TemporaryDirectory(dir=memory) as home:
        tempfile.tempdir = home
        peak = _peak_mb()
        for number in numbers[:SHARE]:
            now[0], now[1] = number, time.process_time()
            outcome = _try(seed, number, Path(home) / "input")
            grown, peak = peak, _peak_mb()
            if peak > MOST_MB >= grown and not outcome.failure:
                outcome.failure = f"memory: {outcome.kind}, {outcome.how}"
                outcome.detail = f"{peak:.0f} MB"
            pipe.send((outcome, peak))
            if peak > MOST_MB:
                break
    pipe.send(None)


def _try(seed: int, number: int, folder: Path) -> Outcome:
    given = make_input(seed, number)
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    begun = time.process_time()
    signal.setitimer(signal.ITIMER_PROF, LONGEST_S)
    try:
        answer, failure, detail = judge(given, folder)
    except HangError as error:
        answer, failure, detail = "hang", f"hang: {_place(error)}", traceback.format_exc()
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
    took = time.process_time() - begun
    if took > LONGEST_S and not failure:
        failure = f"slow: {given.kind}, {given.how}"
        detail = f"{took:.1f} s"
    return Outcome(number, given.kind, given.how, answer, failure, detail, took)


def _stop(number: int, frame: FrameType | None) -> None:
    raise HangError


def _peak_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _place(error: BaseException) -> str:
    """Return where in svcflow an exception was raised."""
    frames = [frame for frame in traceback.extract_tb(error.__traceback__) if "/svcflow/" in frame.filename]
    return f"{Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else "outside"


def _skeleton(message: str) -> str:
    """Return a message without what it quotes and counts: two of the same sort are one."""
    return re.sub(r"'[^']*'|[\d.,]+", "", message)[:60]


class Worker:
    """A process that judges a share of the inputs; it is started anew where one kills it."""

    def __init__(self, seed: int, numbers: list[int]) -> None:
        self._seed, self._left = seed, numbers
        self.start()

    def start(self) -> None:
        """Start a process for what is left."""
        context = mp.get_context("fork")
        self.pipe, theirs = context.Pipe(duplex=False)
        self.now = context.Array("d", [-1.0, 0.0], lock=False)
        self.process = context.Process(target=work, args=(theirs, self._seed, self._left, self.now), daemon=True)
        self.process.start()
        theirs.close()
        self.watched = (-1.0, 0.0)

    def take(self, outcome: Outcome) -> None:
        """Note that an input is judged."""
        while self._left and self._left[0] <= outcome.number:
            self._left = self._left[1:]

    @property
    def done(self) -> bool:
        """Return whether nothing is left."""
        return not self._left

    def bury(self) -> Outcome | None:
        """Return the failure of the input that ended the process, if one did; go on behind it."""
        self.process.join(10)
        number = int(self.now[0])
        if self.process.exitcode == 0 or number not in self._left[:1]:
            return None
        given = make_input(self._seed, number)
        how = f"death: {given.kind}, {given.how}: exit {self.process.exitcode}"
        return Outcome(number, given.kind, given.how, "death", how)

    def watch(self) -> None:
        """Kill the process where one input takes too long outside Python, where no signal is heard."""
        if self.now[0] >= 0 and self.process.pid and _cpu(self.process.pid) - self.now[1] > LONGEST_S + 3:
            self.process.kill()


def _cpu(pid: int) -> float:
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def run(seed: int, count: int, workers: int, keep: Path) -> Tally:
    """Judge `count` inputs and return what came of them; what fails is kept."""
    tally, seen = Tally(), 0
    running = [Worker(seed, list(range(at, count, workers))) for at in range(workers)]
    while running:
        for ready in wait([worker.pipe for worker in running], timeout=1.0):
            worker = next(worker for worker in running if worker.pipe is ready)
            try:
                message = worker.pipe.recv()
            except EOFError:
                message = None
            if message is not None:
                outcome, peak = message
                worker.take(outcome)
                _note(tally, outcome, seed, keep)
                tally.peak_mb = max(tally.peak_mb, peak)
                seen += 1
                if seen % 10_000 == 0:
                    report(tally, seen)
                continue
            failed = worker.bury()
            if failed:
                worker.take(failed)
                _note(tally, failed, seed, keep)
            if worker.done:
                running.remove(worker)
            else:
                worker.start()
        for worker in running:
            worker.watch()
    return tally


def _note(tally: Tally, outcome: Outcome, seed: int, keep: Path) -> None:
    tally.answers[outcome.kind, outcome.answer] += 1
    tally.slowest = max(tally.slowest, (outcome.took_s, f"{outcome.kind}, {outcome.how}, number {outcome.number}"))
    if not outcome.failure:
        return
    tally.failures[outcome.failure] += 1
    if tally.failures[outcome.failure] > 1:
        return
    print(f"FAILED {outcome.failure} (number {outcome.number})", file=sys.stderr, flush=True)
    given = make_input(seed, outcome.number)
    folder = keep / f"{outcome.number:06}"
    folder.mkdir(parents=True, exist_ok=True)
    for name, data in given.files.items():
        (folder / name).write_bytes(data)
    said = (
        f"mapping {given.mapping}, {given.stated}; on bad rows {'drop' if given.drop else 'stop'}; reads {given.read}"
    )
    (folder / "failure.txt").write_text(
        f"{outcome.failure}\n{given.how}; {said}\n\n{outcome.detail}\n", encoding="utf-8"
    )


def report(tally: Tally, seen: int) -> None:
    """Print what came of the inputs so far."""
    kinds = sorted({kind for kind, _ in tally.answers})
    print(f"{seen:,} inputs; slowest {tally.slowest[0]:.1f} s ({tally.slowest[1]}); peak {tally.peak_mb:.0f} MB")
    for kind in kinds:
        answers = sorted((answer, count) for (of, answer), count in tally.answers.items() if of == kind)
        print(f"  {kind:<12}" + ", ".join(f"{answer} {count:,}" for answer, count in answers))
    for failure, count in tally.failures.most_common():
        print(f"FAILED {failure} ({count:,} inputs)")
    sys.stdout.flush()


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--count", type=int, default=100_000, help="so many inputs")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--keep", type=Path, default=Path(tempfile.gettempdir()) / "svcflow-fuzz-readers")
    parser.add_argument("--smoke", action="store_true", help=f"{SMOKE:,} inputs")
    parser.add_argument("--only", type=int, help="judge one input, and print what came of it")
    given = parser.parse_args()
    begun = time.monotonic()
    exports()
    if given.only is not None:
        with tempfile.TemporaryDirectory() as folder:
            made = make_input(given.seed, given.only)
            print(made.kind, made.how, made.read, made.mapping, made.stated, {k: len(v) for k, v in made.files.items()})
            print(*judge(made, Path(folder)), sep="\n")
        return 0
    fuzz_bombs.bombs()
    count = SMOKE if given.smoke else given.count
    tally = run(given.seed, count, given.workers, given.keep)
    report(tally, count)
    print(f"{count / (time.monotonic() - begun):,.0f} inputs a second")
    return int(bool(tally.failures))


if __name__ == "__main__":
    sys.exit(main())
