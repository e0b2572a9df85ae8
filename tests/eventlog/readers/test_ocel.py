"""Object-centric logs: the same cases and events as pm4py sees, from all three storages."""

from __future__ import annotations

import contextlib
import gzip
import io
import json
import random
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from svcflow.errors import InputError, MappingError
from svcflow.eventlog import read_log
from svcflow.eventlog.opening import read_table
from svcflow.eventlog.raw import RawTable, Stated

STEPS = ("create", "pick", "pack", "ship", "pay")
FIRST = "1970-01-01T00:00:00Z"


def order_log(seed: int) -> dict[str, Any]:
    """Return orders with two items each, handled by two employees; events stand in no order."""
    chance = random.Random(seed)
    things: list[dict[str, Any]] = [{"id": name, "type": "employee"} for name in ("ann", "bob")]
    events = []
    for number in range(25):
        items = [f"i{number}a", f"i{number}b"]
        values = [
            (FIRST, "price", number + 0.5),
            (FIRST, "state", "new"),
            ("2024-03-01T00:00:00Z", "state", chance.choice("xy")),
        ]
        things.append(
            {
                "id": f"o{number}",
                "type": "order",
                "attributes": [{"name": name, "time": time, "value": value} for time, name, value in values],
                "relationships": [{"objectId": items[0], "qualifier": "has"}],
            }
        )
        things += [{"id": item, "type": "item"} for item in items]
        for step in range(chance.randint(1, len(STEPS))):
            related = [("o", f"o{number}"), (chance.choice(["does", "checks"]), chance.choice(["ann", "bob"]))]
            related += [("of", item) for item in chance.sample(items, chance.randint(0, 2))]
            events.append(
                {
                    "id": f"e{number}-{step}",
                    "type": STEPS[step],
                    "time": f"2024-01-{number + 1:02}T{8 + step:02}:{chance.randint(0, 59):02}:00Z",
                    "attributes": [{"name": "cost", "value": chance.randint(1, 9)}],
                    "relationships": [{"objectId": thing, "qualifier": role} for role, thing in related],
                }
            )
    chance.shuffle(events)
    for thing in things:
        thing.setdefault("attributes", [])
        thing.setdefault("relationships", [])
    kinds = {
        "order": [{"name": "price", "type": "float"}, {"name": "state", "type": "string"}],
        "item": [],
        "employee": [],
    }
    return {
        "objectTypes": [{"name": kind, "attributes": attributes} for kind, attributes in kinds.items()],
        "eventTypes": [{"name": step, "attributes": [{"name": "cost", "type": "integer"}]} for step in STEPS],
        "objects": things,
        "events": events,
    }


@pytest.fixture(scope="module")
def storages(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Any]:
    """Write a log in all storages, two of them by pm4py, and return the folder and what pm4py read."""
    folder = tmp_path_factory.mktemp("ocel")
    (folder / "log.json").write_text(json.dumps(order_log(3)), "utf-8")
    with warnings.catch_warnings(), contextlib.redirect_stdout(io.StringIO()):
        warnings.simplefilter("ignore")
        import pm4py

        ocel = pm4py.read_ocel2_json(str(folder / "log.json"))
        pm4py.write_ocel2_xml(ocel, str(folder / "log.xml"))
        pm4py.write_ocel2_sqlite(ocel, str(folder / "log.sqlite"))
        pm4py.write_ocel2_json(ocel, str(folder / "again.json"))
        flat = {kind: pm4py.ocel_flattening(ocel, kind) for kind in ("order", "item", "employee")}
    return folder, flat


@pytest.mark.parametrize("name", ["log.json", "again.json", "log.xml", "log.sqlite"])
@pytest.mark.parametrize("kind", ["order", "item", "employee"])
def test_pm4py_sees_the_same_cases_and_events(storages: tuple[Path, Any], name: str, kind: str) -> None:
    folder, flat = storages
    table = read_table(folder / name, Stated(objects=kind))
    log = read_log(folder / name, {"source": {"objects": kind}})
    wanted = flat[kind]
    columns = zip(wanted["case:concept:name"], wanted["ocel:eid"], wanted["concept:name"], strict=True)
    assert sorted(zip(*values(table, "case:concept:name", "event id", "concept:name"), strict=True)) == sorted(columns)
    millis = wanted["time:timestamp"].astype("datetime64[ms, UTC]").astype("int64")
    theirs = sorted(zip(wanted["case:concept:name"], wanted["concept:name"], millis, strict=True))
    ours = [
        (log.case_ids[case], log.activities[log.activity[row]], int(log.time[row]))
        for row, case in enumerate(log.case_of_row.tolist())
    ]
    assert sorted(ours) == theirs


