"""What of a compiled net a token can ever reach: the place behind a last ``end`` is not written out."""

from __future__ import annotations

from svcflow.definitions.net import Net, Transition


def live(net: Net) -> tuple[list[int], list[tuple[int, Transition]]]:
    """Return the places that can be marked and the transitions that can have all they consume, with their numbers."""
    marked, fired = {net.source}, set[int]()
    grown = True
    while grown:
        grown = False
        for number, transition in enumerate(net.transitions):
            if number not in fired and marked.issuperset(transition.consumes):
                fired.add(number)
                marked.update(transition.produces)
                grown = True
    places = sorted(marked | {net.sink})
    return places, [(number, transition) for number, transition in enumerate(net.transitions) if number in fired]
