"""Everything that is said: posts, comments, proposals (see `proposals.py`), boosts, polls."""

from tortoise import fields

from server.storage.model import Model
from server.storage.models.accounts import Account


class Post(Model):
    """`kind` is `post`, `proposal`, `comment` or `boost`. `rev` rises with each change a reader could see, counts
    included; `version` only when the words change.

    `held_reason` is set while a steward reads it first: until then its author and stewards alone see it.
    `thread_id` is the id of the root post known here; `proposal_id` the proposal the thread hangs on, if any.
    `audience_uri` is the chapter through which it entered the network, ours or another instance's.
    `context_uri` is the conversation it belongs to where that is kept elsewhere: a reply has that of its parent.
    `reply_policy` is who may answer it (`rules.interaction`); `quote_uri` what it quotes, `quote_of_id` the same once
    it is known here, `quote_state` whether its author agreed (`rules.quotes`), and `quote_stamp` where they say so.
    """

    id: int = fields.BigIntField(primary_key=True, generated=False)
    uri = fields.CharField(max_length=2048, unique=True)
    url = fields.CharField(max_length=2048, db_default="")
    account: fields.ForeignKeyRelation[Account] = fields.ForeignKeyField(
        "folkmoot.Account", related_name="posts", db_index=False
    )
    account_id: int
    kind = fields.CharField(max_length=16, db_default="post")
    local = fields.BooleanField(db_default=False)
    visibility = fields.CharField(max_length=16, db_default="public")
    reblog_of: fields.ForeignKeyNullableRelation["Post"] = fields.ForeignKeyField(
        "folkmoot.Post", related_name="boosts", null=True, db_index=True
    )
    reblog_of_id: int | None
    in_reply_to: fields.ForeignKeyNullableRelation["Post"] = fields.ForeignKeyField(
        "folkmoot.Post", related_name="answers", null=True, db_index=True, on_delete=fields.SET_NULL
    )
    in_reply_to_id: int | None
    in_reply_to_uri = fields.CharField(max_length=2048, db_default="")
    in_reply_to_account_id = fields.BigIntField(null=True)
    thread_id = fields.BigIntField()
    proposal_id = fields.BigIntField(null=True)
    topic: fields.ForeignKeyNullableRelation[Account] = fields.ForeignKeyField(
        "folkmoot.Account", related_name="topic_posts", null=True, db_index=False, on_delete=fields.SET_NULL
    )
    topic_id: int | None
    audience_uri = fields.CharField(max_length=2048, db_default="")
    context_uri = fields.CharField(max_length=2048, db_default="")
    reply_policy = fields.CharField(max_length=16, db_default="")
    quote_uri = fields.CharField(max_length=2048, db_default="")
    quote_of_id = fields.BigIntField(null=True)
    quote_state = fields.CharField(max_length=16, db_default="")
    quote_stamp = fields.CharField(max_length=2048, db_default="")
    stance = fields.CharField(max_length=16, db_default="")
    title = fields.CharField(max_length=500, db_default="")
    spoiler_text = fields.CharField(max_length=500, db_default="")
    sensitive = fields.BooleanField(db_default=False)
    language = fields.CharField(max_length=35, db_default="")
    source = fields.TextField(db_default="")
    content_html = fields.TextField(db_default="")
    mode = fields.CharField(max_length=16, db_default="open")
    version = fields.IntField(db_default=1)
    rev = fields.IntField(db_default=1)
    replies_count = fields.IntField(db_default=0)
    likes_count = fields.IntField(db_default=0)
    boosts_count = fields.IntField(db_default=0)
    application_id = fields.BigIntField(null=True)
    idempotency_key = fields.CharField(max_length=255, null=True)
    published_at = fields.BigIntField()
    edited_at = fields.BigIntField(null=True)
    deleted_at = fields.BigIntField(null=True)
    removed_by = fields.BigIntField(null=True)
    removed_reason = fields.CharField(max_length=64, db_default="")
    removed_note = fields.TextField(db_default="")
    held_reason = fields.CharField(max_length=64, db_default="")
    created_at = fields.BigIntField()

    class Meta:
        table = "posts"
        indexes = (
            ("account_id", "id"),
            ("topic_id", "id"),
            ("thread_id", "id"),
            ("visibility", "id"),
            ("proposal_id", "kind"),
            ("in_reply_to_uri",),
        )
        unique_together = (("account_id", "idempotency_key"),)


