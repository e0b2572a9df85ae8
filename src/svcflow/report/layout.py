"""Where the boxes and lines of a map stand: Graphviz lays out, we draw.

Only coordinates are taken. Every node and label has a fixed size, so no font enters the layout and each of the
programs tried gives the same picture: ``$SVCFLOW_DOT``, the bundled ``graphviz-pure``, ``dot`` on the path.
"""

from __future__ import annotations

import importlib.metadata
import json
import os
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import graphviz

from svcflow.errors import SvcflowError

TIMEOUT_S = 20
INCH = 72.0

Point = tuple[float, float]


class LayoutError(SvcflowError):
    """No program could lay the map out."""


@dataclass(frozen=True, slots=True)
class Line:
    """A link to lay out: places of its boxes, how strongly it pulls straight, the size of its label if any."""

    tail: int
    head: int
    weight: int
    label: tuple[float, float] | None


@dataclass(frozen=True, slots=True)
class Route:
    """How a line runs: Bézier points, the tip of its arrow, the middle of its label."""

    points: tuple[Point, ...]
    tip: Point | None
    label: Point | None


@dataclass(frozen=True, slots=True)
class Layout:
    """Pixel places, y downwards: the middle of each box, the route of each line (``None``: not drawn)."""

    width: float
    height: float
    boxes: tuple[Point, ...]
    routes: tuple[Route | None, ...]


def lay_out(boxes: Sequence[tuple[float, float]], lines: Sequence[Line]) -> Layout:
    """Return places for boxes of these sizes (pixels), in their usual order from the top, and the lines between them.

    Tries each program with labels, then without (dense labelled graphs can take minutes).
    Raises `LayoutError` if none answers in time.
    """
    reason = "no layout program was found"
    for labelled in (True, False):
        source = write_dot(boxes, lines, labelled=labelled)
        for program in find_programs():
            try:
                return _parse(_run(program, source), len(boxes), len(lines))
            except (OSError, subprocess.SubprocessError, ValueError, KeyError, IndexError) as error:
                reason = f"{type(error).__name__} from {os.path.basename(program)}"  # noqa: PTH119
    raise LayoutError(f"the map could not be laid out: {reason}")


def find_programs() -> Iterator[str]:
    """Yield the layout programs of this machine, the first choice first."""
    named = os.environ.get("SVCFLOW_DOT")
    if named:
        yield named
    bundled = find_bundled()
    if bundled:
        yield bundled
    system = shutil.which("dot")
    if system:
        yield system


def find_bundled() -> str | None:
    """Return the path of the binary that `graphviz-pure` installed, wherever the scripts of this environment lie."""
    try:
        files = importlib.metadata.distribution("graphviz-pure").files or []
    except importlib.metadata.PackageNotFoundError:
        return None
    found = (str(file.locate()) for file in files if file.name in {"graphviz-pure", "graphviz-pure.exe"})
    return next((path for path in found if os.path.isfile(path)), None)  # noqa: PTH113


def write_dot(boxes: Sequence[tuple[float, float]], lines: Sequence[Line], *, labelled: bool) -> str:
    """Return the graph in the DOT language: nodes n0, n1, ..., edges e0, e1, ...; no text of a log is in it."""
    graph = graphviz.Digraph("map")
    graph.attr("graph", rankdir="TB", nodesep="0.32", ranksep="0.36", splines="true", margin="0", pad="0")
    graph.attr("node", shape="box", fixedsize="true", label="")
    graph.attr("edge", arrowsize="0.7")
    for number, (width, height) in enumerate(boxes):
        graph.node(f"n{number}", width=f"{width / INCH:.4f}", height=f"{height / INCH:.4f}")
    for number, line in enumerate(lines):
        attributes = {"id": f"e{number}", "weight": str(line.weight)}
        if labelled and line.label:
            width, height = line.label
            attributes["label"] = (
                f'<<TABLE BORDER="0" CELLBORDER="0" CELLPADDING="0" CELLSPACING="0" FIXEDSIZE="TRUE"'
                f' WIDTH="{width:.0f}" HEIGHT="{height:.0f}"><TR><TD></TD></TR></TABLE>>'
            )
        if line.tail > line.head:  # declared forwards, drawn backwards: the order of the boxes rules the ranks
            graph.edge(f"n{line.head}", f"n{line.tail}", dir="back", **attributes)
        else:
            graph.edge(f"n{line.tail}", f"n{line.head}", **attributes)
    return str(graph.source)


def _run(program: str, source: str) -> dict[str, Any]:
    done = subprocess.run(  # noqa: S603 - the program is ours or named by the user; the input holds only numbers
        [program, "-Kdot", "-Tjson"], input=source, capture_output=True, text=True, timeout=TIMEOUT_S, check=True
    )
    answer = json.loads(done.stdout)
    if not isinstance(answer, dict):
        raise ValueError("no graph")  # noqa: TRY004 - the answer of a program, not an argument
    return answer


def _parse(graph: dict[str, Any], boxes: int, lines: int) -> Layout:
    left, low, right, high = (float(number) for number in graph["bb"].split(","))

    def place(text: str) -> Point:
        x, y = text.split(",")
        return float(x) - left, high - float(y)

    places = {node["name"]: place(node["pos"]) for node in graph["objects"] if "pos" in node}
    routes: list[Route | None] = [None] * lines
    for edge in graph.get("edges", []):
        if "pos" not in edge:
            continue
        tip, points = None, []
        for part in edge["pos"].split():
            if part.startswith(("e,", "s,")):
                tip = place(part[2:])
            else:
                points.append(place(part))
        if "s," in edge["pos"]:
            points.reverse()
        label = place(edge["lp"]) if "lp" in edge else None
        routes[int(edge["id"][1:])] = Route(tuple(points), tip, label)
    return Layout(right - left, high - low, tuple(places[f"n{number}"] for number in range(boxes)), tuple(routes))
