"""The kernel against the formulas of queueing theory, at fixed seeds."""

from __future__ import annotations

from itertools import accumulate

import numpy as np
import pytest
from svcflow_test_queues import HOUR, free, make_station

from svcflow.simulation.arrays import Floats, Jobs, Played, Shifts, play_jobs

CLOSE = 0.03


def measure_wait(jobs: Jobs, shifts: Shifts) -> tuple[Floats, Played]:
    played = play_jobs(jobs, shifts)
    return (played.start - played.ready) / HOUR, played


def erlang_c(load: float, servers: int) -> float:
    """Return the probability to wait: by the recursion of Erlang B."""
    blocked = 1.0
    for k in range(1, servers + 1):
        blocked = load * blocked / (k + load * blocked)
    return blocked / (1 - load / servers * (1 - blocked))


def erlang_a(rate: float, mean: float, servers: int, patience: float) -> tuple[float, float]:
    """Return the probabilities to wait and to give up, from the birth-and-death chain of M/M/c+M."""
    deaths = [min(k, servers) / mean + max(k - servers, 0) / patience for k in range(1, 2000)]
    weights = np.array(list(accumulate(deaths, lambda w, d: w * rate / d, initial=1.0)))
    weights /= weights.sum()
    queueing = np.maximum(np.arange(len(weights)) - servers, 0) @ weights
    return float(weights[servers:].sum()), float(queueing / patience / rate)


def test_one_server() -> None:
    waited, _ = measure_wait(*make_station(600_000, rate=0.7, mean=1.0, servers=1, seed=3))
    assert waited.mean() == pytest.approx(0.7 / 0.3, rel=CLOSE)


@pytest.mark.parametrize(("servers", "load"), [(5, 4.0), (10, 8.5)])
def test_several_servers(servers: int, load: float) -> None:
    waited, _ = measure_wait(*make_station(500_000, rate=load, mean=1.0, servers=servers, seed=5))
    chance = erlang_c(load, servers)
    assert waited.mean() == pytest.approx(chance / (servers - load), rel=CLOSE)
    assert (waited > 0).mean() == pytest.approx(chance, rel=CLOSE)


def test_the_share_answered_in_time() -> None:
    waited, _ = measure_wait(*make_station(400_000, rate=200.0, mean=0.05, servers=12, seed=7))
    assert (waited <= 20 / 3600).mean() == pytest.approx(0.640158, rel=CLOSE)
    assert (waited > 0).mean() == pytest.approx(0.449388, rel=CLOSE)


def test_who_is_out_of_patience_leaves() -> None:
    jobs, shifts = make_station(400_000, rate=200.0, mean=0.05, servers=11, patience=1 / 30, seed=11)
    played = play_jobs(jobs, shifts)
    gone = played.start < 0
    waits, leaves = erlang_a(200.0, 0.05, 11, 1 / 30)
    assert leaves == pytest.approx(0.094155, rel=1e-4)
    assert waits == pytest.approx(0.382816, rel=1e-4)
    assert gone.mean() == pytest.approx(leaves, rel=CLOSE)
    assert (gone | (played.start > played.ready)).mean() == pytest.approx(waits, rel=CLOSE)
    assert jobs.patience is not None
    assert np.allclose((played.end - played.ready)[gone], jobs.patience[gone])


def test_two_classes_without_preemption() -> None:
    """Cobham 1954: W1 = R / (1 - rho1), W2 = R / (1 - rho1) / (1 - rho)."""
    jobs, shifts = make_station(800_000, rate=0.75, mean=1.0, servers=1, seed=2)
    second = (np.random.default_rng(4).random(len(jobs)) < 0.6).astype(np.int64)
    waited, _ = measure_wait(free(jobs.release, jobs.service, priority=second), shifts)
    rest = 0.75
    assert waited[second == 0].mean() == pytest.approx(rest / (1 - 0.3), rel=CLOSE)
    assert waited[second == 1].mean() == pytest.approx(rest / (1 - 0.3) / (1 - 0.75), rel=CLOSE)
