"""The manual of each rule is true: its wrong example has exactly that problem, its right example has not."""

from __future__ import annotations

import re
from pathlib import Path
from types import ModuleType

import pytest

from svcflow.definitions import check, rules

from . import workbench  # type: ignore[attr-defined]

WITHOUT_EXAMPLES = {"unreadable-file"}  # a YAML text cannot show it; test_mistakes does


def example(module: ModuleType, heading: str) -> str | None:
    found = re.search(rf"^{heading}::\n\n((?:    .*\n|\n)+)", (module.__doc__ or "") + "\n", re.MULTILINE)
    return re.sub(r"^    ", "", found[1], flags=re.MULTILINE) if found else None


def codes(folder: Path) -> set[str]:
    return {problem.code for problem in check(folder)[0]}


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
    assert codes(workbench.write(tmp_path / "wrong", wrong)) == judged_here
    assert codes(workbench.write(tmp_path / "right", right)) == set()


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
