"""A loop has two forms: in numpy, the reference, and compiled. They have the same signature and the same results."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, NamedTuple, ParamSpec, TypeVar

from svcflow.kernels.library import find_library

Given = ParamSpec("Given")
Found = TypeVar("Found")


class Twin(NamedTuple):
    """Both forms of a loop."""

    reference: Callable[..., Any]
    compiled: Callable[..., Any]


TWINS: dict[str, Twin] = {}
"""All loops that have been loaded, by the name of the function."""


def compiled_by(kernel: Callable[Given, Found]) -> Callable[[Callable[Given, Found]], Callable[Given, Found]]:
    """Decorate the numpy form of a loop: where the library is, `kernel` is called in its place."""

    def choose(reference: Callable[Given, Found]) -> Callable[Given, Found]:
        TWINS[reference.__name__] = Twin(reference, kernel)
        if find_library() is None:
            return reference

        @wraps(reference)
        def run(*args: Given.args, **kwargs: Given.kwargs) -> Found:
            return kernel(*args, **kwargs)

        return run

    return choose
