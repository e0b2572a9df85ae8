"""A Spark context for one run: quiet, on the loopback where Spark is on this machine, and gone at the end."""

from __future__ import annotations

import contextlib
import logging
import os
import signal
import subprocess
import sys
import tempfile
import threading
import warnings
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from svcflow.engines.spark import java, settings
from svcflow.engines.spark.work import Work
from svcflow.errors import UsageError

if TYPE_CHECKING:
    from pyspark import SparkContext

PATIENCE_S = 10
"""How long Java may take to end before it is killed."""


@contextmanager
def open_session(master: str) -> Iterator[SparkContext]:
    """Yield the context that runs in this process, or one started at `master` that ends with the block.

    Raises UsageError where there is no pyspark, no Java, no Spark at `master`, or another one runs here already.
    """
    kind = _import()
    running = kind._active_spark_context  # noqa: SLF001 - pyspark has no other word for it
    if running is not None:
        if running.master != master:
            raise UsageError(
                f"this process runs Spark at {running.master} already",
                f"use engine={running.master!r}, or stop that context first",
            )
        yield running
        return
    with (
        tempfile.TemporaryDirectory(prefix="svcflow-spark.", ignore_cleanup_errors=True) as folder,
        _start(master, Path(folder)) as context,
    ):
        yield context


def collect(context: SparkContext, work: Work, shares: Sequence[tuple[int, ...]]) -> list[bytes]:
    """Return what `work` makes of each share, in their order.

    Raises UsageError where Spark cannot be reached or its workers are not fit, RuntimeError where a fold fails there.
    """
    from py4j.protocol import Py4JError  # noqa: PLC0415 - an extra

    try:
        return cast("list[bytes]", context.parallelize(shares, len(shares)).map(work).collect())
    except (Py4JError, OSError) as error:
        told = _tell(error)
        for sign, (message, hint) in _REASONS.items():
            if sign in told:
                raise UsageError(message.replace("{master}", context.master), hint) from None
        raise RuntimeError(f"a task on Spark failed\n{told}") from None


_PYTHON = f"{sys.version_info[0]}.{sys.version_info[1]}"
_GONE = ("Spark at {master} cannot be reached, or has gone away", "check the address, and what its log says")
_UNFIT = ("the workers of {master} cannot import svcflow", "install the same version there, with its dependencies")
_REASONS = {
    "No module named": _UNFIT,
    "PYTHON_VERSION_MISMATCH": (
        f"the workers of {{master}} have another Python than {_PYTHON}",
        "set PYSPARK_PYTHON to the interpreter that they shall use",
    ),
    "stopped SparkContext": _GONE,
    "SparkContext was shut down": _GONE,
    "Connection refused": _GONE,
}
"""What words in an error of Spark mean to who called it."""


def _tell(error: Exception) -> str:
    """Return what an error says; some ask Java for it, which may be gone by then."""
    try:
        return str(error)
    except OSError as gone:
        return str(gone)


def _import() -> Any:
    """Return the class of Spark contexts."""
    try:
        from pyspark import SparkContext  # noqa: PLC0415 - an extra
    except ImportError:
        raise UsageError("this engine needs pyspark", "install it: pip install 'svcflow[spark]'") from None
    return SparkContext


@contextmanager
def _start(master: str, folder: Path) -> Iterator[SparkContext]:
    """Yield a new context at `master`; afterwards it and its Java are gone, and Ctrl-C means what it did."""
    kind = _import()
    on_main = threading.current_thread() is threading.main_thread()
    handler = signal.getsignal(signal.SIGINT) if on_main else None
    gateway = None
    with _environment(settings.choose_environment(master, folder)), _silence("py4j"):
        try:
            with _postpone_interrupt(on_main=on_main):  # a Java that is not there yet could not be ended
                gateway = _launch(master, folder)
            yield _connect(gateway, master, folder)
        finally:
            if gateway is not None:
                _end(kind, gateway)
            if on_main:
                signal.signal(signal.SIGINT, handler)


def _launch(master: str, folder: Path) -> Any:
    """Return the gateway to a new Java, which says what it has to say to a file."""
    from pyspark import SparkConf  # noqa: PLC0415 - an extra
    from pyspark.errors import PySparkRuntimeError  # noqa: PLC0415
    from pyspark.java_gateway import launch_gateway  # noqa: PLC0415

    conf = SparkConf(loadDefaults=False).setAll(list(settings.choose_settings(master, folder).items()))
    with (folder / "said").open("wb") as said:
        try:
            return launch_gateway(conf, {"stdout": said, "stderr": said})
        except PySparkRuntimeError:
            raise UsageError(
                "Java did not start Spark" + _quote(folder), f"Spark needs Java {java.LEAST} or newer: set JAVA_HOME"
            ) from None


def _connect(gateway: Any, master: str, folder: Path) -> SparkContext:
    from py4j.protocol import Py4JError  # noqa: PLC0415 - an extra
    from pyspark import SparkConf  # noqa: PLC0415

    conf = SparkConf(loadDefaults=False).setMaster(master).setAppName("svcflow")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", FutureWarning)  # of pandas, which no fold touches
            return cast("SparkContext", _import()(conf=conf, gateway=gateway))
    except Py4JError:
        raise UsageError(f"Spark at {master} cannot be had" + _quote(folder), "check the address") from None


def _end(kind: Any, gateway: Any) -> None:
    """End the context, if there is one, and its Java, so that nothing of them is left."""
    from py4j.protocol import Py4JError  # noqa: PLC0415 - an extra

    if kind._active_spark_context is not None:  # noqa: SLF001
        with contextlib.suppress(Py4JError, OSError, RuntimeWarning):
            kind._active_spark_context.stop()  # noqa: SLF001
    kind._gateway = kind._jvm = kind._active_spark_context = None  # noqa: SLF001 - else Java outlives its context
    with contextlib.suppress(Py4JError, OSError):
        gateway.shutdown()
    if gateway.proc is None:
        return
    gateway.proc.stdin.close()
    try:
        gateway.proc.wait(PATIENCE_S)
    except subprocess.TimeoutExpired:
        gateway.proc.kill()
        gateway.proc.wait()


def _quote(folder: Path) -> str:
    """Return the line in which Java says what is wrong, after a colon; nothing where it is silent."""
    lines = (folder / "said").read_text("utf-8", "replace").splitlines()
    telling = [line.strip() for line in lines if "Exception" in line or "Error" in line] or lines[-1:]
    return f": {telling[0][:200]}" if telling else ""


@contextmanager
def _postpone_interrupt(*, on_main: bool) -> Iterator[None]:
    """Let Ctrl-C wait for the end of the block; threads but the main one never hear it."""
    if not on_main:
        yield
        return
    pressed: list[int] = []
    before = signal.signal(signal.SIGINT, lambda number, _frame: pressed.append(number))
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
    if pressed:
        raise KeyboardInterrupt


@contextmanager
def _silence(library: str) -> Iterator[None]:
    """Drop what a library says to the root logger in the block: what an interrupted call raised is known here."""

    def is_own(record: logging.LogRecord) -> bool:
        return f"{os.sep}{library}{os.sep}" not in record.pathname

    logging.getLogger().addFilter(is_own)
    try:
        yield
    finally:
        logging.getLogger().removeFilter(is_own)


@contextmanager
def _environment(changes: Mapping[str, str]) -> Iterator[None]:
    """Change the environment of the processes that are started in the block."""
    before = {name: os.environ.get(name) for name in changes}
    os.environ.update(changes)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value
