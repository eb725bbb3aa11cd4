"""Apps that members use, and the tokens they hold (RFC 6749). Only hashes of tokens and codes are kept."""

from tortoise import fields

from server.storage.model import Model


class App(Model):
    id: int = fields.BigIntField(primary_key=True, generated=False)
    name = fields.CharField(max_length=255)
    website = fields.CharField(max_length=2048, db_default="")
    client_id = fields.CharField(max_length=64, unique=True)
    client_secret = fields.CharField(max_length=64)
    redirect_uris: fields.Field[list[str]] = fields.JSONField(default=list)
    scopes = fields.CharField(max_length=2048)
    created_at = fields.BigIntField()

    class Meta:
        table = "apps"


class Code(Model):
    """An authorisation code: used once, within ten minutes."""

    code_hash = fields.CharField(max_length=64, primary_key=True)
    app: fields.ForeignKeyRelation[App] = fields.ForeignKeyField("folkmoot.App", related_name="codes", db_index=True)
    app_id: int
    member_id = fields.BigIntField()
    redirect_uri = fields.CharField(max_length=2048)
    scopes = fields.CharField(max_length=2048)
    challenge = fields.CharField(max_length=128, db_default="")
    expires_at = fields.BigIntField()
    used_at = fields.BigIntField(null=True)

    class Meta:
        table = "codes"


class Token(Model):
    """`member_id` is null for a token of the app itself. `code_hash` is the code it was given for: if somebody comes
    with that code again, it has been stolen."""

    id: int = fields.BigIntField(primary_key=True, generated=False)
    token_hash = fields.CharField(max_length=64, unique=True)
    app: fields.ForeignKeyRelation[App] = fields.ForeignKeyField("folkmoot.App", related_name="tokens", db_index=True)
    app_id: int
    member_id = fields.BigIntField(null=True, db_index=True)
    scopes = fields.CharField(max_length=2048)
    code_hash = fields.CharField(max_length=64, null=True, db_index=True)
    created_at = fields.BigIntField()
    used_at = fields.BigIntField(null=True)

    class Meta:
        table = "tokens"
