"""Every fact that can be said about the quality of an export: how grave it is, and what it does to which metric."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from svcflow.eventlog.log import Quality

Severity = Literal["note", "warning", "error"]
LEVELS: tuple[Severity, ...] = ("note", "warning", "error")


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of fact. `effect` is printed beside the count; `manual` is its page in `svcflow explain`."""

    id: str
    severity: Severity
    effect: str
    manual: str


_KINDS = (
    Kind("dropped-rows", "warning",
         "every count is too low by these events, and cycle time is too short where one of them began or ended a case",
         "Rows without case, activity or readable time were left out, because --on-bad-rows=drop was given. "
         "Mend the export, or state the format of its times in a mapping."),
    Kind("dates-only", "warning",
         "cycle time, waiting time and SLA clocks are whole days; business time and the order within a day are unknown",
         "No time has a time of day. Ask the source system for time stamps."),
    Kind("naive-zone", "note",
         "waiting and cycle time across a change of summer time may be an hour off; calendars take the times as local",
         "Times name no time zone and are taken as they stand. State `timezone:` in a mapping."),
    Kind("mixed-zones", "warning",
         "waiting time between a time with and one without zone is off by hours if the stated zone is not that of both",
         "Some times name their zone, others do not and are read in the zone that the mapping states. Check one case "
         "that has both kinds."),
    Kind("strange-clock", "warning",
         "calendars, business time and SLA clocks rest on dates that cannot be true; cycle and waiting time too, where "
         "only some are strange",
         "Times lie outside 1990 to 2100: a default of the database, a clock that was never set, a simulation."),
    Kind("default-dates", "error",
         "cycle time and waiting time of these cases span decades: means and bottlenecks are wrong",
         "Times are exactly a day that systems write where they know none (1900-01-01, 1970-01-01, 9999-12-31, ...) "
         "while the other times lie elsewhere. Replace them by nothing under `values:`, or leave out the rows."),
    Kind("early-times", "warning",
         "cycle time of these cases is too long, and the period of the log, its throughput and Little's law are wrong",
         "A few times lie far before all others, with a long empty stretch between: typing errors or test cases."),
    Kind("future-times", "warning",
         "cycle time of these cases is too long; open cases look older, since ages count to the last time of the log",
         "A few times lie far after all others, with a long empty stretch between, or after --as-of: planned dates, "
         "typing errors or a wrong clock. Give --to or --as-of, or leave out the rows."),
    Kind("ties", "note",
         "which comes first in directly-follows pairs, variants and handovers rests on the order of the file",
         "Events have the same time as the event before them in their case. The order of the file decides, always."),
    Kind("batch-stamps", "warning",
         "waiting time before these events ends when the batch ran, not when the work was done",
         "Many events of many cases carry the very same time: a nightly job, a migration, a month's end."),
    Kind("round-times", "warning",
         "waiting time around these events is off by up to a day, and their order within the day is unknown",
         "Far more events than chance allows stand at one minute of the day (often midnight): dates without a time of "
         "day are mixed with full time stamps."),
    Kind("duplicate-rows", "warning",
         "rework, self-loops and activity counts are too high; each repetition looks like work done again",
         "Rows repeat another row in every column. They are counted as events of their own: only you know whether they "
         "are."),
    Kind("missing-resource", "note",
         "handovers between people and workload count unknown as one more person",
         "Steps do not say who did them. Unknown is a value of its own and is never dropped."),
    Kind("no-resource", "note",
         "handovers between people, workload and single-person steps cannot be measured",
         "No column says who did the work. State one under `columns: resource` if there is one."),
    Kind("missing-team", "note",
         "handovers between teams and ping-pong count unknown as one more team",
         "Steps do not say which team had them. Unknown is a value of its own and is never dropped."),
    Kind("no-team", "note",
         "handovers between teams, ping-pong and escalation cannot be measured",
         "No column says which team had the case. State one under `columns: team`, or join a file that knows."),
    Kind("no-start", "note",
         "processing time cannot be measured there: waiting time holds waiting and work together (sojourn time)",
         "Only one time of these steps is known. Nothing is printed as zero that was not measured."),
    Kind("lifecycle-halves", "warning",
         "processing time of these activities rests on the steps that have both halves; the others count as waiting",
         "Completions have no start though other steps of the same activity do. The export may be cut, or the start is "
         "not always recorded."),
    Kind("open-instances", "warning",
         "activity counts and workload are too low by these steps, and waiting until they are done is not seen",
         "Steps were started and never completed. They are left out of all figures."),
    Kind("cases-without-steps", "warning",
         "the number of cases, backlog and throughput are too low",
         "In these cases nothing was completed; they are not in the log."),
    Kind("negative-durations", "error",
         "processing time of these steps is unknown; if the columns are swapped, all of it is wrong",
         "Rows start after they end. Their start is taken as unknown. The columns may be swapped."),
    Kind("finer-times", "note",
         "events less than a millisecond apart count as ties",
         "Times have digits below the millisecond, which were cut off."),
    Kind("similar-names", "warning",
         "variants and directly-follows pairs are split among spellings; rework between them is missed",
         "Activities differ only in upper and lower case or spaces. Join them under `values:`."),
    Kind("open-cases", "note",
         "they count in backlog and age; where `done:` is stated they are left out of cycle times, which are then too "
         "short; else they are in cycle times as if ended",
         "Cases do not end in a done activity (see `done:`). Those still open are the long ones."),
    Kind("cut-at-start", "warning",
         "cycle time, time to resolve and first reply of these cases are too short; their variants lack the beginning",
         "Cases near the beginning of the log begin in the middle of the work: what happened before was not exported. "
         "Leave them out with --from."),
    Kind("cut-at-end", "warning",
         "they are open only because the export ends: re-open rate and completion are too low for the last weeks",
         "Cases that were still moving when the log ends. Leave them out with --to, or read rates before that time."),
    Kind("reused-cases", "error",
         "cycle time spans both uses, and re-opens, rework and variants join two cases that have nothing in common",
         "Case ids are done, silent for very long, and then start again as a new case does: ids may have been used "
         "twice. Join the id with a year or system under `columns: case`."),
    Kind("machine-like", "warning",
         "handovers, ping-pong, workload and calendars count a machine as a person",
         "Accounts are called machines or write round the clock at a pace no person has, and are not declared. List "
         "them under `machines:`."),
    Kind("incomplete-fields", "note",
         "breakdowns, causes and guards over these fields rest on the part that is known",
         "Attributes or roles are unknown in a part of the cases or events."),
    Kind("uneven-files", "warning",
         "handovers, workload and breakdowns compare files rather than work where one file does not say what others do",
         "Files of one log differ in what they know: a role known in some is missing in others."),
    Kind("files-apart", "warning",
         "throughput, backlog and cycle time break at the gap between the files",
         "A file of the log covers a period that lies far from that of the others: one may be missing."),
    Kind("personal-data", "note",
         "no figure; every file made of this log may carry it: svcflow import --pseudonymise ... --key-file K",
         "Columns hold mail addresses, phone, card or identity numbers, or are called so."),
    Kind("join-unmatched", "warning",
         "breakdowns, causes and guards over joined fields count these as unknown",
         "Rows of the log have no partner in a joined file. Check the key; see also match: loose."),
    Kind("join-unused", "note",
         "nothing in the log; rates per key of the joined file (surveys answered, customers served) are not affected",
         "Keys of a joined file occur nowhere in the log: it covers more than the log, or the key is another one."),
    Kind("join-out-of-time", "warning",
         "satisfaction and other figures of the joined file belong to another period than the log",
         "All times in a joined file lie after the end of the log: it was taken at another time."),
)  # fmt: skip

CATALOGUE = {kind.id: kind for kind in _KINDS}


def found(  # noqa: PLR0917 - a fact has five parts
    id_: str, count: int, share: float, message: str, rows: Iterable[int] = ()
) -> Quality:
    """Return a fact with the severity and the effect of its kind, and at most five rows."""
    kind = CATALOGUE[id_]
    return Quality(id_, count, share, message, tuple(rows)[:5], kind.effect, kind.severity)
