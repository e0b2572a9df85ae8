"""Files of what-ifs: YAML of the kind ``whatif`` -> scenarios, and scenarios -> YAML.

::

    svcflow: 1
    whatif: complaint
    changes:
      two_more: {capacity: {support: +2}}
      no_approval:
        - {change: skip, activities: approve, where: "priority == 'low'"}
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from svcflow.definitions.outlining import write_scalar
from svcflow.definitions.reading import Reading
from svcflow.definitions.shape import judge_shape
from svcflow.documents import Document, plain, read
from svcflow.documents import Mapping as Tree
from svcflow.errors import InputError
from svcflow.whatif.changes import Change
from svcflow.whatif.plain import Plain, from_plain, to_plain
from svcflow.whatif.scenario import WhatIf

_SHORT = {"first": "prioritise", "drop": "bypass", "merge_roles": "merge_teams"}
"""What the short form calls changes otherwise."""


def read_whatifs(path: Path) -> tuple[str, tuple[WhatIf, ...]]:
    """Return the process that a file of what-ifs is about, and its scenarios.

    Raises InputError where it cannot be read or is no such file, `UsageError` for a change that cannot be.
    """
    document = read(path)
    fault = next(iter(document.faults), None)
    if fault is not None:
        raise InputError(f"{path}:{fault.span.line}: {fault.message}", "see `svcflow schema whatif`")
    root = _shape(document, path)
    scenarios = tuple(
        WhatIf(str(name), tuple(_read_changes(stated, f"{path}: {name}"))) for name, stated in root["changes"].items()
    )
    for idle in (scenario.name for scenario in scenarios if not scenario.changes):
        raise InputError(f"{path}: {idle}: nothing is changed", "see `svcflow schema whatif`")
    return str(root["whatif"]), scenarios


def write_whatifs(process: str, scenarios: Iterable[WhatIf]) -> str:
    """Return the text of a file of what-ifs, one change a line."""
    lines = ["svcflow: 1", f"whatif: {write_scalar(process)}", "changes:"]
    for scenario in scenarios:
        lines.append(f"  {write_scalar(scenario.name)}:")
        lines += [f"    - {_flow(to_plain(change))}" for change in scenario.changes]
    return "\n".join(lines) + "\n"


def _shape(document: Document, path: Path) -> dict[str, Any]:
    """Return the content of a file of the right shape."""
    root = document.root
    if not isinstance(root, Tree) or root.get("whatif") is None:
        raise InputError(f"{path}: no file of what-ifs", "it begins with 'svcflow: 1', then 'whatif: PROCESS'")
    reading = Reading(document)
    judge_shape(reading, root, "whatif")
    if reading.remarks:
        _, remark = reading.remarks[0]
        raise InputError(f"{remark.position}: {remark.message}", "see `svcflow schema whatif`")
    content = plain(root)
    assert isinstance(content, dict)
    return content


def _read_changes(stated: Sequence[Any] | Mapping[str, Any], where: str) -> Iterator[Change]:
    entries = stated if isinstance(stated, list) else _spell_out(stated)
    for entry in entries:
        yield from_plain(entry, where)


def _spell_out(short: Any) -> Iterator[Plain]:
    """Yield the single changes that the short form of a scenario means."""
    when = {"where": str(short["when"])} if "when" in short else {}
    for word, value in short.items():
        if word in {"description", "when"}:
            continue
        kind, guarded = _SHORT.get(word, word), when if word in _GUARDED else {}
        if isinstance(value, dict):
            yield from ({"change": kind, **_pair(word, name, said), **guarded} for name, said in value.items())
        elif word == "drop":
            yield from ({"change": kind, "team": team, **guarded} for team in _list(value))
        else:
            key = _KEYS.get(word, "activities")
            yield {"change": kind, key: value if key in {"where", "factor"} else _list(value), **guarded}


_GUARDED = frozenset({"skip", "automate", "keep_hands", "cap_wait", "drop"})
_KEYS = {"first": "where", "arrivals": "factor", "merge_roles": "teams"}
_VALUES = {"cap_wait": "limit", "drop_repeats": "share", "speed": "factor"}


def _pair(word: str, name: str, said: Any) -> Plain:
    """Return what one entry of a mapping states: a team and its people or hours, a step and its figure."""
    if word == "hours":
        return {"team": name, "calendar": said}
    if word == "capacity":
        share = str(said).endswith("%")
        return {"team": name, "share" if share else "heads": said if share else float(said)}
    return {"activities": name, _VALUES[word]: said}


def _list(value: Any) -> list[Any]:
    return list(value) if isinstance(value, list) else [value]


def _flow(entry: Plain) -> str:
    return "{" + ", ".join(f"{key}: {_flow_value(value)}" for key, value in entry.items()) + "}"


def _flow_value(value: Any) -> str:
    if isinstance(value, list):
        return "[" + ", ".join(write_scalar(item) for item in value) + "]"
    if isinstance(value, bool):
        return "true" if value else "false"
    return write_scalar(value) if isinstance(value, str) else repr(value)
