"""What is known of a conversation that others have more of."""

from tortoise import fields

from server.storage.model import Model


class Thread(Model):
    """`thread_id` is the root post known here. `known_elsewhere` is how many comments its home lists, empty while
    nobody told; `asked_at` when we last asked."""

    thread_id: int = fields.BigIntField(primary_key=True, generated=False)
    known_elsewhere = fields.IntField(null=True)
    asked_at = fields.BigIntField()

    class Meta:
        table = "threads"
