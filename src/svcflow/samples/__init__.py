"""The sample definitions and logs, in an installed wheel (beside this file) and in a checkout (at its root)."""

from __future__ import annotations

from pathlib import Path

from svcflow.errors import InputError

_HERE = Path(__file__).resolve().parent
_CHECKOUT = _HERE.parents[2]


def workflows() -> Path:
    """Return the folder of the five definitions, the organisation and their scenarios."""
    return _locate("workflows", "org.svcflow.yaml")


def logs() -> Path:
    """Return the folder of the sample logs."""
    return _locate("logs", "complaints.csv")


def _locate(folder: str, witness: str) -> Path:
    for root in (_HERE, _CHECKOUT):
        if (root / folder / witness).is_file():
            return root / folder
    raise InputError(f"the sample {folder} are not installed", "install svcflow again, or run it from its checkout")
