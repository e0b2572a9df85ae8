"""What a mapping file states about an export that its contents cannot tell."""

from svcflow.eventlog.mapping.checks import check_columns, check_fields, find_slips, suggest
from svcflow.eventlog.mapping.reading import find, load, state
from svcflow.eventlog.mapping.stated import HISTORY, ROLES, SHAPES, SUFFIX, Join, Mapping

__all__ = [
    "HISTORY", "ROLES", "SHAPES", "SUFFIX", "Join", "Mapping", "check_columns", "check_fields", "find", "find_slips",
    "load", "state", "suggest",
]  # fmt: skip
