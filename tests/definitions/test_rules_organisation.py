"""Rules about the organisation, the three clarities and style: what they say, and where they must keep quiet."""

from __future__ import annotations

from pathlib import Path

import pytest

from svcflow.definitions import check
from svcflow.definitions.workspaces import check_all

from . import workbench  # type: ignore[attr-defined]

ROLES = (
    "roles: {customer: {external: true}, agent: {authority: {claim: 100}}, lead: {authority: {claim: 500}}, "
    "head: {authority: {claim: any}}, trainer: {}}\n"
)
PROCESS = "# file: request.svcflow.yaml\n"


def told(folder: Path, fragment: str, code: str, opted: frozenset[str] = frozenset()) -> list[str]:
    found = check_all([workbench.write(folder, fragment)], opted).problems
    return [p.message for p in found if p.code == code]


def teams(*listed: str) -> str:
    return ROLES + "teams:\n" + "".join(f"  {team}\n" for team in listed)


def step(line: str, more: str = "") -> str:
    return (
        f"{PROCESS}steps:\n  register: {{owner: agent, within: 1h, labels: [A]}}\n  work: {{{line}, labels: [B]}}\n"
        f"  close: {{owner: lead, within: 1h, labels: [C]}}\n{more or 'flow: [register, work, close]'}\n"
    )


HEAD = "top: {lead: head, members: {trainer: 1}}"
DESK = "desk: {lead: lead, reports_to: top, members: {agent: 3}}"


