"""Rules about clocks: what they say in so many words, and where they must keep quiet."""

from __future__ import annotations

import random
from datetime import date
from pathlib import Path

import pytest

from svcflow.calendars import DAY_MS, MINUTE_MS, Clock
from svcflow.calendars.wall import EPOCH
from svcflow.definitions import check
from svcflow.definitions.chains import longest_of
from svcflow.definitions.openings import Hours, worst_opening

from . import workbench  # type: ignore[attr-defined]

STEPS = """\
case: {severity: [low, high], channel: [phone, mail], valid: boolean}
steps:
  register: {owner: agent, within: 9h, labels: [Opened]}
  work:     {owner: agent, within: {by: severity, high: 2h, else: 4h}, labels: [Worked]}
  extra:    {owner: agent, within: 3h, labels: [Extra]}
  review:   {owner: lead, within: {by: channel, phone: 1h, else: 2h}, labels: [Reviewed]}
  other:    {owner: lead, within: 5h, labels: [Other]}
  close:    {owner: lead, within: 1h, labels: [Closed]}
"""


def told(folder: Path, fragment: str, code: str) -> list[str]:
    return [p.message for p in check(workbench.write(folder, fragment))[0] if p.code == code]


def sla(target: str, more: str = "", ends: str = "from: register, to: close") -> str:
    return f"slas: {{answer: {{{ends}, target: {target}, objective: 90%, escalate: {{80%: lead}}{more}}}}}\n"


def flow(*items: str) -> str:
    """Return a flow; the steps of `STEPS` that it does without may happen at any time."""
    listed = "flow:\n" + "".join(f"  - {item}\n" for item in items)
    spare = [name for name in ("register", "work", "extra", "review", "other", "close") if name not in listed]
    return listed + (f"anytime: [{', '.join(spare)}]\n" if spare else "")


@pytest.mark.parametrize(
    ("target", "items", "said"),
    [
        # A sequence adds; the step that starts the clock takes none of its time; each case with its own targets.
        (
            "6h",
            ["register", "work", "review", "close"],
            [
                (
                    "the steps from register to close may take 7h00 on their own targets, but 'answer' allows 6h00 "
                    "(severity = low, channel = mail)"
                )
            ],
        ),
        (
            "{by: severity, high: 4h, low: 8h}",
            ["register", "work", "review", "close"],
            [
                (
                    "the steps from register to close may take 5h00 on their own targets, but 'answer' allows 4h00 "
                    "(severity = high, channel = mail)"
                )
            ],
        ),
        (
            "{by: severity, high: 4h, low: 6h}",
            ["register", "work", "review", "close"],
            [
                (
                    "the steps from register to close may take 5h00 on their own targets, but 'answer' allows 4h00 "
                    "(severity = high, channel = mail)"
                ),
                (
                    "the steps from register to close may take 7h00 on their own targets, but 'answer' allows 6h00 "
                    "(severity = low, channel = mail)"
                ),
            ],
        ),
        # Of parallel branches the longest counts, of choices too; a loop counts once.
        ("7h", ["register", "parallel: [work, [extra, review], other]", "close"], []),
        (
            "5h",
            ["register", "parallel: [work, [extra, review], other]", "close"],
            [
                (
                    "the steps from register to close may take 6h00 on their own targets, but 'answer' allows 5h00 "
                    "(severity = low, channel = phone)"
                )
            ],
        ),
        ("7h", ["register", "repeat: {do: [work, review], while: valid, max: 5}", "close"], []),
        ("5h", ["register", "any: [work, extra, review]", "close"], []),
        (
            "5h",
            ["register", "may: other", "close"],
            ["the steps from register to close may take 6h00 on their own targets, but 'answer' allows 5h00"],
        ),
        # Branches that end before the stop do not count.
        ("5h", ["register", "{when: valid, do: [other, review, end: refused]}", "work", "close"], []),
        # What is done for low cases only is not asked of high ones.
        ("{by: severity, high: 2h, low: 4h}", ["register", "{when: severity == low, do: extra}", "close"], []),
        # Two conditions on one field are not taken both ways at once.
        ("6h", ["register", "{when: valid, do: other}", "{when: not valid, do: extra}", "close"], []),
        # The clock stops at the first of several steps.
        ("1h", ["register", "close", "work", "review"], []),
    ],
)
def test_the_longest_straight_path(target: str, items: list[str], said: list[str], tmp_path: Path) -> None:
    assert told(tmp_path, STEPS + flow(*items) + sla(target), "SVC502") == said


