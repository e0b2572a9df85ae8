"""What the KPIs of service work rest on: replies, resolutions, re-opens and handovers, case by case in a block."""

from __future__ import annotations

import re
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from svcflow.eventlog.log import Batch, Millis
from svcflow.mining.collecting import Collector
from svcflow.mining.durations import Detail, Durations
from svcflow.mining.grouping import add_up, is_among
from svcflow.mining.levels import find_lines
from svcflow.mining.lives import Lives, find_lives
from svcflow.mining.owners import PROVIDER, find_owned
from svcflow.mining.quantity import Setting
from svcflow.mining.reopening import find_reopens
from svcflow.mining.transitions import case_of_rows, follow

REPLY = re.compile(r"repl(y|ied)|respon(d|se)|answer(ed)? (the )?customer|回复|答复|响应", re.IGNORECASE)
ABANDONED = re.compile(r"abandon|放弃", re.IGNORECASE)
HOUR_MS = 3_600_000
FIRST, NEXT, RESOLUTION, REQUESTER, HOLD = range(5)
TIMES = ("first-reply", "next-reply", "resolution", "requester-wait", "on-hold")
COUNTS = (
    "ended", "replied_soon", "closed_soon", "first_assignment", "handed_over", "handovers", "settled", "reopened",
    "first_contact", "first_level", "abandoned",
)  # fmt: skip


class Service(NamedTuple):
    """Times by kind, and the counts of `COUNTS`."""

    times: Durations
    counts: NDArray[np.int64]


def find_named(pattern: re.Pattern[str], setting: Setting) -> NDArray[np.int32]:
    """Return the codes of the provider's activities of that name."""
    named = [
        code
        for code, name in enumerate(setting.activities.texts)
        if pattern.search(name) and setting.sides.get(name, PROVIDER) == PROVIDER
    ]
    return np.array(named, np.int32)


