"""Files -> `Workspace` or problems: reads, judges the shape, builds the values, asks every rule."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from svcflow.definitions import rules
from svcflow.definitions.agreements import read_allow, read_whatif
from svcflow.definitions.model import Agreement, Organisation, Process, Scenarios, Workspace
from svcflow.definitions.organisations import read_organisation
from svcflow.definitions.processes import read_process
from svcflow.definitions.reading import Reading, text
from svcflow.definitions.scenarios import read_scenarios
from svcflow.definitions.schema import DEFINITION_KINDS
from svcflow.definitions.selection import matches
from svcflow.definitions.settings import find_settings
from svcflow.definitions.shape import judge_shape
from svcflow.definitions.sources import Source, gather, is_supported, version_of
from svcflow.definitions.suppression import silence, suppress
from svcflow.definitions.survey import Survey
from svcflow.definitions.versions import latest
from svcflow.documents import Mapping
from svcflow.errors import DefinitionError
from svcflow.findings import Problem


def load(path: str | Path) -> Workspace:
    """Return the workspace of a folder (or of a file and its folder), read, checked and compiled.

    Raise `DefinitionError` if it has errors, `InputError` if there is nothing to read.
    """
    problems, workspace = check(path)
    if workspace is None:
        errors = [problem for problem in problems if problem.severity == "error"]
        count = "1 problem" if len(errors) == 1 else f"{len(errors)} problems"
        first = f" ({errors[0].position}: {errors[0].message})" if errors else ""
        raise DefinitionError(f"cannot use '{path}': {count}{first}", f"run `svcflow validate {path}`")
    return workspace


def check(path: str | Path) -> tuple[list[Problem], Workspace | None]:
    """Return what is wrong with the definitions at `path`, in the order of the text, and the workspace they make.

    There is a workspace if there is no error. Raise `InputError` if there is nothing to read.
    """
    verdict = check_all([Path(path)])
    return list(verdict.problems), verdict.workspaces[0] if verdict.workspaces else None


@dataclass(frozen=True, slots=True)
class Verdict:
    """What is wrong in `files`, and the workspaces that have no error."""

    problems: tuple[Problem, ...]
    files: tuple[str, ...]
    workspaces: tuple[Workspace, ...]


def check_all(paths: Sequence[Path], opted: frozenset[str] = frozenset()) -> Verdict:
    """Judge several folders or files; files of one folder are judged together.

    Rules that are off are asked if they are among those `opted` for. What the project's settings ignore is not told,
    unless a definition has no meaning without it.
    """
    problems: list[Problem] = []
    files: list[str] = []
    workspaces: list[Workspace] = []
    for name, sources, asked in gather(paths):
        survey = survey_sources(sources, name)
        ignored = find_settings(Path(name)).ignore
        found = suppress(judge(survey, opted), survey.sources)
        found = [p for p in found if is_fatal(p) or not any(matches(word, p) for word in ignored)]
        if survey.workspace is not None and not any(problem.severity == "error" for problem in found):
            workspaces.append(survey.workspace)
        problems += (problem for problem in found if problem.position.file in asked)
        files += sorted(asked)
    order = sorted(set(problems), key=lambda problem: (problem.position, problem.code, problem.message))
    return Verdict(tuple(order), tuple(dict.fromkeys(files)), tuple(workspaces))


def is_fatal(problem: Problem) -> bool:
    """Return whether a definition has no meaning with this problem."""
    return rules.is_fatal(next(name for name, rule in rules.catalogue().items() if problem.code == rule.CODE))


def survey_sources(sources: tuple[Source, ...], folder: str) -> Survey:
    """Read every file as far as it can be read, those that speak about processes after the processes."""
    processes: list[Process] = []
    organisations: list[Organisation] = []
    scenarios: list[Scenarios] = []
    readings: list[Reading] = []
    agreements: list[Agreement] = []
    fields: dict[str, Reading] = {}
    broken: set[str] = set()
    for source in sorted(sources, key=lambda source: source.kind not in ("process", "organisation")):
        reading = Reading(source.document)
        readings.append(reading)
        root = _shaped(source, reading)
        if root is None:
            broken.add(source.document.file)
            continue
        match source.kind:
            case "process":
                processes.append(read_process(reading, root))
                fields.setdefault(processes[-1].id, reading)
            case "organisation":
                organisations.append(read_organisation(reading, root))
            case "scenarios":
                scenarios.append(read_scenarios(reading, root))
            case _:
                known = next((process for process in processes if process.id == text(root.get(source.kind))), None)
                agreements += _read_about(reading, root, source.kind, (known, fields))
        if source.document.faults or any(rules.is_fatal(rule) for rule, _ in reading.remarks):
            broken.add(source.document.file)
    return Survey(
        folder=folder,
        sources=sources,
        processes=tuple(latest(processes).values()),
        organisations=tuple(organisations),
        scenarios=tuple(scenarios),
        references=tuple(reference for reading in readings for reference in reading.references),
        remarks=tuple(remark for reading in readings for remark in reading.remarks),
        broken=frozenset(broken),
        agreements=tuple(agreements),
        editions=tuple(processes),
    )


def _shaped(source: Source, reading: Reading) -> Mapping | None:
    """Return what has the right shape of a file; ``None`` if it cannot be read at all."""
    if source.root is None or source.kind not in DEFINITION_KINDS or not is_supported(version_of(source)):
        return None
    return judge_shape(reading, source.root, source.kind)


def _read_about(
    reading: Reading, root: Mapping, kind: str, of: tuple[Process | None, dict[str, Reading]]
) -> list[Agreement]:
    """Read a file that speaks about a process: its conditions read the fields of that process."""
    reading.process = reading.name("process", root.get(kind)) or ""
    process, readings = of
    if process is None:
        return []
    known = readings[process.id]
    reading.fields, reading.fields_known = known.fields, known.fields_known
    if kind == "allow":
        return [*read_allow(reading, root, process)]
    read_whatif(reading, root)
    return []


def judge(survey: Survey, opted: frozenset[str] = frozenset()) -> Iterable[Problem]:
    """Ask every rule what it has to say about a survey, then about each older version of a process in its place.

    Rules that are off are asked if they are `opted` for.
    """
    found = [*_judge(survey.main(), opted)]
    yield from found
    told = set(found)
    for edition in survey.editions:
        if survey.by_id[edition.id] is not edition:
            older = _judge(survey.around(edition), opted)
            yield from (problem for problem in older if problem.position.file == edition.file and problem not in told)


def _judge(survey: Survey, opted: frozenset[str]) -> Iterable[Problem]:
    """Ask the rules in the order of their codes; of what has basic errors, no other rule is asked."""
    basics: list[Problem] = []
    for name, rule in rules.catalogue().items():
        if rules.is_opt_in(name) and name not in opted:
            continue
        if basics and rule.CODE > rules.LAST_BASIC:
            survey = survey.without({problem.position.file for problem in silence(basics, survey.sources)})
            basics = []
        judged = rule.check(survey) if hasattr(rule, "check") else ()
        for remark in (*survey.remarks_of(name), *judged):
            message = "".join(c if c.isprintable() else "\ufffd" for c in remark.message)
            problem = Problem(rule.CODE, rules.name_of(rule), rule.SEVERITY, message, remark.position, remark.related)
            if rules.is_basic(problem):
                basics.append(problem)
            yield problem
