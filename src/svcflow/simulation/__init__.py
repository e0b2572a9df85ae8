"""Simulation: the cases of a log played again through queues of their teams, as it is and with changes.

Routes, arrivals and waits of others are those of the log; only queueing is simulated. Source: advice.md 5.

>>> model = fit(log)                                                # doctest: +SKIP
>>> before = model.run(seed=1)                                      # doctest: +SKIP
>>> after = model.run([Capacity("L2", heads=1)], seed=1)            # doctest: +SKIP
>>> after.measure("cycle_time.mean") - before.measure("cycle_time.mean")  # doctest: +SKIP
"""

from svcflow.simulation.fitting import fit
from svcflow.simulation.identifiability import Answer
from svcflow.simulation.model import FlowModel
from svcflow.simulation.outcome import Outcome
from svcflow.simulation.refusals import CannotRepresentError, CannotSimulateError

__all__ = ["Answer", "CannotRepresentError", "CannotSimulateError", "FlowModel", "Outcome", "fit"]
