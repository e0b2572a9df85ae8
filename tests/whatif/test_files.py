"""Files of what-ifs: what is written is read again; what cannot be is refused in one line."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from svcflow.definitions import check
from svcflow.errors import InputError, SvcflowError, UsageError
from svcflow.whatif import (
    Arrivals,
    Automate,
    Bypass,
    Capacity,
    CapWait,
    Dissolve,
    DropRepeats,
    Hours,
    KeepHands,
    MergeTeams,
    Parallel,
    Prioritise,
    Scope,
    Skip,
    Speed,
    WhatIf,
)
from svcflow.whatif.files import read_whatifs, write_whatifs
from svcflow.whatif.plain import from_plain, to_plain

TEXTS = st.text(st.characters(exclude_categories=("Cs",)), min_size=1, max_size=12)
NAMES = st.lists(TEXTS, min_size=1, max_size=3).map(tuple)
MAYBE = st.none() | TEXTS
SCOPES = st.builds(
    Scope,
    activities=st.just(()) | NAMES,
    after=st.just(()) | NAMES,
    sender=MAYBE,
    receiver=MAYBE,
    handover=st.sampled_from([None, "team", "resource"]),
    where=MAYBE,
    from_round=st.integers(1, 9),
)
SHARES, FACTORS = st.floats(0, 1), st.floats(0.01, 9)
CHANGES = st.one_of(
    st.builds(CapWait, SCOPES, st.integers(0, 10**8), MAYBE, st.booleans()),
    st.builds(KeepHands, SCOPES),
    st.builds(MergeTeams, st.tuples(TEXTS, TEXTS)),
    st.builds(DropRepeats, NAMES, SHARES, st.integers(1, 9), st.booleans()),
    st.builds(Skip, SCOPES, SHARES),
    st.builds(Bypass, TEXTS, MAYBE),
    st.builds(Automate, SCOPES),
    st.builds(Parallel, st.tuples(TEXTS, TEXTS)),
    st.builds(Speed, NAMES, FACTORS),
    st.builds(Dissolve, NAMES),
    st.builds(Capacity, TEXTS, heads=st.integers(-9, 9)),
    st.builds(Capacity, TEXTS, share=st.floats(-1, 3)),
    st.builds(Hours, TEXTS, TEXTS),
    st.builds(Prioritise, TEXTS, MAYBE),
    st.builds(Arrivals, FACTORS),
)


@settings(deadline=None)
@given(CHANGES)
def test_plain_data_hold_a_change(change) -> None:
    assert from_plain(to_plain(change)) == change


PRINTABLE = st.characters(exclude_categories=("Cc", "Cs", "Cn", "Co", "Zl", "Zp"))
HUMAN = st.text(PRINTABLE, min_size=1, max_size=12).filter(lambda text: text.strip() == text)


@settings(deadline=None, max_examples=60)
@given(st.lists(st.tuples(HUMAN, SHARES), min_size=1, max_size=3))
def test_a_file_holds_scenarios(tmp_path_factory, named) -> None:
    scenarios = [WhatIf(f"s{n}", (Skip(Scope((name,)), share),)) for n, (name, share) in enumerate(named)]
    file = tmp_path_factory.mktemp("f") / "x.whatif.svcflow.yaml"
    file.write_text(write_whatifs("complaint", scenarios), encoding="utf-8")
    assert read_whatifs(file) == ("complaint", tuple(scenarios))


def write(folder: Path, text: str) -> Path:
    file = folder / "a.whatif.svcflow.yaml"
    file.write_text(f"svcflow: 1\nwhatif: complaint\nchanges:\n{text}", encoding="utf-8")
    return file


def test_the_short_form(tmp_path) -> None:
    text = """\
  one:
    description: all kinds
    when: priority == 'low'
    capacity: {L1: +10%, L2: +2, L3: -1}
    hours: {L1: always}
    first: severity == 'high'
    skip: [a, b]
    drop: triage
    cap_wait: {answer: 1d}
    drop_repeats: {look: 50%}
    speed: {answer: 80%}
    keep_hands: answer
    automate: a
    dissolve: a
    parallel: [a, b]
    merge_roles: [x, y]
    arrivals: 110%
