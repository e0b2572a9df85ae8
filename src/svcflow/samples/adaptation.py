"""The sample definitions adapted to another kind of organisation: roles by their new names, and what else differs.

A kind is a folder in `organisations`: its ``org.svcflow.yaml``, ``people.csv`` where people are listed, and
``adaptation.yaml``, which says how the sample definitions become its own: `roles` maps the names of roles, `within`
does so for one process alone, `edits` replaces texts. All else stays as it is, comments included.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from svcflow import samples
from svcflow.definitions.reading import Reference
from svcflow.definitions.sources import gather
from svcflow.definitions.workspaces import survey_sources
from svcflow.documents import parse, plain
from svcflow.errors import InputError, UsageError

_ORGANISATION, _PEOPLE, _ADAPTATION = "org.svcflow.yaml", "people.csv", "adaptation.yaml"
_OWNERS = re.compile(r"(?<=owner: )\[([\w, ]+)\]")
_RUNGS = re.compile(r"(?<=escalate: )\{[^}]*\}")
_RUNG = re.compile(r",? *\d+%: (\w+)")


@dataclass(frozen=True, slots=True)
class Adaptation:
    """How the sample definitions become those of one kind of organisation."""

    roles: dict[str, str]
    within: dict[str, dict[str, str]]
    edits: dict[str, list[tuple[str, str]]]


def kinds() -> tuple[str, ...]:
    """Return the kinds of organisations there are templates for."""
    return tuple(sorted(folder.parent.name for folder in _folder().glob(f"*/{_ORGANISATION}")))


def adapt(kind: str) -> dict[str, str]:
    """Return the files of a workspace for a kind of organisation: names and texts.

    Raise `UsageError` if there is no such kind, `InputError` if its template does not fit the sample definitions.
    """
    if kind not in kinds():
        raise UsageError(f"there is no template '{kind}'", f"there are {', '.join(kinds())}")
    folder = _folder() / kind
    adaptation = read_adaptation(folder / _ADAPTATION)
    texts = _rename_roles(adaptation)
    for name, edits in adaptation.edits.items():
        for old, new in edits:
            if texts.get(name, "").count(old) != 1:
                raise InputError(f"the template '{kind}' does not fit {name} at '{old[:60]}'", "install svcflow again")
            texts[name] = texts[name].replace(old, new)
    own = [name for name in (_ORGANISATION, _PEOPLE) if (folder / name).is_file()]
    return texts | {name: (folder / name).read_text("utf-8") for name in own}


def read_adaptation(file: Path) -> Adaptation:
    """Return what an adaptation file says."""
    found: dict[str, Any] = plain(parse(file.read_text("utf-8")).root)
    edits = {name: [(old, new) for old, new in pairs] for name, pairs in (found.get("edits") or {}).items()}
    return Adaptation(found.get("roles") or {}, found.get("within") or {}, edits)


def _rename_roles(adaptation: Adaptation) -> dict[str, str]:
    """Return the sample definitions and scenarios, every reference to a role by its new name."""
    _, sources, _ = gather([samples.workflows()])[0]
    survey = survey_sources(sources, "samples")
    texts = {}
    for source in sources:
        if source.kind == "organisation":
            continue
        file = source.document.file
        name = Path(file).name
        roles = adaptation.roles | adaptation.within.get(name.partition(".")[0], {})
        here = [r for r in survey.references if r.kind == "role" and r.position.file == file and r.name in roles]
        texts[name] = _merge_twins(_replace(source.document.text, here, roles))
    return texts


def _replace(text: str, references: list[Reference], roles: dict[str, str]) -> str:
    lines = text.split("\n")
    for reference in sorted(references, key=lambda r: r.position, reverse=True):
        at = reference.position
        line = lines[at.line - 1]
        changed = line[: at.column - 1] + roles[reference.name] + line[at.end_column - 1 :]
        lines[at.line - 1] = _align_comment(changed, line.find("  #") + 2)
    return "\n".join(lines)


def _align_comment(line: str, column: int) -> str:
    """Return a line whose comment begins where it did, if the text before it leaves room."""
    code, mark, comment = line.partition("  #")
    return f"{code.rstrip().ljust(column - 2)}{mark}{comment}" if mark and column >= 2 else line


def _merge_twins(text: str) -> str:
    """Return a text in which no step has the same owner twice and no ladder tells the same role twice.

    Two roles may have become one; the lower rung stays.
    """

    def merge_owners(found: re.Match[str]) -> str:
        owners = list(dict.fromkeys(word.strip() for word in found[1].split(",")))
        return owners[0] if len(owners) == 1 else f"[{', '.join(owners)}]"

    def merge_rungs(found: re.Match[str]) -> str:
        seen: set[str] = set()

        def keep(rung: re.Match[str]) -> str:
            kept = "" if rung[1] in seen else rung[0]
            seen.add(rung[1])
            return kept

        return _RUNG.sub(keep, found[0])

    return _RUNGS.sub(merge_rungs, _OWNERS.sub(merge_owners, text))


def _folder() -> Path:
    return Path(__file__).resolve().parent / "organisations"
