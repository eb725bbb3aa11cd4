"""Who was told what became of their words, and the letters that wait to be mailed."""

from tortoise import fields

from server.storage.model import Model


class Heard(Model):
    """That somebody elsewhere was told of a step of a proposal they took part in: once, by the post `post_id`."""

    id: int = fields.BigIntField(primary_key=True, generated=False)
    step_id = fields.BigIntField()
    account_id = fields.BigIntField()
    post_id = fields.BigIntField()

    class Meta:
        table = "heard"
        unique_together = (("step_id", "account_id"),)


class MailFollow(Model):
    """That an address wants to hear by mail of a rule or a proposal (`about`), and has said so itself since
    `confirmed_at`. `secret` is in the links that confirm and end it. The row goes with the wish."""

    id: int = fields.BigIntField(primary_key=True, generated=False)
    about = fields.CharField(max_length=16)
    about_id = fields.BigIntField()
    email = fields.CharField(max_length=320)
    language = fields.CharField(max_length=35, db_default="")
    secret = fields.CharField(max_length=64)
    confirmed_at = fields.BigIntField(null=True)
    created_at = fields.BigIntField()

    class Meta:
        table = "mail_follows"
        unique_together = (("about", "about_id", "email"),)


class Letter(Model):
    """A mail. `key` names its cause, so that none is written twice. `state` is waiting, sending, sent, failed or
    unknown: what a process was sending when it died may have arrived, and is not sent again. Address and words go once
    it is sent."""

    id: int = fields.BigIntField(primary_key=True, generated=False)
    key = fields.CharField(max_length=255, unique=True)
    recipient = fields.CharField(max_length=320, db_default="")
    subject = fields.CharField(max_length=255, db_default="")
    text = fields.TextField(db_default="")
    html = fields.TextField(db_default="")
    unsubscribe = fields.CharField(max_length=2048, db_default="")
    state = fields.CharField(max_length=16, db_default="waiting")
    error = fields.CharField(max_length=500, db_default="")
    created_at = fields.BigIntField()

    class Meta:
        table = "letters"
        indexes = (("state", "created_at"),)
