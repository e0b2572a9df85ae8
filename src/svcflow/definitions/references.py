"""Names that nothing defines: one remark a misspelling, one remark a file for a definition that is missing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from svcflow.definitions.reading import Reference, Remark
from svcflow.guards import suggest

MOST_SUGGESTIONS = 40


def remark_unknown(references: Iterable[Reference], known: Sequence[str], *, whole: bool = True) -> Iterator[Remark]:
    """Yield what is wrong with the references that are not `known`.

    A name that resembles a known one is a misspelling and is told at each place. Of others the definition is missing:
    they are told once a file; not at all if what defines them was not read `whole` and may have lost it.
    """
    missing: dict[tuple[str, str], list[Reference]] = {}
    names = frozenset(known)
    unknown = [reference for reference in references if reference.name not in names]
    hints = suggestions((reference.name for reference in unknown), known)
    for reference in unknown:
        near = hints.get(reference.name, "")
        if near:
            yield Remark(f"unknown {reference.kind} '{reference.name}'{near}", reference.position)
        elif whole:
            missing.setdefault((reference.position.file, reference.name), []).append(reference)
    for (_, name), places in missing.items():
        first = min(places, key=lambda reference: reference.position)
        times = f", named {len(places)} times in this file" if len(places) > 1 else ""
        yield Remark(f"unknown {first.kind} '{name}'{times}", first.position)


def suggestions(names: Iterable[str], known: Sequence[str]) -> dict[str, str]:
    """Return what each unknown name may mean; looking it up is slow, so only for the first names."""
    return {name: suggest(name, known) for name in [*dict.fromkeys(names)][:MOST_SUGGESTIONS]}
