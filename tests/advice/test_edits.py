"""Edits change one value and nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from svcflow.advice import edits
from svcflow.advice.targets import ORDER
from svcflow.errors import UsageError

TEXT = """\
# 头 head
svcflow: 1
process: desk
owner: boss            # accountable
steps:
  a: {name: 登记,     owner: agent,     labels: [x, 'y']}   # first
  b:
    owner: agent  # who
    labels:
      - q
      - r   # last

# the order of work
flow:
  - a
  - repeat: {do: [b], max: 3}
kpis:
  k: {measure: share(x), target: ">= 90%"}
"""
WORKFLOWS = sorted((Path(__file__).parents[2] / "workflows").glob("*.yaml"))
SINGLE_PAIRS = {
    ("complaint.svcflow.yaml", ("flow", 3, "do", 1)),
    ("complaint.svcflow.yaml", ("anytime", 5)),
    ("escalation.svcflow.yaml", ("anytime", 1)),
    ("intake.svcflow.yaml", ("anytime", 1)),
}
"""Pairs without brackets, `[explain, end: rejected]`: no key can be added before they have brackets of their own."""


def changed(after: str, before: str = TEXT) -> tuple[list[str], list[str]]:
    """Return the lines that went and the lines that came."""
    old, new = before.split("\n"), after.split("\n")
    return [row for row in old if row not in new], [row for row in new if row not in old]


def test_a_key_goes_into_brackets_behind_the_one_it_belongs_to() -> None:
    after = edits.insert_key(TEXT, ("steps", "a"), "within", "2h", after=("name", "owner"))
    assert changed(after)[1] == ["  a: {name: 登记,     owner: agent, within: 2h,     labels: [x, 'y']}   # first"]


def test_a_key_goes_into_a_block_on_its_own_line() -> None:
    after = edits.insert_key(TEXT, ("steps", "b"), "within", "2h", after=("name", "owner"))
    assert changed(after) == ([], ["    within: 2h"])
    assert "owner: agent  # who\n    within: 2h\n    labels:" in after


def test_a_key_without_a_predecessor_goes_to_the_end_of_the_block() -> None:
    assert "      - r   # last\n    within: 2h\n" in edits.insert_key(TEXT, ("steps", "b"), "within", "2h")


def test_an_item_joins_a_list_of_either_style_and_a_single_value_becomes_a_list() -> None:
    assert "      - r   # last\n      - z\n" in edits.append_item(TEXT, ("steps", "b", "labels"), "z")
    assert "labels: [x, 'y', z]}" in edits.append_item(TEXT, ("steps", "a", "labels"), "z")
    assert "owner: [agent, z],     labels" in edits.append_item(TEXT, ("steps", "a", "owner"), "z")


def test_a_value_is_replaced_in_place() -> None:
    after = edits.replace(TEXT, ("flow", 1, "repeat", "max"), "2")
    assert changed(after) == (["  - repeat: {do: [b], max: 3}"], ["  - repeat: {do: [b], max: 2}"])


def test_a_new_section_stands_at_its_place_in_the_grammar() -> None:
    after = edits.insert_entry(TEXT, "rules", "few_b", "{at_most: {b: 2}}", order=ORDER)
    assert "max: 3}\n\nrules:\n  few_b: {at_most: {b: 2}}\nkpis:" in after


def test_an_entry_joins_a_section_that_is_there() -> None:
    after = edits.insert_entry(TEXT, "kpis", "j", "{measure: x, target: y}", order=ORDER)
    assert changed(after) == ([], ["  j: {measure: x, target: y}"])
    assert "slas:\n  s: 1" in edits.insert_entry(TEXT + "slas:\n", "slas", "s", "1", order=ORDER)


@pytest.mark.parametrize(
    ("edit", "message"),
    [
        (lambda: edits.insert_key(TEXT, ("steps", "a"), "owner", "x"), "has 'owner' already"),
        (lambda: edits.insert_key(TEXT, ("steps", "z"), "owner", "x"), "no steps/z"),
        (lambda: edits.replace(TEXT, ("steps",), "x"), "is a block"),
        (lambda: edits.append_item(TEXT, ("steps", "a"), "x"), "is no list"),
        (lambda: edits.insert_key(TEXT, ("flow",), "a", "x"), "is no mapping"),
        (lambda: edits.insert_key("a: [", (), "a", "x"), "no YAML"),
    ],
)
def test_an_edit_without_a_place_is_refused(edit: object, message: str) -> None:
    with pytest.raises(UsageError, match=message):
        edit()  # type: ignore[operator]


def test_repeats_are_found_with_what_they_mention() -> None:
    assert edits.find_paths(TEXT, "repeat") == [("flow", 1)]
    assert edits.mentions(TEXT, ("flow", 1), "b")
    assert not edits.mentions(TEXT, ("flow", 1), "a")


def all_paths(node: object, path: tuple[str | int, ...] = ()) -> list[tuple[tuple[str | int, ...], object]]:
    found: list[tuple[tuple[str | int, ...], object]] = [(path, node)]
    pairs = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    for key, value in pairs:
        found.extend(all_paths(value, (*path, key)))
    return found


def follow(node: object, path: tuple[str | int, ...]) -> object:
    for part in path:
        node = node[part]  # type: ignore[index]
    return node


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
@settings(deadline=None, max_examples=60)
@given(data=st.data())
def test_every_edit_changes_exactly_what_it_says(newline: str, mark: str, data: st.DataObject) -> None:
    """Whatever place of whatever definition: the parsed value changes there, and all other lines stay."""
    file = data.draw(st.sampled_from(WORKFLOWS))
    text = mark + file.read_text(encoding="utf-8").replace("\n", newline)
    before = yaml.load(text.removeprefix(mark), yaml.CBaseLoader)
    path, value = data.draw(st.sampled_from([p for p in all_paths(before) if p[0]]))
    if isinstance(value, dict):
        if (file.name, path) in SINGLE_PAIRS:
            with pytest.raises(UsageError, match="single pair"):
                edits.insert_key(text, path, "added_key", "17m")
            return
        after = edits.insert_key(text, path, "added_key", "17m")
        expected: object = {**value, "added_key": "17m"}
    elif isinstance(value, list):
        after, expected = edits.append_item(text, path, "added"), [*value, "added"]
    elif value:
        after, expected = edits.replace(text, path, "changed"), "changed"
    else:
        return
    parsed = yaml.load(after.removeprefix(mark), yaml.CBaseLoader)
    assert follow(parsed, path) == expected
    parent, last = follow(parsed, path[:-1]), path[-1]
    parent[last] = value  # type: ignore[index]
    assert parsed == before
    assert after.count("\n") - text.count("\n") in {0, 1}
    assert len(changed(after, text)[1]) <= 1
