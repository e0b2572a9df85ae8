from __future__ import annotations

import numpy as np
import pytest

from svcflow.weighing.mixtures import split

HOUR = 3_600_000


@pytest.mark.parametrize("seed", range(20))
@pytest.mark.parametrize("spread", [0.4, 0.8, 1.2])
def test_one_kind_of_wait_is_never_split(seed: int, spread: float) -> None:
    waits = np.random.default_rng(seed).lognormal(np.log(HOUR), spread, 400)
    assert split(waits.astype(np.int64)) is None


@pytest.mark.parametrize("share", [0.1, 0.3, 0.5])
def test_two_kinds_are_told_apart(share: float) -> None:
    chance = np.random.default_rng(7)
    slow = chance.random(600) < share
    waits = chance.lognormal(np.log(HOUR), 0.5, 600) + slow * chance.lognormal(np.log(12 * HOUR), 0.35, 600)
    found = split(waits.astype(np.int64))
    assert found is not None
    assert found.share == pytest.approx(slow.mean(), abs=0.03)
    assert found.slow == pytest.approx(np.median(waits[slow]), rel=0.1)


def test_equal_and_single_waits_are_one_group() -> None:
    assert split(np.full(100, HOUR)) is None
    assert split(np.array([HOUR])) is None
    assert split(np.zeros(50, np.int64)) is None
