"""The page of the explorer: one file of markup, style and script, with the look of the report."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

import jinja2
from markupsafe import Markup

from svcflow.exploration.explorer import Explorer
from svcflow.mining.selections import Filter
from svcflow.report.document import clean_text
from svcflow.report.palette import write_tokens
from svcflow.report.words import Language

VIEWS = ("map", "statistics", "bottlenecks", "variants", "cases", "handoffs", "loops", "compare")
"""The views in the order of their tabs."""


@dataclass(frozen=True, slots=True)
class Page:
    """The page and the policy that its header states."""

    html: str
    policy: str


def write_page(explorer: Explorer, *, lang: Language = "en", filters: Sequence[Filter] = ()) -> Page:
    """Return the page; `filters` are applied when it opens. Text of the log is escaped or left to the script."""
    words = json.loads(_read("words.json"))
    style = resources.files("svcflow.report").joinpath("assets/page.css").read_text(encoding="utf-8")
    style = style.replace("/*tokens*/", write_tokens()) + _read("explore.css")
    script = _read("explore.js")
    log, setting = explorer.opened.log, explorer.setting
    data = {
        "words": words,
        "views": VIEWS,
        "filters": [*filters],
        "cases": log.cases,
        "guarded": setting.guarded,
        "least": setting.min_group,
        "names": {raw: [text["en"], text["zh"]] for raw, text in setting.names.items()},
        "source": clean_text(log.source),
    }
    environment = jinja2.Environment(autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True)
    html = environment.from_string(_read("explore.html")).render(
        lang=lang,
        source=clean_text(log.source),
        data=_embed(data),
        w=lambda key: Markup('<span class="en">{}</span><span class="zh" lang="zh-CN">{}</span>').format(*words[key]),
        views=VIEWS,
        style=Markup(style),  # noqa: S704 - our own files
        script=Markup(script),  # noqa: S704 - our own file
    )
    policy = (
        f"default-src 'none'; script-src '{_hash(script)}'; style-src '{_hash(style)}'; connect-src 'self'; "
        "img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    )
    return Page(html, policy)


def _embed(value: Any) -> Markup:
    """Return JSON that cannot leave its script element."""
    text = json.dumps(value, separators=(",", ":"))
    return Markup(text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026"))  # noqa: S704 - escaped


@cache
def _read(name: str) -> str:
    return resources.files("svcflow.exploration").joinpath("assets", name).read_text(encoding="utf-8")


def _hash(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
