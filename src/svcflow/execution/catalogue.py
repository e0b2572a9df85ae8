"""What a deviation can be: its code, its name, how grave it is, and one paragraph of manual for each."""

from __future__ import annotations

from dataclasses import dataclass

from svcflow.findings import Severity


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of deviation; the codes and names are stable once released (definitions.md 3.5)."""

    code: str
    name: str
    severity: Severity
    manual: str


_KINDS = (
    Kind(
        "D101",
        "skipped",
        "error",
        "A step of the definition was passed over: the case went on, or ended, as if it had been done, but no event "
        "shows it. What an open case has not reached yet is pending, never skipped. Look first at whether the source "
        "system records the step at all (`labels`); then at who may go on without it.",
    ),
    Kind(
        "D102",
        "unexpected",
        "warning",
        "An event of a known step happened where the definition has no place for it, and the rest of the case reads "
        "better without it. If it belongs to the work, give it a place (`may`, `repeat`, `anytime`).",
    ),
    Kind(
        "D103",
        "repeated",
        "warning",
        "The step had been done already and the definition opens no further round of it. The first occurrence is "
        "taken for the step; each further one is reported. If doing it again is normal, say so with `repeat`.",
    ),
    Kind(
        "D104",
        "out_of_order",
        "warning",
        "The step is missing where the definition has it and happened somewhere else instead. One finding stands for "
        "both places. If the order does not matter, write the steps under `parallel`.",
    ),
    Kind(
        "D105",
        "too_many_rounds",
        "warning",
        "A `repeat` went round more often than its `max` allows. One finding for each round above it, at the first "
        "step of that round.",
    ),
    Kind(
        "D106",
        "after_end",
        "warning",
        "Something was done after the case had come to an end. Reopening belongs into the definition as a `repeat`, "
        "or into a new case.",
    ),
    Kind(
        "D107",
        "abandoned",
        "warning",
        "The case is open and nothing happened to it for longer than `--abandoned-after` (30 days of elapsed time). "
        "Either it was closed elsewhere or it is forgotten.",
    ),
    Kind(
        "D108",
        "unmapped",
        "warning",
        "The text of the event is the label of no step, so it could not be judged. Add it to `labels` of the step it "
        "means, or to `ignore` if it means nothing.",
    ),
    Kind(
        "D201",
        "wrong_branch",
        "error",
        "The case took a way whose condition was known to be false at that moment. The condition weighs four steps: "
        "the way is believed to have been taken only if anything else would explain still less.",
    ),
    Kind(
        "D202",
        "not_needed",
        "warning",
        "The step was done although its condition was false: it would have fitted here otherwise. Often harmless "
        "work, sometimes a condition that is too narrow.",
    ),
    Kind(
        "D203",
        "unknown_data",
        "info",
        "A decision was passed whose condition could not be judged because the log does not have its data at that "
        "moment. Nothing is held against the case; record the field, or map its column.",
    ),
    Kind(
        "D301",
        "wrong_role",
        "error",
        "The step was done by a role that is not among its owners. The role is the event's `role` column, or what the "
        "members of the event's team are. An unknown role is never held against anybody.",
    ),
    Kind(
        "D302",
        "same_person",
        "error",
        "A rule `different` is broken: one person did two of its steps in the same case. Reported at the later event, "
        "once for each pair of steps. Unknown people are never taken for the same person.",
    ),
    Kind(
        "D303",
        "other_person",
        "error",
        "A rule `same` is broken: two of its steps were done by different people in the same case. Reported at the "
        "later event, once for each pair of steps.",
    ),
    Kind(
        "D304",
        "over_authority",
        "error",
        "The step `spends` a field, and its value is above what the role of the event may decide alone (`authority` "
        "in the organisation). A role without authority over the field may decide nothing.",
    ),
    Kind(
        "D401",
        "late",
        "warning",
        "The step took longer than its `within`: open time of the calendar from the moment it could be done to the "
        "moment it was done, less the time the case was waiting for somebody outside. In parallel branches the time "
        "starts at the split, not at the event before.",
    ),
    Kind(
        "D402",
        "sla_breached",
        "error",
        "The clock of an SLA ran over its target, or is over it and still running. The target is the one that the "
        "data of the case ask for when the clock stops.",
    ),
    Kind(
        "D403",
        "not_escalated",
        "error",
        "A rung of an escalation ladder fired and nobody was told: no event of the ladder's `step` came until the "
        "grace was over, though the clock was still running. One event keeps one rung. A ladder without `step` holds "
        "notices, which are listed but never a deviation.",
    ),
    Kind(
        "D404",
        "escalated_late",
        "warning",
        "A rung of an escalation ladder was kept after its grace was over, while the clock was still running. Reported "
        "at the event that kept it.",
    ),
    Kind(
        "D501",
        "owed",
        "error",
        "A rule `after` is not met: the step was done, what must follow it was not, and its time is over (`within`), "
        "or the case is closed. What is still in time is pending. One finding for each time the duty arose.",
    ),
    Kind(
        "D502",
        "owed_late",
        "warning",
        "A rule `after` was met after its time (`within`): open time of the process's calendar, less the time the case "
        "was waiting for somebody outside. Reported at the event that met it.",
    ),
    Kind(
        "D503",
        "unprepared",
        "error",
        "A rule `before` is broken: the step was done before all that it needs had been done; reported at the first "
        "such event of the case. Or the step `needs` a field of the case that was unknown before its event; reported "
        "at every such event. A field for which the log has no column is not held against any case: the run says so.",
    ),
    Kind(
        "D504",
        "clash",
        "error",
        "A rule `never` is broken: two of its steps were done in the same case. Reported at the later event, once for "
        "each pair of steps.",
    ),
    Kind(
        "D505",
        "too_often",
        "warning",
        "A rule `at_most` is broken: one finding for each time the step was done beyond the limit.",
    ),
)

catalogue: dict[str, Kind] = {kind.code: kind for kind in _KINDS}
"""Every deviation that this release judges, by code."""

names: dict[str, str] = {kind.name: kind.code for kind in _KINDS}
"""The code of each name."""
