"""One analysis in every form: the same figures, and no text of a log that becomes markup or a formula."""

from __future__ import annotations

import csv
import io
import json
import re
import shutil
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from markdown_it import MarkdownIt

from svcflow.cli.main import main
from svcflow.errors import InputError, UsageError
from svcflow.report import render
from svcflow.report.asked import Asked
from svcflow.report.outputs import csv as csv_form
from svcflow.report.outputs import markdown, pdf, xlsx
from svcflow.report.palette import write_tokens
from svcflow.report.themes import read_logo, read_theme

from .sample import make_document, make_hostile

PNG = b"\x89PNG\r\n\x1a\n" + bytes(40)


@pytest.fixture
def analysis(tmp_path: Path) -> Path:
    path = tmp_path / "analysis.json"
    path.write_text(json.dumps(make_document(cases=60)), encoding="utf-8")
    return path


def parse(text: str) -> list[Any]:
    """Return all tokens of a Markdown text, as another program reads it."""
    tokens = MarkdownIt("gfm-like", {"linkify": False}).parse(text)
    return [inner for token in tokens for inner in (token, *(token.children or []))]


def test_markdown_has_the_sections_of_the_page() -> None:
    document = make_document(cases=120)
    text = (markdown.write(document, Asked()).data or b"").decode()
    page = render(document)
    headings = re.findall(r"<h2[^>]*>(.*?)</h2>", page)
    found = [t.content for t in parse(text) if t.type == "inline"]
    assert len(headings) > 8
    assert [h for h in headings if "<" not in h and not any(h in f.replace("\\", "") for f in found)] == []
    assert sum(t.type == "table_open" for t in parse(text)) >= 5


def test_markdown_speaks_the_language_asked_for() -> None:
    document = make_document(cases=60)
    both = (markdown.write(document, Asked(lang="both")).data or b"").decode()
    english, chinese = ((markdown.write(document, Asked(lang=lang)).data or b"").decode() for lang in ("en", "zh"))
    assert english.strip() in both
    assert chinese.strip() in both
    assert len(re.findall("[\u4e00-\u9fff]", chinese)) > 300


def test_no_text_of_a_log_is_markup_in_markdown() -> None:
    """A hostile log adds no link, no picture, no HTML and no heading to what an ordinary one has."""
    hostile = parse((markdown.write(make_hostile(), Asked()).data or b"").decode())
    kinds = {token.type for token in hostile}
    assert kinds.isdisjoint({"link_open", "image", "html_block", "html_inline"})
    assert any("<script" in token.content for token in hostile if token.type == "text")
    ordinary = parse((markdown.write(make_document(cases=120), Asked()).data or b"").decode())
    levels = [{t.tag for t in tokens if t.type == "heading_open"} for tokens in (ordinary, hostile)]
    assert levels[1] <= levels[0]


def test_pictures_stand_beside_markdown(analysis: Path, tmp_path: Path) -> None:
    pytest.importorskip("resvg_py")
    target = tmp_path / "out" / "report.md"
    target.parent.mkdir()
    assert main(["report", str(analysis), "-o", str(target), "--pictures", "-q"]) == 0
    text = target.read_text("utf-8")
    named = re.findall(r"!\[[^\]]*\]\(([^)]+)\)", text)
    assert named
    assert sorted(named) == sorted(p.name for p in target.parent.iterdir() if p.suffix == ".png")
    assert all((target.parent / name).read_bytes().startswith(b"\x89PNG") for name in named)


def test_tables_hold_the_figures_of_the_analysis() -> None:
    document = make_document(cases=60)
    files = csv_form.write(document, Asked()).beside
    rows = list(csv.DictReader(io.StringIO(files["directly-follows.csv"].decode())))
    assert [(r["from"], int(r["count"])) for r in rows] == [
        (r["from"], r["count"]) for r in document["directly_follows"]
    ]
    book = openpyxl.load_workbook(io.BytesIO(xlsx.write(document, Asked()).data or b""))
    sheet = book["Findings"]
    assert sheet.max_row == 1 + len(document["findings"])
    names = [cell.value for cell in sheet[1]]
    assert [row[names.index("cost_s")].value for row in sheet.iter_rows(min_row=2)] == pytest.approx(
        [finding["cost_s"] for finding in document["findings"]]
    )


