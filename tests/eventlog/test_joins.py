"""A second file joined by key: what matches is counted both ways, what does not is said, nothing is guessed."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from svcflow.errors import MappingError
from svcflow.eventlog import read_log
from svcflow.eventlog.joins import prepare
from svcflow.eventlog.joins.joining import Joining
from svcflow.eventlog.log import Log
from svcflow.eventlog.mapping import state
from svcflow.eventlog.raw import RawTable
from svcflow.eventlog.reading import read_table
from svcflow.eventlog.texts import encode, strings

LOG = [
    "ticket,step,time,agent,customer",
    "1,open,2024-01-31 10:00,ann,007",
    "1,close,2024-01-31 11:00,bob,007",
    "2,open,2024-01-31 10:00,ann,8",
    "2,close,2024-01-31 12:00,ann,8",
    "3,open,2024-01-31 13:00,ann,",
]
CRM = [
    "id,segment,size,since,agent",
    "007,gold,12,2020-01-01,zoe",
    "8,silver,3,2021-05-06,yan",
    "9,gold,1,2022-01-01,x",
]


def state_join(**join: Any) -> dict[str, Any]:
    return {"joins": [{"file": "crm.csv", "key": {"customer": "id"}, **join}]}


@pytest.fixture
def read(export: Callable[..., Path], monkeypatch: pytest.MonkeyPatch) -> Callable[..., Log]:
    def read(crm: list[str] = CRM, log: list[str] = LOG, **join: Any) -> Log:
        export(crm, "crm.csv")
        path = export(log)
        monkeypatch.chdir(path.parent)
        return read_log(path, state_join(**join))

    return read


def values(log: Log, name: str) -> list[Any]:
    column = log.case_attributes[name] if name in log.case_attributes else log.attributes[name]
    return [column.get(row) for row in range(len(column.values))]


def test_columns_come_with_their_types_and_the_match_rate_both_ways(read: Callable[..., Log]) -> None:
    log = read()
    assert values(log, "segment") == ["gold", "silver", None]
    assert values(log, "size") == [12.0, 3.0, None]
    assert log.case_attributes["since"].kind == "datetime"
    assert "joined crm.csv: 4 of 5 rows have a partner (80.0%), 2 of 3 keys of the file are used" in log.notes
    facts = {fact.id: fact for fact in log.quality}
    assert (facts["join-unmatched"].count, facts["join-unmatched"].rows) == (1, (5,))
    assert facts["join-unused"].count == 1


def test_a_name_that_the_log_has_gets_a_prefix(read: Callable[..., Log]) -> None:
    assert values(read(), "crm.agent") == ["zoe", "yan", None]
    assert "c_agent" in read(prefix="c_").case_attributes
    assert list(read(columns={"agent": "manager"}).case_attributes) == ["customer", "manager"]


def test_columns_of_an_event_stay_with_the_event(read: Callable[..., Log]) -> None:
    log = read(of="event", columns=["size"])
    assert values(log, "size") == [12.0, 12.0, 3.0, 3.0, None]
    assert "size" not in log.case_attributes


def test_a_joined_column_can_play_a_role(read: Callable[..., Log], export: Callable[..., Path]) -> None:
    export(["agent,team", "ann,Line 1", "bob,Line 2"], "people.csv")
    stated = {"columns": {"team": "team"}, "joins": [{"file": "people.csv", "key": "agent", "of": "event"}]}
    read()
    assert read_log("export.csv", stated).teams.texts == ("", "Line 1", "Line 2")


@pytest.mark.parametrize(("many", "segment"), [("first", "gold"), ("last", "iron")])
def test_several_rows_of_one_key_are_handled_as_stated(many: str, segment: str, read: Callable[..., Log]) -> None:
    again = [*CRM, "007,iron,1,2020-01-01,x"]
    assert values(read(again, many=many), "segment")[0] == segment
    with pytest.raises(MappingError, match=r"several rows with the same key: 1 keys, the first is '007'"):
        read(again)


def test_keys_written_otherwise_match_only_when_that_is_stated(read: Callable[..., Log]) -> None:
    other = ["id,segment", " 7,gold", "8.0,silver"]
    log = read(other)
    assert values(log, "segment") == [None, None, None]
    (note,) = (note for note in log.notes if note.startswith("joined"))
    assert "4 more rows would match" in note
    assert "match: loose" in note
    assert values(read(other, match="loose"), "segment") == ["gold", "silver", None]


def test_several_columns_make_a_key(read: Callable[..., Log], export: Callable[..., Path]) -> None:
    read()
    export(["ticket,step,note", "1,open,x", "2,close,y", "1,,z"], "notes.csv")
    log = read_log("export.csv", {"joins": [{"file": "notes.csv", "key": ["ticket", "step"], "of": "event"}]})
    assert values(log, "note") == ["x", None, None, "y", None]


@pytest.mark.parametrize(
    ("join", "message"),
    [
        ({"key": {"custmer": "id"}}, "m.yaml:3:37: the log has no column 'custmer'; did you mean 'customer'?"),
        ({"key": {"customer": "idd"}}, "m.yaml:3:49: crm.csv has no column 'idd'; did you mean 'id'?"),
        ({"columns": ["sise"]}, "crm.csv has no column 'sise'; did you mean 'size'?"),
        ({"columns": {"size": "agent"}, "prefix": "agent"}, ""),
        ({"columns": {"size": "x", "since": "x"}, "prefix": ""}, "prefix is empty"),
        ({"file": "gone.csv"}, "gone.csv does not exist"),
        ({"required_share": 0.9}, "joined crm.csv: 4 of 5 rows have a partner (80.0%)"),
    ],
)
def test_mistakes_are_shown_at_their_place(
    join: dict[str, Any], message: str, export: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    export(CRM, "crm.csv")
    path = export(LOG)
    monkeypatch.chdir(path.parent)
    text = json.dumps({"file": "crm.csv", "key": {"customer": "id"}} | join)
    export(f"svcflow: 1\nmapping: x\njoins: [{text}]\n", "m.yaml")
    if not message:
        assert "agentagent" in read_log(path, "m.yaml").case_attributes
        return
    with pytest.raises(MappingError) as refused:
        read_log(path, "m.yaml")
    assert message in refused.value.message
    assert refused.value.message.startswith("m.yaml:3:")


def test_the_file_is_found_beside_the_mapping(export: Callable[..., Path], tmp_path: Path) -> None:
    folder = tmp_path / "maps"
    folder.mkdir()
    (folder / "crm.csv").write_text("\n".join(CRM), "utf-8")
    mapping = folder / "m.yaml"
    mapping.write_text("svcflow: 1\nmapping: x\njoins: [{file: crm.csv, key: {customer: id}}]\n", "utf-8")
    assert values(read_log(export(LOG), mapping), "segment") == ["gold", "silver", None]


def make_table(**columns: list[str]) -> RawTable:
    import pyarrow as pa

    rows = len(next(iter(columns.values())))
    return RawTable("CSV", tuple(columns), rows, lambda name: pa.chunked_array([strings(columns[name])]))


KEY = st.sampled_from(["", "a", "b", "c", "007", "7", " a", "A"])


@settings(deadline=None, max_examples=60)
@given(left=st.lists(KEY, min_size=1, max_size=30), right=st.lists(KEY, max_size=6, unique=True), cut=st.integers(1, 9))
def test_a_join_agrees_with_a_dict_and_blocks_change_nothing(left: list[str], right: list[str], cut: int) -> None:
    other = make_table(key=[*right, "zz"], value=[f"v{n}" for n in range(len(right) + 1)])
    stated = state({"joins": [{"file": "x", "key": "key"}]})

    def join() -> Joining:
        (joining,) = prepare(stated, ("key",), lambda _path, _stated: other)
        return joining

    def read_values(table: RawTable) -> list[str | None]:
        encoded = encode(table.load("value"))
        return [encoded.texts[code] for code in encoded.codes]

    whole, blocked = join(), join()
    blocks = [left[at : at + cut] for at in range(0, len(left), cut)]
    found = [value for block in blocks for value in read_values(blocked(make_table(key=block)))]
    partners = {key: f"v{n}" for n, key in enumerate(right) if key.strip()}
    assert read_values(whole(make_table(key=left))) == found == [partners.get(key) for key in left]
    assert whole.tell() == blocked.tell()
    assert whole.matches.matched == sum(key in partners for key in left)
    assert int(np.sum(whole.matches.used)) == len(set(left) & set(partners))


def test_a_join_reads_what_any_reader_reads(export: Callable[..., Path]) -> None:
    import pyarrow as pa
    from pyarrow import parquet

    path = export(LOG)
    ids = pa.Array.from_buffers(pa.int64(), 2, [None, pa.py_buffer(np.array([7, 8]))])
    parquet.write_table(pa.table({"id": ids, "segment": strings(["gold", "silver"])}), path.with_name("crm.parquet"))
    stated = state({"joins": [{"file": str(path.with_name("crm.parquet")), "key": {"customer": "id"}}]})
    (joining,) = prepare(stated, ("customer",), read_table)
    assert [joining.keys.places[key] for key in ("7", "8")] == [0, 1]
