"""A notebook gets what the command line tells, lazily, and shows it without believing the log."""

import copy
import dataclasses
import json
import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from svcflow_test_logs import MONDAY, Row, build

import svcflow
from svcflow import mining
from svcflow.cli.main import main
from svcflow.errors import SvcflowError, UsageError
from svcflow.eventlog import selection
from svcflow.eventlog.log import Log
from svcflow.mining.selections import select
from svcflow.notebook import Figures, NotebookLog
from svcflow.notebook.figures import tabulate

ROOT = Path(__file__).parents[2]
LOG = str(ROOT / "logs" / "complaints.csv")
WORKFLOWS = str(ROOT / "workflows")


@pytest.fixture(scope="module")
def log() -> NotebookLog:
    return svcflow.read_log(LOG)


def tell(capsys: pytest.CaptureFixture[str], *options: str) -> dict[str, Any]:
    assert main(["mine", LOG, "--format", "json", *options]) == 0
    found: dict[str, Any] = json.loads(capsys.readouterr().out)
    return found


CHOSEN = ["--where", "severity == 'high'", "--slower-than", "1d", "--variant", "80%", "--from", "2026-01-15"]


@pytest.mark.parametrize("options", [[], CHOSEN, ["-w", WORKFLOWS, "--show-people"]])
def test_it_tells_what_the_command_line_tells(
    log: NotebookLog, capsys: pytest.CaptureFixture[str], options: list[str]
) -> None:
    if options is CHOSEN:
        log = log.where("severity == 'high'").slower_than("1d").variants_like("80%").between("2026-01-15")
    elif options:
        log = log.using(WORKFLOWS, show_people=True)
    told = tell(capsys, *options)
    assert log.cases == told["log"]["cases"]
    assert log.map().to_rows() == told["directly_follows"]
    assert log.variants().to_rows() == told["variants"]
    assert log.bottlenecks().to_rows() == told["bottlenecks"]
    assert log.loops().to_rows() == told["rework"]["activities"]
    assert dict(log.loops().figures).items() <= told["rework"].items()
    for between in ("team", "resource"):
        expected = told["handovers"][between]
        found = log.handovers(between)
        assert found.to_rows() == (expected["pairs"] if expected else [])
        assert bool(found.unmeasured) == (expected is None)
    assert log.steps().to_rows() == tabulate(told["activities"]).to_rows()
    assert log.quantity("endpoints").to_rows() == told["quantities"]["endpoints"]["rows"]
    assert len(log.case_table()) == log.cases


def test_people_are_numbered_unless_asked_for(tmp_path: Path) -> None:
    path = tmp_path / "log.csv"
    steps = (("Open", "08", "Ann Lee"), ("Close", "09", "Bob Roy"))
    rows = [f"c{n},{step},2026-01-{n + 1:02}T{hour}:00:00Z,{who}" for n in range(9) for step, hour, who in steps]
    path.write_text("\n".join(["case,activity,time,agent", *rows]), "utf-8")
    log = svcflow.read_log(path)
    assert log.handovers("resource").to_rows()[0]["from"] == "P1"
    assert "Ann" not in log.handovers("resource")._repr_html_()
    assert log.using(show_people=True).handovers("resource").to_rows()[0]["from"] == "Ann Lee"


def test_every_filter_means_what_the_same_filter_means_elsewhere(log: NotebookLog) -> None:
    first, last = "Case created", "Case closed"
    for chosen in (
        log.faster_than("10h"),
        log.endpoints(first=first, last=[last, "Rejection explained"]),
        log.followed_by("First reply", last, within="2d"),
        log.followed_by("First reply", last, never=True).where("severity != 'low'"),
        log.followed_by(first, "First reply", directly=True),
        log.variants_like(2, ["Case created", "First reply"], coverage=None).between(until="2026-03-01"),
        log.variants_like(1, 3),
    ):
        if not chosen.cases:
            continue
        plain = select(log, chosen.filters)
        assert chosen.cases == plain.cases
        assert list(chosen.case_ids) == list(plain.case_ids)
        assert chosen.map().to_rows() == mining.mine(plain).directly_follows.to_rows()


def test_nothing_is_judged_or_copied_before_it_is_asked_for(log: NotebookLog, monkeypatch: pytest.MonkeyPatch) -> None:
    copied: list[int] = []
    plain = selection.take_cases
    monkeypatch.setattr(selection, "take_cases", lambda *given: copied.append(1) or plain(*given))
    whole = dataclasses.replace(log)
    monkeypatch.setattr("svcflow.mining.filters.attribute.judge", lambda *_: pytest.fail("judged"))
    chosen = whole.where("severity == 'high'").slower_than("1h").endpoints(last="Case closed")
    assert copied == []
    monkeypatch.undo()
    monkeypatch.setattr(selection, "take_cases", lambda *given: copied.append(1) or plain(*given))
    assert 0 < chosen.cases < whole.cases
    assert f"{chosen.cases:,} of 1,600 cases" in repr(chosen)
    assert "slower" not in chosen._repr_html_()
    assert copied == []
    rows = chosen.map().to_rows()
    assert chosen.variants().to_rows()
    assert len(chosen.time) == chosen.instances
    assert copied == [1]
    assert rows


