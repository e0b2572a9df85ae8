"""JSON is the same value however it is laid out, and what is no number is refused."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from svcflow.jsontexts import write_json

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=6),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=4), inner, max_size=4),
    max_leaves=30,
)


@settings(deadline=None)
@given(VALUES)
def test_what_is_written_reads_back(value: object) -> None:
    text = write_json(value)
    assert json.loads(text) == value
    assert text.endswith("\n")


def test_a_row_of_a_table_has_a_line_of_its_own() -> None:
    text = write_json(
        {"rows": [{"name": "投诉", "path": ["a", "b"]}, {"name": "b", "path": []}], "of": [[1, 2], [3, 4]]}
    )
    assert text.splitlines() == [
        "{",
        ' "rows": [',
        '  {"name": "投诉", "path": ["a", "b"]},',
        '  {"name": "b", "path": []}',
        " ],",
        ' "of": [',
        "  [1, 2],",
        "  [3, 4]",
        " ]",
        "}",
    ]


@pytest.mark.parametrize("value", [float("nan"), {"a": [float("inf")]}, [{"a": float("-inf")}]])
def test_what_is_no_number_is_refused(value: object) -> None:
    with pytest.raises(ValueError, match="Out of range"):
        write_json(value)
