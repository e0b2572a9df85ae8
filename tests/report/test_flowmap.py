from hypothesis import given
from hypothesis import strategies as st

from svcflow.report.flowmap import MOST_LINKS, choose_links, kind_of, place_activities

places = st.integers(0, 30).map("a{}".format)
links = st.lists(st.fixed_dictionaries({"from": places, "to": places, "cases": st.integers(1, 1000)}), max_size=200)


@given(links, st.integers(1, 5000))
def test_what_is_drawn_is_the_commonest_and_what_is_not_is_counted(rows: list[dict[str, object]], cases: int) -> None:
    chosen = choose_links(rows, cases)
    assert len(chosen.links) + chosen.hidden == len(rows)
    assert len(chosen.links) <= MOST_LINKS
    assert bool(chosen.links) == bool(rows)
    left_out = [row for row in rows if not any(row is link for link in chosen.links)]
    if chosen.links:
        assert chosen.least_cases == min(row["cases"] for row in chosen.links)
        assert all(row["cases"] <= chosen.least_cases for row in left_out)
    assert set(chosen.activities) == {row[end] for row in chosen.links for end in ("from", "to")}


def test_activities_stand_in_their_usual_order() -> None:
    variants = [{"activities": ["a", "b", "a", "c"], "cases": 9}, {"activities": ["b", "c"], "cases": 1}]
    assert place_activities(variants) == {"a": 0.0, "b": 0.3, "c": 1.0}
    rows = [{"from": "c", "to": "b", "cases": 5}, {"from": "a", "to": "b", "cases": 5}]
    assert choose_links(rows, 10, variants).activities == ("a", "b", "c")
    assert place_activities([{"activities": ["x"], "cases": 2}, {"activities": None, "cases": 1}]) == {"x": 0.0}


def test_policies_and_others_are_kinds_of_their_own() -> None:
    assert kind_of({"timer": True, "side": "customer"}) == "timer"
    assert kind_of({"side": "vendor"}) == "outside"
    assert kind_of({"side": "nobody"}) == kind_of({}) == "own"
