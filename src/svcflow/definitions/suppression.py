"""Comments that silence a problem: ``# svcflow: ignore[no-target] the customer acts``, on its line or above it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache

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
    by_line: dict[tuple[str, int], list[Ignore]] = {}
    for ignore in ignores:
        by_line.setdefault((ignore.position.file, ignore.line), []).append(ignore)
    kept = []
    for problem in problems:
        silenced = False
        for ignore in by_line.get((problem.position.file, problem.position.line), ()):
            named = [rule for rule in ignore.rules if rule in (problem.code, problem.name)]
            if named and problem.code not in fatal:
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
    near = cache(lambda word: suggest(word, [*words]))
    for ignore in ignores:
        for word in ignore.rules or ("",):
            if (ignore, word) in used or words.get(word) in unasked:
                continue
            if not whole and word in words and words[word] not in fatal:
                continue
            message = f"'{word}' suppresses nothing{'' if word in words else near(word)}"
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
    following = _following(lines)
    texts: dict[int, list[Span]] = {}
    for node in walk(source.document.root):
        if isinstance(node, Scalar) and "#" in node.text:
            for number in range(node.span.line, node.span.end_line + 1):
                texts.setdefault(number, []).append(node.span)
    for number, line in enumerate(lines, 1):
        found = _COMMENT.search(line)
        if found is None or any(_covers(span, number, found.start() + 1) for span in texts.get(number, ())):
            continue
        names = tuple(word.strip() for word in found[1].split(",") if word.strip())
        target = number if line[: found.start()].strip() else following[number - 1]
        start, end = found.start() + 1, len(line.rstrip()) + 1
        yield Ignore(names, found[2].strip(), target, source.at(Span(number, start, number, end)))


def _following(lines: list[str]) -> list[int]:
    """Return for each line the one that a comment alone on it speaks about: the next neither blank nor comment.

    Behind the last such line it is the comment's own.
    """
    found, known = [], 0
    for number in range(len(lines), 0, -1):
        found.append(known or number)
        text = lines[number - 1].strip()
        if text and not text.startswith("#"):
            known = number
    return found[::-1]


def _covers(span: Span, line: int, column: int) -> bool:
    return (span.line, span.column) <= (line, column) < (span.end_line, span.end_column)
