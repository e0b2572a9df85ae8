"""Folders that commands write into."""

from __future__ import annotations

from pathlib import Path

from svcflow.errors import UsageError


def make_folder(folder: Path) -> Path:
    """Make a folder and those above it; raise `UsageError` where that cannot be."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UsageError(f"cannot make the folder {folder}: {error.strerror}", "choose another place") from None
    return folder
