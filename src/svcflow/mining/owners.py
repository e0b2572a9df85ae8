"""Who owns the waits between activities, as the log's states and sides say.

A case that is settled waits for nobody: from an activity that settles it to one that does no more than settle or file
it away (``Resolved`` to ``Closed``), however long that takes and whoever does it. Time to resolve and time to close are
different figures (metrics.md 3).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from svcflow.eventlog.done import settles
from svcflow.eventlog.log import Codes, Vocabulary
from svcflow.mining.quantity import Setting
from svcflow.mining.settling import CLOSING

PROVIDER, NOBODY = "provider", "nobody"


def find_idle(activities: Vocabulary, done: Codes | None) -> frozenset[tuple[int, int]]:
    """Return the pairs of activities (before, after) between which a settled case waits for nobody.

    `done` are the codes of activities that settle a case; ``None`` where nobody knows.
    """
    known = [] if done is None else done.tolist()
    files = [code for code in known if _files(activities[code])]
    return frozenset((before, after) for before in known for after in files)


def _files(activity: str) -> bool:
    return settles(activity) or any(word in activity.casefold() for word in CLOSING)


def find_owned(setting: Setting, side: str) -> NDArray[np.bool_]:
    """Return for each pair of activities (``before * activities + after``) whether `side` owns its waits.

    Who owns the state before has the first word, then the side of the activity after; else it is nobody's where the
    case is settled, and the provider's everywhere else.
    """
    texts = setting.activities.texts
    stated = np.array([bool(setting.states.get(text)) for text in texts], np.bool_)
    before = np.array([setting.states.get(text) == side for text in texts], np.bool_)
    after = np.array([setting.sides.get(text, PROVIDER) == side for text in texts], np.bool_)
    owned: NDArray[np.bool_] = np.where(stated[:, None], before[:, None], after[None, :])
    for source, target in find_idle(setting.activities, setting.done):
        if not stated[source] and texts[target] not in setting.sides:
            owned[source, target] = side == NOBODY
    return owned.ravel()