@pytest.mark.parametrize("name", ["log.json", "log.xml", "log.sqlite"])
def test_related_objects_and_attributes(storages: tuple[Path, Any], name: str) -> None:
    log = order_log(3)
    table = read_table(storages[0] / name, Stated(objects="order"))
    found = dict(
        zip(
            values(table, "event id")[0],
            zip(*values(table, "rel:employee", "rel:item", "rel:item:count"), strict=True),
            strict=True,
        )
    )
    for event in log["events"]:
        things = [related["objectId"] for related in event["relationships"]]
        people, items, count = found[event["id"]]
        assert people in things
        assert sorted(filter(None, items.split(", "))) == sorted(thing for thing in things if thing.startswith("i"))
        assert int(count) == sum(thing.startswith("i") for thing in things)
    last = {thing["id"]: thing["attributes"][-1]["value"] for thing in log["objects"] if thing["type"] == "order"}
    prices = {thing["id"]: thing["attributes"][0]["value"] for thing in log["objects"] if thing["type"] == "order"}
    for case, state, price, first in zip(
        *values(table, "case:concept:name", "case:state", "case:price", "case:rel:item"), strict=True
    ):
        assert (state, float(price)) == (last[case], prices[case])
        assert first in {f"i{case[1:]}a"} | (
            {""} if name != "log.json" else set()
        )  # pm4py forgets things without events
    assert table.case_columns == {"case:concept:name", "case:state", "case:price", "case:rel:item"}
    assert any(
        fact == "attribute 'state' changes over time in 25 objects: its last value is read" for fact in table.facts
    )
    does = [people for people in values(table, "rel:employee:does")[0] if people]
    assert len(does) == sum(r["qualifier"] == "does" for event in log["events"] for r in event["relationships"])


@pytest.mark.parametrize("name", ["log.json", "log.xml", "log.sqlite"])
def test_the_type_is_chosen_by_evidence_and_said(storages: tuple[Path, Any], name: str) -> None:
    table = read_table(storages[0] / name, Stated())
    assert table.facts[0].startswith("cases are the objects of the type order (25 objects")
    assert "item (" in table.facts[1]
    assert "employee (2 objects" in table.facts[1]
    with pytest.raises(MappingError, match="no objects of the type 'orders'; did you mean 'order'"):
        read_table(storages[0] / name, Stated(objects="orders"))
    items = read_table(storages[0] / name, Stated(objects="item"))
    assert any("belong to no object of this type and are left out" in fact for fact in items.facts)
    assert any("repeat an event that belongs to several objects" in fact for fact in items.facts)


def test_what_is_wrong_is_said(ocel: dict[str, Any], tmp_path: Path) -> None:
    path = tmp_path / "log.json"

    def write(**changed: Any) -> Path:
        path.write_text(json.dumps({**ocel, **changed}), "utf-8")
        return path

    with pytest.raises(InputError, match="line 1: event 1 has no type"):
        read_log(write(events=[{"id": "e"}]))
    with pytest.raises(InputError, match="object 'ann' stands twice, as 'agent' and as 'ticket'"):
        read_log(write(objects=[*ocel["objects"], {"id": "ann", "type": "ticket"}]))
    with pytest.raises(InputError, match="no event belongs to any object"):
        read_log(write(objects=[]))
    with pytest.raises(InputError, match=r"holds no events of OCEL 2\.0"):
        read_log(write(events=[]))
    table = read_table(write(objects=[thing for thing in ocel["objects"] if thing["id"] != "ann"]), Stated())
    assert "1 objects that events refer to are not listed" in table.facts
    path.write_text('{"ocel:global-event": {}, "ocel:events": {"e1": {"ocel:activity": "a"}}}')
    with pytest.raises(InputError, match=r"is OCEL 1\.0"):
        read_log(path)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('<!DOCTYPE log [<!ENTITY a "b">]><log><events/></log>', "document type or entities"),
        ("<log><objects>" + "<a>" * 100, "more than 50 deep"),
        ("<log><events><event id='1' type='a'", "line 1: the file ends too early"),
        ("<log><events><event id='1' type=''/></events></log>", "line 1: event 1 has no type"),
        ("<html><events/></html>", "begins with <html>"),
        ("<log><events><event><string key='id' value='1'/></event></events></log>", r"OCEL 1\.0"),
    ],
)
def test_hostile_xml(text: str, said: str, export: Callable[..., Path]) -> None:
    with pytest.raises(InputError, match=said):
        read_log(export(text, "log.xml"))


def test_a_packed_file_is_read_and_a_cut_one_refused(sample: Callable[[str], Path]) -> None:
    path = sample("objects.xml")
    packed = gzip.compress(path.read_bytes())
    (path.parent / "objects.xml.gz").write_bytes(packed)
    assert read_log(path.parent / "objects.xml.gz").cases == 10
    (path.parent / "objects.xml.gz").write_bytes(packed[:-20])
    with pytest.raises(InputError, match="truncated gzip"):
        read_log(path.parent / "objects.xml.gz")


def test_a_table_of_an_ocel_database_can_be_read_too(sample: Callable[[str], Path]) -> None:
    table = read_table(sample("objects.db"), Stated(table="event_object"))
    assert table.format == "SQLite"
    assert table.rows == 80


def values(table: RawTable, *names: str) -> list[list[str]]:
    return [table.load(name).to_pylist() for name in names]
