"""The folder beside the target in which an import keeps what does not fit into memory, and what it needs to go on.

An import that is interrupted leaves it there; the next one of the same export into the same target picks it up, any
other removes it. An error removes it, too.
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import shutil
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from svcflow.errors import UsageError
from svcflow.eventlog.ingest.spill import Segment, Spill

STATE = "state.json"
VERSION = 1


@dataclass(slots=True)
class Workplace:
    """The folder of one import. `signature` names the export, its mapping and the options."""

    target: Path
    signature: str
    _lock: int = -1
    _spills: dict[str, Spill] = field(default_factory=dict)

    @property
    def folder(self) -> Path:
        """Return the folder."""
        return self.target.with_name(f".{self.target.name[:200]}.import")

    def find_state(self) -> dict[str, Any] | None:
        """Return what an interrupted import of the same kind left; what another one left is removed."""
        if not self.folder.is_dir():
            return None
        self._take_lock()
        try:
            state = json.loads((self.folder / STATE).read_text(encoding="utf-8"))
            same = (state["version"], state["signature"]) == (VERSION, self.signature)
            if same and (self.folder / "rows").stat().st_size >= state["size"]:
                return dict(state)
        except (OSError, ValueError, KeyError, TypeError):
            pass
        self.remove()
        return None

    def open_spill(self, name: str, state: dict[str, Any] | None = None) -> Spill:
        """Open a temporary file, as `state` describes it or empty."""
        with refuse_system(self.folder):
            if not self.folder.is_dir():
                self.folder.mkdir(mode=0o700)
            self._take_lock()
            spill = Spill.open(self.folder / name)
        if state is not None:
            spill.size = state["size"]
            spill.index = {int(bucket): [Segment(*pair) for pair in pairs] for bucket, pairs in state["index"].items()}
        os.truncate(spill.path, spill.size)
        self._spills[name] = spill
        return spill

    def save(self, content: dict[str, Any]) -> None:
        """Write down how far the import is: everything in `content` stands in the temporary file."""
        spill = self._spills["rows"]
        index = {bucket: [(s.offset, s.size) for s in segments] for bucket, segments in spill.index.items()}
        state = {"version": VERSION, "signature": self.signature, "size": spill.size, "index": index, **content}
        beside = self.folder / (STATE + ".part")
        with refuse_system(self.folder):
            beside.write_text(json.dumps(state), encoding="utf-8")
            beside.replace(self.folder / STATE)

    def close(self) -> None:
        """Close all files and leave them there."""
        for spill in self._spills.values():
            spill.close()
        self._spills.clear()
        if self._lock >= 0:
            os.close(self._lock)
            self._lock = -1

    def remove(self) -> None:
        """Remove the folder and all that is in it."""
        self.close()
        shutil.rmtree(self.folder, ignore_errors=True)

    def _take_lock(self) -> None:
        """Raise UsageError where another process is at work here."""
        if self._lock >= 0:
            return
        self._lock = os.open(self.folder / "lock", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            os.close(self._lock)
            self._lock = -1
            raise UsageError(
                f"{self.target.name} is being imported by another process", "wait until it is done"
            ) from None


@contextlib.contextmanager
def refuse_system(place: Path) -> Any:
    """Raise UsageError where the system refuses to write."""
    try:
        yield
    except OSError as error:
        raise UsageError(
            f"cannot write the temporary file {place}: {error.strerror}", "make room, or choose another place"
        ) from error
