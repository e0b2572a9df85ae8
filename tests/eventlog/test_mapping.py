"""Mapping files: what they state is done, what is wrong in them is shown at its place."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from jsonschema import Draft202012Validator

from svcflow.errors import MappingError
from svcflow.eventlog import read_log
from svcflow.eventlog.log import Log
from svcflow.eventlog.mapping import state
from svcflow.eventlog.mapping.schema import SCHEMA, read_schema
from svcflow.eventlog.mapping.text import write
from svcflow.eventlog.reading import study

SAMPLES = Path(__file__).parents[2] / "logs"
ROWS = [
    "nr;what;detail;when;who;grp;lvl;code",
    "1;Offen;x;02.03.2026 08:00;ann;T1;high;1",
    "1;Wartet;y;02.03.2026 09:00;bot;T2;high;2",
    "1;Fertig;y;04.03.2026 09:00;bot;T2;high;3",
    "2;Offen;x;05.03.2026 10:00;ann;?;low;4",
]
MAPPING = """\
svcflow: 1
mapping: desk
columns: {case: nr, activity: [what, detail], time: when, resource: who, team: grp}
delimiter: ";"
time_format: "%d.%m.%Y %H:%M"
timezone: Europe/Berlin
done: [Fertig | y]
machines: [bot]
sides: {"Wartet | y": customer}
attributes: {case: [level], event: [code]}
values:
  grp: {"?": "", T1: Team 1}
