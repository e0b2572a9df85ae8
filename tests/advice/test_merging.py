"""Patches of one workspace made one: what goes together is joined, the same line twice is a conflict."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from svcflow.advice import edits
from svcflow.advice.merging import find_clashes, merge, read_splices
from svcflow.advice.patch import diff, write_patch
from svcflow.advice.targets import ORDER
from svcflow.definitions import check, load
from svcflow.definitions.model import Workspace
from svcflow.execution.scenarios import run_scenarios

PROCESS = """\
svcflow: 1
process: desk
name: Desk
owner: boss
calendar: always
steps:
  a: {name: a, owner: agent, within: 1h, labels: [x]}
  b: {name: b, owner: agent, within: 1h, labels: [y]}   # kept
flow:
  - a
  - b
  - end: done
anytime: []
"""
ORGANISATION = """\
svcflow: 1
organisation: Desk
timezone: UTC
calendars:
  always: {mon-sun: "00:00-24:00"}
roles:
  boss: {}
  agent: {}
teams:
  top: {lead: boss}
  desk: {lead: agent, reports_to: top, members: {agent: 3}}
"""
SCENARIO = """\
svcflow: 1
scenarios: desk
start: 2026-03-02
cases:
  slow:
    events:
      - Mon 09:00 a agent:x
      - Mon 09:40 b agent:x
    expect: {outcome: done, deviations: []}
"""


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    process = PROCESS.replace("anytime: []\n", "")
    for name, text in (("desk.svcflow.yaml", process), ("org.svcflow.yaml", ORGANISATION)):
        (tmp_path / name).write_text(text, "utf-8")
    (tmp_path / "desk.scenarios.yaml").write_text(SCENARIO, "utf-8")
    return load(tmp_path)


def file_of(workspace: Workspace) -> str:
    return next(name for name in workspace.sources if name.endswith("desk.svcflow.yaml"))


def add_rule(workspace: Workspace, name: str, rule: str) -> str:
    text = workspace.sources[file_of(workspace)]
    patch = write_patch(workspace, file_of(workspace), edits.insert_entry(text, "rules", name, rule, order=ORDER))
    assert patch
    return patch


def test_two_that_open_a_section_open_it_once(workspace: Workspace, tmp_path: Path) -> None:
    patches = [add_rule(workspace, f"few_{step}", f"{{at_most: {{{step}: 2}}}}") for step in "ab"]
    joint, left = merge(workspace, patches)
    assert left == ()
    subprocess.run(["git", "apply", "-"], cwd=tmp_path, input=(joint or "").encode(), check=True)
    text = (tmp_path / "desk.svcflow.yaml").read_text("utf-8")
    assert text.count("rules:") == 1
    assert text.index("few_a") < text.index("few_b")
    assert [p for p in check(tmp_path)[0] if p.severity == "error"] == []


def test_the_same_line_twice_is_a_conflict_and_the_first_stays(workspace: Workspace) -> None:
    file = file_of(workspace)
    text = workspace.sources[file]
    patches = [diff(text, edits.replace(text, ("steps", "a", "within"), t), "desk.svcflow.yaml") for t in ("2h", "3h")]
    assert find_clashes([*patches, None]) == [(0, 1)]
    joint, left = merge(workspace, patches)
    assert left == (1,)
    assert "2h" in (joint or "")
    assert "3h" not in (joint or "")
    assert merge(workspace, [None]) == (None, ())


def test_splices_are_what_the_diff_says() -> None:
    (one, two) = read_splices(diff("a\nb\nc\nd\ne\nf\ng\nh\n", "a\nB\nc\nd\ne\nf\ng\nh\ni\n", "x.yaml"))
    assert (one.first, one.last, one.lines) == (1, 2, ("B",))
    assert (two.first, two.last, two.lines) == (8, 8, ("i",))


def test_a_scenario_that_a_patch_changes_comes_with_it_and_comments_stay(workspace: Workspace, tmp_path: Path) -> None:
    file = file_of(workspace)
    patch = write_patch(workspace, file, edits.replace(workspace.sources[file], ("steps", "b", "within"), "30m"))
    assert patch is not None
    assert "late b" in patch
    assert "# kept" in patch
    subprocess.run(["git", "apply", "-"], cwd=tmp_path, input=patch.encode(), check=True)
    assert [v.problems for v in run_scenarios(load(tmp_path))] == [()]


def test_a_patch_that_ends_a_scenario_otherwise_is_none(workspace: Workspace) -> None:
    file = file_of(workspace)
    edited = workspace.sources[file].replace("end: done", "end: over")
    assert write_patch(workspace, file, edited) is None


def test_items_move_and_go_and_keys_are_renamed() -> None:
    text = "flow:\n  - a\n  - b   # why\n  - c\nladder: {80%: x, 100%: y}\nrow: [p, q, r]\n"
    assert "  - b   # why\n  - c\n  - a\nladder" in edits.move_item(text, ("flow", 0), 2)
    assert "[q, r, p]" in edits.move_item(text, ("row", 0), 2)
    assert "{50%: x, 100%: y}" in edits.rename_key(text, ("ladder", "80%"), "50%")
    assert "[p, r]" in edits.remove_item(text, ("row", 1))
    assert "[q, r]" in edits.remove_item(text, ("row", 0))
    with pytest.raises(Exception, match="says more"):
        edits.remove_item(text, ("flow", 1))
