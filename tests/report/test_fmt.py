import re

from hypothesis import given, settings
from hypothesis import strategies as st

from svcflow.report import fmt

SECONDS = {"s": 1, "min": 60, "h": 3600, "d": 86_400, "秒": 1, "分钟": 60, "小时": 3600, "天": 86_400}
durations = st.floats(0, 4e9, allow_nan=False)
settings.register_profile("report", deadline=None)
settings.load_profile("report")


def read_back(text: str) -> float:
    figure, factor, unit = re.fullmatch(r"<?([\d,.]+) ?(万|亿)? ?(\S+)", text).groups()
    return float(figure.replace(",", "")) * {"万": 1e4, "亿": 1e8, None: 1}[factor] * SECONDS[unit]


@given(durations)
def test_a_duration_read_back_is_right_within_its_rounding_in_both_languages(seconds: float) -> None:
    told = fmt.duration(seconds)
    for text in (told.en, told.zh):
        assert abs(read_back(text) - seconds) <= (1.0 if seconds < 59 else max(30.5, 0.06 * seconds))


@given(durations, durations)
def test_longer_never_reads_shorter(one: float, other: float) -> None:
    short, long = sorted((one, other))
    assert read_back(fmt.duration(short).en) <= read_back(fmt.duration(long).en)


@given(durations)
def test_units_change_where_the_rules_say(seconds: float) -> None:
    text = fmt.duration(seconds).en
    figure = float(text.split()[0].strip("<").replace(",", ""))
    unit = text.split()[1]
    assert figure < {"s": 60, "min": 60, "h": 72, "d": float("inf")}[unit]
    assert ("." in text) == ((unit == "h" and figure < 10) or (unit == "d" and figure < 100))


def test_the_examples_of_the_rules() -> None:
    cases = {0: "0 s", 45: "45 s", 90: "2 min", 3600: "1.0 h", 36_000: "10 h", 71 * 3600: "71 h", 72 * 3600: "3.0 d"}
    assert {seconds: fmt.duration(seconds).en for seconds in cases} == cases
    assert fmt.duration(-5400).en == "−1.5 h"
    assert fmt.duration(None) == fmt.NOTHING
    assert fmt.number(123_456).zh == "12.3 万"
    assert fmt.total(98_892 * 3600).zh == "9.9 万小时"


@given(st.floats(0, 1, allow_nan=False))
def test_only_all_reads_all_and_only_none_reads_none(share: float) -> None:
    text = fmt.share(share).en
    assert (text == "100%") == (share == 1)
    assert (text in {"0%", "0.0%"}) == (share == 0)


@given(st.integers(0, 10**12))
def test_one_is_singular(n: int) -> None:
    assert fmt.count(n, "case").en.endswith(" case") == (n == 1)


def test_a_broken_time_comes_back_as_it_is() -> None:
    assert fmt.moment("yesterday") == "yesterday"
    assert not fmt.period("yesterday", None)
    assert fmt.period("2025-12-30T00:00:00+00:00", "2026-01-02T00:00:00+00:00").en == "30 Dec 2025 – 2 Jan 2026"
