"""Comments that silence a problem: ``# svcflow: ignore[no-target] the customer acts``, on its line or above it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from svcflow.definitions import rules
from svcflow.definitions.sources import Source
from svcflow.documents import Scalar, Span, walk
from svcflow.findings import Position, Problem
from svcflow.guards import suggest

_COMMENT = re.compile(r"(?:^|(?<=\s))#\s*svcflow:\s*ignore\s*\[([^\]]*)\][ \t]*(.*)")


@dataclass(frozen=True, slots=True)
class Ignore:
    """A comment that silences rules (by code or name) on one line, with its reason."""

    rules: tuple[str, ...]
    reason: str
    line: int
    position: Position


def suppress(problems: Iterable[Problem], sources: tuple[Source, ...]) -> list[Problem]:
    """Return the problems that no comment silences, and those that the comments themselves are.

    Where there are errors that keep rules from judging, no comment is said to be unused.
    """
    ignores = [ignore for source in sources for ignore in _ignores(source)]
    fatal = {rule.CODE for name, rule in rules.catalogue().items() if rules.is_fatal(name)}
    kept, used = _sift(problems, ignores, fatal)
    whole = not any(map(rules.is_basic, kept))
    return [*kept, *_judge_ignores(ignores, used, fatal, whole=whole)]


def silence(problems: Iterable[Problem], sources: tuple[Source, ...]) -> list[Problem]:
    """Return the problems that no comment silences; comments without effect are left to `suppress`."""
    ignores = [ignore for source in sources for ignore in _ignores(source)]
    return _sift(problems, ignores, set())[0]


def _sift(
    problems: Iterable[Problem], ignores: list[Ignore], fatal: set[str]
) -> tuple[list[Problem], set[tuple[Ignore, str]]]:
    """Return the problems that are left, and which word of which comment silenced one."""
    used: set[tuple[Ignore, str]] = set()
    kept = []
    for problem in problems:
        silenced = False
        for ignore in ignores:
            same_line = ignore.position.file == problem.position.file and ignore.line == problem.position.line
            named = [rule for rule in ignore.rules if rule in (problem.code, problem.name)]
            if same_line and named and problem.code not in fatal:
                silenced = True
                used.update((ignore, rule) for rule in named)
        if not silenced:
            kept.append(problem)
    return kept, used


def _judge_ignores(
    ignores: list[Ignore], used: set[tuple[Ignore, str]], fatal: set[str], *, whole: bool
) -> Iterator[Problem]:
    catalogue = rules.catalogue()
    words = {word: rule.CODE for rule in catalogue.values() for word in (rule.CODE, rules.name_of(rule))}
    unasked = {r.CODE for r in catalogue.values() if getattr(r, "BY_TEST", False) or getattr(r, "OPT_IN", False)}
    for ignore in ignores:
        for word in ignore.rules or ("",):
            if (ignore, word) in used or words.get(word) in unasked:
                continue
            if not whole and word in words and words[word] not in fatal:
                continue
            message = f"'{word}' suppresses nothing{'' if word in words else suggest(word, [*words])}"
            if words.get(word) in fatal:
                message = f"'{word}' cannot be ignored: without it the definition has no meaning"
            yield _problem("unused-ignore", message, ignore.position)
        if not ignore.reason:
            first = ignore.rules[0] if ignore.rules else ""
            yield _problem("bare-ignore", f"say why: # svcflow: ignore[{first}] the reason", ignore.position)


def _problem(rule: str, message: str, position: Position) -> Problem:
    module = rules.catalogue()[rule]
    return Problem(module.CODE, rule, module.SEVERITY, message, position)


def _ignores(source: Source) -> Iterator[Ignore]:
    if "svcflow:" not in source.document.text or source.document.root is None:
        return
    lines = source.document.lines
    texts = [node.span for node in walk(source.document.root) if isinstance(node, Scalar) and "#" in node.text]
    for number, line in enumerate(lines, 1):
        found = _COMMENT.search(line)
        if found is None or any(_covers(span, number, found.start() + 1) for span in texts):
            continue
        names = tuple(word.strip() for word in found[1].split(",") if word.strip())
        target = number if line[: found.start()].strip() else _next_line(lines, number)
        start, end = found.start() + 1, len(line.rstrip()) + 1
        yield Ignore(names, found[2].strip(), target, source.at(Span(number, start, number, end)))


def _next_line(lines: list[str], number: int) -> int:
    """Return the line that a comment on a line of its own speaks about: the next that is neither blank nor comment."""
    for following in range(number, len(lines)):
        text = lines[following].strip()
        if text and not text.startswith("#"):
            return following + 1
    return number


def _covers(span: Span, line: int, column: int) -> bool:
    return (span.line, span.column) <= (line, column) < (span.end_line, span.end_column)
