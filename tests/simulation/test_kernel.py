"""Laws of the kernel: calendars, order, joins, and that every instance ends once."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from svcflow_test_queues import HOUR, chain, free, make_station, office

from svcflow.simulation import compiled
from svcflow.simulation.arrays import Jobs, Shifts, UnplayableError, play_jobs
from svcflow.simulation.kernel import find_end


def test_work_goes_on_when_the_team_opens_again() -> None:
    played = play_jobs(chain(15.0, [4.0, 1.0, 30.0], [0, -1, 0]), office(1))
    assert (played.end / HOUR).tolist() == [24 + 11, 24 + 12, 5 * 24 + 7 * 24 - 5 * 24 + 10]


def test_what_comes_at_night_waits_for_the_morning() -> None:
    played = play_jobs(chain(2.0, [1.0], [0]), office(1))
    assert (played.start[0] / HOUR, played.end[0] / HOUR) == (9.0, 10.0)


def test_half_a_person_works_at_half_the_pace() -> None:
    played = play_jobs(chain(9.0, [1.0], [0]), office(0.5))
    assert played.end[0] / HOUR == 11.0


def test_what_is_nearly_done_at_closing_time_is_finished() -> None:
    late = chain(15.0, [2.5, 0.5, 4.0], [0, 0, 0])
    played = play_jobs(late, Shifts.from_heads(office(1).servers * 1.0, overrun=HOUR))
    assert (played.end / HOUR).tolist() == [17.5, 24 + 9.5, 24 + 13.5]


def test_a_weekend_is_passed_over() -> None:
    played = play_jobs(chain(4 * 24 + 16.0, [2.0], [0]), office(1))
    assert played.end[0] / HOUR == 7 * 24 + 10


@example([0.0] * 22 + [0.5, 0.0], 0.0, 1.0)
@given(
    st.lists(st.sampled_from([0.0, 0.5, 1.0]), min_size=24, max_size=24).filter(any),
    st.floats(0, 200),
    st.floats(0.001, 300),
)
def test_work_is_added_as_hour_by_hour(rates: list[float], now: float, work: float) -> None:
    shifts = Shifts.from_heads(np.array([rates]))
    tables = (table.ravel().tolist() for table in (shifts.rate, shifts.worked, shifts.close))
    end = find_end(now * HOUR, work * HOUR, 0, 24, *tables, 0.0)
    left, hour, at = work, int(now), now
    while True:
        rate = rates[hour % 24]
        can = rate * (hour + 1 - at)
        if rate and left <= can:
            break
        left, hour, at = left - can, hour + 1, float(hour + 1)
    assert end / HOUR == pytest.approx(at + left / rate, abs=1e-6)


def test_equals_go_in_the_order_of_their_coming() -> None:
    release = np.array([0.0, 1.0, 2.0, 3.0]) * HOUR / 10
    played = play_jobs(
        free(release, np.full(4, HOUR), priority=np.array([1, 1, 1, 0])), Shifts.from_heads(np.ones((1, 168)))
    )
    assert np.argsort(played.start).tolist() == [0, 3, 1, 2]


def test_a_join_waits_for_the_last_branch() -> None:
    jobs = Jobs(
        np.zeros(4),
        np.zeros(4),
        np.array([0.0, 3.0, 5.0, 1.0]) * HOUR,
        np.full(4, -1),
        np.zeros(4, np.int64),
        np.array([0, 2, 3, 4, 4]),
        np.array([1, 2, 3, 3]),
    )
    assert (play_jobs(jobs, office(1)).end / HOUR).tolist() == [0, 3, 5, 6]


def test_what_never_opens_is_said() -> None:
    with pytest.raises(UnplayableError, match="never works"):
        play_jobs(chain(0.0, [1.0], [0]), office(0))
    jobs = chain(0.0, [1.0, 1.0, 1.0], [-1, -1, -1])
    circle = replace(jobs, after=np.array([1, 2, 1]), first=np.array([0, 1, 2, 3]))
    with pytest.raises(UnplayableError, match="circle"):
        play_jobs(circle, office(1))


def draw_network(seed: int, cases: int = 300) -> tuple[Jobs, Shifts]:
    """Return cases of six steps with a parallel pair, priorities, delays, three teams and uneven shifts."""
    rng = np.random.default_rng(seed)
    count = cases * 6
    release = np.zeros(count)
    release[::6] = np.sort(rng.random(cases)) * 300 * HOUR
    steps = np.array([[1, 2], [3, -1], [3, -1], [4, -1], [5, -1], [-1, -1]])
    after = (steps[None] + np.where(steps >= 0, np.arange(cases)[:, None, None] * 6, 0)).reshape(count, 2)
    first = np.concatenate([[0], np.cumsum((after >= 0).sum(axis=1))])
    team = np.tile([0, 1, 2, 1, -1, 0], cases)
    delay = np.where(rng.random(count) < 0.3, rng.exponential(5 * HOUR, count), 0.0)
    patience = np.where(rng.random(count) < 0.1, rng.exponential(3 * HOUR, count), 1e300)
    heads = rng.integers(0, 4, (3, 168)) * 0.75
    heads[:, 10] = 1.0
    jobs = Jobs(release, delay, rng.lognormal(np.log(0.4 * HOUR), 0.7, count), team, rng.integers(0, 3, count), first,
                after[after >= 0], patience)  # fmt: skip
    return jobs, Shifts.from_heads(heads, overrun=HOUR * (seed % 2))


@pytest.mark.parametrize("seed", range(4))
def test_every_instance_ends_once_and_after_what_enables_it(seed: int) -> None:
    jobs, shifts = draw_network(seed)
    played = play_jobs(jobs, shifts, fast=False)
    before = np.repeat(np.arange(len(jobs)), np.diff(jobs.first))
    worked = played.start >= 0
    assert (played.end >= 0).all()
    assert (played.ready[jobs.after] >= played.end[before] + jobs.delay[jobs.after]).all()
    assert (played.start >= played.ready)[worked].all()
    assert jobs.patience is not None
    assert np.allclose((played.end - played.ready)[~worked], jobs.patience[~worked])


@pytest.mark.parametrize("seed", range(3))
def test_nobody_works_on_more_than_there_are_places_when_it_begins(seed: int) -> None:
    jobs, shifts = draw_network(seed)
    played = play_jobs(jobs, shifts, fast=False)
    for team in range(3):
        mine = np.flatnonzero((jobs.team == team) & (played.start >= 0))
        for i in mine[::7].tolist():
            at_work = int(((played.start[mine] <= played.start[i]) & (played.end[mine] > played.start[i])).sum())
            hour = int(played.start[i] / HOUR) % shifts.hours
            assert at_work <= shifts.servers[team, hour]


def test_the_same_input_gives_the_same_bytes() -> None:
    jobs, shifts = draw_network(9)
    one, other = (play_jobs(*draw_network(9), fast=False) for _ in range(2))
    assert one.end.tobytes() == other.end.tobytes()
    assert play_jobs(jobs, shifts, fast=False).start.tobytes() == one.start.tobytes()


@pytest.mark.skipif(not compiled.is_available(), reason="numba is not installed (svcflow[fast])")
@pytest.mark.parametrize("seed", range(3))
def test_the_compiled_kernel_gives_the_same_bytes(seed: int) -> None:
    jobs, shifts = draw_network(seed)
    plain, fast = (play_jobs(jobs, shifts, fast=choice) for choice in (False, True))
    for name in ("ready", "start", "end"):
        assert getattr(plain, name).tobytes() == getattr(fast, name).tobytes()


def test_more_people_never_make_the_first_come_wait_longer_in_sum() -> None:
    jobs, few = make_station(3_000, rate=0.9, mean=1.0, servers=1)
    more = Shifts.from_heads(np.full((1, 168), 2.0))
    assert play_jobs(jobs, more).end.sum() < play_jobs(jobs, few).end.sum()
