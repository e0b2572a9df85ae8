"""`svcflow import`: what it writes and says, and what is left after an interruption, a full disk, a wrong place."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from svcflow.cli.main import main

RUN = "import sys; from svcflow.cli.main import main; sys.exit(main(sys.argv[1:]))"
STOP = """
import os, sys
from svcflow.eventlog.ingest import blocks, conveying, workplace
conveying.SHARE, blocks.ROWS = 1 << 40, (3_000, 3_000)
saved = 0
def save(self, content, save=workplace.Workplace.save):
    global saved
    save(self, content)
    saved += 1
    if saved == int(sys.argv[1]):
        os.kill(os.getpid(), int(sys.argv[2]))
workplace.Workplace.save = save
"""
RUN_LATER = RUN.replace("sys.argv[1:]", "sys.argv[3:]")
FULL = """
import resource, signal
from svcflow.eventlog.ingest import conveying
conveying.SHARE = 1 << 40
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))
"""


@pytest.fixture
def export(tmp_path: Path) -> Path:
    """Write an export of several blocks."""
    chance, path = random.Random(5), tmp_path / "export.csv"
    rows = [
        f"c {chance.randrange(3_000)},step {chance.randrange(9)},2026-03-{1 + n % 28:02d}T{n % 24:02d}:00:00,a{n % 7}"
        for n in range(20_000)
    ]
    path.write_text("case,activity,time,resource\n" + "\n".join(rows) + "\n")
    return path


@pytest.fixture
def small(tmp_path: Path) -> Path:
    path = tmp_path / "small.csv"
    rows = [f"c{n % 50},step {n % 5},2026-03-{1 + n % 28:02d}T10:00:00,agent {n % 9}" for n in range(2_000)]
    path.write_text("case,activity,time,resource\n" + "\n".join(rows) + "\n")
    return path


def run(code: str, *arguments: object, before: str = "") -> subprocess.CompletedProcess[str]:
    words = [str(argument) for argument in arguments]
    return subprocess.run([sys.executable, "-c", before + code, *words], capture_output=True, text=True, check=False)


def list_names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_a_summary_and_a_file_that_every_command_reads(
    small: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    target = tmp_path / "x.parquet"
    assert main(["import", str(small), "-o", str(target)]) == 0
    told = capsys.readouterr()
    assert told.out == ""
    assert "50 cases, 2,000 events, 2,000 steps" in told.err
    assert main(["import", str(small), "-o", str(target)]) == 0
    assert "holds this export already" in capsys.readouterr().err
    assert main(["mine", str(target), "--what", "map", "--format", "csv"]) == 0
    from_target = capsys.readouterr().out
    assert main(["mine", str(small), "--what", "map", "--format", "csv"]) == 0
    assert from_target == capsys.readouterr().out


def test_quiet(small: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["import", str(small), "-o", str(tmp_path / "x.parquet"), "-q"]) == 0
    assert capsys.readouterr() == ("", "")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--memory", "lots"], "--memory 'lots' is no size"),
        (["--memory", "1K"], "is no size of at least 64M"),
        (["-o", "missing/x.parquet"], "its directory does not exist"),
        (["--pseudonymise", "resource"], "pseudonyms need a key"),
    ],
)
def test_one_line_for_a_wrong_option(
    arguments: list[str], message: str, small: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = list_names(tmp_path)
    assert main(["import", str(small), "-o", str(tmp_path / "x.parquet"), *arguments]) == 2
    told = capsys.readouterr().err
    assert message in told
    assert "Traceback" not in told
    assert list_names(tmp_path) == before


def test_a_bad_row_leaves_nothing_and_the_old_file(small: Path, tmp_path: Path) -> None:
    target = tmp_path / "x.parquet"
    assert main(["import", str(small), "-o", str(target), "-q"]) == 0
    before = target.read_bytes()
    small.write_text(small.read_text() + "c1,,2026-03-01T10:00:00,a\n")
    assert main(["import", str(small), "-o", str(target), "-q"]) == 2
    assert target.read_bytes() == before
    assert main(["import", str(small), "-o", str(target), "-q", "--on-bad-rows", "drop"]) == 0
    assert list_names(tmp_path) == ["small.csv", "x.parquet"]


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_cannot_be_written(small: Path, tmp_path: Path) -> None:
    folder = tmp_path / "closed"
    folder.mkdir(mode=0o500)
    assert main(["import", str(small), "-o", str(folder / "x.parquet")]) == 2
    assert list_names(folder) == []


@pytest.mark.parametrize(("stop", "after"), [(signal.SIGKILL, 2), (signal.SIGINT, 2), (signal.SIGKILL, 1_000)])
def test_an_interrupted_import_goes_on_where_it_was(
    stop: signal.Signals, after: int, export: Path, tmp_path: Path
) -> None:
    target, wanted = tmp_path / "x.parquet", tmp_path / "wanted.parquet"
    count = _count_saves(export, tmp_path) if after > 100 else after
    stopped = run(STOP + RUN_LATER, count, int(stop), "import", export, "-o", target)
    assert stopped.returncode == (130 if stop is signal.SIGINT else -stop), stopped.stderr
    assert not target.exists()
    assert ".x.parquet.import" in list_names(tmp_path)
    done = run(STOP + RUN_LATER, 0, 0, "import", export, "-o", target)
    assert done.returncode == 0, done.stderr
    assert "an interrupted import was taken up" in done.stderr
    again = run(STOP + RUN_LATER, 0, 0, "import", export, "-o", wanted, "-q")
    assert again.returncode == 0
    assert target.read_bytes() == wanted.read_bytes()
    assert list_names(tmp_path) == ["export.csv", "wanted.parquet", "x.parquet"]


def _count_saves(export: Path, folder: Path) -> int:
    """Return how often a whole import of the export writes down how far it is."""
    code = STOP + RUN_LATER.replace("sys.exit(main", "(main") + "; print(saved)"
    done = run(code, 0, 0, "import", export, "-o", folder / "counted.parquet", "-q")
    (folder / "counted.parquet").unlink()
    return int(done.stdout)


def test_what_another_import_left_is_removed(export: Path, tmp_path: Path) -> None:
    target = tmp_path / "x.parquet"
    run(STOP + RUN_LATER, 1, int(signal.SIGKILL), "import", export, "-o", target)
    time.sleep(0.01)
    os.utime(export)
    done = run(RUN, "import", export, "-o", target)
    assert done.returncode == 0
    assert "taken up" not in done.stderr
    assert list_names(tmp_path) == ["export.csv", "x.parquet"]


def test_a_full_disk_leaves_nothing(export: Path, tmp_path: Path) -> None:
    done = run(FULL + RUN, "import", export, "-o", tmp_path / "x.parquet")
    assert done.returncode == 2, done.stderr
    assert "cannot write" in done.stderr
    assert "Traceback" not in done.stderr
    assert list_names(tmp_path) == ["export.csv"]


def test_a_full_disk_at_the_end_leaves_the_old_file(small: Path, tmp_path: Path) -> None:
    target = tmp_path / "x.parquet"
    target.write_bytes(b"as it was")
    full = FULL.replace("20_000", "500").replace("conveying.SHARE = 1 << 40\n", "")
    done = run(full + RUN, "import", small, "-o", target)
    assert done.returncode == 2, done.stderr
    assert "Traceback" not in done.stderr
    assert target.read_bytes() == b"as it was"
    assert list_names(tmp_path) == ["small.csv", "x.parquet"]
