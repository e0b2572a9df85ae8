from hypothesis import given
from hypothesis import strategies as st

from svcflow.report.scale import HOT, LADDERS, ORDINARY, Scale, choose_scale

HOUR = 3600.0
waits = st.lists(st.tuples(st.floats(0, 1e8), st.floats(0.1, 1e5)), max_size=30)


@given(waits)
def test_the_hot_classes_stay_a_minority_where_any_limits_allow_it(known: list[tuple[float, float]]) -> None:
    scale = choose_scale(known)
    whole = sum(weight for _, weight in known)
    hot = sum(weight for seconds, weight in known if scale.classify(seconds) >= 3)
    allowed = any(
        sum(w for s, w in known if Scale(limits).classify(s) >= 3) <= HOT * whole * 1.000001 for limits in LADDERS
    )
    assert hot <= HOT * whole * 1.000001 or not allowed


@given(waits)
def test_the_order_of_the_links_does_not_matter(known: list[tuple[float, float]]) -> None:
    assert choose_scale(known) == choose_scale(sorted(known))


@given(st.floats(0, 1e9), st.floats(0, 1e9))
def test_a_longer_wait_is_never_cooler(one: float, other: float) -> None:
    for limits in LADDERS:
        low, high = sorted((one, other))
        assert Scale(limits).classify(low) <= Scale(limits).classify(high)


def test_a_service_desk_keeps_the_ordinary_limits() -> None:
    spread = [(h * HOUR, 1.0) for h in (0.1, 1, 1.5, 3, 4, 5, 8, 12, 20, 29)]
    assert choose_scale(spread) == Scale(ORDINARY)
    assert choose_scale([]) == Scale(ORDINARY)


def test_limits_follow_logs_of_minutes_and_of_months() -> None:
    assert choose_scale([(s, 1.0) for s in (5, 20, 45, 100, 15, 8, 50)]).limits[-1] <= 1800
    assert choose_scale([(d * 86_400.0, 1.0) for d in (1, 4, 5, 9, 10, 20, 40)]).limits[0] >= 86_400


def test_the_legend_says_the_limits() -> None:
    assert [text.en for text in Scale().legend()] == ["under 2 h", "2–6 h", "6–14 h", "14–24 h", "over 24 h"]
    assert Scale((900.0, 1800.0, HOUR, 2 * HOUR)).legend()[2].en == "30 min–1 h"
    assert Scale().legend()[4].zh == "24 小时以上"