@pytest.mark.parametrize(
    ("code", "fragment", "said"),
    [
        (
            "SVC601",
            teams(
                HEAD,
                "a: {lead: lead, reports_to: b}",
                "b: {lead: agent, reports_to: a}",
                "c: {lead: agent, reports_to: a}",
            ),
            ["teams report in a circle: a → b → a"],
        ),
        ("SVC601", teams("a: {lead: lead, reports_to: a}"), ["teams report in a circle: a → a"]),
        ("SVC601", teams(HEAD, DESK, "floor: {lead: agent, reports_to: desk}"), []),
        ("SVC602", teams(HEAD, "desk: {members: {agent: 3, lead: 1}, reports_to: top}"), ["team 'desk' has no lead"]),
        ("SVC602", teams(HEAD, DESK), []),
        (
            "SVC603",
            teams(HEAD, DESK) + "span_of_control: 2\n",
            ["lead leads 3 people in 'desk'; the span of control is 2"],
        ),
        (
            "SVC603",
            teams(HEAD, "desk: {lead: lead, reports_to: top, members: {agent: 4, lead: 2}}") + "span_of_control: 2\n",
            [],
        ),
        (
            "SVC603",
            teams(HEAD, "desk: {lead: lead, reports_to: top, members: {agent: 2, customer: 90}}")
            + "span_of_control: 2\n",
            [],
        ),
        ("SVC603", teams(HEAD, DESK), []),
        (
            "SVC604",
            teams(HEAD, DESK) + step("owner: [agent, lead], spends: claim, within: 1h"),
            ["nobody who owns 'work' may decide a claim above 500"],
        ),
        (
            "SVC604",
            teams(HEAD, DESK) + step("owner: trainer, spends: claim, within: 1h"),
            ["nobody who owns 'work' may decide any claim"],
        ),
        ("SVC604", teams(HEAD, DESK) + step("owner: [lead, head], spends: claim, within: 1h"), []),
        (
            "SVC604",
            teams(HEAD, DESK)
            + step("owner: lead, spends: claim, within: 1h", "flow: [register, {when: claim <= 500, do: work}, close]"),
            [],
        ),
        (
            "SVC604",
            teams(HEAD, DESK)
            + step("owner: lead, spends: claim, within: 1h", "flow: [register, {when: claim < 501, do: work}, close]"),
            ["nobody who owns 'work' may decide a claim above 500"],
        ),
        ("SVC604", teams(HEAD, DESK) + step("owner: customer, spends: claim, within: 1h"), []),
        (
            "SVC605",
            teams(HEAD, "desk: {lead: agent, reports_to: top, members: {lead: 3}}"),
            ["lead may decide more claim (500) than its lead agent (100)"],
        ),
        (
            "SVC605",
            teams("top: {lead: trainer}", "desk: {lead: head, reports_to: top}"),
            ["head may decide more claim (any) than its lead trainer (0)"],
        ),
        ("SVC605", teams(HEAD, DESK), []),
        ("SVC605", teams("desk: {lead: lead, members: {agent: 3}}", "floor: {lead: agent}"), []),
        ("SVC606", teams(HEAD, "desk: {lead: lead, reports_to: top}"), ["no team has anybody as 'agent'"]),
        (
            "SVC606",
            teams(HEAD, "desk: {lead: lead, reports_to: top, members: {agent: 0}}"),
            ["no team has anybody as 'agent'"],
        ),
        ("SVC606", teams("desk: {lead: lead, members: {agent: 1}}"), []),  # head and trainer have nothing to do
        ("SVC606", ROLES + "teams: {}\n", []),  # nothing is known of teams
        (
            "SVC607",
            teams(HEAD, DESK) + PROCESS + "slas: {a: {from: register, to: close, target: 8h, objective: 90%, "
            "escalate: {50%: head, 80%: lead}}}\n",
            ["head (50%) then lead (80%) goes down the line"],
        ),
        (
            "SVC607",
            teams(HEAD, DESK) + PROCESS + "slas: {a: {from: register, to: close, target: 8h, objective: 90%, "
            "escalate: {50%: agent, 80%: lead, 90%: lead, 100%: head}}}\n",
            [],
        ),
        (
            "SVC607",
            teams(HEAD, DESK, "school: {lead: trainer, reports_to: top}") + PROCESS + "slas: {a: {from: register,"
            " to: close, target: 8h, objective: 90%, escalate: {50%: lead, 80%: trainer}}}\n",
            [],
        ),
        (
            "SVC608",
            teams("desk: {lead: lead, members: {agent: 1}}") + PROCESS + "rules: {r: {different: [review, close]}}\n",
            ["review and close can only be done by one person"],
        ),
        (
            "SVC608",
            teams("desk: {lead: lead, members: {agent: 1}}")
            + PROCESS
            + "rules: {r: {different: [register, review, work]}}\n",
            ["register and work can only be done by one person"],
        ),
        (
            "SVC608",
            teams("desk: {lead: lead, members: {agent: 1}}") + PROCESS + "rules: {r: {different: [work, review]}}\n",
            [],
        ),
        (
            "SVC608",
            teams("desk: {lead: lead, members: {agent: 1, lead: 2}}")
            + PROCESS
            + "rules: {r: {different: [review, close]}}\n",
            [],
        ),
        (
            "SVC608",
            teams("desk: {lead: lead, members: {agent: 1}}") + PROCESS + "rules: {r: {same: [review, close]}}\n",
            [],
        ),
        (
            "SVC701",
            teams(HEAD, DESK) + step("owner: agent"),
            ["step 'work' has no target: add 'within' or measure it in an SLA or KPI"],
        ),
        (
            "SVC701",
            teams(HEAD, DESK) + step("owner: agent") + "rules: {r: {after: register, then: work, within: 1h}}\n",
            [],
        ),
        (
            "SVC701",
            teams(HEAD, DESK) + step("owner: agent") + 'kpis: {k: {measure: mean(count(work)), target: "<= 2"}}\n',
            [],
        ),
        (
            "SVC701",
            teams(HEAD, DESK) + step("owner: agent") + 'kpis: {k: {measure: mean(count(works)), target: "<= 2"}}\n',
            [],
        ),  # an unknown step is the mistake
        (
            "SVC702",
            teams(HEAD, DESK) + step("owner: customer, within: 1h"),
            ["step 'work' is owned by outsiders only: who answers for it?"],
        ),
        ("SVC702", teams(HEAD, DESK) + step("owner: [customer, agent], within: 1h"), []),
        (
            "SVC702",
            teams(HEAD, DESK) + step("owner: customer, within: 1h", "flow: [register, close]\nanytime: [work]"),
            [],
        ),
        (
            "SVC702",
            teams(HEAD, DESK, "users: {lead: customer, reports_to: desk}") + step("owner: customer, within: 1h"),
            [],
        ),
        (
            "SVC703",
            PROCESS + "slas: {a: {from: register, to: close, target: 8h, objective: 90%, escalate: {grace: 5m}}}\n",
            ["nobody is told when 'a' is about to be missed; add 'escalate'"],
        ),
        (
            "SVC704",
            teams(HEAD, DESK, "school: {lead: trainer}"),
            ["problems of 'trainer' end there: its team reports to nobody"],
        ),
        ("SVC704", teams(HEAD, DESK, "users: {lead: customer}"), []),
        ("SVC704", teams("desk: {lead: lead, members: {agent: 1}}"), []),
        ("SVC705", PROCESS + "slas: {}\n", ["process has no SLA"]),
        (
            "SVC705",
            (
                "# file: request.svcflow.yaml\nflow: [register, work, {run: part}, review, close]\n"
                "# file: part.svcflow.yaml\nprocess: part\nslas: {}\n"
                "steps: {call: {name: Call, owner: agent, within: 1h, labels: [D]}}\nflow: [call]\n"
            ),
            [],
        ),
        (
            "SVC901",
            "rules: {FourEyes: {different: [work, review]}}\n",
            ["'FourEyes': use lower_snake_case, as in 'four_eyes'"],
        ),
        (
            "SVC901",
            "rules: {four-eyes: {different: [work, review]}}\n",
            ["'four-eyes': use lower_snake_case, as in 'four_eyes'"],
        ),
        ("SVC901", "rules: {四眼原则: {different: [work, review]}, p90_2: {same: [work, register]}}\n", []),
        (
            "SVC902",
            step("owner: agent, within: 1h")
            .replace("register: {", "register: {name: R, ")
            .replace("close: {", "close: {name: {en: C, zh: 结}, "),
            ["'work' has no name to show"],
        ),
        (
            "SVC903",
            "flow: [register, {parallel: [review, work]}, close]\n",
            ["list steps in flow order: 'review' comes before 'work'"],
        ),
        ("SVC903", "flow: [register, review, close]\nanytime: [work]\n", []),
    ],
)
def test_what_a_rule_says(code: str, fragment: str, said: list[str], tmp_path: Path) -> None:
    assert told(tmp_path, fragment, code) == said


