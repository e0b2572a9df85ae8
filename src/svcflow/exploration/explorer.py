"""What the page asks and gets: views, counts before a filter is applied, values to filter by; all as plain values."""

from __future__ import annotations

import inspect
import json
import threading
from collections.abc import Mapping, Sequence
from functools import cache
from types import ModuleType
from typing import Any

from svcflow import plugins
from svcflow.disclosure import refuse_few
from svcflow.errors import UsageError
from svcflow.eventlog.log import Log
from svcflow.exploration import views as package
from svcflow.exploration.blocks import tell
from svcflow.exploration.commands import write_commands
from svcflow.exploration.opened import Opened
from svcflow.exploration.persons import names_people
from svcflow.exploration.selections import Selection, Selections
from svcflow.exploration.setting import Setting
from svcflow.exploration.values import list_activities, list_attributes, list_spans, list_values
from svcflow.mining.selections import Filter, check

Answer = dict[str, Any]
MOST_ANSWERS = 200


class Explorer:
    """A log that is open: `view`, `count` and `values` answer from memory and may be called from several threads.

    `filters` are lists of mappings as `select` takes them.
    """

    def __init__(self, log: Log, setting: Setting | None = None) -> None:
        self.setting = setting or Setting()
        refuse_few(log.cases, self.setting.min_group)
        self.opened = Opened(log)
        self._selections = Selections(self.opened)
        self._answers: dict[str, Answer] = {}
        self._lock = threading.Lock()

    def prepare(self) -> None:
        """Measure what every view needs, so that the first one is as quick as the rest."""
        opened = self.opened
        find_views()
        _ = (
            opened.links,
            opened.shown,
            opened.counted,
            opened.begin,
            opened.recurrences,
            opened.reopened,
            opened.variant_medians,
        )
        if opened.log.has_teams:
            opened.handings("team")
        if opened.log.has_resources:
            opened.handings("resource")

    def view(self, name: str, filters: Sequence[Filter] = (), asked: Mapping[str, Any] | None = None) -> Answer:
        """Return a view of the selected cases: its blocks, the cases it is of, and the commands that give the same.

        `asked` are the view's own options. Raises UsageError for a view, filter or option that does not exist.
        """
        with self._lock:
            view = find_views().get(name)
            if view is None:
                raise UsageError(f"no view {str(name)[:40]!r}", f"there are {', '.join(find_views())}")
            selection = self._choose(filters)
            given = _check_options(view, asked or {})
            key = json.dumps([name, selection.key, given], sort_keys=True)
            if key not in self._answers:
                while len(self._answers) >= MOST_ANSWERS:
                    self._answers.pop(next(iter(self._answers)))
                self._answers[key] = self._build(view, selection, given)
            commands = {"commands": write_commands(view, filters, self.setting, given)}
            if "other" in given:
                commands["other_commands"] = write_commands(view, given["other"], self.setting, given)
            return self._answers[key] | commands

    def _build(self, view: ModuleType, selection: Selection, given: dict[str, Any]) -> Answer:
        options = dict(given)
        if "other" in options:
            options["other"] = self._choose(options["other"])
        blocks = [{"type": "missing", "what": "no_cases"}]
        if selection.cases and ("other" not in options or options["other"].cases):
            blocks = view.show(selection, self.setting, **options)
        whole = self.opened.log.cases
        return {"view": plugins.identify(view), "cases": selection.cases, "of": whole, "blocks": blocks}

    def count(self, filters: Sequence[Filter], more: Filter) -> Answer:
        """Return how many cases a selection holds, and how many of them one more filter would keep."""
        with self._lock:
            before = self._choose(filters).cases
            after = self._selections.choose([*filters, check(more)]).cases
            return {"before": before, "after": tell(after, self.setting.min_group, before)}

    def values(self, filters: Sequence[Filter], attribute: str | None = None) -> Answer:
        """Return what filters can be set to in a selection; with an `attribute`, its values and their cases."""
        with self._lock:
            selection = self._choose(filters)
            if attribute is not None:
                known = any(row["name"] == attribute for row in list_attributes(selection))
                if known and not self.setting.show_people and names_people(self.opened.log, attribute):
                    return {"attribute": attribute, "values": [], "personal": True}
                return {"attribute": attribute, "values": list_values(selection, self.setting, attribute)}
            activities = list_activities(selection, self.setting)
            spans = list_spans(selection)
            if self.setting.guarded:
                spans["longest_s"] = None
            return {"attributes": list_attributes(selection), "activities": activities, **spans}

    def _choose(self, filters: Sequence[Filter]) -> Selection:
        """Return a selection that may be told. Raises UsageError for one that is, or leaves out, a small group."""
        selection = self._selections.choose(filters)
        least, whole = self.setting.min_group, self.opened.log.cases
        if self.setting.guarded and tell(selection.cases, least, whole) is None:
            raise UsageError(
                f"the filters keep, or leave out, fewer than {least:,} cases: nothing can be told of them",
                "loosen or clear a filter, or start again with a lower --min-group",
            )
        return selection


@cache
def find_views() -> dict[str, ModuleType]:
    """Return the views by id."""
    return plugins.find(package)


def _check_options(view: ModuleType, asked: Mapping[str, Any]) -> dict[str, Any]:
    """Return the options of a view that are given. Raises UsageError for others."""
    parameters = inspect.signature(view.show).parameters
    known = {name: p for name, p in parameters.items() if p.kind is inspect.Parameter.KEYWORD_ONLY}
    found: dict[str, Any] = {}
    for name, value in asked.items():
        if name not in known:
            raise UsageError(f"this view has no option {str(name)[:40]!r}", f"it has {', '.join(known) or 'none'}")
        if value is None:
            continue
        annotation = str(known[name].annotation).removesuffix(" | None")
        found[name] = _check_option(name, value, annotation)
    missing = [n for n, p in known.items() if p.default is inspect.Parameter.empty and n not in found]
    if missing:
        raise UsageError(f"this view needs {missing[0]!r}", "state it")
    return found


def _check_option(name: str, value: Any, annotation: str) -> Any:
    number = isinstance(value, int | float) and not isinstance(value, bool)
    good = {
        "int": isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 10**9,
        "float": number and abs(value) < 1e9,
        "bool": isinstance(value, bool),
        "str": isinstance(value, str) and len(value) <= 20_000,
        "Selection": isinstance(value, list),
    }
    if not good[annotation]:
        raise UsageError(f"{name} cannot be {str(value)[:40]!r}", "see the view's manual")
    return [check(one) for one in value] if annotation == "Selection" else value
