"""Progress and Ctrl-C, with real processes on a real terminal."""

import json
import os
import pty
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from svcflow.cli._console import Progress

ROOT = Path(__file__).parents[2]
LOG = str(ROOT / "logs" / "complaints.csv")
START = "import sys; from svcflow.cli.main import main; sys.exit(main(sys.argv[1:]))"


class Terminal:
    """A command on a terminal of its own, in its own folder."""

    def __init__(self, folder: Path, *arguments: str, **environment: str) -> None:
        master, slave = pty.openpty()
        self._master, self.seen = master, ""
        self.process = subprocess.Popen(
            [sys.executable, "-c", START, *arguments],
            cwd=folder, stdin=subprocess.DEVNULL, stdout=slave, stderr=slave, start_new_session=True,
            env={**os.environ, "TMPDIR": str(folder), "TERM": "xterm", **environment},
        )  # fmt: skip
        os.close(slave)

    def read(self, until: str = "") -> str:
        """Return what was written until `until` is seen, or to the end."""
        while not until or not re.search(until, self.seen):
            try:
                data = os.read(self._master, 4096)
            except OSError:  # the other end is closed
                break
            if not data:
                break
            self.seen += data.decode(errors="replace")
        return self.seen

    def interrupt(self) -> int:
        """Press Ctrl-C, read to the end and return the exit status."""
        os.killpg(self.process.pid, signal.SIGINT)
        self.read()
        os.close(self._master)
        return self.process.wait()


COMMANDS = {
    "analyze": (("analyze", LOG, "-w", str(ROOT / "workflows"), "-o", "report.html", "--json", "a.json"), "detecting"),
    "import": (("import", LOG, "-o", "log.parquet"), r"reading|sorting|writing"),
    "export": (("export", LOG, "-o", "log.parquet"), "reading"),
    "recommend": (("recommend", LOG, "-w", str(ROOT / "workflows"), "--patches", "patches"), "effects"),
}


@pytest.mark.parametrize("command", COMMANDS)
def test_ctrl_c_leaves_nothing_behind(tmp_path: Path, command: str) -> None:
    arguments, stage = COMMANDS[command]
    terminal = Terminal(tmp_path, *arguments)
    assert re.search(stage, terminal.read(until=stage))
    assert terminal.interrupt() == 130
    last = terminal.seen.replace("\r\n", "\n").rpartition("\x1b[K")[2]
    assert ["interrupted" in line for line in last.splitlines() if line.strip()] == [True]
    assert "Traceback" not in terminal.seen
    assert list(tmp_path.iterdir()) == []


def test_ctrl_c_while_a_report_is_rendered(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "analysis.json")
    terminal = Terminal(tmp_path, "report", "analysis.json", "-o", "report.html")
    with (tmp_path / "analysis.json").open("w") as feed:  # opens when the command reads
        feed.write(json.dumps({"svcflow": "0"})[:-1])
        feed.flush()
        time.sleep(0.2)
        assert terminal.interrupt() == 130
    assert [file.name for file in tmp_path.iterdir()] == ["analysis.json"]


def test_stages_have_a_share_and_no_colour_where_none_is_wanted(tmp_path: Path) -> None:
    terminal = Terminal(tmp_path, "mine", LOG, NO_COLOR="1")
    seen = terminal.read()
    assert terminal.process.wait() == 0
    lines = re.findall(r"\r\x1b\[K *([\d.]+) s  ([^\r]*)", seen)
    assert any("reading" in stage for _, stage in lines)
    assert any(re.search(r"of 1,\d+ cases, \d+%", stage) for _, stage in lines)
    assert not re.search(r"\x1b\[\d", seen.partition("\n")[0])


def test_nothing_of_it_is_in_a_pipe(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", START, "mine", LOG, "--format", "json"], cwd=tmp_path, capture_output=True, check=True
    )
    assert b"\x1b" not in done.stdout + done.stderr
    assert b"\r" not in done.stderr


def test_the_line_changes_at_most_ten_times_a_second(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    now = 0.0
    monkeypatch.setattr("svcflow.cli._console.time.monotonic", lambda: now)
    monkeypatch.setattr("sys.stderr.isatty", lambda: True, raising=False)
    progress = Progress()
    for step in range(1000):
        now = step / 1000
        progress(f"reading x.csv: {step * 50:,} rows")
    progress("detecting")
    told = capsys.readouterr().err.split("\r\x1b[K")[1:]
    assert 5 <= len(told) - 1 <= 11
    assert told[-2].endswith("rows/s")
    assert told[-1].endswith("detecting")
