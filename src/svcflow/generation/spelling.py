"""How the played log names things: the source system's words for steps and teams, in English or Chinese."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from svcflow.definitions.model import Label, Step
from svcflow.generation.facts import Facts, satisfy
from svcflow.generation.stage import Stage

Words = Literal["en", "zh"]


@dataclass(frozen=True)
class Spelling:
    """The words of one log: a step is named by its first label in the language, so that one step has one name."""

    stage: Stage
    words: Words

    @cached_property
    def labels(self) -> dict[str, tuple[str, Facts]]:
        """Return for each step its label and the fields that its event must carry for the label to mean the step."""
        fields = {**self.stage.facts.fields, **self.stage.process.fields}
        found = {}
        for step in self.stage.steps.values():
            label = _choose(step, self.words)
            needed = satisfy(label.when, fields, {}) if label and label.when else {}
            found[step.id] = (label.pattern.replace("*", "").strip() if label else step.id, needed)
        return found

    @cached_property
    def teams(self) -> Mapping[str, str]:
        """Return the name of each team, its id where it has no label."""
        teams = self.stage.workspace.organisation.teams.values()
        return {t.id: next(_in_language(t.labels, self.words), t.id) for t in teams} | {"": ""}

    def label(self, step: str) -> str:
        """Return the name of a step."""
        return self.labels[step][0]


def _choose(step: Step, words: Words) -> Label | None:
    """Return the label to use: an unconditional one before others, one in the language before others."""
    usable = [label for label in step.labels if label.pattern.replace("*", "").strip()]
    order = sorted(usable, key=lambda c: (c.when is not None, is_chinese(c.pattern) != (words == "zh")))
    return order[0] if order else None


def _in_language(names: Sequence[str], words: Words) -> Iterator[str]:
    """Yield names, those in the language before others."""
    yield from sorted(names, key=lambda name: is_chinese(name) != (words == "zh"))


def is_chinese(text: str) -> bool:
    """Return whether a text has Chinese characters."""
    return any(unicodedata.name(c, "").startswith("CJK UNIFIED") for c in text)
