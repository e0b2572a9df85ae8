"""The pictures of a page as PNG, for where SVG is not shown: mail, wikis."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources
from typing import Any

from svcflow.report.palette import LIGHT

ZOOM = 2.0
FAMILIES = '"Noto Sans CJK SC","Microsoft YaHei","PingFang SC","Segoe UI","Liberation Sans","DejaVu Sans",sans-serif'
"""A family with Chinese first: the renderer falls back character by character to any font otherwise."""


@dataclass(frozen=True, slots=True)
class Drawn:
    """PNG files by name, and what is to be said where none could be made."""

    files: Mapping[str, bytes]
    notes: tuple[str, ...] = ()


def draw_pictures(page: Any, suffix: str = "") -> Drawn:
    """Draw the pictures of a parsed page; each ``svg`` gets `data-file`, the name of its PNG, and `data-title`."""
    try:
        import resvg_py  # noqa: PLC0415 - an extra
    except ImportError:
        return Drawn({}, ("pictures need the extra: pip install 'svcflow[png]'",))
    style = _resolve(resources.files("svcflow.report").joinpath("assets/page.css").read_text(encoding="utf-8"))
    rules = _list_rules(style)
    files: dict[str, bytes] = {}
    for number, svg in enumerate(page.select("main svg"), start=1):
        section = svg.find_parent("section")
        name = f"{section['id'] if section is not None else 'picture'}{suffix}"
        name = f"{name}-{number}.png" if f"{name}.png" in files else f"{name}.png"
        title = svg.find("title") or (section.find("h2") if section is not None else None)
        svg["xmlns"] = "http://www.w3.org/2000/svg"
        _colour(svg, rules)
        drawn = resvg_py.svg_to_bytes(
            svg_string=str(svg),
            style_sheet=f"svg{{font-family:{FAMILIES}}}\n{style}",
            background=LIGHT["card"],
            zoom=ZOOM,
        )
        files[name] = bytes(drawn)
        svg["data-file"], svg["data-title"] = name, title.get_text(" ", strip=True) if title is not None else ""
    return Drawn(files)


def _list_rules(style: str) -> list[tuple[str, dict[str, str]]]:
    """Return the rules of a style sheet outside of ``@media``, each with its declarations."""
    plain = re.sub(r"@media[^{]*\{(?:[^{}]*\{[^{}]*\})*[^{}]*\}", "", re.sub(r"/\*.*?\*/", "", style, flags=re.DOTALL))
    found = []
    for selector, body in re.findall(r"([^{}]+)\{([^{}]*)\}", plain):
        declared = (part.partition(":") for part in body.split(";") if ":" in part)
        found.append((selector.strip(), {name.strip(): value.strip() for name, _, value in declared}))
    return found


def _colour(svg: Any, rules: list[tuple[str, dict[str, str]]]) -> None:
    """Write colours that a group of the picture names (``var(--c)``) to its elements: the renderer knows no names."""
    own: dict[int, dict[str, str]] = {}
    for selector, declared in rules:
        names = {name: value for name, value in declared.items() if name.startswith("--")}
        for element in svg.select(selector) if names and ":" not in selector else ():
            own.setdefault(id(element), {}).update(names)
    for selector, declared in rules:
        used = [(name, found[1], found[2]) for name, value in declared.items() if (found := _NAMED.fullmatch(value))]
        for element in svg.select(selector) if used and ":" not in selector else ():
            for name, wanted, fallback in used:
                chain = (own.get(id(e), {}).get(wanted) for e in (element, *element.parents))
                value = next(filter(None, chain), fallback)
                if value:
                    element["style"] = f"{element.get('style', '')};{name}:{value}".lstrip(";")


_NAMED = re.compile(r"var\((--[a-z0-9-]+)(?:,([^)]*))?\)")


def _resolve(text: str) -> str:
    """Return a style or drawing with the colours of the light theme in place of the tokens."""
    for name, colour in LIGHT.items():
        text = text.replace(f"var(--{name})", colour)
    return text
