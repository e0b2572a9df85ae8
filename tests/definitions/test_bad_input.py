"""What no definition should be, through `svcflow validate`: a problem at its place, soon, in little memory.

Each input goes through a process of its own, as in CI: never a traceback, exit status 1 with the code and the place, at
most 2 s of CPU time and 500 MB. `test_documents` and `test_guards` say what each reader makes of such things.
"""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from svcflow.definitions import check

from . import workbench  # type: ignore[attr-defined]

CODE = """
import pathlib, sys
from svcflow.cli.main import main
status = main(sys.argv[2:])
told = pathlib.Path("/proc/self/status")  # only Linux has it; elsewhere memory is not judged
lines = told.read_text().splitlines() if told.exists() else ["VmHWM: 0 kB"]
pathlib.Path(sys.argv[1]).write_text(next(line.split()[1] for line in lines if line.startswith("VmHWM:")))
sys.exit(status)
"""
MOST_S, MOST_MB = 2.0, 500
"""The bars of bad input, CPU seconds and MB; the slowest takes below a second.

Memory is the process's own high-water mark: what `wait4` tells begins with that of the process it came from.
"""
FILE = "request.svcflow.yaml"


def text(**sections: str) -> bytes:
    """Return a sound definition with other sections in place of its own."""
    return "".join((workbench.PROCESS | sections).values()).encode("utf-8")


def flow(middle: str) -> bytes:
    return text(flow=f"flow: [register, {middle}, review, close]\n")


FLOW = next(n for n, line in enumerate(text().splitlines(), 1) if line.startswith(b"flow:"))
BEHIND = len(text().splitlines()) + 1


def bomb(levels: int, width: int) -> bytes:
    lines = [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * width)}]\n" for n in range(1, levels)]
    return text() + ("a0: &a0 [x, x]\n" + "".join(lines)).encode()


@dataclass(frozen=True)
class Told:
    status: int
    out: str
    err: str


def validate(folder: Path, data: bytes) -> Told:
    """Run the command in a process of its own and hold it to the bars."""
    (folder / "w").mkdir()
    (folder / "w" / "org.svcflow.yaml").write_text("".join(workbench.ORGANISATION.values()), encoding="utf-8")
    (folder / "w" / FILE).write_bytes(data)
    files = [folder / "out", folder / "err"]
    how = os.O_WRONLY | os.O_CREAT | os.O_TRUNC
    process = os.posix_spawn(
        sys.executable,
        [sys.executable, "-c", CODE, str(folder / "peak"), "validate", str(folder / "w"), "--fail-on", "error"],
        {**os.environ, "NO_COLOR": "1", "PYTHONIOENCODING": "utf-8"},
        file_actions=[(os.POSIX_SPAWN_OPEN, n, str(file), how, 0o600) for n, file in enumerate(files, 1)],
    )
    _, status, usage = os.wait4(process, 0)
    out, err = (file.read_text(encoding="utf-8") for file in files)
    assert "Traceback" not in out + err
    assert usage.ru_utime + usage.ru_stime <= MOST_S
    assert int((folder / "peak").read_text(encoding="utf-8")) / 1024 <= MOST_MB
    return Told(os.waitstatus_to_exitcode(status), out.replace(f"{folder}/", ""), err)


SHAPES: dict[str, tuple[bytes, str]] = {
    "10 MB": (text() + b"# a comment that says nothing at all, again\n" * 230_000, "1:1: error[SVC001] the file"),
    "many values": (text(flow=f"flow: [{'work, ' * 150_000}work]\n"), "error[SVC002] more than 25000 values"),
    "many items": (text(flow=f"flow: [{'work, ' * 9_000}work]\n"), f"{FLOW}:14: error[SVC302] step 'work' is already"),
    "many mistakes on one line": (flow("{when: vald, do: work}, " * 2_000 + "work"), f"{FLOW}:49: error[SVC401]"),
    "deep brackets": (flow("[" * 100_000), f"{FLOW}:56: error[SVC002] nested deeper than 40 levels"),
    "deep indents": (text() + b"x:\n" + b"".join(b" " * n + b"- \n" for n in range(1, 200)), "error[SVC002]"),
    "alias bomb": (bomb(40, 9), "error[SVC002] more than 25000 values, aliases counted each time"),
    "alias ladder": (bomb(200, 1), "error[SVC002] nested deeper than 40 levels"),
    "alias of itself": (text() + b"a: &a [*a]\n", f"{BEHIND}:8: error[SVC002] nothing above is anchored as '&a'"),
    "tabs": (text(flow="flow:\n\t- register\n\t- close\n"), f"{FLOW + 1}:1: error[SVC002] a tab cannot indent"),
    "UTF-16": (text().decode().encode("utf-16"), "1:1: error[SVC001] this is UTF-16; save the file as UTF-8"),
    "UTF-16 without mark": (text().decode().encode("utf-16-le"), "1:2: error[SVC001] control character U+0000"),
    "UTF-32": (text().decode().encode("utf-32"), "1:1: error[SVC001]"),
    "GBK": (text(process="process: request\nname: 投诉\n").decode().encode("gbk"), "3:8: error[SVC001] not UTF-8"),
    "bytes": (bytes(range(256)) * 100, "error[SVC001]"),
    "duplicate key": (
        text() + b"flow: [register]\n",
        f"{BEHIND}:1: error[SVC003] duplicate key 'flow'; first given at line {FLOW}",
    ),
    "NUL": (text(process="process: req\0uest\n"), "2:13: error[SVC001] control character U+0000 in the text"),
    "runs itself": (flow("{run: request}, work"), f"{FLOW}:18: error[SVC207] request → request"),
    "long guard": (
        flow(f"{{when: {' or '.join(['valid'] * 1_112)}, do: work}}"),
        f"{FLOW}:25: error[SVC401] a condition of 10004 characters; 1000 are read",
    ),
    "guard of brackets": (flow(f"{{when: '{'(' * 900}', do: work}}"), "error[SVC401] cannot read the condition at '('"),
    "guard of nots": (flow(f"{{when: {'not ' * 240}valid, do: work}}"), "error[SVC401] nested deeper than 40 levels"),
    "huge number": (flow(f"{{repeat: {{do: work, max: {'9' * 500}}}}}"), f"{FLOW}:43: error[SVC10"),
    "Python object": (text(process="process: !!python/object/apply:os.system [id]\n"), "2:10: error[SVC002]"),
    "two documents": (text() + b"---\n" + text(), f"{BEHIND}:1: error[SVC002] a second document begins here"),
    "empty": (b"", "1:1: error[SVC004] the file is empty"),
}  # fmt: skip


