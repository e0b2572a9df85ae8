"""Where a fold runs: in this process on threads, or on Apache Spark; the folds are the same objects."""

from __future__ import annotations

import re
from contextlib import AbstractContextManager, nullcontext
from typing import TYPE_CHECKING, Any

from svcflow.errors import UsageError

if TYPE_CHECKING:
    from svcflow.engines.fold import Source
    from svcflow.engines.local import Folds, Progress, States

LOCAL = "local"
"""The engine that needs nothing else: this process."""

_MASTERS = re.compile(r"local\[(?:\*|[1-9]\d{0,3})\]|spark://[^\s/]+")


def check(engine: str) -> str:
    """Return `engine` if it names one. Raises UsageError otherwise."""
    if engine == LOCAL or _MASTERS.fullmatch(engine):
        return engine
    raise UsageError(
        f"unknown engine {engine!r}",
        "it is local (this process), local[N] or local[*] (Spark on this machine), or spark://HOST:PORT",
    )


def hold(engine: str, log: Source) -> AbstractContextManager[object]:
    """Keep an engine running over several passes over `log`: Spark starts but once in the block. Raises as `survey`."""
    if check(engine) == LOCAL:
        return nullcontext()
    from svcflow.engines import spark  # noqa: PLC0415 - most logs are mined here

    spark.refuse_unseen(log, engine)
    return spark.session.open_session(engine)


def run(
    log: Source, folds: Folds, *, engine: str = LOCAL, jobs: int = 1, rows: int = 0, progress: Progress | None = None
) -> dict[str, Any]:
    """Return the table of each fold, by name, from one pass over `log` on an engine; see `survey`."""
    from svcflow.engines import local  # noqa: PLC0415 - the names of engines are checked without numpy

    states = survey(log, folds, engine=engine, jobs=jobs, rows=rows, progress=progress)
    return local.finish(log, folds, states)


def survey(
    log: Source, folds: Folds, *, engine: str = LOCAL, jobs: int = 1, rows: int = 0, progress: Progress | None = None
) -> States:
    """Return the state of each fold, by name, from one pass over `log` on an engine.

    `jobs` threads take part in this process; how many there are on Spark, the engine's name says. `rows` are the
    instances in a block, by default what a processor's cache holds. None of them changes the result. Raises UsageError
    for an engine that does not exist or cannot be had.
    """
    from svcflow.engines import local  # noqa: PLC0415

    rows = rows or local.ROWS
    if check(engine) == LOCAL:
        return local.survey(log, folds, jobs=jobs, rows=rows, progress=progress)
    from svcflow.engines import spark  # noqa: PLC0415 - most logs are mined here

    return spark.survey(log, folds, master=engine, rows=rows, progress=progress)
