import unicodedata

from svcflow.report import summarise

from .sample import make_document, make_hostile


def test_the_summary_begins_with_the_headline_and_lists_figures_findings_and_changes() -> None:
    text = summarise(make_document(cases=100))
    assert text.startswith("From Refund proposal to Manager approval")
    for part in ("Median cycle time", "Findings, by cost", "(a timer: policy, not a queue)", "Recommended changes"):
        assert part in text
    assert "grade B" in text
    assert "no figure for its effect" in text


def test_figures_stand_under_each_other_in_both_languages() -> None:
    def columns(text: str) -> int:
        return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)

    document = make_document(cases=100)
    for lang in ("en", "zh"):
        table = summarise(document, lang=lang).split("\n\n")[1].splitlines()
        units = (" d", "%", " 天")
        ends = {max(columns(line[: line.find(u) + len(u)]) for u in units if u in line) for line in table[:2]}
        assert len(ends) == 1


def test_a_hostile_log_cannot_control_the_terminal() -> None:
    text = summarise(make_hostile(), lang="zh")
    assert all(c.isprintable() or c == "\n" for c in text)
    assert max(map(len, text.splitlines())) < 400


def test_an_empty_analysis_has_a_summary() -> None:
    assert summarise({"log": {"cases": 0}}) == "The log holds no cases."


def test_findings_are_called_in_the_terminal_as_on_the_page() -> None:
    document = make_document(cases=200)
    finding = next(row for row in document["findings"] if row["subject"]["kind"] == "pair")
    names = finding["subject"]["names"]
    finding["title"] = dict.fromkeys(("en", "zh"), f"{names[0]} → {names[1]}: long")
    document["names"] = {names[0]: {"en": "First", "zh": "首"}, names[1]: {"en": "Second", "zh": "次"}}
    assert "First → Second: long" in summarise(document)
    assert "首 → 次: long" in summarise(document, lang="zh")
