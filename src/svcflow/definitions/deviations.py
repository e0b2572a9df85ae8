"""The deviations an execution can report, by code: their names are words of the language (definitions.md 3.5)."""

from __future__ import annotations

DEVIATIONS = {
    "D101": "skipped", "D102": "unexpected", "D103": "repeated", "D104": "out_of_order", "D105": "too_many_rounds",
    "D106": "after_end", "D107": "abandoned", "D108": "unmapped", "D201": "wrong_branch", "D202": "not_needed",
    "D203": "unknown_data", "D301": "wrong_role", "D302": "same_person", "D303": "other_person",
    "D304": "over_authority", "D401": "late", "D402": "sla_breached", "D403": "not_escalated",
    "D404": "escalated_late", "D501": "owed", "D502": "owed_late", "D503": "unprepared", "D504": "clash",
    "D505": "too_often",
}  # fmt: skip


def code_of(text: str) -> str | None:
    """Return the code of a deviation written as its code or its name, ``None`` if there is none.

    >>> code_of("skipped"), code_of("D101"), code_of("skiped")
    ('D101', 'D101', None)
    """
    if text in DEVIATIONS:
        return text
    return next((code for code, name in DEVIATIONS.items() if name == text), None)
