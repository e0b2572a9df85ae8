"""The heuristics miner: activities joined where one mostly leads to the other; the model need not be sound.

`noise` (0..1) is one less the dependency that a link must have: 0.5, as pm4py does, leaves links of half a dependency.
Source: Weijters and Ribeiro (2011); pm4py's implementation on counts of pairs and triples.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from svcflow.mining.discovery.found import Found, quote
from svcflow.mining.discovery.settling import settle
from svcflow.mining.discovery.summary import Weighted, count_steps, label

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pm4py.objects.heuristics_net.obj import HeuristicsNet

NAME = "heuristics"


def mine(every: Weighted, noise: float) -> Found:
    """Return the net of these variants."""
    from pm4py.algo.discovery.heuristics.variants import classic  # noqa: PLC0415 - takes seconds
    from pm4py.objects.conversion.heuristics_net.variants import to_petri_net  # noqa: PLC0415

    counts = count_steps(every)
    settings = {classic.Parameters.DEPENDENCY_THRESH: 1 - noise}
    found = classic.apply_heu_dfg(
        _label(counts.follows),
        activities=sorted(str(label(code)) for code in counts.activities),
        activities_occurrences={label(code): cases for code, cases in sorted(counts.activities.items())},
        start_activities={label(code): cases for code, cases in sorted(counts.begins.items())},
        end_activities={label(code): cases for code, cases in sorted(counts.ends.items())},
        dfg_window_2=_label(counts.skips),
        freq_triples=_label(counts.triples),
        parameters=settings,
    )
    return Found(settle(to_petri_net.apply(found)), lambda names: _write(found, names))


def _label(counted: Mapping[Any, int]) -> dict[tuple[str | None, ...], int]:
    return {tuple(label(code) for code in codes): number for codes, number in sorted(counted.items())}


def _write(found: HeuristicsNet, names: Sequence[str]) -> str:
    """Return the links of the net, a line each, with how often they are taken and their dependency."""
    lines = []
    for source in sorted(found.nodes):
        for target, edges in sorted(found.nodes[source].output_connections.items(), key=lambda item: item[0].node_name):
            edge = edges[0]
            pair = " -> ".join(quote(names[int(name)]) for name in (source, target.node_name))
            lines.append(f"{pair} ({edge.repr_value:,} times, dependency {edge.dependency_value:.2f})")
    return "\n".join(lines)
