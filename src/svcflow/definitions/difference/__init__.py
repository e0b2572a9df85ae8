"""Two versions of definitions compared by what they mean: behaviours gained and lost, clocks and duties changed."""

from svcflow.definitions.difference.behaviour import Behaviour, Change, Side, Trace, compare_behaviour
from svcflow.definitions.difference.comparison import (
    Difference,
    ProcessDifference,
    compare_versions,
    read_version,
    version_of,
)
from svcflow.definitions.difference.duties import DutyChange

__all__ = [
    "Behaviour",
    "Change",
    "Difference",
    "DutyChange",
    "ProcessDifference",
    "Side",
    "Trace",
    "compare_behaviour",
    "compare_versions",
    "read_version",
    "version_of",
]
