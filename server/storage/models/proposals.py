"""What a proposal has beyond a post: its structure, its state, its timeline; and drafts of it."""

from tortoise import fields

from server.storage.model import Model
from server.storage.models.members import Member
from server.storage.models.posts import Post


class Proposal(Model):
    """`sections` is a list of `{"key", "source", "html"}` in order. `uri`s of other instances' state stay theirs: for a
    proposal from elsewhere `state` is what its home last told."""

    post: fields.OneToOneRelation[Post] = fields.OneToOneField(
        "folkmoot.Post", related_name="proposal", primary_key=True
    )
    post_id: int
    topic_id = fields.BigIntField(null=True)
    kind = fields.CharField(max_length=16, db_default="barrier")
    state = fields.CharField(max_length=16, db_default="raised")
    state_at = fields.BigIntField()
    sections: fields.Field[list[dict[str, str]]] = fields.JSONField(default=list)
    comments_count = fields.IntField(db_default=0)
    support_here = fields.IntField(db_default=0)
    support_civic = fields.IntField(db_default=0)
    support_wider = fields.IntField(db_default=0)
    active_at = fields.BigIntField()

    class Meta:
        table = "proposals"
        indexes = (("topic_id", "active_at"), ("state", "active_at"))


class Step(Model):
    """One entry of a proposal's timeline: append-only."""

    id: int = fields.BigIntField(primary_key=True, generated=False)
    # A proposal has its post's id; Tortoise cannot point at a key that points on.
    proposal: fields.ForeignKeyRelation[Post] = fields.ForeignKeyField(
        "folkmoot.Post", related_name="steps", db_index=True
    )
    proposal_id: int
    kind = fields.CharField(max_length=32)
    account_id = fields.BigIntField(null=True)
    version = fields.IntField(null=True)
    note_html = fields.TextField(db_default="")
    at = fields.BigIntField()

    class Meta:
        table = "steps"


class ProposalDraft(Model):
    """A proposal being written: nobody but its author sees it."""

    id: int = fields.BigIntField(primary_key=True, generated=False)
    member: fields.ForeignKeyRelation[Member] = fields.ForeignKeyField(
        "folkmoot.Member", related_name="drafts", db_index=True
    )
    member_id: int
    topic_id = fields.BigIntField(null=True)
    title = fields.CharField(max_length=500, db_default="")
    answers: fields.Field[dict[str, str]] = fields.JSONField(default=dict)
    language = fields.CharField(max_length=35, db_default="")
    post_id = fields.BigIntField(null=True)
    created_at = fields.BigIntField()
    updated_at = fields.BigIntField()

    class Meta:
        table = "proposal_drafts"
