"""For everything that reads JUnit's XML: a test case for each file of `validate`, for each scenario of `test`.

A case fails if it has a problem as grave as `--fail-on`; lesser ones are its output.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import escape

from svcflow.cli._formats import Case, Report
from svcflow.cli._formats._identity import relative
from svcflow.findings import Problem

_NO_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def write(report: Report) -> str:
    """Return the cases as XML: a suite for each process, or one for all files."""
    suites = dict.fromkeys(case.suite for case in report.cases)
    failed = sum(_fails(case, report) for case in report.cases)
    lines = ['<?xml version="1.0" encoding="UTF-8"?>']
    lines.append(f'<testsuites name="svcflow" tests="{len(report.cases)}" failures="{failed}" errors="0">')
    for suite in suites:
        lines += _suite(suite, [case for case in report.cases if case.suite == suite], report)
    return "\n".join([*lines, "</testsuites>"]) + "\n"


def _suite(suite: str, cases: list[Case], report: Report) -> Iterator[str]:
    failed = sum(_fails(case, report) for case in cases)
    yield f'  <testsuite name={_quoted(suite)} tests="{len(cases)}" failures="{failed}" errors="0" skipped="0">'
    for case in cases:
        place = f"file={_quoted(relative(case.position.file))} line={_quoted(str(max(case.position.line, 1)))}"
        head = f"<testcase classname={_quoted(suite)} name={_quoted(case.name)} {place}"
        inside = list(_outcome(case, report))
        yield from [f"    {head}>", *inside, "    </testcase>"] if inside else [f"    {head}/>"]
    yield "  </testsuite>"


def _outcome(case: Case, report: Report) -> Iterator[str]:
    grave = [problem for problem in case.problems if report.is_grave(problem)]
    slight = [problem for problem in case.problems if not report.is_grave(problem)]
    if grave:
        more = f" (and {len(grave) - 1} more)" if len(grave) > 1 else ""
        told = [*map(_line, grave), *case.told]
        head = f"type={_quoted(grave[0].code)} message={_quoted(grave[0].message + more)}"
        yield f"      <failure {head}>{_text(chr(10).join(told))}</failure>"
    if slight:
        yield f"      <system-out>{_text(chr(10).join(map(_line, slight)))}</system-out>"


def _fails(case: Case, report: Report) -> bool:
    return any(report.is_grave(problem) for problem in case.problems)


def _line(problem: Problem) -> str:
    at = problem.position
    return f"{relative(at.file)}:{at.line}:{at.column}: {problem.severity}[{problem.code}] {problem.message}"


def _text(text: str) -> str:
    return escape(_NO_XML.sub("\ufffd", text), quote=False)


def _quoted(text: str) -> str:
    """Return an attribute's value; line breaks and tabs would be read as blanks."""
    plain = escape(_NO_XML.sub("\ufffd", text))
    return '"' + re.sub(r"[\n\r\t]", lambda found: f"&#{ord(found[0])};", plain) + '"'
