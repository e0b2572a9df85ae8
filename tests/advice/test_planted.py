"""Advice on planted logs: every patch holds, and a log in which nothing is wrong gets none (long: study_patches)."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "benchmarks"))

from planted_worlds import World
from study_patches import study


@pytest.mark.parametrize("seed", [1100009, 1100052])
def test_patches_for_planted_problems_apply_validate_and_say_something_new(seed: int) -> None:
    found = study(World(seed))
    assert found.planted
    assert found.patches
    assert found.faults == []


@pytest.mark.parametrize("seed", [1100002, 1100011])
def test_a_log_in_which_nothing_is_wrong_gets_no_advice(seed: int) -> None:
    found = study(World(seed, clean=True))
    assert found.planted == ()
    assert found.remedies == []