class Servings:
    """What the KPIs of the blocks so far rest on."""

    def __init__(self, setting: Setting, detail: Detail) -> None:
        self._setting = setting
        self._times = Collector(len(TIMES), detail)
        self._counts = dict.fromkeys(COUNTS, 0)
        self._replies, self._abandoning = find_named(REPLY, setting), find_named(ABANDONED, setting)
        customers = [c for c, name in enumerate(setting.activities.texts) if setting.sides.get(name) == "customer"]
        self._customers = np.array(customers, np.int32)
        self._sided = bool(setting.sides or setting.states)
        self._provided, self._asked = find_owned(setting, PROVIDER), find_owned(setting, "customer")
        levels = find_lines(setting.teams, setting.organisation)
        self._beyond = np.zeros(len(setting.teams), np.bool_)
        if levels is not None:
            self._beyond = np.array([levels.names[int(code)] not in ("", "1") for code in levels.of_team], np.bool_)

    def add(self, batch: Batch) -> None:
        """Take one block in."""
        if len(batch.offsets) < 2:
            return
        lives = find_lives(batch, self._setting.done)
        kept = ~lives.open
        last = self._add_resolution(batch, lives, kept)
        waiting = self._add_waits(batch, lives, (kept, last))
        reopened = self._add_reopens(batch)
        self._add_replies(batch, lives, kept)
        handed = self._count_handovers(batch)
        left = self._mark_cases(batch, np.flatnonzero(self._beyond.take(batch.team)))
        abandoned = self._mark_cases(batch, np.flatnonzero(is_among(batch.activity, self._abandoning)))
        for name, number in (
            ("ended", kept.sum()),
            ("first_assignment", (kept & (handed == 0)).sum()),
            ("handed_over", (kept & (handed > 0)).sum()),
            ("handovers", handed[kept].sum()),
            ("first_contact", (kept & ~reopened & ~waiting).sum()),
            ("first_level", (kept & ~left).sum()),
            ("abandoned", (kept & abandoned).sum()),
        ):
            self._counts[name] += int(number)

    def _mark_cases(self, batch: Batch, rows: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Return which cases of a block one of these rows is of."""
        marked = np.zeros(len(batch.offsets) - 1, np.bool_)
        marked[case_of_rows(batch)[rows]] = True
        return marked

    def _add_waits(
        self, batch: Batch, lives: Lives, told: tuple[NDArray[np.bool_], NDArray[np.int64]]
    ) -> NDArray[np.bool_]:
        """Collect the waiting by side up to the last row that counts; return which cases wait for the customer."""
        kept, last = told
        waiting = np.zeros(len(kept), np.bool_)
        if not self._sided:
            return waiting
        steps = follow(batch, len(self._setting.activities))
        of_step = steps.case
        inside = steps.row <= last[of_step]
        asked, outside = self._asked.take(steps.pair) & inside, ~self._provided.take(steps.pair) & inside
        own = add_up(of_step[asked], steps.waiting[asked], len(kept))
        held = add_up(of_step[outside], steps.waiting[outside], len(kept))
        self._collect(REQUESTER, (batch.time[last] - lives.begin - own)[kept])
        self._collect(HOLD, held[kept])
        waiting[of_step[asked]] = True
        return waiting

    def _add_reopens(self, batch: Batch) -> NDArray[np.bool_]:
        done = self._setting.done
        if done is None:
            return np.zeros(len(batch.offsets) - 1, np.bool_)
        settled = self._mark_cases(batch, np.flatnonzero(is_among(batch.activity, done)))
        reopened = self._mark_cases(batch, find_reopens(batch, done).row)
        self._counts["settled"] += int(settled.sum())
        self._counts["reopened"] += int(reopened.sum())
        return reopened

    def _add_replies(self, batch: Batch, lives: Lives, kept: NDArray[np.bool_]) -> None:
        """Collect the time to the first reply, and from each activity of the customer to the next one."""
        rows = np.flatnonzero(is_among(batch.activity, self._replies))
        case = case_of_rows(batch)
        first = rows[np.diff(case[rows], prepend=-1) > 0]
        first = first[kept[case[first]]]
        spent = batch.time[first] - lives.begin[case[first]]
        self._collect(FIRST, spent)
        self._counts["replied_soon"] += int((spent <= HOUR_MS).sum())
        asked = np.flatnonzero(is_among(batch.activity, self._customers))
        asked = asked[batch.offsets[:-1][case[asked]] != asked]  # what opens a case waits for the first reply
        place = np.searchsorted(rows, asked)
        found = place < len(rows)
        asked, reply = asked[found], rows[place[found]]
        same = case[asked] == case[reply]
        self._collect(NEXT, np.maximum(batch.time[reply] - batch.time[asked], 0)[same])

    def _add_resolution(self, batch: Batch, lives: Lives, kept: NDArray[np.bool_]) -> NDArray[np.int64]:
        """Collect the time to resolution; return the row of each case that resolves it, else its last one."""
        setting, last = self._setting, batch.offsets[1:] - 1
        if setting.done is None:
            return last
        settling = setting.resolving if len(setting.resolving) else setting.done
        rows = np.flatnonzero(is_among(batch.activity, settling))
        resolved = np.full(len(kept), -1)
        resolved[case_of_rows(batch)[rows]] = rows  # rows ascend, so the last one of a case stays
        ended = np.flatnonzero(kept & (resolved >= 0))
        spent = batch.time[resolved[ended]] - lives.begin[ended]
        self._collect(RESOLUTION, spent)
        self._counts["closed_soon"] += int((spent <= 24 * HOUR_MS).sum())
        return np.where(resolved >= 0, resolved, last)

    def _count_handovers(self, batch: Batch) -> NDArray[np.int64]:
        """Return how often each case changes hands."""
        setting = self._setting
        teams = len(setting.teams) > 1
        holder = batch.team if teams else batch.resource
        rows = np.flatnonzero(~is_among(batch.resource, setting.outsiders if teams else setting.machines))
        case = case_of_rows(batch).take(rows)
        who = holder.take(rows)
        moved = (who[1:] != who[:-1]) & (case[1:] == case[:-1])
        return np.bincount(case[1:][moved], minlength=len(batch.offsets) - 1)

    def _collect(self, kind: int, values: Millis) -> None:
        self._times.add(np.full(len(values), kind, np.int64), values)

    def state(self) -> Service:
        """Return the state of the blocks so far."""
        return Service(self._times.state(), np.array([self._counts[name] for name in COUNTS], np.int64))
