"""`svcflow export` as a user meets it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from svcflow.cli.main import main
from svcflow.eventlog import open_store, read_log

LOGS = Path(__file__).parents[2] / "logs"


@pytest.fixture
def complaints(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Path:
    assert main(["export", str(LOGS / "complaints.csv"), "-o", str(tmp_path / "log.parquet")]) == 0
    capsys.readouterr()
    return tmp_path / "log.parquet"


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    status = main([*arguments])
    told = capsys.readouterr()
    return status, told.out, told.err


COMMANDS = [
    ("mine", "LOG", "--format", "json"),
    ("mine", "LOG", "--where", "CONDITION", "--what", "map", "--format", "csv"),
    ("analyze", "LOG", "--json", "-"),
    ("inspect", "LOG", "--format", "json"),
    ("draft", "LOG", "--process", "complaint", "-o", "-"),
    ("execute", "WORKFLOWS", "LOG", "--format", "json"),
    ("case", "LOG", "FIRST", "-w", "WORKFLOWS"),
]


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command[0])
def test_every_command_says_the_same_of_the_canonical_file(
    command: tuple[str, ...], complaints: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    log = read_log(complaints)
    name, column = next((n, c) for n, c in log.case_attributes.items() if c.kind == "text" and len(c.vocabulary) < 9)
    words = {
        "CONDITION": f"`{name}` == '{column.vocabulary[1]}'",
        "FIRST": log.case_ids[0],
        "WORKFLOWS": str(LOGS.parent / "workflows"),
    }
    told = []
    for path in (LOGS / "complaints.csv", complaints):
        status, out, err = run(capsys, *(words.get(word, word.replace("LOG", str(path))) for word in command))
        out = "\n".join(line for line in out.splitlines() if "canonical file" not in line and "mapping" not in line)
        told.append((status, out, err))
    assert told[0][0] in (0, 1)
    assert told[0][:2] == told[1][:2]


def test_a_selection(complaints: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    target = tmp_path / "part.csv"
    log = read_log(complaints)
    status, out, err = run(capsys, "export", str(complaints), "--from", "2026-02-01", "-o", str(target))
    assert (status, out) == (0, "")
    chosen = read_log(target)
    assert 0 < chosen.cases < log.cases
    assert f"wrote {target}: {chosen.cases:,} cases" in err.replace("\u202f", ",")
    assert set(chosen.case_ids) <= set(log.case_ids)
    status, _, err = run(capsys, "export", str(complaints), "--from", "2099-01-01", "-o", str(target))
    assert status == 2
    assert "none of the" in err


def test_refusals(complaints: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for target, reason in (
        (tmp_path / "log.zip", "names no format"),
        (tmp_path / "none" / "log.csv", "does not exist"),
        (complaints, "is the log itself"),
    ):
        status, out, err = run(capsys, "export", str(complaints), "-o", str(target))
        assert (status, out) == (2, "")
        assert reason in err
        assert err.count("\n") == 2
    assert run(capsys, "export", str(tmp_path / "no.parquet"), "-o", str(tmp_path / "x.csv"))[0] == 2
    assert not (tmp_path / "x.csv").exists()


def test_a_damaged_file_in_the_middle(complaints: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    data = bytearray(complaints.read_bytes())
    data[len(data) // 3] ^= 0xFF
    complaints.write_bytes(data)
    status, out, err = run(capsys, "export", str(complaints), "-o", str(tmp_path / "x.csv"))
    assert (status, out) == (2, "")
    assert "log.parquet is damaged" in err
    assert not [*tmp_path.glob("x.csv*")]


def test_mining_a_canonical_file_never_loads_pandas(complaints: Path) -> None:
    code = (
        "import sys; from svcflow.cli.main import main; "
        "status = main(sys.argv[1:]); assert not {'pandas', 'duckdb'} & set(sys.modules); sys.exit(status)"
    )
    command = [sys.executable, "-c", code, "mine", str(complaints), "--format", "json"]
    subprocess.run(command, check=True, capture_output=True)


def test_the_file_stays_on_disk(complaints: Path) -> None:
    stored = open_store(complaints)
    assert stored.cases == read_log(complaints).cases
