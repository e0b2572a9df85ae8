import json
from pathlib import Path

import pytest

from svcflow.cli.main import main
from svcflow.report import render

from .sample import make_document


@pytest.fixture
def analysis(tmp_path: Path) -> Path:
    path = tmp_path / "analysis.json"
    path.write_text(json.dumps(make_document(cases=60)), encoding="utf-8")
    return path


def test_the_page_is_that_of_the_document(analysis: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    page = tmp_path / "report.html"
    assert main(["report", str(analysis), "-o", str(page), "--lang", "both", "--title", "Q3"]) == 0
    assert page.read_text(encoding="utf-8") == render(make_document(cases=60), lang="both", title="Q3")
    assert sorted(p.name for p in tmp_path.iterdir()) == ["analysis.json", "report.html"]
    printed = capsys.readouterr()
    assert printed.out == ""
    assert "wrote" in printed.err


def test_to_stdout(analysis: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["report", str(analysis), "-o", "-", "--lang", "zh"]) == 0
    assert capsys.readouterr().out == render(make_document(cases=60), lang="zh")


@pytest.mark.parametrize(
    ("content", "says"),
    [(b"", "not JSON"), (b"{}", "no analysis"), (b"\xff\xfe{}", "not UTF-8"), (b'{"svcflow":"1","log":[]}', "log: ")],
)
def test_bad_input_is_one_line_and_nothing_is_written(
    content: bytes, says: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    bad, page = tmp_path / "bad.json", tmp_path / "report.html"
    bad.write_bytes(content)
    page.write_text("old")
    assert main(["report", str(bad), "-o", str(page)]) == 2
    error = capsys.readouterr().err.splitlines()
    assert error[0].startswith("error: ")
    assert says in error[0]
    assert error[1].startswith("hint: ")
    assert len(error) == 2
    assert page.read_text() == "old"


def test_places_that_cannot_be_read_or_written(analysis: Path, tmp_path: Path) -> None:
    assert main(["report", str(tmp_path / "none.json"), "-o", str(tmp_path / "r.html")]) == 2
    assert main(["report", str(tmp_path), "-o", str(tmp_path / "r.html")]) == 2
    assert main(["report", str(analysis), "-o", str(tmp_path / "no" / "r.html")]) == 2
    assert main(["report", str(analysis)]) == 2
    assert main(["report", str(analysis), "-o", str(tmp_path)]) == 2
