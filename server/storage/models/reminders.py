"""What the calendar has reminded people of."""

from tortoise import fields

from server.storage.model import Model


class Reminder(Model):
    """That a reminder was written: once for each `key`, which names what for and which of several it is."""

    id: int = fields.BigIntField(primary_key=True, generated=False)
    key = fields.CharField(max_length=255, unique=True)
    created_at = fields.BigIntField()

    class Meta:
        table = "reminders"
