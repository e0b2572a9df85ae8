"""A patch of a workspace as a scenario, and scenarios in the words of a log."""

from __future__ import annotations

import difflib
from pathlib import Path

import pytest

from svcflow import load
from svcflow.errors import InputError, SvcflowError, UsageError
from svcflow.whatif import (
    Bypass,
    Capacity,
    CapWait,
    DropRepeats,
    Hours,
    KeepHands,
    MergeTeams,
    Parallel,
    Scope,
    Skip,
    WhatIf,
)
from svcflow.whatif.patches import read_patch
from svcflow.whatif.translation import translate

ROOT = Path(__file__).parents[2]
ORGANISATION = """\
svcflow: 1
organisation: desk
timezone: UTC
calendars:
  office: {mon-fri: "09:00-17:00"}
  long: {mon-fri: "08:00-20:00"}
roles: {clerk: {}, chief: {}}
teams:
  front: {lead: chief, members: {clerk: 4, chief: 1}, calendar: office, labels: [Front desk]}
  back: {lead: chief, members: {clerk: 2}, calendar: office, labels: ["Back *"]}
"""
PROCESS = """\
svcflow: 1
process: desk
owner: chief
calendar: office
case: {amount: number}
steps:
  register: {owner: clerk, within: 1h, labels: [Register]}
  check: {owner: clerk, within: 1d, labels: [Check]}
  ask: {owner: clerk, labels: [Ask]}
  approve: {owner: chief, labels: [Approve]}
  close: {owner: clerk, labels: [Close]}
flow:
  - register
  - {repeat: {do: check, max: 5}}
  - ask
  - approve
  - close
"""


@pytest.fixture
def workspace(tmp_path):
    folder = tmp_path / "w"
    folder.mkdir()
    (folder / "org.svcflow.yaml").write_text(ORGANISATION)
    (folder / "desk.svcflow.yaml").write_text(PROCESS)
    return load(folder)


def diff(name: str, before: str, *edits: tuple[str, str]) -> str:
    after = before
    for old, new in edits:
        assert old in after
        after = after.replace(old, new)
    lines = difflib.unified_diff(
        before.splitlines(keepends=True), after.splitlines(keepends=True), f"a/{name}", f"b/{name}"
    )
    return "".join(lines)


@pytest.mark.parametrize(
    ("edits", "changes"),
    [
        ([("check: {owner: clerk, within: 1d", "check: {owner: clerk, within: 4h")],
         [CapWait(Scope(("check",)), 14_400, "office", whole=True)]),
        ([("approve: {owner: chief", "approve: {owner: [chief, clerk]")], [KeepHands(Scope(("approve",)))]),
        ([("  - approve\n", "  - {when: amount > 100, do: approve}\n")],
         [Skip(Scope(("approve",), where="not ((amount > 100))"))]),
        ([("  - ask\n  - approve\n", "  - {parallel: [ask, approve]}\n")], [Parallel(("ask", "approve"))]),
        ([("max: 5", "max: 2")], [DropRepeats(("check",), from_round=3, rounds=True)]),
        ([("flow:\n", "rules:\n  twice: {at_most: {ask: 2}}\nflow:\n")], [DropRepeats(("ask",), from_round=3)]),
    ],
)  # fmt: skip
def test_a_patch_of_a_process(workspace, edits, changes) -> None:
    found = read_patch(diff("desk.svcflow.yaml", PROCESS, *edits), workspace)
    assert list(found.scenario.changes) == changes
    assert not found.untold


def test_a_patch_of_the_organisation(workspace) -> None:
    edits = [("clerk: 4", "clerk: 6"), ("members: {clerk: 2}, calendar: office", "members: {clerk: 2}, calendar: long")]
    found = read_patch(diff("org.svcflow.yaml", ORGANISATION, *edits), workspace)
    assert found.scenario.changes == (Capacity("front", heads=2), Hours("back", "long"))
    assert found.workspace.organisation.teams["front"].members["clerk"] == 6
    longer = diff(
        "org.svcflow.yaml", ORGANISATION, ('office: {mon-fri: "09:00-17:00"', 'office: {mon-sat: "09:00-17:00"')
    )
    assert {change.team for change in read_patch(longer, workspace).scenario.changes} == {"front", "back"}


