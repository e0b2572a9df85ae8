"""YAML with positions: what stands where, what a scalar means, and why a text is refused."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from svcflow.documents import Document, Listing, Mapping, Node, Scalar, Span, decode, parse, plain, read, resolve, walk


def only_fault(text: str) -> tuple[str, str, int, int]:
    document = parse(text)
    assert document.root is None
    (fault,) = document.faults
    return fault.kind, fault.message, fault.span.line, fault.span.column


def test_keys_and_values_know_where_they_stand() -> None:
    text = "steps:\n  登记: {owner: agent, 'within': \"5m\"}\n  close:\n    - a\n    - b # end\n"
    root = parse(text).root
    assert isinstance(root, Mapping)
    steps = root.get("steps")
    assert isinstance(steps, Mapping)
    assert steps.span == Span(2, 3, 5, 8)
    step = steps.get("登记")
    assert isinstance(step, Mapping)
    assert steps.key("登记").span == Span(2, 3, 2, 5)
    assert step.span == Span(2, 7, 2, 37)
    assert step.key("within").span == Span(2, 22, 2, 30)
    assert step.get("within").span == Span(2, 32, 2, 36)
    assert steps.get("close").span == Span(4, 5, 5, 8)


def test_every_scalar_is_where_it_says() -> None:
    text = "a: {b: [one, 'two', \"three\"], c: 4}\nd:\n  - e: five six\n  - 7\n"
    document = parse(text)
    for node in walk(document.root):
        if isinstance(node, Scalar):
            line = document.lines[node.span.line - 1]
            assert node.text in line[node.span.column - 1 : node.span.end_column - 1]


SCALARS = {
    "22:00": "22:00", "no": "no", "on": "on", "NO": "NO", "2026-11-02": "2026-11-02", "1_000": "1_000", ".5": 0.5,
    "true": True, "False": False, "null": None, "~": None, "": None, "12": 12, "-3": -3, "0o17": 15, "0x1F": 31,
    "017": 17, "1.5": 1.5, "1e3": 1000.0, "1e999": "1e999", ".inf": ".inf", ".nan": ".nan", "9" * 400: "9" * 400,
    "15m": "15m", "85%": "85%", "１２": "１２",
}  # fmt: skip


@pytest.mark.parametrize(("text", "value"), SCALARS.items())
def test_scalars_follow_yaml_1_2(text: str, value: object) -> None:
    assert resolve(text) == value
    assert type(resolve(text)) is type(value)


def test_quotes_make_a_text() -> None:
    assert plain(parse("a: '12'\nb: \"true\"\nc: |\n  7\n").root) == {"a": "12", "b": "true", "c": "7\n"}


TEXTS = st.text(st.characters(exclude_categories=["Cc", "Cs", "Cn"]))
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**9), 10**9) | TEXTS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text("abc登 :#'", max_size=5), inner, max_size=4),
    max_leaves=20,
)  # fmt: skip


@settings(deadline=None, max_examples=150)
@given(VALUES)
def test_json_is_read_as_json_does(value: object) -> None:
    assert plain(parse(json.dumps(value, ensure_ascii=False)).root) == value


@settings(deadline=None, max_examples=100)
@given(
    st.dictionaries(st.text("abcdefg", min_size=1), st.lists(st.integers() | st.text("xyz -", max_size=6)), max_size=5)
)
def test_block_style_is_read_as_it_was_written(value: object) -> None:
    assert plain(parse(yaml.safe_dump(value, default_flow_style=False)).root) == value


@pytest.mark.parametrize(
    ("text", "message", "line", "column"),
    [
        ("a: [1, 2\nb: 3\n", "expected ',' or ']'", 2, 2),
        ("x: {when: s in (a, b), do: c}", "a guard with a comma inside { } needs quotes", 1, 11),
        ("a:\n\tb: 1\n", "a tab cannot indent", 2, 1),
        ("a: b: c", "a second ': '", 1, 5),
        ('a: "x\nb: 2', "ends inside quotes", 2, 5),
        ("a: !has(x)", "quotes", 1, 4),
        ("when: 'x' == y", "quoted text followed by more", 1, 11),
        ("a: *b", "nothing above is anchored as '&b'", 1, 4),
        ("a: &a [*a]", "nothing above is anchored as '&a'", 1, 8),
        ("a: 1\n---\nb: 2\n", "second document", 2, 1),
        ("[a, b]: c", "a key must be", 1, 1),
        ("a: " + "[" * 100, "nested deeper than 40", 1, 43),
        ("- " * 200, "nested deeper than 40", 1, 81),
    ],
)
def test_what_is_no_document_is_said_at_its_place(text: str, message: str, line: int, column: int) -> None:
    kind, told, *place = only_fault(text)
    assert kind == "syntax"
    assert message in told
    assert place == [line, column]


def test_a_duplicate_key_keeps_the_first_and_says_where() -> None:
    document = parse("a: 1\nb: 2\na: 3\n")
    assert plain(document.root) == {"a": 1, "b": 2}
    (fault,) = document.faults
    assert (fault.kind, fault.span.line, fault.related.line) == ("duplicate", 3, 1)


def test_aliases_repeat_but_do_not_explode() -> None:
    assert plain(parse("a: &x {k: 1}\nb: *x\n").root) == {"a": {"k": 1}, "b": {"k": 1}}
    bomb = "a0: &a0 [x, x]\n" + "".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 12))
    kind, message, *_ = only_fault(bomb)
    assert kind == "syntax"
    assert "aliases counted each time" in message
    deep = "a0: &a0 [x]\n" + "".join(f"a{n}: &a{n} [*a{n - 1}]\n" for n in range(1, 100))
    assert "nested deeper" in only_fault(deep)[1]


@pytest.mark.parametrize(
    ("data", "message", "line", "column"),
    [
        (b"a: 1\nb: \xff\n", "not UTF-8 at byte 9", 2, 4),
        ("a: 1".encode("utf-16"), "UTF-16", 1, 1),
        ("b: 投诉".encode("gbk"), "not UTF-8 at byte 6", 1, 5),
        (b"a: 1\nb: x\x00y\n", "U+0000", 2, 5),
        (b"a: \x1b[2J", "U+001B", 1, 4),
        (b"#" * 1_000_001, "larger than 1 MB", 1, 1),
    ],
)
def test_what_is_no_text_is_said_at_its_place(data: bytes, message: str, line: int, column: int) -> None:
    document = decode(data, "x.yaml")
    (fault,) = document.faults
    assert (document.root, fault.kind) == (None, "unreadable")
    assert message in fault.message
    assert (fault.span.line, fault.span.column) == (line, column)


def test_a_mark_and_windows_line_ends_change_nothing() -> None:
    text = "a: 1\nb:\n  - 登\n"
    windows = decode(b"\xef\xbb\xbf" + text.replace("\n", "\r\n").encode(), "x")
    assert windows.root == decode(text.encode(), "x").root
    assert windows.lines[2] == "  - 登"


@pytest.mark.parametrize("text", ["", "\n", "# only a comment\n", "---\n"])
def test_an_empty_text_has_no_root_or_an_empty_one(text: str) -> None:
    document = parse(text)
    assert document.faults == ()
    assert plain(document.root) is None


def test_a_file_that_cannot_be_opened_is_a_fault(tmp_path: Path) -> None:
    document = read(tmp_path / "none.yaml")
    assert document.faults[0].kind == "unreadable"
    assert "No such file" in document.faults[0].message
    assert read(tmp_path).faults[0].kind == "unreadable"


def test_a_part_of_a_scalar_has_a_place() -> None:
    def place(text: str, start: int, end: int) -> Span:
        document = parse(text)
        assert isinstance(document.root, Mapping)
        node = document.root.get("when")
        assert isinstance(node, Scalar)
        return document.within(node, start, end)

    assert place("when: not vald", 4, 8) == Span(1, 11, 1, 15)
    assert place('{when: "not vald"}', 4, 8) == Span(1, 13, 1, 17)
    assert place("when: 'it''s'", 0, 2) == Span(1, 7, 1, 14)  # escapes: the whole scalar, to be sure
    assert place("when: >\n  not\n  vald\n", 4, 8).line == 1


def test_the_slow_loader_reads_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    from svcflow.documents import texts

    text = (Path(__file__).parent / "definitions" / "examples" / "refund.svcflow.yaml").read_text(encoding="utf-8")
    fast = parse(text)
    monkeypatch.setattr(texts, "_LOADER", yaml.BaseLoader)
    slow = parse(text)

    def scalars(document: Document) -> list[tuple[str, bool, Span]]:
        return [(n.text, n.plain, n.span) for n in walk(document.root) if isinstance(n, Scalar)]

    assert scalars(slow) == scalars(fast)


def test_walking_meets_every_node() -> None:
    nodes: list[Node] = list(walk(parse("a: [b, {c: d}]").root))
    assert [node.text for node in nodes if isinstance(node, Scalar)] == ["a", "b", "c", "d"]
    assert sum(isinstance(node, Listing) for node in nodes) == 1
