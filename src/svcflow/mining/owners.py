"""Who owns the waits between activities, as the log's states and sides say."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from svcflow.mining.quantity import Setting

PROVIDER = "provider"


def find_provided(setting: Setting) -> NDArray[np.bool_]:
    """Return for each pair of activities (``before * activities + after``) whether the provider owns its waits.

    Who owns the state before has the first word, then the side of the activity after; else it is the provider's.
    """
    texts = setting.activities.texts
    before = np.array([setting.states.get(text, "") in ("", PROVIDER) for text in texts], np.bool_)
    stated = np.array([text in setting.states for text in texts], np.bool_)
    after = np.array([setting.sides.get(text, PROVIDER) == PROVIDER for text in texts], np.bool_)
    provided: NDArray[np.bool_] = np.where(stated[:, None], before[:, None], after[None, :]).ravel()
    return provided
