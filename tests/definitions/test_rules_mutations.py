"""Single edits of the shipped definitions, as a slip of the hand makes them: every rule judges, none crashes."""

from __future__ import annotations

import random
import re
import shutil
from pathlib import Path

import pytest

from svcflow.definitions import check
from svcflow.documents import read

WORKFLOWS = Path(__file__).parents[2] / "workflows"
FILES = sorted(path.name for path in WORKFLOWS.glob("*.svcflow.yaml"))
_WORD = re.compile(r"(?<![\w#])[a-z][a-z_]{2,}(?!\w)")
_NUMBER = re.compile(r"\d+")


def edit(text: str, chance: random.Random) -> str:
    """Return a text with one word renamed or swapped, one number changed, or one line dropped, doubled or moved."""
    lines = text.splitlines(keepends=True)
    at = chance.choice([n for n, line in enumerate(lines) if line.split("#")[0].strip() and n > 3])
    kind = chance.randrange(7)
    pattern = _NUMBER if kind == 1 else _WORD
    found = [*pattern.finditer(lines[at].split("#")[0])]
    if kind < 4 and found:
        old = chance.choice(found)
        words = _WORD.findall(text)
        new = {
            0: old[0] + "x",
            1: str(chance.choice([0, 1, 7, 100, int(old[0] or 0) * 10 if old[0].isdigit() else 3])),
            2: chance.choice(words),
            3: chance.choice(
                ["not valid", "severity", "true", "[]", "{}", "1h", "", "severity < low or severity >= low"]
            ),
        }[kind]
        lines[at] = lines[at][: old.start()] + new + lines[at][old.end() :]
    elif kind == 4:
        del lines[at]
    elif kind == 5:
        lines.insert(at, lines[at])
    else:
        lines.insert(chance.randrange(4, len(lines)), lines.pop(at))
    return "".join(lines)


@pytest.mark.parametrize("seed", range(10))
def test_a_single_edit_gets_a_verdict(seed: int, tmp_path: Path) -> None:
    chance = random.Random(seed)
    changed = told = 0
    for _ in range(25):
        name = chance.choice(FILES)
        shutil.copytree(WORKFLOWS, tmp_path, dirs_exist_ok=True)
        text = (WORKFLOWS / name).read_text(encoding="utf-8")
        edited = edit(text, chance)
        (tmp_path / name).write_text(edited, encoding="utf-8")

        problems, workspace = check(tmp_path)

        assert (workspace is None) == any(problem.severity == "error" for problem in problems)
        for problem in problems:
            document = read(Path(problem.position.file))
            at = problem.position
            assert 1 <= at.line <= len(document.lines)
            assert (at.line, at.column) <= (at.end_line, at.end_column)
        changed += edited != text
        told += bool(problems)
    assert told > changed / 3
