"""The formats of time stamps, as patterns over shapes: ``9`` is a digit, ``a`` a letter, the rest stands for itself."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from svcflow.errors import MappingError

YMD, XXY, NAMED, EPOCH = 1, 2, 3, 4
"""Kinds of dates: year first; two numbers whose order is unknown, then the year; month by name; a count since 1970."""

_SEP = rb"[-/.]"
_CLOCK = (
    rb"(?P<H>99?)[:.](?P<M>99)(?:[:.](?P<S>99)(?:[.,](?P<f>9{1,9}))?)?"
    rb"|(?P<H>99)(?P<M>99)(?P<S>99)"
    rb"|(?P<H>99?) ?(?P<h>a) ?(?P<M>99)"
    rb"|(?P<H>99?)\xe6[\x97\x99][\xb6\x82](?P<M>99?)\xe5\x88\x86(?:(?P<S>99?)\xe7\xa7\x92)?"
)
_ZONE = rb"(?P<z> ?[+-]99:?(?:99)?(?::99)?|a| ?aaa)"
_HALF = rb"(?P<p> ?aa(?!a)| ?a\.a\.|\xe4\xb8[\x80-\xbf]\xe5\x8d\x88)"
_DAY_NAME = rb"(?:a{2,9}[.,]{0,2} )?"
_DATES = (
    (YMD, rb"(?P<Y>9999)[-/.](?P<m>99?)[-/.](?P<d>99?)"),
    (YMD, rb"(?P<Y>9999)(?P<m>99)(?P<d>99)"),
    (YMD, rb"(?P<Y>9999)\xe5\xb9\xb4(?P<m>99?)\xe6\x9c\x88(?P<d>99?)\xe6\x97\xa5"),
    (XXY, rb"(?P<d>99?)[-/.](?P<m>99?)[-/.](?P<Y>9999)"),
    (NAMED, _DAY_NAME + rb"(?P<d>99?)[-/ .]{1,2}(?P<b>a{3,9})\.?[-/ ,]{1,2}(?P<Y>9999)"),
    (NAMED, rb"(?P<d>99?)[-/](?P<b>aaa)[-/](?P<y>99)"),
    (NAMED, _DAY_NAME + rb"(?P<b>a{3,9})\.? (?P<d>99?),? (?P<Y>9999)"),
)

MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "jan january januari januar gennaio gen enero ene janvier janv",
            "feb february februari februar febbraio febrero fevrier",
            "mar march maart mrt mrz marz marzo mars maerz",
            "apr april aprile abr abril avr avril",
            "may mei mai mag maggio mayo",
            "jun june juni giu giugno junio juin",
            "jul july juli lug luglio julio juil juillet",
            "aug august augustus ago agosto aout",
            "sep sept september set settembre septiembre septembre",
            "oct october okt oktober ott ottobre octubre octobre",
            "nov november novembre noviembre",
            "dec december dez dezember dic dicembre diciembre decembre",
        ),
        1,
    )
    for name in names.split()
}


SHAPES = bytes(57 if 48 <= byte < 58 else 97 if chr(byte).isalpha() and byte < 128 else byte for byte in range(256))
"""Byte to its class in a shape."""


@dataclass(frozen=True, slots=True)
class Layout:
    """Where the parts of a stamp stand in texts of one shape.

    `spans` are byte positions by part (`Y` `y` `m` `d` `b` `H` `M` `S` `f` `p` `z` and `n` for an epoch count);
    `literals` are letters that must stand where they do.
    """

    kind: int
    spans: dict[str, tuple[int, int]]
    literals: tuple[tuple[int, bytes], ...] = ()


def _assemble() -> tuple[tuple[int, re.Pattern[bytes]], ...]:
    """Return patterns for every date with and without a clock; group names are unique within each."""
    patterns = []
    for kind, date in _DATES:
        for clock in _CLOCK.split(b"|"):
            text = date + rb"(?:(?P<T>a| {1,2}|, ?|_|-| - |(?<=\xa5))" + _fit(clock) + rb")"
            patterns.append((kind, re.compile(rb" *" + text + rb" *")))
        patterns.append((kind, re.compile(rb" *" + date + rb" *")))
    return tuple(patterns)


def _fit(clock: bytes) -> bytes:
    before = rb"(?P<q>\xe4\xb8[\x80-\xbf]\xe5\x8d\x88)? ?"  # 上午 or 下午 stand before the clock
    return before + clock + rb"(?:" + _HALF + rb")?(?:" + _ZONE + rb")?"


@lru_cache(maxsize=1024)
def match_known(shape: bytes) -> Layout | None:
    """Return the layout of a shape in any known format, or ``None``. Counts since 1970 are not guessed here."""
    for kind, pattern in _PATTERNS:
        if found := pattern.fullmatch(shape):
            spans = _spans(found)
            return Layout(kind, spans, ((spans.pop("h")[0], b"h"),) if "h" in spans else ())
    return None


def match_epoch(shape: bytes) -> Layout | None:
    """Return the layout of a count of seconds or milliseconds since 1970, or ``None``."""
    found = re.fullmatch(rb" *(?P<n>-?9{1,13})(?:\.(?P<f>9{1,9}))? *", shape)
    return Layout(EPOCH, _spans(found)) if found else None


def compile_stated(time_format: str) -> re.Pattern[bytes]:
    """Compile a ``strptime`` format into a pattern over shapes. Raises MappingError for a directive it cannot use."""
    shape, used = b" *", set()
    for piece in _pieces(time_format):
        if piece.startswith("%") and piece != "%%":
            name, pattern = _DIRECTIVES.get(piece[-1], (b"", b""))
            if not name or name in used:
                raise MappingError(
                    f"time_format {time_format!r}: {piece} cannot be used here",
                    "use %Y %m %d %b %H %I %M %S %f %p %z (or %s for seconds since 1970), each once",
                )
            used.add(name)
            shape += b"(?P<" + name + b">" + pattern + b")"
        else:
            shape += re.escape(reduce_shape(piece[-1].encode("utf-8")))
    if not ({b"n"} <= used or ({b"d"} <= used and used & {b"m", b"b"} and used & {b"Y", b"y"})):
        raise MappingError(f"time_format {time_format!r} names no year, month and day", "for example %d/%m/%Y %H:%M")
    return re.compile(shape + b" *")


def reduce_shape(text: bytes) -> bytes:
    """Return the shape of a text: digits become ``9``, letters ``a``.

    >>> reduce_shape(b"16.01.2017T13:29Z")
    b'99.99.9999a99:99a'
    """
    return text.translate(SHAPES)


def _pieces(time_format: str) -> list[str]:
    for short, full in (("%T", "%H:%M:%S"), ("%F", "%Y-%m-%d"), ("%R", "%H:%M"), ("%D", "%m/%d/%y")):
        time_format = time_format.replace(short, full)
    return re.findall(r"%-?[A-Za-z%]|.", time_format, re.DOTALL)


_DIRECTIVES = {
    "Y": (b"Y", b"9999"),
    "y": (b"y", b"99"),
    "m": (b"m", b"99?"),
    "d": (b"d", b"99?"),
    "b": (b"b", b"a{3,9}"),
    "B": (b"b", b"a{3,9}"),
    "H": (b"H", b"99?"),
    "I": (b"H", b"99?"),
    "M": (b"M", b"99?"),
    "S": (b"S", b"99?"),
    "f": (b"f", b"9{1,9}"),
    "p": (b"p", b"aa"),
    "z": (b"z", b"[+-]99:?99|a"),
    "s": (b"n", b"-?9{1,13}"),
}


def match_stated(shape: bytes, pattern: re.Pattern[bytes], time_format: str) -> Layout | None:
    """Return the layout of a shape in the stated format, or ``None``."""
    found = pattern.fullmatch(shape)
    if not found:
        return None
    spans = _spans(found)
    if "n" in spans:
        return Layout(EPOCH, spans)
    literals = _literals(time_format, spans, shape)
    return Layout(NAMED if "b" in spans else YMD, spans, literals)


def _literals(time_format: str, spans: dict[str, tuple[int, int]], shape: bytes) -> tuple[tuple[int, bytes], ...]:
    """Return the letters of the format that must be found, with their byte positions."""
    letters = "".join(piece for piece in _pieces(time_format) if not piece.startswith("%"))
    wanted = [char.encode() for char in letters if char.isascii() and char.isalpha()]
    covered = {place for low, high in spans.values() for place in range(low, high)}
    places = [place for place, char in enumerate(shape) if char == ord("a") and place not in covered]
    return tuple(zip(places, wanted, strict=False))


def _spans(found: re.Match[bytes]) -> dict[str, tuple[int, int]]:
    return {name: found.span(name) for name, value in found.groupdict().items() if value is not None}


_PATTERNS = _assemble()
