"""Seeded mistakes: each one is found once, with its code, at its place, and says what would be right.

The new text marks with « » where the problem must stand.
"""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from svcflow.definitions import check
from svcflow.findings import Problem

EXAMPLES = Path(__file__).parent / "examples"
P, B, G, S, A, W = (
    "refund.svcflow.yaml", "ring_back.svcflow.yaml", "org.svcflow.yaml",
    "refund.scenarios.yaml", "refund.allow.svcflow.yaml", "refund.whatif.svcflow.yaml",
)  # fmt: skip

MISTAKES = [
    # 0 file
    (P, "rules:\n", "rules:\n  told: {never: [open, bank]}\n", "SVC003", "  «told»:         {after", "first given"),
    (P, "  look_up:   {owner: clerk,", "  look_up:   {owner: clerk, «owner»: head,", "SVC003", None, "first given"),
    (P, 'when: "urgency in (normal, high) or amount > 500"', "when: «urgency in (normal, high) or amount > 500»",
     "SVC002", None, "needs quotes"),
    (P, "flow:\n", "flow: [\n", "SVC002", None, "bracket"),
    (P, "  phone_in:  {", "«\t»phone_in:  {", "SVC002", None, "tab"),
    (P, "svcflow: 1", "svcflow: «2»", "SVC005", None, "this release reads 1"),
    (P, "svcflow: 1\n", "", "SVC005", "«process»: refund", "begin it with 'svcflow: 1'"),
    (P, "process: refund", "«proces»: refund", "SVC004", None, "did you mean 'process'?"),
    # 1 shape
    (P, "steps:\n", "«stps»:\n", "SVC101", None, "did you mean 'steps'?"),
    (P, "within: 5m", "«withn»: 5m", "SVC101", None, "did you mean 'within'?"),
    (P, "objective: 85%", "«objectiv»: 85%", "SVC101", None, "did you mean 'objective'?"),
    (P, "one_way:      {never:", "one_way:      {«nevr»:", "SVC101", None, "did you mean 'never'?"),
    (G, "external: true", "«extern»: true", "SVC101", None, "did you mean 'external'?"),
    (G, "sat: \"09", "«saturday»: \"09", "SVC101", None, "unknown key 'saturday'"),
    (S, "    expect: {outcome: open", "    «expct»: {outcome: open", "SVC101", None, "did you mean 'expect'?"),
    (A, "reason: small", "«resaon»: small", "SVC101", None, "did you mean 'reason'?"),
    (W, "{skip: check", "{«skp»: check", "SVC101", None, "did you mean 'skip'?"),
    (P, "  look_up:   {owner: clerk, labels", "  «look_up»:   {labels", "SVC102", None, "'look_up' needs 'owner'"),
    (P, "    to: [inspect, refuse]\n", "", "SVC102", "  «first_reply»:\n", "'first_reply' needs 'to'"),
    (P, "owner: head\napplies_to", "applies_to", "SVC102", "«svcflow»: 1", "needs 'owner'"),
    (P, "{measure: share(happy), target", "{target", "SVC102", "  «happy»:    {target", "needs 'measure'"),
    (P, "max: 3", "max: «three»", "SVC103", None, "'three' is not a whole number"),
    (P, "labels: [Call]", "labels: «Call»", "SVC103", None, "'Call' is not a list"),
    (P, "owner: head\n", "owner: «true»\n", "SVC103", None, "put it in quotes"),
    (G, "members: {clerk: 12}", "members: {clerk: «twelve»}", "SVC103", None, "is not a whole number"),
    (P, "received: boolean", "received: «bool»", "SVC104", None, "did you mean 'boolean'?"),
    (P, "cycle: total", "cycle: «totl»", "SVC104", None, "did you mean 'total'?"),
    (P, "valid_from: 2026-01-01", "valid_from: «2026-02-30»", "SVC104", None, "no day"),
    (P, "valid_from: 2026-01-01", "valid_from: «1.1.2026»", "SVC104", None, "looks like 2026-11-02"),
    (P, "{by: urgency, high: 15m,", "{by: urgency, «hgh»: 15m,", "SVC104", None, "did you mean 'high'?"),
    (P, "spends: amount", "spends: «note»", "SVC104", None, "no number"),
    (P, "spends: amount", "needs: [items, «urgncy»]", "SVC401", None, "did you mean 'urgency'?"),
    (P, "spends: amount", "needs: «nothing»", "SVC401", None, "unknown field 'nothing'"),
    (P, "max: 3", "max: «0»", "SVC104", None, "less than 1"),
    (G, "timezone: Europe/Berlin", "timezone: «Europe/Berln»", "SVC104", None, "did you mean 'Europe/Berlin'?"),
    (G, "amount: any", "amount: «all»", "SVC104", None, "is not 'any'"),
    (G, "holidays: DE-BY", "holidays: «germany»", "SVC104", None, "CN or DE-BY"),
    (S, "Mon 10:00 inspect warehouse:bo happy=true note='all there'",
     "«Mo 10:00 inspect warehouse:bo happy=true note='all there'»", "SVC104",
     None, "is no event"),
    (S, "dial clerk:amy reached=true", "dial clerk:amy «reached»", "SVC104", None, "write field=value"),
    (P, "within: 5m", "within: «5 minutes»", "SVC105", None, "a duration looks like"),
    (P, "target: 12h", "target: «12»", "SVC105", None, "a duration looks like"),
    (P, "else: 2h}", "else: «two hours»}", "SVC105", None, "a duration looks like"),
    (P, "objective: 85%", "objective: «0.85»", "SVC106", None, "write 85%"),
    (P, "  - parallel:\n", "  - «paralel»:\n", "SVC107", None, "did you mean 'parallel'?"),
    (P, "  - may: look_up", "  - «5»", "SVC107", None, "no flow item"),
    (G, '"10:00-16:00"', '«"16:00-10:00"»', "SVC108", None, "ends before it starts"),
    (G, '"10:00-16:00"', '«"10-16"»', "SVC108", None, "hours look like"),
    (G, 'tue-fri: "', '«mon-fri»: "', "SVC108", None, "share a day"),
    (G, '"08:00-12:30 13:00-18:00"', '«"08:00-12:30 12:00-18:00"»', "SVC108", None, "begins before"),
    # 2 references
    (P, "[inspect, refuse]", "[inspect, «refse»]", "SVC201", None, "did you mean 'refuse'?"),
    (P, "  - open\n", "  - «opn»\n", "SVC201", None, "did you mean 'open'?"),
    (P, "{do: check, redo", "{do: «chek», redo", "SVC201", None, "did you mean 'check'?"),
    (P, "remind: 3,", "«remnd»: 3,", "SVC201", None, "did you mean 'remind'?"),
    (P, "[finish, dial]", "[finish, «diall»]", "SVC201", None, "did you mean 'dial'?"),
    (P, "anytime: [remind,", "anytime: [«remnd»,", "SVC201", None, "did you mean 'remind'?"),
    (P, "waiting: {wait_for: [answer, cancel]}", "waiting: {wait_for: [«anser», cancel]}", "SVC201", None, "'answer'?"),
    (S, "Wed 09:05 open", "Wed 09:05 «opne»", "SVC201", None, "did you mean 'open'?"),
    (A, "step: check", "step: «chek»", "SVC201", None, "did you mean 'check'?"),
    (P, "owner: [warehouse, customer]", "owner: [«warehose», customer]", "SVC202", None, "did you mean 'warehouse'?"),
    (P, "80%: head", "80%: «haed»", "SVC202", None, "did you mean 'head'?"),
    (S, "voucher clerk", "voucher «clrk»", "SVC202", None, "did you mean 'clerk'?"),
    (G, "reports_to: lead, members: {clerk", "reports_to: «led», members: {clerk", "SVC202", None, "team 'led'"),
    (G, "members: {warehouse: 3}", "members: {«warehose»: 3}", "SVC202", None, "did you mean 'warehouse'?"),
    (P, "labels: [Voucher]", "labels: [«chat»]", "SVC203", None, "already belongs to step 'chat_in'"),
    (P, "calendar: shop, labels", "calendar: «shp», labels", "SVC204", None, "did you mean 'shop'?"),
    (P, "run: ring_back", "run: «ringback»", "SVC205", None, "did you mean 'ring_back'?"),
    (B, "  - end: reached", "  - run: refund", "SVC207", None, "refund → ring_back → refund"),
    # 3 flow
    (P, "  - may: look_up\n", "", "SVC301", "  «look_up»:", "never reached"),
    (P, "  - finish\n", "  - finish\n  - «look_up»\n", "SVC302", None, "already in the flow at line"),
    (P, "{when: items > 1, do: weigh}", "{when: items > 1, do: [weigh, «end: heavy»]}", "SVC303", None, "other"),
    (P, "    do: [ask_parcel, parcel]", "    do: [ask_parcel, end: waits, «parcel»]", "SVC305", None, "nothing after"),
    (P, "while: not happy", "while: happy or not happy", "SVC306",
     "  - «repeat: {do: check, redo: correct, while: happy or not happy, max: 3}»", "always true"),
    (P, "anytime: [remind,", "anytime: [remind, «open»,", "SVC309", None, "in the flow and under anytime"),
    (P, "  - any: [phone_in, chat_in]", "  - «any: [[phone_in, chat_in]]»", "SVC310", None, "one branch"),
    (P, "wait_for, answer, cancel:", "answer, cancel:", "SVC311", "waiting: {«wait_for»:", "neither in the flow"),
    # 4 data
    (P, "when: not received", "when: not «recieved»", "SVC401", None, "did you mean 'received'?"),
    (P, "amount <= 20", "amount <= «'20'»", "SVC401", None, "cannot compare a number with a text"),
    (P, '"amount > 100"', '"amount > 100 «&&» items > 1"', "SVC401", None, "write 'and'"),
    (P, "while: not happy", "while: «amount»", "SVC401", None, "must be true or false"),
    (P, "when: line >= 2", "when: line >= «4»", "SVC401", None, "not a value of line (1, 2, 3)"),
    (P, "when: note == 'weighed'", "when: note == «weighed»", "SVC401", None, "needs quotes"),
    (P, "{by: received,", "{by: «recived»,", "SVC401", None, "did you mean 'received'?"),
    (A, "when: amount < 10", "when: «amunt» < 10", "SVC401", None, "did you mean 'amount'?"),
    (W, "when: amount < 50", "when: «amont» < 50", "SVC401", None, "did you mean 'amount'?"),
    (P, "share(happy)", "share(«hapy»)", "SVC401", None, "did you mean 'happy'?"),
    (P, "share(happy)", '"share(count(check) > 1 and «amunt» > 2)"', "SVC401", None, "did you mean 'amount'?"),
    (P, "share(happy)", "mean(«amont»)", "SVC401", None, "did you mean 'amount'?"),
    (P, "share(happy)", '"share(elapsed(open, «finsh») > \'4h\')"', "SVC201", None, "did you mean 'finish'?"),
    (P, "share(happy)", "«shar(happy)»", "SVC104", None, "did you mean 'share'?"),
    # 8 scenarios
    (S, "Wed 09:05 open clerk:amy", "«Wed 08:05 open clerk:amy»", "SVC805", None, "after Wed 09:00"),
]  # fmt: skip


