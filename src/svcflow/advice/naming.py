"""What steps, teams and roles are called in advice: by the definitions where they say so, else in the log's words."""

from __future__ import annotations

import re

from svcflow.definitions.durations import write_duration
from svcflow.definitions.model import Step, Team, Workspace
from svcflow.execution.labels import fold, matches
from svcflow.findings import Finding

Text = dict[str, str]

LONGEST = 30
"""Characters of a name in a title."""

_HAN = re.compile(r"[\u4e00-\u9fff]")
_UNITS = {"m": ("min", "分钟"), "h": ("h", "小时"), "d": ("d", "天"), "w": ("w", "周")}


def say(en: str, zh: str) -> Text:
    """Return a text in both languages."""
    return {"en": en, "zh": zh}


def name_target(seconds: int, *, hours: bool = False) -> Text:
    """Return a target as people say it, or in `hours` where days would be misread.

    >>> name_target(7200), name_target(172_800)["en"], name_target(172_800, hours=True)["en"]
    ({'en': '2 h', 'zh': '2 小时'}, '2 d', '48 h')
    """
    written = write_duration(seconds)
    number, unit = written[:-1], written[-1]
    if hours and unit in "dw":
        number, unit = f"{seconds // 3600:,}", "h"
    en, zh = _UNITS[unit]
    return say(f"{number} {en}", f"{number} {zh}")


def shorten(name: str, longest: int = LONGEST) -> str:
    """Return a name that fits into a title.

    >>> shorten("Call about the papers that are missing")
    'Call about the papers that ar…'
    """
    flat = " ".join(name.split())
    return flat if len(flat) <= longest else flat[: longest - 1] + "…"


def shorten_both(one: str, other: str, room: int) -> tuple[str, str]:
    """Return two names that share the room of a title: what one leaves, the other may take.

    >>> shorten_both("Investigate", "Ask the department about it", 36)
    ('Investigate', 'Ask the department about…')
    """
    half = room // 2
    first = max(half, room - len(" ".join(other.split())))
    second = max(half, room - len(" ".join(one.split())))
    return shorten(one, first), shorten(other, second)


def is_unnamed(step: Step) -> bool:
    """Return whether a definition gives a step no name but its id."""
    return step.name.en == step.id


def _plain_labels(step: Step) -> list[str]:
    return [label.pattern for label in step.labels if label.when is None]


class Names:
    """The names that a workspace gives; without one, everything is called as in the log."""

    def __init__(self, workspace: Workspace | None) -> None:
        self._workspace = workspace
        self._activities: dict[str, Text] = {}
        for process in workspace.processes.values() if workspace else ():
            for step in process.steps.values():
                if not is_unnamed(step):
                    for text in (step.id, *_plain_labels(step)):
                        self._activities.setdefault(text, say(step.name.en, step.name.zh))

    def activity(self, raw: str) -> Text:
        """Return the display name of an activity."""
        return self._activities.get(raw, say(raw, raw))

    def step(self, step: Step | None, raw: str) -> Text:
        """Return the display name of a step, or, where it has none, the name it has in the log if that is its alone.

        Without a step, that of the activity `raw`.
        """
        if step is None:
            return self.activity(raw)
        alone = is_unnamed(step) and any(matches(fold(label), fold(raw)) for label in _plain_labels(step))
        return say(raw, raw) if alone else say(step.name.en, step.name.zh)

    def find_team(self, raw: str) -> Team | None:
        """Return the team of the organisation that the log calls `raw`."""
        if self._workspace is None:
            return None
        teams = self._workspace.organisation.teams.values()
        return next((t for t in teams if any(matches(fold(p), fold(raw)) for p in (t.id, *t.labels))), None)

    def team(self, raw: str) -> Text:
        """Return what a team of the log is called; in Chinese by a label of its own that is written so."""
        team = self.find_team(raw)
        written = (label for label in team.labels if _HAN.search(label) and "*" not in label) if team else iter(())
        return say(raw, next(written, raw))

    def subject(self, finding: Finding) -> Text:
        """Return what a finding is about; people are not named, a recommendation is about the work."""
        kind, names = finding.subject.kind, finding.subject.names
        if kind == "resource-pair":
            return say("between two people", "两人之间")
        told = [self.team(name) if kind == "team-pair" else self.activity(name) for name in names]
        return say(" → ".join(t["en"] for t in told), " → ".join(t["zh"] for t in told))

    def parties(self, finding: Finding) -> tuple[Text, Text] | None:
        """Return the two teams of a finding, short enough for a title; ``None`` where it is about people."""
        if finding.subject.kind != "team-pair":
            return None
        first, second = ({lang: shorten(t, 18) for lang, t in self.team(n).items()} for n in finding.subject.names[:2])
        return first, second
