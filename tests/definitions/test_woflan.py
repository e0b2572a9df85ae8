"""Soundness against two independent judges: pm4py's Woflan, and a plain search through the markings.

Nets are grown from random outlines (which are sound) and then broken: an arc dropped, added or bent, a transition gone,
an end led out of whatever stands there. Woflan looks at the form first: it calls unsound what is no workflow net (a
second source, an arc into the source or out of the sink) even if every case ends well. No outline makes such a net;
they are kept apart, and only the plain search is asked about them.
"""

from __future__ import annotations

import random
import warnings
from collections import Counter
from dataclasses import replace
from typing import Any

import pytest
from tests.execution.definitions import process, random_flow

from svcflow.definitions.model import Item
from svcflow.definitions.net import Net, Transition, build_net, explore
from svcflow.definitions.soundness import dead_steps, find_growth, find_leftover, traps

OUTLINES = 240
MOST_TRANSITIONS = 20
Marking = tuple[int, ...]


def named(transitions: list[Transition], places: int) -> Net:
    """Return a net in which every transition has a name of its own, so that a dead silent one is told as well."""
    kept = tuple(replace(t, step=f"t{n}", decision=None) for n, t in enumerate(transitions))
    return Net(places, 0, 1, kept, ())


def outline(dice: random.Random) -> Net:
    while True:
        flow: Item = random_flow(dice, dice.randint(2, 8), (f"s{i}" for i in range(99)))
        net = build_net(process(flow), {})
        if len(net.transitions) <= MOST_TRANSITIONS:
            return named(list(net.transitions), net.places)


def broken(net: Net, dice: random.Random) -> Net:
    """Return the net with one thing in it spoilt."""
    transitions = list(net.transitions)
    at = dice.randrange(len(transitions))
    one, place = transitions[at], dice.randrange(net.places)
    match dice.randrange(7):
        case 0 if len(one.consumes) > 1:
            one = replace(one, consumes=one.consumes[1:])
        case 1 if len(one.produces) > 1:
            one = replace(one, produces=one.produces[:-1])
        case 2 if place not in one.consumes:
            one = replace(one, consumes=(*one.consumes, place))
        case 3 if place not in one.produces:
            one = replace(one, produces=(*one.produces, place))
        case 4:
            one = replace(one, produces=(place,))
        case 5:
            del transitions[at]
            return named(transitions, net.places)
        case _:
            # An end inside whatever stands here: the token goes straight to the sink.
            inside = dice.choice([p for t in transitions for p in t.produces])
            return named([*transitions, Transition("", None, (inside,), (1,))], net.places)
    transitions[at] = one
    return named(transitions, net.places)


def nets() -> list[Net]:
    dice = random.Random(2026)
    found = []
    for number in range(OUTLINES):
        net = outline(dice)
        once = broken(net, dice)
        found += [net, once] if number % 2 else [once, broken(once, dice)]
    found += [broken(net, dice) for net in TEXTBOOK.values()] + [*TEXTBOOK.values()]
    return list(dict.fromkeys(found))


def transition(consumes: Marking, produces: Marking) -> Transition:
    return Transition("", None, consumes, produces)


TEXTBOOK = {
    "cannot end": named([transition((0,), (2, 3)), transition((2,), (4,)), transition((4, 3, 5), (1,))], 6),
    "left behind": named([transition((0,), (2, 3)), transition((2,), (1,)), transition((3,), (4,))], 5),
    "dead": named([transition((0,), (1,)), transition((2,), (1,))], 3),
    "unbounded": named([transition((0,), (2,)), transition((2,), (2, 3)), transition((2,), (1,))], 4),
    "choice joined as if parallel": named(
        [transition((0,), (2,)), transition((0,), (3,)), transition((2, 3), (1,))], 4
    ),
    "parallel joined as if choice": named(
        [transition((0,), (2, 3)), transition((2,), (1,)), transition((3,), (1,))], 4
    ),
    "sound": named([transition((0,), (2, 3)), transition((3,), (4,)), transition((2, 4), (1,))], 5),
}


def has_form(net: Net) -> bool:
    """Return whether this is a workflow net: nothing enters the source or leaves the sink, all is on a way between."""
    before: dict[object, set[object]] = {}
    after: dict[object, set[object]] = {}
    for number, t in enumerate(net.transitions):
        for p in t.consumes:
            after.setdefault(p, set()).add(("t", number))
            before.setdefault(("t", number), set()).add(p)
        for p in t.produces:
            after.setdefault(("t", number), set()).add(p)
            before.setdefault(p, set()).add(("t", number))
    nodes = {*before, *after, 0, 1}
    return not before.get(0) and not after.get(1) and closure(0, after) == nodes == closure(1, before)


