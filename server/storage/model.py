"""Tortoise's `Model`, for our models. When a class is made Tortoise looks for comments in its source, to put them into the
schema: with as many models as ours that is a third of a second at every start, and we have none such.
"""

import tortoise.models
from tortoise.models import Model

tortoise.models._get_comments = lambda cls: {}

__all__ = ["Model"]
