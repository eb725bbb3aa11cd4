"""The order in which Tortoise 1.1 must meet models: it ties relations in the order in which it finds the models.

A model whose key is itself a relation (a poll's key is its post) must be tied before those that refer to it, or they
would refer to a column that does not exist. Within one module this sees to it; do not refer to such a model from a
module that comes earlier in the alphabet.
"""

from collections.abc import Iterable, Mapping
from importlib import import_module
from inspect import isclass
from typing import Any

from tortoise.models import Model


def put_in_order(modules: Iterable[str]) -> None:
    """Load the modules and name their models in the right order, as `__models__`, which Tortoise reads."""
    for name in modules:
        module = import_module(name)
        own = [each for each in vars(module).values() if isclass(each) and each.__module__ == name]
        models = [each for each in own if issubclass(each, Model) and not each._meta.abstract]
        vars(module)["__models__"] = sorted(models, key=lambda model: not key_is_relation(model))


def key_is_relation(model: type[Model]) -> bool:
    """Whether the model's primary key is a relation to another model."""
    fields: Mapping[str, Any] = model._meta.fields_map
    return any(fields[name].pk for name in model._meta.o2o_fields)
