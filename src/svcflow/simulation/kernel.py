"""The discrete events themselves: instances become ready, queue for a team, are worked on and end, each once.

Times are float milliseconds since the Monday on which hour 0 begins; work is milliseconds of one server at full rate.
A team has ``servers`` places in each hour of a period that repeats, and a ``rate`` at which each of them works; a start
needs a free place, and what is begun is finished (no pre-emption), on the open hours of the team, give or take an
`overrun`. Whoever has the lower priority number goes first, then who was ready first. A team that is full looks again
when a place becomes free or, by a tick, when the hour brings more places; ticks exist only while somebody queues.

The source is plain Python over anything indexable: it runs on lists, and `compiled` gives the very same source to
numba. Keep to what both understand.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import MutableSequence, Sequence
from heapq import heappop, heappush

HOUR = 3_600_000.0
NEVER = 1e300
"""A time that does not come."""


def find_end(  # noqa: PLR0917 - scalars and columns, as numba wants them
    now: float,
    work: float,
    team: int,
    hours: int,
    rate: Sequence[float],
    worked: Sequence[float],
    close: Sequence[int],
    overrun: float,
) -> float:
    """Return when `work` begun `now` is done on the hours of a team.

    ``rate[team * hours + h]`` is the speed in hour `h`, ``worked[team * (hours + 1) + h]`` what one server has done
    from the beginning of the period up to that hour. At least one rate of the team is above zero. ``close[...]`` is in
    how many hours from the beginning of hour `h` the team closes, 0 if it never does: what is then left is done at once
    if that takes no longer than `overrun`, else when the team opens again.
    """
    whole = int(now / HOUR)
    lap = whole // hours
    hour = whole - lap * hours
    low = team * (hours + 1)
    speed = rate[team * hours + hour]
    target = worked[low + hour] + speed * (now - whole * HOUR) + work
    if target <= worked[low + hour + 1] and speed > 0.0:
        return now + work / speed
    total = worked[low + hours]
    ahead = close[team * hours + hour]
    if overrun > 0.0 and ahead > 0:
        last = hour + ahead
        left = target - (worked[low + last] if last <= hours else total + worked[low + last - hours])
        speed = rate[team * hours + (last - 1 if last <= hours else last - 1 - hours)]
        if 0.0 < left <= overrun * speed:
            return (lap * hours + last) * HOUR + left / speed
    at = low + hour
    if target > total:
        laps = int(target / total)
        if laps * total >= target:  # done with the last open hour of a lap, not when the next one begins
            laps -= 1
        target -= laps * total
        lap += laps
        at = low
    if target <= 0.0:
        return lap * hours * HOUR
    at = bisect_left(worked, target, at, low + hours) - 1
    return (lap * hours + at - low) * HOUR + (target - worked[at]) / rate[at - low + team * hours]


def play(  # noqa: C901, PLR0912, PLR0913, PLR0915, PLR0917 - one loop, flat for speed and for numba
    release: Sequence[float],
    delay: Sequence[float],
    service: Sequence[float],
    team: Sequence[int],
    priority: Sequence[int],
    patience: Sequence[float],
    indegree: MutableSequence[int],
    first: Sequence[int],
    after: Sequence[int],
    roots: Sequence[int],
    hours: int,
    servers: Sequence[int],
    rate: Sequence[float],
    worked: Sequence[float],
    rise: Sequence[int],
    close: Sequence[int],
    overrun: float,
    busy: MutableSequence[int],
    ticking: MutableSequence[int],
    ready: MutableSequence[float],
    start: MutableSequence[float],
    end: MutableSequence[float],
) -> int:
    """Play all instances to their end; fill `ready`, `start` and `end` and return how many ended.

    Of instance `i`: ``delay[i]`` passes between being enabled and being ready; without a team (-1) ``service[i]`` then
    passes on the wall clock, else it is work. It is enabled when all ``indegree[i]`` instances before it have ended, or
    at ``release[i]`` where there are none: those are the `roots`, in order of release. What `i` enables stands in
    ``after[first[i]:first[i + 1]]``. Who is not begun ``patience[i]`` after being ready gives up: it ends unworked, and
    its start stays below zero. ``rise[team * hours + h]`` is how many hours after `h` the next one with more places
    is, 0 if there is none. `busy` and `ticking` are zeros, one a team; `ready`, `start` and `end` -1 each.
    """
    count = len(release)
    left = len(roots)
    teams = len(busy)
    ended = 0
    entered = 0
    heap = [(NEVER, 4 * count + teams)]
    queues = [[(0, 0.0, 0)] for _ in range(teams)]
    for line in queues:
        line.pop()
    fresh = [0]
    fresh.pop()
    over = [0]
    over.pop()
    root_time = NEVER
    if left > 0:
        root_time = release[roots[0]]
    while True:
        now, code = heap[0]
        freed = -1
        if root_time <= now:
            if root_time >= NEVER:
                break
            now = root_time
            i = roots[entered]
            entered += 1
            root_time = release[roots[entered]] if entered < left else NEVER
            if delay[i] > 0.0:
                heappush(heap, (now + delay[i], count + i))
                continue
            fresh.append(i)
        elif now >= NEVER:
            break
        else:
            heappop(heap)
            if code < count:
                freed = team[code]
                if freed >= 0:
                    busy[freed] -= 1
                over.append(code)
            elif code < 2 * count:
                fresh.append(code - count)
            elif code < 3 * count:
                i = code - 2 * count
                if start[i] < 0.0:
                    end[i] = now
                    over.append(i)
            else:
                freed = code - 3 * count
                ticking[freed] = 0
        while True:
            while len(over) > 0:
                i = over.pop()
                ended += 1
                for place in range(first[i], first[i + 1]):
                    j = after[place]
                    indegree[j] -= 1
                    if indegree[j] == 0:
                        if delay[j] > 0.0:
                            heappush(heap, (now + delay[j], count + j))
                        else:
                            fresh.append(j)
            if freed >= 0:
                line = queues[freed]
                if len(line) > 0:
                    whole = int(now / HOUR)
                    hour = freed * hours + whole % hours
                    while len(line) > 0 and busy[freed] < servers[hour]:
                        i = heappop(line)[2]
                        if end[i] >= 0.0:
                            continue
                        start[i] = now
                        busy[freed] += 1
                        done = find_end(now, service[i], freed, hours, rate, worked, close, overrun)
                        end[i] = done
                        heappush(heap, (done, i))
                    if len(line) > 0 and ticking[freed] == 0 and rise[hour] > 0:
                        ticking[freed] = 1
                        heappush(heap, ((whole + rise[hour]) * HOUR, 3 * count + freed))
                freed = -1
            if len(fresh) == 0:
                break
            i = fresh.pop()
            ready[i] = now
            k = team[i]
            if k < 0:
                start[i] = now
                if service[i] > 0.0:
                    end[i] = now + service[i]
                    heappush(heap, (end[i], i))
                else:
                    end[i] = now
                    over.append(i)
                continue
            whole = int(now / HOUR)
            hour = k * hours + whole % hours
            line = queues[k]
            if len(line) == 0 and busy[k] < servers[hour]:
                start[i] = now
                busy[k] += 1
                done = find_end(now, service[i], k, hours, rate, worked, close, overrun)
                end[i] = done
                heappush(heap, (done, i))
                continue
            heappush(line, (priority[i], now, i))
            if patience[i] < NEVER:
                heappush(heap, (now + patience[i], 2 * count + i))
            if ticking[k] == 0 and rise[hour] > 0:
                ticking[k] = 1
                heappush(heap, ((whole + rise[hour]) * HOUR, 3 * count + k))
    return ended
