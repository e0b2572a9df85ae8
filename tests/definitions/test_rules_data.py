"""Rules about data and imported nets: what they say in so many words, and where they must keep quiet."""

from __future__ import annotations

import itertools
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from svcflow.definitions import check
from svcflow.definitions.net import Net, Transition, explore
from svcflow.definitions.rules import left_behind, unbounded
from svcflow.definitions.samples import samples
from svcflow.guards import Field, compile_guard

from . import workbench  # type: ignore[attr-defined]

INTEGER = "case: {n: integer, m: number, k: number, tier: [standard, key], at: datetime, note: string}\n"


def told(folder: Path, fragment: str, code: str) -> list[str]:
    return [p.message for p in check(workbench.write(folder, fragment))[0] if p.code == code]


def choose(*branches: str, before: str = "", above: str = "") -> str:
    listed = "".join(f"      - {branch}\n" for branch in branches)
    return f"{above}flow:\n  - register\n{before}  - choose:\n{listed}  - close\n"


@pytest.mark.parametrize(
    ("fragment", "said"),
    [
        (
            choose("{when: severity == high and claim >= 500, do: work}", "{when: severity == low, do: review}"),
            "no branch is taken when severity = high, claim = 499; add an else",
        ),
        (choose("{when: valid, do: [work, review]}"), "no branch is taken when valid = false; add an else"),
        (
            choose("{when: n < 3, do: work}", "{when: n > 3, do: review}", above=INTEGER),
            "no branch is taken when n = 3; add an else",
        ),
        (
            choose("{when: at < '2026-01-01', do: work}", "{when: at > '2026-01-01', do: review}", above=INTEGER),
            "no branch is taken when at = 2026-01-01T00:00:00; add an else",
        ),
        # A step lies between the two decisions, and may set the data anew.
        (
            (
                "flow:\n  - register\n  - when: valid\n    do:\n      - work\n"
                "      - choose: [{when: valid, do: review}]\n"
                "  - close\n"
            ),
            "no branch is taken when valid = false; add an else",
        ),
    ],
)
def test_a_gap_is_told_with_a_case(fragment: str, said: str, tmp_path: Path) -> None:
    assert told(tmp_path, fragment, "SVC402") == [said]


@pytest.mark.parametrize(
    "fragment",
    [
        choose("{when: claim < 100, do: work}", "{when: claim >= 100, do: review}"),
        choose("{when: valid and claim > 5, do: work}", "{when: not valid or claim <= 5, do: review}"),
        choose("{when: severity == low, do: work}", "{when: severity == high, do: review}"),
        # Whole numbers have no value between 1 and 2.
        choose("{when: n > 1.5, do: work}", "{when: n < 1.5, do: review}", above=INTEGER),
        choose("{when: n <= 2, do: work}", "{when: n >= 3, do: review}", above=INTEGER),
        # Two numeric fields: not judged.
        choose("{when: m > k, do: work}", "{when: m < k, do: review}", above=INTEGER),
        # What was decided just before leaves no other case.
        (
            "flow:\n  - register\n  - when: severity == high\n    do:\n      choose:\n"
            "        - {when: severity == high and valid, do: work}\n"
            "        - {when: not valid, do: review}\n  - close\n"
        ),
        choose(
            "{when: valid and claim > 5, do: work}",
            "{when: valid and claim <= 5, do: review}",
            before="  - {when: not valid, do: {end: refused}}\n",
        ),
    ],
)
def test_no_gap_is_seen_where_there_is_none(fragment: str, tmp_path: Path) -> None:
    assert told(tmp_path, fragment, "SVC402") == []


@pytest.mark.parametrize(
    ("fragment", "said"),
    [
        (
            choose("{when: claim > 9, do: work}", "{when: claim > 10 and valid, do: review}", "else: []"),
            "every case that fits 'claim > 10 and valid' is taken by an earlier branch, as when claim = 11",
        ),
        (
            choose(
                "{when: valid, do: work}",
                "{when: claim > 5, do: []}",
                "{when: severity <= high, do: []}",
                "{when: valid or claim > 9, do: review}",
                "else: []",
            ),
            "every case that fits 'valid or claim > 9' is taken by an earlier branch, as when claim = 8, valid = true",
        ),
        (
            choose("{when: valid, do: work}", "{when: not valid, do: []}", "else: review"),
            "every case is taken by an earlier branch; this else is never taken",
        ),
    ],
)
def test_a_shadowed_branch_is_told(fragment: str, said: str, tmp_path: Path) -> None:
    found = told(tmp_path, fragment, "SVC403")
    assert len(found) == 1
    assert found[0].split(", as when")[0] == said.split(", as when", maxsplit=1)[0]


