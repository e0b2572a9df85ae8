"""The ids of the cases of a log, as a sequence that is read from a file when somebody asks for one."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any, overload

import numpy as np
from numpy.typing import NDArray

_BLOCK = 65_536


class CaseIds(Sequence[str]):
    """Case ids in an Arrow array that `load` returns on first use; equal to any sequence of the same texts."""

    __slots__ = ("_array", "_count", "_load")

    def __init__(self, count: int, load: Callable[[], Any]) -> None:
        self._count = count
        self._load = load
        self._array: Any = None

    @property
    def array(self) -> Any:
        """Return the ids as an Arrow array of texts."""
        if self._array is None:
            self._array = self._load()
        return self._array

    def __len__(self) -> int:
        return self._count

    @overload
    def __getitem__(self, place: int) -> str: ...

    @overload
    def __getitem__(self, place: slice) -> tuple[str, ...]: ...

    def __getitem__(self, place: int | slice) -> str | tuple[str, ...]:
        if not isinstance(place, slice):
            return self.array[int(place)].as_py()  # type: ignore[no-any-return]
        first, last, step = place.indices(self._count)
        if step != 1:
            return tuple(self)[place]
        return tuple(self.array.slice(first, max(last - first, 0)).to_pylist())

    def __iter__(self) -> Iterator[str]:
        for first in range(0, self._count, _BLOCK):
            yield from self.array.slice(first, _BLOCK).to_pylist()

    def __eq__(self, other: object) -> bool:
        if isinstance(other, CaseIds):
            return self is other or (len(self) == len(other) and self.array.equals(other.array))
        if isinstance(other, Sequence) and not isinstance(other, str):
            return len(self) == len(other) and all(a == b for a, b in zip(self, other, strict=True))
        return NotImplemented

    def __hash__(self) -> int:
        return hash(tuple(self))

    def __repr__(self) -> str:
        return f"CaseIds({self._count:,})"

    def take(self, cases: NDArray[np.intp]) -> CaseIds:
        """Return the ids of some cases, read when they are asked for as these are."""
        return CaseIds(len(cases), lambda: _take(self.array, cases))


def _take(array: Any, cases: NDArray[np.intp]) -> Any:
    import pyarrow as pa  # noqa: PLC0415 - the names of cases may never be asked for

    places = np.ascontiguousarray(cases, np.int64)
    return array.take(pa.Array.from_buffers(pa.int64(), len(places), [None, pa.py_buffer(places)]))
