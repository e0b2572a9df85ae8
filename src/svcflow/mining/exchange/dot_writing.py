"""A diagram -> the DOT language of Graphviz: a cluster per lane, labels quoted."""

from __future__ import annotations

from svcflow.mining.exchange.diagram import Diagram, Node
from svcflow.mining.exchange.markup import clean

_SHAPES = {
    "start": 'shape=circle, width=0.35, label=""', "end": "shape=doublecircle, width=0.3",
    "exclusive": 'shape=diamond, width=0.45, height=0.45, fixedsize=true, label="×"',
    "parallel": 'shape=diamond, width=0.45, height=0.45, fixedsize=true, label="+"',
}  # fmt: skip


def write_dot(diagram: Diagram) -> str:
    """Return a diagram as a DOT graph from left to right; the same diagram gives the same text."""
    lines = [f"digraph {quote(diagram.id)} {{", "  rankdir=LR;", f"  label={quote(diagram.name)};"]
    lines += ['  node [fontname="sans-serif", fontsize=11];', '  edge [fontname="sans-serif", fontsize=10];']
    for number, (lane, name) in enumerate(diagram.lanes):
        lines += [f"  subgraph cluster_{number} {{", f"    label={quote(name)};"]
        lines += [f"    {_node(node)}" for node in diagram.nodes if node.lane == lane]
        lines.append("  }")
    lanes = {lane for lane, _ in diagram.lanes}
    lines += [f"  {_node(node)}" for node in diagram.nodes if node.lane not in lanes]
    for flow in diagram.flows:
        given = [f"label={quote(flow.condition)}"] if flow.condition else []
        given += ["style=dashed", "constraint=false"] if flow.back else []
        lines.append(f"  {quote(flow.source)} -> {quote(flow.target)}{f' [{chr(44).join(given)}]' if given else ''};")
    return "\n".join([*lines, "}"]) + "\n"


def quote(text: str) -> str:
    r"""Return a text as DOT reads it: quoted, no escape of its own.

    >>> print(quote('say "hi"\\n'))
    "say \"hi\"\\n"
    """
    return '"' + clean(text).replace("\\", "\\\\").replace('"', '\\"') + '"'


def _node(node: Node) -> str:
    if node.kind == "task":
        return f"{quote(node.id)} [shape=box, style=rounded, label={quote(node.name)}];"
    label = f", xlabel={quote(node.name)}" if node.name else ""
    blank = ', label=""' if node.kind == "end" else ""
    return f"{quote(node.id)} [{_SHAPES[node.kind]}{blank}{label}];"
