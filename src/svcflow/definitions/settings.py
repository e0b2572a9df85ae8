"""What holds for all definitions of a project: ``[tool.svcflow]`` in the nearest ``pyproject.toml`` above them."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from svcflow.definitions.selection import PRESETS, Selection, read_words
from svcflow.errors import InputError, UsageError
from svcflow.guards import suggest

KEYS = ("select", "ignore", "preset")
_NO_SETTINGS = Selection()


def find_settings(path: Path) -> Selection:
    """Return the settings for a file or folder; raise `InputError` or `UsageError` if they cannot be used."""
    folder = path.absolute()
    for parent in (folder, *folder.parents):
        file = parent / "pyproject.toml"
        if file.is_file():
            found = _read(file, file.stat().st_mtime_ns)
            if found is not None:
                return found
    return _NO_SETTINGS


@lru_cache(maxsize=64)
def _read(file: Path, _changed: int) -> Selection | None:
    """Return the settings of a file, ``None`` if it has no table for svcflow."""
    from tomllib import TOMLDecodeError, loads  # noqa: PLC0415 - only where there is such a file

    try:
        text = file.read_text(encoding="utf-8")
        tool = loads(text).get("tool", {}) if "svcflow" in text else {}
    except (OSError, UnicodeDecodeError, TOMLDecodeError) as error:
        raise InputError(f"cannot read '{file}': {error}", "mend it; [tool.svcflow] may stand there") from None
    table = tool.get("svcflow") if isinstance(tool, dict) else None
    return _build(table, file) if isinstance(table, dict) else None


def _build(table: dict[str, object], file: Path) -> Selection:
    where = f"{file}: [tool.svcflow] "
    for key in table:
        if key not in KEYS:
            raise UsageError(f"{where}has no key '{key}'{suggest(key, KEYS)}", f"keys are {', '.join(KEYS)}")
    preset = table.get("preset", "")
    if preset and preset not in PRESETS:
        known = ", ".join(PRESETS)
        raise UsageError(f"{where}has no preset '{preset}'{suggest(str(preset), [*PRESETS])}", f"presets are {known}")
    lists = {key: table.get(key, []) for key in ("select", "ignore")}
    for key, words in lists.items():
        if not isinstance(words, list) or not all(isinstance(word, str) for word in words):
            raise UsageError(f"{where}'{key}' is not a list of texts", f'write {key} = ["SVC210", "no-target"]')
    select, ignore = (read_words((str(word) for word in _listed(lists[key])), where) for key in lists)
    return Selection(select, ignore, str(preset))


def _listed(words: object) -> list[object]:
    return words if isinstance(words, list) else []
