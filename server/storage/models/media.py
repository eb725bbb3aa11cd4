"""Pictures, with the words that describe them."""

from tortoise import fields

from server.storage.model import Model


class Media(Model):
    """`path` and `small_path` are relative to the media folder; empty while a picture from elsewhere is not fetched.
    `key` is part of the address of one from elsewhere, so that nobody finds it who was not given the address."""

    id: int = fields.BigIntField(primary_key=True, generated=False)
    account_id = fields.BigIntField(db_index=True)
    post_id = fields.BigIntField(null=True, db_index=True)
    position = fields.IntField(db_default=0)
    kind = fields.CharField(max_length=16, db_default="image")
    media_type = fields.CharField(max_length=64, db_default="")
    key = fields.CharField(max_length=32, db_default="")
    remote_url = fields.CharField(max_length=2048, db_default="")
    path = fields.CharField(max_length=255, db_default="")
    small_path = fields.CharField(max_length=255, db_default="")
    width = fields.IntField(null=True)
    height = fields.IntField(null=True)
    small_width = fields.IntField(null=True)
    small_height = fields.IntField(null=True)
    description = fields.TextField(db_default="")
    focus_x = fields.FloatField(null=True)
    focus_y = fields.FloatField(null=True)
    blurhash = fields.CharField(max_length=64, db_default="")
    state = fields.CharField(max_length=16, db_default="ready")
    created_at = fields.BigIntField()

    class Meta:
        table = "media"
        indexes = (("path",), ("small_path",))
