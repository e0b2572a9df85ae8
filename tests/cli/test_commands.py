"""What holds for every command."""

from __future__ import annotations

from pathlib import Path

import click
import pytest

from svcflow.cli.main import group, main
from svcflow.errors import InputError

NAMES = group.list_commands(click.Context(group))


@pytest.mark.parametrize("name", NAMES)
def test_help_shows_examples(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([name, "--help"]) == 0
    out = capsys.readouterr().out
    assert f"svcflow {name}" in out.split("Examples:")[1]


def test_an_unknown_command_suggests_the_near_one(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["analyse"]) == 2
    assert "analyze" in capsys.readouterr().err


def test_a_missing_file_is_one_line_and_a_hint(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["analyze", "no-such-export.csv"]) == 2
    err = capsys.readouterr().err
    assert err.startswith("error: ")
    assert "no-such-export.csv" in err
    assert err.count("\n") <= 2
    assert "Traceback" not in err


def test_a_bug_is_said_to_be_one(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    def fail(*_: object, **__: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(group, "main", fail)
    assert main(["demo"]) == 3
    assert "bug in svcflow" in capsys.readouterr().err


def test_text_of_a_log_cannot_steer_the_terminal(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise InputError("bad value '\x1b[2J\nerror: fake'", "look\rhere")

    monkeypatch.setattr(group, "main", fail)
    assert main([]) == 2
    err = capsys.readouterr().err
    assert "\x1b[2J" not in err
    assert err.count("\n") == 2


def test_a_place_the_system_refuses_is_one_line_and_a_hint(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    log = tmp_path / "log.csv"
    log.write_text("case,activity,time\n1,a,2024-01-31 08:00\n1,b,2024-01-31 09:00\n", "utf-8")
    target = tmp_path / ("x" * 300)
    assert main(["inspect", str(log), "--write", str(target)]) == 2
    err = capsys.readouterr().err
    assert err.startswith(f"error: cannot write {target}: ")
    assert "Traceback" not in err
    assert [path.name for path in tmp_path.iterdir()] == ["log.csv"]