def test_the_clock_stops_at_the_first_of_its_stops(tmp_path: Path) -> None:
    items = ["register", "{when: valid, do: [review, end: refused]}", "work", "close", "other"]
    fragment = STEPS + flow(*items) + sla("5h", ends="from: register, to: [review, close]")
    assert told(tmp_path, fragment, "SVC502") == []
    fragment = STEPS + flow(*items) + sla("5h", ends="from: register, to: [review, other]")
    assert len(told(tmp_path, fragment, "SVC502")) == 1


def test_the_condition_of_an_sla_bounds_its_cases(tmp_path: Path) -> None:
    fragment = STEPS + flow("register", "work", "close") + sla("3h", ", when: severity == high")
    assert told(tmp_path, fragment, "SVC502") == []


def test_a_start_in_a_parallel_branch_waits_for_the_others(tmp_path: Path) -> None:
    fragment = STEPS + flow("parallel: [[register, extra], other]", "close")
    assert told(tmp_path, fragment + sla("6h"), "SVC502") == []
    assert "may take 6h00" in told(tmp_path, fragment + sla("5h"), "SVC502")[0]


def test_steps_of_a_process_that_is_run_count(tmp_path: Path) -> None:
    fragment = (
        "steps:\n  register: {owner: agent, within: 1h, labels: [A]}\n  close: {owner: lead, within: 1h, labels: [B]}\n"
        "flow: [register, {run: call}, close]\n" + sla("3h") + "# file: call.svcflow.yaml\nprocess: call\n"
        "steps: {dial: {owner: agent, within: 1h, labels: [C]}, mail: {owner: agent, within: 4h, labels: [D]}}\n"
        "flow: [dial, {when: valid, do: {end: reached}}, mail]\n"
    )
    assert "may take 6h00 on their own targets" in told(tmp_path, fragment, "SVC502")[0]


def test_the_place_is_the_entry_of_the_target(tmp_path: Path) -> None:
    fragment = STEPS + flow("register", "work", "review", "close") + sla("{by: severity, high: 4h, low: 8h}")
    (problem,) = (p for p in check(workbench.write(tmp_path, fragment))[0] if p.code == "SVC502")
    line = (tmp_path / "request.svcflow.yaml").read_text().splitlines()[problem.position.line - 1]
    assert line[problem.position.column - 1 :].startswith("4h")


CALENDARS = (
    'calendars: {office: {mon-fri: "09:00-17:00"}, always: {mon-sun: "00:00-24:00"}, '
    'late: {mon-fri: "09:00-17:00 18:00-20:00"}}\n# file: request.svcflow.yaml\n'
)


def test_the_worst_opening_is_told(tmp_path: Path) -> None:
    fragment = CALENDARS + STEPS + flow("register", "close") + sla("12h", ", calendar: always")
    # An hour of office time, of which one minute is left when the week ends.
    assert told(tmp_path, fragment, "SVC503") == [
        (
            "every step on target still breaches 'answer': opened Fri 16:01, 1h00 of office is 65h00 of always, "
            "target 12h00"
        )
    ]


@pytest.mark.parametrize(
    "fragment",
    [
        CALENDARS + STEPS + flow("register", "close") + sla("66h", ", calendar: always"),
        CALENDARS + STEPS + flow("register", "close") + sla("3h", ", calendar: late"),
        STEPS + flow("register", "close") + sla("1h"),  # one calendar for all: the wall does not matter
    ],
)
def test_no_opening_is_called_bad_that_is_not(fragment: str, tmp_path: Path) -> None:
    assert told(tmp_path, fragment, "SVC503") == []


def test_a_target_too_tight_on_its_own_calendar_is_told_once(tmp_path: Path) -> None:
    steps = STEPS.replace("close:    {owner: lead", "close:    {owner: lead, calendar: late")
    fragment = CALENDARS + steps + flow("register", "other", "close") + sla("3h")
    problems = check(workbench.write(tmp_path, fragment))[0]
    assert [p.code for p in problems if p.code in ("SVC502", "SVC503")] == ["SVC502"]


