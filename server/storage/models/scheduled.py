"""Posts that were written for later."""

from tortoise import fields

from server.storage.model import Model
from server.storage.models.members import Member


class ScheduledStatus(Model):
    """`draft` is what `rules.scheduling.packed` made of it; `media_ids` names the pictures that wait with it."""

    id: int = fields.BigIntField(primary_key=True, generated=False)
    member: fields.ForeignKeyRelation[Member] = fields.ForeignKeyField(
        "folkmoot.Member", related_name="scheduled", db_index=True
    )
    member_id: int
    publish_at = fields.BigIntField()
    draft: fields.Field[dict[str, object]] = fields.JSONField(default=dict)
    media_ids: fields.Field[list[int]] = fields.JSONField(default=list)
    idempotency_key = fields.CharField(max_length=255, null=True)
    created_at = fields.BigIntField()

    class Meta:
        table = "scheduled_statuses"
        unique_together = (("member", "idempotency_key"),)
