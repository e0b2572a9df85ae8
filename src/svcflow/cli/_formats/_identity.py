"""What stays the same about a problem while the text around it changes: its file's name and its fingerprint."""

from __future__ import annotations

import hashlib
import os
import re
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from svcflow.findings import Problem

_PLACES = re.compile(r"\b(lines?) \d+(?:(?:, | and | to )\d+)*|:\d+:\d+\b")


def relative(file: str, root: str | None = None) -> str:
    """Return a file's name as seen from `root` (by default from here), with slashes; others stay absolute.

    >>> relative("./workflows/../workflows/org.svcflow.yaml")
    'workflows/org.svcflow.yaml'
    """
    whole = Path(os.path.abspath(file))  # noqa: PTH100 - a link is not followed: its own name is what was asked for
    for base in (root, os.getcwd()):  # noqa: PTH109 - the same kind of text
        if base and whole.is_relative_to(base):
            return whole.relative_to(base).as_posix()
    return whole.as_posix()


def fingerprints(problems: Sequence[Problem]) -> list[str]:
    """Return an id for each problem that survives edits above it, as hexadecimal SHA-256.

    It is made of the file's name, the code, the message without places, and the how-manieth of its kind it is.
    """
    seen: Counter[str] = Counter()
    found = []
    for problem in problems:
        key = "\n".join((relative(problem.position.file), problem.code, _PLACES.sub("", problem.message)))
        seen[key] += 1
        found.append(hashlib.sha256(f"{key}\n{seen[key]}".encode(errors="replace")).hexdigest())
    return found
