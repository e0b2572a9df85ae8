"""Presets: recognised by columns, overruled by a mapping key by key, asked for and turned off by name."""

from __future__ import annotations

from pathlib import Path

import pytest

from svcflow import plugins
from svcflow.errors import MappingError
from svcflow.eventlog import presets, read_log
from svcflow.eventlog.mapping import Mapping, state
from svcflow.eventlog.preset_forms import Form

FORMS = [
    (name, form) for name, module in plugins.find(presets).items() for form in module.FORMS
]  # fmt: skip
LIST = ("Number", "Opened", "Resolved", "Closed", "State", "Assignment group")


def write(folder: Path, *rows: str) -> Path:
    path = folder / "x.csv"
    path.write_text("\n".join(rows) + "\n", encoding="utf-8")
    return path


@pytest.mark.parametrize(("name", "form"), FORMS, ids=lambda value: value if isinstance(value, str) else value.name)
def test_each_form_is_known_by_its_own_columns_and_is_a_valid_mapping(name: str, form: Form) -> None:
    names = (*form.signature, *form.any_of)
    found = presets.find(names)
    assert found is not None
    assert (found.id, found.form) == (name, form)
    stated = state(found.content)
    assert stated.shape == form.content["shape"]
    assert {column for columns in stated.columns.values() for column in columns} <= set(names)
    assert found.content["columns"]["case"] in names


@pytest.mark.parametrize(("name", "form"), FORMS, ids=lambda value: value if isinstance(value, str) else value.name)
def test_without_one_column_of_its_signature_a_form_is_not_known(name: str, form: Form) -> None:
    for column in form.signature:
        assert form.match(tuple(other for other in (*form.signature, *form.any_of) if other != column)) == 0


@pytest.mark.parametrize(
    "names",
    [
        ("Case ID", "Activity", "Timestamp", "Resource"),
        ("case:concept:name", "concept:name", "time:timestamp", "org:resource"),
        ("Number", "Opened", "Closed"),
        ("工单编号", "标题"),
        ("id", "status", "created"),
    ],
)
def test_other_exports_are_left_alone(names: tuple[str, ...]) -> None:
    assert presets.find(names) is None


def test_spelling_of_columns_does_not_matter_and_the_mapping_names_them_as_they_stand() -> None:
    found = presets.find(tuple(f" {name.upper()}" for name in LIST))
    assert found is not None
    assert found.content["columns"]["case"] == " NUMBER"


def test_the_mappings_own_word_wins_key_by_key() -> None:
    own = state({"columns": {"team": None, "resource": "State"}, "done": ["Closed"], "timezone": "Europe/Berlin"})
    merged, note = presets.lend(own, LIST)
    assert "ServiceNow" in note
    assert merged.columns["case"] == ("Number",)
    assert (merged.columns["team"], merged.columns["resource"]) == ((), ("State",))
    assert (merged.done, merged.timezone) == (("Closed",), "Europe/Berlin")
    assert "done" not in merged.lent
    assert "milestones" in merged.lent


def test_stated_milestones_replace_those_of_the_preset() -> None:
    merged, _ = presets.lend(state({"milestones": {"Closed": "end"}}), LIST)
    assert dict(merged.milestones) == {"Closed": "end"}


def test_another_shape_or_none_leaves_a_mapping_as_it_is() -> None:
    for own in (state({"shape": "snapshots"}), state({"preset": "none"})):
        assert presets.lend(own, LIST) == (own, "")


def test_a_preset_that_does_not_exist_or_does_not_fit_is_refused() -> None:
    with pytest.raises(MappingError, match="there is no preset 'zendeks'; did you mean 'zendesk'"):
        presets.lend(state({"preset": "zendeks"}), LIST)
    with pytest.raises(MappingError, match="no export that preset 'zendesk' knows") as refused:
        presets.lend(state({"preset": "zendesk"}), LIST)
    assert "tickets: Id, Created at" in refused.value.hint


def test_what_only_looks_like_a_known_export_is_read_by_its_contents(tmp_path: Path) -> None:
    rows = [f"T{n // 3},2026-03-{20 + n % 3} 10:00,{'abc'[n % 3]},n/a,x,y" for n in range(12)]
    log = read_log(write(tmp_path, "Number,Timestamp,Activity,Closed,Opened,State", *rows))
    assert log.cases == 4
    assert set(log.activities.texts) == {"a", "b", "c"}


def test_a_log_of_changes_with_the_columns_of_a_list_is_no_list(tmp_path: Path) -> None:
    head = "number,incident_state,opened_at,sys_updated_at,assignment_group,closed_at"
    rows = [
        f"I{n // 4},{('New', 'Active', 'Resolved', 'Closed')[n % 4]},2026-03-{13 + n // 4} 08:00,"
        f"2026-03-{13 + n // 4} 1{n % 4}:00,L1,2026-03-{13 + n // 4} 13:00"
        for n in range(40)
    ]
    log = read_log(write(tmp_path, head, *rows))
    assert (log.cases, log.events) == (10, 40)
    assert not any("preset" in note for note in log.notes)
    with pytest.raises(MappingError, match="no export that preset 'zendesk' knows"):
        read_log(write(tmp_path, head, *rows), {"preset": "zendesk"})


def test_who_calls_is_not_who_works(tmp_path: Path) -> None:
    rows = [f"S{n},2026/03/{13 + n} 08:00,张三,2026/03/{13 + n} 10:00,城管局" for n in range(8)]
    log = read_log(write(tmp_path, "受理编号,来电时间,来电人,办结时间,承办单位", *rows))
    assert log.resources.texts == ("",)
    assert log.teams.texts == ("", "城管局")


def test_columns_of_a_preset_are_said_to_be_its_word(tmp_path: Path) -> None:
    rows = [f"I{n},2026-03-{13 + n} 10:00,2026-03-{14 + n} 11:00,,Closed,L1" for n in range(5)]
    path = write(tmp_path, ",".join(LIST), *rows)
    log = read_log(path)
    reasons = {role.role: role.reason for role in log.roles}
    assert reasons["case"] == reasons["team"] == reasons["done"] == "stated by the preset servicenow"
    assert log.done == ("Resolved",)
    own = read_log(path, {"columns": {"case": "Number"}})
    assert {role.role: role.reason for role in own.roles}["case"] == "stated in the mapping"
    assert not any("preset" in note for note in read_log(path, {"preset": "none"}).notes)


def test_a_done_activity_that_the_user_states_wrongly_is_still_refused(tmp_path: Path) -> None:
    rows = [f"I{n},2026-03-{13 + n} 10:00,2026-03-{14 + n} 11:00,,Closed,L1" for n in range(5)]
    with pytest.raises(MappingError, match="no activity is called 'Resolvd'; did you mean 'Resolved'"):
        read_log(write(tmp_path, ",".join(LIST), *rows), {"done": ["Resolvd"]})


def test_an_empty_mapping_is_lent_everything() -> None:
    merged, _ = presets.lend(Mapping(), LIST)
    assert merged.preset == "servicenow"
    assert set(merged.lent) >= {"shape", "columns", "milestones", "done"}


@pytest.mark.parametrize("name", sorted(plugins.find(presets)))
def test_each_manual_names_its_sources(name: str) -> None:
    text = plugins.find(presets)[name].__doc__ or ""
    assert "\nForms\n" in text
    assert "\nSource: " in text
