"""Folds on Apache Spark: the same objects as in this process, over the row groups of a canonical file.

**What.** A task is a file and some of its row groups. The worker reads them with pyarrow, as this process would, and
summarises them with the folds; only states cross the wire, and this process merges and finishes them. Nothing is
shuffled, and no second implementation of any figure exists, so the tables are the same to the last byte.

**How.** ``local[N]`` and ``local[*]`` start Spark on this machine, listening on the loopback alone, without its web
pages, its log in a folder that is removed at the end. ``spark://HOST:PORT`` runs on a cluster whose workers have
svcflow in the same version and see the file under the same path. Where a Spark context runs in this process already,
as in a notebook, it is used and left as it is.

**Limits.** A log that was read from an export, or of which cases were chosen, is put into a temporary canonical file
first, which only Spark on this machine can see.

**Source.** Path A of the engines that were compared; `pyspark <https://spark.apache.org/docs/latest/api/python/>`_.
"""

from __future__ import annotations

import dataclasses
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, cast

from svcflow.engines import local
from svcflow.engines.fold import Source
from svcflow.engines.local import ROWS, Folds, Progress, States
from svcflow.engines.spark import session
from svcflow.engines.spark.work import Refusal, Work, receive
from svcflow.errors import UsageError
from svcflow.eventlog.store import stored as store
from svcflow.eventlog.store.stored import Stored
from svcflow.eventlog.store.writing import write

if TYPE_CHECKING:
    from svcflow.eventlog.log import Log

SHARES = 3
"""Tasks for each core of a cluster, so that one that is slow does not hold up the rest; on this machine it is one."""


def survey(log: Source, folds: Folds, *, master: str, rows: int = ROWS, progress: Progress | None = None) -> States:
    """Return the state of each fold, by name, as `local.survey` does, computed by the Spark at `master`.

    Raises UsageError where Spark cannot be had, InputError where a worker finds the file damaged.
    """
    refuse_unseen(log, master)
    say = progress or (lambda _stage: None)
    here = master.startswith("local")
    with tempfile.TemporaryDirectory(prefix="svcflow-spark.") as folder:
        placed = _place(log, Path(folder))
        say(f"starting Spark at {master}")
        with session.open_session(master) as context:
            chosen = cast("Stored", local.choose_columns(placed, folds))
            work = Work.over(chosen, folds, rows, folder=folder if here else "")
            shares = _share(placed.groups, (1 if here else SHARES) * context.defaultParallelism)
            say(f"mining {log.cases:,} cases on Spark at {master}")
            found = session.collect(context, work, shares)
        return _merge(folds, found)


def _merge(folds: Folds, found: list[bytes]) -> States:
    """Return the states that workers handed back as those of the whole log, one after the other to save memory."""
    states: States = {}
    for told in found:
        part = receive(told)
        if isinstance(part, Refusal):
            raise part.restore()
        states = local.merge(folds, [states, part]) if states else part
    return states


def _share(groups: tuple[int, ...], most: int) -> list[tuple[int, ...]]:
    """Return the row groups in at most `most` shares of about equal size; one of none for a log without any."""
    count = max(min(most, len(groups)), 1)
    return [groups[number::count] for number in range(count)]


def refuse_unseen(log: Source, master: str) -> None:
    """Raise UsageError where the workers of `master` cannot see `log`."""
    if not isinstance(log, Stored) and not master.startswith("local"):
        raise UsageError(
            f"the workers of {master} cannot see a log in the memory of this process",
            "make a canonical file where they see it: svcflow import, or svcflow export for some of its cases",
        )


def _place(log: Source, folder: Path) -> Stored:
    """Return `log` as a canonical file that workers can read; one in `folder` for a log in memory."""
    if isinstance(log, Stored):
        return log
    bare = dataclasses.replace(cast("Log", log), attributes={}, case_attributes={}, case_events=None)
    path = folder / "log.parquet"
    write(bare, path, rows=max(ROWS, log.instances // 12))
    return store.open_store(path)