def clock(chance: random.Random, zone: str) -> Clock:
    hours = []
    for day in range(7):
        if chance.random() < 0.75:
            a, b, c, d = sorted(chance.sample(range(0, 1441, 30), 4))
            hours.append((day, day, ((a, b), (c, d)) if chance.random() < 0.5 else ((a, d),)))
    hours = hours or [(0, 0, ((540, 600),))]
    closed = tuple(f"2026-03-{day:02d}" for day in chance.sample(range(1, 29), 2))
    return Clock(tuple(hours), zone, None, closed)


@pytest.mark.parametrize("seed", range(12))
def test_the_worst_opening_is_that_of_a_minute_by_minute_search(seed: int) -> None:
    chance = random.Random(seed)
    zone = chance.choice(["UTC", "Europe/Berlin", "Asia/Shanghai"])
    clocks = {name: clock(chance, zone) for name in ("a", "b", "on")}
    hours = {name: Hours.of(one, 2025, 2027) for name, one in clocks.items()}
    chain = tuple(
        (name, chance.randrange(1, 600) * 60) for name in chance.choice([("a",), ("a", "b"), ("b", "a", "b")])
    )
    # Twelve days around a change of clock and days that are shut.
    first = date(2026, 3, 21).toordinal() - EPOCH
    found = worst_opening(chain, hours["on"], hours["a"], calendars=hours, days=range(first, first + 12))

    worst = -1
    for instant in range(first * DAY_MS, (first + 12) * DAY_MS, MINUTE_MS):
        if clocks["a"].open_at(instant):
            end = instant
            for name, seconds in chain:
                end = clocks[name].deadline(end, seconds * 1_000)
            worst = max(worst, clocks["on"].elapsed(instant, end))
    assert found.lasts_ms == worst


def test_chains_that_another_covers_are_dropped() -> None:
    one, two = (("a", 60), ("b", 60)), (("a", 60), ("b", 30))
    assert longest_of((one, two, (), (("b", 90),))) == (one, (("b", 90),))


@pytest.mark.parametrize(
    ("ends", "flow_", "count"),
    [
        ("from: close, to: register", "", 1),
        ("from: work, to: review", "flow: [register, {any: [work, review]}, close]\n", 1),
        ("from: [close, work], to: review", "", 0),
        ("from: review, to: work", "flow: [register, {repeat: {do: [work, review], while: valid}}, close]\n", 0),
        ("from: work, to: review", "flow: [register, {parallel: [review, work]}, close]\n", 0),
        ("from: close, to: work", "flow: [register, review, close]\nanytime: [work]\n", 0),
        ("from: work, to: register", "flow: [register, review, close]\nanytime: [work]\n", 0),
        ("from: work, to: close", "flow: [register, review, close]\nanytime: [work: {end: withdrawn}]\n", 1),
    ],
)
def test_a_clock_that_never_stops(ends: str, flow_: str, count: int, tmp_path: Path) -> None:
    assert len(told(tmp_path, flow_ + sla("8h", ends=ends), "SVC501")) == count


@pytest.mark.parametrize(
    ("ladder", "said"),
    [
        ("{50%: lead, 40%: agent}", ["escalation at 40% comes after 50%: the ladder must climb"]),
        (
            "{20%: agent, 90%: lead, 50%: agent, 80%: lead}",
            [
                "escalation at 50% comes after 90%: the ladder must climb",
                "escalation at 80% comes after 90%: the ladder must climb",
            ],
        ),
        ("{9%: agent, 50%: lead, 120%: lead}", []),
        ("{100%: lead}", []),
    ],
)
def test_a_ladder_climbs(ladder: str, said: list[str], tmp_path: Path) -> None:
    fragment = f"slas: {{answer: {{from: register, to: close, target: 8h, objective: 90%, escalate: {ladder}}}}}\n"
    assert told(tmp_path, fragment, "SVC504") == said


RANKS = "case: {severity: [low, medium, high, critical], channel: [phone, chat, mail]}\n"


def steps(*targets: str) -> str:
    names = ("register", "work", "review", "close")
    return "steps:\n" + "".join(
        f"  {name}: {{owner: agent, within: {target}, labels: [{name}]}}\n"
        for name, target in zip(names, targets, strict=True)
    )


