"""Durations, counts and shares as people read them, in both languages.

Durations: below 1 h in minutes, below 10 h with one decimal, below 72 h whole hours, else days with one decimal.
Chinese counts in 万 from 10,000 and in 亿 from 100,000,000.
"""

from __future__ import annotations

from datetime import datetime

from svcflow.report.words import Text

NOTHING = Text("–", "–")
MINUS = "−"

_UNITS = {
    "s": (" s", " second", "秒"),
    "min": (" min", " minute", "分钟"),
    "h": (" h", " hour", "小时"),
    "d": (" d", " day", "天"),
}

_NOUNS = {
    "case": ("case", "cases", "个工单"),
    "closed case": ("closed case", "closed cases", "个已结工单"),
    "time": ("time", "times", "次"),
    "event": ("event", "events", "个事件"),
    "handoff": ("handoff", "handoffs", "次交接"),
    "link": ("link", "links", "条连线"),
    "step": ("step", "steps", "个步骤"),
    "team": ("team", "teams", "个团队"),
    "point": ("point", "points", "个百分点"),
    "row": ("row", "rows", "行"),
}


def duration(seconds: float | None, like: float | None = None) -> Text:
    """Return a duration in short units, of those that suit `like` seconds where they are given.

    >>> duration(105_000)
    Text(en='29 h', zh='29 小时')
    >>> duration(71.9 * 3600), duration(9.97 * 3600), duration(3590)
    (Text(en='3.0 d', zh='3.0 天'), Text(en='10 h', zh='10 小时'), Text(en='1.0 h', zh='1.0 小时'))
    >>> duration(69 * 3600, like=80 * 3600).en
    '2.9 d'
    """
    if seconds is None:
        return NOTHING
    value, unit = _split(abs(seconds), None if like is None else abs(like))
    sign = MINUS if seconds < 0 and value != "0" else ""
    return Text(sign + value + _UNITS[unit][0], sign + _in_wan(value) + " " + _UNITS[unit][2])


def spoken(seconds: float | None) -> Text:
    """Return a duration as a sentence says it.

    >>> spoken(3600 * 29).en, spoken(86400 * 4.1).en, spoken(60).en
    ('29 hours', '4.1 days', '1 minute')
    """
    if seconds is None:
        return NOTHING
    value, unit = _split(abs(seconds))
    plural = "" if value == "1" else "s"
    return Text(value + _UNITS[unit][1] + plural, _in_wan(value) + " " + _UNITS[unit][2])


def total(seconds: float | None) -> Text:
    """Return a sum of durations over many cases: whole hours, so that sums can be compared.

    >>> total(98_892 * 3600)
    Text(en='98,892 h', zh='9.9 万小时')
    """
    if seconds is None:
        return NOTHING
    if abs(seconds) < 10 * 3600:
        return duration(seconds)
    hours = f"{seconds / 3600:,.0f}".replace("-", MINUS)
    zh = _in_wan(hours)
    return Text(f"{hours} h", zh + ("小时" if zh.endswith(("万", "亿")) else " 小时"))


def number(value: float | None, digits: int = 0) -> Text:
    """Return a number with grouped thousands; whole numbers show no decimals.

    >>> number(58_895), number(7.6, 1).en, number(3.0, 1).en
    (Text(en='58,895', zh='5.9 万'), '7.6', '3.0')
    """
    if value is None:
        return NOTHING
    plain = f"{value:,.{digits}f}".replace("-", MINUS)
    return Text(plain, _in_wan(plain))


def count(value: int | None, noun: str) -> Text:
    """Return a number of things.

    >>> count(1, "case"), count(2338, "case").en
    (Text(en='1 case', zh='1 个工单'), '2,338 cases')
    """
    one, many, zh = _NOUNS[noun]
    figure = number(value)
    return Text(f"{figure.en} {one if value == 1 else many}", f"{figure.zh} {zh}")


def share(value: float | None) -> Text:
    """Return a share of 0..1 in percent; nothing but all reads 100 %, nothing but none reads 0 %.

    >>> [share(x).en for x in (0, 0.0004, 0.013, 0.17, 0.9996, 0.998, 1)]
    ['0%', '<0.1%', '1.3%', '17%', '>99.9%', '99.8%', '100%']
    """
    if value is None:
        return NOTHING
    percent = value * 100
    if percent in {0, 100}:
        text = f"{percent:.0f}%"
    elif 0 < percent < 0.1:
        text = "<0.1%"
    elif 99.9 < percent < 100:
        text = ">99.9%"
    elif 9.95 <= percent < 99:
        text = f"{percent:.0f}%"
    else:
        text = f"{percent:.1f}%"
    text = text.replace("-", MINUS)
    return Text(text, text)


