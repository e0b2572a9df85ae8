"""The door to pm4py: the model a log shows, found from its variants with counts, never from its rows.

The inductive miner (IMf) reads the variant table as pm4py's univariate structure. Activities go in as numbers, since
pm4py's cuts depend on the order of sets and a set of texts has another order in every process; so the same log gives
the same model. Fitness and precision are pm4py's own measures (token replay; ET conformance), computed over distinct
variants and weighted by their cases; on every variant they equal what pm4py says of the rows.
"""

from __future__ import annotations

import contextlib
import io
import warnings
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from svcflow.errors import UsageError
from svcflow.mining.mined import Mined

if TYPE_CHECKING:
    from pm4py.objects.petri_net.obj import Marking, PetriNet
    from pm4py.objects.process_tree.obj import ProcessTree

NOISE = 0.2
COVERAGE = 0.9
VARIANTS = 200
"""At most so many variants are replayed; fewer where they cover 90 % of the cases."""
ACTIVITIES = 100
"""The most activities a model is looked for in: the miner's cuts take minutes beyond, and nobody reads the result."""

Weighted = list[tuple[tuple[int, ...], int]]


@dataclass(frozen=True, slots=True)
class Model:
    """A discovered model. `text` is its process tree; `coverage` the share of cases whose variants were replayed.

    `tree` and `net` (with initial and final marking) are pm4py's objects, whose labels are activity names.
    `fitness` and `precision` (0..1) are ``None`` where nothing could be replayed.
    """

    text: str
    fitness: float | None
    precision: float | None
    coverage: float
    variants: int
    noise: float
    tree: ProcessTree
    net: tuple[PetriNet, Marking, Marking]

    def to_json(self) -> dict[str, Any]:
        """Return the contract's `model`."""
        return {
            "discovered": self.text,
            "miner": "inductive (IMf)",
            "noise": self.noise,
            "fitness": self.fitness,
            "precision": self.precision,
            "coverage": self.coverage,
            "replayed_variants": self.variants,
        }


def is_discoverable(mined: Mined) -> bool:
    """Return whether the log has few enough activities for the miner."""
    return len(mined.variants.activities.texts) <= ACTIVITIES


def discover(mined: Mined, *, noise: float = NOISE, coverage: float = COVERAGE, most_variants: int = VARIANTS) -> Model:
    """Return the model that the inductive miner finds in all variants of a log.

    `noise` (0..1) is the share of rare behaviour it may leave out. Fitness and precision are measured on the commonest
    variants that make up `coverage` of the cases, at most `most_variants`. Raises UsageError where the log has more
    than `ACTIVITIES` activities.
    """
    if not is_discoverable(mined):
        found = len(mined.variants.activities.texts)
        raise UsageError(
            f"a model of {found:,} activities cannot be discovered, at most {ACTIVITIES}",
            "merge activities in a mapping file (-m), or select some cases (--where)",
        )
    every = list(zip(mined.variants.sequences, mined.variants.count.tolist(), strict=True))
    replayed = _choose(every, coverage, most_variants)
    cases = sum(count for _, count in every)
    names = mined.variants.activities.texts
    with _quiet():
        tree = _mine_tree(every, noise)
        net = _convert(tree)
        fitness = _measure_fitness(replayed, net)
        precision = _measure_precision(replayed, net)
        text = write_tree(tree, names)
        _name(tree, net[0], names)
    shown = sum(count for _, count in replayed)
    return Model(text, fitness, precision, shown / cases if cases else 0.0, len(replayed), noise, tree, net)


def write_tree(tree: ProcessTree, names: Sequence[str]) -> str:
    """Return a process tree in pm4py's notation, its numbered leaves by name; quotes in a name are doubled."""
    if tree.operator is None:
        return "tau" if tree.label is None else "'" + names[int(tree.label)].replace("'", "''") + "'"
    return f"{tree.operator.value}( {', '.join(write_tree(child, names) for child in tree.children)} )"


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    """Keep pm4py's banner, progress bars and warnings to itself: results are values."""
    nowhere = io.StringIO()
    with warnings.catch_warnings(), contextlib.redirect_stderr(nowhere), contextlib.redirect_stdout(nowhere):
        warnings.simplefilter("ignore")
        yield


