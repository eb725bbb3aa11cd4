"""Accounts of ours: make one, change one's own profile; and of anybody: suspend and restore. Those who live elsewhere
are recorded in `actors.py`."""

from tortoise.exceptions import IntegrityError

from server.rules import limits
from server.rules.drafts import KeyPairs, ProfileDraft
from server.rules.errors import Conflict, Invalid
from server.rules.events.people import AccountGone, AccountUpdated
from server.rules.ids import new_id, now_ms
from server.rules.permissions import Principal, check_administer, check_change, check_member, check_steward, check_write
from server.rules.sanitise import clean_name
from server.rules.text import MentionTarget, render_markdown
from server.storage import addresses
from server.storage.counts import touch
from server.storage.models.accounts import Account, Key, NameTaken
from server.storage.models.media import Media
from server.storage.models.members import Member
from server.storage.unit import unit

PROFILE = (
    *("display_name", "summary_source", "summary_html", "profile_fields"),
    *("locked", "bot", "discoverable", "hides_network", "avatar_id", "header_id"),
)


async def take_name(by: Principal, name: str) -> None:
    """Reserve a name for good; inside the transaction that uses it.

    Raises:
        Conflict: it is or was in use by a person, an organisation or a topic.
    """
    check_steward(by)
    try:
        await NameTaken.create(name_key=name.lower(), taken_at=now_ms(), force_create=True)
    except IntegrityError as error:
        raise Conflict("The name “%(name)s” is taken. Please choose another.", name=name) from error


async def create_account(
    by: Principal, *, kind: str, name: str, display_name: str, keys: KeyPairs, summary: str = "", locked: bool = False
) -> int:
    """An account of ours with its keys; inside the transaction that makes the member, organisation or topic. Topics and
    hosted organisations are a steward's to make, all others an admin's."""
    check_steward(by) if kind in ("topic", "organisation") else check_administer(by)
    await take_name(by, name)
    account_id = new_id()
    uri = addresses.account_uri(kind, name)  # type: ignore[arg-type]  # callers pass a Kind; Tortoise columns are str
    account = await Account.create(
        id=account_id,
        uri=uri,
        url=addresses.account_url(kind, name),  # type: ignore[arg-type]  # as above
        kind=kind,
        name=name,
        name_key=name.lower(),
        domain="",
        display_name=clean_name(display_name, limits.DISPLAY_NAME),
        summary_source=summary,
        summary_html=render_markdown(summary, mentions={}, tag_url=addresses.tag_url) if summary else "",
        profile_fields=[],
        also_known_as=[],
        inbox=f"{uri}/inbox",
        shared_inbox=f"{addresses.base()}/inbox",
        outbox=f"{uri}/outbox",
        followers_uri=f"{uri}/followers",
        locked=locked,
        bot=kind in ("service", "instance"),
        civic=True,
        created_at=now_ms(),
    )
    await Key.bulk_create(
        [
            Key(
                uri=f"{uri}#main-key",
                account_id=account.id,
                use="request",
                public=keys.request_public,
                private=keys.request_private,
                first_seen=now_ms(),
            ),
            Key(
                uri=f"{uri}#ed25519-key",
                account_id=account.id,
                use="proof",
                public=keys.proof_public,
                private=keys.proof_private,
                first_seen=now_ms(),
            ),
        ]
    )
    return account_id


async def update_profile(by: Principal, draft: ProfileDraft) -> None:
    """Change one's own profile."""
    check_write(by)
    account = await Account.get(id=by.account_id)
    check_change(by, account.id)
    if draft.display_name is not None:
        if len(draft.display_name) > limits.DISPLAY_NAME:
            raise Invalid("display_name", "A name can have up to %(most)s characters.", most=limits.DISPLAY_NAME)
        account.display_name = clean_name(draft.display_name, limits.DISPLAY_NAME)
    if draft.summary_source is not None:
        if len(draft.summary_source) > limits.BIO:
            raise Invalid("note", "The text about you can have up to %(most)s characters.", most=limits.BIO)
        account.summary_source = draft.summary_source
        account.summary_html = markdown(by, draft.summary_source, draft)
    if draft.fields is not None:
        account.profile_fields = [
            {"name": clean_name(name, limits.FIELD_NAME), "source": value, "html": markdown(by, value, draft)}
            for name, value in draft.fields[: limits.FIELDS]
            if name.strip()
        ]
    for column in ("locked", "bot", "discoverable", "hides_network"):
        if (value := getattr(draft, column)) is not None:
            setattr(account, column, value)
    for column, media_id in (("avatar_id", draft.avatar_media_id), ("header_id", draft.header_media_id)):
        if media_id is not None:
            if media_id and not await Media.exists(id=media_id, account_id=by.account_id):
                raise Invalid(column, "This picture is no longer here. Add it again.")
            setattr(account, column, media_id or None)
    async with unit() as u:
        await account.save(update_fields=PROFILE)
        await touch("accounts", account.id)
        if by.standing == "member":
            await update_member(by, draft)
        u.emit(AccountUpdated(account.id))


def markdown(by: Principal, source: str, draft: ProfileDraft) -> str:
    """Profile text as HTML; only mentions that were resolved become links."""
    check_write(by)
    known = {mention.acct.lower(): MentionTarget(mention.url, mention.acct) for mention in draft.mentions}
    return render_markdown(source, mentions=known, tag_url=addresses.tag_url)


async def update_member(by: Principal, draft: ProfileDraft) -> None:
    """The parts of a profile that belong to the log-in."""
    check_member(by)
    async with unit():
        member = await Member.filter(id=by.member_id).select_for_update().get()
        for column, limit in (("frontline_role", 120), ("place", 120), ("locale", 35)):
            if (value := getattr(draft, column)) is not None:
                setattr(member, column, clean_name(value, limit))
        if draft.settings:
            member.settings = {**member.settings, **draft.settings}
        await member.save(update_fields=("frontline_role", "place", "locale", "settings"))


async def account_gone(by: Principal) -> None:
    """An account on another server was deleted by its owner."""
    check_write(by)
    async with unit() as u:
        if await Account.filter(id=by.account_id, state="active").exclude(domain="").update(state="gone"):
            u.emit(AccountGone(by.account_id))