@pytest.mark.parametrize(
    "fragment",
    [
        choose("{when: claim > 500, do: work}", "{when: claim > 100, do: review}", "else: []"),
        # A net for missing data: an else that does nothing.
        choose("{when: valid, do: work}", "{when: not valid, do: review}", "else: []"),
        # A branch that no case fits has its own rule; so has one that every case fits.
        choose("{when: valid, do: work}", "{when: claim > 5 and claim < 5, do: review}", "else: []"),
        choose("{when: claim > 5 or claim <= 5, do: work}", "{when: valid, do: review}"),
    ],
)
def test_no_branch_is_called_shadowed_that_is_not(fragment: str, tmp_path: Path) -> None:
    assert told(tmp_path, fragment, "SVC403") == []


@pytest.mark.parametrize(
    ("fragment", "said"),
    [
        (
            "flow: [register, work, {when: claim > 5 and claim < 5, do: review}, close]\n",
            "'claim > 5 and claim < 5' is never true",
        ),
        ("flow: [register, work, {when: severity <= high, do: review}, close]\n", "'severity <= high' is always true"),
        (
            "flow: [register, {when: valid, do: {when: valid, do: work}}, review, close]\n",
            "'valid' is always true here: it was decided just before",
        ),
        (
            "flow: [register, {repeat: {do: work, while: not valid}}, {when: not valid, do: review}, close]\n",
            "'not valid' is never true here: it was decided just before",
        ),
        ("rules: {never_both: {never: [work, review], when: severity < low}}\n", "'severity < low' is never true"),
    ],
)
def test_a_constant_condition_is_told(fragment: str, said: str, tmp_path: Path) -> None:
    assert told(tmp_path, fragment, "SVC404") == [said]


@pytest.mark.parametrize(
    "fragment",
    [
        "flow: [register, {when: valid, do: [work, {when: valid, do: review}]}, close]\n",  # work may change it
        "flow: [register, {repeat: {do: work, while: not valid, max: 3}}, {when: not valid, do: review}, close]\n",
        "applies_to: true\n",
        INTEGER + "flow: [register, work, {when: m > k, do: review}, close]\n",
        "flow: [register, {repeat: {do: [work, review], while: valid or not valid}}, close]\n",  # SVC306
    ],
)
def test_no_condition_is_called_constant_that_is_not(fragment: str, tmp_path: Path) -> None:
    assert told(tmp_path, fragment, "SVC404") == []


def test_a_field_read_by_a_process_that_is_run_is_read(tmp_path: Path) -> None:
    fragment = (
        "case: {severity: [low, high], claim: number, spare: string, reached: boolean}\n"
        "steps:\n"
        "  register: {name: Register, owner: agent, within: 1h, labels: [{label: Open, when: severity == low}]}\n"
        "  close: {name: Close, owner: lead, within: 1h, spends: claim, labels: [Closed]}\n"
        "flow: [register, {run: call}, close]\n"
        "# file: call.svcflow.yaml\n"
        "process: call\n"
        "case: {reached: boolean}\n"
        "steps: {dial: {name: Dial, owner: agent, within: 1h, labels: [Dialled]}}\n"
        "flow: {repeat: {do: dial, while: not reached, max: 3}}\n"
    )
    assert told(tmp_path, fragment, "SVC405") == ["nothing reads 'spare'"]


def test_a_field_that_a_step_needs_is_read(tmp_path: Path) -> None:
    fragment = (
        "case: {valid: boolean, spare: string, note: string, rest: string}\n"
        "steps:\n"
        "  register: {name: Register, owner: agent, within: 1h, needs: note, labels: [Opened]}\n"
        "  close: {name: Close, owner: lead, within: 1h, needs: [valid, rest], labels: [Closed]}\n"
        "flow: [register, close]\n"
    )
    assert told(tmp_path, fragment, "SVC405") == ["nothing reads 'spare'"]


def other(applies_to: str, more: str = "") -> str:
    return f"applies_to: severity == high\n# file: b.svcflow.yaml\nprocess: b\n{more}applies_to: {applies_to}\n"


def test_two_processes_for_one_case_are_told(tmp_path: Path) -> None:
    assert told(tmp_path, other("claim > 500"), "SVC406") == [
        "b and request both apply when claim = 501, severity = high"
    ]


