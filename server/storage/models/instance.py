"""What an admin sets at run time, which domains are refused, who was reported, and the audit log."""

from tortoise import fields

from server.storage.model import Model


class Setting(Model):
    """One value an admin chose, or one the instance must remember (its domain, its push keys)."""

    name = fields.CharField(max_length=64, primary_key=True)
    value: fields.Field[object] = fields.JSONField()

    class Meta:
        table = "settings"


class Domain(Model):
    """What an admin decided about another domain. `policy` as in `rules.domains`. `note` is for admins,
    `public_comment` for whoever may read the list of blocks; with `obfuscate` that list hides a part of the name."""

    domain = fields.CharField(max_length=255, primary_key=True)
    policy = fields.CharField(max_length=16, db_default="block")
    reject_media = fields.BooleanField(db_default=False)
    reject_reports = fields.BooleanField(db_default=False)
    note = fields.TextField(db_default="")
    public_comment = fields.TextField(db_default="")
    obfuscate = fields.BooleanField(db_default=False)
    created_by = fields.BigIntField()
    created_at = fields.BigIntField()

    class Meta:
        table = "domains"


class Report(Model):
    id: int = fields.BigIntField(primary_key=True, generated=False)
    account_id = fields.BigIntField()
    target_id = fields.BigIntField(db_index=True)
    post_ids: fields.Field[list[int]] = fields.JSONField(default=list)
    category = fields.CharField(max_length=32, db_default="other")
    comment = fields.TextField(db_default="")
    forward = fields.BooleanField(db_default=False)
    uri = fields.CharField(max_length=2048, db_default="")
    closed_at = fields.BigIntField(null=True)
    closed_by = fields.BigIntField(null=True)
    action_taken = fields.CharField(max_length=32, db_default="")
    created_at = fields.BigIntField()

    class Meta:
        table = "reports"


class AuditEntry(Model):
    """Append-only; each entry's hash covers the one before. `job_id` keeps an event from being entered twice."""

    id: int = fields.BigIntField(primary_key=True, generated=True)
    job_id = fields.BigIntField(unique=True)
    at = fields.BigIntField()
    by_id = fields.BigIntField()
    act = fields.CharField(max_length=64)
    subject = fields.CharField(max_length=2048, db_default="")
    detail: fields.Field[dict[str, object]] = fields.JSONField(default=dict)
    before = fields.CharField(max_length=64, db_default="")
    hash = fields.CharField(max_length=64)

    class Meta:
        table = "audit"
