import json

from svcflow.report import render, summarise
from svcflow.report.names import Names

from .sample import make_document


def test_nobody_is_named_unless_asked() -> None:
    document = make_document(cases=60)
    people = {line["resource"] for lines in document["told"].values() for line in lines}
    document["handovers"]["resource"] = {"total": 9, "pairs": [{"from": "Ms Li", "to": "Mr Wu", "count": 9}]}
    document["findings"][0] |= {"subject": {"kind": "resource-pair", "names": ["Ms Li", "Mr Wu"]}, "title": None}
    hidden = render(document, lang="both")
    assert not [name for name in (*people, "Ms Li", "Mr Wu") if name in hidden]
    assert "Ms Li" not in summarise(document)
    shown = render(document, lang="both", show_people=True)
    assert "Ms Li" in shown
    assert any(name in shown for name in people)


def test_people_already_numbered_keep_their_numbers() -> None:
    told = {"c": [{"resource": "P7"}, {"resource": "Ada"}]}
    names = Names({"told": told}, show_people=False)
    assert names.person("P7").en == "P7"
    assert names.person("Ada").en == "P8"
    assert names.person(None).en == ""
    assert names.person("never seen").en == "P"


def test_a_long_name_keeps_its_end_and_stands_whole_once() -> None:
    one, other = "x" * 300 + " first", "x" * 300 + " second"
    names = Names({}, show_people=False)
    assert names.plain(one) != names.plain(other)
    assert len(names.plain(one).en) <= 56
    document = make_document(cases=40)
    document = json.loads(json.dumps(document).replace("Refund proposal", one))
    assert render(document).count(one) == 1


def test_right_to_left_names_do_not_turn_the_sentence_round() -> None:
    assert Names({}, show_people=False).plain("שלום").en == "\u2068שלום\u2069"
    assert Names({}, show_people=False).plain(" \n ").en == "␣"
