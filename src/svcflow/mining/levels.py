"""The lines and departments that teams belong to: as the organisation says, else as the names of teams show.

A line is the level of support: 1 takes the contact, 2 and 3 are escalated to. Marks in names that show it: ``2nd``,
``L2``, ``level 2``, ``tier 2``, ``second line``, ``二线``, and words for who takes contacts (service desk, 热线). Where
half of the teams or more bear a mark and none of them the first line's, teams without a mark are line 1, as at Volvo IT
(BPI Challenge 2013: ``G21 2nd``, ``G199 3rd``, ``C8``). The last mark of a name counts.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from svcflow.definitions.model import Organisation, Team
from svcflow.definitions.patterns import fold, matches
from svcflow.eventlog.log import UNKNOWN, Codes, Vocabulary

OWN = "(own)"
NO_LINES = (
    "neither an organisation (`line:` of a team) nor the names of the teams show two lines of support or more",
    "组织定义（团队的 line）与团队名称均未显示两个以上的支持层级",
)
"""Why nothing can be said of lines, in English and Chinese."""

_ORDINALS = (
    ("1st", "first", "erste", "eerste", "première", "primera", "prima", "一"),
    ("2nd", "second", "zweite", "tweede", "deuxième", "segunda", "seconda", "二"),
    ("3rd", "third", "dritte", "derde", "troisième", "tercera", "terza", "三"),
    ("4th", "fourth", "vierte", "vierde", "quatrième", "cuarta", "quarta", "四"),
)
_WORD = r"(?:lines?|levels?|tiers?|lijn|linie|ligne|línea|niveau|nivel|livello|linea|lvl)"


def _marks(number: int, words: tuple[str, ...]) -> re.Pattern[str]:
    ordinal, *spoken, chinese = words
    spelt = "|".join((ordinal, *spoken, f"{number}e", rf"{number}\."))
    return re.compile(
        rf"(?<!\w){ordinal}(?!\w)|(?<!\w)(?:{spelt})[ _-]?{_WORD}(?!\w)"
        rf"|(?<!\w){_WORD}[ _-]?{number}(?!\w)|(?<!\w)l{number}(?!\w)|{chinese}[线線級级]|{number}线"
    )


_MARKS = tuple(_marks(number, words) for number, words in enumerate(_ORDINALS, 1))
_SERIAL = re.compile(r"(?<!\w)l(?:\d{2,}|[5-9])(?!\w)")
"""Where teams go by such names, L and a number is the number of a team."""
_SHORT = re.compile(r"(?<!\w)l\d(?!\w)")
_FRONT = re.compile(
    r"(?<!\w)(?:(?:service|help) ?desk|hot ?line|(?:call|contact) ?cent(?:er|re)|front[ -]?(?:office|desk|line))(?!\w)"
    r"|热线|服务台|服務台|前台|客服中心"
)


@dataclass(frozen=True, slots=True, eq=False)
class Levels:
    """What each team belongs to: `of_team` gives a code of `names` by code of team, 0 where it is not known.

    `stated` tells that the organisation says so; else the names of the teams show it.
    """

    names: Vocabulary
    of_team: Codes
    stated: bool

    @property
    def source(self) -> str:
        """Return where this is known from."""
        return "the organisation" if self.stated else "the names of the teams"

    @property
    def heights(self) -> Codes:
        """Return the number of each line by code, 0 where it is not known."""
        return np.array([int(name) if name.isdecimal() else 0 for name in self.names.texts], np.int32)


def find_lines(teams: Vocabulary, organisation: Organisation | None) -> Levels | None:
    """Return the line of each team, ``None`` where nothing shows two different ones."""
    stated = _state(teams, organisation, lambda team: "" if team.line is None else str(team.line))
    return stated or _arrange([_show_line(name) for name in _read_lines(teams)], stated=False)


def find_departments(teams: Vocabulary, organisation: Organisation | None) -> Levels | None:
    """Return the department of each team, ``None`` where the organisation gives none of them one.

    Its teams without a department are of the organisation itself, by its name.
    """
    if organisation is None or not any(team.department for team in organisation.teams.values()):
        return None
    house = organisation.name.en or OWN
    return _state(teams, organisation, lambda team: team.department or house)


def read_line(name: str) -> int:
    """Return the line that the name of a team shows, 0 where it shows none.

    >>> [read_line(name) for name in ("G21 2nd", "SAP L3", "二线支持", "IT Service Desk", "V37", "L28 2nd")]
    [2, 3, 2, 1, 0, 2]
    """
    text = fold(name)
    found = [(match.end(), line) for line, mark in enumerate(_MARKS, 1) for match in mark.finditer(text)]
    if found:
        return max(found)[1]
    return 1 if _FRONT.search(text) else 0


def _read_lines(teams: Vocabulary) -> list[int]:
    """Return the line of each team by its name; unmarked teams are line 1 where marks are the custom."""
    texts = [fold(name) for name in teams.texts]
    if any(map(_SERIAL.search, texts)):
        texts = [_SHORT.sub("", text) for text in texts]
    lines = [read_line(text) for text in texts]
    marked = sum(line > 1 for line in lines)
    if 1 not in lines and 2 * marked >= len(lines) - 1 and marked > 1:
        lines = [line or (1 if name else 0) for line, name in zip(lines, teams.texts, strict=True)]
    return lines


def _show_line(line: int) -> str:
    return str(line) if line else ""


def _state(teams: Vocabulary, organisation: Organisation | None, ask: Callable[[Team], str]) -> Levels | None:
    """Return what the organisation says of the teams that go by its names and labels."""
    if organisation is None:
        return None
    known = [({fold(team.id), *map(fold, team.labels)}, ask(team)) for team in organisation.teams.values()]

    def find(name: str) -> str:
        folded = fold(name)
        named = (level for labels, level in known if any(matches(label, folded) for label in labels))
        return next(named, "") if folded else ""

    return _arrange([find(name) for name in teams.texts], stated=True)


def _arrange(levels: list[str], *, stated: bool) -> Levels | None:
    names = Vocabulary(tuple(sorted({"", *levels})))
    if len(names) <= 2:
        return None
    place = {name: code for code, name in enumerate(names.texts)}
    codes = np.array([place[level] for level in levels], np.int32)
    if levels:
        codes[UNKNOWN] = UNKNOWN
    return Levels(names, codes, stated)
