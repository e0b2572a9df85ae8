"""Times in text: every format at its value, day and month by proof or not at all, zones exactly."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from svcflow.errors import MappingError
from svcflow.eventlog.log import MISSING_TIME
from svcflow.eventlog.stamps.column import Stamps, read_stamps
from svcflow.eventlog.stamps.zones import localise
from svcflow.eventlog.texts import strings

EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)


def read(*texts: str, **stated: str) -> Stamps:
    return read_stamps(pa.chunked_array([strings(list(texts))]), "when", **stated)


def iso(stamps: Stamps) -> list[str | None]:
    return [None if v == MISSING_TIME else str(np.datetime64(int(v), "ms")).removesuffix(".000") for v in stamps.values]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("2012/10/09 14:50:17.000", "2012-10-09T14:50:17"),
        ("2012-10-09T14:50:17Z", "2012-10-09T14:50:17"),
        ("2006-01-11T15:49:42+01:00", "2006-01-11T14:49:42"),
        ("2011-10-01 00:38:44.546000+02:00", "2011-09-30T22:38:44.546"),
        ("2011-10-01 00:38:44.5 -0330", "2011-10-01T04:08:44.500"),
        ("2011-10-01T00:38+02", "2011-09-30T22:38:00"),
        ("16.01.2017 13:29", "2017-01-16T13:29:00"),
        ("31/12/2022 08:00", "2022-12-31T08:00:00"),
        ("10/31/2016 11:07:15 PM", "2016-10-31T23:07:15"),
        ("10/31/2016 12:07 AM", "2016-10-31T00:07:00"),
        ("20170116 132905", "2017-01-16T13:29:05"),
        ("16-Jan-2017 13:29", "2017-01-16T13:29:00"),
        ("16/Jan/17 01:29 PM", "2017-01-16T13:29:00"),
        ("16-JAN-99", "1999-01-16T00:00:00"),
        ("Jan 16, 2017 13:29", "2017-01-16T13:29:00"),
        ("Mon, 16 Jan 2017 13:29:01 GMT", "2017-01-16T13:29:01"),
        ("3 mrt 2017", "2017-03-03T00:00:00"),
        ("2022年3月5日 下午3:07", "2022-03-05T15:07:00"),
        ("2022年03月05日 08:07:09", "2022-03-05T08:07:09"),
        ("2022-12-31 24:00", "2023-01-01T00:00:00"),
        ("  2022-12-31 04:00 ", "2022-12-31T04:00:00"),
        ("1355044217", "2012-12-09T09:10:17"),
        ("1355044217.25", "2012-12-09T09:10:17.250"),
        ("1355044217250", "2012-12-09T09:10:17.250"),
        ("1970-01-01T01:00:00+01:00", "1970-01-01T00:00:00"),
        ("9999-12-31", "9999-12-31T00:00:00"),
        ("0001-01-01", "0001-01-01T00:00:00"),
    ],
)
def test_formats(text: str, value: str) -> None:
    assert iso(read(text)) == [value]


@pytest.mark.parametrize(
    "text",
    ["2022-02-30", "2022-13-01", "2022-00-10", "2022-01-01 25:00", "2022-01-01 10:61", "2022-01-01X10:00",
     "2022-01-01 10:00 XYZ", "tomorrow", "13/13/2022", "31/12/22", "2022-01-01 13:00 PM", "16-Foo-2017", "x" * 100],
)  # fmt: skip
def test_what_is_no_time_is_unreadable_and_never_zero(text: str) -> None:
    stamps = read("2022-01-31 10:00", text)
    assert stamps.unreadable.tolist() == [False, True]
    assert stamps.values[1] == MISSING_TIME


def test_iso_always_wins() -> None:
    assert iso(read("2026-03-02", "2026-04-05 08:00")) == ["2026-03-02T00:00:00", "2026-04-05T08:00:00"]


def test_one_value_above_twelve_proves_the_order_for_all() -> None:
    assert iso(read(*["02/03/2026"] * 70_000, "13/03/2026"))[0] == "2026-03-02T00:00:00"
    assert iso(read(*["02/03/2026"] * 70_000, "03/13/2026"))[0] == "2026-02-03T00:00:00"


def test_an_unproved_order_is_refused_with_the_line_to_write() -> None:
    with pytest.raises(MappingError) as refused:
        read("02/03/2026 08:05", "04/05/2026 10:00")
    assert refused.value.message == (
        "column 'when' does not tell day from month: no value has a number above 12 (for example '02/03/2026 08:05')"
    )
    assert "time_format: '%d/%m/%Y %H:%M' or '%m/%d/%Y %H:%M'" in refused.value.hint
    assert iso(read("02/03/2026 08:05", time_format="%d/%m/%Y %H:%M")) == ["2026-03-02T08:05:00"]
    assert iso(read("02/03/2026 08:05", time_format="%m/%d/%Y %H:%M")) == ["2026-02-03T08:05:00"]


def test_contradicting_orders_are_refused() -> None:
    with pytest.raises(MappingError, match=r"mixes dates: '13/03/2026' .row 1. has the day first"):
        read("13/03/2026", "03/13/2026")


def test_equal_numbers_need_no_order() -> None:
    assert iso(read("05/05/2026")) == ["2026-05-05T00:00:00"]


def test_zones_must_not_mix_unless_stated() -> None:
    with pytest.raises(MappingError, match="mixes stamps with a zone"):
        read("2022-01-01T10:00Z", "2022-01-01T10:00")
    mixed = read("2022-01-01T10:00Z", "2022-01-01T10:00", timezone="Asia/Shanghai")
    assert iso(mixed) == ["2022-01-01T10:00:00", "2022-01-01T02:00:00"]


def test_facts_about_a_column() -> None:
    assert read("2022-01-01", "2022-01-02 00:00:00").dates_only
    assert not read("2022-01-01", "2022-01-02 00:00:01").dates_only
    assert read("2022-01-01 10:00:00.123456", "2022-01-01 10:00:00.123000").finer == 1
    assert read("2022-01-01").naive
    assert not read("2022-01-01T00:00Z").naive
    assert not read("2022-01-01", timezone="UTC").naive


FORMATS = [
    "%Y-%m-%d %H:%M:%S.%f",
    "%d.%m.%Y %H:%M:%S",
    "%m/%d/%Y %I:%M:%S %p",
    "%d-%b-%Y %H:%M:%S",
    "%Y%m%d%H%M%S",
    "%y%m%d %H%M",
]
FIRST, LAST = dt.datetime.min + dt.timedelta(days=1), dt.datetime.max - dt.timedelta(days=1)  # noqa: DTZ901 - wall clocks are meant
MOMENTS = st.datetimes(FIRST.replace(year=1971), LAST.replace(year=2060))


@settings(deadline=None, max_examples=150)
@given(st.lists(MOMENTS, min_size=1, max_size=20), st.sampled_from(FORMATS))
def test_stated_formats_agree_with_strptime(moments: list[dt.datetime], form: str) -> None:
    texts = [moment.strftime(form) for moment in moments]
    wanted = [dt.datetime.strptime(text, form).replace(tzinfo=dt.UTC) for text in texts]
    values = read(*texts, time_format=form).values
    assert values.tolist() == [(moment - EPOCH) // dt.timedelta(milliseconds=1) for moment in wanted]


@settings(deadline=None, max_examples=100)
@given(
    st.lists(st.datetimes(FIRST, LAST), min_size=1, max_size=30),
    st.integers(-840, 840),
)
def test_iso_agrees_with_the_standard_library(moments: list[dt.datetime], offset: int) -> None:
    zone = dt.timezone(dt.timedelta(minutes=offset))
    texts = [moment.replace(tzinfo=zone).isoformat(sep=" ") for moment in moments]
    wanted = [(dt.datetime.fromisoformat(t) - EPOCH) // dt.timedelta(milliseconds=1) for t in texts]
    assert read(*texts).values.tolist() == wanted


@settings(deadline=None, max_examples=60)
@given(
    st.lists(MOMENTS, min_size=1, max_size=30),
    st.sampled_from(["Europe/Amsterdam", "America/New_York", "Asia/Shanghai", "Australia/Lord_Howe", "UTC"]),
)
def test_wall_clocks_agree_with_zoneinfo(moments: list[dt.datetime], name: str) -> None:
    clock = np.array([int((m.replace(tzinfo=dt.UTC) - EPOCH) // dt.timedelta(milliseconds=1)) for m in moments])
    wanted = [(m.replace(tzinfo=ZoneInfo(name)) - EPOCH) // dt.timedelta(milliseconds=1) for m in moments]
    assert localise(clock, name).tolist() == wanted


@settings(deadline=None, max_examples=200)
@given(st.lists(st.text(st.characters(exclude_categories=["Cs"]), max_size=40), min_size=1, max_size=40))
def test_any_text_is_read_or_unreadable(texts: list[str]) -> None:
    try:
        stamps = read(*texts)
    except MappingError:
        return
    blank = np.array([not text.strip(" ") for text in texts])
    assert (blank | stamps.unreadable | (stamps.values != MISSING_TIME)).all()
    assert not (stamps.unreadable & (stamps.values != MISSING_TIME)).any()


def test_many_strange_shapes_do_not_hide_good_stamps() -> None:
    strange = [f"{'x' * (i % 40)}-{i}" for i in range(1000)]
    stamps = read(*strange, "2022-01-31 10:00", *strange, "2022-01-31 11:00")
    assert stamps.readable == 2


@pytest.mark.parametrize("form", ["%Q", "%d/%m", "hello", "%d %d %Y", "%H:%M"])
def test_useless_formats_are_refused(form: str) -> None:
    with pytest.raises(MappingError, match="time_format"):
        read("2022-01-01", time_format=form)


@pytest.mark.parametrize("unit", ["s", "ms", "us", "ns"])
def test_typed_columns_keep_their_unit(unit: str) -> None:
    values = np.array(["2022-01-01T10:00:00.000", "1960-05-05T00:00:00.500"], f"M8[{unit}]")
    array = pa.Array.from_buffers(pa.timestamp(unit, "UTC"), 2, [None, pa.py_buffer(values.view(np.int64))])
    stamps = read_stamps(pa.chunked_array([array]), "when")
    assert stamps.values.tolist() == values.astype("M8[ms]").astype(np.int64).tolist()
    assert not stamps.naive
