"""What was assumed: time, open cases, people, filters, and the assumptions behind the estimates."""

from __future__ import annotations

from collections.abc import Iterator

from svcflow.report import fmt
from svcflow.report.ended import count_open_timed
from svcflow.report.section import Context, Section, words_of
from svcflow.report.words import Text

ORDER = 160
MOST = 12

say = words_of(__name__)


def build(context: Context) -> Section:
    """Return the assumptions of the page and of its estimates."""
    return Section(say("title"), view={"lines": [*_list_general(context), *_list_estimates(context)]})


def _list_general(context: Context) -> Iterator[Text]:
    zone, calendar = context.get("log", "zone"), context.get("calendar") or {}
    yield say("zone", zone=context.names.plain(zone)) if zone else say("no_zone")
    if calendar.get("id"):
        yield say(
            "calendar", id=context.names.plain(calendar["id"]), zone=context.names.plain(calendar.get("timezone"))
        )
    else:
        yield say("elapsed")
    still = context.get("log", "open_cases")
    among = count_open_timed(context)
    if still and among is not None:
        key = "open" if among == 0 else "open_in" if among == still else "open_partly"
        yield say(key, cases=fmt.count(int(still), "case"), n=fmt.number(among))
    stages = context.rows("value_stream")
    if stages and all(row.get("touch_s_per_case") is None for row in stages):
        yield say("sojourn")
    if context.chosen.hidden:
        yield say("filter", least=fmt.number(context.chosen.least_cases))
    yield say("people")
    withheld = context.get("withheld") or {}
    if withheld.get("min_group"):
        groups = sum(count for count in (withheld.get("groups") or {}).values() if isinstance(count, int))
        yield say("withheld", least=fmt.number(withheld["min_group"]), groups=fmt.number(groups))


def _list_estimates(context: Context) -> Iterator[Text]:
    seen: dict[str, Text] = {}
    for advice in context.rows("recommendations"):
        for effect in advice.get("effects") or []:
            told = effect.get("assumptions") or []
            for place, assumption in enumerate(told):
                chinese = effect.get("assumptions_zh") or []
                pair = {"en": assumption, "zh": chinese[place] if len(chinese) == len(told) else assumption}
                text = context.names.prose(pair)
                seen.setdefault(text.en, text)
    yield from list(seen.values())[:MOST]
