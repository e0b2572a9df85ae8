"""The inductive miner with partial orders (POWL): sound as a tree, and it can leave the order of some steps open.

`noise` is not used: rare behaviour stays in. Source: Kourani and van Zelst (2023); pm4py's implementation on a variant
table (maximal partial orders).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING

from svcflow.mining.discovery.found import Found, quote
from svcflow.mining.discovery.settling import settle
from svcflow.mining.discovery.summary import Weighted, label

if TYPE_CHECKING:
    from pm4py.objects.powl.obj import POWL

NAME = "inductive with partial orders (POWL)"


def mine(every: Weighted, noise: float) -> Found:  # noqa: ARG001 - miners are called alike
    """Return the net of these variants."""
    from pm4py.algo.discovery.inductive.dtypes.im_ds import IMDataStructureUVCL  # noqa: PLC0415 - takes seconds
    from pm4py.algo.discovery.powl.inductive.variants.im_maximal import (  # noqa: PLC0415
        POWLInductiveMinerMaximalOrder,
    )
    from pm4py.objects.conversion.powl.variants import to_petri_net  # noqa: PLC0415

    table = Counter({tuple(label(code) for code in variant): cases for variant, cases in every})
    model = POWLInductiveMinerMaximalOrder({}).apply(IMDataStructureUVCL(table), {}).simplify()
    return Found(settle(to_petri_net.apply(model)), lambda names: write_powl(model, names))


def write_powl(model: POWL, names: Sequence[str]) -> str:
    """Return a model as text: trees as pm4py writes them, partial orders as parts by number and which goes first.

    ``order( 1: 'a', 2: 'b', 3: 'c'; 1<3, 2<3 )`` says that c comes after both a and b, which have no order.
    """
    from pm4py.objects.powl.obj import FrequentTransition, OperatorPOWL, StrictPartialOrder  # noqa: PLC0415 - takes seconds

    if isinstance(model, OperatorPOWL):
        return f"{model.operator.value}( {', '.join(write_powl(child, names) for child in model.children)} )"
    if isinstance(model, FrequentTransition):
        text = quote(names[int(model.activity)])
        text = f"*( {text}, tau )" if model.selfloop else text
        return f"X( tau, {text} )" if model.skippable else text
    if not isinstance(model, StrictPartialOrder):
        return "tau" if model.label is None else quote(names[int(model.label)])
    parts = sorted(((write_powl(child, names), child) for child in model.children), key=lambda part: part[0])
    before = [
        f"{one}<{other}"
        for one, (_, first) in enumerate(parts, start=1)
        for other, (_, second) in enumerate(parts, start=1)
        if model.order.is_edge(first, second)
    ]
    listed = ", ".join(f"{number}: {text}" for number, (text, _) in enumerate(parts, start=1))
    return f"order( {listed}{'; ' if before else ''}{', '.join(before)} )"