"""
    (scenario,) = read_whatifs(write(tmp_path, text))[1]
    where = "priority == 'low'"
    assert scenario.changes == (
        Capacity("L1", share=0.1),
        Capacity("L2", heads=2),
        Capacity("L3", heads=-1),
        Hours("L1", "always"),
        Prioritise("severity == 'high'"),
        Skip(Scope(("a", "b"), where=where)),
        Bypass("triage", where),
        CapWait(Scope(("answer",), where=where), 86_400),
        DropRepeats(("look",), 0.5),
        Speed(("answer",), 0.8),
        KeepHands(Scope(("answer",), where=where)),
        Automate(Scope(("a",), where=where)),
        Dissolve(("a",)),
        Parallel(("a", "b")),
        MergeTeams(("x", "y")),
        Arrivals(1.1),
    )


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("  x: {fly: a}\n", "fly"),
        ("  x: [{change: fly}]\n", "fly"),
        ("  x: [{change: skip, share: 200%}]\n", "between 0 and 100"),
        ("  x: [{change: hours, team: a}]\n", "lacks calendar"),
        ("  x: [{change: capacity, team: a}]\n", "heads or a share"),
        ("  x: [{change: parallel, activities: a}]\n", "two names"),
        ("  x: [{change: speed, activities: a, factor: 0%}]\n", "above 0"),
        ("  x: [{change: skip, team: a}]\n", "'team'"),
        ("  x: 3\n", "mapping"),
        ("  x: {arrivals: many}\n", "many"),
    ],
)
def test_what_cannot_be_is_refused(tmp_path, text, told) -> None:
    with pytest.raises(SvcflowError) as caught:
        read_whatifs(write(tmp_path, text))
    assert told in caught.value.message


def test_no_such_file(tmp_path) -> None:
    with pytest.raises(InputError):
        read_whatifs(tmp_path / "none.yaml")
    other = tmp_path / "org.yaml"
    other.write_text("svcflow: 1\norganisation: x\n", encoding="utf-8")
    with pytest.raises(InputError, match="no file of what-ifs"):
        read_whatifs(other)


def test_validate_looks_names_up(tmp_path) -> None:
    folder = tmp_path / "w"
    shutil.copytree(Path(__file__).parents[2] / "workflows", folder)
    text = "  x: {skip: nowhere, hours: {support: never}, first: oops == 1}\n"
    write(folder, text)
    problems, _ = check(folder)
    told = " ".join(problem.message for problem in problems)
    assert "nowhere" in told
    assert "never" in told
    assert "oops" in told


def test_the_builder_refuses() -> None:
    with pytest.raises(UsageError):
        WhatIf("x").capacity("L1")
    with pytest.raises(UsageError):
        WhatIf("x").cap_wait("a", "soon")
    assert WhatIf("x").cap_wait("a", hours=1.5).changes == (CapWait(Scope(("a",)), 5400),)
    assert len(WhatIf("a") | WhatIf("b") | WhatIf("c")) == 3


@pytest.mark.parametrize("scenario", ["{description: nothing}", "{when: a == 'b'}"])
def test_a_scenario_that_changes_nothing_is_refused(scenario: str, tmp_path: Path) -> None:
    file = tmp_path / "plans.yaml"
    file.write_text(f"svcflow: 1\nwhatif: desk\nchanges:\n  idle: {scenario}\n", encoding="utf-8")
    with pytest.raises(InputError, match="idle: nothing is changed"):
        read_whatifs(file)


def test_a_team_that_is_not_asked_any_more() -> None:
    assert WhatIf("x").reroute("back", where="a == 'b'").changes == (Bypass("back", "a == 'b'"),)
