"""The hook of the build: a library where there is a compiler, and nothing broken where there is none."""

from __future__ import annotations

import importlib.util
import shutil
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture
def hook(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    spec = importlib.util.spec_from_file_location("hatch_build", ROOT / "hatch_build.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    (tmp_path / "loops.c").write_bytes((module.FOLDER / "loops.c").read_bytes())
    monkeypatch.setattr(module, "FOLDER", tmp_path)
    monkeypatch.delenv("CC", raising=False)
    return module


def test_a_compiler_makes_a_library(hook: Any) -> None:
    if hook.find_compiler() is None:
        pytest.skip("no C compiler here")
    assert hook.compile_loops()
    assert sorted(path.name for path in hook.FOLDER.iterdir()) == ["loops.c", "loops.lib"]


def test_without_a_compiler_nothing_is_made(hook: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(hook.FOLDER))
    assert not hook.compile_loops()
    assert [path.name for path in hook.FOLDER.iterdir()] == ["loops.c"]


def test_a_compiler_that_fails_leaves_nothing(hook: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CC", shutil.which("false") or "false")
    assert not hook.compile_loops()
    assert [path.name for path in hook.FOLDER.iterdir()] == ["loops.c"]