def test_people_by_name_are_counted(tmp_path: Path) -> None:
    fragment = teams(HEAD, DESK) + "people: people.csv\n" + PROCESS + "rules: {r: {different: [review, close]}}\n"
    folder = workbench.write(tmp_path, fragment)
    for rows, expected in (
        ("amy,agent\nlee,lead\n", ["SVC608"]),
        ("amy,agent\nlee,lead\nbo,lead\n", []),
        ("lee,lead\nbo,lead\n", []),
    ):
        (folder / "people.csv").write_text("actor,role\n" + rows, encoding="utf-8")
        assert [p.code for p in check(folder)[0] if p.code in ("SVC606", "SVC608")] == expected


def test_no_callback_is_asked_only_when_it_is_chosen(tmp_path: Path) -> None:
    opted = frozenset({"no-callback"})
    assert told(tmp_path / "a", "", "SVC707") == []
    assert told(tmp_path / "b", "", "SVC707", opted) == ["the end 'done' is reached without 'callback'"]
    part = (
        "flow: [register, work, review, {when: valid, do: {run: callback}}, close]\n"
        "# file: callback.svcflow.yaml\nprocess: callback\nslas: {}\n"
        "steps: {dial: {name: Dial, owner: agent, within: 1h, labels: [D]}}\nflow: [dial]\n"
    )
    assert told(tmp_path / "c", part, "SVC707", opted) == ["the end 'done' is reached without 'callback'"]
    assert (
        told(tmp_path / "d", part.replace("{when: valid, do: {run: callback}}", "{run: callback}"), "SVC707", opted)
        == []
    )


def test_what_has_a_basic_error_is_not_told_again(tmp_path: Path) -> None:
    """A misspelt step leaves a step unmeasured, a clock without stop and a rule restated: one finding."""
    fragment = (
        "slas: {answer: {from: register, to: clse, target: 1h}}\n"
        "rules: {r: {before: close, need: review}}\nowner: lead\n"
    )
    problems, _ = check(workbench.write(tmp_path, fragment))
    assert [p.code for p in problems] == ["SVC201"]


def test_an_error_that_is_silenced_keeps_no_rule_from_judging(tmp_path: Path) -> None:
    fragment = (
        "steps:\n"
        "  register: {name: R, owner: agent, within: 9h, labels: [A]}\n"
        "  close: {name: C, owner: lead, within: 9h, labels: [B]}\n"
        "  spare: {name: S, owner: lead, labels: [C]}  # svcflow: ignore[unreachable-step] comes in May\n"
        "flow: [register, close]\n"
    )
    assert [p.code for p in check(workbench.write(tmp_path, fragment))[0]] == ["SVC502"]
