"""SVG, written by one function that escapes; and how wide a text will be."""

from __future__ import annotations

import unicodedata

from markupsafe import Markup, escape

from svcflow.report.words import Language, Text

_NARROW = frozenset("iljtfrI.,:;'|!()[] -")
_WIDE = frozenset("mwMWQOGD@%&→…—")


def el(tag: str, *children: object, **attrs: object) -> Markup:
    """Return an SVG element; attribute names write ``_`` for ``-`` and ``class_`` for ``class``.

    Children that are no `Markup` are escaped. Floats are cut to one decimal, attributes that are ``None`` left out.

    >>> str(el("text", "a < b", x=1.25, class_="n", text_anchor="middle"))
    '<text x="1.2" class="n" text-anchor="middle">a &lt; b</text>'
    """
    written = Markup("").join(
        Markup(' {}="{}"').format(name.rstrip("_").replace("_", "-"), _short(value))
        for name, value in attrs.items()
        if value is not None
    )
    body = Markup("").join(escape(child) for child in children)
    if not children:
        return Markup("<{}{}/>").format(Markup(tag), written)  # noqa: S704 - `tag` is a literal of this package
    return Markup("<{0}{1}>{2}</{0}>").format(Markup(tag), written, body)  # noqa: S704 - as above


def _short(value: object) -> str:
    if isinstance(value, float):
        return f"{value:.1f}".removesuffix(".0")
    return str(value)


def label(text: Text, languages: tuple[Language, ...], **attrs: object) -> Markup:
    """Return a text element for each language on the page; one where they read the same."""
    if len(languages) == 1:
        return el("text", text[languages[0]], **attrs)
    if text.en == text.zh:
        return el("text", text.en, **attrs)
    name = attrs.pop("class_", "")
    twins = ((text.en, "en", None), (text.zh, "zh", "zh-CN"))
    return Markup("").join(
        el("text", words, class_=f"{name} {language}".strip(), lang=lang, **attrs) for words, language, lang in twins
    )


def measure(text: str, size: float, *, bold: bool = False) -> float:
    """Return about how many pixels wide `text` is at that font size; never much too narrow."""
    ems = sum(_ems(character) for character in text)
    return ems * size * (1.06 if bold else 1.0)


def _ems(character: str) -> float:
    if unicodedata.east_asian_width(character) in {"W", "F"}:
        return 1.0
    if unicodedata.combining(character):
        return 0.0
    if character in _NARROW:
        return 0.31
    if character in _WIDE:
        return 0.86
    return 0.69 if character.isupper() else 0.57
