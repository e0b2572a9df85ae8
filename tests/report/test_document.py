import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from svcflow.errors import InputError
from svcflow.report.document import check_shape, clean, read_document

from .sample import make_document, make_hostile

GOOD = {"svcflow": "0.1.0", "log": {"cases": 3}}


def test_a_whole_document_is_read_and_so_is_a_bare_one() -> None:
    document = make_document(cases=40)
    assert read_document(json.dumps(document), "a.json") == document
    assert read_document(json.dumps(GOOD), "a.json") == GOOD


def test_the_sample_has_the_shape_that_analyze_writes() -> None:
    from importlib import resources

    import jsonschema

    schema = json.loads(resources.files("svcflow.analysis").joinpath("schemas/analysis.json").read_text())
    jsonschema.validate(make_document(cases=40), schema)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "a.json:1:1: not JSON"),
        ("{", "not JSON"),
        ("[]", "a JSON object is expected, not a list"),
        ("null", "not null"),
        ("{}", "key 'svcflow' and 'log' is missing"),
        ('{"svcflow": "1"}', "key 'log' is missing"),
        ('{"svcflow": "1", "log": {"cases": NaN}}', "NaN is no JSON number"),
        ('{"svcflow": "1", "log": 7}', "log: 7 is not of type"),
        ('{"svcflow": "1", "log": {}, "findings": [{"cases": "many"}]}', r"findings\[0\].cases: 'many'"),
        ('{"svcflow": "1", "log": {}, "directly_follows": {"a": 1}}', "directly_follows: "),
        ("[" * 100_000, "not JSON"),
    ],
)
def test_what_is_no_analysis_is_refused_in_one_line(text: str, says: str) -> None:
    with pytest.raises(InputError, match=says) as refused:
        read_document(text, "a.json")
    assert "\n" not in refused.value.message
    assert refused.value.hint


def test_absence_is_no_fault() -> None:
    check_shape({"log": None, "findings": None, "recommendations": [{"effects": [{"grade": None}]}]})


@given(st.recursive(st.text() | st.floats() | st.none(), lambda x: st.lists(x) | st.dictionaries(st.text(), x)))
def test_a_cleaned_value_stays_clean_and_can_be_written(value: Any) -> None:
    cleaned = clean(value)
    assert clean(cleaned) == cleaned
    json.dumps(cleaned, ensure_ascii=False, allow_nan=False).encode("utf-8")


def test_nothing_that_controls_survives() -> None:
    text = json.dumps(clean(make_hostile()), ensure_ascii=False)
    assert not set(text) & {"\x00", "\x1b", "\x9b", "\u202e", "\u2066", "\u2028"}
    assert "red" in text
