"""What a recommendation is worth in money: labour saved, pay-back, ROI, IRR, scenarios, a tornado."""

from svcflow.advice.money.assumptions import Assumptions, read_assumptions
from svcflow.advice.money.cases import BusinessCase, make_cases
from svcflow.advice.money.labour import Labour, find_labour

__all__ = ["Assumptions", "BusinessCase", "Labour", "find_labour", "make_cases", "read_assumptions"]