@pytest.mark.parametrize(
    "fragment",
    [
        other("severity == low"),
        other("claim > 500 and severity == low"),
        # The words differ: what one calls urgent the other does not know.
        other("severity == urgent", "case: {severity: [low, urgent], claim: number, valid: boolean}\n"),
        other("severity == high", "valid_until: 2025-12-31\n").replace(
            "applies_to", "valid_from: 2026-01-01\napplies_to", 1
        ),
        "# file: b.svcflow.yaml\nprocess: b\napplies_to: severity == high\n",  # the first takes what is left
    ],
)
def test_processes_apart_do_not_overlap(fragment: str, tmp_path: Path) -> None:
    assert told(tmp_path, fragment, "SVC406") == []


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        ("{before: close, need: [register, work]}", "the flow already implies 'before close need register, work'"),
        ("{after: register, then: close}", "the flow already implies 'after register then close'"),
        ("{at_most: {work: 1}}", "the flow already implies 'at most 1 work'"),
        ("{before: close, need: review, when: valid}", "the flow already implies 'before close need review'"),
    ],
)
def test_a_rule_that_the_flow_implies_is_told(rule: str, said: str, tmp_path: Path) -> None:
    assert told(tmp_path, f"rules: {{r: {rule}}}\n", "SVC407") == [said]


@pytest.mark.parametrize(
    "fragment",
    [
        "rules: {r: {after: register, then: close, within: 4h}}\n",
        "rules: {r: {different: [work, review]}}\n",
        "flow: [register, {may: work}, review, close]\nrules: {r: {before: close, need: work}}\n",
        "flow: [register, {repeat: {do: work, max: 3}}, review, close]\nrules: {r: {at_most: {work: 2}}}\n",
        "flow: [register, review, close]\nanytime: [work]\nrules: {r: {at_most: {work: 1}}}\n",
        # A withdrawal ends the case before what is owed is done.
        "flow: [register, review, close]\nanytime: [work: {end: gone}]\nrules: {r: {after: register, then: close}}\n",
    ],
)
def test_a_rule_beside_the_flow_is_left_alone(fragment: str, tmp_path: Path) -> None:
    assert told(tmp_path, fragment, "SVC407") == []


numbers = st.integers(-3, 3)
guards = st.recursive(
    st.builds("{} {} {}".format, st.sampled_from("nm"), st.sampled_from(["<", "<=", "==", ">", ">=", "!="]), numbers),
    lambda part: st.builds("({} {} {})".format, part, st.sampled_from(["and", "or"]), part),
    max_leaves=4,
)


@settings(deadline=None, max_examples=100)
@given(st.lists(guards, min_size=1, max_size=3))
def test_samples_show_every_combination_of_truths_there_is(texts: list[str]) -> None:
    fields = {"n": Field("n", "integer"), "m": Field("m", "number")}
    compiled = [compile_guard(text, fields) for text in texts]
    grid = itertools.product(range(-5, 6), [half / 2 for half in range(-10, 11)])
    there = {tuple(guard.evaluate({"n": n, "m": m}) for guard in compiled) for n, m in grid}
    found = samples(compiled)
    assert found is not None
    assert {tuple(guard.evaluate(data) for guard in compiled) for data in found} == there


def net(*transitions: tuple[str, tuple[int, ...], tuple[int, ...]]) -> Net:
    """Return a net with source 0 and sink 1."""
    made = tuple(Transition("flow", name or None, taken, given) for name, taken, given in transitions)
    return Net(8, 0, 1, made, ())


def test_an_unbounded_net_is_told_by_its_place_and_its_loop() -> None:
    growing = net(("a", (0,), (2,)), ("split", (2,), (2, 3)), ("b", (2,), (1,)))
    assert unbounded.judge(growing) == "after a, place p3 grows without limit, repeating split"
    two = net(("a", (0,), (2,)), ("split", (2,), (4, 3)), ("back", (4,), (2,)), ("b", (2, 3), (1,)))
    assert unbounded.judge(two) == "after a, place p3 grows without limit, repeating split → back"


@pytest.mark.parametrize(
    "bounded",
    [
        net(("a", (0,), (2,)), ("split", (2,), (3, 4)), ("join", (3, 4), (2,)), ("b", (2,), (1,))),
        net(("a", (0,), (2, 3)), ("b", (2,), (4,)), ("c", (3,), (4,)), ("d", (4, 4), (1,))),  # two tokens, no more
    ],
)
def test_a_bounded_net_is_not_called_unbounded(bounded: Net) -> None:
    assert unbounded.judge(bounded) == ""


def test_work_left_behind_is_told_by_its_place() -> None:
    torn = net(("split", (0,), (2, 3)), ("a", (2,), (1,)), ("b", (3,), (4,)))
    assert left_behind.judge(explore(torn)) == "after split → a the case ends with work still open in p3"


@pytest.mark.parametrize(
    "whole",
    [
        net(("split", (0,), (2, 3)), ("a", (2,), (4,)), ("b", (3,), (5,)), ("join", (4, 5), (1,))),
        net(("a", (0,), (2,)), ("b", (2,), (0,)), ("c", (2,), (1,))),
    ],
)
def test_a_net_that_ends_clean_leaves_nothing(whole: Net) -> None:
    assert left_behind.judge(explore(whole)) == ""
