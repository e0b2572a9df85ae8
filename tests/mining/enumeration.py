"""Waiting by cause, batches and hours as their rules say, one instance compared with every other: for small logs."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise

Span = tuple[int, int]
Closed = Callable[[str, int, int], list[Span]]

DAY = 86_400_000


@dataclass
class Instance:
    """An instance, and what is found out about it; its parts follow the order of `svcflow.mining.causes.CAUSES`."""

    case: str
    activity: str
    resource: str
    start: int
    end: int
    enabled: int = 0
    source: Instance | None = None
    batch: int | None = None
    gathered: int = 0
    stood: int = 0
    parts: tuple[int, ...] = ()
    standing: tuple[int, ...] = ()


def find_concurrent(cases: Sequence[Sequence[Instance]]) -> set[tuple[str, str]]:
    """Return the pairs of activities that run side by side, by the heuristics relation."""
    follows: Counter[tuple[str, str]] = Counter()
    returns: Counter[tuple[str, str]] = Counter()
    for case in cases:
        names = [instance.activity for instance in case]
        follows.update(pairwise(names))
        returns.update((a, b) for a, b, c in zip(names, names[1:], names[2:], strict=False) if a == c)

    def repeats(name: str) -> bool:
        return follows[name, name] / (follows[name, name] + 1) >= 0.9

    def beside(a: str, b: str) -> bool:
        ab, ba = follows[a, b], follows[b, a]
        turns = 0 if repeats(a) or repeats(b) else returns[a, b] + returns[b, a]
        return a != b and min(ab, ba) > 0 and turns / (turns + 1) < 0.9 and abs(ab - ba) / (ab + ba + 1) < 0.9

    return {(a, b) for a, b in follows if beside(a, b)}


def enable(case: Sequence[Instance], concurrent: set[tuple[str, str]], *, strictly: bool) -> None:
    """Find when each instance of a case was enabled, and since when the case stood still before it."""
    for place, instance in enumerate(case):
        instance.enabled = min(other.start for other in case)
        for other in case[:place]:
            if other.end <= instance.start and (other.activity, instance.activity) not in concurrent:
                instance.source = other
                if other.end < instance.end or not strictly:
                    instance.enabled = other.end
        key = (instance.start, instance.end, place)
        before = [x.end for i, x in enumerate(case) if (x.start, x.end, i) < key]
        instance.stood = min(max(before, default=instance.start), instance.start)


def find_batches(instances: Sequence[Instance]) -> list[list[Instance]]:
    """Return the batches, each in order of start."""
    groups = defaultdict(list)
    for instance in instances:
        if instance.resource:
            groups[instance.resource, instance.activity].append(instance)
    found: list[list[Instance]] = []
    for group in groups.values():
        current: list[Instance] = []
        for instance in sorted(group, key=lambda x: (x.start, x.end)):
            fits = current and instance.enabled <= current[0].start
            if fits and instance.start <= max(x.end for x in current):
                current.append(instance)
                continue
            found.append(current)
            current = [instance]
        found.append(current)
    return [batch for batch in found if len(batch) > 1]


def explain(cases: Sequence[Sequence[Instance]], closed: Closed, *, strictly: bool = True) -> list[Instance]:
    """Return the instances of cases, whose own are in order of end and start, with their waiting by cause."""
    concurrent = find_concurrent(cases)
    for case in cases:
        enable(case, concurrent, strictly=strictly)
    everything = [instance for case in cases for instance in case]
    for number, batch in enumerate(find_batches(everything)):
        for member in batch:
            member.batch, member.gathered = number, max(x.enabled for x in batch)
    for instance in everything:
        if instance.batch is None:
            instance.gathered = instance.enabled
        instance.parts = part(instance, everything, closed, instance.enabled)
        instance.standing = part(instance, everything, closed, max(instance.stood, instance.enabled))
    return everything


def part(instance: Instance, everything: Sequence[Instance], closed: Closed, since: int) -> tuple[int, ...]:
    """Return the waiting of an instance from an instant on, by cause."""
    if not instance.resource:
        return (0, 0, 0, 0, 0)
    begin, end = max(instance.gathered, since), instance.start
    earlier, later = [], []
    for other in everything:
        if other is instance or other.resource != instance.resource:
            continue
        span = max(begin, other.start), min(end, other.end)
        together = instance.batch is not None and other.batch == instance.batch
        limit = instance.enabled if together else instance.gathered
        (earlier if other.enabled <= limit else later).append(span)
    contention, busy = measure(earlier), measure(earlier + later)
    off = measure(earlier + later + closed(instance.resource, begin, end)) - busy
    return (begin - since, contention, busy - contention, off, end - begin - busy - off)


def measure(spans: Sequence[Span]) -> int:
    """Return how much the union of some spans holds."""
    total, reached = 0, None
    for begin, end in sorted(spans):
        if begin < end:
            total += max(0, end - (begin if reached is None else max(begin, reached)))
            reached = end if reached is None else max(end, reached)
    return total


def discover(instances: Sequence[Instance], *, minutes: int, pooled: bool) -> Closed:
    """Return the hours that resources do not work, as the instances of a log in UTC show."""
    slot_ms = minutes * 60_000
    often: dict[str, Counter[Span]] = defaultdict(Counter)
    days: dict[tuple[str, str, int], set[int]] = defaultdict(set)
    seen: dict[tuple[str, str, Span], set[int]] = defaultdict(set)
    for instance in (x for x in instances if x.resource):
        pool = "" if pooled else instance.resource
        for moment in (instance.start, instance.end):
            day = moment // DAY
            slot = ((day + 3) % 7, moment % DAY // slot_ms)
            often[pool][slot] += 1
            days[pool, instance.activity, slot[0]].add(day)
            seen[pool, instance.activity, slot].add(day)
    open_slots = {pool: _choose_slots(pool, often[pool], days, seen) for pool in often}

    def closed(resource: str, begin: int, end: int) -> list[Span]:
        slots = open_slots["" if pooled else resource]
        first = begin // slot_ms * slot_ms
        return [
            (max(begin, moment), min(end, moment + slot_ms))
            for moment in range(first, end, slot_ms)
            if ((moment // DAY + 3) % 7, moment % DAY // slot_ms) not in slots
        ]

    return closed


def _choose_slots(pool: str, often: Counter[Span], days: dict, seen: dict) -> set[Span]:
    best: dict[Span, float] = defaultdict(float)
    for (owner, activity, slot), on in seen.items():
        if owner == pool:
            best[slot] = max(best[slot], len(on) / len(days[pool, activity, slot[0]]))
    chosen = {slot for slot, confidence in best.items() if confidence >= 0.1}
    for slot in sorted(set(best) - chosen, key=lambda slot: (-often[slot], slot)):
        if sum(often[slot] for slot in chosen) / often.total() >= 0.7:
            break
        chosen.add(slot)
    return chosen
