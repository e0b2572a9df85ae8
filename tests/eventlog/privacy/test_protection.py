"""Pseudonyms in a log: what was asked for, the same everywhere, and nothing of it left beside."""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from svcflow.cli.main import main
from svcflow.errors import UsageError
from svcflow.eventlog import Log, read_log
from svcflow.eventlog.ingest import import_log
from svcflow.eventlog.privacy.keys import Key, write_key
from svcflow.eventlog.privacy.policy import Policy
from svcflow.eventlog.privacy.pseudonyms import replace_one

KEY = Key(bytes(range(50, 82)))
PEOPLE = ("Ann Lee", "Bo Chan", "Cem Ay", "robot.one", "robot.two")
HEAD = "case,activity,time,resource,team,customer,last_touched_by,approver,channel"


def write(export: Callable[..., Path], name: str = "log.csv", seed: int = 1, cases: int = 30) -> Path:
    draw = random.Random(seed)
    rows = [HEAD]
    for number in range(cases):
        who = f"Mia Stone {number % 4}"
        for step in range(4):
            people = (draw.choice(PEOPLE), draw.choice(PEOPLE[:3]), draw.choice(PEOPLE[:3]))
            activity = f"{'ABCD'[step]} for {people[0] if step == 2 else 'all'}"
            rows.append(
                f"INC{number:04d},{activity},2026-01-{number % 28 + 1:02d} 0{step}:00,{people[0]},Hotline,"
                f"{who},{people[1]},{people[2]},{'phone' if number % 2 else 'mail'}"
            )
    return export(rows, name=name)


def read(path: Path, *wanted: str, key: Key = KEY, mapping: dict[str, Any] | None = None, **more: Any) -> Log:
    return read_log(path, mapping, policy=Policy(wanted, key, **more))


def texts(log: Log, name: str) -> set[str]:
    column = {**log.attributes, **log.case_attributes}[name]
    assert column.vocabulary is not None
    return {text for text in column.vocabulary.texts if text}


def test_the_log_is_the_same_but_for_names(export: Callable[..., Path]) -> None:
    path = write(export)
    plain, hidden = read_log(path), read(path, "resource", "customer", "case")
    assert (plain.offsets == hidden.offsets).all()
    assert (plain.time == hidden.time).all()
    assert [replace_one(KEY, "case", case) for case in plain.case_ids] == list(hidden.case_ids)
    told = [plain.resources[code] for code in plain.resource.tolist()]
    assert [hidden.resources[code] for code in hidden.resource.tolist()] == [
        replace_one(KEY, "resource", name) for name in told
    ]
    assert texts(hidden, "customer") == {replace_one(KEY, "customer", name) for name in texts(plain, "customer")}
    assert hidden.teams == plain.teams


def test_the_same_key_gives_the_same_names_in_every_file(export: Callable[..., Path]) -> None:
    first, second = write(export, "a.csv", 1), write(export, "b.csv", 2, cases=90)
    one, two = (set(read(path, "resource").resources.texts) for path in (first, second))
    assert one == two
    other = set(read(first, "resource", key=Key(bytes(range(32)))).resources.texts)
    assert one & other == {""}


def test_columns_with_the_same_people_go_along(export: Callable[..., Path]) -> None:
    log = read(write(export), "resource")
    people = {replace_one(KEY, "resource", name) for name in PEOPLE[:3]}
    assert texts(log, "last_touched_by") == texts(log, "approver") == people
    assert any("'approver' (resource)" in note for note in log.notes)
    kept = read(write(export), "resource", keep=("approver",))
    assert texts(kept, "approver") == set(PEOPLE[:3])


def test_known_names_leave_other_texts(export: Callable[..., Path]) -> None:
    log = read(write(export), "resource")
    assert not [name for name in log.activities.texts for who in PEOPLE if who in name]
    assert {"A for all", "B for all", f"C for {replace_one(KEY, 'resource', 'Ann Lee')}"} <= set(log.activities.texts)


