"""Which recorded cases change verdict when definitions change (contract.md, `svcflow impact`)."""

from svcflow.execution.impact.comparison import Impact, compare_runs
from svcflow.execution.impact.reasons import Reason

__all__ = ["Impact", "Reason", "compare_runs"]
