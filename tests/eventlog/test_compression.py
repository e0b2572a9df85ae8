"""Packed files: the same log as unpacked, one clear line for damage and bombs, nothing left behind."""

from __future__ import annotations

import bz2
import gzip
import lzma
import random
import zipfile
from pathlib import Path

import pyarrow as pa
import pytest

from svcflow.errors import InputError, SvcflowError
from svcflow.eventlog import compression, read_log

TEXT = (
    "case,activity,time\n" + "".join(f"{n // 3},{'abc'[n % 3]},2024-01-31 1{n % 3}:00\n" for n in range(300))
).encode()
XES = (
    '<?xml version="1.0" encoding="UTF-8"?>\n<log xes.version="1.0">'
    '<trace><string key="concept:name" value="1"/>'
    + '<event><string key="concept:name" value="a"/><date key="time:timestamp" value="2024-01-01T10:00:00Z"/></event>'
    * 9
    + "</trace></log>"
).encode()


def zstd(data: bytes) -> bytes:
    out = pa.BufferOutputStream()
    with pa.CompressedOutputStream(out, "zstd") as stream:
        stream.write(data)
    return out.getvalue().to_pybytes()


def zipped(members: dict[str, bytes], folder: Path) -> bytes:
    with zipfile.ZipFile(folder / "made.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    data = (folder / "made.zip").read_bytes()
    (folder / "made.zip").unlink()
    return data


PACKERS = {"gz": gzip.compress, "bz2": bz2.compress, "xz": lzma.compress, "zst": zstd}


@pytest.mark.parametrize("suffix", [*PACKERS, "zip"])
@pytest.mark.parametrize("name", ["log.csv.{}", "log", "log.csv"])
def test_a_packed_table_is_the_table(suffix: str, name: str, tmp_path: Path) -> None:
    path = tmp_path / name.format(suffix)
    path.write_bytes(
        zipped({"in/log.csv": TEXT, "__MACOSX/._log.csv": b"x"}, tmp_path) if suffix == "zip" else PACKERS[suffix](TEXT)
    )
    log = read_log(path)
    assert (log.events, log.cases, log.source) == (300, 100, path.name)
    assert [path] == list(tmp_path.iterdir())


@pytest.mark.parametrize("suffix", PACKERS)
def test_xes_is_packed_in_any_way(suffix: str, tmp_path: Path) -> None:
    for name in (f"log.xes.{suffix}", f"log.{suffix}"):
        (tmp_path / name).write_bytes(PACKERS[suffix](XES))
        assert read_log(tmp_path / name).events == 9


def test_several_members_of_gzip_are_one_text(tmp_path: Path) -> None:
    path = tmp_path / "log.csv.gz"
    path.write_bytes(gzip.compress(TEXT[:1000]) + gzip.compress(TEXT[1000:]))
    assert read_log(path).events == 300


@pytest.mark.parametrize("suffix", [*PACKERS, "zip"])
def test_damage_gives_one_line(suffix: str, tmp_path: Path) -> None:
    data = zipped({"log.csv": TEXT}, tmp_path) if suffix == "zip" else PACKERS[suffix](TEXT)
    path = tmp_path / f"log.csv.{suffix}"
    random_, told = random.Random(suffix), 0
    for turn in range(60):
        changed = bytearray(data)
        if turn % 2:
            del changed[random_.randrange(12, len(data)) :]
        else:
            changed[random_.randrange(len(data))] ^= 1 << random_.randrange(8)
        path.write_bytes(bytes(changed))
        try:
            log = read_log(path)
        except SvcflowError as error:
            told += bool(error.message and error.hint)
        else:
            told += 1
            assert log.events == 300 or suffix == "zst"  # Arrow's writer stores no sum to check by
            assert not turn % 2 or log.events == 300
    assert told == 60
    path.write_bytes(data[: len(data) // 2])
    with pytest.raises(InputError, match=r"ends too early|is damaged"):
        read_log(path)


@pytest.mark.parametrize("suffix", [*PACKERS, "zip"])
def test_a_bomb_is_refused(suffix: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compression, "ALLOWED", 1 << 20)
    zeros = b"0" * 4_000_000
    path = tmp_path / f"log.csv.{suffix}"
    path.write_bytes(zipped({"log.csv": zeros}, tmp_path) if suffix == "zip" else PACKERS[suffix](zeros))
    if path.stat().st_size * compression.RATIO > len(zeros):
        pytest.skip("packed too little to be a bomb")
    with pytest.raises(InputError, match=r"unpacks to more than 300 times its size: it looks like a bomb"):
        read_log(path)


@pytest.mark.parametrize(
    ("members", "message"),
    [
        ({"a.csv": TEXT, "b.csv": TEXT}, r"log\.zip holds 2 files \(a\.csv, b\.csv\)"),
        ({}, r"log\.zip holds 0 files"),
        ({"deep.csv.gz": gzip.compress(TEXT)}, r"log\.zip is packed more than once"),
    ],
)
def test_archives_that_are_no_table(members: dict[str, bytes], message: str, tmp_path: Path) -> None:
    path = tmp_path / "log.zip"
    path.write_bytes(zipped(members, tmp_path))
    with pytest.raises(InputError, match=message):
        read_log(path)


def test_a_row_of_a_packed_table_is_named_by_the_file_inside(tmp_path: Path) -> None:
    path = tmp_path / "log.csv.gz"
    path.write_bytes(gzip.compress(TEXT + b"9,a\n"))
    with pytest.raises(InputError, match=r"^log\.csv, row 301: 2 columns where 3 are expected"):
        read_log(path)


def test_no_room_for_the_unpacked_text(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import tempfile

    path = tmp_path / "log.csv.gz"
    path.write_bytes(gzip.compress(TEXT))
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "gone"))
    with pytest.raises(InputError, match=r"^log\.csv cannot be written to .*gone: No such file or directory"):
        read_log(path)