def _choose(every: Weighted, coverage: float, most: int) -> Weighted:
    """Return the commonest variants that cover that share of the cases, at most so many."""
    wanted, chosen, covered = coverage * sum(count for _, count in every), [], 0
    for variant, count in every[:most]:
        if covered >= wanted:
            break
        chosen.append((variant, count))
        covered += count
    return chosen


def _mine_tree(every: Weighted, noise: float) -> ProcessTree:
    from pm4py.algo.discovery.inductive.dtypes.im_ds import IMDataStructureUVCL  # noqa: PLC0415 - takes seconds
    from pm4py.algo.discovery.inductive.variants.imf import IMFUVCL  # noqa: PLC0415
    from pm4py.objects.process_tree.utils import generic  # noqa: PLC0415

    settings = {"noise_threshold": noise, "multiprocessing": False}
    tree = IMFUVCL(settings).apply(IMDataStructureUVCL(Counter(dict(every))), settings)
    for leaf in _leaves(tree):
        leaf.label = _label(leaf.label)
    tree = generic.fold(tree)
    generic.tree_sort(tree)
    return tree


def _convert(tree: ProcessTree) -> tuple[PetriNet, Marking, Marking]:
    from pm4py.objects.conversion.process_tree import converter  # noqa: PLC0415

    net, initial, final = converter.apply(tree)
    return net, initial, final


def _measure_fitness(replayed: Weighted, net: tuple[PetriNet, Marking, Marking]) -> float | None:
    """Return token replay fitness: half what was not missing of the consumed, half what did not remain."""
    results = _replay([variant for variant, _ in replayed], net, {})
    sums: dict[str, int] = {
        name: sum(result[f"{name}_tokens"] * count for result, (_, count) in zip(results, replayed, strict=True))
        for name in ("missing", "consumed", "remaining", "produced")
    }
    if not sums["consumed"] or not sums["produced"]:
        return None
    return 0.5 * (1 - sums["missing"] / sums["consumed"]) + 0.5 * (1 - sums["remaining"] / sums["produced"])


def _measure_precision(replayed: Weighted, net: tuple[PetriNet, Marking, Marking]) -> float | None:
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


def _enabled_at_start(net: tuple[PetriNet, Marking, Marking]) -> set[int]:
    from pm4py.objects.petri_net.utils.align_utils import (  # noqa: PLC0415
        get_visible_transitions_eventually_enabled_by_marking,
    )

    return {int(t.label) for t in get_visible_transitions_eventually_enabled_by_marking(net[0], net[1])}


def _replay(
    variants: Sequence[tuple[int, ...]], net: tuple[PetriNet, Marking, Marking], settings: dict[str, bool]
) -> list[dict[str, Any]]:
    """Return pm4py's token replay of each variant."""
    from pm4py.algo.conformance.tokenreplay.variants import token_replay  # noqa: PLC0415
    from pm4py.objects.log.obj import Event, EventLog, Trace  # noqa: PLC0415

    log = EventLog([Trace([Event({"concept:name": _label(code)}) for code in variant]) for variant in variants])
    known = {parameter.value: parameter for parameter in token_replay.Parameters}
    given = {known[name]: value for name, value in {**settings, "show_progress_bar": False}.items()}
    results: list[dict[str, Any]] = token_replay.apply(log, *net, parameters=given)
    return results


def _label(code: int | None) -> str | None:
    """Return the name an activity has inside pm4py: a number of fixed width, so that texts sort as numbers do."""
    return None if code is None else f"{code:08d}"


def _leaves(tree: ProcessTree) -> Iterator[ProcessTree]:
    if tree.operator is None:
        yield tree
    for child in tree.children:
        yield from _leaves(child)


def _name(tree: ProcessTree, net: PetriNet, names: Sequence[str]) -> None:
    """Put the activities' own names on the leaves and transitions."""
    for leaf in _leaves(tree):
        leaf.label = None if leaf.label is None else names[int(leaf.label)]
    for transition in net.transitions:
        transition.label = None if transition.label is None else names[int(transition.label)]