class PostVersion(Model):
    """What a post said before and says now, one row a version."""

    id: int = fields.BigIntField(primary_key=True, generated=False)
    post: fields.ForeignKeyRelation[Post] = fields.ForeignKeyField(
        "folkmoot.Post", related_name="versions", db_index=False
    )
    post_id: int
    version = fields.IntField()
    title = fields.CharField(max_length=500, db_default="")
    spoiler_text = fields.CharField(max_length=500, db_default="")
    sensitive = fields.BooleanField(db_default=False)
    source = fields.TextField(db_default="")
    content_html = fields.TextField(db_default="")
    sections: fields.Field[list[dict[str, str]]] = fields.JSONField(default=list)
    media_ids: fields.Field[list[int]] = fields.JSONField(default=list)
    at = fields.BigIntField()

    class Meta:
        table = "post_versions"
        unique_together = (("post", "version"),)


class Mention(Model):
    id: int = fields.BigIntField(primary_key=True, generated=False)
    post: fields.ForeignKeyRelation[Post] = fields.ForeignKeyField(
        "folkmoot.Post", related_name="mentions", db_index=False
    )
    post_id: int
    account: fields.ForeignKeyRelation[Account] = fields.ForeignKeyField(
        "folkmoot.Account", related_name="mentioned_in", db_index=True
    )
    account_id: int

    class Meta:
        table = "mentions"
        unique_together = (("post", "account"),)


class Tag(Model):
    """`name` is lower case; `shown` as it was first written."""

    id: int = fields.BigIntField(primary_key=True, generated=False)
    name = fields.CharField(max_length=128, unique=True)
    shown = fields.CharField(max_length=128)
    last_at = fields.BigIntField(null=True)

    class Meta:
        table = "tags"


class PostTag(Model):
    """`shown` is the spelling of this post."""

    id: int = fields.BigIntField(primary_key=True, generated=False)
    post: fields.ForeignKeyRelation[Post] = fields.ForeignKeyField("folkmoot.Post", related_name="tags", db_index=True)
    post_id: int
    tag: fields.ForeignKeyRelation[Tag] = fields.ForeignKeyField("folkmoot.Tag", related_name="posts", db_index=False)
    tag_id: int
    shown = fields.CharField(max_length=128)

    class Meta:
        table = "post_tags"
        unique_together = (("tag", "post"),)


class Poll(Model):
    """The poll of a post. `options` is a list of `{"title": …, "votes": …}` in order."""

    post: fields.OneToOneRelation[Post] = fields.OneToOneField("folkmoot.Post", related_name="poll", primary_key=True)
    post_id: int
    options: fields.Field[list[dict[str, str | int]]] = fields.JSONField(default=list)
    multiple = fields.BooleanField(db_default=False)
    hide_totals = fields.BooleanField(db_default=False)
    expires_at = fields.BigIntField(null=True)
    closed_at = fields.BigIntField(null=True)
    voters_count = fields.IntField(db_default=0)

    class Meta:
        table = "polls"


class PollVote(Model):
    id: int = fields.BigIntField(primary_key=True, generated=False)
    # A poll has its post's id; Tortoise cannot point at a key that points on.
    poll: fields.ForeignKeyRelation[Post] = fields.ForeignKeyField(
        "folkmoot.Post", related_name="poll_votes", db_index=False
    )
    poll_id: int
    account: fields.ForeignKeyRelation[Account] = fields.ForeignKeyField(
        "folkmoot.Account", related_name="votes", db_index=True
    )
    account_id: int
    choice = fields.IntField()
    uri = fields.CharField(max_length=2048, db_default="")
    at = fields.BigIntField()

    class Meta:
        table = "poll_votes"
        unique_together = (("poll", "account", "choice"),)


class Tombstone(Model):
    """A post from elsewhere that was deleted before it arrived: a later Create of this address is dropped."""

    uri = fields.CharField(max_length=2048, primary_key=True)
    at = fields.BigIntField()

    class Meta:
        table = "tombstones"
