"""People with a log-in here, and how they sign in."""

from tortoise import fields

from server.storage.model import Model
from server.storage.models.accounts import Account


class Member(Model):
    """`role` is one of `rules.accounts.ROLES`; `settings` holds what the person chose about reading and posting.

    `filters_rev` is 0 while they have no filters and otherwise different after each change of them, so that reading
    costs nothing more for those who have none.
    """

    id: int = fields.BigIntField(primary_key=True, generated=False)
    account: fields.OneToOneRelation[Account] = fields.OneToOneField("folkmoot.Account", related_name="member")
    account_id: int
    email = fields.CharField(max_length=320, null=True, unique=True)
    password_hash = fields.CharField(max_length=255, db_default="")
    role = fields.CharField(max_length=16, db_default="member")
    frontline_role = fields.CharField(max_length=120, db_default="")
    place = fields.CharField(max_length=120, db_default="")
    locale = fields.CharField(max_length=35, db_default="")
    settings: fields.Field[dict[str, str]] = fields.JSONField(default=dict)
    filters_rev = fields.BigIntField(db_default=0)
    created_at = fields.BigIntField()
    seen_at = fields.BigIntField(null=True)
    digest_at = fields.BigIntField(null=True)

    class Meta:
        table = "members"


class Visit(Model):
    """When a member last looked at a proposal, and the time before that: what came between is new to them."""

    id: int = fields.BigIntField(primary_key=True, generated=False)
    member: fields.ForeignKeyRelation[Member] = fields.ForeignKeyField(
        "folkmoot.Member", related_name="visits", db_index=False
    )
    member_id: int
    proposal_id = fields.BigIntField()
    at = fields.BigIntField()
    before = fields.BigIntField(null=True)

    class Meta:
        table = "visits"
        unique_together = (("member", "proposal_id"),)


class Session(Model):
    """A browser that is signed in. Only the hash of its token is kept."""

    token_hash = fields.CharField(max_length=64, primary_key=True)
    member: fields.ForeignKeyRelation[Member] = fields.ForeignKeyField(
        "folkmoot.Member", related_name="sessions", db_index=True
    )
    member_id: int
    csrf = fields.CharField(max_length=64)
    agent = fields.CharField(max_length=255, db_default="")
    created_at = fields.BigIntField()
    seen_at = fields.BigIntField()

    class Meta:
        table = "sessions"


class LoginLink(Model):
    """A link that signs a member in once: the forgotten password, without mail."""

    token_hash = fields.CharField(max_length=64, primary_key=True)
    member: fields.ForeignKeyRelation[Member] = fields.ForeignKeyField(
        "folkmoot.Member", related_name="login_links", db_index=True
    )
    member_id: int
    expires_at = fields.BigIntField()
    used_at = fields.BigIntField(null=True)

    class Meta:
        table = "login_links"


class Invite(Model):
    """`code` is the last part of the link that people are given. `role` is for the organisation or group of ours with
    this `organisation_id`; without one, for the instance. One that asks people what they see names the `proposal_id`,
    and their `part` in it, such as "Carer"."""

    code = fields.CharField(max_length=64, primary_key=True)
    role = fields.CharField(max_length=16, db_default="member")
    note = fields.CharField(max_length=255, db_default="")
    created_by = fields.BigIntField()
    created_at = fields.BigIntField()
    expires_at = fields.BigIntField(null=True)
    uses_left = fields.IntField(null=True)
    used = fields.IntField(db_default=0)
    organisation_id = fields.BigIntField(null=True)
    proposal_id = fields.BigIntField(null=True)
    part = fields.CharField(max_length=80, db_default="")

    class Meta:
        table = "invites"


class Membership(Model):
    """That an account belongs to an organisation, and as what. It is a membership once both say so: the account
    (`claimed`) and the organisation (`confirmed`)."""

    id: int = fields.BigIntField(primary_key=True, generated=False)
    organisation: fields.ForeignKeyRelation[Account] = fields.ForeignKeyField(
        "folkmoot.Account", related_name="memberships_held", db_index=True
    )
    organisation_id: int
    account: fields.ForeignKeyRelation[Account] = fields.ForeignKeyField(
        "folkmoot.Account", related_name="memberships", db_index=True
    )
    account_id: int
    role = fields.CharField(max_length=16, db_default="member")
    claimed = fields.BooleanField(db_default=True)
    confirmed = fields.BooleanField(db_default=True)
    since = fields.BigIntField()

    class Meta:
        table = "memberships"
        unique_together = (("organisation", "account"),)
