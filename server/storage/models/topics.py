"""Topics: a policy area that several instances share. Each instance has a chapter of its own, an account of kind
`topic`."""

from tortoise import fields

from server.storage.model import Model
from server.storage.models.accounts import Account


class Topic(Model):
    """Our chapter. `topic_id` is the shared id, the hash of `genesis`, and `same` lists others that count as this.
    `replies` is one of `rules.topics.REPLIES`: how comments from servers without a chapter are taken."""

    account: fields.OneToOneRelation[Account] = fields.OneToOneField(
        "folkmoot.Account", related_name="chapter", primary_key=True
    )
    account_id: int
    slug = fields.CharField(max_length=64, unique=True)
    name = fields.CharField(max_length=255)
    description = fields.TextField(db_default="")
    hashtag = fields.CharField(max_length=128)
    topic_id = fields.CharField(max_length=128)
    genesis: fields.Field[dict[str, str]] = fields.JSONField(default=dict)
    same: fields.Field[list[str]] = fields.JSONField(default=list)
    proposals_count = fields.IntField(db_default=0)
    replies = fields.CharField(max_length=16, db_default="open")
    created_at = fields.BigIntField()

    class Meta:
        table = "topics"
        indexes = (("topic_id",), ("hashtag",))


class Chapter(Model):
    """The link between our chapter and another instance's. `state` is pending, linked, refused or gone.

    `asked_by_us` and `asked_by_them` hold whether each side has asked; both make it linked. `standing` is `trial` or
    `full`: one on trial may pass on a limited number of items a day. `compared_at` is when the logs of both were last
    compared, and `compared` what came of it (`rules.topics.Compared`).
    """

    id: int = fields.BigIntField(primary_key=True, generated=False)
    # A topic has its account's id; Tortoise cannot point at a key that points on.
    topic: fields.ForeignKeyRelation[Account] = fields.ForeignKeyField(
        "folkmoot.Account", related_name="chapters", db_index=False
    )
    topic_id: int
    account: fields.ForeignKeyRelation[Account] = fields.ForeignKeyField(
        "folkmoot.Account", related_name="linked_chapters", db_index=True
    )
    account_id: int
    state = fields.CharField(max_length=16, db_default="pending")
    asked_by_us = fields.BooleanField(db_default=False)
    asked_by_them = fields.BooleanField(db_default=False)
    follow_uri = fields.CharField(max_length=2048, db_default="")
    their_follow_uri = fields.CharField(max_length=2048, db_default="")
    their_topic_id = fields.CharField(max_length=128, db_default="")
    standing = fields.CharField(max_length=16, db_default="full")
    compared_at = fields.BigIntField(null=True)
    compared = fields.CharField(max_length=16, db_default="")
    created_at = fields.BigIntField()
    linked_at = fields.BigIntField(null=True)

    class Meta:
        table = "chapters"
        unique_together = (("topic", "account"),)


class TopicItem(Model):
    """What was said in a topic, one row for each post and each support: its newest version, or that it is `gone`.

    `uri` is the id of the post, or of the Like. `version` is when it became so at its origin (milliseconds). `body` is
    the activity that says it, as it was sent; null for what is only known by its id. `via_id` is the chapter that
    passed it on.
    """

    id: int = fields.BigIntField(primary_key=True, generated=False)
    topic: fields.ForeignKeyRelation[Account] = fields.ForeignKeyField(
        "folkmoot.Account", related_name="topic_items", db_index=False
    )
    topic_id: int
    uri = fields.CharField(max_length=2048)
    bucket = fields.SmallIntField()
    version = fields.BigIntField()
    gone = fields.BooleanField(db_default=False)
    body = fields.BinaryField(null=True)
    via_id = fields.BigIntField(null=True)
    at = fields.BigIntField()

    class Meta:
        table = "topic_items"
        unique_together = (("topic", "uri"),)
        indexes = (("topic_id", "bucket"), ("via_id", "at"))