rename: {lvl: level}
"""


def test_everything_that_can_be_stated(export: Callable[..., Path]) -> None:
    path = export(ROWS)
    log = read_log(path, export(MAPPING, "desk.mapping.yaml"))
    assert log.activities.texts == ("Fertig | y", "Offen | x", "Wartet | y")
    assert str(log.time.astype("M8[ms]")[0]) == "2026-03-02T07:00:00.000"
    assert log.zone == "Europe/Berlin"
    assert log.teams.texts == ("", "T2", "Team 1")
    assert (log.done, log.machines, log.sides) == (("Fertig | y",), ("bot",), {"Wartet | y": "customer"})
    assert (list(log.case_attributes), list(log.attributes)) == (["level"], ["code"])
    assert log.case_attributes["level"].get(0) == "high"
    assert {role.reason for role in log.roles} == {"stated in the mapping"}


def test_a_dict_states_the_same(export: Callable[..., Path]) -> None:
    stated = {
        "columns": {"case": "nr", "activity": "what", "time": "when", "team": None},
        "time_format": "%d.%m.%Y %H:%M",
    }
    log = read_log(export(ROWS), stated)
    assert log.activities.texts == ("Fertig", "Offen", "Wartet")
    assert not log.has_teams
    assert log.done == ("Fertig",)


@pytest.mark.parametrize("name", ["export.csv.mapping.yaml", "export.mapping.yaml"])
def test_a_mapping_beside_the_log_is_used_and_said(name: str, export: Callable[..., Path]) -> None:
    path = export(ROWS)
    export(MAPPING, name)
    log = read_log(path)
    assert log.zone == "Europe/Berlin"
    assert log.notes[0] == f"mapping {name} beside the log was used"


def cut(key: str, line: str) -> str:
    return "\n".join(line if row.startswith(key) else row for row in MAPPING.splitlines())


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (cut("delimiter", 'delimeter: ";"'), "x.yaml:4:1: unknown key 'delimeter'; did you mean 'delimiter'?"),
        (cut("columns", "columns: {case: nr, activty: what, time: when}"),
         "x.yaml:3:21: unknown key 'activty'; did you mean 'activity'?"),
        (cut("columns", "columns: {case: Nr, activity: what, time: when}"),
         "x.yaml:3:17: the export has no column 'Nr'; did you mean 'nr'?"),
        (cut("rename", "rename: {lvi: level}"), "x.yaml:13:15: the export has no column 'lvi'; did you mean 'lvl'?"),
        (cut("sides", 'sides: {"Wartet | y": client}'),
         "x.yaml:9:23: 'client' is none of provider, customer, vendor, nobody"),
        (cut("timezone", "timezone: Berlin"), "x.yaml:6:11: unknown time zone 'Berlin'"),
        (cut("time_format", 'time_format: "%Q"'), "x.yaml:5:14: time_format '%Q': %Q cannot be used here"),
        (cut("done", "done: Fertig"), "x.yaml:7:7: done must be a list"),
        (cut("done", "done: [Fertich | y]"),
         "x.yaml:7:7: no activity is called 'Fertich | y'; did you mean 'Fertig | y'?"),
        (cut("svcflow", "svcflow: 2"), "x.yaml:1:10: svcflow: 2 is not a version this svcflow reads (1)"),
        (cut("mapping", ""), "x.yaml:1:1: 'mapping' is missing: write `mapping: NAME`"),
        (cut("delimiter", "delimiter: ';;;;;;;;;;'"), "x.yaml:4:12: delimiter: ';;;;;;;;;;' is too long"),
        ("svcflow: 1\nmapping: [", "x.yaml:"),
        ("- just a list\n", "x.yaml: a mapping file holds keys and values"),
    ],
)  # fmt: skip
def test_mistakes_are_shown_at_their_place(
    text: str, message: str, export: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    path = export(ROWS)
    export(text, "x.yaml")
    monkeypatch.chdir(path.parent)
    with pytest.raises(MappingError) as refused:
        read_log(path, "x.yaml")
    assert refused.value.message.startswith(message)
    assert refused.value.hint


@pytest.mark.parametrize("stated", [{"colums": {}}, {"columns": {"case": 5}}, {"done": "x"}, {"svcflow": 3}])
def test_mistakes_in_a_dict(stated: dict[str, Any], export: Callable[..., Path]) -> None:
    with pytest.raises(MappingError, match="mapping: "):
        read_log(export(ROWS), stated)


def test_a_missing_mapping_file(export: Callable[..., Path]) -> None:
    with pytest.raises(MappingError, match="does not exist"):
        read_log(export(ROWS), "gone.yaml")


def test_the_schema_is_one() -> None:
    Draft202012Validator.check_schema(read_schema())
    assert json.loads(SCHEMA.read_text("utf-8"))["$id"] == "urn:svcflow:mapping:1"


def assert_equal(one: Log, other: Log) -> None:
    """Compare everything that a figure may rest on."""
    for name in ("offsets", "time", "start", "has_start", "activity", "resource", "team"):
        assert np.array_equal(getattr(one, name), getattr(other, name)), name
    for name in ("activities", "resources", "teams", "done", "machines", "sides", "states", "zone", "events"):
        assert getattr(one, name) == getattr(other, name), name
    assert list(one.case_ids) == list(other.case_ids)
    for mine, theirs in ((one.case_attributes, other.case_attributes), (one.attributes, other.attributes)):
        assert list(mine) == list(theirs)
        for name, column in mine.items():
            assert column.kind == theirs[name].kind, name
            assert column.vocabulary == theirs[name].vocabulary, name
            assert np.array_equal(column.values, theirs[name].values, equal_nan=column.kind == "number"), name


def assert_written_mapping_reads_the_same(path: Path, folder: Path, mapping: Any = None) -> str:
    read = study(path, mapping, on_bad_rows="drop")
    assert read.plan is not None
    text = write(read.log, replace(read.plan.mapping, source=read.source), read.columns)
    (folder / "written.yaml").write_text(text, "utf-8")
    again = study(path, folder / "written.yaml", on_bad_rows="drop")
    assert_equal(again.log, read.log)
    assert again.plan is not None
    assert again.plan.shape == read.plan.shape
    return text


@pytest.mark.parametrize(
    "name",
    [
        "helpdesk.csv", "helpdesk.xes.gz", "VINST cases closed problems.csv", "bpic2013_closed.xes.gz",
        "mobis_snippet.csv", "production.csv", "servicenow_incidents_wide.csv", "teleclaims.xes.gz",
        "shapes/NYC311-5.ssv", "shapes/boston311-100-bad.tsv", "shapes/boston311-100-notime.csv",
        "shapes/boston311-dmy-100.csv",
    ],
)  # fmt: skip
def test_the_written_mapping_reads_the_same_log(name: str, real: Callable[[str], Path], tmp_path: Path) -> None:
    assert_written_mapping_reads_the_same(real(name), tmp_path)


@pytest.mark.parametrize("name", ["complaints", "escalations", "intake"])
def test_the_written_mapping_of_a_sample_reads_the_same_log(name: str, tmp_path: Path) -> None:
    text = assert_written_mapping_reads_the_same(SAMPLES / f"{name}.csv", tmp_path)
    assert "\nsides:\n" in text or "\n# sides:\n" in text


@pytest.mark.parametrize("path", sorted((SAMPLES / "presets").iterdir()), ids=lambda path: path.name)
def test_the_written_mapping_of_a_known_export_reads_the_same_log(path: Path, tmp_path: Path) -> None:
    assert "\npreset: " in assert_written_mapping_reads_the_same(path, tmp_path)


def write_history() -> list[str]:
    rows = ["Issue,Changed,Field,Old,New,Author,Created"]
    for case in range(30):
        for step, (old, new) in enumerate(pairwise(("Open", "In progress", "Waiting for customer", "Resolved"))):
            when = f"2024-01-{case % 28 + 1:02d} 1{step}:00"
            rows.append(f"K-{case},{when},status,{old},{new},u{step},2024-01-{case % 28 + 1:02d} 09:00")
            rows.append(f"K-{case},{when},assignee,u{step},u{step + 1},u{step},2024-01-{case % 28 + 1:02d} 09:00")
    return rows


def write_snapshots() -> list[str]:
    states = ("new", "open", "open", "waiting", "closed")
    days = range(1, 6)
    return [
        "day,ticket,status,owner",
        *(f"2024-01-{d:02d},T{n},{states[(d + n % 2) // 2]},ann" for n in range(30) for d in days),
    ]


def write_milestones() -> list[str]:
    row = "{0},2024-01-{1:02d} 08:00,2024-01-{1:02d} 1{2}:00,,{3}"
    rows = [row.format(n, n % 27 + 1, n % 9, "high" if n % 2 else "low") for n in range(30)]
    return ["number,opened_at,resolved_at,closed_at,priority", *rows]


@pytest.mark.parametrize(
    ("shape", "make", "line"),
    [
        ("history", write_history, "  new: New  #"),
        ("snapshots", write_snapshots, "  snapshot: day  #"),
        ("milestones", write_milestones, "  resolved_at: resolved"),
    ],
)
def test_the_written_mapping_of_every_shape_reads_the_same_log(
    shape: str, make: Callable[[], list[str]], line: str, export: Callable[..., Path], tmp_path: Path
) -> None:
    text = assert_written_mapping_reads_the_same(export(make()), tmp_path)
    assert f"\nshape: {shape}  #" in text
    assert f"\n{line}" in text


def test_the_written_mapping_keeps_what_was_stated(export: Callable[..., Path], tmp_path: Path) -> None:
    export(["who;name;since", "ann;Ann;01.02.2020", "bot;Bot;02.02.2020"], "people.csv")
    join = (
        "joins: [{file: people.csv, key: {who: who}, columns: {name: long name, since: since}, of: event, "
        "many: first, match: loose, required_share: 0.5, delimiter: ';'}]\nformats: {since: '%d.%m.%Y'}\n"
    )
    mapping = export(MAPPING + join, "desk.mapping.yaml")
    text = assert_written_mapping_reads_the_same(export(ROWS), tmp_path, mapping)
    assert '    columns: {name: "long name", since: since}' in text


def test_proposals_are_comments_with_counts(export: Callable[..., Path]) -> None:
    read = study(export(write_history()))
    assert read.plan is not None
    text = write(read.log, read.plan.mapping, read.columns, ["u1"])
    assert 'states:\n  "Waiting for customer": customer\n' in text
    assert '#   "In progress": provider   # 30 times' in text
    assert "# Machines by their names, or by writing round the clock at a pace no person has: [u1]" in text
    assert "# joins:" in text


def test_hostile_names_stay_text_in_the_written_mapping(export: Callable[..., Path], tmp_path: Path) -> None:
    rows = [
        'case,activity,time,"evil: [""x""]\n- y","a#b",\u2028odd,null',
        *(f"{n},a,2024-01-3{n},{n},2,3,4" for n in (0, 1)),
    ]
    text = assert_written_mapping_reads_the_same(export(rows), tmp_path)
    assert "\n- y" not in text


STATED = [
    "case,activity,time,code,paid,since,size",
    '1,a,31.01.2024 10:00,007,ja,02/03/2024,"1,5"',
    "2,b,31.01.2024 11:00,8,,04/03/2024,",
]


def test_types_and_formats_of_attributes_are_as_stated(export: Callable[..., Path]) -> None:
    stated: dict[str, Any] = {
        "attributes": {"case": {"code": "number", "paid": "boolean", "since": "datetime", "size": "text"}},
        "formats": {"since": "%m/%d/%Y", "time": "%d.%m.%Y %H:%M"},
        "timezone": "Europe/Berlin",
    }
    log = read_log(export(STATED), stated)
    got = {name: [column.get(row) for row in (0, 1)] for name, column in log.case_attributes.items()}
    assert got["code"] == [7.0, 8.0]
    assert got["paid"] == [True, None]
    assert got["size"] == ["1,5", None]
    assert np.array(got["since"], "M8[ms]").astype(str).tolist() == [
        "2024-02-02T23:00:00.000", "2024-04-02T22:00:00.000",
    ]  # fmt: skip
    stated["attributes"] = {"case": ["code", "paid", "since", "size"]}
    log = read_log(export(STATED), stated)
    assert {name: column.kind for name, column in log.case_attributes.items()} == {
        "code": "text", "paid": "text", "since": "datetime", "size": "number",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "column", "value"), [("number", "paid", "ja"), ("boolean", "size", "1,5"), ("datetime", "code", "007")]
)
def test_a_value_of_another_type_is_named(kind: str, column: str, value: str, export: Callable[..., Path]) -> None:
    text = f"svcflow: 1\nmapping: x\nattributes: {{case: {{{column}: {kind}}}}}\n"
    with pytest.raises(MappingError, match=f"m.yaml:3:.*{column}.*'{value}'"):
        read_log(export(STATED), export(text, "m.yaml"))


def test_a_pattern_names_many_machines(export: Callable[..., Path]) -> None:
    rows = ["case,activity,time,resource", "1,a,2024-01-31,svc_mail", "1,b,2024-01-31,svc_[x]", "1,c,2024-01-31,ann"]
    log = read_log(export(rows), {"machines": ["svc_[*", "gone", "svc_m*l"]})
    assert log.machines == ("gone", "svc_[x]", "svc_mail")


def test_a_mapping_over_another_keeps_what_it_says() -> None:
    base = state({"columns": {"case": "a", "team": "t"}, "done": ["x"], "delimiter": ";", "timezone": "Asia/Shanghai"})
    over = state({"columns": {"team": "u"}, "done": [], "timezone": "Europe/Berlin", "encoding": "cp1252"}).over(base)
    assert over.columns == {"case": ("a",), "team": ("u",)}
    assert (over.done, over.timezone) == ((), "Europe/Berlin")
    assert (over.source.encoding, over.source.delimiter) == ("cp1252", ";")


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("attributes: {case: {level: txt}}", "x.yaml:3:28: 'txt' is none of text, number, boolean, datetime"),
        ("attributes: {case: level}", "x.yaml:3:20: case must be a list of names, or names with types"),
        ("joins: [{file: x}]", "x.yaml:3:9: 'key' is missing"),
        ("joins: [{file: x, key: a, colums: [b]}]", "x.yaml:3:27: unknown key 'colums'; did you mean 'columns'?"),
        ("joins: [{file: x, key: []}]", "x.yaml:3:24: key is empty"),
        ("joins: [{file: x, key: a, required_share: 2}]", "x.yaml:3:43: required_share must be at most 1"),
        ("formats: {when: '%Q'}", "x.yaml:3:17: time_format '%Q'"),
        ("shape: evnts", "x.yaml:3:8: 'evnts' is none of events, history, milestones, snapshots"),
        ("milestones: {}", "x.yaml:3:13: milestones is empty"),
        ("milestones: {opened: Opened}", "x.yaml:3:14: the export has no column 'opened'"),
        ("columns: {filed: x}", "x.yaml:3:11: unknown key 'filed'; did you mean 'field'?"),
    ],
)
def test_mistakes_in_newer_keys_are_shown_at_their_place(
    line: str, message: str, export: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    path = export(ROWS)
    export(f"svcflow: 1\nmapping: x\n{line}\n", "x.yaml")
    monkeypatch.chdir(path.parent)
    with pytest.raises(MappingError) as refused:
        read_log(path, "x.yaml")
    assert refused.value.message.startswith(message)


def test_a_slip_in_a_name_is_told_and_a_name_of_another_log_is_not(export: Callable[..., Path]) -> None:
    slips = MAPPING.replace('sides: {"Wartet | y": customer}', 'sides: {"Wartett | y": customer, Storno: nobody}')
    log = read_log(export(ROWS), export(slips.replace("machines: [bot]", "machines: [bott, svc_*]"), "m.yaml"))
    told = [note.removeprefix("mapping, ") for note in log.notes if "no activity" in note or "no account" in note]
    assert told == [
        "sides: no activity is called 'Wartett | y'; did you mean 'Wartet | y'?",
        "machines: no account is called 'bott'; did you mean 'bot'?",
    ]
