"""Parts add up: tallies of blocks and surveys of batches give what the whole gives."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, replace
from functools import reduce
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from svcflow.errors import UsageError
from svcflow.eventlog import read_log
from svcflow.eventlog.log import Batch, Log
from svcflow.eventlog.quality.catalogue import CATALOGUE, found
from svcflow.eventlog.quality.clocks import find_border
from svcflow.eventlog.quality.examination import examine
from svcflow.eventlog.quality.gate import parse
from svcflow.eventlog.quality.survey import DAY, bin_durations, read_quantile, survey, survey_batch
from svcflow.eventlog.quality.tally import Rows, Tally


@pytest.fixture(scope="module")
def log() -> Log:
    return read_log(Path(__file__).parents[3] / "logs" / "escalations.csv")


def cut(log: Log, sizes: list[int]) -> Iterator[Batch]:
    first = 0
    for size in [*sizes, log.cases]:
        last = min(log.cases, first + size)
        if last > first:
            yield log.batch(first, last)
        first = last


@settings(deadline=None, max_examples=25)
@given(sizes=st.lists(st.integers(1, 150), max_size=6))
def test_a_survey_is_the_sum_of_any_parts(log: Log, sizes: list[int]) -> None:
    whole = survey(log)
    parts = reduce(lambda a, b: a + b, (survey_batch(batch, len(log.activities)) for batch in cut(log, sizes)))
    for part in fields(whole):
        assert np.array_equal(getattr(whole, part.name), getattr(parts, part.name)), part.name
    assert whole.instances == log.instances == sum(whole.days.values()) == int(whole.stamps.sum())
    assert int(whole.opening.sum()) == int(whole.closing.sum()) == log.cases


@settings(deadline=None, max_examples=10)
@given(rows=st.integers(1, 3000))
def test_facts_do_not_depend_on_the_size_of_blocks(log: Log, rows: int) -> None:
    class Blocked(Log):
        def batches(self, _rows: int = rows) -> Iterator[Batch]:
            return Log.batches(self, rows)

    blocked = Blocked(**{part.name: getattr(log, part.name) for part in fields(Log)})
    assert examine(blocked, Tally(events=log.events)) == examine(log, Tally(events=log.events))


COUNT = st.builds(Rows, st.integers(0, 9), st.lists(st.integers(1, 99), max_size=5).map(lambda x: tuple(sorted(x))))
TALLY = st.builds(
    Tally, rows=st.integers(0, 50), events=st.integers(0, 50), dropped=st.dictionaries(st.sampled_from("ab"), COUNT),
    dates_only=st.sampled_from([None, True, False]), naive=st.booleans(), finer=st.integers(0, 5), ties=COUNT,
    reason=st.tuples(st.integers(1, 99), st.sampled_from(["", "why"])), lifecycle=st.booleans(),
)  # fmt: skip


@settings(deadline=None)
@given(one=TALLY, two=TALLY, three=TALLY)
def test_tallies_add_in_any_order(one: Tally, two: Tally, three: Tally) -> None:
    assert (one + two) + three == one + (two + three)
    assert one + two == two + one
    assert replace(one + Tally(), reason=one.reason) == replace(one, dropped=dict(sorted(one.dropped.items())))


def test_the_clock_of_the_survey_finds_strays() -> None:
    year = dict.fromkeys(range(20000, 20365), 10)
    assert find_border(year, late=True) is None
    assert find_border(year, late=False) is None
    assert find_border(year | {20_500: 3}, late=True) == 20_500 * DAY - 1
    assert find_border(year | {20_500: 4}, late=True) is None
    assert find_border(year | {19_900: 2}, late=False) == 20_000 * DAY
    assert find_border(year | {20_380: 1}, late=True) is None


@settings(deadline=None)
@given(st.lists(st.integers(1, 10**11), min_size=1, max_size=60), st.sampled_from([0.5, 0.9, 0.99]))
def test_quantiles_of_durations_are_within_a_bin(values: list[int], share: float) -> None:
    found_at = read_quantile(np.bincount(bin_durations(np.array(values)), minlength=256), share)
    exact = np.quantile(values, share, method="inverted_cdf")
    assert exact <= found_at <= exact * 1.2 + 2


@pytest.mark.parametrize(
    ("text", "failing"),
    [
        ("warning", ["dates-only", "reused-cases"]),
        ("error", ["reused-cases"]),
        ("note", ["ties", "dates-only", "reused-cases"]),
        ("ties", ["ties"]),
        ("ties=5%", []),
        ("ties=0.03", ["ties"]),
        ("error,ties=3%,reused-cases=100%", ["ties"]),
    ],
)
def test_the_gate(text: str, failing: list[str]) -> None:
    facts = [found("ties", 4, 0.04, "x"), found("dates-only", 9, 1.0, "x"), found("reused-cases", 1, 0.5, "x")]
    assert [fact.id for fact in parse(text).fails(facts)] == failing


@pytest.mark.parametrize(("text", "message"), [("tie", "did you mean 'ties'"), ("ties=x", "no share"), ("", "no fact")])
def test_the_gate_refuses_what_it_does_not_know(text: str, message: str) -> None:
    with pytest.raises(UsageError, match=message):
        parse(text)


def test_every_check_tells_facts_of_the_catalogue(log: Log) -> None:
    assert {fact.id for fact in log.quality} <= CATALOGUE.keys()
    assert all(fact.effect and fact.severity for fact in log.quality)
