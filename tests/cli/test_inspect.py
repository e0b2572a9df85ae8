"""`svcflow inspect`: shape, roles, quality; the mapping it writes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from svcflow.cli.main import main
from svcflow.eventlog import read_log
from svcflow.eventlog.store import writing

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


def test_quality_says_its_effect_and_rows(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["inspect", str(path)]) == 0
    lines = capsys.readouterr().out.splitlines()
    place = next(n for n, line in enumerate(lines) if line.startswith("  missing-resource:"))
    assert lines[place + 1] == "    note: handovers between people and workload count unknown as one more person"
    assert lines[place + 2] == "    rows 3"
    assert main(["inspect", str(path), "--format", "json"]) == 0
    found = json.loads(capsys.readouterr().out)
    (fact,) = (fact for fact in found["quality"] if fact["id"] == "missing-resource")
    assert (fact["severity"], fact["rows"]) == ("note", [3])
    assert found["shape"]["column"] == "events"


@pytest.mark.parametrize(
    ("gate", "status", "told"),
    [
        ("--fail-on-quality", 1, "quality: incomplete-fields"),
        ("--fail-on-quality=note", 1, "missing-resource (note, 25.0%)"),
        ("--fail-on-quality=error", 0, ""),
        ("--fail-on-quality=missing-resource=30%", 0, ""),
        ("--fail-on-quality=missing-resource=20%", 1, "quality: missing-resource (note, 25.0%)"),
        ("--fail-on-quality=ties", 1, "quality: ties (note, 25.0%)"),
    ],
)
def test_quality_fails_where_asked(
    gate: str, status: int, told: str, path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    if gate == "--fail-on-quality":  # a warning must stand for the level that is meant where none is given
        path.write_text(ROWS + "2,open,2024-02-01T09:00:00+01:00,ann,L1,phone,low\n", "utf-8")
        told = "quality: similar-names (warning, 66.7%)"
    assert main(["inspect", str(path), gate]) == status
    assert told in capsys.readouterr().err


def test_a_gate_that_names_nothing_is_refused(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["inspect", str(path), "--fail-on-quality=tyes"]) == 2
    assert "did you mean 'ties'" in capsys.readouterr().err


def test_later_than_now(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["inspect", str(path), "--as-of", "2024-02-01", "--fail-on-quality=future-times"]) == 1
    out, err = capsys.readouterr()
    assert "future-times: 2 steps lie after the time given with --as-of" in out
    assert "quality: future-times (warning, 50.0%)" in err
    assert main(["inspect", str(path), "--as-of", "2024-02-02", "--fail-on-quality=future-times"]) == 0


def test_a_join_is_told(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path.with_name("crm.csv").write_text("ticket,segment\n1,gold\n9,iron\n", "utf-8")
    mapping = path.with_name("m.yaml")
    mapping.write_text("svcflow: 1\nmapping: x\njoins: [{file: crm.csv, key: {ticket id: ticket}}]\n", "utf-8")
    assert main(["inspect", str(path), "-m", str(mapping)]) == 0
    out = capsys.readouterr().out
    assert "  joined crm.csv: 2 of 4 rows have a partner (50.0%), 1 of 2 keys of the file are used" in out
    assert "  segment: text, 1 values, known in 50%" in out
    assert "  join-unmatched: 2 of 4 rows have no partner in crm.csv" in out
    assert "  incomplete-fields: " in out


def test_colour_only_where_it_is_wanted(
    path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    path.write_text(ROWS + "2,open,2024-02-01T09:00:00+01:00,ann,L1,phone,low\n", "utf-8")
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)
    assert main(["inspect", str(path)]) == 0
    assert "\x1b[33m  similar-names\x1b[0m:" in capsys.readouterr().out
    monkeypatch.setenv("NO_COLOR", "1")
    assert main(["inspect", str(path)]) == 0
    assert "\x1b" not in capsys.readouterr().out


def test_long_lists_are_clipped(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    lines = ["case,activity,time", *(f"1,{'x' * 300}{n},2024-01-31T08:{n:02d}:00Z" for n in range(50))]
    path.write_text("\n".join(lines), "utf-8")
    assert main(["inspect", str(path)]) == 0
    out = capsys.readouterr().out
    assert "  … and 20 more" in out
    assert max(map(len, out.splitlines())) < 200


def test_a_canonical_file_keeps_its_columns(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    target, mapping = path.with_name("x.parquet"), path.with_name("m.yaml")
    writing.write(read_log(path), target)
    assert main(["inspect", str(target), "--write", str(mapping), "-q"]) == 0
    assert "decided when the canonical file was made" in mapping.read_text("utf-8")
    capsys.readouterr()
    assert main(["inspect", str(target), "-m", str(mapping), "--format", "json"]) == 0
    assert json.loads(capsys.readouterr().out)["log"]["cases"] == 2


def test_explain_knows_the_facts_of_quality(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain", "cut_at_end"]) == 0
    out = capsys.readouterr().out
    assert out.startswith("cut-at-end (quality, warning)\n")
    assert "What it does: they are open only because the export ends" in out
