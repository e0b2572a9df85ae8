"""A file cannot be read as text.

Definitions are UTF-8 texts. A file in another encoding, a file with control characters in it, one that may not be
opened or is far too large is not read at all. Save it as UTF-8; most editors do that under "Save with encoding".
"""

from __future__ import annotations

from collections.abc import Iterator

from svcflow.definitions.reading import Remark
from svcflow.definitions.survey import Survey

CODE = "SVC001"
SEVERITY = "error"
FATAL = True


def check(survey: Survey) -> Iterator[Remark]:
    """Yield what kept a file from being read."""
    for source in survey.sources:
        for fault in source.document.faults:
            if fault.kind == "unreadable":
                yield Remark(fault.message, source.at(fault.span))
