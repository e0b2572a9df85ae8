"""Files that are written whole or not at all, with the rights they had."""

from __future__ import annotations

from pathlib import Path

import pytest

from svcflow import files


def test_a_file_is_replaced_and_keeps_its_rights(tmp_path: Path) -> None:
    file, usual = tmp_path / "report.html", tmp_path / "usual"
    usual.touch()
    files.replace(file, b"one")
    assert file.stat().st_mode == usual.stat().st_mode
    file.chmod(0o600)
    files.replace(file, b"two")
    assert (file.read_bytes(), file.stat().st_mode & 0o777) == (b"two", 0o600)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["report.html", "usual"]


def test_who_is_interrupted_leaves_the_file_as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "runs.jsonl"
    files.replace(file, b"one")

    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(Path, "replace", stop)
    with pytest.raises(KeyboardInterrupt):
        files.replace(file, b"two")
    assert file.read_bytes() == b"one"
    assert [path.name for path in tmp_path.iterdir()] == ["runs.jsonl"]
