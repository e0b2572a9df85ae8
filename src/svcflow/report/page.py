"""The page: sections found, built and put into one self-contained HTML file."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Mapping
from functools import cache
from importlib import resources
from types import ModuleType
from typing import Any

import jinja2
from markupsafe import Markup, escape

import svcflow
from svcflow import plugins
from svcflow.errors import UsageError
from svcflow.report import fmt, sections
from svcflow.report.document import clean, clean_text
from svcflow.report.palette import write_tokens
from svcflow.report.section import FULL, Context, Section
from svcflow.report.tightening import tighten
from svcflow.report.words import LANGUAGES, Choice, Language, Text, as_text, catalogue


def render(
    document: Mapping[str, Any],
    *,
    lang: Choice = "en",
    title: str | Text | None = None,
    show_people: bool = False,
    logo: str = "",
    theme: Mapping[str, str] | None = None,
    parts: ModuleType = sections,
) -> str:
    """Return the report of an analysis document as one HTML file.

    `lang` is the language of the page; ``both`` holds English and Chinese with a button between them. People are
    numbered unless `show_people`. `logo` is a ``data:`` address and `theme` colours by token (see `themes`); `parts` is
    the package whose sections make the page. The same arguments give the same bytes. Raises `UsageError` for another
    `lang`.
    """
    if lang not in LANGUAGES:
        raise UsageError(f"unknown language {lang!r}", "en, zh or both")
    languages = LANGUAGES[lang]
    context = Context(clean(document), languages, show_people=show_people)
    environment = _open_templates(languages, context)
    bodies: list[dict[str, Any]] = []
    for name, module in find_sections(parts):
        section = _build(module, context)
        if section is not None:
            bodies.append({"id": name, "section": section, "body": _fill(environment, name, module, section)})
    for part, span in zip(bodies, pack([part["section"].span for part in bodies]), strict=True):
        part["span"] = span
    style, script = _read("assets/page.css").replace("/*tokens*/", write_tokens(theme)), _read("assets/page.js")
    return environment.get_template("assets/page.html").render(
        lang=lang,
        title=_entitle(context, title),
        period=fmt.period(context.get("log", "start"), context.get("log", "end")),
        cases=fmt.count(context.cases, "case"),
        bodies=bodies,
        logo=logo,
        style=Markup(style),  # noqa: S704 - our own file
        script=Markup(script),  # noqa: S704 - our own file
        policy=f"default-src 'none'; style-src '{_hash(style)}'; script-src '{_hash(script)}'; img-src data:; "
        "base-uri 'none'; form-action 'none'",
        version=as_text(context.get("svcflow") or svcflow.__version__),
    )


def find_sections(parts: ModuleType = sections) -> list[tuple[str, ModuleType]]:
    """Return the sections of a package in the order of the page: each module's ``ORDER``."""
    return sorted(plugins.find(parts).items(), key=lambda item: (item[1].ORDER, item[0]))


def pack(spans: list[int]) -> list[int]:
    """Return widths in twelfths that fill each row: what would leave a gap is widened.

    >>> pack([12, 5, 7, 6, 12, 6])
    [12, 5, 7, 12, 12, 12]
    """
    packed: list[int] = []
    room = FULL
    for span in spans:
        if span > room:
            packed[-1] += room
            room = FULL
        packed.append(span)
        room = room - span or FULL
    if packed and room < FULL:
        packed[-1] += room
    return packed


def _build(module: ModuleType, context: Context) -> Section | None:
    """Return a section; what its evidence cites is known to the sections after it."""
    built: Section | None = module.build(context)
    if built is not None and built.evidence is not None and not built.missing:
        for id_ in built.evidence.definitions:
            context.cite(id_)
        for case in built.evidence.cases:
            context.refer(case)
    return built


def _fill(environment: jinja2.Environment, name: str, module: ModuleType, section: Section) -> Markup:
    """Return a section's body; its template sees the view and, as `w`, the section's own words."""
    if section.missing:
        return Markup("")
    folder = module.__name__.split(".")[-2]
    template = environment.get_template(f"{folder}/{name.replace('-', '_')}.html")
    return Markup(tighten(template.render(section.view, w=vars(module).get("say"))))  # noqa: S704 - autoescaped


def _entitle(context: Context, title: str | Text | None) -> Text:
    if isinstance(title, Text):
        return title
    if title:
        return as_text(clean_text(title))
    source = context.get("log", "source")
    named = as_text(context.get("workspace", "name")) or (context.names.plain(source) if source else None)
    return named or catalogue("page")("report")


def _open_templates(languages: tuple[Language, ...], context: Context) -> jinja2.Environment:
    """Return the templates; text in two languages is written in those of the page."""

    def speak(value: object) -> object:
        return write_text(value, languages) if isinstance(value, Text) else "" if value is None else value

    environment = jinja2.Environment(
        loader=jinja2.FunctionLoader(_read),
        autoescape=True,
        finalize=speak,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    environment.globals |= {
        "say": catalogue("page"),
        "fmt": fmt,
        "context": context,
        "names": context.names,
        "scale": context.scale,
        "data_json": _write_data,
    }
    return environment


def write_text(text: Text, languages: tuple[Language, ...]) -> Markup:
    """Return text for the page: one language, or both of them as twins.

    >>> write_text(Text("a<b", "甲"), ("en", "zh"))
    Markup('<span lang=en>a&lt;b</span><span lang=zh-CN>甲</span>')
    """
    if len(languages) == 1 or text.en == text.zh:
        return escape(text[languages[0]])
    return Markup("<span lang=en>{}</span><span lang=zh-CN>{}</span>").format(text.en, text.zh)


def _write_data(value: object) -> Markup:
    """Return JSON that cannot leave its script element."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return Markup(text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026"))  # noqa: S704 - escaped


@cache
def _read(name: str) -> str:
    return resources.files("svcflow.report").joinpath(name).read_text(encoding="utf-8")


def _hash(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
