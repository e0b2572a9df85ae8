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
import pickle
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, cast

from svcflow.engines import local
from svcflow.engines.fold import Source
from svcflow.engines.local import ROWS, Folds, Progress, States
from svcflow.engines.spark import session
from svcflow.engines.spark.work import Refusal, Work
from svcflow.errors import UsageError
from svcflow.eventlog.store import stored as store
from svcflow.eventlog.store.stored import Stored
from svcflow.eventlog.store.writing import write

if TYPE_CHECKING:
    from svcflow.eventlog.log import Log

SHARES = 3
"""Tasks for each core: fewer and one that is slow holds up the rest, more and there is more to merge."""


def survey(log: Source, folds: Folds, *, master: str, rows: int = ROWS, progress: Progress | None = None) -> States:
    """Return the state of each fold, by name, as `local.survey` does, computed by the Spark at `master`.

    Raises UsageError where Spark cannot be had, InputError where a worker finds the file damaged.
    """
    say = progress or (lambda _stage: None)
    with _place(log, master) as placed:
        say(f"starting Spark at {master}")
        with session.open_session(master) as context:
            work = Work.over(cast("Stored", local.choose_columns(placed, folds)), folds, rows)
            shares = _share(placed.groups, SHARES * context.defaultParallelism)
            say(f"mining {log.cases:,} cases on Spark at {master}")
            parts = [pickle.loads(found) for found in session.collect(context, work, shares)]  # noqa: S301 - our own
    for part in parts:
        if isinstance(part, Refusal):
            raise part.restore()
    return local.merge(folds, parts)


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


@contextmanager
def _place(log: Source, master: str) -> Iterator[Stored]:
    """Yield `log` as a canonical file that the workers can read; a temporary one for a log in memory."""
    if isinstance(log, Stored):
        yield log
        return
    refuse_unseen(log, master)
    bare = dataclasses.replace(cast("Log", log), attributes={}, case_attributes={}, case_events=None)
    with tempfile.TemporaryDirectory(prefix="svcflow-spark.") as folder:
        path = Path(folder) / "log.parquet"
        write(bare, path, rows=max(ROWS, log.instances // 12))
        yield store.open_store(path)
