import re
from pathlib import Path

import pytest

import svcflow.report
from svcflow.report.palette import DARK, LIGHT, PAIRS, contrast, write_tokens

CSS = (Path(svcflow.report.__file__).parent / "assets" / "page.css").read_text(encoding="utf-8")


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize("pair", PAIRS, ids="-on-".join)
def test_text_can_be_read_on_its_ground(theme: dict[str, str], pair: tuple[str, str]) -> None:
    assert contrast(theme[pair[0]], theme[pair[1]]) >= 4.5


def test_lines_darken_with_the_wait_so_that_grey_prints_tell_them_apart() -> None:
    luminance = [contrast("#000000", LIGHT[f"l{n}"]) for n in range(5)]
    assert luminance == sorted(luminance, reverse=True)
    assert len(set(luminance)) == 5


def test_both_themes_have_every_token_the_style_sheet_uses() -> None:
    used = set(re.findall(r"var\(--([\w-]+)", CSS)) - {"g", "c", "k", "f"}
    assert used <= set(LIGHT)
    assert set(LIGHT) == set(DARK)


def test_print_is_light() -> None:
    dark = write_tokens().split("@media screen", 1)[1]
    assert DARK["card"] in dark
    assert DARK["card"] not in write_tokens().split("@media screen", 1)[0]


def test_contrast_is_that_of_the_standard() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#767676", "#ffffff") == pytest.approx(4.54, abs=0.01)