def test_no_cell_is_a_formula() -> None:
    document = make_hostile()
    book = openpyxl.load_workbook(io.BytesIO(xlsx.write(document, Asked()).data or b""))
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    assert {cell.data_type for cell in cells} <= {"s", "n", "b"}
    assert not [cell for cell in cells if cell.hyperlink]
    for name, data in csv_form.write(document, Asked()).beside.items():
        for row in csv.reader(io.StringIO(data.decode())):
            started = [
                cell for cell in row if cell[:1] in tuple("=@\t\r") or (cell[:1] in "+-" and not _is_number(cell))
            ]
            assert [cell for cell in started if cell] == [], name


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def test_nobody_is_named_in_a_table() -> None:
    document = make_document(cases=60)
    people = {row["from"] for row in (document["handovers"].get("resource") or {}).get("pairs", [])}
    people = {name for name in people if not re.fullmatch(r"P\d*", name)}
    shown = b"".join(csv_form.write(document, Asked()).beside.values()).decode()
    assert not [name for name in people if name in shown]


def test_the_same_analysis_gives_the_same_bytes() -> None:
    document = make_document(cases=60)
    for form in (markdown, xlsx):
        assert form.write(document, Asked()).data == form.write(document, Asked()).data


@pytest.mark.skipif(pdf.find_browser() is None, reason="no Chromium, Chrome or Edge on this machine")
def test_pdf_is_printed_by_a_browser(analysis: Path, tmp_path: Path) -> None:
    target = tmp_path / "report.pdf"
    assert main(["report", str(analysis), "-o", str(target), "-q"]) == 0
    data = target.read_bytes()
    assert data.startswith(b"%PDF-")
    assert len(re.findall(rb"/Type\s*/Page[^s]", data)) >= 1


def test_without_a_browser_pdf_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(pdf.VARIABLE, "no-such-browser")
    with pytest.raises(UsageError, match="Chromium, Chrome or Edge"):
        pdf.write(make_document(cases=30), Asked())


def test_a_browser_that_does_not_print_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(pdf.VARIABLE, shutil.which("false") or "false")
    with pytest.raises(UsageError, match="did not print"):
        pdf.write(make_document(cases=30), Asked())


def test_a_theme_replaces_colours_and_nothing_else(tmp_path: Path) -> None:
    theme = tmp_path / "house.yaml"
    theme.write_text("hot: '#123456'\ndark-hot: '#abcdef'\n", "utf-8")
    tokens = write_tokens(read_theme(theme))
    assert tokens.count("--hot:#123456") == 1
    assert tokens.count("--hot:#abcdef") == 2
    assert write_tokens({}) == write_tokens()
    assert "--hot:#123456" in render(make_document(cases=30), theme=read_theme(theme))


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("hat: '#123456'", "no token 'hat'"),
        ("hot: red", "no colour"),
        ("hot: '#123456;}body{display:none'", "no colour"),
        ("- hot", "by token"),
        ("hot: [", "house.yaml:"),
    ],
)
def test_a_theme_that_is_none_is_refused(text: str, says: str, tmp_path: Path) -> None:
    theme = tmp_path / "house.yaml"
    theme.write_text(text, "utf-8")
    with pytest.raises(InputError) as caught:
        read_theme(theme)
    assert says in caught.value.message


def test_a_logo_is_a_picture_inside_the_page(tmp_path: Path) -> None:
    logo = tmp_path / "logo.png"
    logo.write_bytes(PNG)
    page = render(make_document(cases=30), logo=read_logo(logo))
    assert 'src="data:image/png;base64,' in page
    for content, says in ((b"<html>", "no picture"), (PNG + bytes(300_000), "too many")):
        logo.write_bytes(content)
        with pytest.raises(InputError, match=says):
            read_logo(logo)


def test_several_forms_at_once(analysis: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "out"
    given = [
        "report",
        str(analysis),
        "-o",
        f"{out}/",
        "--format",
        f"xlsx:{tmp_path / 't.xlsx'}",
        "--format",
        "md",
        "-q",
    ]
    assert main(given) == 0
    assert capsys.readouterr().out.count("\n## ") > 8
    assert (out / "findings.csv").stat().st_size > 100
    assert (tmp_path / "t.xlsx").read_bytes().startswith(b"PK")


@pytest.mark.parametrize("given", [["--format", "docx"], ["--format", "pdf"], ["--format", "csv"], []])
def test_a_form_without_a_place_or_unknown_is_refused(given: list[str], analysis: Path) -> None:
    assert main(["report", str(analysis), *given]) == 2
