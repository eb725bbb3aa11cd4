"""Everyone known here: members, people elsewhere, organisations, topic chapters, the instance itself."""

from tortoise import fields

from server.storage.model import Model


class Account(Model):
    """`domain` is empty for those who live here. `rev` rises with each change of what others see of it. A
    `limited` account is read by those who follow it and by link, and stands in no list for everybody."""

    id: int = fields.BigIntField(primary_key=True, generated=False)
    uri = fields.CharField(max_length=2048, unique=True)
    url = fields.CharField(max_length=2048, db_default="")
    kind = fields.CharField(max_length=16)
    name = fields.CharField(max_length=128)
    name_key = fields.CharField(max_length=128)
    domain = fields.CharField(max_length=255, db_default="")
    display_name = fields.CharField(max_length=255, db_default="")
    summary_source = fields.TextField(db_default="")
    summary_html = fields.TextField(db_default="")
    profile_fields: fields.Field[list[dict[str, str]]] = fields.JSONField(default=list)
    language = fields.CharField(max_length=35, db_default="")
    avatar_id = fields.BigIntField(null=True)
    header_id = fields.BigIntField(null=True)
    inbox = fields.CharField(max_length=2048, db_default="")
    shared_inbox = fields.CharField(max_length=2048, db_default="")
    outbox = fields.CharField(max_length=2048, db_default="")
    followers_uri = fields.CharField(max_length=2048, db_default="")
    locked = fields.BooleanField(db_default=False)
    bot = fields.BooleanField(db_default=False)
    discoverable = fields.BooleanField(db_default=True)
    hides_network = fields.BooleanField(db_default=False)
    civic = fields.BooleanField(db_default=False)
    moved_to = fields.CharField(max_length=2048, db_default="")
    moved_at = fields.BigIntField(null=True)
    also_known_as: fields.Field[list[str]] = fields.JSONField(default=list)
    state = fields.CharField(max_length=16, db_default="active")
    limited = fields.BooleanField(db_default=False)
    followers_count = fields.IntField(db_default=0)
    following_count = fields.IntField(db_default=0)
    posts_count = fields.IntField(db_default=0)
    last_post_at = fields.BigIntField(null=True)
    created_at = fields.BigIntField()
    fetched_at = fields.BigIntField(null=True)
    rev = fields.IntField(db_default=0)

    class Meta:
        table = "accounts"
        unique_together = (("name_key", "domain"),)
        indexes = (("domain", "kind"),)


class Key(Model):
    """A public key of an account; with the private half for accounts of ours.

    `use` is `request` (RSA, PEM) or `proof` (Ed25519, multibase). `first_seen` pins a proof key.
    """

    uri = fields.CharField(max_length=2048, primary_key=True)
    account: fields.ForeignKeyRelation[Account] = fields.ForeignKeyField(
        "folkmoot.Account", related_name="keys", db_index=True
    )
    account_id: int
    use = fields.CharField(max_length=16)
    public = fields.TextField()
    private = fields.TextField(db_default="")
    first_seen = fields.BigIntField()

    class Meta:
        table = "keys"


class NameTaken(Model):
    """Names, slugs and organisations share one namespace and are never given out again."""

    name_key = fields.CharField(max_length=128, primary_key=True)
    taken_at = fields.BigIntField()

    class Meta:
        table = "names_taken"
