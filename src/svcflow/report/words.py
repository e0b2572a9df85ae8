"""Text in two languages: every visible string, by key, from a catalogue; values filled in per language."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any, Literal

Language = Literal["en", "zh"]
Choice = Literal["en", "zh", "both"]

LANGUAGES: dict[str, tuple[Language, ...]] = {"en": ("en",), "zh": ("zh",), "both": ("en", "zh")}
"""The languages a page holds, by what was asked for."""


@dataclass(frozen=True, slots=True)
class Text:
    """The same words in English and Chinese."""

    en: str
    zh: str

    def __getitem__(self, language: Language) -> str:
        return self.en if language == "en" else self.zh

    def __add__(self, other: Text | str) -> Text:
        more = as_text(other)
        return Text(self.en + more.en, self.zh + more.zh)

    def __bool__(self) -> bool:
        return bool(self.en or self.zh)


EMPTY = Text("", "")


def as_text(value: object) -> Text:
    """Return any value of an analysis document as text: ``{en, zh}``, a string, a number, nothing.

    >>> as_text({"en": "Pool the teams", "zh": ""})
    Text(en='Pool the teams', zh='Pool the teams')
    """
    if isinstance(value, Text):
        return value
    if isinstance(value, Mapping):
        en, zh = str(value.get("en") or ""), str(value.get("zh") or "")
        return Text(en or zh, zh or en)
    plain = "" if value is None else str(value)
    return Text(plain, plain)


def join(parts: list[Text], separator: Text | str = "") -> Text:
    """Return the parts in one text."""
    between = as_text(separator)
    return Text(between.en.join(p.en for p in parts), between.zh.join(p.zh for p in parts))


def sentences(parts: list[Text]) -> Text:
    """Return sentences in a row: a blank between them in English, none in Chinese."""
    return join([part for part in parts if part], Text(" ", ""))


@dataclass(frozen=True, slots=True)
class Catalogue:
    """The messages of one section, by key; both languages name the same values."""

    name: str
    messages: Mapping[str, Text]

    def __call__(self, key: str, /, **values: Any) -> Text:
        """Return the message of that key with its values filled in. Raises `KeyError` for an unknown key."""
        message = self.messages[key]
        if not values:
            return message
        en = {name: as_text(value).en for name, value in values.items()}
        zh = {name: as_text(value).zh for name, value in values.items()}
        return Text(message.en.format_map(en), message.zh.format_map(zh))

    def get(self, key: str) -> Text | None:
        """Return the message of that key, or ``None``: for keys that come from the document."""
        return self.messages.get(key)


@cache
def catalogue(name: str, package: str = "svcflow.report") -> Catalogue:
    """Return the catalogue in the package's file ``NAME.json``: ``{key: {"en": ..., "zh": ...}}``."""
    text = resources.files(package).joinpath(f"{name}.json").read_text(encoding="utf-8")
    return Catalogue(name, {key: Text(pair["en"], pair["zh"]) for key, pair in json.loads(text).items()})
