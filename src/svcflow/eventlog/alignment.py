"""Tables drawn with blanks: columns that are aligned, or boxes of bars and dashes, as database consoles print them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

RUNS = re.compile(r"\s*[-=]{2,}(\s+[-=]{2,})+\s*")
"""A rule under the header of aligned columns: a run of dashes for each."""

BOX = re.compile(r"\s*[|+]?[-=: ]*[-=]{2,}[-=: ]*([|+][-=: ]*[-=]+[-=: ]*)*[|+]?\s*")
"""A rule of a box: dashes, with a bar or a cross where columns meet."""

MOST_ABOVE = 60


@dataclass(frozen=True, slots=True)
class Drawing:
    """Where the columns of a drawn table begin (a box has none: bars part it), its header, its first row of data."""

    starts: tuple[int, ...]
    edges: bool
    header: int
    first: int

    def cut(self, line: str) -> list[str]:
        """Return the cells of a line; one more than there are columns where a value runs over their border."""
        text = line.rstrip("\r\n")
        if not self.starts:
            cells = [cell.strip() for cell in text.split("|")]
            return cells[1:-1] if self.edges and len(cells) > 2 else cells
        ends = (*self.starts[1:], len(text) + 1)
        cells = [text[start:end].strip() for start, end in zip(self.starts, ends, strict=True)]
        over = any(text[start - 1 : start].strip() for start in self.starts[1:]) or text[: self.starts[0]].strip()
        return [*cells, ""] if over else cells


def divide(lines: Iterable[str], drawing: Drawing) -> Iterator[list[str]]:
    """Yield the cells of each line, none for a blank one or a rule."""
    for line in lines:
        yield [] if not line.strip() or is_rule(line) else drawing.cut(line)


def is_rule(line: str) -> bool:
    """Return whether a line is drawn, not written."""
    return bool(RUNS.fullmatch(line) or (BOX.fullmatch(line) and sum(sign in "-=" for sign in line) >= 3))


def find_drawing(lines: list[str]) -> Drawing | None:
    """Return how a table is drawn that has a rule below its header."""
    for place, line in enumerate(lines[1 : MOST_ABOVE + 1], 1):
        header = lines[place - 1]
        if not header.strip() or is_rule(header):
            continue
        if BOX.fullmatch(line) and "|" in header and is_rule(line):
            edges = header.strip().startswith("|") and header.strip().endswith("|")
            found = Drawing((), edges, place - 1, place + 1)
            if len(found.cut(header)) == len(found.cut(line.replace("+", "|"))):
                return found
        if RUNS.fullmatch(line):
            starts = tuple(run.start() for run in re.finditer(r"[-=]+", line))
            found = Drawing(starts, edges=False, header=place - 1, first=place + 1)
            if all(found.cut(header)) and len(found.cut(header)) == len(starts):
                return found
    return None


def find_gaps(lines: list[str]) -> Drawing | None:
    """Return where columns are aligned: two blanks or more at the same place of every line, a name in every header."""
    filled = [place for place, line in enumerate(lines) if line.strip()]
    texts = [lines[place].rstrip() for place in filled]
    if len(texts) < 3 or any("\t" in text or any(char > "\u2e7f" for char in text) for text in texts):
        return None
    length = max(map(len, texts))
    blank = [all(text[place : place + 1] in ("", " ") for text in texts) for place in range(length)]
    gaps = re.finditer(r"(?<=0)11+(?=0)", "".join(str(int(empty)) for empty in blank))
    starts = (blank.index(False), *(gap.end() for gap in gaps))
    found = Drawing(starts, edges=False, header=filled[0], first=filled[0] + 1)
    return found if len(starts) > 1 and all(found.cut(texts[0])) else None
