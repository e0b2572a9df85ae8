"""The command line and the Python that give the same cases and figures as a view."""

from __future__ import annotations

import json
import shlex
from collections.abc import Sequence
from types import ModuleType
from typing import Any

from svcflow.exploration.setting import Setting
from svcflow.mining.selections import Filter, check


def write_commands(
    view: ModuleType, filters: Sequence[Filter], setting: Setting, asked: dict[str, Any]
) -> dict[str, str | None]:
    """Return the line for a shell, ``None`` where the command line has no such view, and the Python."""
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


def _state_selection(stated: Sequence[Filter]) -> list[str]:
    """Return the options of a selection: one of its own for what a person would write, ``--filter`` for the rest."""
    conditions = [one["where"] for one in stated if one["kind"] == "attribute" and not one.get("not")]
    whole = conditions[0] if len(conditions) == 1 else " and ".join(f"({condition})" for condition in conditions)
    words = ["--where", whole] if conditions else []
    said: set[str] = set()
    for one in stated:
        options = None if one.get("not") else _state_plainly(one)
        names = {word for word in options or [] if word.startswith("--")}
        if options is None or names & said:  # an option that is said twice would mean something else
            words += ["--filter", json.dumps(one, ensure_ascii=False)]
        else:
            said |= names
            words += options
    return words


_OPTIONS = {
    "attribute": {},  # they stand in one --where
    "period": {"since": "--from", "until": "--to"},
    "performance": {"min_s": "--slower-than", "max_s": "--faster-than"},
    "endpoint": {"first": "--starts-with", "last": "--ends-with"},
}
"""The options for the parts of a filter, by its kind."""


def _state_plainly(one: Filter) -> list[str] | None:
    """Return the options of a filter that is not turned round, ``None`` where there are none for it."""
    if one["kind"] == "follower" and set(one) == {"kind", "first", "then"}:
        return ["--follows", one["first"], one["then"]]
    options = _OPTIONS.get(one["kind"])
    if options is None or any(isinstance(value, float) and not value.is_integer() for value in one.values()):
        return None
    words = []
    for key, option in options.items():
        value = one.get(key, [])
        texts = [f"{value:.0f}s"] if isinstance(value, float) else value if isinstance(value, list) else [value]
        words += [word for text in texts for word in (option, text)]
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
