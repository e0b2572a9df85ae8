"""Queues of calls, exactly: Erlang B, C and A, and how many servers a service level needs.

`load` is the offered load in erlangs: arrivals per second times the mean handling time in seconds. Arrivals come at
random (Poisson), handling times are exponential, the queue is served first come, first served. Sources: Erlang 1917;
Palm 1957 (patience); Allen & Cunneen for handling times that are not exponential; advice.md 5.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

MOST_SERVERS = 1_000_000
_NEGLIGIBLE = 1e-15


def block(servers: int, load: float) -> float:
    """Return the share of arrivals that find all servers busy where nobody waits (Erlang B).

    >>> round(block(2, 1.0), 6)
    0.2
    """
    lost = 1.0
    for number in range(1, servers + 1):
        lost = load * lost / (number + load * lost)
    return lost


def delay(servers: int, load: float) -> float:
    """Return the share of arrivals that wait (Erlang C); 1 where the servers cannot keep up.

    >>> round(delay(11, 10.0), 6)
    0.682118
    """
    return _delay(block(servers, load), servers, load)


def answer_within(servers: int, load: float, handling_s: float, within_s: float) -> float:
    """Return the share of arrivals served after at most `within_s` seconds of waiting.

    >>> round(answer_within(11, 10.0, 180.0, 20.0), 6)
    0.389614
    """
    return _answer(delay(servers, load), servers - load, handling_s, within_s)


def wait(servers: int, load: float, handling_s: float, squared_variation: float = 1.0) -> float:
    """Return the mean wait of all arrivals in seconds, infinite where the servers cannot keep up.

    `squared_variation` is that of the handling times (1: exponential); arrivals stay Poisson (Allen-Cunneen).
    """
    spare = servers - load
    return delay(servers, load) * handling_s / spare * (1 + squared_variation) / 2 if spare > 0 else math.inf


@dataclass(frozen=True, slots=True)
class Impatient:
    """A queue that people leave: the shares that wait and that give up, and the mean wait of all in seconds."""

    delayed: float
    abandoned: float
    wait_s: float


def lose_patience(servers: int, load: float, handling_s: float, patience_s: float) -> Impatient:
    """Return a queue whose customers wait no longer than an exponential patience (Erlang A).

    Birth and death: with `n` in the system, of whom ``n - servers`` wait, one leaves at rate
    ``servers / handling_s + waiting / patience_s``.

    >>> found = lose_patience(11, 10.0, 180.0, 120.0)
    >>> round(found.delayed, 6), round(100 * found.abandoned, 4)
    (0.382816, 9.4155)
    """
    lost = block(servers, load)
    # Everything relative to the probability that exactly all servers are busy; Erlang B gives those below it.
    all_busy, waiting, queued = 1.0, 0.0, 0.0
    weight, number = 1.0, 0
    while weight > _NEGLIGIBLE * all_busy or number < load - servers:
        number += 1
        weight *= load / (servers + number * handling_s / patience_s)
        queued += number * weight
        waiting += weight
        all_busy = 1.0 + waiting
    whole = 1.0 / lost + waiting
    arrivals = load / handling_s
    length = queued / whole
    return Impatient(all_busy / whole, length / patience_s / arrivals if arrivals else 0.0, _little(length, arrivals))


def require_share(load: float, handling_s: float, share: float, within_s: float) -> int:
    """Return the fewest servers with which a `share` of arrivals waits `within_s` seconds at most; 0 for no load."""
    lost, number = 1.0, 0
    while load > 0:
        number += 1
        lost = load * lost / (number + load * lost)
        if number > load:
            served = _answer(_delay(lost, number, load), number - load, handling_s, within_s)
            if served >= share or number >= MOST_SERVERS:
                break
    return number


def require_wait(load: float, handling_s: float, mean_s: float, squared_variation: float = 1.0) -> int:
    """Return the fewest servers with which the mean wait is at most `mean_s` seconds; 0 for no load."""
    lost, number = 1.0, 0
    while load > 0:
        number += 1
        lost = load * lost / (number + load * lost)
        spare = number - load
        if spare > 0:
            waited = _delay(lost, number, load) * handling_s / spare * (1 + squared_variation) / 2
            if waited <= mean_s or number >= MOST_SERVERS:
                break
    return number


def _delay(lost: float, servers: int, load: float) -> float:
    if load >= servers:
        return 1.0
    return lost / (1 - load / servers * (1 - lost))


def _answer(delayed: float, spare: float, handling_s: float, within_s: float) -> float:
    return 1 - delayed * math.exp(-spare * within_s / handling_s) if spare > 0 else 0.0


def _little(length: float, arrivals: float) -> float:
    return length / arrivals if arrivals else 0.0