def spot(text: str) -> tuple[int, int, int, int]:
    """Return the place between the marks of a text: line and column of start and end, from 1."""
    start, end = text.index("«"), text.index("»") - 1
    plain = text.replace("«", "").replace("»", "")
    places = []
    for index in (start, end):
        before = plain[:index]
        places += [before.count("\n") + 1, index - (before.rfind("\n") + 1) + 1]
    return places[0], places[1], places[2], places[3]


def place(problem: Problem) -> tuple[int, int, int, int]:
    at = problem.position
    return at.line, at.column, at.end_line, at.end_column


@pytest.mark.parametrize(
    ("file", "old", "new", "code", "elsewhere", "hint"), MISTAKES, ids=lambda value: str(value)[:40].strip()
)
def test_a_mistake_is_found_once_at_its_place(
    file: str, old: str, new: str, code: str, elsewhere: str | None, hint: str, tmp_path: Path
) -> None:
    folder = tmp_path / "workflows"
    shutil.copytree(EXAMPLES, folder)
    text = (folder / file).read_text(encoding="utf-8")
    assert old in text
    changed = text.replace(old, new, 1)
    if elsewhere is not None:
        bare = elsewhere.replace("«", "").replace("»", "")
        assert bare in changed
        changed = changed.replace(bare, elsewhere, 1)
    (folder / file).write_text(changed.replace("«", "").replace("»", ""), encoding="utf-8")

    problems, workspace = check(folder)

    assert [problem.code for problem in problems] == [code], problems
    assert hint in problems[0].message
    if "«" in changed:
        assert problems[0].position.file == (folder / file).as_posix()
        assert place(problems[0]) == spot(changed)
    assert (workspace is None) == (problems[0].severity == "error")


def test_the_examples_have_no_problems() -> None:
    problems, workspace = check(EXAMPLES)
    assert problems == []
    assert workspace is not None
    assert set(workspace.processes) == {"refund", "ring_back"}
