"""What a recommendation is worth: the gains that its intervals leave no doubt about."""

from __future__ import annotations

from svcflow.findings import Effect, Recommendation

LEAST_GAIN = 0.005
"""Below this share of what is measured now a gain is nothing."""


def is_worthwhile(recommendation: Recommendation) -> bool:
    """Return whether some effect is a gain for certain, or no effect could be measured at all."""
    measured = [effect for effect in recommendation.effects if effect.middle is not None and effect.load == 1.0]
    return not measured or any(gains(e) and _measure(e) >= LEAST_GAIN * e.before for e in measured)


def measure_gains(recommendation: Recommendation) -> tuple[float, float] | None:
    """Return by how many hours the mean time to resolve and the mean cycle time fall; zero where that is in doubt.

    ``None`` where no effect could be measured.
    """
    known = {e.metric: e for e in recommendation.effects if e.middle is not None and e.load == 1.0}
    if not known:
        return None
    first, second = (known.get(metric) for metric in ("mean_resolve_time", "mean_cycle_time"))
    return _count(first), _count(second)


def _count(effect: Effect | None) -> float:
    return _measure(effect) if effect is not None and gains(effect) else 0.0


def _measure(effect: Effect) -> float:
    return 0.0 if effect.middle is None else effect.before - effect.middle


def gains(effect: Effect) -> bool:
    """Return whether the whole interval of an effect lies below what is measured now."""
    return effect.high is not None and effect.high < effect.before
