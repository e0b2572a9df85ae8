"""Logs of every kind, and how two logs are compared: field by field, value by value, type by type."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import pytest
from hypothesis import strategies as st

from svcflow.eventlog.log import MISSING_TIME, Batch, Column, Log, Quality, Role, Vocabulary

words = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=6).filter(
    lambda text: not text.isspace()
)
moments = st.integers(-62_135_596_800_000 + 10**9, 253_402_300_799_999 - 10**9)


def assert_same(first: Any, second: Any, where: str = "") -> None:
    """Fail where two logs, columns or values differ in anything."""
    if isinstance(first, np.ndarray):
        assert first.dtype == second.dtype, where
        assert np.array_equal(first, second, equal_nan=first.dtype == np.float64), (where, first, second)
    elif isinstance(first, (Log, Column, Batch)):
        for part in dataclasses.fields(first):
            assert_same(getattr(first, part.name), getattr(second, part.name), f"{where}.{part.name}")
    elif isinstance(first, Mapping):
        assert list(first) == list(second), where
        for name in first:
            assert_same(first[name], second[name], f"{where}.{name}")
    else:
        assert first == second, where


@pytest.fixture
def same() -> Callable[[Any, Any], None]:
    return assert_same


def make_words(texts: list[str | None]) -> Column:
    known = sorted({text for text in texts if text})
    place = {text: code for code, text in enumerate(["", *known])}
    return Column("text", np.array([place[text or ""] for text in texts], np.int32), Vocabulary(("", *known)))


def _choose(values: st.SearchStrategy[Any], rows: int, make: Callable[[list[Any]], Column]) -> st.SearchStrategy[Any]:
    return st.lists(values, min_size=rows, max_size=rows).map(make)


def columns(rows: int) -> st.SearchStrategy[Column]:
    """Columns of all kinds with gaps."""
    return st.one_of(
        _choose(st.none() | words, rows, make_words),
        _choose(
            st.just(float("nan")) | st.floats(allow_nan=False),
            rows,
            lambda v: Column("number", np.array(v, np.float64)),
        ),
        _choose(st.sampled_from([-1, 0, 1]), rows, lambda v: Column("boolean", np.array(v, np.int8))),
        _choose(st.just(MISSING_TIME) | moments, rows, lambda v: Column("datetime", np.array(v, np.int64))),
    )


@st.composite
def logs(draw: st.DrawFn, unit: int | None = None) -> Log:
    """Any log that keeps the promises of `Log`."""
    sizes = draw(st.lists(st.integers(1, 5), min_size=0, max_size=7))
    rows, unit = sum(sizes), unit or draw(st.sampled_from([1, 1000]))
    offsets = np.r_[0, np.cumsum(np.array(sizes, np.int64))].astype(np.int64)

    def numbers(low: int, high: int) -> np.ndarray:
        return np.array(draw(st.lists(st.integers(low, high), min_size=rows, max_size=rows)), np.int64)

    begins = np.sort(np.array([draw(moments) // 1000 * 1000 for _ in sizes], np.int64))
    gaps = numbers(0, 90_000) * unit
    time = np.concatenate(
        [b + np.cumsum(gaps[lo:hi]) for b, lo, hi in zip(begins, offsets, offsets[1:], strict=False)] or [gaps]
    )
    order = np.argsort(time[offsets[:-1]], kind="stable")
    time = np.concatenate([time[offsets[c] : offsets[c + 1]] for c in order] or [time])
    offsets = np.r_[0, np.cumsum(np.diff(offsets)[order])].astype(np.int64)
    has_start = numbers(0, 1).astype(bool) if draw(st.booleans()) else np.zeros(rows, bool)
    vocabularies = [tuple(sorted(draw(st.sets(words, min_size=1, max_size=4)))) for _ in range(3)]
    people = [Vocabulary(("", *texts)) for texts in vocabularies[1:]]
    names = draw(st.lists(words, min_size=len(sizes), max_size=len(sizes), unique=True))
    counts = draw(st.sampled_from(["none", "same", "other"]))
    events = {"none": None, "same": np.diff(offsets), "other": np.diff(offsets) + 3}[counts]
    return Log(
        source=draw(words),
        zone=draw(st.sampled_from(["", "UTC", "Europe/Amsterdam"])),
        case_ids=tuple(names),
        offsets=offsets,
        time=time,
        start=np.where(has_start, time - numbers(0, 90_000) * unit, time),
        has_start=has_start,
        activity=numbers(0, len(vocabularies[0]) - 1).astype(np.int32),
        activities=Vocabulary(vocabularies[0]),
        resource=numbers(0, len(people[0]) - 1).astype(np.int32),
        resources=people[0],
        team=numbers(0, len(people[1]) - 1).astype(np.int32),
        teams=people[1],
        events=rows + draw(st.integers(0, 3)),
        attributes=draw(st.dictionaries(words, columns(rows), max_size=3)),
        case_attributes=draw(st.dictionaries(words, columns(len(sizes)), max_size=3)),
        roles=(Role("case", draw(words), "why", ("a", "b")),),
        quality=(Quality("ties", 3, 0.25, draw(words), (1, 2), "effect", "warning"),),
        done=tuple(draw(st.lists(words, max_size=2))),
        machines=tuple(draw(st.lists(words, max_size=2))),
        sides=draw(st.dictionaries(words, st.sampled_from(["customer", "vendor"]), max_size=2)),
        states=draw(st.dictionaries(words, st.sampled_from(["customer", "vendor"]), max_size=2)),
        case_events=events,
        notes=tuple(draw(st.lists(words, max_size=2))),
    )
