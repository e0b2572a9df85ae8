"""XES: streamed, typed, safe."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from pathlib import Path

import pytest

from svcflow.errors import InputError
from svcflow.eventlog import batches, read_log
from svcflow.eventlog.raw import Stated
from svcflow.eventlog.readers import xes


def event(name: str, time: str, more: str = "") -> str:
    return (
        f'<event><string key="concept:name" value="{name}"/><date key="time:timestamp" value="{time}"/>{more}</event>'
    )


def trace(name: str, *events: str, more: str = "") -> str:
    return f'<trace><string key="concept:name" value="{name}"/>{more}{"".join(events)}</trace>'


def log_of(*traces: str, head: str = '<?xml version="1.0" encoding="UTF-8"?>') -> str:
    meta = '<global scope="event"><string key="concept:name" value="UNKNOWN"/></global>'
    meta += '<float key="m" value="1"><float key="n" value="2"/></float>'
    return f'{head}<log xmlns="http://www.xes-standard.org/">{meta}{"".join(traces)}</log>'


SMALL = log_of(
    trace("c1", event("a", "2024-01-31T10:00:00+01:00"), event("b &amp; c", "2024-01-31T11:00:00+01:00")),
    trace("c2", event("a", "2024-02-01T10:00:00Z", '<int key="cost" value="7"><string key="unit" value="EUR"/></int>'),
          more='<string key="topic" value="über"/>'),
)  # fmt: skip


def test_attributes_of_traces_and_events(export: Callable[..., Path]) -> None:
    log = read_log(export(SMALL, "small.xes"))
    assert (log.case_ids, log.activities.texts) == (("c1", "c2"), ("a", "b & c"))
    assert [log.case_attributes["topic"].get(case) for case in (0, 1)] == [None, "über"]
    assert [log.case_attributes["cost"].get(case) for case in (0, 1)] == [None, 7.0]
    assert list(log.attributes) == []
    assert "unit" not in {*log.attributes, *log.case_attributes}
    assert log.zone == "UTC"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "iso-8859-1"])
def test_declared_encodings(encoding: str, tmp_path: Path) -> None:
    declared = encoding.removesuffix("-sig")
    text = SMALL.replace('encoding="UTF-8"', f'encoding="{declared}"')
    path = tmp_path / "small.xes"
    path.write_bytes(text.encode(encoding))
    assert read_log(path).case_attributes["topic"].get(1) == "über"


def test_gzip_is_told_by_content(tmp_path: Path) -> None:
    path = tmp_path / "log.bin"
    path.write_bytes(gzip.compress(SMALL.encode()))
    assert read_log(path).cases == 2


def test_batches_keep_sparse_columns_aligned(export: Callable[..., Path], monkeypatch: pytest.MonkeyPatch) -> None:
    rows = [(f"a{n % 3}", f"2024-01-{1 + n // 24:02}T{n % 24:02}:00:00Z", n) for n in range(60)]
    events = [event(a, t, f'<string key="late" value="v{n}"/>' if n >= 40 and n % 2 else "") for a, t, n in rows]
    path = export(log_of(trace("c", *events[:25]), trace("d", *events[25:])), "sparse.xes")
    whole = read_log(path)
    monkeypatch.setattr(batches, "ROWS", 7)
    cut = read_log(path)
    for log in (whole, cut):
        assert [log.attributes["late"].get(row) for row in range(60)] == [
            f"v{n}" if n >= 40 and n % 2 else None for n in range(60)
        ]
    assert (whole.activity == cut.activity).all()
    assert (whole.offsets == cut.offsets).all()


BOMB = '<?xml version="1.0"?><!DOCTYPE log [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;">]>'


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (log_of(trace("&b;", event("a", "2024-01-31T10:00:00Z")), head=BOMB), "declares a document type or entities"),
        (log_of(head='<!DOCTYPE log SYSTEM "file:///etc/passwd">'), "declares a document type or entities"),
        (SMALL[:-40], "the file ends too early"),
        (SMALL.replace("</trace>", "", 1), "not well-formed XML (mismatched tag)"),
        ("<html><body/></html>", "is XML but not XES: it begins with <html>"),
        (log_of(), "holds no events"),
        (log_of("<x>" * 300 + "</x>" * 300), "nests elements more than 200 deep"),
    ],
)  # fmt: skip
def test_broken_and_hostile_files(text: str, message: str, export: Callable[..., Path]) -> None:
    with pytest.raises(InputError) as refused:
        read_log(export(text, "bad.xes"))
    assert message in refused.value.message
    assert "bad.xes" in refused.value.message


def test_a_value_without_end_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(xes, "LONGEST", 1 << 21)
    path = tmp_path / "long.xes.gz"
    path.write_bytes(gzip.compress(SMALL[: SMALL.index("</trace>")].encode() + b'<string key="' + b"x" * (1 << 23)))
    with pytest.raises(InputError, match="holds a value of more than 2 MB"):
        read_log(path)


def test_too_many_attributes_are_refused(export: Callable[..., Path]) -> None:
    more = "".join(f'<string key="k{n}" value="v"/>' for n in range(2100))
    with pytest.raises(InputError, match="more than 2,000 different attributes"):
        xes.read(export(log_of(trace("c", event("a", "2024-01-31T10:00:00Z", more))), "wide.xes"), Stated())


def test_truncated_and_damaged_gzip(tmp_path: Path) -> None:
    packed = gzip.compress(SMALL.encode() * 50)
    path = tmp_path / "cut.xes.gz"
    path.write_bytes(packed[: len(packed) // 2])
    with pytest.raises(InputError, match=r"cut.xes.gz ends too early \(truncated gzip\)"):
        read_log(path)
    path.write_bytes(packed[:30] + bytes(40) + packed[70:])
    with pytest.raises(InputError, match=r"cut\.xes\.gz"):
        read_log(path)


def test_progress_is_told(export: Callable[..., Path]) -> None:
    said: list[str] = []
    read_log(export(SMALL, "small.xes"), progress=said.append)
    assert said == ["reading small.xes: 100%"]