def closure(start: object, following: dict[object, set[object]]) -> set[object]:
    seen, waiting = {start}, [start]
    while waiting:
        for node in following.get(waiting.pop(), set()) - seen:
            seen.add(node)
            waiting.append(node)
    return seen


def ours(net: Net) -> str:
    """Return what svcflow has against a net, '' if it is sound."""
    if find_growth(net) is not None:
        return "unbounded"
    graph = explore(net)
    if find_leftover(graph) is not None:
        return "left behind"
    if traps(graph):
        return "cannot end"
    return "dead" if dead_steps(graph) else ""


def plainly_sound(net: Net, most: int = 2_000) -> bool:
    """Return the same by definition: from every marking that can be reached, the sink alone can; all fires."""
    start: frozenset[tuple[int, int]] = frozenset({(0, 1)})
    goal: frozenset[tuple[int, int]] = frozenset({(1, 1)})
    edges: dict[frozenset[tuple[int, int]], set[frozenset[tuple[int, int]]]] = {}
    fired: set[int] = set()
    waiting = [start]
    while waiting:
        marking = waiting.pop()
        if marking in edges:
            continue
        edges[marking] = set()
        tokens = dict(marking)
        if len(edges) > most or max(tokens.values()) > 40:
            return False  # it grows: these nets have a few dozen markings if they are bounded
        for number, t in enumerate(net.transitions):
            need = Counter(t.consumes)
            if all(tokens.get(place, 0) >= n for place, n in need.items()):
                left = Counter(tokens)
                left.subtract(need)
                left.update(t.produces)
                following = frozenset((place, n) for place, n in left.items() if n)
                fired.add(number)
                edges[marking].add(following)
                waiting.append(following)
    back: dict[object, set[object]] = {}
    for marking, reached in edges.items():
        for following in reached:
            back.setdefault(following, set()).add(marking)
    proper = not any(dict(marking).get(1) and marking != goal for marking in edges)
    return closure(goal, back) >= edges.keys() and proper and len(fired) == len(net.transitions)


def woflan(net: Net) -> bool:
    """Return what pm4py says."""
    import pm4py
    from pm4py.objects.petri_net.obj import Marking as Tokens
    from pm4py.objects.petri_net.obj import PetriNet
    from pm4py.objects.petri_net.utils.petri_utils import add_arc_from_to

    drawn: Any = PetriNet("net")
    used = sorted({0, 1} | {p for t in net.transitions for p in (*t.consumes, *t.produces)})
    places = {number: PetriNet.Place(f"p{number}") for number in used}
    drawn.places.update(places.values())
    for number, t in enumerate(net.transitions):
        made = PetriNet.Transition(f"t{number}", t.step)
        drawn.transitions.add(made)
        for place in t.consumes:
            add_arc_from_to(places[place], made, drawn)
        for place in t.produces:
            add_arc_from_to(made, places[place], drawn)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        answer = pm4py.check_soundness(drawn, Tokens({places[0]: 1}), Tokens({places[1]: 1}))
    return bool(answer[0])


@pytest.mark.parametrize("name", TEXTBOOK)
def test_what_is_wrong_with_a_textbook_net_is_named(name: str) -> None:
    said = {"sound": "", "choice joined as if parallel": "cannot end", "parallel joined as if choice": "left behind"}
    assert ours(TEXTBOOK[name]) == said.get(name, name)


def test_the_verdict_is_that_of_a_plain_search() -> None:
    verdicts: Counter[str] = Counter()
    for net in nets():
        assert (ours(net) == "") == plainly_sound(net), net.transitions
        verdicts[ours(net)] += 1
    assert len(verdicts) == 5, "each kind of fault, and none"


def test_the_verdict_is_that_of_woflan() -> None:
    judged = [net for net in nets() if has_form(net)]
    verdicts = [ours(net) == "" for net in judged]
    assert len(judged) >= 200
    assert min(verdicts.count(True), verdicts.count(False)) >= 80
    differing = [net for net, verdict in zip(judged, verdicts, strict=True) if woflan(net) != verdict]
    assert differing == []


def test_woflan_refuses_by_form_what_always_ends_well() -> None:
    others = [net for net in nets() if not has_form(net) and ours(net) == ""]
    assert others
    assert not any(map(woflan, others[:20]))
