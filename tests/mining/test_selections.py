"""Filters as people state them: in options, in Python, and against a plain reading of the cases."""

import datetime as dt
import json
from pathlib import Path
from typing import Any

import pytest
from svcflow_test_logs import DAY, HOUR, MONDAY, Row, build

from svcflow import read_log
from svcflow.cli.main import main
from svcflow.errors import UsageError
from svcflow.eventlog.log import Log
from svcflow.mining import stating
from svcflow.mining.selections import select

LOG = Path(__file__).parents[2] / "logs" / "complaints.csv"


def make() -> Log:
    """Return five cases: abc in 2 h, abc in 3 days, acb in 1 h, a alone, abab in 5 days."""
    spans = {"one": ("abc", HOUR), "two": ("abc", 36 * HOUR), "three": ("acb", HOUR // 2), "four": ("a", 0),
             "five": ("abab", 40 * HOUR)}  # fmt: skip
    rows = [
        Row(case, activity, MONDAY + number * DAY + place * step)
        for number, (case, (steps, step)) in enumerate(spans.items())
        for place, activity in enumerate(steps)
    ]
    return build(rows)


@pytest.mark.parametrize(
    ("stated", "left"),
    [
        (stating.state_variants(1), "one two"),
        (stating.state_variants("1", 2), "one two four"),
        (stating.state_variants("60%"), "one two four"),
        (stating.state_variants(coverage=0.4), "one two"),
        (stating.state_variants(["a", "c", "b"], ["a"]), "three four"),
        (stating.state_duration(at_least="2h"), "one two five"),
        (stating.state_duration(at_most=dt.timedelta(hours=2)), "one three four"),
        (stating.state_duration("3600s", 7200), "one three"),
        (stating.state_ends(last="b"), "three five"),
        (stating.state_ends(first=["a"], last=["b", "a"]), "three four five"),
        (stating.state_order("c", "b"), "three"),
        (stating.state_order("a", "b", within="1h"), "one three"),
        (stating.state_order("a", "b", directly=True), "one two five"),
        (stating.state_order("a", "b", never=True), "four"),
        (stating.state_order("b", "a"), "five"),
        (stating.state_period(since="2026-03-04"), "three four five"),
        (stating.state_period(dt.date(2026, 3, 3), dt.datetime(2026, 3, 5, tzinfo=dt.UTC)), "two three"),
    ],
)
def test_what_is_left(stated: dict[str, Any], left: str) -> None:
    assert " ".join(select(make(), [stated]).case_ids) == left


@pytest.mark.parametrize(
    ("stated", "said"),
    [
        (stating.state_ends(first="A"), "did you mean 'a'"),
        (stating.state_order("a", "zz"), "svcflow mine"),
        (stating.state_variants(["a", "d"]), "svcflow mine"),
        (stating.state_variants(99), "loosen"),
        ({"kind": "variant", "ranks": [0]}, "manual"),
        ({"kind": "variant", "ranks": [True]}, "manual"),
    ],
)
def test_what_cannot_be_is_said_with_a_hint(stated: dict[str, Any], said: str) -> None:
    log = build([Row("c", "a", MONDAY), Row("c", "ab", MONDAY)])
    with pytest.raises(UsageError) as caught:
        select(log, [stated])
    assert said in caught.value.hint


@pytest.mark.parametrize("text", ["5", "5 d", "d", "1e3s", "-5d", "5y", "", "9" * 50 + "s"])
def test_what_is_no_duration(text: str) -> None:
    with pytest.raises(UsageError):
        stating.read_duration(text)


@pytest.mark.parametrize(
    ("options", "filters"),
    [
        (["--variant", "1", "--variant", "3"], [stating.state_variants(1, 3)]),
        (["--variant", "80%"], [stating.state_variants(coverage=0.8)]),
        (["--slower-than", "2d", "--faster-than", "5d"], [stating.state_duration("2d", "5d")]),
        (["--ends-with", "Case closed", "--ends-with", "Rejection explained"],
         [stating.state_ends(last=["Case closed", "Rejection explained"])]),
        (["--follows", "Case created", "First reply", "--within", "1h", "--where", "severity == 'high'"],
         [stating.state_order("Case created", "First reply", within="1h"),
          stating.state_condition("severity == 'high'")]),
        (["--never-follows", "First reply", "Case closed", "--from", "2026-02-01"],
         [stating.state_order("First reply", "Case closed", never=True), stating.state_period("2026-02-01")]),
        (["--filter", json.dumps(stating.state_variants(1) | {"not": True})],
         [stating.state_variants(1) | {"not": True}]),
    ],
)  # fmt: skip
def test_options_mean_what_python_means(
    capsys: pytest.CaptureFixture[str], options: list[str], filters: list[dict[str, Any]], tmp_path: Path
) -> None:
    log = select(read_log(LOG), filters)
    assert 0 < log.cases < 1600
    assert main(["mine", str(LOG), "--what", "map", "--format", "json", *options]) == 0
    assert json.loads(capsys.readouterr().out)["log"]["cases"] == log.cases
    assert main(["export", str(LOG), "-q", "-o", str(tmp_path / "x.parquet"), *options]) == 0
    assert read_log(tmp_path / "x.parquet").cases == log.cases


@pytest.mark.parametrize(
    "options",
    [["--within", "5d"], ["--variant", "A"], ["--variant", "0"], ["--slower-than", "soon"], ["--filter", "{"],
     ["--filter", "[" * 100_000], ["--filter", "3"], ["--filter", '{"kind": "none"}'], ["--starts-with", "no such"],
     ["--follows", "a", "b"]],
)  # fmt: skip
def test_options_that_cannot_be_are_refused_in_one_line(capsys: pytest.CaptureFixture[str], options: list[str]) -> None:
    assert main(["mine", str(LOG), *options]) == 2
    told = capsys.readouterr()
    assert told.out == ""
    assert [line.partition(":")[0] for line in told.err.splitlines()] == ["error", "hint"]
