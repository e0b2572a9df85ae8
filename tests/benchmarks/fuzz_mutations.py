"""Damage to definitions: of bytes, of lines, of tokens, and of the structure; and parts of one spliced into another."""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from typing import Any, TypeAlias

import yaml

Files: TypeAlias = dict[str, bytes]

SIGNS = (
    "\t : { } [ ] , # ! * & ' \" | > % @ ` ~ - ? \\ ( ) = << \x00 \ufeff \r \u2028 \x85 \x1b[2J \u202e"
    " \U0001f600 登记 １２ \ud7ff"
)
VALUES = """\
{} [] [[]] {a:{}} '' "" null true false yes no on 0 -1 1 2 1.5 1e3 1e999 .inf .nan 0x10 0o17 1_000 0m 1m 5m 90m 4h 1d 2w
999999999999w 1h30m 85% 0% 100% 101% 50% 22:00 08:00-22:00 00:00-24:00 24:00-25:00 mon-sun sun-mon fri-tue 2026-11-02
2026-02-30 9999-12-31 0001-01-01 2026-10-25T02:30 Asia/Shanghai Europe/Berlin Etc/GMT+12 ../../etc/passwd CN XX any
always customer * 首响* ** by else do when"""
PHRASES = (
    *("\r\n", ": ", "- ", "---\n", "...\n", "? ", "<<: ", "&a ", "*a", "!!python/object/apply:os.system ", "!x "),
    *("%YAML 1.1\n", "09:00-12:00 13:30-18:00", "Mon 09:00", " and ", " or ", "not ", " in (", " == ", " != ", " >= "),
    *(
        "claim > 500",
        "not not valid",
        "a.b",
        "f(x)",
        "claim > 500 and claim < 500",
        "severity >= high",
        "1 < 2",
        "`a b`",
    ),
    *("severity in (low, high)", "status == 'x'", "count(close) > 1", "share(valid)", "p90(elapsed(register, close))"),
    *("mean(claim)", ">= 90%", "<= 24h", "<= x", "x" * 300, "9" * 30, "9" * 400, "((((", "))))"),
    *(
        "svcflow: 1\n",
        "svcflow: 2\n",
        "process: p\n",
        "# svcflow: ignore[SVC3]\n",
        "# svcflow: ignore[no-target] why\n",
    ),
)
NAMES = """\
svcflow process name valid_from valid_until owner applies_to calendar case ignore steps flow anytime waiting slas
rules kpis within spends needs labels label when description parallel choose any may do repeat redo while max run end
else by from to target objective cycle escalate step grace after then before need never at_most different same
measure dimension organisation timezone calendars roles teams span_of_control people external authority cost_per_minute
lead reports_to members line department roster mon-fri mon-sun holidays closed open scenarios start base cases given
events expect outcome deviations allow whatif code until reason en zh counts first each total"""
KEYS = tuple(NAMES.split())
WORDS = (*SIGNS.split(" "), *VALUES.split(), *PHRASES)
SCALAR = re.compile(rb"[^\s:,\[\]{}#'\"]+")


def mutate(files: Files, others: Files, chance: random.Random) -> Files:
    """Return a workspace with one of its files damaged once or a few times; `others` lend parts."""
    changed = dict(files)
    name = chance.choice(sorted(changed))
    for _ in range(chance.choice((1, 1, 1, 2, 3, 6))):
        donor = others[chance.choice(sorted(others))]
        changed[name] = chance.choice(_WAYS)(changed[name], donor, chance)[:60_000]
    if chance.random() < 0.03:
        changed[f"{chance.choice(KEYS)}.svcflow.yaml"] = donor
    if chance.random() < 0.02 and len(changed) > 1:
        del changed[chance.choice(sorted(changed))]
    return changed


def _word(chance: random.Random) -> bytes:
    return chance.choice(chance.choice((WORDS, KEYS))).encode("utf-8", "surrogatepass")


def _flip(data: bytes, donor: bytes, chance: random.Random) -> bytes:
    at = chance.randrange(len(data) + 1)
    return data[:at] + bytes([chance.randrange(256)]) + data[at + chance.randrange(2) :]


def _cut(data: bytes, donor: bytes, chance: random.Random) -> bytes:
    at = chance.randrange(len(data) + 1)
    return data[:at] if chance.random() < 0.2 else data[:at] + data[at + chance.randrange(1, 60) :]


def _insert(data: bytes, donor: bytes, chance: random.Random) -> bytes:
    at = chance.randrange(len(data) + 1)
    return data[:at] + _word(chance) + data[at + chance.choice((0, 0, 1, 5)) :]