def test_one_log_is_mined_once_and_two_logs_are_two(monkeypatch: pytest.MonkeyPatch) -> None:
    mined: list[tuple[str, ...]] = []
    plain = mining.mine
    monkeypatch.setattr(mining, "mine", lambda *a, **k: mined.append(tuple(k["quantities"])) or plain(*a, **k))
    log = svcflow.read_log(LOG)
    for _ in range(2):
        log.map(), log.loops(), log.bottlenecks(), log.findings(), log.case_table(), log.mine()
    assert mined == [()]
    for _ in range(2):
        log.quantity("endpoints"), log.variants()
    assert mined == [(), ("endpoints",)]
    assert log.where("severity == 'high'").variants().to_rows() != log.variants().to_rows()
    assert len(mined) == 3


def test_it_is_a_log_wherever_one_is_wanted(log: NotebookLog, tmp_path: Path) -> None:
    chosen = log.where("severity == 'high'")
    assert isinstance(chosen, Log)
    svcflow.export(chosen, tmp_path / "high.parquet")
    assert svcflow.read_log(tmp_path / "high.parquet").cases == chosen.cases
    assert svcflow.mine(chosen).summary["cases"] == chosen.cases
    assert len(chosen.to_pandas()) == chosen.instances
    assert dataclasses.replace(chosen, source="x").cases == chosen.cases
    assert copy.copy(chosen).cases == chosen.cases
    assert not hasattr(log, "_repr_svg_")


def test_conditions_and_names_are_checked_at_once(log: NotebookLog) -> None:
    with pytest.raises(SvcflowError):
        log.where("severitee == 'high'")
    with pytest.raises(UsageError, match="no activity"):
        log.followed_by("Case created", "Case shut")
    with pytest.raises(UsageError, match="duration"):
        log.slower_than("long")
    with pytest.raises(UsageError, match="unknown quantity"):
        log.quantity("nothing")
    with pytest.raises(UsageError, match="handovers"):
        log.handovers("country")  # type: ignore[arg-type]
    nothing = log.slower_than("1000d")
    assert nothing.cases == 0
    with pytest.raises(UsageError, match="none of the 1,600 cases"):
        nothing.map()


def test_why_and_compare_say_that_they_are_associations(log: NotebookLog) -> None:
    why = log.why(slower_than="4d")
    assert "association" in " ".join(why.notes)
    compared = log.where("severity == 'high'").compare(log.where("severity == 'low'"))
    assert len(compared)
    assert "association" in " ".join(compared.notes)


def test_answers_become_frames(log: NotebookLog) -> None:
    answers = (log.map(), log.variants(), log.steps(), log.bottlenecks(), log.loops(), log.findings(),
               log.handovers(), log.case_table(), log.quantity("endpoints"), log.why())  # fmt: skip
    for figures in answers:
        frame, table = figures.to_pandas(), figures.to_arrow()
        assert len(frame) == len(figures) == table.num_rows
        assert list(frame.columns) == table.column_names
        assert repr(figures).count("\n") == 0
        assert len(repr(figures)) < 400


class Reader(HTMLParser):
    """Remembers the tags and the text of a page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.text = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        assert all(name == "style" for name, _ in attrs)

    def handle_data(self, data: str) -> None:
        self.text += data


@given(st.text(min_size=1, max_size=30), st.sampled_from(["<script>x</script>", "<img src=x onerror=y>", "&lt;b&gt;"]))
@settings(deadline=None, max_examples=10)
def test_text_of_a_log_is_never_markup(name: str, hostile: str) -> None:
    text = hostile + re.sub(r"[\ud800-\udfff]", "", name)
    rows = [Row("c" + text, step, MONDAY + i, text, text + step) for i, step in enumerate([text, "b", text])]
    log = NotebookLog(**{f.name: getattr(build(rows), f.name) for f in dataclasses.fields(Log)})
    log = dataclasses.replace(log, source=text)
    shown = (log.map(), log.variants(), log.handovers(), log.using(show_people=True).handovers("resource"), log.loops())
    for figures in (*shown, Figures(text, "x", tabulate([{text: text}]), {text: text}, (text,)), log):
        page = Reader(figures._repr_html_())
        assert page.tags <= {"div", "p", "b", "small", "table", "thead", "tbody", "tr", "th", "td", "br"}
        assert repr(figures).isprintable()
    assert hostile in Reader(log.map()._repr_html_()).text


def test_the_example_of_the_readme_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    text = (ROOT / "README.md").read_text("utf-8").partition("## In a notebook")[2]
    code = re.search(r"```python\n(.*?)```", text, re.DOTALL)
    assert code is not None
    monkeypatch.chdir(ROOT)
    space: dict[str, Any] = {}
    exec(compile(code[1], "README.md", "exec"), space)
    assert space["high"].cases < space["log"].cases
