"""The house rules that a machine can check."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
SOURCES = sorted((ROOT / "src" / "svcflow").rglob("*.py"))
HEAVY = ("numpy", "pandas", "pm4py", "polars", "pyarrow", "duckdb", "jinja2")


def imported_by(*arguments: str) -> set[str]:
    """Return the heavy packages that are loaded after the command line ran with `arguments`."""
    code = (
        "import sys\n"
        "from svcflow.cli.main import main\n"
        f"main({list(arguments)!r})\n"
        f"print('LOADED', *[m for m in {HEAVY!r} if m in sys.modules])\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    return set(done.stdout.splitlines()[-1].split()[1:])


@pytest.mark.parametrize("arguments", [["--help"], ["validate", "workflows"], ["explain", "SVC201"], ["analyze", "-h"]])
def test_light_commands_import_nothing_heavy(arguments: list[str]) -> None:
    assert imported_by(*arguments) == set()


def test_the_public_names_exist() -> None:
    import svcflow

    for name in svcflow.__all__:
        assert getattr(svcflow, name) is not None


@pytest.mark.parametrize("path", SOURCES, ids=lambda p: str(p.relative_to(ROOT)))
def test_modules_are_small_and_say_what_they_are_for(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert ast.get_docstring(ast.parse(text)), "a module begins with what it is for"
    assert text.count("\n") <= 320, "split the module"
    assert "TODO" not in text
    assert path.stem not in {"utils", "helpers", "common", "misc"}


def test_constraints_name_no_host() -> None:
    text = (ROOT / "constraints.txt").read_text(encoding="utf-8")
    assert "http" not in text
    assert "@" not in text


def test_every_dependency_is_pinned_once() -> None:
    import tomllib

    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    needed = project["dependencies"] + project["optional-dependencies"]["test"]
    constraints = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    pins = [line.split("==")[0].lower().replace("_", "-") for line in constraints]
    for requirement in needed:
        name = requirement.split(">")[0].split("=")[0].lower().replace("_", "-")
        assert pins.count(name) == 1, name
