"""What a deviation says in words, made only for the rows that somebody reads."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from svcflow.definitions.model import Rule, Step
from svcflow.execution.frame import Frame
from svcflow.execution.knowledge import Knowledge, Moment
from svcflow.execution.people import Roles
from svcflow.execution.track import Rows
from svcflow.guards import Guard
from svcflow.wording import say_duration

_PLAIN = {
    "D102": "the flow has no place for it here",
    "D103": "it had been done before, and no round of it is open",
    "D106": "the case had come to its end",
    "D108": "this label belongs to no step",
}


@dataclass(frozen=True)
class Detail:
    """Says each kind of deviation with the facts of its case.

    `last` is the last row of each case; `roles` are those of the events at some rows, where people are listed. It is
    kept as long as the deviations are: it holds as little as it can.
    """

    knowledge: Knowledge
    last: Rows
    rules: Mapping[str, Rule]
    steps: Mapping[str, Step]
    guards: tuple[Guard, ...]
    roles: tuple[Rows, Roles] | None = None

    def say(self, frame: Frame, i: int) -> str:
        """Return one sentence without its full stop."""
        code = frame["code"].get(i)
        if code in _PLAIN:
            return _PLAIN[code]
        sayers: dict[str, Callable[[Frame, int], str]] = {
            "D101": self._skipped, "D104": self._out_of_order, "D105": self._rounds, "D107": self._abandoned,
            "D201": self._wrong_branch, "D202": self._not_needed, "D203": self._unknown_data, "D301": self._role,
            "D302": self._same_person, "D303": self._other_person, "D304": self._authority, "D401": self._late,
            "D402": self._breached, "D403": self._not_escalated, "D404": self._escalated_late, "D501": self._owed,
            "D502": self._owed_late, "D503": self._unprepared, "D504": self._clash, "D505": self._too_often,
        }  # fmt: skip
        return sayers[code](frame, i)

    def _activity(self, row: int) -> str:
        log = self.knowledge.log
        return log.activities[int(log.activity[row])]

    def _skipped(self, frame: Frame, i: int) -> str:
        row = int(frame["other"][i])
        return f"not done before '{self._activity(row)}'" if row >= 0 else "not done before the case ended"

    def _out_of_order(self, frame: Frame, i: int) -> str:
        row = int(frame["other"][i])
        return f"its place is before '{self._activity(row)}'" if row >= 0 else "its place is at the end of the case"

    def _rounds(self, frame: Frame, i: int) -> str:
        return f"round {int(frame['rounds'][i])} of this repeat"

    def _abandoned(self, frame: Frame, i: int) -> str:
        silent, limit = say_duration(frame["value"][i]), say_duration(frame["limit"][i])
        return f"open, and nothing happened for {silent} (limit {limit})"

    def _wrong_branch(self, frame: Frame, i: int) -> str:
        return f"this way was taken although {self._facts(frame, i)}"

    def _not_needed(self, frame: Frame, i: int) -> str:
        return f"it was not due, for {self._facts(frame, i)}"

    def _unknown_data(self, frame: Frame, i: int) -> str:
        return f"nobody can tell: {self._facts(frame, i)}"

    def _facts(self, frame: Frame, i: int) -> str:
        """Return what a condition was at that moment and why: ``'claim > 500' was false (claim = 100)``."""
        guard = self.guards[int(frame["guard"].codes[i])]
        row = int(frame["row"][i])
        # What an event sets was not known before it; at the end of the case everything is.
        moment: Moment = "before" if row >= 0 else "after"
        row = row if row >= 0 else int(self.last[frame["index"][i]])
        data = {name: self.knowledge.at(name, row, moment) for name in guard.fields}
        truth = {True: "true", False: "false", None: "unknown"}[guard.evaluate(data)]
        return f"'{guard.text}' was {truth} ({', '.join(f'{name} = {_plain(v)}' for name, v in data.items())})"

    def _role(self, frame: Frame, i: int) -> str:
        return f"done by {self._who(frame, i)}, not an owner of the step"

    def _who(self, frame: Frame, i: int) -> str:
        """Return the role in which an event was done, as the log or the file of people has it."""
        row = int(frame["row"][i])
        if self.roles is not None:
            rows, roles = self.roles
            return roles.could_be(int(np.searchsorted(rows, row)))
        role = self.knowledge.at("role", row, "own")
        return str(role) if role is not None else frame["team"].get(i)

    def _same_person(self, frame: Frame, i: int) -> str:
        return f"{frame['actor'].get(i)} had also done '{self._activity(int(frame['other'][i]))}'"

    def _other_person(self, frame: Frame, i: int) -> str:
        other = int(frame["other"][i])
        log = self.knowledge.log
        person = log.resources[int(log.resource[other])]
        return f"done by {frame['actor'].get(i)}, but '{self._activity(other)}' by {person}"

    def _authority(self, frame: Frame, i: int) -> str:
        amount, limit = _plain(float(frame["value"][i])), _plain(float(frame["limit"][i]))
        return f"{amount} is above the {limit} of {self._who(frame, i)}"

    def _late(self, frame: Frame, i: int) -> str:
        since = self._activity(int(frame["other"][i]))
        return f"took {say_duration(frame['value'][i])} since '{since}', target {say_duration(frame['limit'][i])}"

    def _breached(self, frame: Frame, i: int) -> str:
        still = "" if int(frame["row"][i]) >= 0 else " and has not stopped"
        return f"took {say_duration(frame['value'][i])}{still}, target {say_duration(frame['limit'][i])}"

    def _not_escalated(self, frame: Frame, i: int) -> str:
        return (
            f"{self._rung(frame, i)} of the target ({say_duration(frame['value'][i])}) had passed and nobody was told"
        )

    def _escalated_late(self, frame: Frame, i: int) -> str:
        return f"the rung of {self._rung(frame, i)} of the target ({say_duration(frame['value'][i])}) was kept too late"

    def _rung(self, frame: Frame, i: int) -> str:
        return f"{round(100 * frame['value'][i] / frame['limit'][i])} %"

    def _owed(self, frame: Frame, i: int) -> str:
        limit = frame["limit"][i]
        over = f" within {say_duration(limit)}" if limit == limit else " before the case closed"  # noqa: PLR0124 - NaN
        return f"'{self._activity(int(frame['other'][i]))}' asks for it{over}; it did not come"

    def _owed_late(self, frame: Frame, i: int) -> str:
        since, limit = self._activity(int(frame["other"][i])), say_duration(frame["limit"][i])
        return f"came {say_duration(frame['value'][i])} after '{since}', {limit} are allowed"

    def _unprepared(self, frame: Frame, i: int) -> str:
        if rule := self._rule(frame, i):
            return f"{' and '.join(repr(step) for step in rule.others)} must come before it"
        step, row = self.steps[frame["step"].get(i)], np.asarray([frame["row"][i]])
        names = [repr(name) for name in step.needs if self.knowledge.unknown_before(name, row)[0]]
        return f"{' and '.join(names)} {'was' if len(names) == 1 else 'were'} not known before it"

    def _clash(self, frame: Frame, i: int) -> str:
        return f"'{self._activity(int(frame['other'][i]))}' was done in the same case"

    def _too_often(self, frame: Frame, i: int) -> str:
        return f"done {int(frame['value'][i])} times by then, {int(frame['limit'][i])} are allowed"

    def _rule(self, frame: Frame, i: int) -> Rule | None:
        """Return the rule that a deviation points to."""
        at = frame["file"].get(i), int(frame["line"][i]), int(frame["column"][i])
        places = {(r.position.file, r.position.line, r.position.column): r for r in self.rules.values()}
        return places.get(at)


def _plain(value: object) -> str:
    """Return a value as one would write it: numbers without a needless fraction."""
    if value is None:
        return "unknown"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)
