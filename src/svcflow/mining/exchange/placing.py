"""Where a diagram stands: columns from left to right, a lane per role, lines with right angles. Sizes in pixels.

Every node has a cell of its own (column, lane, row); a line that is longer than one column runs along cells that
nobody else has. Between two columns lines change rows, each in a track of its own.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise

from svcflow.mining.exchange.cells import Cell, Grid, arrange
from svcflow.mining.exchange.diagram import Diagram, Flow, Node

Point = tuple[float, float]

TASK, GATEWAY, EVENT = (116.0, 62.0), (42.0, 42.0), (36.0, 36.0)
ROW, GAP, TRACK = 92.0, 34.0, 11.0
MARGIN, HEADER = 20.0, 44.0
LETTER = 6.2


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle: its left upper corner and its size."""

    x: float
    y: float
    width: float
    height: float

    @property
    def middle(self) -> Point:
        """Return the centre."""
        return self.x + self.width / 2, self.y + self.height / 2


@dataclass(frozen=True, slots=True)
class Placement:
    """Boxes of nodes and lanes, points of flows, and where the text of a flow begins, by id."""

    width: float
    height: float
    boxes: Mapping[str, Box]
    lines: Mapping[str, tuple[Point, ...]]
    labels: Mapping[str, Point]
    lanes: Mapping[str, Box]


def place(diagram: Diagram) -> Placement:
    """Return where everything of a diagram stands; the same diagram always stands the same."""
    grid = arrange(diagram)
    tops, bottom = _tops(diagram, grid)
    tracks = _tracks(diagram, grid)
    columns, right = _widths(diagram, grid, tracks)
    boxes = {}
    for node in diagram.nodes:
        column, lane, row = grid.cells[node.id]
        width, height = _size(node)
        left, room = columns[column]
        middle = tops[lane] + (row + 0.5) * ROW
        boxes[node.id] = Box(left + (room - width) / 2, middle - height / 2, width, height)
    edges = [MARGIN + HEADER, *(left + room for left, room in columns)]
    lines = {flow.id: _route(flow, boxes, grid, (tops, edges, tracks)) for flow in diagram.flows}
    labels = {flow.id: _label(flow, lines[flow.id]) for flow in diagram.flows if flow.condition}
    lanes = {
        lane: Box(MARGIN + HEADER, tops[lane], right - MARGIN - HEADER, grid.rows[lane] * ROW)
        for lane, _ in diagram.lanes
    }
    return Placement(right + MARGIN, bottom + MARGIN, boxes, lines, labels, lanes)


def _tops(diagram: Diagram, grid: Grid) -> tuple[dict[str, float], float]:
    """Return the upper edge of each lane, and the lower edge of the last."""
    tops, y = {}, MARGIN
    for lane, _ in diagram.lanes or (("", ""),):
        tops[lane] = y
        y += grid.rows[lane] * ROW
    return tops, y


Tracks = dict[tuple[int, str], int]
"""The track of a flow in the gap after a column."""


def _tracks(diagram: Diagram, grid: Grid) -> Tracks:
    """Give every flow that changes rows in a gap a track; flows from one node share theirs."""
    order = {lane: number for number, (lane, _) in enumerate(diagram.lanes)}

    def height(cell: Cell) -> tuple[int, int]:
        return order.get(cell[1], 0), cell[2]

    spans: dict[int, list[tuple[tuple[int, int], tuple[int, int], str, str]]] = {}
    for flow in diagram.flows:
        path = grid.path(flow)
        for (before, after), gap in zip(pairwise(path), grid.gaps(flow), strict=True):
            low, high = sorted((height(before), height(after)))
            if low != high:
                spans.setdefault(gap, []).append((low, high, flow.id, flow.source if before is path[0] else flow.id))
    tracks: Tracks = {}
    for gap, listed in spans.items():
        taken: list[list[tuple[tuple[int, int], tuple[int, int], str]]] = []
        for low, high, key, owner in sorted(listed, key=lambda span: (span[1] > span[0], span)):
            free = (n for n, track in enumerate(taken) if all(o == owner or high < x or low > y for x, y, o in track))
            number = next(free, len(taken))
            if number == len(taken):
                taken.append([])
            taken[number].append((low, high, owner))
            tracks[gap, key] = number
    return tracks