@pytest.mark.parametrize(
    ("fragment", "said"),
    [
        (
            steps("{by: severity, critical: 2h, else: 1h}", "1h", "1h", "1h")
            + "rules: {r: {different: [work, review], "
            "when: severity >= high}}\n",
            ["critical (2h00) is slower than high (1h00)"],
        ),
        (
            steps(
                "{by: severity, critical: 1h, else: 2h}", "{by: severity, critical: 1h, high: 3h, else: 2h}", "1h", "1h"
            ),
            ["high (3h00) is slower than medium (2h00)"],
        ),
        # A channel has no order, and severity none that anything shows.
        (steps("{by: channel, phone: 10m, chat: 10m, else: 1h}", "{by: channel, chat: 2h, else: 1h}", "1h", "1h"), []),
        (steps("{by: severity, critical: 2h, else: 1h}", "1h", "1h", "1h"), []),
        (
            steps("{by: severity, critical: 1h, high: 1h, else: 2h}", "1h", "1h", "1h") + "rules: {r: {different: "
            "[work, review], when: severity >= high}}\n",
            [],
        ),
    ],
)
def test_graver_cases_are_not_slower(fragment: str, said: list[str], tmp_path: Path) -> None:
    assert told(tmp_path, RANKS + fragment, "SVC505") == said


@pytest.mark.parametrize(
    ("fragment", "said"),
    [
        (
            RANKS + sla("{by: severity, low: 9h, critical: 8h}"),
            ["no target when severity = medium or high; add it or an else"],
        ),
        (
            "case: {valid: boolean, n: number}\n" + sla("{by: valid, true: 9h}"),
            ["no target when valid = false; add it or an else"],
        ),
        (
            "case: {valid: boolean, n: number}\n" + sla("{by: n, 1: 9h}"),
            ["no target for other values of n; add an else"],
        ),
        (RANKS + sla("{by: severity, low: 9h, medium: 9h, high: 9h, critical: 8h}"), []),
        (RANKS + sla("{by: severity, high: 9h, critical: 8h}", ", when: severity >= high"), []),
        (
            RANKS
            + steps("1h", "{by: severity, high: 1h, critical: 1h}", "1h", "1h")
            + "flow: [register, {when: severity >= high, do: [review, work]}, close]\n",
            [],
        ),
    ],
)
def test_a_gap_in_a_target_is_told(fragment: str, said: list[str], tmp_path: Path) -> None:
    assert told(tmp_path, fragment, "SVC506") == said


def staffed(lead: str, agent: str = "") -> str:
    return (
        f"teams: {{desk: {{lead: lead{lead}}}, floor: {{lead: agent, reports_to: desk{agent}}}}}\n"
        'calendars: {office: {mon-fri: "09:00-17:00"}, early: {mon-fri: "09:00-12:00"}, '
        'late: {mon-fri: "12:00-17:00"}}\n# file: request.svcflow.yaml\n'
    )


@pytest.mark.parametrize(
    ("fragment", "said"),
    [
        (staffed(", calendar: early"), ["the clock runs office, but lead works early hours"]),
        (staffed(", calendar: office"), []),
        (staffed(""), []),  # nobody says when the lead works
        (staffed(", calendar: early", ", calendar: late, members: {lead: 1}"), []),  # one shift after the other
    ],
)
def test_who_is_told_is_on_duty(fragment: str, said: list[str], tmp_path: Path) -> None:
    assert told(tmp_path, fragment + sla("8h"), "SVC507") == said


@pytest.mark.parametrize(
    ("target", "ladder", "said"),
    [
        ("1h", "{step: work, 80%: lead}", ["80% + 30m grace is later than the target, 1h"]),
        (
            "{by: severity, high: 2h, low: 9h}",
            "{step: work, grace: 1h, 50%: lead, 80%: lead}",
            ["80% + 1h grace is later than the target, 2h (severity = high)"],
        ),
        ("1h", "{step: work, grace: 12m, 80%: lead}", []),
        ("1h", "{80%: lead}", []),
        ("1h", "{step: work, 100%: lead, 150%: lead}", []),
    ],
)
def test_a_rung_with_its_grace_is_before_the_target(target: str, ladder: str, said: list[str], tmp_path: Path) -> None:
    fragment = f"slas: {{answer: {{from: register, to: work, target: {target}, objective: 90%, escalate: {ladder}}}}}\n"
    assert told(tmp_path, fragment, "SVC509") == said


def test_an_objective_is_asked_for(tmp_path: Path) -> None:
    fragment = "slas: {answer: {from: register, to: close, target: 8h}}\n"
    assert told(tmp_path, fragment, "SVC508") == ["what share must meet 'answer'? add 'objective'"]
    assert told(tmp_path, fragment.replace("8h", "8h, objective: 100%"), "SVC508") == []
