"""The build hook that compiles `src/svcflow/kernels/loops.c` while the package is built, where there is a C compiler.

Without one the package is built as it is, and numpy does the same work in several passes. The library needs nothing
of Python's headers; it stands beside its source.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import sysconfig
import tempfile
import zlib
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

FOLDER = Path(__file__).parent / "src" / "svcflow" / "kernels"
OPTIONS = ("-O2", "-std=c99", "-shared", "-fPIC", "-fvisibility=hidden")


class CompileLoops(BuildHookInterface[Any]):
    """Compiles the loops into the wheel, or for an editable install beside their source."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Compile; a wheel with a library is one for this platform alone."""
        if self.target_name != "wheel":
            return
        if compile_loops():
            platform = sysconfig.get_platform().replace("-", "_").replace(".", "_")
            build_data["artifacts"].append("src/svcflow/kernels/loops.lib")
            build_data["pure_python"] = False
            build_data["tag"] = f"py3-none-{platform}"


def compile_loops() -> bool:
    """Compile the loops and return whether that was possible."""
    source = FOLDER / "loops.c"
    compiler = find_compiler()
    if compiler is None or sys.maxsize < 1 << 32:
        return False
    checksum = zlib.crc32(source.read_bytes())
    with tempfile.TemporaryDirectory(dir=FOLDER) as folder:
        built = Path(folder) / "loops.lib"
        command = [compiler, *OPTIONS, f"-DSOURCE={checksum}", "-o", str(built), str(source)]
        done = subprocess.run(command, capture_output=True, check=False)  # noqa: S603 - the compiler of this machine
        if done.returncode:
            return False
        built.replace(FOLDER / "loops.lib")
    return True


def find_compiler() -> str | None:
    """Return the C compiler: the one that `CC` names, else one by the usual names."""
    named = os.environ.get("CC", "").split()[:1]
    return next((path for path in map(shutil.which, [*named, "cc", "gcc", "clang"]) if path), None)
