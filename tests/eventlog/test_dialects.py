"""Some of the generated dialects of exports, each read without a mapping and compared with its truth."""

from __future__ import annotations

import sys
from collections import Counter
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "benchmarks"))

from bench_dialects import judge
from dialects import Dialect, list_dialects, make, write

DIALECTS = list(list_dialects())[::8]


@pytest.mark.parametrize("dialect", DIALECTS, ids=str)
def test_dialect(dialect: Dialect, tmp_path: Path) -> None:
    sample = make(dialect)
    verdict = judge(sample, write(sample, tmp_path))
    assert verdict.wrong == []
    assert (verdict.shape == "refused") == dialect.refused


def test_the_choice_meets_every_shape_and_language() -> None:
    varieties = Counter(dialect.variety for dialect in DIALECTS)
    assert len(varieties) == 7
    assert min(varieties.values()) >= 4
    assert len({dialect.language for dialect in DIALECTS}) == 11
    assert any(dialect.refused for dialect in DIALECTS)


def test_the_truth_can_be_missed(tmp_path: Path) -> None:
    sample = make(next(dialect for dialect in DIALECTS if dialect.variety == "events" and not dialect.refused))
    sample.truth.roles["case"], sample.truth.roles["activity"] = sample.truth.roles["activity"], "elsewhere"
    assert sum(text.startswith("IN SILENCE") for text in judge(sample, write(sample, tmp_path)).wrong) == 2
