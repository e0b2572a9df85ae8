"""Which column, lane and row every node of a diagram has, and along which cells its long flows run."""

from __future__ import annotations

from dataclasses import dataclass, field

from svcflow.mining.exchange.diagram import Diagram, Flow

Cell = tuple[int, str, int]
"""Column, lane, row within the lane."""


@dataclass(slots=True)
class Grid:
    """Cells of nodes by id; `runs` are the lane and row along which a flow crosses the columns between its nodes."""

    cells: dict[str, Cell] = field(default_factory=dict)
    runs: dict[str, tuple[str, int]] = field(default_factory=dict)
    rows: dict[str, int] = field(default_factory=dict)
    columns: int = 0

    def path(self, flow: Flow) -> tuple[Cell, ...]:
        """Return the cells at which a flow begins, runs and ends."""
        begin, finish = self.cells[flow.source], self.cells[flow.target]
        if flow.id not in self.runs:
            return begin, finish
        lane, row = self.runs[flow.id]
        return begin, (begin[0], lane, row), finish

    def gaps(self, flow: Flow) -> tuple[int, ...]:
        """Return the gaps (by the column before) in which a flow may change rows: after its source, before its end."""
        begin, finish = self.cells[flow.source][0], self.cells[flow.target][0]
        return (begin,) if flow.id not in self.runs else (begin, finish - 1)

    def is_open(self, cell: Cell, run: Cell) -> bool:
        """Return whether no node stands between a cell and the row of a run in the same column."""
        order = list(self.rows)
        here, there = (order.index(cell[1]), cell[2]), (order.index(run[1]), run[2])
        low, high = min(here, there), max(here, there)
        return not any(
            low < (order.index(lane), row) < high for column, lane, row in self.cells.values() if column == cell[0]
        )


def arrange(diagram: Diagram) -> Grid:
    """Return the cells of all nodes and long flows."""
    column = _columns(diagram)
    lanes = [lane for lane, _ in diagram.lanes] or [""]
    known = {node.id: node.lane if node.lane in lanes else lanes[0] for node in diagram.nodes}
    grid = Grid(rows=dict.fromkeys(lanes, 1), columns=max(column.values(), default=0) + 1)
    taken: set[Cell] = set()
    before: dict[str, list[str]] = {}
    for flow in diagram.flows:
        if column[flow.source] < column[flow.target]:
            before.setdefault(flow.target, []).append(flow.source)
    place = {node.id: number for number, node in enumerate(diagram.nodes)}
    for node in sorted(diagram.nodes, key=lambda node: (column[node.id], place[node.id])):
        lane = known[node.id]
        wanted = [grid.cells[n][2] for n in before.get(node.id, ()) if n in grid.cells and known[n] == lane]
        row = min(wanted, default=0)
        while (column[node.id], lane, row) in taken:
            row += 1
        grid.cells[node.id] = (column[node.id], lane, row)
        taken.add(grid.cells[node.id])
    for flow in sorted(diagram.flows, key=lambda flow: (_length(flow, column), flow.id)):
        _run(flow, grid, taken)
    for _, lane, row in taken:
        grid.rows[lane] = max(grid.rows[lane], row + 1)
    return grid


def _length(flow: Flow, column: dict[str, int]) -> int:
    return abs(column[flow.target] - column[flow.source])


def _run(flow: Flow, grid: Grid, taken: set[Cell]) -> None:
    """Find free cells in one row for a flow that crosses other columns, or leads back."""
    (begin, lane, row), (finish, goal, goal_row) = grid.cells[flow.source], grid.cells[flow.target]
    crossed = range(begin + 1, finish) if begin < finish else range(finish, begin + 1)
    if not crossed:
        return
    ways = [(lane, row, 0), (goal, goal_row, 1)] if begin < finish else []
    ways += [(where, r, 2 + 2 * r + (where != lane)) for where in dict.fromkeys((lane, goal)) for r in range(60)]
    for where, r, _ in sorted(ways, key=lambda way: way[2]):
        cells = {(column, where, r) for column in crossed}
        if not cells & taken:
            grid.runs[flow.id] = (where, r)
            taken |= cells
            return
    grid.runs[flow.id] = (lane, 60)


def _columns(diagram: Diagram) -> dict[str, int]:
    """Return the column of each node: one more than the furthest before it; flows that lead back do not count."""
    following: dict[str, list[str]] = {}
    waiting: dict[str, int] = {node.id: 0 for node in diagram.nodes}
    for flow in diagram.flows:
        if not flow.back:
            following.setdefault(flow.source, []).append(flow.target)
            waiting[flow.target] += 1
    column = {node.id: 0 for node in diagram.nodes}
    ready = [node.id for node in diagram.nodes if not waiting[node.id]]
    for node in ready:
        for target in following.get(node, ()):
            column[target] = max(column[target], column[node] + 1)
            waiting[target] -= 1
            if not waiting[target]:
                ready.append(target)
    return column
