"""Which problems are told: presets, and rules chosen by code, by name or by the beginning of a code."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from svcflow.definitions import rules
from svcflow.errors import UsageError
from svcflow.findings import Problem
from svcflow.guards import suggest

SEVERITIES = ("error", "warning", "info")
PRESETS: dict[str, tuple[str, ...]] = {"core": SEVERITIES[:1], "recommended": SEVERITIES[:2], "strict": SEVERITIES}
_BEYOND_CORE = ("SVC7", "SVC8", "SVC9")


@dataclass(frozen=True, slots=True)
class Selection:
    """Rules to tell of (all if none is named), rules to leave out, and the preset; '' is the usual one.

    Rules that are named are told whatever their severity, unless a preset is named too.
    """

    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    preset: str = ""

    def over(self, settings: Selection) -> Selection:
        """Return this selection where it says something, else what `settings` say; both ignore."""
        preset = self.preset or ("" if self.select else settings.preset)
        return Selection(self.select or settings.select, (*self.ignore, *settings.ignore), preset)

    def tells(self, problem: Problem) -> bool:
        """Return whether a problem is told."""
        if any(matches(word, problem) for word in self.ignore):
            return False
        if self.select and not any(matches(word, problem) for word in self.select):
            return False
        if not self.preset and self.select:
            return True
        if self.preset == "core" and problem.code.startswith(_BEYOND_CORE):
            return False
        return problem.severity in PRESETS[self.preset or "recommended"]


def matches(word: str, problem: Problem) -> bool:
    """Return whether a word means the rule of a problem."""
    return word == problem.name or (word.startswith("SVC") and problem.code.startswith(word))


def opted(words: Iterable[str]) -> frozenset[str]:
    """Return the rules, by id, that are off unless they are named, and are named by one of `words`."""
    named = {*words}
    return frozenset(
        name
        for name, rule in rules.catalogue().items()
        if rules.is_opt_in(name) and named & {rule.CODE, rules.name_of(rule)}
    )


def read_words(texts: Iterable[str], where: str = "") -> tuple[str, ...]:
    """Return the words of comma-separated lists; raise `UsageError` for one that means no rule."""
    words = tuple(word.strip() for text in texts for word in text.split(",") if word.strip())
    known = [word for rule in rules.catalogue().values() for word in (rule.CODE, rules.name_of(rule))]
    for word in words:
        if not any(word == other or (word.startswith("SVC") and other.startswith(word)) for other in known):
            message = f"{where}there is no rule '{word}'{suggest(word, known)}"
            raise UsageError(message, "rules are listed by `svcflow explain`")
    return words
