"""`svcflow inspect`: shape, roles, quality; the mapping it writes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from svcflow.cli.main import main

ROWS = """\
ticket id,status,changed at,agent,support group,queue,priority
1,Open,2024-01-31T08:00:00+01:00,ann,L1,mail,high
1,Closed,2024-01-31T09:00:00+01:00,bob,L2,mail,high
2,Open,2024-02-01T08:00:00+01:00,,L1,phone,low
2,Open,2024-02-01T08:00:00+01:00,ann,L1,phone,low
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    (tmp_path / "tickets.csv").write_text(ROWS, "utf-8")
    return tmp_path / "tickets.csv"


def test_text(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["inspect", str(path)]) == 0
    out, err = capsys.readouterr()
    assert err == ""
    for line in (
        "2 cases, 4 events, 4 steps of 2 activities",
        "2024-01-31T07:00:00+00:00 to 2024-02-01T07:00:00+00:00, zone UTC",
        "  activity  status  (its name says 'status'; 2 values, changing in 50% of cases)",
        "            or: queue",
        "  done      Closed  (their names say that the case is settled)",
        "          3  Open",
        "  priority: text, 2 values",
    ):
        assert line in out.splitlines()
    assert "  missing-resource: 1 of 4 steps (25.0%) do not say who did it" in out


def test_json(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["inspect", str(path), "--format", "json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["source"] == "tickets.csv"
    assert found["log"]["cases"] == 2
    assert {role["role"]: role["column"] for role in found["roles"]} == {
        "case": "ticket id", "activity": "status", "time": "changed at", "resource": "agent",
        "team": "support group", "done": "Closed",
    }  # fmt: skip
    assert found["activities"] == [{"activity": "Open", "count": 3}, {"activity": "Closed", "count": 1}]
    assert {"name": "priority", "of": "case", "kind": "text", "values": 2, "known": 1.0} in found["attributes"]
    assert str(path.parent) not in json.dumps(found)


def test_write_then_read_again(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    target = path.parent / "m.yaml"
    assert main(["inspect", str(path), "--write", str(target), "-q"]) == 0
    first = capsys.readouterr().out
    text = target.read_text("utf-8")
    assert '  case: "ticket id"  # its name says' in text
    assert '  team: "support group"  #' in text
    assert "; or: queue" in text
    assert main(["inspect", str(path), "-m", str(target)]) == 0
    again = capsys.readouterr().out
    assert first.split("Activities")[1] == again.split("Activities")[1]
    assert "stated in the mapping" in again


def test_the_same_input_gives_the_same_bytes(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    results = []
    for _ in range(2):
        main(["inspect", str(path), "--format", "json"])
        results.append(capsys.readouterr().out)
    assert results[0] == results[1]


def test_a_place_that_cannot_be_written_is_refused_first(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["inspect", str(path), "--write", str(path.parent / "no" / "m.yaml")]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert "does not exist" in err


def test_an_endless_name_is_cut(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path.write_text(ROWS.replace("Open", "x" * 10_000), "utf-8")
    assert main(["inspect", str(path)]) == 0
    assert max(map(len, capsys.readouterr().out.splitlines())) < 250
