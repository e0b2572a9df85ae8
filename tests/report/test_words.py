import ast
import json
import re
import string
from pathlib import Path

import pytest

import svcflow.report
from svcflow.report.words import Text, as_text, catalogue, sentences

REPORT = Path(svcflow.report.__file__).parent
CATALOGUES = sorted(REPORT.rglob("*.json"))


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


@pytest.mark.parametrize("path", CATALOGUES, ids=lambda p: p.stem)
def test_every_message_stands_in_both_languages_with_the_same_values(path: Path) -> None:
    for key, pair in json.loads(path.read_text(encoding="utf-8")).items():
        assert set(pair) == {"en", "zh"}, key
        assert pair["en"].strip(), key
        assert pair["zh"].strip(), key
        assert placeholders(pair["en"]) == placeholders(pair["zh"]), key


@pytest.mark.parametrize("path", sorted((REPORT / "sections").glob("[a-z]*.py")), ids=lambda p: p.stem)
def test_every_message_a_section_asks_for_exists(path: Path) -> None:
    asked = {
        node.args[0].value
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "say"
        if isinstance(node.args[0], ast.Constant)
    }
    if asked:
        assert asked <= set(catalogue(path.stem, "svcflow.report.sections").messages)


def test_mean_and_median_are_never_mixed_up_between_the_languages() -> None:
    for path in CATALOGUES:
        for key, pair in json.loads(path.read_text(encoding="utf-8")).items():
            en, zh = (re.sub(r"\{\w+\}", "", pair[lang].lower()) for lang in ("en", "zh"))
            if path.stem == "definitions":
                continue
            assert ("median" in en) == ("中位" in zh), (path.stem, key)
            assert any(word in f"{en} " for word in ("mean ", "average")) == ("平均" in zh), (path.stem, key)


def test_values_are_filled_in_per_language() -> None:
    say = catalogue("sentences", "svcflow.report")
    told = say("ping_pong", cases=Text("2 cases", "2 个工单"), a="A {x}", b="B")
    assert told.en == "2 cases went back and forth between A {x} and B."
    assert told.zh == "2 个工单在“A {x}”与“B”之间来回转手。"


def test_anything_becomes_text() -> None:
    assert as_text(None) == Text("", "")
    assert as_text({"en": None, "zh": "甲"}) == Text("甲", "甲")
    assert sentences([Text("A.", "甲。"), Text("", ""), Text("B.", "乙。")]) == Text("A. B.", "甲。乙。")
