import sys
from itertools import combinations
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from svcflow.report import layout
from svcflow.report.layout import LayoutError, Line, find_bundled, find_programs, lay_out, write_dot

BOXES = [(90.0, 40.0), (120.0, 40.0), (70.0, 40.0), (100.0, 55.0)]
LINES = [
    Line(0, 1, 5, (40, 18)),
    Line(1, 2, 3, None),
    Line(2, 1, 1, (40, 18)),
    Line(2, 3, 2, None),
    Line(3, 3, 1, None),
]


def test_the_bundled_program_is_found_and_comes_after_the_one_named(monkeypatch: pytest.MonkeyPatch) -> None:
    assert find_bundled() is not None
    monkeypatch.setenv("SVCFLOW_DOT", "/opt/dot")
    assert list(find_programs())[:2] == ["/opt/dot", find_bundled()]


def test_boxes_stand_apart_inside_the_picture_from_top_to_bottom() -> None:
    placed = lay_out(BOXES, LINES)
    for (n, (ax, ay)), (m, (bx, by)) in combinations(enumerate(placed.boxes), 2):
        apart_x = abs(ax - bx) >= (BOXES[n][0] + BOXES[m][0]) / 2
        apart_y = abs(ay - by) >= (BOXES[n][1] + BOXES[m][1]) / 2
        assert apart_x or apart_y
    assert all(0 <= x <= placed.width and 0 <= y <= placed.height for x, y in placed.boxes)
    assert [y for _, y in placed.boxes] == sorted(y for _, y in placed.boxes)


def test_every_line_runs_from_its_tail_to_its_head() -> None:
    placed = lay_out(BOXES, LINES)
    for line, route in zip(LINES, placed.routes, strict=True):
        assert route is not None
        assert route.tip is not None
        assert (route.label is not None) == (line.label is not None)
        for (x, y), number in ((route.points[0], line.tail), (route.tip, line.head)):
            (cx, cy), (width, height) = placed.boxes[number], BOXES[number]
            assert abs(x - cx) <= width / 2 + 8
            assert abs(y - cy) <= height / 2 + 8


@settings(max_examples=12)
@given(st.lists(st.tuples(st.integers(0, 7), st.integers(0, 7)), min_size=1, max_size=20, unique=True))
def test_the_same_graph_gives_the_same_places(pairs: list[tuple[int, int]]) -> None:
    lines = [Line(a, b, 1, (30, 18)) for a, b in pairs]
    boxes = [(80.0, 40.0)] * 8
    assert lay_out(boxes, lines) == lay_out(boxes, lines)


def test_a_program_that_fails_is_passed_over(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    liar = tmp_path / "dot"
    liar.write_text(f"#!{sys.executable}\nprint('{{}}')\n")
    liar.chmod(0o755)
    expected = lay_out(BOXES, LINES)
    for program in (str(liar), str(tmp_path / "missing"), sys.executable):
        monkeypatch.setenv("SVCFLOW_DOT", program)
        assert lay_out(BOXES, LINES) == expected


def test_without_a_program_there_is_no_result(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(layout, "find_programs", lambda: iter(()))
    with pytest.raises(LayoutError, match="no layout program"):
        lay_out(BOXES, LINES)


def test_no_text_but_ours_goes_into_the_dot_source() -> None:
    assert "label" in write_dot(BOXES, LINES, labelled=True)
    assert "TABLE" not in write_dot(BOXES, LINES, labelled=False)
