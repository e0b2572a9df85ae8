"""A day and the time of day in the column beside it are one time, whatever types the export gives them."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from openpyxl import Workbook
from pyarrow import feather, parquet

from svcflow.errors import InputError
from svcflow.eventlog import read_log
from svcflow.eventlog.ingest import import_log
from svcflow.eventlog.store import opening

BEGIN = dt.datetime(2026, 1, 5, 8, 15, 30)  # noqa: DTZ001 - a wall clock
TIMES = [BEGIN + dt.timedelta(hours=7 * place) for place in range(60)]
MILLIS = [round((moment - dt.datetime(1970, 1, 1)).total_seconds() * 1000) for moment in TIMES]  # noqa: DTZ001


def make_table(days: Any, clocks: Any) -> pa.Table:
    cases = [f"c{place // 3}" for place in range(len(TIMES))]
    return pa.table(
        {"case": cases, "activity": ["open", "check", "close"] * 20, "Day": days, "Clock": clocks, "desk": ["d"] * 60}
    )


DAYS = {
    "date": pa.array([moment.date() for moment in TIMES]),
    "midnight": pa.array([moment.replace(hour=0, minute=0, second=0) for moment in TIMES], pa.timestamp("us")),
    "midnight, nanoseconds": pa.array([moment.replace(hour=0, minute=0, second=0) for moment in TIMES]).cast(
        pa.timestamp("ns")
    ),
    "text": pa.array([f"{moment:%Y-%m-%d} 00:00:00.000" for moment in TIMES]),
}
CLOCKS = {
    "time": pa.array([moment.time() for moment in TIMES]),
    "text": pa.array([f"{moment:%H:%M:%S}" for moment in TIMES]),
}


@pytest.mark.parametrize("day", DAYS)
@pytest.mark.parametrize("clock", CLOCKS)
@pytest.mark.parametrize("suffix", ["parquet", "feather"])
def test_typed_columns_are_joined(tmp_path: Path, day: str, clock: str, suffix: str) -> None:
    path, table = tmp_path / f"log.{suffix}", make_table(DAYS[day], CLOCKS[clock])
    parquet.write_table(table, path) if suffix == "parquet" else feather.write_feather(table, str(path))
    log = read_log(path)
    assert sorted(log.time.tolist()) == MILLIS
    assert any("'Day' and 'Clock' are one time" in note for note in log.notes)
    import_log(path, tmp_path / "out.parquet", block=7)
    assert np.array_equal(opening.open(tmp_path / "out.parquet").time, log.time)


def test_times_that_are_no_days_stay(tmp_path: Path) -> None:
    path = tmp_path / "log.parquet"
    parquet.write_table(make_table(pa.array(TIMES), CLOCKS["text"]), path)
    assert sorted(read_log(path).time.tolist()) == MILLIS


def test_cells_of_a_workbook_are_joined(tmp_path: Path) -> None:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["Ticket", "Step", "Date", "Time"])
    for place, moment in enumerate(TIMES):
        sheet.append([f"T{place // 3}", ["open", "check", "close"][place % 3], moment.date(), moment.time()])
    book.save(tmp_path / "log.xlsx")
    log = read_log(tmp_path / "log.xlsx")
    assert sorted(log.time.tolist()) == MILLIS


@pytest.mark.parametrize(
    "form",
    ["%Y年%m月%d日 %H时%M分%S秒", "%Y年%m月%d日%H時%M分%S秒", "%d/%m/%Y %Hh%M", "%d/%m/%Y %H h %M", "%d.%m.%Y %Hh%M"],
)
def test_clocks_with_words_are_read(tmp_path: Path, form: str) -> None:
    path = tmp_path / "log.csv"
    rows = [f"c{place // 3};{place % 3};{moment.strftime(form)}" for place, moment in enumerate(TIMES)]
    path.write_text("\n".join(["case;activity;time", *rows]) + "\n", encoding="utf-8")
    exact = 1_000 if "秒" in form else 60_000
    assert sorted(read_log(path).time.tolist()) == [time // exact * exact for time in MILLIS]


def test_another_letter_between_hours_and_minutes_is_no_clock(tmp_path: Path) -> None:
    path = tmp_path / "log.csv"
    rows = [f"c{place // 3};{place % 3};{moment:%d/%m/%Y %Hx%M}" for place, moment in enumerate(TIMES)]
    path.write_text("\n".join(["case;activity;time", *rows]) + "\n", encoding="utf-8")
    with pytest.raises(InputError, match="times that can be read"):
        read_log(path)