def _splice(data: bytes, donor: bytes, chance: random.Random) -> bytes:
    at, start = chance.randrange(len(data) + 1), chance.randrange(len(donor) + 1)
    return data[:at] + donor[start : start + chance.randrange(1, 400)] + data[at:]


def _lines(data: bytes, donor: bytes, chance: random.Random) -> bytes:
    lines = data.splitlines(keepends=True) or [b""]
    at, other = chance.randrange(len(lines)), chance.randrange(len(lines))
    match chance.randrange(6):
        case 0:
            del lines[at : at + chance.choice((1, 1, 3, 10))]
        case 1:
            lines[at], lines[other] = lines[other], lines[at]
        case 2:
            lines.insert(other, lines[at])
        case 3:
            lines[at] = b" " * chance.randrange(1, 5) + lines[at]
        case 4:
            lines[at] = lines[at].removeprefix(b"  ")
        case _:
            given = donor.splitlines(keepends=True) or [b""]
            start = chance.randrange(len(given))
            lines[at:at] = given[start : start + chance.choice((1, 2, 5, 20))]
    return b"".join(lines)


def _token(data: bytes, donor: bytes, chance: random.Random) -> bytes:
    """Put another word in place of one: from the list, from the same file, or from another."""
    words = [(found.start(), found.end()) for found in SCALAR.finditer(data)]
    if not words:
        return data + _word(chance)
    start, end = chance.choice(words)
    a, b = chance.choice(words)
    lent = SCALAR.findall(donor) or [b"x"]
    return data[:start] + chance.choice((_word(chance), data[a:b], chance.choice(lent))) + data[end:]


def _misspell(data: bytes, donor: bytes, chance: random.Random) -> bytes:
    words = [(found.start(), found.end()) for found in SCALAR.finditer(data)]
    start, end = chance.choice(words) if words else (0, 0)
    if end - start < 2:
        return data
    at = chance.randrange(start, end - 1)
    return data[:at] + data[at + 1 : at + 2] + data[at : at + 1] + data[at + 2 :]


def _structure(data: bytes, donor: bytes, chance: random.Random) -> bytes:
    """Read the file as plain YAML, change the tree, and write it again."""
    try:
        tree, lent = yaml.load(data, yaml.CBaseLoader), yaml.load(donor, yaml.CBaseLoader)
        parts, gifts = list(_parts(tree)), list(_parts(lent))
    except (yaml.YAMLError, UnicodeError, ValueError, TypeError, RecursionError):
        return _lines(data, donor, chance)
    if not parts or not gifts:
        return data
    inside, key = chance.choice(parts)
    giver, given = chance.choice(gifts)
    match chance.randrange(7):
        case 0:
            del inside[key]
        case 1:
            inside[key] = giver[given]
        case 2:
            source, place = chance.choice(parts)
            inside[key], source[place] = source[place], inside[key]
        case 3:
            inside[key] = [inside[key]]
        case 4:
            inside[key] = {chance.choice(KEYS): inside[key]}
        case 5 if isinstance(inside, list):
            inside.insert(chance.randrange(len(inside) + 1), giver[given])
        case 5:
            inside[given if isinstance(given, str) else chance.choice(KEYS)] = giver[given]
        case _:
            inside[key] = _word(chance).decode("utf-8", "replace")
    try:
        text = yaml.dump(
            tree, Dumper=yaml.CSafeDumper, allow_unicode=True, sort_keys=False, width=chance.choice((80, 10_000)),
            default_flow_style=chance.choice((None, True, False)),
        )  # fmt: skip
    except (yaml.YAMLError, UnicodeError, RecursionError):
        return data
    # Numbers and truth values were read as texts: the dumper would put them in quotes.
    return re.sub(r"'([\w.%:-]+)'", r"\1", str(text)).encode("utf-8", "surrogatepass")


def _parts(tree: Any, depth: int = 0) -> Any:
    if depth > 40:
        return
    entries = tree.items() if isinstance(tree, dict) else enumerate(tree) if isinstance(tree, list) else ()
    for key, value in list(entries):
        yield tree, key
        yield from _parts(value, depth + 1)


_WAYS: tuple[Callable[[bytes, bytes, random.Random], bytes], ...] = (
    _flip, _cut, _insert, _insert, _splice, _lines, _lines, _token, _token, _token, _misspell,
    _structure, _structure, _structure, _structure,
)  # fmt: skip
