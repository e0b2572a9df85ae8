"""The inductive miner (IMf): a process tree, so a sound model; `noise` (0..1) is the rare behaviour it may leave out.

Source: Leemans, Fahland and van der Aalst (2014); pm4py's implementation on a variant table.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from svcflow.mining.discovery.found import Found, quote
from svcflow.mining.discovery.summary import Weighted, label

if TYPE_CHECKING:
    from pm4py.objects.process_tree.obj import ProcessTree

NAME = "inductive (IMf)"


def mine(every: Weighted, noise: float) -> Found:
    """Return the tree and net of these variants."""
    from pm4py.algo.discovery.inductive.dtypes.im_ds import IMDataStructureUVCL  # noqa: PLC0415 - takes seconds
    from pm4py.algo.discovery.inductive.variants.imf import IMFUVCL  # noqa: PLC0415
    from pm4py.objects.conversion.process_tree import converter  # noqa: PLC0415
    from pm4py.objects.process_tree.utils import generic  # noqa: PLC0415

    settings = {"noise_threshold": noise, "multiprocessing": False}
    tree = IMFUVCL(settings).apply(IMDataStructureUVCL(Counter(dict(every))), settings)
    for leaf in list_leaves(tree):
        leaf.label = label(leaf.label)
    tree = generic.fold(tree)
    generic.tree_sort(tree)
    return Found(converter.apply(tree), lambda names: write_tree(tree, names), tree)


def write_tree(tree: ProcessTree, names: Sequence[str]) -> str:
    """Return a process tree in pm4py's notation, its numbered leaves by name."""
    if tree.operator is None:
        return "tau" if tree.label is None else quote(names[int(tree.label)])
    return f"{tree.operator.value}( {', '.join(write_tree(child, names) for child in tree.children)} )"


def list_leaves(tree: ProcessTree) -> Iterator[ProcessTree]:
    """Yield the leaves of a tree from left to right."""
    if tree.operator is None:
        yield tree
    for child in tree.children:
        yield from list_leaves(child)
