"""Who owns the waits between activities, as the log's states and sides say."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from svcflow.mining.quantity import Setting

PROVIDER = "provider"


def find_owned(setting: Setting, side: str) -> NDArray[np.bool_]:
    """Return for each pair of activities (``before * activities + after``) whether `side` owns its waits.

    Who owns the state before has the first word, then the side of the activity after; else it is the provider's.
    """
    texts = setting.activities.texts
    stated = np.array([bool(setting.states.get(text)) for text in texts], np.bool_)
    before = np.array([setting.states.get(text) == side for text in texts], np.bool_)
    after = np.array([setting.sides.get(text, PROVIDER) == side for text in texts], np.bool_)
    owned: NDArray[np.bool_] = np.where(stated[:, None], before[:, None], after[None, :]).ravel()
    return owned
