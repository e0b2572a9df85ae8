"""A patch turns one text into the other, by git's own hand, and is not offered if it harms or says nothing."""

from __future__ import annotations

import subprocess
import tempfile
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from svcflow.advice import edits
from svcflow.advice.patch import diff, list_places, write_patch
from svcflow.definitions import load
from svcflow.definitions.model import Workspace

WORKFLOWS = Path(__file__).parents[2] / "workflows"
lines = st.lists(
    st.sampled_from(["a", "b", "", "  key: 值", "#", "-- x", "++ y", "@@ -1 +1 @@", "\x0b", "\u2028"]), max_size=12
)


def apply(folder: Path, patch: str, *options: str) -> None:
    subprocess.run(["git", "apply", *options, "-"], input=patch.encode(), cwd=folder, check=True, capture_output=True)


@settings(deadline=None, max_examples=40)
@given(old=lines, new=lines, ends=st.tuples(st.booleans(), st.booleans()), newline=st.sampled_from(["\n", "\r\n"]))
def test_git_turns_the_old_text_into_the_new_one_and_back(
    old: list[str], new: list[str], ends: tuple[bool, bool], newline: str
) -> None:
    before, after = (
        newline.join(rows) + newline * (end and bool(rows)) for rows, end in zip((old, new), ends, strict=True)
    )
    if not before or not after or before == after:
        return  # an empty file is a deletion to git
    with tempfile.TemporaryDirectory() as name:
        file = Path(name, "a file.yaml")
        file.write_bytes(before.encode())
        patch = diff(before, after, file.name)
        apply(Path(name), patch)
        assert file.read_bytes() == after.encode()
        apply(Path(name), patch, "-R")
        assert file.read_bytes() == before.encode()


def test_the_places_of_a_patch_are_the_lines_it_touches() -> None:
    before = "".join(f"{n}\n" for n in range(1, 30))
    after = before.replace("5\n", "five\n", 1).replace("20\n", "20\nmore\n")
    assert sorted(set(list_places(diff(before, after, "x.yaml")))) == [("x.yaml", 5), ("x.yaml", 20)]


@pytest.fixture(scope="module")
def workspace() -> Workspace:
    return load(WORKFLOWS)


def find(workspace: Workspace, process: str) -> str:
    return workspace.processes[process].file


def test_a_patch_names_its_file_within_the_workspace(workspace: Workspace) -> None:
    file = find(workspace, "complaint")
    edited = edits.replace(workspace.sources[file], ("steps", "register", "within"), "7m")
    patch = write_patch(workspace, file, edited)
    assert patch is not None
    assert patch.startswith("--- a/complaint.svcflow.yaml\n+++ b/complaint.svcflow.yaml\n@@ ")
    assert [row for row in patch.split("\n")[2:] if row.startswith(("+", "-"))] != []


@pytest.mark.parametrize(
    ("path", "value"),
    [(("steps", "register", "owner"), "nobody_we_know"), (("steps", "register", "within"), "soon"), (("flow",), None)],
)
def test_a_patch_that_does_not_validate_is_not_offered(
    workspace: Workspace, path: tuple[str, ...], value: str | None
) -> None:
    file = find(workspace, "complaint")
    text = workspace.sources[file]
    edited = text.replace("flow:", "folw:", 1) if value is None else edits.replace(text, path, value)
    assert write_patch(workspace, file, edited) is None


def test_a_patch_that_changes_nothing_is_not_offered(workspace: Workspace) -> None:
    file = find(workspace, "complaint")
    assert write_patch(workspace, file, workspace.sources[file]) is None


def test_checking_a_patch_leaves_the_workspace_alone(workspace: Workspace) -> None:
    before = {file: Path(file).read_bytes() for file in workspace.sources}
    file = find(workspace, "callback")
    absolute = replace(workspace, sources={str(Path(f).resolve()): t for f, t in workspace.sources.items()})
    edited = edits.replace(workspace.sources[file], ("steps", "plan", "within"), "2h")
    assert write_patch(absolute, str(Path(file).resolve()), edited) is not None
    assert {file: Path(file).read_bytes() for file in workspace.sources} == before
