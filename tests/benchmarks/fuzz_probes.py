"""Which blocks of svcflow's code an input reaches: a probe in every function, branch and loop, put in when imported.

Python 3.11 has no cheap way to be told of branches, so the modules that are fuzzed are compiled from a syntax tree in
which each block begins with ``__probe__[n] = 1``. That costs a few percent, against a factor of ten for a tracer.
"""

from __future__ import annotations

import ast
import importlib.abc
import importlib.machinery
import sys
from collections.abc import Sequence
from types import CodeType, ModuleType

MOST_BLOCKS = 60_000


class Probes:
    """What has been reached so far: by the input at hand, and by all inputs before it."""

    def __init__(self) -> None:
        self.hits = bytearray(MOST_BLOCKS)
        self.count = 0
        self._known = 0

    def begin(self) -> None:
        """Forget what the last input reached; the buffer stays where the modules know it."""
        self.hits[:] = bytes(MOST_BLOCKS)

    def learn(self) -> int:
        """Return how many blocks the input reached that none did before, and remember them."""
        reached = int.from_bytes(self.hits, "little")
        new = reached & ~self._known
        self._known |= reached
        return new.bit_count()

    @property
    def reached(self) -> int:
        """Return how many blocks have been reached by any input."""
        return self._known.bit_count()


class _Prober(ast.NodeTransformer):
    """Puts a probe at the beginning of each block of code that can be reached by itself."""

    def __init__(self, probes: Probes) -> None:
        self._probes = probes

    def _probed(self, body: list[ast.stmt]) -> list[ast.stmt]:
        number = self._probes.count
        self._probes.count += 1
        (probe,) = ast.parse(f"__probe__[{number}] = 1").body
        ast.copy_location(probe, body[0])
        for node in ast.walk(probe):
            ast.copy_location(node, body[0])
        return [probe, *body]

    def generic_visit(self, node: ast.AST) -> ast.AST:
        super().generic_visit(node)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            told = ast.get_docstring(node, clean=False) is not None
            if len(node.body) > int(told):
                node.body = [*node.body[: int(told)], *self._probed(node.body[int(told) :])]
        elif isinstance(node, ast.If | ast.For | ast.While):
            node.body = self._probed(node.body)
            node.orelse = self._probed(node.orelse) if node.orelse else node.orelse
        elif isinstance(node, ast.ExceptHandler | ast.match_case):
            node.body = self._probed(node.body)
        elif isinstance(node, ast.IfExp):
            pass  # too fine: both ways are one line
        return node


class _Loader(importlib.machinery.SourceFileLoader):
    """Compiles a module with probes; never from, nor into, the cache of bytecode."""

    def __init__(self, name: str, path: str, probes: Probes) -> None:
        super().__init__(name, path)
        self._probes = probes

    def get_code(self, fullname: str) -> CodeType | None:
        path = self.get_filename(fullname)
        tree = ast.parse(self.get_data(path), path)
        probed = ast.fix_missing_locations(_Prober(self._probes).visit(tree))
        return compile(probed, path, "exec", dont_inherit=True)

    def exec_module(self, module: ModuleType) -> None:
        module.__dict__["__probe__"] = self._probes.hits
        super().exec_module(module)


class _Finder(importlib.abc.MetaPathFinder):
    def __init__(self, packages: Sequence[str], probes: Probes) -> None:
        self._packages = tuple(packages)
        self._probes = probes

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        if not any(fullname == package or fullname.startswith(f"{package}.") for package in self._packages):
            return None
        spec = importlib.machinery.PathFinder.find_spec(fullname, path, target)
        if spec is not None and isinstance(spec.loader, importlib.machinery.SourceFileLoader):
            spec.loader = _Loader(fullname, spec.loader.path, self._probes)
        return spec


def install(packages: Sequence[str]) -> Probes:
    """Probe every module of these packages that is imported from now on."""
    probes = Probes()
    sys.meta_path.insert(0, _Finder(packages, probes))
    return probes
