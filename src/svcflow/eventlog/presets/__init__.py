"""What is known about the exports of known systems: one system a module; its docstring is the manual."""

from __future__ import annotations

import dataclasses
import sys
from functools import cache

from svcflow import plugins
from svcflow.errors import MappingError
from svcflow.eventlog.log import Role
from svcflow.eventlog.mapping import Mapping, state, suggest
from svcflow.eventlog.preset_forms import Form, Names, Preset
from svcflow.eventlog.roles.evidence import Source

OFF = "none"


def find(names: Names) -> Preset | None:
    """Return the preset whose form most of these columns speak for; none where two speak alike."""
    return _best(names, tuple(_catalogue()))


def lend(stated: Mapping, names: Names) -> tuple[Mapping, str]:
    """Return a mapping with what it leaves open taken from the preset of an export with these columns, and a note.

    The mapping's word goes first, key by key. A mapping that states another shape than the preset, or ``preset: none``,
    is left as it is. Raises MappingError where it asks for a preset that does not exist or does not fit the columns.
    """
    if stated.preset == OFF:
        return stated, ""
    preset = _ask(stated, names) if stated.preset else find(names)
    if preset is None or stated.shape not in ("", preset.content.get("shape", "")):
        return stated, ""
    content = {key: value for key, value in preset.content.items() if not (key == "milestones" and stated.milestones)}
    lent = tuple(key for key in content if not getattr(stated, key) and getattr(stated, key) != ())
    lent += tuple(f"columns.{role}" for role in content.get("columns", {}) if role not in stated.columns)
    merged = stated.over(state(content))
    return dataclasses.replace(merged, preset=preset.id, lent=lent), preset.note


def is_other(lent: Mapping, source: Source) -> bool:
    """Return whether an export only has the columns of a list of cases: each of its cases stands on several rows."""
    case = lent.columns.get("case", ())
    return lent.shape == "milestones" and len(case) == 1 and source.encoded(case[0]).distinct < 0.9 * source.table.rows


def own_up(reasons: list[Role], stated: Mapping, lent: Mapping) -> list[Role]:
    """Return the reasons for columns with those that the preset names said to be its word, not that of a mapping."""
    ours = {"shape"} if not stated.shape else set()
    ours |= lent.columns.keys() - stated.columns.keys()
    told = f"stated by the preset {lent.preset}"
    return [
        dataclasses.replace(role, reason=told) if role.role in ours and role.reason.startswith("stated") else role
        for role in reasons
    ]


def _ask(stated: Mapping, names: Names) -> Preset:
    known = _catalogue()
    if stated.preset not in known:
        raise MappingError(
            f"{stated.place('preset')}there is no preset {stated.preset!r}{suggest(stated.preset, tuple(known))}",
            "presets: " + ", ".join((*known, OFF)),
        )
    found = _best(names, (stated.preset,))
    if found is None:
        forms = "; ".join(f"{form.name}: {', '.join(form.signature)}" for form in known[stated.preset][1])
        raise MappingError(
            f"{stated.place('preset')}the columns are those of no export that preset {stated.preset!r} knows",
            f"it knows {forms}",
        )
    return found


def _best(names: Names, ids: Names) -> Preset | None:
    weighed = sorted(
        ((form.match(names), id_, form) for id_ in ids for form in _catalogue()[id_][1]),
        key=lambda found: -found[0],
    )
    best, *others = weighed
    if not best[0] or (others and others[0][0] == best[0] and others[0][1] != best[1]):
        return None
    return Preset(best[1], _catalogue()[best[1]][0], best[2], names)


@cache
def _catalogue() -> dict[str, tuple[str, tuple[Form, ...]]]:
    """Return the name and the forms of all systems, by id."""
    return {id_: (module.SYSTEM, module.FORMS) for id_, module in plugins.find(sys.modules[__name__]).items()}
