"""Which cases are slow or broken: how attributes of cases go together with an effect. Association, never cause."""

from svcflow.mining.associations.associating import Associations, associate
from svcflow.mining.associations.effects import EFFECTS, Effect, condition, mark

__all__ = ["EFFECTS", "Associations", "Effect", "associate", "condition", "mark"]
