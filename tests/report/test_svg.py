from xml.etree import ElementTree as ET

from hypothesis import given
from hypothesis import strategies as st

from svcflow.report.document import clean_text
from svcflow.report.svg import el, label, measure
from svcflow.report.words import Text

texts = st.text(max_size=60).map(clean_text)


@given(texts, texts)
def test_an_element_holds_what_was_given_whatever_it_is(words: str, attribute: str) -> None:
    read = ET.fromstring(str(el("text", words, data_x=attribute)))
    assert (read.text or "") == words
    assert read.get("data-x", "").split() == attribute.split()
    assert len(read) == 0


def test_twins_carry_their_language() -> None:
    drawn = str(label(Text("Wait", "等待"), ("en", "zh"), x=1, class_="n"))
    assert drawn.count("<text") == 2
    assert 'class="n zh" lang="zh-CN"' in drawn
    assert str(label(Text("7", "7"), ("en", "zh"))).count("<text") == 1
    assert "Wait" not in str(label(Text("Wait", "等待"), ("zh",)))


def test_chinese_is_wider_than_latin_and_bold_wider_than_plain() -> None:
    assert measure("等待", 12) == 24
    assert measure("il", 12) < measure("mm", 12)
    assert measure("wait", 12, bold=True) > measure("wait", 12)
