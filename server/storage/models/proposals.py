"""What a proposal has beyond a post: its structure, its state, its timeline; and drafts of it."""

from tortoise import fields

from server.storage.model import Model
from server.storage.models.members import Member
from server.storage.models.posts import Post


class Proposal(Model):
    """`sections` is a list of `{"key", "source", "html"}` in order. `state_before` is what a side state goes back to,
    `outcome` how it closed, `answer_code` the newest answer's. `role` and `place` are the author's, for this proposal,
    `facts` those of `rules.facts.PROPOSAL`.

    Of a proposal from elsewhere state, steps and asks are what its home last told; `told_at` is when that was (its
    `updated`), so that an older message changes nothing.
    """

    post: fields.OneToOneRelation[Post] = fields.OneToOneField(
        "folkmoot.Post", related_name="proposal", primary_key=True
    )
    post_id: int
    topic_id = fields.BigIntField(null=True)
    kind = fields.CharField(max_length=16, db_default="barrier")
    state = fields.CharField(max_length=16, db_default="raised")
    state_at = fields.BigIntField()
    state_before = fields.CharField(max_length=16, db_default="raised")
    outcome = fields.CharField(max_length=16, db_default="")
    answer_code = fields.CharField(max_length=32, db_default="")
    role = fields.CharField(max_length=80, db_default="")
    place = fields.CharField(max_length=80, db_default="")
    facts: fields.Field[dict[str, str] | None] = fields.JSONField(null=True)
    sections: fields.Field[list[dict[str, str]]] = fields.JSONField(default=list)
    comments_count = fields.IntField(db_default=0)
    support_here = fields.IntField(db_default=0)
    support_civic = fields.IntField(db_default=0)
    support_wider = fields.IntField(db_default=0)
    corroborations_count = fields.IntField(db_default=0)
    places_count = fields.IntField(db_default=0)
    endorsements_count = fields.IntField(db_default=0)
    told_at = fields.BigIntField(db_default=0)
    active_at = fields.BigIntField()

    class Meta:
        table = "proposals"
        indexes = (("topic_id", "active_at"), ("state", "active_at"))


class Step(Model):
    """One entry of a proposal's timeline: append-only. `uri` is its address at the proposal's home. `state` is the new
    state, empty where it did not change; `post_id` what was said with it, such as an answer; `by_name` names who
    did it where there is no account (an owner's letter) or where the home alone knows."""

    id: int = fields.BigIntField(primary_key=True, generated=False)
    # A proposal has its post's id; Tortoise cannot point at a key that points on.
    proposal: fields.ForeignKeyRelation[Post] = fields.ForeignKeyField(
        "folkmoot.Post", related_name="steps", db_index=True
    )
    proposal_id: int
    kind = fields.CharField(max_length=32)
    uri = fields.CharField(max_length=2048, null=True)
    state = fields.CharField(max_length=16, db_default="")
    account_id = fields.BigIntField(null=True)
    by_name = fields.CharField(max_length=255, db_default="")
    post_id = fields.BigIntField(null=True)
    version = fields.IntField(null=True)
    note_html = fields.TextField(db_default="")
    at = fields.BigIntField()

    class Meta:
        table = "steps"
        unique_together = (("proposal", "uri"),)


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
    facts: fields.Field[dict[str, object]] = fields.JSONField(null=True)
    post_id = fields.BigIntField(null=True)
    created_at = fields.BigIntField()
    updated_at = fields.BigIntField()

    class Meta:
        table = "proposal_drafts"
