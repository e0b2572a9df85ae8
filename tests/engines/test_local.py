from __future__ import annotations

from dataclasses import dataclass

import pytest
from svcflow_test_logs import MONDAY, build, trace

from svcflow.engines import local
from svcflow.eventlog.log import Batch, Log


@dataclass(frozen=True)
class Rows:
    """Counts instances, and remembers the most cases it saw in one block."""

    def partial(self, batch: Batch) -> tuple[int, int]:
        return len(batch.time), len(batch.offsets) - 1

    def merge(self, left: tuple[int, int], right: tuple[int, int]) -> tuple[int, int]:
        return left[0] + right[0], max(left[1], right[1])

    def finish(self, state: tuple[int, int], log: Log) -> tuple[int, int]:
        return state


LOG = build([row for i in range(20) for row in trace(f"c{i}", "ab" if i % 2 else "abc", start=MONDAY + i)])


@pytest.mark.parametrize("jobs", [1, 2, 7])
@pytest.mark.parametrize("rows", [1, 4, 50, 1000])
def test_every_instance_is_read_once(jobs: int, rows: int) -> None:
    assert local.run(LOG, {"rows": Rows()}, jobs=jobs, rows=rows)["rows"][0] == LOG.instances == 50


def test_blocks_are_about_as_large_as_asked() -> None:
    assert local.run(LOG, {"rows": Rows()}, rows=5)["rows"][1] == 2
    assert local.run(LOG, {"rows": Rows()}, rows=1)["rows"][1] == 1


def test_folds_do_not_know_each_other() -> None:
    assert local.run(LOG, {"one": Rows(), "two": Rows()}, rows=3) == {"one": (50, 1), "two": (50, 1)}


def test_progress_is_said_by_cases() -> None:
    said: list[str] = []
    local.run(LOG, {"rows": Rows()}, rows=25, progress=said.append)
    assert said == ["mining: 10 of 20 cases", "mining: 20 of 20 cases"]


def test_an_empty_log_has_the_state_of_an_empty_block() -> None:
    assert local.run(build([]), {"rows": Rows()}) == {"rows": (0, 0)}


def test_what_a_fold_raises_is_not_swallowed() -> None:
    class Broken(Rows):
        def partial(self, batch: Batch) -> tuple[int, int]:
            raise RuntimeError("broken")

    with pytest.raises(RuntimeError, match="broken"):
        local.run(LOG, {"rows": Broken()}, jobs=2, rows=10)
