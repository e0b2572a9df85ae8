"""Estimation: what a change would do, how sure that is, and what forbids to say so.

Source: advice.md 3 to 6. Structural changes are replayed on the log, changes of queues simulated; gates decide what
may be printed.

>>> found = estimate(log, mined, workspace, WhatIf("L2 +1").capacity("L2", 1))  # doctest: +SKIP
>>> found["L2 +1"].lead.grade                                                   # doctest: +SKIP
'A'
"""

from svcflow.estimation.backtest import Backtest
from svcflow.estimation.estimate import estimate
from svcflow.estimation.flow import Flow, simulate
from svcflow.estimation.results import Estimate, Estimates
from svcflow.estimation.shares import Shares

__all__ = ["Backtest", "Estimate", "Estimates", "Flow", "Shares", "estimate", "simulate"]
