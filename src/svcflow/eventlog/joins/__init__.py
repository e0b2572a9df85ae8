"""A second file joined to the log by key: case attributes, surveys, a CRM export."""

from svcflow.eventlog.joins.joining import Joining
from svcflow.eventlog.joins.preparation import prepare
from svcflow.eventlog.joins.tally import examine

__all__ = ["Joining", "examine", "prepare"]