def in_unit(value: float | None, unit: str, like: float | None = None) -> Text:
    """Return the value of a metric in its unit: ``s`` a duration, ``share`` a percentage, else a plain number.

    Durations are told in the units that suit `like`, where it is given.

    >>> in_unit(0.59, "share").en, in_unit(7.25, "handovers/case").en
    ('59%', '7.2 handovers/case')
    """
    if value is None:
        return NOTHING
    if unit in {"s", "seconds"}:
        return duration(value, like)
    if unit == "h":
        return duration(value * 3600, None if like is None else like * 3600)
    if unit in {"share", "ratio"}:
        return share(value)
    figure = number(value, 0 if float(value).is_integer() else 1)
    return figure + (f" {unit}" if unit not in {"", "count", "1"} else "")


def percent(part: float | None, whole: float | None) -> int:
    """Return a length in whole percent of the longest, at least 1 where there is anything: a class of the style sheet.

    >>> percent(1, 3), percent(0.001, 10), percent(None, 4)
    (33, 1, 0)
    """
    if not part or not whole or part <= 0:
        return 0
    return max(1, min(100, round(100 * part / whole)))


def moment(iso: str | None) -> str:
    """Return an ISO 8601 time as ``YYYY-MM-DD HH:MM``; what is no time comes back as it is."""
    if not iso:
        return "–"
    try:
        return datetime.fromisoformat(iso).strftime("%Y-%m-%d %H:%M")
    except ValueError:
        return iso


def day(iso: str | None) -> Text:
    """Return the day of an ISO 8601 date or time, without its year.

    >>> day("2026-03-02")
    Text(en='2 Mar', zh='3月2日')
    """
    try:
        found = datetime.fromisoformat(iso or "")
    except ValueError:
        return Text("", "")
    return Text(f"{found.day} {_MONTHS[found.month]}", f"{found.month}月{found.day}日")


def month(iso: str | None) -> Text:
    """Return the month of an ISO 8601 date.

    >>> month("2026-03-01")
    Text(en='Mar 2026', zh='2026年3月')
    """
    try:
        found = datetime.fromisoformat(iso or "")
    except ValueError:
        return Text("", "")
    return Text(f"{_MONTHS[found.month]} {found.year}", f"{found.year}年{found.month}月")


def period(start: str | None, end: str | None) -> Text:
    """Return the days from one time to another.

    >>> period("2026-07-01T08:00:00+02:00", "2026-09-30T17:00:00+02:00")
    Text(en='1 Jul – 30 Sep 2026', zh='2026年7月1日–9月30日')
    """
    try:
        a, b = datetime.fromisoformat(start or ""), datetime.fromisoformat(end or "")
    except ValueError:
        return Text("", "")
    same = a.year == b.year
    en = f"{a.day} {_MONTHS[a.month]}{'' if same else f' {a.year}'} – {b.day} {_MONTHS[b.month]} {b.year}"
    zh = f"{a.year}年{a.month}月{a.day}日–{'' if same else f'{b.year}年'}{b.month}月{b.day}日"
    return Text(en, zh)


_MONTHS = ("", "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def _split(seconds: float, like: float | None = None) -> tuple[str, str]:
    size = seconds if like is None else like
    minutes, hours, days = seconds / 60, seconds / 3600, seconds / 86_400
    if size < 59.5:
        return ("<1" if 0 < seconds < 1 else f"{seconds:.0f}"), "s"
    if size / 60 < 59.5:
        return ("<1" if 0 < minutes < 0.5 else f"{minutes:.0f}"), "min"
    if size / 3600 < 71.5:
        return (f"{hours:.1f}" if hours < 9.95 else f"{hours:.0f}"), "h"
    return (f"{days:,.1f}" if days < 99.95 else f"{days:,.0f}"), "d"


def _in_wan(figure: str) -> str:
    """Return a grouped number as Chinese writes large ones."""
    try:
        value = float(figure.replace(",", "").replace(MINUS, "-"))
    except ValueError:
        return figure
    for size, name in ((1e8, "亿"), (1e4, "万")):
        if abs(value) >= size:
            return f"{value / size:,.1f} {name}".replace("-", MINUS)
    return figure