@pytest.mark.parametrize("name", SHAPES)
def test_it_is_told_at_its_place(name: str, tmp_path: Path) -> None:
    data, expected = SHAPES[name]
    told = validate(tmp_path, data)
    assert told.status == 1
    assert told.err == ""
    line = next(line for line in told.out.splitlines() if expected in line)
    assert line.startswith(f"w/{FILE}:")


@pytest.mark.parametrize("form", ["may: ", "when: valid, do: "])
def test_as_deep_as_it_may_be_is_judged(form: str, tmp_path: Path) -> None:
    levels = 36
    assert validate(tmp_path, flow(f"{{{form}" * levels + "work" + "}" * levels)).status == 0


EMOJI = "steps:\n  🚀: {name: 🚀 Start, owner: agent, labels: [👩‍💻]}\n  בדיקה: {owner: lead, labels: [نص عربي]}\n"


@pytest.mark.parametrize(
    "data",
    [
        b"\xef\xbb\xbf" + text(),
        text().replace(b"\n", b"\r\n"),
        text(case="", kpis="", slas="", steps=EMOJI, flow="flow: [🚀, בדיקה]\n"),
        text(steps=workbench.PROCESS["steps"].replace("Opened", f"'{'a*' * 300}b'").replace("Worked on", "a" * 600)),
    ],
    ids=["byte order mark", "CRLF", "emoji and right to left", "stars in a label"],
)
def test_what_is_odd_but_sound_is_no_error(data: bytes, tmp_path: Path) -> None:
    assert validate(tmp_path, data).status == 0


def test_a_mistake_beside_emoji_is_marked_at_its_column(tmp_path: Path) -> None:
    told = validate(
        tmp_path,
        text(case="", kpis="", slas="", steps=EMOJI.replace("Start, owner", "Start, ownr"), flow="flow: [🚀, בדיק]\n"),
    )
    assert ":22: error[SVC101] unknown key 'ownr'; did you mean 'owner'?" in told.out
    assert "error[SVC201] unknown step 'בדיק'; did you mean 'בדיקה'?" in told.out


def test_a_name_cannot_turn_the_line_round(tmp_path: Path) -> None:
    told = validate(tmp_path, flow("\u202egnissim, work"))
    assert told.status == 1
    assert "\u202e" not in told.out
    assert "unknown step '\ufffdgnissim'" in told.out


WALL = """\
calendars: {office: {mon-fri: "09:00-17:00"}, other: {mon-sun: "00:00-24:00"}}
# file: request.svcflow.yaml
slas: {resolution: {from: register, to: close, target: 1d, calendar: other, objective: 90%, escalate: {80%: lead}}}
"""


@pytest.mark.parametrize("day", ["0001-01-01", "1970-01-01", "9999-12-31"])
def test_the_ends_of_time_are_no_year_to_look_at(day: str, tmp_path: Path) -> None:
    folder = workbench.write(tmp_path, f"{WALL}valid_from: {day}\n")
    assert {problem.code for problem in check(folder)[0]} == {"SVC503"}


def test_a_calendar_without_hours_is_one_problem(tmp_path: Path) -> None:
    folder = workbench.write(tmp_path, WALL.replace('{mon-sun: "00:00-24:00"}', "{}"))
    assert {problem.code for problem in check(folder)[0]} == {"SVC108"}
