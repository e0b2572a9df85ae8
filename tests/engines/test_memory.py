"""What folds keep is given back, whatever became of them, and only when the last has ended."""

from __future__ import annotations

import pyarrow as pa
import pytest

from svcflow.engines import memory


class Told:
    """An allocator that notes what it is told."""

    def __init__(self) -> None:
        self.calls: list[str] = []

    def mallopt(self, what: int, size: int) -> None:
        self.calls.append(f"keep {size >> 20} MB" if what == memory._TRIM else "map")

    def malloc_trim(self, left: int) -> None:
        self.calls.append("give back")


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> Told:
    allocator = Told()
    room = memory.Room(allocator)  # type: ignore[arg-type]
    monkeypatch.setattr(memory, "_find_room", lambda: room)
    return allocator


def test_room_is_given_back_with_the_last_run(told: Told) -> None:
    own = pa.default_memory_pool().backend_name
    with memory.keep_room():
        with memory.keep_room():
            assert pa.default_memory_pool().backend_name == "system"
        assert told.calls == ["keep 256 MB", "map"]
        assert pa.default_memory_pool().backend_name == "system"
    assert told.calls[2:] == ["keep 64 MB", "give back"]
    assert pa.default_memory_pool().backend_name == own


def test_a_run_that_fails_gives_back_too(told: Told) -> None:
    own = pa.default_memory_pool().backend_name
    with pytest.raises(ValueError, match="no"), memory.keep_room():
        raise ValueError("no")
    assert told.calls[-1] == "give back"
    assert pa.default_memory_pool().backend_name == own
