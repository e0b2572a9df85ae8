"""A lifecycle is told by its values: the transitions of the XES standard. A status column that is called so is none."""

from __future__ import annotations

from svcflow.eventlog.instances import COMPLETE, START, WORDS
from svcflow.eventlog.roles.assignment import Assignment
from svcflow.eventlog.roles.evidence import Profile
from svcflow.eventlog.roles.lexicon import weigh


def guess_lifecycle(profiles: list[Profile], result: Assignment) -> None:
    """Give the role of the lifecycle to the first column that holds one; note a column that is only called so."""
    for profile in profiles:
        if profile.name in result.taken or profile.is_time or not profile.sample:
            continue
        named = weigh(profile.name, "lifecycle")[0] >= 50
        if not named and len(set(profile.sample)) > len(WORDS):
            continue
        if not named and not {plain(text) for text in profile.sample} <= WORDS.keys():
            continue
        texts = [text for text in profile.encoded.texts if text is not None]
        kinds = {WORDS.get(plain(text)) for text in texts}
        strange = [text for text in texts if plain(text) not in WORDS]
        if named and strange:
            result.notes.append(
                f"column {profile.name!r} holds other words than a lifecycle ({', '.join(strange[:3])}, …)"
            )
        elif not strange and COMPLETE in kinds and (named or START in kinds):
            result.give("lifecycle", (profile.name,), f"its values are transitions: {', '.join(sorted(texts)[:6])}")
            return


def plain(text: str) -> str:
    """Return the spelling of a transition under which `WORDS` knows it."""
    return text.strip().lower().replace(" ", "_").replace("-", "_")
