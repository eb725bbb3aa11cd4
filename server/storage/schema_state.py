"""What the models looked like after each migration, in an order that Tortoise can work out.

Tortoise 1.1 replays migrations with the models in the order of a set: see `model_order` for what that breaks.
"""

from collections.abc import Collection, Mapping

from tortoise.migrations.autodetector import MigrationAutodetector
from tortoise.migrations.graph import MigrationGraph, MigrationKey
from tortoise.migrations.migration import Migration
from tortoise.migrations.schema_generator.state import State
from tortoise.migrations.schema_generator.state_apps import StateApps

from server.storage.model_order import key_is_relation


class OrderedApps(StateApps):
    """Models with a relation for a key come first."""

    def _init_relations(self) -> None:
        for models in self.apps.values():
            ordered = sorted(models.items(), key=lambda item: (not key_is_relation(item[1]), item[0]))
            models.clear()
            models.update(ordered)
        super()._init_relations()


class Detector(MigrationAutodetector):
    """Finds what changed in the models since the last migration."""

    async def _project_state(self) -> State:
        state = await project(self.loader.graph, self._full_plan(), {})
        for (app, name), model in state.models.items():
            # A replayed key that is a relation goes by its field's name, a live one by its column's: no change.
            rendered = state.apps.get_model(f"{app}.{name}")
            if key_is_relation(rendered):
                model.options["pk_attr"] = rendered._meta.pk_attr
        return state


async def project(graph: MigrationGraph, keys: Collection[MigrationKey], connections: Mapping[str, str]) -> State:
    """The state after these migrations, without touching a database."""
    state = State(models={}, apps=OrderedApps(default_connections=dict(connections)))
    for key in keys:
        migration = graph.nodes[key]
        if not isinstance(migration, Migration):
            raise ValueError(f"The migration {key.name} is missing")
        await migration.apply(state, dry_run=True, schema_editor=None)
    return state
