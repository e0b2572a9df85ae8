"""How durations, counts and shares are said, in English and Chinese; one place, so that no two texts differ.

Below an hour in minutes, below ten hours with one decimal, below three days in whole hours, else in days.
"""

from __future__ import annotations

from typing import Literal

Lang = Literal["en", "zh"]
LANGS: tuple[Lang, ...] = ("en", "zh")

_UNITS: dict[Lang, tuple[str, str, str, str]] = {
    "en": (" s", " min", " h", " d"),
    "zh": (" 秒", " 分钟", " 小时", " 天"),
}


_SECONDS = {"min": 60, "h": 3600, "d": 86_400}


def say_duration(seconds: float, lang: Lang = "en") -> str:
    """Return elapsed `seconds` as a manager says it.

    >>> [say_duration(s) for s in (40, 240, 9000, 104400, 354240, -9000)]
    ['40 s', '4 min', '2.5 h', '29 h', '4.1 d', '-2.5 h']
    >>> say_duration(354240, "zh")
    '4.1 天'
    """
    second, minute, hour, day = _UNITS[lang]
    size = abs(seconds)
    if size < 59.5:
        return f"{seconds:.0f}{second}"
    if size < 3570:
        return f"{seconds / 60:.0f}{minute}"
    if size < 35820:
        return f"{seconds / 3600:.1f}{hour}"
    if size < 72 * 3600:
        return f"{seconds / 3600:.0f}{hour}"
    return f"{seconds / 86400:,.1f}{day}"


def say_hours(seconds: float, lang: Lang = "en") -> str:
    """Return a sum of time in hours, so that sums can be compared.

    >>> say_hours(355_953_600), say_hours(355_953_600, "zh"), say_hours(5400)
    ('98,876 h', '9.9 万小时', '1.5 h')
    """
    hours = seconds / 3600
    if lang == "zh" and abs(hours) >= 10_000:
        return f"{hours / 10_000:.1f} 万小时"
    return (f"{hours:,.0f}" if abs(hours) >= 9.95 else f"{hours:.1f}") + _UNITS[lang][2]


def say_count(number: int, lang: Lang = "en") -> str:
    """Return a count with its thousands marked; Chinese counts from 10,000 in 万.

    >>> say_count(12845), say_count(12845, "zh"), say_count(901, "zh")
    ('12,845', '1.3 万', '901')
    """
    if lang == "zh" and abs(number) >= 10_000:
        return f"{number / 10_000:.1f} 万"
    return f"{number:,}"


def say_share(share: float) -> str:
    """Return a share of 0..1 in per cent; near the ends it keeps a decimal, only nothing is 0 %, only all is 100 %.

    >>> [say_share(s) for s in (0.716, 0.034, 0.0004, 0.0, 0.9975, 0.9996, 1.0)]
    ['72%', '3.4%', '<0.1%', '0%', '99.8%', '>99.9%', '100%']
    """
    percent = 100 * share
    if 0 < percent < 0.1:
        return "<0.1%"
    if 99.9 < percent < 100:
        return ">99.9%"
    return f"{percent:.1f}%" if 0 < percent < 9.95 or 99 <= percent < 100 else f"{percent:.0f}%"


def say_missed(told: str, value: float, target: str) -> str:
    """Return a figure that misses its target as it is `told`, with more digits where it would read like the target.

    >>> say_missed("24 h", 87_480, "<= 24h"), say_missed("98%", 0.9756, ">= 98%"), say_missed("29 h", 104_400, "<= 24h")
    ('24.30 h', '97.56%', '29 h')
    """
    if told.replace(" ", "") != target.lstrip("<>= ").replace(" ", ""):
        return told
    if told.endswith("%"):
        return f"{value:.2%}"
    unit = told.rpartition(" ")[2]
    return f"{value / _SECONDS[unit]:.2f} {unit}" if unit in _SECONDS else f"{value:.4g}"
