"""The modules of a package, by id: how a rule, detector, reader, remedy or section is found.

A plug-in is one ordinary module. Its id is its file name with dashes, its manual its docstring.
"""

from __future__ import annotations

import importlib
import pkgutil
from pathlib import Path
from types import ModuleType


def identify(module: ModuleType) -> str:
    """Return the id of a plug-in module: its last name, dashes for underscores."""
    return module.__name__.rpartition(".")[2].replace("_", "-")


def find(package: ModuleType) -> dict[str, ModuleType]:
    """Return the plug-ins of `package`, sorted by id; names that begin with ``_`` are not plug-ins."""
    names = sorted(m.name for m in pkgutil.iter_modules(package.__path__) if not m.name.startswith("_"))
    modules = (importlib.import_module(f"{package.__name__}.{name}") for name in names)
    return {identify(module): module for module in modules}


def list_ids(package: str) -> list[str]:
    """Return the ids of the plug-ins of a package of svcflow, such as ``mining.quantities``, without loading any."""
    folder = Path(__file__).parent.joinpath(*package.split("."))
    return sorted(file.stem.replace("_", "-") for file in folder.glob("*.py") if not file.name.startswith("_"))


def summarise(module: ModuleType) -> str:
    """Return the first line of a plug-in's manual."""
    return (module.__doc__ or "").strip().partition("\n")[0]
