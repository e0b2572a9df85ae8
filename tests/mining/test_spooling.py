"""Temporary files of work: what is read is what was written, and where none can be written it is said."""

from __future__ import annotations

import errno
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
import pytest
from numpy.typing import NDArray
from svcflow_test_logs import HOUR, MONDAY, Row, build

from svcflow.engines import local
from svcflow.errors import InputError
from svcflow.eventlog.log import Batch
from svcflow.mining import spooling
from svcflow.mining.spooling import Columns, SpoolFold, open_folder
from svcflow.mining.transitions import number_cases

LOG = build(
    [
        Row(f"c{case:02}", "a", MONDAY + (case + step) * HOUR, f"p{(case * step) % 5}")
        for case in range(20)
        for step in range(3)
    ]
)


@dataclass(frozen=True, slots=True)
class Gathering:
    columns: ClassVar[frozenset[str]] = frozenset({"time", "resource"})
    size: ClassVar[int] = 16

    def gather(self, batch: Batch, chosen: NDArray[np.bool_]) -> Columns:
        at = np.flatnonzero(chosen[batch.resource])
        return (number_cases(batch.offsets)[at] + batch.first_case).astype(np.int32), batch.resource[at], batch.time[at]


@pytest.mark.parametrize(("rows", "jobs"), [(7, 1), (7, 3), (1_000, 1)])
def test_each_share_is_read_as_it_was_written(rows: int, jobs: int) -> None:
    share = np.array([-1, 0, 1, 1, 2, 0], np.int16)[: len(LOG.resources)]
    with open_folder() as folder:
        fold = SpoolFold(Gathering(), share, 4, folder)
        spooled = local.survey(LOG, {"work": fold}, jobs=jobs, rows=rows)["work"]
        for number in range(4):
            case, resource, time = spooled.read(number)
            at = np.flatnonzero(share[LOG.resource] == number)
            assert case.tolist() == np.repeat(np.arange(LOG.cases), np.diff(LOG.offsets))[at].tolist()
            assert (resource.tolist(), time.tolist()) == (LOG.resource[at].tolist(), LOG.time[at].tolist())
        assert list(Path(folder).iterdir())
    assert not Path(folder).exists()


def test_a_folder_without_room_is_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(**_: Any) -> Any:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(spooling, "NamedTemporaryFile", refuse)
    share = np.zeros(len(LOG.resources), np.int16)
    with pytest.raises(InputError, match="No space left on device") as caught, open_folder() as folder:
        local.survey(LOG, {"work": SpoolFold(Gathering(), share, 1, folder)})
    assert "TMPDIR" in str(caught.value.hint)


def test_a_file_cut_short_is_no_work() -> None:
    def read_what_is_left() -> None:
        with open_folder() as folder:
            fold = SpoolFold(Gathering(), np.zeros(len(LOG.resources), np.int16), 1, folder)
            spooled = local.survey(LOG, {"work": fold})["work"]
            (path,) = Path(folder).iterdir()
            path.write_bytes(path.read_bytes()[:-3])
            spooled.read(0)

    with pytest.raises(InputError, match="shorter"):
        read_what_is_left()
