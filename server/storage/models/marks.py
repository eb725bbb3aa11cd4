"""What one account did about another or about a post: follow, support, bookmark, block, mute, pin."""

from tortoise import fields

from server.storage.model import Model
from server.storage.models.accounts import Account
from server.storage.models.posts import Post


class Follow(Model):
    """`state` is pending or accepted. `uri` is the id of the Follow activity."""

    id: int = fields.BigIntField(primary_key=True, generated=False)
    account: fields.ForeignKeyRelation[Account] = fields.ForeignKeyField(
        "folkmoot.Account", related_name="follows", db_index=False
    )
    account_id: int
    target: fields.ForeignKeyRelation[Account] = fields.ForeignKeyField(
        "folkmoot.Account", related_name="followed_by", db_index=True
    )
    target_id: int
    uri = fields.CharField(max_length=2048, unique=True)
    state = fields.CharField(max_length=16, db_default="pending")
    show_boosts = fields.BooleanField(db_default=True)
    notify = fields.BooleanField(db_default=False)
    languages: fields.Field[list[str]] = fields.JSONField(default=list)
    created_at = fields.BigIntField()

    class Meta:
        table = "follows"
        unique_together = (("account", "target"),)


class Like(Model):
    """Support of a proposal, or a favourite; pinned to the version that was liked.

    `told_by` is the chapter whose word is all there is for it: it counts, and names nobody.
    """

    id: int = fields.BigIntField(primary_key=True, generated=False)
    account: fields.ForeignKeyRelation[Account] = fields.ForeignKeyField(
        "folkmoot.Account", related_name="likes", db_index=False
    )
    account_id: int
    post: fields.ForeignKeyRelation[Post] = fields.ForeignKeyField("folkmoot.Post", related_name="likes", db_index=True)
    post_id: int
    uri = fields.CharField(max_length=2048, unique=True)
    version = fields.IntField(db_default=1)
    told_by = fields.BigIntField(null=True)
    created_at = fields.BigIntField()

    class Meta:
        table = "likes"
        unique_together = (("account", "post"),)


class Bookmark(Model):
    id: int = fields.BigIntField(primary_key=True, generated=False)
    account_id = fields.BigIntField()
    post: fields.ForeignKeyRelation[Post] = fields.ForeignKeyField(
        "folkmoot.Post", related_name="bookmarks", db_index=True
    )
    post_id: int
    created_at = fields.BigIntField()

    class Meta:
        table = "bookmarks"
        unique_together = (("account_id", "post"),)


class Pin(Model):
    id: int = fields.BigIntField(primary_key=True, generated=False)
    account_id = fields.BigIntField()
    post: fields.ForeignKeyRelation[Post] = fields.ForeignKeyField("folkmoot.Post", related_name="pins", db_index=True)
    post_id: int
    created_at = fields.BigIntField()

    class Meta:
        table = "pins"
        unique_together = (("account_id", "post"),)


class ThreadMute(Model):
    """No more notifications from this conversation."""

    id: int = fields.BigIntField(primary_key=True, generated=False)
    account_id = fields.BigIntField()
    thread_id = fields.BigIntField()

    class Meta:
        table = "thread_mutes"
        unique_together = (("account_id", "thread_id"),)


class Block(Model):
    id: int = fields.BigIntField(primary_key=True, generated=False)
    account: fields.ForeignKeyRelation[Account] = fields.ForeignKeyField(
        "folkmoot.Account", related_name="blocks", db_index=False
    )
    account_id: int
    target: fields.ForeignKeyRelation[Account] = fields.ForeignKeyField(
        "folkmoot.Account", related_name="blocked_by", db_index=True
    )
    target_id: int
    uri = fields.CharField(max_length=2048, db_default="")
    created_at = fields.BigIntField()

    class Meta:
        table = "blocks"
        unique_together = (("account", "target"),)


class DomainBlock(Model):
    """A member wants nothing from a domain, for themselves."""

    id: int = fields.BigIntField(primary_key=True, generated=False)
    account_id = fields.BigIntField()
    domain = fields.CharField(max_length=255)
    created_at = fields.BigIntField()

    class Meta:
        table = "domain_blocks"
        unique_together = (("account_id", "domain"),)


class Mute(Model):
    id: int = fields.BigIntField(primary_key=True, generated=False)
    account: fields.ForeignKeyRelation[Account] = fields.ForeignKeyField(
        "folkmoot.Account", related_name="mutes", db_index=False
    )
    account_id: int
    target: fields.ForeignKeyRelation[Account] = fields.ForeignKeyField(
        "folkmoot.Account", related_name="muted_by", db_index=True
    )
    target_id: int
    notifications = fields.BooleanField(db_default=True)
    expires_at = fields.BigIntField(null=True)
    created_at = fields.BigIntField()

    class Meta:
        table = "mutes"
        unique_together = (("account", "target"),)


class AccountNote(Model):
    """A private remark about somebody."""

    id: int = fields.BigIntField(primary_key=True, generated=False)
    account_id = fields.BigIntField()
    target_id = fields.BigIntField()
    comment = fields.TextField(db_default="")

    class Meta:
        table = "account_notes"
        unique_together = (("account_id", "target_id"),)


class TagFollow(Model):
    id: int = fields.BigIntField(primary_key=True, generated=False)
    account_id = fields.BigIntField()
    tag_id = fields.BigIntField()
    created_at = fields.BigIntField()

    class Meta:
        table = "tag_follows"
        unique_together = (("account_id", "tag_id"),)


class List(Model):
    """A member's own list of accounts to read."""

    id: int = fields.BigIntField(primary_key=True, generated=False)
    account_id = fields.BigIntField(db_index=True)
    title = fields.CharField(max_length=255)
    replies_policy = fields.CharField(max_length=16, db_default="list")
    exclusive = fields.BooleanField(db_default=False)
    created_at = fields.BigIntField()

    class Meta:
        table = "lists"


class ListAccount(Model):
    id: int = fields.BigIntField(primary_key=True, generated=False)
    list: fields.ForeignKeyRelation[List] = fields.ForeignKeyField(
        "folkmoot.List", related_name="entries", db_index=False
    )
    list_id: int
    account: fields.ForeignKeyRelation[Account] = fields.ForeignKeyField(
        "folkmoot.Account", related_name="in_lists", db_index=True
    )
    account_id: int

    class Meta:
        table = "list_accounts"
        unique_together = (("list", "account"),)
