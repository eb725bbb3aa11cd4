"""Work to do, and the books about other servers. Times are milliseconds since 1970, UTC."""

from tortoise import fields
from tortoise.indexes import Index, PartialIndex

from server.storage.model import Model

# Waiting and running are one state: whoever runs a row has its name in `lock`, and `run_at` is the end of the lease.
WAITING, DONE, PARKED, CANCELLED = 0, 1, 2, 3


class Job(Model):
    """Something to do once. The row goes when it is done, and stays as PARKED when it failed for good."""

    id: int = fields.BigIntField(primary_key=True, generated=False)
    queue = fields.CharField(max_length=32)
    kind = fields.CharField(max_length=64)
    key = fields.CharField(max_length=512, null=True, unique=True)
    payload: dict[str, object] = fields.JSONField()
    state = fields.SmallIntField(default=WAITING, db_default=WAITING)
    attempts = fields.IntField(default=0, db_default=0)
    run_at = fields.BigIntField()
    lock = fields.CharField(max_length=160, default="", db_default="")
    last_error = fields.TextField(null=True)
    created_at = fields.BigIntField()

    class Meta:
        table = "jobs"
        indexes = (PartialIndex(fields=("queue", "run_at"), name="idx_jobs_waiting", condition={"state": WAITING}),)


class Activity(Model):
    """One of our outgoing activities, frozen: `body` holds the very bytes that are sent and served at `uri`."""

    id: int = fields.BigIntField(primary_key=True, generated=False)
    uri = fields.CharField(max_length=512, unique=True)
    account_id = fields.BigIntField(db_index=True)
    object_uri = fields.CharField(max_length=512, db_index=True)
    post_id = fields.BigIntField(null=True, db_index=True)
    body = fields.BinaryField()
    public = fields.BooleanField(default=False, db_default=False)
    created_at = fields.BigIntField()

    class Meta:
        table = "activities"


class Delivery(Model):
    """One activity for one inbox. Those with the same host and chain go out one after the other."""

    id: int = fields.BigIntField(primary_key=True, generated=False)
    activity: fields.ForeignKeyRelation[Activity] = fields.ForeignKeyField(
        "folkmoot.Activity", related_name="deliveries", on_delete=fields.OnDelete.CASCADE, db_index=True
    )
    activity_id: int
    host = fields.CharField(max_length=255)
    inbox = fields.CharField(max_length=512)
    chain = fields.CharField(max_length=512)
    sender_account_id = fields.BigIntField(db_index=True)
    state = fields.SmallIntField(default=WAITING, db_default=WAITING)
    attempts = fields.IntField(default=0, db_default=0)
    first_tried_at = fields.BigIntField(null=True)
    run_at = fields.BigIntField()
    lock = fields.CharField(max_length=160, default="", db_default="")
    last_status = fields.SmallIntField(null=True)
    last_error = fields.TextField(null=True)
    created_at = fields.BigIntField()

    class Meta:
        table = "deliveries"
        unique_together = (("activity", "inbox"),)
        indexes = (
            PartialIndex(fields=("run_at",), name="idx_deliveries_waiting", condition={"state": WAITING}),
            PartialIndex(
                fields=("host", "chain", "activity_id"), name="idx_deliveries_chain", condition={"state": WAITING}
            ),
            Index(fields=("state", "created_at"), name="idx_deliveries_age"),
        )


class Receipt(Model):
    """An activity that arrived, as the bytes its signer sent. A stranger cannot take an id from its owner: each signer
    has a row of their own."""

    id: int = fields.BigIntField(primary_key=True, generated=False)
    activity_uri = fields.CharField(max_length=2048)
    signer_uri = fields.CharField(max_length=2048)
    body = fields.BinaryField()
    state = fields.SmallIntField(default=WAITING, db_default=WAITING)
    reason = fields.TextField(null=True)
    received_at = fields.BigIntField(db_index=True)

    class Meta:
        table = "receipts"
        unique_together = (("activity_uri", "signer_uri"),)


class Host(Model):
    """What we remember of another server: is it up, and which signatures does it take."""

    domain = fields.CharField(max_length=255, primary_key=True, generated=False)
    first_seen = fields.BigIntField()
    last_success = fields.BigIntField(null=True)
    last_failure = fields.BigIntField(null=True)
    failures = fields.IntField(default=0, db_default=0)
    broken_until = fields.BigIntField(null=True)
    scheme = fields.CharField(max_length=16, null=True)
    scheme_at = fields.BigIntField(null=True)
    software = fields.CharField(max_length=128, null=True)

    class Meta:
        table = "hosts"


class Repeat(Model):
    """What a call with an Idempotency-Key answered, to be given again. `key` and `what` are hashes: of the key, and of
    the call."""

    id: int = fields.BigIntField(primary_key=True, generated=False)
    member_id = fields.BigIntField()
    key = fields.CharField(max_length=64)
    what = fields.CharField(max_length=64)
    body = fields.TextField()
    created_at = fields.BigIntField(db_index=True)

    class Meta:
        table = "repeats"
        unique_together = (("member_id", "key"),)