def test_a_column_by_its_name_is_a_kind_of_its_own(export: Callable[..., Path]) -> None:
    path = write(export)
    alone = texts(read(path, "approver"), "approver")
    assert alone == {replace_one(KEY, "column approver", name) for name in PEOPLE[:3]}
    assert all(name.startswith("val-") for name in alone)
    as_customer = texts(read(path, "customer:approver"), "approver")
    assert as_customer == {replace_one(KEY, "customer", name) for name in PEOPLE[:3]}


@pytest.mark.parametrize("machines", [["robot.one", "robot.two"], ["robot.*"]])
def test_stated_machines_and_values_stay_what_they_are(export: Callable[..., Path], machines: list[str]) -> None:
    mapping = {
        "columns": {"case": "case", "activity": "activity", "time": "time", "resource": "resource"},
        "machines": machines,
        "values": {"resource": {"Bo Chan": "Ann Lee"}, "channel": {"phone": "call"}},
        "done": ["D for all"],
    }
    path = write(export)
    log = read(path, "resource", mapping=mapping)
    people = {name for name in log.resources.texts if name.startswith("res-")}
    assert people == {replace_one(KEY, "resource", name) for name in ("Ann Lee", "Cem Ay")}
    assert len(log.machines) == 2
    assert set(log.machines) <= set(log.resources.texts)
    assert all(name.startswith("bot-") for name in log.machines)
    assert texts(log, "channel") == {"call", "mail"}
    assert log.done == ("D for all",)
    from svcflow.mining import mine

    plain, hidden = (mine(one).handovers["resource"] for one in (read_log(path, mapping), log))
    assert plain is not None
    assert hidden is not None
    assert plain.counts == hidden.counts


def test_several_columns_of_one_role(export: Callable[..., Path]) -> None:
    mapping = {
        "columns": {"case": "case", "activity": "activity", "time": "time", "resource": ["resource", "approver"]}
    }
    log = read(write(export), "resource", mapping=mapping)
    pair = {tuple(name.split(" | ")) for name in log.resources.texts if name}
    assert {name for names in pair for name in names} == {replace_one(KEY, "resource", name) for name in PEOPLE}


@pytest.mark.parametrize(
    ("wanted", "says"),
    [
        ("activity", "what is measured"),
        ("time", "what is measured"),
        ("role", "no column was found for 'role'"),
        ("customr", "did you mean 'customer'"),
        ("team:custmer", "no column or role"),
    ],
)
def test_what_cannot_be_is_refused(export: Callable[..., Path], wanted: str, says: str) -> None:
    with pytest.raises(UsageError, match=says) as caught:
        read(write(export), wanted)
    assert caught.value.hint


def test_pseudonyms_need_a_key() -> None:
    with pytest.raises(UsageError, match="need a key"):
        Policy(("resource",))


def test_blocks_give_what_the_whole_gives(export: Callable[..., Path], tmp_path: Path) -> None:
    path = write(export, cases=200)
    policy = Policy(("resource", "customer", "case"), KEY)
    whole = read_log(path, policy=policy)
    for block in (37, 100_000):
        target = tmp_path / f"{block}.parquet"
        import_log(path, target, policy=policy, block=block)
        log = read_log(target)
        assert list(log.case_ids) == list(whole.case_ids)
        assert log.resources == whole.resources
        assert log.activities == whole.activities
        assert (log.resource == whole.resource).all()


def test_appending_with_another_key_is_refused(
    export: Callable[..., Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path, later = write(export, "may.csv"), write(export, "june.csv", 2, cases=60)
    target, key, other = tmp_path / "log.parquet", tmp_path / "key", tmp_path / "other"
    write_key(key)
    write_key(other)
    hide = ["--pseudonymise", "resource", "--key-file"]
    assert main(["import", str(path), "-o", str(target), *hide, str(key), "-q"]) == 0
    before = target.read_bytes()
    for words in ([*hide, str(other)], []):
        assert main(["import", str(later), "-o", str(target), "--append", *words, "-q"]) == 2
        assert target.read_bytes() == before
        assert "Traceback" not in capsys.readouterr().err
    assert main(["import", str(later), "-o", str(target), "--append", *hide, str(key), "-q"]) == 0
    assert read_log(target).cases == 60
