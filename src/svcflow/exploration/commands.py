"""The command line and the Python that give the same cases and figures as a view."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from types import ModuleType
from typing import Any

from svcflow.exploration.setting import Setting
from svcflow.mining.selections import Filter, check

PLAIN = frozenset({"attribute", "period"})
"""The filters that the command line has options for, unless they are turned round."""


def write_commands(
    view: ModuleType, filters: Sequence[Filter], setting: Setting, asked: dict[str, Any]
) -> dict[str, str | None]:
    """Return the line for a shell, ``None`` where the command line has no option for a filter, and the Python."""
    stated = [check(one) for one in filters]
    return {"shell": _write_shell(view, stated, setting, asked), "python": _write_python(view, stated, setting, asked)}


def _write_shell(view: ModuleType, stated: Sequence[Filter], setting: Setting, asked: dict[str, Any]) -> str | None:
    name = view.__name__.rpartition(".")[2]
    log = _name_path(setting.log)
    if name == "case":
        if not setting.workspace:
            return None
        words = ["svcflow", "case", "-w", setting.workspace, *_state_reading(setting), "--", log, asked["case"]]
        return shlex.join(words)
    options = _state_selection(stated)
    if options is None:
        return None
    guard = ["--min-group", str(setting.min_group)] if setting.guarded else []
    if name == "cases":
        return shlex.join(["svcflow", "export", log, *_state_reading(setting), *options, "-o", "cases.csv"])
    workspace = ["-w", setting.workspace] if setting.workspace else []
    people = ["--show-people"] if setting.show_people else []
    what = ["--what", view.WHAT, "--format", "json"]
    return shlex.join(["svcflow", "mine", log, *_state_reading(setting), *workspace, *options, *guard, *people, *what])


def _name_path(path: str) -> str:
    return f"./{path}" if path.startswith("-") and path != "-" else path


def _state_reading(setting: Setting) -> list[str]:
    words = ["-m", setting.mapping] if setting.mapping else []
    return words + (["--on-bad-rows", setting.on_bad_rows] if setting.on_bad_rows != "stop" else [])


def _state_selection(stated: Sequence[Filter]) -> list[str] | None:
    """Return the options of a selection, ``None`` where there are none for it."""
    if any(one["kind"] not in PLAIN or one.get("not") for one in stated):
        return None
    conditions = [one["where"] for one in stated if one["kind"] == "attribute"]
    whole = conditions[0] if len(conditions) == 1 else " and ".join(f"({condition})" for condition in conditions)
    words = ["--where", whole] if conditions else []
    for key, option in (("since", "--from"), ("until", "--to")):
        moments = [one[key] for one in stated if one["kind"] == "period" and key in one]
        if len(moments) > 1:
            return None  # which of two moments is later, only the zone of the log can tell
        words += [option, *moments] if moments else []
    return words


def _write_python(view: ModuleType, stated: Sequence[Filter], setting: Setting, asked: dict[str, Any]) -> str:
    name = view.__name__.rpartition(".")[2]
    used = [word for word in ("detect", "mine") if f"{word}(" in view.EXPRESSION]
    used += ["load", "read_log"] if setting.workspace else ["read_log"]
    lines = ["from dataclasses import replace", ""] if setting.workspace else []
    lines.append(f"from svcflow import {', '.join(sorted(used))}")
    if name == "case":
        lines.append("from svcflow.analysis.stories import tell_cases")
    if setting.workspace:
        lines.append("from svcflow.detectors import read_sides")
    if stated and name != "case":
        lines.append("from svcflow.exploration import select")
    lines += ["", *_read(setting)]
    if stated and name != "case":
        lines.append(f"log = select(log, {[*stated]!r})")
    if name == "case":
        lines.append(f"case = {asked['case']!r}")
    return "\n".join([*lines, "figures = " + view.EXPRESSION.replace("{between}", str(asked.get("between", "team")))])


def _read(setting: Setting) -> list[str]:
    given = [repr(setting.log)] + ([repr(setting.mapping)] if setting.mapping else [])
    if setting.on_bad_rows != "stop":
        given.append(f"on_bad_rows={setting.on_bad_rows!r}")
    lines = [f"log = read_log({', '.join(given)})"]
    if setting.workspace:
        lines.append(f"log = replace(log, sides={{**read_sides(load({setting.workspace!r}), log), **log.sides}})")
    return lines