def test_what_moves_nothing_is_told(workspace) -> None:
    found = read_patch(diff("desk.svcflow.yaml", PROCESS, ("labels: [Close]", "labels: [Close, Done]")), workspace)
    assert found.scenario.changes == ()
    assert "desk.svcflow.yaml" in found.untold[0]


@pytest.mark.parametrize(
    "patch",
    ["", "hello\n", "--- a/x.yaml\n+++ b/x.yaml\n@@ -1 +1 @@\n-a\n+b\n",
     "--- a/desk.svcflow.yaml\n+++ b/desk.svcflow.yaml\n@@ -1 +1 @@\n-nothing like it\n+b\n",
     "--- a/desk.svcflow.yaml\n+++ b/desk.svcflow.yaml\n@@ -1 +1 @@\n-svcflow: 1\n+svcflow: [\n"],
)  # fmt: skip
def test_a_patch_that_cannot_be(workspace, patch) -> None:
    with pytest.raises(SvcflowError) as caught:
        read_patch(patch, workspace)
    assert caught.value.message


def test_words_of_the_log(workspace, tmp_path) -> None:
    import svcflow

    file = tmp_path / "log.csv"
    rows = ["case,activity,time,team", "1,Register,2026-01-05 10:00,Front desk", "1,Check,2026-01-05 11:00,Back one",
            "1,Ask,2026-01-05 12:00,Back two", "1,Close,2026-01-05 13:00,Front desk"]  # fmt: skip
    file.write_text("\n".join(rows) + "\n")
    log = svcflow.read_log(str(file))
    scenario = WhatIf("x").add(CapWait(Scope(("check", "Ask")), 60), Capacity("front", heads=1), Bypass("back"))
    assert translate(scenario, log, workspace).changes == (
        CapWait(Scope(("Check", "Ask")), 60),
        Capacity("Front desk", heads=1),
        Bypass("Back one"),
        Bypass("Back two"),
    )
    assert translate(WhatIf("y").skip("Check"), log).changes == (Skip(Scope(("Check",))),)
    for wrong in (
        WhatIf("z").skip("Chekc"),
        WhatIf("z").skip("approve"),
        WhatIf("z").capacity("back", 1),
        WhatIf("z").add(MergeTeams(("front", "Front desk"))),
        WhatIf("z").parallel("check", "Check"),
        WhatIf("z").capacity("nobody", 1),
    ):
        with pytest.raises(UsageError):
            translate(wrong, log, workspace)


HEAD = "--- a/desk.svcflow.yaml\n+++ b/desk.svcflow.yaml\n"


@pytest.mark.parametrize(
    ("patch", "said"),
    [
        (HEAD, "changes no line"),
        (HEAD + "@@ -1,5", "changes no line"),
        (HEAD + "@@ -x,y +z @@\n-a\n+b\n", "changes no line"),
        ("diff --git a/desk.svcflow.yaml b/desk.svcflow.yaml\nBinary files a/x and b/x differ\n", "changes no line"),
        ("diff --git a/x b/x\nindex 1..2\nGIT binary patch\nliteral 10\nzzz\n", "binary data"),
        (HEAD + "@@ -9999,0 +9999,1 @@\n+b: 1\n", "has no line"),
        (HEAD + "@@ -9999,1 +9999,1 @@\n-a\n+b\n", "has no line"),
    ],
)
def test_a_damaged_patch_is_refused_in_one_line(workspace, patch, said) -> None:
    with pytest.raises(InputError, match=said):
        read_patch(patch, workspace)


def test_what_a_patch_breaks_is_named_as_the_reader_knows_it(workspace) -> None:
    broken = diff("desk.svcflow.yaml", PROCESS, ("  - ask\n", "  - aks\n"))
    with pytest.raises(SvcflowError) as caught:
        read_patch(broken, workspace)
    assert "desk.svcflow.yaml:" in caught.value.message
    assert workspace.folder in caught.value.message
    assert "/tmp" not in caught.value.message.replace(str(workspace.folder), "")


def test_an_unreadable_patch_names_the_way_out(workspace) -> None:
    with pytest.raises(InputError) as caught:
        read_patch("no diff", workspace)
    assert "git diff" in caught.value.hint
