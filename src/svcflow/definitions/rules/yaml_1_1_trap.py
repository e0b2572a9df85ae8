"""A value without quotes means something else to tools that read YAML 1.1.

svcflow follows YAML 1.2, where ``22:00`` and ``no`` are texts. Many editors, linters and scripts follow YAML 1.1:
to them ``22:00`` is the number 1320, ``no`` is false, ``017`` is 15, ``1_000`` is 1000. Quotes end the quarrel.

Wrong::

    case: {valid: [yes, no], severity: [low, high], claim: number}

Right::

    case: {valid: ["yes", "no"], severity: [low, high], claim: number}
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from svcflow.definitions.reading import Remark
from svcflow.definitions.survey import Survey
from svcflow.documents import Scalar, walk

CODE = "SVC006"
SEVERITY = "warning"
NAME = "yaml-1.1-trap"

_TRUTH = re.compile(r"(yes|on)|(no|off)", re.IGNORECASE)
_BASE_60 = re.compile(r"[-+]?([1-9][0-9]*)((?::[0-5]?[0-9])+)")
_OCTAL = re.compile(r"[-+]?0[0-7]+")
_GROUPED = re.compile(r"[-+]?[0-9]+(_[0-9]+)+")


def check(survey: Survey) -> Iterator[Remark]:
    """Yield every plain text that YAML 1.1 reads as something else."""
    for source in survey.sources:
        seen = set()
        for node in walk(source.document.root):
            if isinstance(node, Scalar) and node.plain and len(node.text) <= 40 and node.span not in seen:
                seen.add(node.span)
                meaning = _meaning(node.text)
                if meaning:
                    message = f"{node.text} unquoted is {meaning} to YAML 1.1 tools; quote it"
                    yield Remark(message, source.at(node.span))


def _meaning(text: str) -> str:
    if found := _TRUTH.fullmatch(text):
        return "true" if found[1] else "false"
    if found := _BASE_60.fullmatch(text):
        number = int(found[1])
        for part in found[2].split(":")[1:]:
            number = number * 60 + int(part)
        return str(number)
    if _OCTAL.fullmatch(text):
        return str(int(text, 8))
    return text.replace("_", "") if _GROUPED.fullmatch(text) else ""
