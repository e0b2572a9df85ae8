"""Two logs, periods or segments side by side: every metric's difference with its interval."""

from svcflow.analysis.comparison.comparing import Comparison, compare, compare_segments
from svcflow.analysis.comparison.rows import Group

__all__ = ["Comparison", "Group", "compare", "compare_segments"]
