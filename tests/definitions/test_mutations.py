"""Damaged definitions: whatever a slip of the hand or of a disk makes of a file, there is a verdict, no traceback."""

from __future__ import annotations

import random
import shutil
from pathlib import Path

import pytest

from svcflow.cli import _formats
from svcflow.definitions import check
from svcflow.documents import read

EXAMPLES = Path(__file__).parent / "examples"
FILES = sorted(path.name for path in EXAMPLES.glob("*.yaml"))
SNIPPETS = (
    *"\t:{}[],#'\"|>!*\x00\ufeff\r\u2028~%\\()\n登",
    *(
        ": ",
        "- ",
        "--- ",
        "? ",
        "<<: ",
        "&a ",
        "*a",
        "!!python/object:os.system ",
        "{}",
        "[]",
        "\n\n  ",
        "svcflow: 1\n",
    ),
    *("null", "true", "1e999", "0x", "-1", "9" * 400, "x" * 2_000, "((((", "not ", " and ", "==", "when: ", "end: x"),
)


def mutate(data: bytes, chance: random.Random) -> bytes:
    at = chance.randrange(len(data))
    match chance.randrange(7):
        case 0:
            return data[:at]
        case 1:
            return data[:at] + bytes([data[at] ^ (1 << chance.randrange(8))]) + data[at + 1 :]
        case 2:
            return data[:at] + data[at + chance.randrange(1, 40) :]
        case 3:
            return data[:at] + chance.choice(SNIPPETS).encode() + data[at:]
        case 4:
            return data[:at] + chance.choice(SNIPPETS).encode() + data[at + chance.randrange(1, 12) :]
        case 5:
            other = chance.randrange(len(data))
            return data[:at] + data[other : other + chance.randrange(1, 80)] + data[at:]
    lines = data.splitlines(keepends=True)
    chance.shuffle(lines) if chance.random() < 0.1 else lines.pop(chance.randrange(len(lines)))
    return b"".join(lines)


@pytest.mark.parametrize("seed", range(12))
def test_a_damaged_file_gets_a_verdict(seed: int, tmp_path: Path) -> None:
    chance = random.Random(seed)
    for _ in range(20):
        name = chance.choice(FILES)
        shutil.copytree(EXAMPLES, tmp_path, dirs_exist_ok=True)
        damaged = mutate((tmp_path / name).read_bytes(), chance)
        (tmp_path / name).write_bytes(damaged)

        problems, workspace = check(tmp_path)

        assert (workspace is None) == any(problem.severity == "error" for problem in problems)
        for problem in problems:
            at, document = problem.position, read(Path(problem.position.file))
            assert not document.text or 1 <= at.line <= len(document.lines)
            assert at.column >= 1
            assert (at.line, at.column) <= (at.end_line, at.end_column)
            assert problem.message.isprintable()
        report = _formats.Report(tuple(problems), tuple(FILES), ())
        assert all(isinstance(form.write(report), str) for form in _formats.catalogue().values())
