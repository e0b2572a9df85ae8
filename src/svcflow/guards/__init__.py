"""The guard language: typed, positioned, three-valued (definitions.md 2.6, 2.7).

A guard is written in the spelling of Python's comparisons, so Python's own parser reads it; what compiles is a closed
list of syntax nodes. There is no attribute access, no call, no arithmetic: a guard can neither run code nor run long.
A name that is no Python word stands in back-quotes: `` `Involved ST` == 'A1' ``. Missing data is *unknown*, never
false (Kleene's logic).

>>> fields = {"claim": Field("claim", "number"), "severity": Field("severity", "enum", ("low", "high"))}
>>> guard = compile_guard("claim > 500 and severity >= high", fields)
>>> guard.evaluate({"claim": "900", "severity": "high"}), guard.evaluate({"claim": 100}), guard.evaluate({"claim": 900})
(True, False, None)
"""

from svcflow.guards.compiler import compile_guard
from svcflow.guards.language import Data, Field, Guard, GuardError, Kind, suggest

__all__ = ["Data", "Field", "Guard", "GuardError", "Kind", "compile_guard", "suggest"]
