"""Nobody who is planted in any column of an export is found in any byte that svcflow writes about it."""

from __future__ import annotations

import contextlib
import csv
import gzip
import html
import io
import json
import random
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from svcflow.cli.main import main
from svcflow.eventlog import read_log
from svcflow.eventlog.privacy.keys import write_key

ROOT = Path(__file__).parents[1]
NAMES = ("Zhang Weiqiang", "Ann-Marie Oldcastle", "王小明", "nkowalski77")
IDENTIFIERS = (
    "13912345678", "010-62345678", "(212) 555-0147", "+49 170 1234567", "0170 7654321", "ann.oldcastle@example.com",
    "11010519491231002X", "123-45-6789", "DE89370400440532013000", "4111 1111 1111 1111",
)  # fmt: skip
PLANTS = (*NAMES, *IDENTIFIERS)
ACTIVITIES = ("Assess", "Investigate", "Propose", "Call back", "Close")
COLUMNS = {
    "Ticket": lambda n: f"INC{n // 5:04d}",
    "Activity": lambda n: ACTIVITIES[n % 5],
    "Completed": lambda n: f"2026-03-{1 + n // 60 % 28:02d} {8 + n % 5:02d}:{n % 60:02d}:00",
    "Agent": lambda n: ("Zhang Weiqiang", "Ann-Marie Oldcastle", "nkowalski77", "Robot desk")[n % 4],
    "Team": lambda n: ("Hotline", "Second line")[n // 2 % 2],
    "Customer": lambda n: ("王小明", "Mia Stone", "Omar Dia")[n // 5 % 3],
    "Category": lambda n: ("billing", "technical")[n // 5 % 2],
    "Amount": lambda n: str(n // 5 * 3),
    "Closed by": lambda n: ("Zhang Weiqiang", "Ann-Marie Oldcastle")[n % 2],
    "Priority": lambda n: ("high", "low")[n % 2],
    "E-Mail": lambda n: f"person{n % 7}@example.com",
    "Description": lambda n: f"The customer says that line {n} is down again, please call back.",
    "备注": lambda n: f"客户反映第{n}次断线，要求尽快回电。",
}
MAPPING = {
    "svcflow": 1,
    "mapping": "hostile",
    "columns": {"case": "Ticket", "activity": "Activity", "time": "Completed", "resource": "Agent", "team": "Team"},
    "timezone": "Asia/Shanghai",
    "done": ["Close"],
    "machines": ["Robot desk"],
    "values": {"Agent": {"nk": "nkowalski77"}, "Priority": {"high": "urgent"}},
}
HIDE = ["--pseudonymise", "resource,team,customer,case"]


@pytest.fixture
def hostile(tmp_path: Path) -> Path:
    """Write an export with every plant in every column, alone and inside a text, and its mapping."""
    rows = [{name: make(n) for name, make in COLUMNS.items()} for n in range(600)]
    draw = random.Random(7)
    places = [(column, plant, alone) for column in COLUMNS for plant in PLANTS for alone in (True, False)]
    for (column, plant, alone), row in zip(places, draw.sample(rows, len(places)), strict=True):
        row[column] = plant if alone else f"{row[column]} {plant} ok" if column != "Completed" else f"{plant}?"
    path = tmp_path / "hostile.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(COLUMNS))
        writer.writeheader()
        writer.writerows(rows)
    (tmp_path / "hostile.mapping.json.yaml").write_text(json.dumps(MAPPING), encoding="utf-8")
    return path


class Tape:
    """Everything that commands said and wrote, as bytes, by command."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.said: dict[str, bytes] = {}

    def run(self, *words: str, exits: tuple[int, ...] = (0, 1)) -> str:
        out, err = io.StringIO(), io.StringIO()
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            code = main([*map(str, words)])
        assert code in exits, (words, code, err.getvalue())
        self.said[" ".join(map(str, words))] = (out.getvalue() + err.getvalue()).encode("utf-8", "replace")
        return out.getvalue()

    def find(self, plants: tuple[str, ...] = PLANTS) -> dict[str, set[str]]:
        """Return where each plant is found: commands and files."""
        places = {**self.said, **{str(path.relative_to(self.folder)): data for path, data in self._read_files()}}
        return {
            plant: {name for name, data in places.items() if any(form in data for form in _spell(plant))}
            for plant in plants
        }

    def _read_files(self) -> Iterator[tuple[Path, bytes]]:
        for path in sorted(self.folder.rglob("*")):
            if not path.is_file():
                continue
            data = path.read_bytes()
            yield path, data
            if path.suffix == ".gz":
                yield path.with_suffix(".unpacked"), gzip.decompress(data)
            if path.suffix == ".xlsx":
                with zipfile.ZipFile(path) as sheets:
                    yield path.with_suffix(".unzipped"), b"".join(map(sheets.read, sheets.namelist()))
            if path.suffix == ".parquet":
                yield path.with_suffix(".unpacked"), _unpack(path)


def _spell(plant: str) -> set[bytes]:
    """Return the ways in which a text may stand in a file."""
    forms = {plant, html.escape(plant), json.dumps(plant)[1:-1], plant.replace(" ", "&nbsp;"), plant.lower()}
    return {form.encode() for form in forms} | {plant.encode("utf-16-le")}


def _unpack(path: Path) -> bytes:
    """Return every value of every column of a Parquet file, and its metadata, as text."""
    import pyarrow.parquet as pq

    file = pq.ParquetFile(path)
    parts = [repr(dict(file.schema_arrow.metadata or {})), str(file.schema_arrow), repr(file.metadata.to_dict())]
    parts += [repr(column.to_pylist()) for column in file.read().columns]
    for value in (file.schema_arrow.metadata or {}).values():
        parts.append(value.decode("utf-8", "replace"))
    return "\n".join(parts).encode("utf-8", "replace")


def tell_everything(tape: Tape, log: Path, case: str, workspace: Path) -> None:
    """Run every command and format on a log; what they write lands in the tape's folder."""
    folder, few = tape.folder, ["--min-group", "5"]
    bad = ["--on-bad-rows", "drop"]
    for extra in ([], few):
        tape.run("inspect", log, *bad, *extra)
        tape.run("inspect", log, "--format", "json", *bad, *extra)
        tape.run("mine", log, *bad, *extra)
        tape.run("mine", log, "--format", "json", "--show-people", *bad, *extra)
        tape.run("execute", workspace, log, *bad, *extra)
    tape.run("inspect", log, "--write", folder / "guessed.mapping.yaml", *bad)
    for what in ("map", "variants", "bottlenecks", "handovers", "loops"):
        tape.run("mine", log, "--what", what, "--format", f"csv:{folder / what}.csv", "--show-people", *bad)
    tape.run("analyze", log, "-w", workspace, "-o", folder / "report.html", "--json", folder / "analysis.json",
             "--lang", "both", "--show-people", *bad)  # fmt: skip
    tape.run("analyze", log, "--no-model", "--json", "-", *bad)
    tape.run("report", folder / "analysis.json", "-o", folder / "again.html", "--show-people")
    tape.run("execute", workspace, log, "--json", folder / "runs.json", *bad)
    tape.run("recommend", log, "-w", workspace, "--patches", folder / "patches", "--json", folder / "advice.json", *bad)
    tape.run("impact", workspace, workspace, log, *bad)
    tape.run("draft", log, "-o", folder / "drafted", *bad)
    tape.run("case", log, case, "-w", workspace, *bad)
    tape.run("lists", log, "-w", workspace, "--show-people", *bad)
    for form in ("csv", "xes.gz", "parquet", "jsonl", "xlsx"):
        tape.run("export", log, "-o", folder / f"exported.{form}", *bad)


def draft_workspace(log: Path, folder: Path) -> Path:
    """Draft a definition from a log, outside what is searched."""
    assert main(["draft", str(log), "-o", str(folder), "-q", "--on-bad-rows", "drop"]) == 0
    return folder


def test_nobody_is_found(hostile: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    key, mapping = tmp_path / "key", hostile.with_name("hostile.mapping.json.yaml")
    secret = write_key(key).secret
    tape = Tape(tmp_path / "told")
    tape.folder.mkdir()
    target = tape.folder / "log.parquet"
    importing = ["import", hostile, "-o", target, "-m", mapping, *HIDE, "--key-file", key]
    tape.run(*importing, exits=(2,))  # the rows with a plant for a time are refused, unnamed
    tape.run(*importing, "--on-bad-rows", "drop")
    log = read_log(target)
    assert log.cases > 100
    assert any(name.startswith("bot-") for name in log.machines)
    assert log.done == ("Close",)
    assert "urgent" in {*log.attributes["Priority"].vocabulary.texts}  # type: ignore[union-attr]
    workspace = draft_workspace(target, tape.folder / "drafted-first")
    tell_everything(tape, target, log.case_ids[0], workspace)
    capsys.readouterr()
    found = tape.find()
    assert not any(found.values()), {plant: sorted(places)[:4] for plant, places in found.items() if places}
    everything = b"".join([*tape.said.values(), *(data for _, data in tape._read_files())])
    assert secret not in everything
    assert secret.hex().encode() not in everything


def test_without_pseudonyms_they_are_all_found(
    hostile: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The search itself works: the same commands on the same log tell of everybody."""
    tape = Tape(tmp_path / "told")
    tape.folder.mkdir()
    target = tape.folder / "log.parquet"
    mapping = hostile.with_name("hostile.mapping.json.yaml")
    tape.run("import", hostile, "-o", target, "-m", mapping, "--keep-text", "--on-bad-rows", "drop")
    workspace = draft_workspace(target, tape.folder / "drafted-first")
    tell_everything(tape, target, "INC0000", workspace)
    capsys.readouterr()
    found = tape.find()
    assert all(found.values()), [plant for plant, places in found.items() if not places]
    places = set().union(*found.values())
    written = ("log.parquet", "log.unpacked", "report.html", "analysis.json")
    for wanted in (*written, "exported.csv", "exported.unpacked", "exported.unzipped"):
        assert wanted in places, wanted
