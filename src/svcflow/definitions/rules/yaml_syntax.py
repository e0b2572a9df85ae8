"""A file is not YAML, or uses a part of YAML that definitions do without.

Most often: a guard with a comma inside ``{ }`` without quotes, a second ``: `` on a line, a tab, a bracket that is
never closed. Tags (``!x``), several documents in one file, keys that are lists, and documents nested deeper than 40
levels are refused too.

Wrong::

    flow: [register, {when: not severity in (low, high) or claim > 9, do: review}, work, close]

Right::

    flow: [register, {when: "not severity in (low, high) or claim > 9", do: review}, work, close]
"""

from __future__ import annotations

from collections.abc import Iterator

from svcflow.definitions.reading import Remark
from svcflow.definitions.survey import Survey

CODE = "SVC002"
SEVERITY = "error"
FATAL = True


def check(survey: Survey) -> Iterator[Remark]:
    """Yield where the text stops being YAML."""
    for source in survey.sources:
        for fault in source.document.faults:
            if fault.kind == "syntax":
                related = (("the part that is read here", source.at(fault.related)),) if fault.related else ()
                yield Remark(fault.message, source.at(fault.span), related)
