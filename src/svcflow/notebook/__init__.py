"""The facade for notebooks: a log that answers questions itself, its filters lazy, its answers tables.

>>> log = read_log("logs/complaints.csv")
>>> high = log.where("severity == 'high'").slower_than("2d")
>>> high.bottlenecks().to_rows()[0]["to"]
'Investigation'
"""

from svcflow.notebook.figures import Figures
from svcflow.notebook.log import NotebookLog, read_log

__all__ = ["Figures", "NotebookLog", "read_log"]
