"""How good a net is for a log: fitness, precision and simplicity, as pm4py measures them, over distinct variants.

Fitness is that of token replay, precision ET conformance; both weigh each variant by its cases, so that on every
variant they equal what pm4py says of the rows. Simplicity is the inverse arc degree of the net (Vazquez-Barreiros et
al. 2014).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from svcflow.mining.discovery.summary import Weighted, label

if TYPE_CHECKING:
    from pm4py.objects.petri_net.obj import PetriNet

    from svcflow.mining.discovery.summary import Accepting


def measure_simplicity(net: PetriNet) -> float:
    """Return pm4py's arc-degree simplicity of a net, 0..1: few arcs at every place and transition are simple."""
    from pm4py.algo.evaluation.simplicity.variants import arc_degree  # noqa: PLC0415 - takes seconds

    return float(arc_degree.apply(net))


def measure_fitness(replayed: Weighted, net: Accepting) -> float | None:
    """Return token replay fitness: half what was not missing of the consumed, half what did not remain."""
    results = _replay([variant for variant, _ in replayed], net, {})
    sums: dict[str, int] = {
        name: sum(result[f"{name}_tokens"] * count for result, (_, count) in zip(results, replayed, strict=True))
        for name in ("missing", "consumed", "remaining", "produced")
    }
    if not sums["consumed"] or not sums["produced"]:
        return None
    return 0.5 * (1 - sums["missing"] / sums["consumed"]) + 0.5 * (1 - sums["remaining"] / sums["produced"])


def measure_precision(replayed: Weighted, net: Accepting) -> float | None:
    """Return ET conformance: of what the model allows after each prefix, the share that the log shows."""
    from pm4py.objects.petri_net.utils.check_soundness import check_easy_soundness_net_in_fin_marking  # noqa: PLC0415

    if not replayed or not check_easy_soundness_net_in_fin_marking(*net):
        return None
    followers: dict[tuple[int, ...], set[int]] = {}
    weights: Counter[tuple[int, ...]] = Counter()
    for variant, count in replayed:
        for cut in range(len(variant)):
            followers.setdefault(variant[:cut], set()).add(variant[cut])
            weights[variant[:cut]] += count
    prefixes = [prefix for prefix in followers if prefix]
    results = _replay(
        prefixes,
        net,
        {
            "consider_remaining_in_fitness": False,
            "try_to_reach_final_marking_through_hidden": False,
            "stop_immediately_unfit": True,
            "walk_through_hidden_trans": True,
        },
    )
    allowed: dict[tuple[int, ...], set[int]] = {(): _enabled_at_start(net)}
    allowed |= {
        prefix: {int(t.label) for t in result["enabled_transitions_in_marking"] if t.label is not None}
        for prefix, result in zip(prefixes, results, strict=True)
        if result["trace_is_fit"]
    }
    offered = sum(len(labels) * weights[prefix] for prefix, labels in allowed.items())
    escaping = sum(len(labels - followers[prefix]) * weights[prefix] for prefix, labels in allowed.items())
    return 1 - escaping / offered if offered else 1.0


def _enabled_at_start(net: Accepting) -> set[int]:
    from pm4py.objects.petri_net.utils.align_utils import (  # noqa: PLC0415
        get_visible_transitions_eventually_enabled_by_marking,
    )

    return {int(t.label) for t in get_visible_transitions_eventually_enabled_by_marking(net[0], net[1])}


def _replay(variants: Sequence[tuple[int, ...]], net: Accepting, settings: dict[str, bool]) -> list[dict[str, Any]]:
    """Return pm4py's token replay of each variant."""
    from pm4py.algo.conformance.tokenreplay.variants import token_replay  # noqa: PLC0415
    from pm4py.objects.log.obj import Event, EventLog, Trace  # noqa: PLC0415

    log = EventLog([Trace([Event({"concept:name": label(code)}) for code in variant]) for variant in variants])
    known = {parameter.value: parameter for parameter in token_replay.Parameters}
    given = {known[name]: value for name, value in {**settings, "show_progress_bar": False}.items()}
    results: list[dict[str, Any]] = token_replay.apply(log, *net, parameters=given)
    return results
