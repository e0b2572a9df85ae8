"""Where the definitions of a folder are looked for."""

from __future__ import annotations

import shutil
from pathlib import Path

from svcflow import samples
from svcflow.definitions import check


def test_a_folder_without_definitions_means_its_workflows(tmp_path: Path) -> None:
    shutil.copytree(samples.workflows(), tmp_path / "workflows")
    (tmp_path / "mapping.yaml").write_text("svcflow: 1\nmapping: export\ncolumns: {case: id}\n", encoding="utf-8")
    problems, workspace = check(tmp_path)
    assert problems == []
    assert workspace is not None
    assert len(workspace.processes) == 5


def test_a_mapping_beside_the_definitions_is_none_of_them(tmp_path: Path) -> None:
    shutil.copytree(samples.workflows(), tmp_path, dirs_exist_ok=True)
    (tmp_path / "mapping.yaml").write_text("svcflow: 1\nmapping: export\ncolumns: {case: id}\n", encoding="utf-8")
    assert check(tmp_path)[0] == []
