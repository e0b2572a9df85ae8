"""The manual of each rule is true: its wrong example has exactly that problem, its right example has not."""

from __future__ import annotations

import re
from pathlib import Path
from types import ModuleType

import pytest

from svcflow.definitions import rules
from svcflow.definitions.workspaces import check_all

from . import workbench  # type: ignore[attr-defined]

WITHOUT_EXAMPLES = {"unreadable-file", "unbounded", "left-behind"}  # a YAML text cannot show it; others tests do
UNFINISHED = ("SVC405", "SVC7", "SVC9")  # a fragment is no whole definition: what it lacks is not its mistake


def example(module: ModuleType, heading: str) -> str | None:
    found = re.search(rf"^{heading}::\n\n((?:    .*\n|\n)+)", (module.__doc__ or "") + "\n", re.MULTILINE)
    return re.sub(r"^    ", "", found[1], flags=re.MULTILINE) if found else None


def codes(folder: Path, rule: ModuleType) -> set[str]:
    found = check_all([folder], frozenset({rules.plugins.identify(rule)})).problems
    return {p.code for p in found if p.code == rule.CODE or not p.code.startswith(_besides(rule))}


def _besides(rule: ModuleType) -> tuple[str, ...]:
    """Return what is not asked of a rule's examples; those of these groups are whole."""
    return ("SVC405", "SVC707") if rule.CODE.startswith(UNFINISHED) else UNFINISHED


@pytest.mark.parametrize("name", rules.catalogue())
def test_the_examples_of_a_manual_are_true(name: str, tmp_path: Path) -> None:
    rule = rules.catalogue()[name]
    wrong, right = example(rule, "Wrong"), example(rule, "Right")
    if name in WITHOUT_EXAMPLES:
        assert wrong is None
        return
    assert wrong, "a manual shows what is wrong"
    assert right, "a manual shows what is right"
    judged_here = set() if getattr(rule, "BY_TEST", False) else {rule.CODE}  # the others: tests/execution
    assert codes(workbench.write(tmp_path / "wrong", wrong), rule) == judged_here
    assert codes(workbench.write(tmp_path / "right", right), rule) == set()


@pytest.mark.parametrize("name", rules.catalogue())
def test_a_rule_is_a_rule(name: str) -> None:
    rule = rules.catalogue()[name]
    assert re.fullmatch(r"SVC\d{3}", rule.CODE)
    assert rule.SEVERITY in ("error", "warning", "info")
    assert not rules.is_fatal(name) or rule.SEVERITY == "error"
    assert len((rule.__doc__ or "").partition("\n")[0]) <= 120


def test_codes_are_unique() -> None:
    given = [rule.CODE for rule in rules.catalogue().values()]
    assert len(given) == len(set(given))
