"""Tortoise's `Model`, for our models. When a class is made, Tortoise reads its source for comments to put into the
schema. With as many models as ours that is a third of a second at every start, and there are none.
"""

import tortoise.models
from tortoise.models import Model

tortoise.models._get_comments = lambda cls: {}

__all__ = ["Model"]
