"""The JSON Schemas of the files svcflow reads and writes, found in the `schemas` folder of any of its packages."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

import svcflow
from svcflow.errors import UsageError
from svcflow.guards import suggest

DEFINITION_KINDS = ("process", "organisation", "scenarios", "allow", "whatif")


@cache
def schema_files() -> dict[str, Path]:
    """Return the schema files by name, sorted."""
    root = Path(svcflow.__file__).parent
    found = {path.stem: path for path in root.glob("*/schemas/*.json")}
    return dict(sorted(found.items()))


def schema_text(name: str) -> str:
    """Return a schema as it is written; raise `UsageError` if there is none of that name."""
    files = schema_files()
    if name not in files:
        near = suggest(name, tuple(files))
        raise UsageError(f"there is no schema '{name}'{near}", "there are " + ", ".join(files))
    return files[name].read_text(encoding="utf-8")


@cache
def validator(name: str) -> Any:
    """Return the compiled validator of a schema."""
    from jsonschema.validators import Draft202012Validator  # noqa: PLC0415 - 80 ms that other commands do not need

    return Draft202012Validator(json.loads(schema_text(name)))
