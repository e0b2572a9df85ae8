"""Versions of a process, people by date, agreed deviations: what depends on the day."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import pytest
from tests.execution.definitions import guard, log, process, seq, step, task, trace, workspace

from svcflow.definitions import check, load
from svcflow.definitions.model import Agreement, Kpi, OrgRole, Person, Process, Sla, Target, Workspace
from svcflow.execution import Runs, execute
from svcflow.execution.claims import claim
from svcflow.findings import NOWHERE, Position
from svcflow.guards import Field

HOUR, DAY = 3_600_000, 24
LEVEL = Field("level", "enum", ("low", "high"))


def kinds(runs: Runs, case: str) -> list[str]:
    return [f"{r['name']} {r['step']}" for run in runs.processes.values() for r in run.deviations if r["case"] == case]


# --- versions ---------------------------------------------------------------------------------------------------------


def clock(name: str, hours: int) -> Sla:
    return Sla(name, ("a",), ("c",), Target(hours * 3600), 0.9, None, None, "first", waiting_counts=False,
               escalation=None, position=NOWHERE)  # fmt: skip


OLD = process(seq(task("a"), task("c")), valid_until="1970-01-10", slas={"s": clock("s", 1)}, file="old.yaml",
              kpis={"n": Kpi("n", "mean(count(c))", "<= 1", None, NOWHERE)})  # fmt: skip
NEW = replace(process(seq(task("a"), task("b"), task("c"))), valid_from="1970-01-11", slas={"t": clock("t", 9)},
              kpis=OLD.kpis)  # fmt: skip


def versions(*found: Process, zone: str = "UTC") -> Workspace:
    base = workspace(found[-1])
    organisation = replace(base.organisation, timezone=zone)
    return replace(base, organisation=organisation, versions={"p": found})


def test_a_case_is_judged_by_the_version_valid_at_its_first_event() -> None:
    crowd = {
        "old": trace("a", "c", at=9 * DAY + 23),  # ends on the first day of the new version
        "new": trace("a", "c", at=10 * DAY),
        "fine": trace("a", "b", "c", at=12 * DAY),
        "early": trace("a", "b", "c", at=1 * DAY),
    }
    runs = execute(versions(OLD, NEW), log(crowd))
    assert {name: kinds(runs, name) for name in crowd} == {
        "old": [], "new": ["skipped b"], "fine": [], "early": ["unmapped b", "sla_breached s"],
    }  # fmt: skip
    shown = {row["case"]: row["version"] for row in runs["p"].cases}
    assert shown == {"early": "until 1970-01-10", "old": "until 1970-01-10", "new": "from 1970-01-11",
                     "fine": "from 1970-01-11"}  # fmt: skip
    assert list(shown) == list(runs.log.case_ids), "in the order of the log"
    summary = runs.to_json()["p"]
    assert (summary["cases"], summary["kpis"]["n"]["n"], summary["kpis"]["n"]["value"]) == (4, 4, 1.0)
    assert {name: (s["met"], s["breached"]) for name, s in summary["slas"].items()} == {"t": (2, 0), "s": (1, 1)}
    assert "ended as" in runs.explain("early")
    for frame in (runs["p"].moves, runs["p"].deviations):
        assert [row["case"] for row in frame] == [runs.log.case_ids[i] for i in frame["index"].tolist()]


def test_versions_together_say_what_each_says_alone() -> None:
    crowd = {f"c{i}": trace(*("abc" if i % 3 else "ac"), at=i * DAY) for i in range(20)}
    both = execute(versions(OLD, NEW), log(crowd))
    for version, numbers in ((OLD, range(10)), (NEW, range(10, 20))):
        free = replace(version, valid_from=None, valid_until=None)
        alone = execute(workspace(free), log({f"c{i}": crowd[f"c{i}"] for i in numbers}), as_of=both.as_of)
        for i in numbers:
            assert kinds(both, f"c{i}") == kinds(alone, f"c{i}")


def test_days_begin_at_midnight_of_the_organisation() -> None:
    # 16:30 UTC is half past midnight in Shanghai.
    crowd = {"x": trace("a", "c", at=9 * DAY + 16.5)}
    assert kinds(execute(versions(OLD, NEW), log(crowd)), "x") == []
    assert kinds(execute(versions(OLD, NEW, zone="Asia/Shanghai"), log(crowd)), "x") == ["skipped b"]


def test_before_the_first_version_nobody_judges_a_case() -> None:
    runs = execute(versions(NEW), log({"x": trace("a", "c")}))
    assert (runs.processes, runs.unclaimed) == ({}, 1)
    assert "no version was valid" in runs.notes[-1]


def test_the_processes_that_a_version_runs_are_those_of_its_day() -> None:
    from tests.execution.test_deviations import NOWHERE as place

    from svcflow.definitions.model import Run

    inner_old = replace(process(seq(task("b"))), id="inner", valid_until="1970-01-10")
    inner_new = replace(process(seq(task("b"), task("c"))), id="inner", valid_from="1970-01-11")
    outer = process(seq(task("a"), Run("inner", "", place)))
    base = workspace(outer, inner_new)
    place_ = replace(base, versions={"inner": (inner_old, inner_new)})
    runs = execute(place_, log({"x": trace("a", "b"), "y": trace("a", "b", at=20 * DAY)}), process="p")
    states = {row["case"]: row["closed"] for row in runs["p"].cases}
    assert states == {"x": True, "y": False}


def written(folder: Path, validities: Iterable[str]) -> Path:
    source = Path(__file__).parent / "documented"
    for file in ("org.svcflow.yaml",):
        (folder / file).write_text((source / file).read_text("utf-8"), "utf-8")
    text = (source / "complaint.svcflow.yaml").read_text("utf-8")
    for i, validity in enumerate(validities):
        body = text.replace("svcflow: 1\n", f"svcflow: 1\n{validity}", 1)
        if i == 0:
            body = body.replace(
                "  escalate:    {name: 升级,",
                "  legacy:      {owner: agent, labels: [旧]}\n  escalate:    {name: 升级,",
            )
            body = body.replace("anytime: [chase,", "anytime: [chase, legacy,")
        (folder / f"v{i}.svcflow.yaml").write_text(body, "utf-8")
    return folder


def errors(folder: Path) -> list[tuple[str, str]]:
    found, _ = check(folder)
    return [(p.code, Path(p.position.file).name) for p in found if p.severity == "error"]


def test_files_may_define_versions_of_one_process(tmp_path: Path) -> None:
    folder = written(tmp_path, ["valid_until: 2026-06-30\n", "valid_from: 2026-07-01\n"])
    assert errors(folder) == []
    loaded = load(folder)
    assert [Path(v.file).name for v in loaded.versions["complaint"]] == ["v0.svcflow.yaml", "v1.svcflow.yaml"]
    assert Path(loaded.processes["complaint"].file).name == "v1.svcflow.yaml", "the latest is the process"


def test_versions_that_share_a_day_clash(tmp_path: Path) -> None:
    folder = written(tmp_path, ["valid_until: 2026-07-01\n", "valid_from: 2026-07-01\n"])
    assert errors(folder) == [("SVC206", "v1.svcflow.yaml")]
    assert errors(written(tmp_path, ["", ""])) == [("SVC206", "v1.svcflow.yaml")]


def test_a_mistake_in_an_old_version_is_found_at_its_place(tmp_path: Path) -> None:
    folder = written(tmp_path, ["valid_until: 2026-06-30\n", "valid_from: 2026-07-01\n"])
    old = folder / "v0.svcflow.yaml"
    old.write_text(old.read_text("utf-8").replace("  - acknowledge\n", "  - acknowlege\n", 1), "utf-8")
    assert errors(folder) == [("SVC201", "v0.svcflow.yaml")]


# --- people -----------------------------------------------------------------------------------------------------------


def staffed(*people: Person, owners: tuple[str, ...] = ("lead",), spends: str | None = None) -> Workspace:
    made = process(
        seq(task("a")), steps={"a": step("a", owners, spends=spends)}, fields={"sum": Field("sum", "number")}
    )
    base = workspace(made, roles=("agent", "lead", "boss"))
    roles = {
        name: OrgRole(name, external=False, authority={"sum": limit}, cost_per_minute=None, position=NOWHERE)
        for name, limit in (("agent", 10.0), ("lead", 100.0), ("boss", None))
    }
    return replace(base, organisation=replace(base.organisation, roles=roles, staff=people))


def person(actor: str, role: str, since: str | None = None, until: str | None = None) -> Person:
    return Person(actor, role, None, since, until)


@pytest.mark.parametrize(
    ("hours", "expected"),
    [(0, True), (2 * DAY - 0.1, True), (2 * DAY, False), (4 * DAY + 23.9, False), (5 * DAY, False)],
)
def test_the_role_of_that_day_counts_and_wins_over_the_log(hours: float, expected: bool) -> None:
    place = staffed(person("Amy ", "agent", until="1970-01-02"), person("amy", "lead", "1970-01-03", "1970-01-05"))
    for role in ("lead", "agent"):
        runs = execute(place, log({"x": [{"step": "a", "at": hours, "who": "amy", "role": role}]}))
        wrong = any(kind.startswith("wrong_role") for kind in kinds(runs, "x"))
        listed = hours < 5 * DAY
        assert wrong == (expected if listed else role == "agent")


def test_somebody_with_two_roles_has_the_rights_of_both() -> None:
    place = staffed(person("amy", "agent"), person("amy", "lead"), person("bob", "agent"), spends="sum")

    def told(who: str, amount: int) -> list[str]:
        events = [{"step": "a", "at": 0, "who": who, "role": "", "sum": amount}]
        return [r["detail"] for r in execute(place, log({"x": events}))["p"].deviations]

    assert told("amy", 100) == []
    assert told("amy", 101) == ["101 is above the 100 of agent and lead"]
    assert told("bob", 5) == ["done by agent, not an owner of the step"]
    assert told("eve", 500) == [], "an unknown role is held against nobody"


@pytest.mark.parametrize(
    ("text", "code", "said"),
    [
        (None, "SVC001", "cannot read 'people.csv': No such file"),
        ("actor;role\n", "SVC104", "has no column 'actor'"),
        ("actor,role,desk\nx,agent,1\n", "SVC104", "has a column 'desk' too many"),
        ("actor,role\namy,agnt\n", "SVC202", "unknown role 'agnt'; did you mean 'agent'?"),
        ("actor,role,from\namy,agent,2026-02-30\n", "SVC104", "line 2: '2026-02-30' is no day"),
        ("actor,role,from,until\namy,agent,2026-03-01,2026-02-01\n", "SVC104", "line 2: ends (2026-02-01) before"),
        ("actor,role\n\namy\n", "SVC104", "line 3: has another number of cells"),
        ("actor,role\n,agent\n", "SVC104", "line 2: has no actor"),
        ('actor,role\n"amy,agent\n', "SVC001", "cannot read 'people.csv'"),
    ],
)
def test_a_bad_file_of_people_is_told_where_it_is_named(tmp_path: Path, text: str | None, code: str, said: str) -> None:
    folder = written(tmp_path, [""])
    organisation = folder / "org.svcflow.yaml"
    organisation.write_text(organisation.read_text("utf-8") + "people: people.csv\n", "utf-8")
    if text is not None:
        (folder / "people.csv").write_text(text, "utf-8")
    (problem,) = [p for p in check(folder)[0] if p.severity == "error"]
    assert (problem.code, Path(problem.position.file).name) == (code, "org.svcflow.yaml")
    assert said in problem.message


@pytest.mark.parametrize("name", ["/etc/passwd", "../people.csv", "a/../../b.csv"])
def test_people_are_read_from_the_workspace_alone(tmp_path: Path, name: str) -> None:
    folder = written(tmp_path, [""])
    organisation = folder / "org.svcflow.yaml"
    organisation.write_text(organisation.read_text("utf-8") + f"people: {name}\n", "utf-8")
    (problem,) = [p for p in check(folder)[0] if p.severity == "error"]
    assert "is no file within this folder" in problem.message


# --- agreements -------------------------------------------------------------------------------------------------------


def agreed(code: str, **more: object) -> Agreement:
    made = Agreement("p", code, None, None, None, "too small", "lead", Position("allow.yaml", 4, 5, 4, 9))
    return replace(made, **more)


def allowing(*agreements: Agreement, crowd: dict[str, list[dict[str, object]]], as_of: float | None = None) -> Runs:
    made = process(seq(task("a"), task("b"), task("c")), fields={"level": LEVEL})
    now = None if as_of is None else round(as_of * HOUR)
    return execute(replace(workspace(made), agreements=agreements), log(crowd), as_of=now)


def test_agreed_deviations_are_counted_apart() -> None:
    crowd = {"x": trace("a", "c"), "y": trace("c", at=DAY), "z": trace("a", "b", "b", "c", at=2 * DAY)}
    runs = allowing(agreed("D101", step="b"), crowd=crowd)
    summary = runs.to_json()["p"]
    assert (summary["deviations"], summary["allowed"]) == ({"D101": 1, "D103": 1}, {"D101": 2})
    assert summary["conforming"] == 1
    (first, second) = runs["p"].allowed
    assert [first[k] for k in ("case", "step", "reason", "owner", "agreed_in", "agreed_line")] == [
        "x", "b", "too small", "lead", "allow.yaml", 4,
    ]  # fmt: skip
    assert second["detail"] == "not done before 'c'"
    assert not any(row["step"] == "b" and row["code"] == "D101" for row in runs.deviations_table())


def test_an_agreement_holds_where_its_condition_does() -> None:
    low = agreed("D101", when=guard("level == low", level=LEVEL))
    crowd = {"x": [{"step": "c", "at": 1, "level": "low"}], "y": [{"step": "c", "at": 2, "level": "high"}],
             "z": [{"step": "c", "at": 3}]}  # fmt: skip
    runs = allowing(low, crowd=crowd)
    assert [row["case"] for row in runs["p"].allowed] == ["x", "x"]
    assert [row["case"] for row in runs["p"].deviations] == ["y", "y", "z", "z"]


def test_an_agreement_ends_with_its_last_day() -> None:
    once = agreed("D101", until="1970-01-02")
    crowd = {"x": trace("a", "c", at=2 * DAY - 1.5), "y": trace("a", "c", at=2 * DAY - 1)}
    runs = allowing(once, crowd=crowd, as_of=90 * DAY)
    assert [row["case"] for row in runs["p"].allowed] == ["x"], "what was agreed then stays agreed"
    assert kinds(runs, "y") == ["skipped b"]


def test_an_allow_file_is_loaded(tmp_path: Path) -> None:
    folder = written(tmp_path, [""])
    allow = folder / "allow.svcflow.yaml"
    text = ("svcflow: 1\nallow: complaint\ndeviations:\n"
            "  - {code: skipped, step: callback, when: tier == standard, until: 2026-12-31, reason: r, owner: agent}\n"
            "  - {code: D402, step: resolution, reason: r, owner: agent}\n"
            "  - {code: D302, step: four_eyes, reason: r, owner: agent}\n")  # fmt: skip
    allow.write_text(text, "utf-8")
    assert [(a.code, a.step) for a in load(folder).agreements] == [
        ("D101", "callback"), ("D402", "resolution"), ("D302", "four_eyes"),
    ]  # fmt: skip
    for old, new in (("skipped", "skiped"), ("resolution", "resolutio"), ("2026-12-31", "2026-13-31")):
        allow.write_text(text.replace(old, new), "utf-8")
        assert [file for _, file in errors(folder)] == ["allow.svcflow.yaml"], new


def test_claims_of_versions_need_no_validity() -> None:
    from svcflow.execution.knowledge import Knowledge
    from svcflow.execution.labels import steps_of_rows

    crowd = log({"x": trace("a")})
    made = process(seq(task("a")))
    knowledge = Knowledge(crowd)
    import numpy as np

    found = claim({"p": made}, knowledge, {"p": steps_of_rows(made, knowledge)}, np.asarray([0]))
    assert found.cases["p"].tolist() == [0]
