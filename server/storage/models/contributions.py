"""What people add to a proposal beyond a comment, and who wrote it together."""

from tortoise import fields

from server.storage.model import Model
from server.storage.models.members import Member
from server.storage.models.posts import Post


class Contribution(Model):
    """A comment with facts: `kind` and what `facts` hold is in `rules.contributions`. `state` is waiting, counted,
    open, accepted, declined, planned, done or dropped; who decided so and why stands beside it."""

    post: fields.OneToOneRelation[Post] = fields.OneToOneField(
        "folkmoot.Post", related_name="contribution", primary_key=True
    )
    post_id: int
    proposal_id = fields.BigIntField()
    kind = fields.CharField(max_length=16)
    state = fields.CharField(max_length=16)
    facts: fields.Field[dict[str, object]] = fields.JSONField(default=dict)
    reason_html = fields.TextField(db_default="")
    decided_by = fields.BigIntField(null=True)
    decided_at = fields.BigIntField(null=True)

    class Meta:
        table = "contributions"
        indexes = (("proposal_id", "kind"),)


class CoAuthor(Model):
    """Somebody who was asked to write along. Until it is raised `draft_id` says what; afterwards `proposal_id`. Only
    the hash of the invitation's token is kept; `account_id` is empty until somebody takes it up, and
    `member` also for those who write at another instance."""

    id: int = fields.BigIntField(primary_key=True, generated=False)
    draft_id = fields.BigIntField(null=True, db_index=True)
    proposal_id = fields.BigIntField(null=True, db_index=True)
    member: fields.ForeignKeyNullableRelation[Member] = fields.ForeignKeyField(
        "folkmoot.Member", related_name="coauthored", null=True, db_index=True
    )
    member_id: int | None
    token_hash = fields.CharField(max_length=64, null=True, unique=True)
    account_id = fields.BigIntField(null=True)
    invited_by = fields.BigIntField()
    created_at = fields.BigIntField()
    accepted_at = fields.BigIntField(null=True)

    class Meta:
        table = "coauthors"
