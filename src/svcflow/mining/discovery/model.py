"""A discovered model with its measures, and how it is found."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from svcflow import plugins
from svcflow.errors import UsageError
from svcflow.mining.discovery import measuring, miners
from svcflow.mining.discovery.miners.inductive import list_leaves
from svcflow.mining.discovery.summary import choose_common, keep_quiet, weigh_variants
from svcflow.mining.mined import Mined

if TYPE_CHECKING:
    from pm4py.objects.process_tree.obj import ProcessTree

    from svcflow.mining.discovery.summary import Accepting

NOISE = 0.2
COVERAGE = 0.9
VARIANTS = 200
"""At most so many variants are replayed; fewer where they cover 90 % of the cases."""
ACTIVITIES = 100
"""The most activities a model is looked for in: the miner's cuts take minutes beyond, and nobody reads the result."""


@dataclass(frozen=True, slots=True)
class Model:
    """A discovered model: `text` says what it looks like, `coverage` which share of the cases was replayed.

    `net` (with initial and final marking) and `tree` (``None`` where the miner makes none) are pm4py's objects, whose
    labels are activity names. `fitness` and `precision` (0..1) are ``None`` where nothing could be replayed.
    """

    text: str
    miner: str
    fitness: float | None
    precision: float | None
    simplicity: float
    coverage: float
    variants: int
    noise: float
    tree: ProcessTree | None
    net: Accepting

    def to_json(self) -> dict[str, Any]:
        """Return the contract's `model`."""
        return {
            "discovered": self.text,
            "miner": self.miner,
            "noise": self.noise,
            "fitness": self.fitness,
            "precision": self.precision,
            "simplicity": self.simplicity,
            "coverage": self.coverage,
            "replayed_variants": self.variants,
        }


def is_discoverable(mined: Mined) -> bool:
    """Return whether the log has few enough activities for the miners."""
    return len(mined.variants.activities.texts) <= ACTIVITIES


def list_miners() -> tuple[str, ...]:
    """Return the ids of the miners."""
    return tuple(plugins.find(miners))


def discover(
    mined: Mined,
    *,
    miner: str = "inductive",
    noise: float = NOISE,
    coverage: float = COVERAGE,
    most_variants: int = VARIANTS,
) -> Model:
    """Return the model that a miner finds in all variants of a log.

    `noise` (0..1) is the share of rare behaviour it may leave out; see the miners for what they make of it. Fitness and
    precision are measured on the commonest variants that make up `coverage` of the cases, at most `most_variants`.
    Raises UsageError for a miner that does not exist, for a log without cases and for one of more than `ACTIVITIES`
    activities.
    """
    known = plugins.find(miners)
    if miner not in known:
        raise UsageError(f"unknown miner {miner!r}", f"there are {', '.join(known)}")
    if not is_discoverable(mined):
        found = len(mined.variants.activities.texts)
        raise UsageError(
            f"a model of {found:,} activities cannot be discovered, at most {ACTIVITIES}",
            "merge activities in a mapping file (-m), or select some cases (--where)",
        )
    every = weigh_variants(mined)
    if not every:
        raise UsageError("the log has no case: there is no model to discover", "see `svcflow inspect`")
    replayed = choose_common(every, coverage, most_variants)
    names = mined.variants.activities.texts
    with keep_quiet():
        model = known[miner].mine(every, noise)
        fitness = measuring.measure_fitness(replayed, model.net)
        precision = measuring.measure_precision(replayed, model.net)
        simplicity = measuring.measure_simplicity(model.net[0])
        text = model.write(names)
        _name(model.tree, model.net, names)
    share = sum(count for _, count in replayed) / sum(count for _, count in every)
    return Model(
        text, known[miner].NAME, fitness, precision, simplicity, share, len(replayed), noise, model.tree, model.net
    )


def _name(tree: ProcessTree | None, net: Accepting, names: Sequence[str]) -> None:
    """Put the activities' own names on the leaves and transitions."""
    for leaf in list_leaves(tree) if tree is not None else ():
        leaf.label = None if leaf.label is None else names[int(leaf.label)]
    for transition in net[0].transitions:
        transition.label = None if transition.label is None else names[int(transition.label)]
