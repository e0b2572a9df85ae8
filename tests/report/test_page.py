import base64
import copy
import hashlib
import itertools
import re
from html.parser import HTMLParser
from typing import Any

import pytest

from svcflow.errors import UsageError
from svcflow.report import drawing, layout, render
from svcflow.report.layout import LayoutError
from svcflow.report.page import find_sections

from .sample import make_document, make_hostile

VOID = {"meta", "link", "input", "br", "img"}


class Page(HTMLParser):
    """What a test wants to know of a page: ids, links, attributes, text by section."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.hashes: list[str] = []
        self.attributes: set[str] = set()
        self.tags: list[str] = []
        self.stack: list[str] = []
        self.texts: list[str] = []
        self.lost: list[str] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        if tag not in VOID:
            self.stack.append(tag)
        for name, value in attrs:
            self.attributes.add(name)
            if name == "id":
                self.ids.append(value or "")
            if name == "href" and (value or "").startswith("#"):
                self.hashes.append((value or "")[1:])

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.stack.pop()

    def handle_endtag(self, tag: str) -> None:
        if not self.stack or self.stack.pop() != tag:
            self.lost.append(tag)

    def handle_data(self, data: str) -> None:
        if self.stack and self.stack[-1] not in {"style", "script"}:
            self.texts.append(data)


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    return make_document()


@pytest.fixture(scope="module")
def html(document: dict[str, Any]) -> str:
    return render(document, lang="both")


def test_the_same_input_gives_the_same_bytes(document: dict[str, Any], html: str) -> None:
    before = copy.deepcopy(document)
    assert render(copy.deepcopy(document), lang="both") == html
    assert document == before


def test_the_page_is_well_formed_and_every_link_inside_it_leads_somewhere(html: str) -> None:
    page = Page(html)
    assert not page.lost
    assert not page.stack
    assert len(page.ids) == len(set(page.ids))
    assert set(page.hashes) <= set(page.ids)
    assert any(re.fullmatch(r"c\d+", name) for name in page.hashes)


def test_the_sections_stand_in_the_order_of_the_page(html: str) -> None:
    names = [name for name, _ in find_sections()]
    assert names[:4] == ["headline", "kpis", "actions", "stream"]
    assert [i for i in re.findall(r' id="([a-z-]+)"', html) if i in names] == names


@pytest.mark.parametrize("make", [make_document, make_hostile], ids=["ordinary", "hostile"])
def test_nothing_runs_or_loads_but_what_the_policy_names(make: Any) -> None:
    html = render(make(), lang="both", title="<b>\"'&")
    page = Page(html)
    assert not {name for name in page.attributes if name.startswith("on")}
    assert "style" not in page.attributes
    assert "src" not in page.attributes
    assert set(page.tags) & {"img", "iframe", "object", "form", "base", "embed", "foreignobject"} == set()
    assert page.tags.count("script") == 2
    assert not page.lost
    policy = re.search(r'Content-Security-Policy" content="([^"]*)"', html).group(1).replace("&#39;", "'")
    assert policy.startswith("default-src 'none'; ")
    for tag in ("style", "script"):
        body = re.search(f"<{tag}>(.*?)</{tag}>", html, re.DOTALL).group(1)
        digest = base64.b64encode(hashlib.sha256(body.encode()).digest()).decode()
        assert f"{tag}-src 'sha256-{digest}'" in policy
    html.encode("utf-8")


def test_one_language_is_one_language(document: dict[str, Any]) -> None:
    english, chinese = render(document, lang="en"), render(document, lang="zh")
    body = english.split("</style>")[1]
    assert not re.search(r"[\u4e00-\u9fff]", body)
    assert "退款" in chinese
    assert '<html lang="zh-CN"' in chinese
    assert "data-set=" not in "".join(part.split("<script>")[0] for part in (english, chinese))
    assert "Median cycle time" not in chinese


def test_chinese_is_marked_as_chinese_wherever_it_stands(html: str) -> None:
    for text in re.findall(
        r">([^<]*[\u4e00-\u9fff][^<]*)<", html.split("</style>")[1].split("<script type", maxsplit=1)[0]
    ):
        opened = html.index(f">{text}<")
        assert re.search(r'lang="?zh-CN\b', html[html.rindex("<", 0, opened) : opened + 1]), text


def test_the_title_and_an_unknown_language(document: dict[str, Any]) -> None:
    assert "<title>Q3 &lt;b&gt; · svcflow</title>" in render(document, title="Q3 <b>")
    assert "<title>Refund &amp; complaint handling · svcflow</title>" in render(document)
    assert "<title>complaints.csv · svcflow</title>" in render(document | {"workspace": None})
    with pytest.raises(UsageError, match="fr"):
        render(document, lang="fr")  # type: ignore[arg-type]


def text_of(html: str, section: str) -> str:
    body = re.search(rf'id="{section}".*?(?=<section|<div class="bare|</main>)', html, re.DOTALL).group(0)
    return " ".join(re.sub(r"<[^>]*>", " ", body).split())


@pytest.mark.parametrize("empty", ["absent", "null", "hollow"])
def test_without_data_a_section_says_what_is_missing(document: dict[str, Any], empty: str) -> None:
    for key, value in document.items():
        less = {name: item for name, item in document.items() if name != key}
        if empty != "absent":
            less[key] = None if empty == "null" else type(value)()
        html = render(less, lang="both")
        for name, _ in find_sections():
            if f' id="{name}"' in html:
                assert len(text_of(html, name)) > 20, (key, name)


def test_what_is_missing_is_said_in_words(document: dict[str, Any]) -> None:
    bare = {"svcflow": "0.1.0", "log": {"cases": 5, "events": 5}}
    html = render(bare, lang="both")
    assert "no definition was given" in text_of(html, "deviations")
    assert "no column for the team" in text_of(html, "handovers")
    assert "Nothing measured in this log" in text_of(html, "actions")
    people = render(document | {"handovers": {"team": None, "resource": {"total": 40}}})
    assert "Between people there are 40 handoffs" in text_of(people, "handovers")
    html = render(document | {"deviations": [], "runs": {"complaint": {"cases": 9, "conforming": 9}}})
    assert "all of 9 cases follow the definition" in text_of(html, "deviations")


def rename(document: dict[str, Any], activities: int) -> dict[str, Any]:
    """Return the document with as many activities: a chain, every link taken by all cases."""
    names = [f"Activity number {n}" for n in range(activities)]
    row = document["directly_follows"][0]
    links = [row | {"from": a, "to": b} for a, b in itertools.pairwise(names)]
    links += [row | {"from": b, "to": a, "cases": 20} for a, b in zip(names, names[5:], strict=False)]
    return document | {
        "directly_follows": links,
        "activities": [{"activity": name, "count": 600, "cases": 600} for name in names],
        "names": {name: {"en": name, "zh": f"第 {n} 号活动"} for n, name in enumerate(names)},
        "variants": [{"activities": names, "cases": 600, "share": 1.0, "median_s": 9.0}],
        "value_stream": [document["value_stream"][5] | {"activity": name} for name in names[:9]],
    }


@pytest.mark.parametrize("activities", [1, 3, 40, 400])
def test_a_page_of_any_number_of_activities(document: dict[str, Any], activities: int) -> None:
    html = render(rename(document, activities), lang="both")
    assert not Page(html).lost
    assert len(html.encode()) <= 400 * 1024
    assert ("<svg class=map " in html) == (activities > 1)


def test_one_case() -> None:
    html = render(make_document(cases=1), lang="both")
    assert "fewer than two closed cases" in html or "class=plot" in html


def test_without_a_layout_the_links_stand_in_a_list(document: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise LayoutError("the map could not be laid out: no layout program was found")

    monkeypatch.setattr(drawing, "lay_out", fail)
    html = render(document)
    assert layout.LayoutError is LayoutError
    assert "The map could not be drawn (the map could not be laid out: no layout program was found)" in html
    assert "class=map" not in html
    assert html.count("class=pick ") == len(document["directly_follows"])


def test_figures_of_the_document_stand_on_the_page(document: dict[str, Any]) -> None:
    html = render(document)
    row = max(document["directly_follows"], key=lambda r: r["total_s"] * (r["side"] == "provider") * (not r["timer"]))
    assert f"{row['total_s'] / 3600:,.0f} h" in text_of(html, "waits")
    assert f"×{document['handovers']['team']['pairs'][0]['count']}" in text_of(html, "handovers")
    assert "workflows/complaint.yaml:42:7" in text_of(html, "deviations")
    assert "- identity_check" in text_of(html, "deviations")
    assert "1 of 2 service levels below target" in text_of(html, "slas")
