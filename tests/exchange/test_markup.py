"""Files of strangers: document types, bombs, depth, damage; each one clear error."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from svcflow.errors import InputError
from svcflow.mining.exchange.bpmn_reading import read_bpmn
from svcflow.mining.exchange.markup import parse_xml, read_xml
from svcflow.mining.exchange.pnml_reading import read_pnml
from svcflow.mining.exchange.sketching import sketch_diagram

BOMB = b"""<?xml version="1.0"?><!DOCTYPE a [<!ENTITY x "ha"><!ENTITY y "&x;&x;&x;&x;">]><a>&y;</a>"""
OUTSIDE = b"""<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>"""
GOOD = (
    b'<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"><process id="p"><startEvent id="s"/>'
    b'<task id="a" name="A"/><endEvent id="e"/><sequenceFlow id="f" sourceRef="s" targetRef="a"/>'
    b'<sequenceFlow id="g" sourceRef="a" targetRef="e"/></process></definitions>'
)


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (BOMB, "declares a document type"),
        (OUTSIDE, "declares a document type"),
        (b"<a>" * 5_000 + b"</a>" * 5_000, "200 deep"),
        (GOOD[:120], "x.bpmn:1:102: not XML: unclosed token"),
        (b"", "not XML: no element found"),
        (b"\x00\x01\x02", "not XML"),
        (b"<a>&unknown;</a>", "undefined entity"),
        (b'<?xml version="1.0" encoding="klingon"?><a/>', "not XML"),
        (b"<a><b></a>", "mismatched tag"),
    ],
)
def test_hostile_and_damaged_files_are_refused(data: bytes, said: str) -> None:
    with pytest.raises(InputError) as caught:
        parse_xml(data, "x.bpmn")
    assert said in caught.value.message
    assert caught.value.hint
    assert "\n" not in caught.value.message


def test_files_that_are_not_there_or_too_large(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="does not exist"):
        read_xml(tmp_path / "none.bpmn")
    with pytest.raises(InputError, match="cannot be read"):
        read_xml(tmp_path)
    large = tmp_path / "large.bpmn"
    with large.open("wb") as stream:
        stream.truncate(21_000_000)
    with pytest.raises(InputError, match="larger than 20 MB"):
        read_xml(large)


@given(st.integers(0, len(GOOD) - 1), st.binary(max_size=12), st.integers(0, 20))
@settings(max_examples=300, deadline=None)
def test_a_damaged_file_gives_a_result_or_one_clear_error(at: int, put: bytes, cut: int) -> None:
    data = GOOD[:at] + put + GOOD[at + cut :]
    said = "fine"
    try:
        sketch_diagram(read_bpmn(parse_xml(data, "x.bpmn"), "x.bpmn"))
    except InputError as error:
        said = error.message
    assert said
    assert "\n" not in said


@given(st.text(max_size=30))
@settings(max_examples=100, deadline=None)
def test_any_markup_that_is_no_net_is_refused(text: str) -> None:
    from xml.sax.saxutils import escape

    clean = "".join(c for c in text if c.isprintable())
    root = parse_xml(f"<pnml><net><place id='p'><name>{escape(clean)}</name></place></net></pnml>".encode(), "x.pnml")
    sketch = sketch_diagram(read_pnml(root, "x.pnml"))
    assert sketch.steps == ()