def _size(node: Node) -> tuple[float, float]:
    return {"task": TASK, "start": EVENT, "end": EVENT}.get(node.kind, GATEWAY)


def _widths(diagram: Diagram, grid: Grid, tracks: Tracks) -> tuple[list[tuple[float, float]], float]:
    """Return the left edge and the width of each column, and the right edge of all."""
    room = [GAP] * (grid.columns + 1)
    for (gap, _), number in tracks.items():
        room[gap + 1] = max(room[gap + 1], GAP + TRACK * (number + 1))
    for flow in diagram.flows:
        if flow.condition and not flow.back:
            gap = grid.gaps(flow)[0]
            room[gap + 1] = max(room[gap + 1], length(flow.condition) + GAP)
    widest = [0.0] * grid.columns
    for node in diagram.nodes:
        column = grid.cells[node.id][0]
        widest[column] = max(widest[column], _size(node)[0])
    columns, x = [], MARGIN + HEADER
    for column in range(grid.columns):
        x += room[column]
        columns.append((x, widest[column]))
        x += widest[column]
    return columns, x + room[grid.columns]


def length(text: str) -> float:
    """Return about how long the text of a flow is drawn; longer ones are cut."""
    return min(LETTER * sum(2 if ord(c) > 0x2E7F else 1 for c in text), 150.0)


def _route(
    flow: Flow, boxes: Mapping[str, Box], grid: Grid, placed: tuple[dict[str, float], list[float], Tracks]
) -> tuple[Point, ...]:
    """Return the points of a flow, from the right side of its source to the left side of its target.

    A flow that leads back leaves and arrives from below or above, where nothing stands in the way.
    """
    tops, edges, tracks = placed
    source, target = boxes[flow.source], boxes[flow.target]
    path, gaps = grid.path(flow), grid.gaps(flow)
    heights = [source.middle[1], *(tops[lane] + (row + 0.5) * ROW for _, lane, row in path[1:-1]), target.middle[1]]
    points = [(source.x + source.width, heights[0])]
    for number, gap in enumerate(gaps):
        y, following = heights[number], heights[number + 1]
        x = edges[gap + 1] + 12.0 + TRACK * tracks.get((gap, flow.id), 0)
        if flow.back and len(gaps) == 2:
            if number == 0 and grid.is_open(path[0], path[1]):
                points = [(source.middle[0], _side(source, following)), (source.middle[0], following)]
                continue
            if number == 1 and grid.is_open(path[-1], path[1]):
                points += [(target.middle[0], y), (target.middle[0], _side(target, y))]
                return tuple(_straightened(points))
        if y != following:
            points += [(x, y), (x, following)]
    points.append((target.x, heights[-1]))
    return tuple(_straightened(points))


def _side(box: Box, y: float) -> float:
    """Return the lower or upper side of a box, whichever looks towards `y`."""
    return box.y + box.height if y > box.y else box.y


def _straightened(points: list[Point]) -> list[Point]:
    """Return the points without those on a straight line between their neighbours."""
    kept = points[:1]
    for here, following in pairwise(points[1:]):
        before = kept[-1]
        if here != before and not (before[0] == here[0] == following[0] or before[1] == here[1] == following[1]):
            kept.append(here)
    return [*kept, points[-1]]


def _label(flow: Flow, points: tuple[Point, ...]) -> Point:
    """Return where the text of a flow begins: above its first level part behind a turn."""
    if flow.back and points[0][0] == points[1][0]:
        return points[1][0] - length(flow.condition) - 10, points[1][1] - 5
    if len(points) >= 4:
        return points[2][0] + 4, points[2][1] - 5
    return points[0][0] + 4, points[0][1] - 5
