"""The grade of an estimate: what the gates it missed leave of it.

A: every gate is passed. B: one soft gate is missed, the interval is wider. C: a bound, never a single figure. none: no
figure at all. The reason is what the worst gate says, in words.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from svcflow import plugins
from svcflow.estimation import gates
from svcflow.estimation.evidence import Concern, Evidence, Text, Verdict
from svcflow.findings import Grade

ORDER: tuple[Grade, ...] = ("A", "B", "C", "none")
WIDER = 1.5
"""How much wider the interval is where a soft gate is missed."""


@dataclass(frozen=True, slots=True)
class Graded:
    """A grade, whether a single figure may be printed, by how much more the interval is widened, and why."""

    grade: Grade
    point: bool
    wider: float
    missed: tuple[str, ...]
    told: Text


def judge(evidence: Evidence, concern: Concern) -> tuple[Verdict, ...]:
    """Return what every gate that has something to say says."""
    verdicts = (module.judge(evidence, concern) for module in plugins.find(gates).values())
    return tuple(verdict for verdict in verdicts if verdict is not None)


def grade(verdicts: Sequence[Verdict]) -> Graded:
    """Return the grade that the verdicts leave."""
    missed = sorted((v for v in verdicts if not v.passed), key=lambda v: (-ORDER.index(v.allows), v.point, v.gate))
    if not missed:
        return Graded("A", point=True, wider=1.0, missed=(), told={"en": "every gate is passed", "zh": "通过全部检验"})
    worst = missed[0].allows
    soft = worst == "B"
    if soft and len(missed) > 1:
        worst, soft = "C", False
    return Graded(
        worst,
        soft,
        WIDER if soft else 1.0,
        tuple(v.gate for v in missed),
        {lang: joint.join(v.told[lang] for v in missed[:2]) for lang, joint in (("en", "; "), ("zh", "；"))},
    )
