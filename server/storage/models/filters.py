"""What members do not want to read: words and single posts, and where."""

from tortoise import fields

from server.storage.model import Model
from server.storage.models.posts import Post


class Filter(Model):
    """`contexts` are of `views.filters.CONTEXTS`; `action` is warn or hide."""

    id: int = fields.BigIntField(primary_key=True, generated=False)
    account_id = fields.BigIntField(db_index=True)
    title = fields.CharField(max_length=255)
    contexts: fields.Field[list[str]] = fields.JSONField(default=list)
    action = fields.CharField(max_length=16, db_default="warn")
    expires_at = fields.BigIntField(null=True)
    created_at = fields.BigIntField()

    class Meta:
        table = "filters"


class FilterKeyword(Model):
    id: int = fields.BigIntField(primary_key=True, generated=False)
    within: fields.ForeignKeyRelation[Filter] = fields.ForeignKeyField(
        "folkmoot.Filter", related_name="keywords", db_index=True
    )
    within_id: int
    keyword = fields.CharField(max_length=255)
    whole_word = fields.BooleanField(db_default=True)

    class Meta:
        table = "filter_keywords"


class FilterStatus(Model):
    id: int = fields.BigIntField(primary_key=True, generated=False)
    within: fields.ForeignKeyRelation[Filter] = fields.ForeignKeyField(
        "folkmoot.Filter", related_name="statuses", db_index=False
    )
    within_id: int
    post: fields.ForeignKeyRelation[Post] = fields.ForeignKeyField(
        "folkmoot.Post", related_name="filtered_by", db_index=True
    )
    post_id: int

    class Meta:
        table = "filter_statuses"
        unique_together = (("within", "post"),)
