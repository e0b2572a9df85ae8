"""JSON: where the records stand, nested values, histories, and what is wrong in one line."""

from __future__ import annotations

import json
import tracemalloc
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from svcflow.errors import InputError, MappingError
from svcflow.eventlog import read_log
from svcflow.eventlog.nested import walking
from svcflow.eventlog.raw import RawTable, Stated, say_counted
from svcflow.eventlog.readers import json as reader

Write = Callable[..., Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Write a value as JSON, or a text as it is."""

    def make(content: Any, name: str = "export.json", *, indent: int | None = None) -> Path:
        path = tmp_path / name
        text = content if isinstance(content, (str, bytes)) else json.dumps(content, ensure_ascii=False, indent=indent)
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return path

    return make


def rows(table: RawTable) -> list[dict[str, str]]:
    columns = {name: table.load(name).to_pylist() for name in table.names}
    return [{name: column[row] for name, column in columns.items() if column[row]} for row in range(table.rows)]


EVENT = {"ticket_id": "A", "status": "new", "at": "2024-01-31"}


@pytest.mark.parametrize("indent", [None, 2])
def test_nested_values_become_columns(write: Write, indent: int | None) -> None:
    record = {
        "ticket_id": 7,
        "assignee": {"name": "ann", "team": {"id": 3}},
        "tags": ["a", 2, True, None],
        "open": False,
        "custom_fields": [{"id": 9, "value": "gold"}, {"id": 10, "value": None}],
        "notes": [{"text": "a", "by": "b"}, {"text": "c"}],
        "at": {"$date": "2024-01-31"},
        "big": 12345678901234567890,
        "none": None,
    }
    assert rows(reader.read(write([record], indent=indent), Stated())) == [
        {
            "ticket_id": "7",
            "assignee.name": "ann",
            "assignee.team.id": "3",
            "tags": "a, 2, true",
            "open": "false",
            "custom_fields.9": "gold",
            "notes.count": "2",
            "at": "2024-01-31",
            "big": "12345678901234567890",
        }
    ]


def test_two_ways_to_one_name_lose_nothing(write: Write) -> None:
    assert rows(reader.read(write([{"a.b": 1, "a": {"b": 2}, "": 3}]), Stated())) == [
        {"a.b": "1", "a.b (2)": "2", "(no name)": "3"}
    ]


def test_the_list_of_records_is_found_and_said(write: Write) -> None:
    users = [{"id": number, "name": "x"} for number in range(9)]
    path = write({"next": None, "data": {"items": [EVENT, EVENT], "users": users}})
    table = reader.read(path, Stated())
    assert table.rows == 2
    assert table.facts == ("2 records under 'data.items'", "lists not read: 'data.users'")
    assert reader.read(path, Stated(records="data.users")).rows == 9
    with pytest.raises(MappingError, match=r"under 'data\.item'; did you mean 'data\.items'"):
        reader.read(path, Stated(records="data.item"))


def test_lines_and_documents_hold_the_same(write: Write) -> None:
    records = [EVENT, {**EVENT, "more": 1}]
    document = rows(reader.read(write(records), Stated()))
    text = "\n\n".join(map(json.dumps, records))
    for name in ("lines.jsonl", "lines.ndjson", "lines.json"):
        table = reader.read(write(text, name), Stated())
        assert table.format == "JSON Lines"
        assert rows(table) == document
        assert [table.number(row) for row in range(2)] == [1, 3]


def test_a_change_log_in_two_levels(write: Write) -> None:
    issues = [
        {
            "key": f"K-{number}",
            "fields": {"created": "2024-01-01", "labels": []},
            "changelog": {
                "histories": [
                    {"created": f"2024-01-0{day}", "items": [{"field": "status", "toString": "b"}, {"field": "owner"}]}
                    for day in range(1, number + 1)
                ]
            },
        }
        for number in range(4)
    ]
    table = reader.read(write({"issues": issues}), Stated())
    assert [(row["key"], row["created"], row["field"]) for row in rows(table)] == [
        (f"K-{number}", f"2024-01-0{day}", field)
        for number in range(1, 4)
        for day in range(1, number + 1)
        for field in ("status", "owner")
    ]
    assert table.case_columns == {"key", "fields.created", "fields.labels"}
    assert table.passed == {"records without any event": 1}
    assert any("'changelog.histories' and in it 'items'" in fact for fact in table.facts)


def test_changes_without_a_time_of_their_own_take_that_of_their_record(write: Write) -> None:
    audits = [
        {
            "id": n,
            "ticket_id": 1,
            "created_at": f"2024-01-0{n}",
            "events": [{"id": 5, "field_name": "status", "value": "open"}],
        }
        for n in (1, 2)
    ]
    table = reader.read(write({"audits": audits}), Stated())
    assert table.case_columns == frozenset()
    assert rows(table)[0] == {
        "id": "1",
        "ticket_id": "1",
        "created_at": "2024-01-01",
        "events.id": "5",
        "field_name": "status",
        "value": "open",
    }


def test_of_several_inner_lists_the_history_is_unfolded(write: Write) -> None:
    ticket = {
        "id": 1,
        "comments": [{"created_at": "2024-01-01", "author": "x", "body": "hello"}],
        "history": [{"created_at": "2024-01-02", "status": "new"}, {"created_at": "2024-01-03", "status": "done"}],
    }
    table = reader.read(write([ticket, {**ticket, "id": 2}]), Stated())
    assert [(row["id"], row["status"], row["comments.count"]) for row in rows(table)] == [
        ("1", "new", "1"), ("1", "done", "1"), ("2", "new", "1"), ("2", "done", "1"),
    ]  # fmt: skip
    assert "inner lists that are only counted: 'comments'" in table.facts
    log = read_log(write([ticket, {**ticket, "id": 2}]))
    assert (log.cases, log.events, log.activities.texts) == (2, 4, ("done", "new"))


def test_one_ticket_alone_is_a_case(write: Write) -> None:
    history = [{"created": "2024-01-01", "to": "a"}, {"created": "2024-01-02", "to": "b"}]
    table = reader.read(write({"id": 1, "state": "x", "history": history}), Stated())
    assert [row["id"] for row in rows(table)] == ["1", "1"]
    assert table.case_columns == {"id", "state"}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('[{"a": 1},\n{"a":', "line 2: the text ends too early"),
        ('[{"a": 1}\n {"a": 2}]', "line 2: ',' is expected, not '{'"),
        ('{"a": [{"b": 2}]', "line 1: the file ends too early"),
        ('[{"a": 1, "a": 2}]', "line 1: the key 'a' stands twice in one object"),
        ('{"a": [],\n "a": []}', "line 2: the key 'a' stands twice in one object"),
        ("[" * 100_000, "nested too deeply"),
        ('[{"a": ' + '{"b":' * 100_000, "nested too deeply"),
        ('[{"a": 1}] x', "line 1: more text after the end of the document"),
        ('[{"a": tru}]', r"line 1: not JSON \(Expecting value at column 8\)"),
        ("{}", "holds no list of records"),
        ("[]", "holds no list of records"),
        ("[1, 2]", "holds no list of records"),
        ('[{"a": 1}, 5]', "record 2: it is no object with fields"),
        ('{"a": 1}\n{"a": 2}\n{"a"', "line 3: the text ends too early"),
        ('{"a": 1}\n{"a": 2} 3\n', "line 2: more text after the end of the record"),
    ],
)
def test_what_is_wrong_is_said_with_its_place(write: Write, text: str, said: str) -> None:
    with pytest.raises(InputError, match=said):
        reader.read(write(text), Stated())


def test_bad_lines_are_left_out_on_demand_and_counted_once(write: Write) -> None:
    path = write('{"a": 1}\n{"a"\n{"a": 3}\n[1]\n{"a": 5}\n', "x.jsonl")
    table = reader.read(path, Stated(drop_bad_rows=True))
    assert [row.row for row in table.bad] == [2, 4]
    assert [table.number(row) for row in range(3)] == [1, 3, 5]
    blocks = list(reader.stream(path, Stated(drop_bad_rows=True), 1))
    assert [row.row for block in blocks for row in block.bad] == [2, 4]


def test_what_json_does_not_know_is_said(write: Write) -> None:
    table = reader.read(write('[{"id": 1, "a": NaN, "b": "x\\ud800y"}, {"id": 2, "a": -Infinity}]'), Stated())
    assert rows(table) == [{"id": "1", "b": "x�y"}, {"id": "2"}]
    values, halves = say_counted(table.counted)
    assert values.startswith("2 values NaN or Infinity")
    assert halves.startswith("1 texts hold half of a character")


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "gb18030"])
def test_other_encodings(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "export.json"
    record = [{"工单号": number, "状态": "已关闭"} for number in range(30)]
    path.write_bytes(json.dumps(record, ensure_ascii=False).encode(encoding))
    assert rows(reader.read(path, Stated()))[3] == {"工单号": "3", "状态": "已关闭"}


def test_memory_follows_the_largest_record_and_not_the_file(write: Write) -> None:
    record = json.dumps({"id": 1, "text": "x" * 100})
    path = write('{"items": [' + ",\n".join([record] * 40_000) + "]}")
    tracemalloc.start()
    with path.open(encoding="utf-8") as text:
        count = sum(not element.single for element in walking.walk_document(path, text, walking.Decoder()))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert count == 40_000
    assert peak < path.stat().st_size / 2


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(st.characters(exclude_categories=["Cs"]), max_size=9),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.text(st.characters(exclude_categories=["Cs"]), max_size=4), inner, max_size=3)
    ),
    max_leaves=12,
)


@settings(deadline=None, max_examples=60)
@given(
    records=st.lists(st.dictionaries(st.sampled_from("abcd"), JSON, min_size=1), min_size=1, max_size=8),
    block=st.integers(1, 40),
)
def test_the_walk_yields_what_the_document_holds(
    records: list[dict[str, Any]], block: int, tmp_path_factory: pytest.TempPathFactory
) -> None:
    path = tmp_path_factory.mktemp("walk") / "x.json"
    document = {"n": 5, "deep": {"items": records, "other": [[1], []]}}
    path.write_text(json.dumps(document, ensure_ascii=False, indent=block % 3 or None), encoding="utf-8")
    before, walking.BLOCK = walking.BLOCK, block
    try:
        with path.open(encoding="utf-8", newline="\n") as text:
            decoder = walking.Decoder()
            decoder.decoder = json.JSONDecoder()
            found = list(walking.walk_document(path, text, decoder))
    finally:
        walking.BLOCK = before
    assert [e.value for e in found if e.keys == ("deep", "items")] == records
    assert [e.value for e in found if e.keys == ("deep", "other")] == [[1], []]
    assert [e.value for e in found if e.single] == [5]
