"""Accounts: record somebody elsewhere, change one's own profile, suspend and restore."""

from collections.abc import Sequence

from tortoise.exceptions import IntegrityError

from server.queries.domains import is_blocked
from server.rules import limits
from server.rules.drafts import AccountDraft, KeyDraft, KeyPairs, ProfileDraft
from server.rules.errors import Conflict, Invalid, NotFound, Refused
from server.rules.events import AccountGone, AccountRestored, AccountSuspended, AccountUpdated
from server.rules.ids import new_id, now_ms
from server.rules.permissions import Principal, check_administer, check_change, check_member, check_steward, check_write
from server.rules.sanitise import clean_html, clean_name
from server.rules.text import MentionTarget, render_markdown
from server.storage import addresses
from server.storage.counts import touch
from server.storage.models.accounts import Account, Key, NameTaken
from server.storage.models.apps import Token
from server.storage.models.media import Media
from server.storage.models.members import LoginLink, Member, Session
from server.storage.sql import execute
from server.storage.unit import unit

PROFILE = (
    *("display_name", "summary_source", "summary_html", "profile_fields"),
    *("locked", "bot", "discoverable", "avatar_id", "header_id"),
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
        raise Conflict(f"The name “{name}” is taken. Please choose another.") from error


async def create_account(
    by: Principal, *, kind: str, name: str, display_name: str, keys: KeyPairs, summary: str = "", locked: bool = False
) -> int:
    """An account of ours with its keys; inside the transaction that makes the member, organisation or topic. Topics are
    a steward's to make, all others an admin's."""
    check_steward(by) if kind == "topic" else check_administer(by)
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


async def record_account(by: Principal, draft: AccountDraft) -> int:
    """Keep what another server says of one of its accounts, new or known; returns its id here.

    `by` is that account itself or, at first sight, the operator on its behalf. Its keys become exactly those given.

    Raises:
        Refused: the address is one of ours.
    """
    if by.standing != "operator":
        check_write(by)
    else:
        check_administer(by)
    if not draft.domain:
        raise Refused("This account lives here.", detail=draft.uri)
    known = await Account.get_or_none(uri=draft.uri)
    if known is not None and not known.domain:
        raise Refused("This account lives here.", detail=draft.uri)
    values = {
        "url": draft.url or draft.uri,
        "kind": draft.kind,
        "display_name": clean_name(draft.display_name, limits.DISPLAY_NAME),
        "summary_html": clean_html(draft.summary_html),
        "profile_fields": [
            {"name": clean_name(name, limits.FIELD_NAME), "html": clean_html(value)}
            for name, value in draft.fields[: limits.FIELDS]
        ],
        "inbox": draft.inbox,
        "shared_inbox": draft.shared_inbox,
        "outbox": draft.outbox,
        "followers_uri": draft.followers_uri,
        "locked": draft.locked,
        "bot": draft.bot,
        "discoverable": draft.discoverable,
        "civic": draft.civic,
        "moved_to": draft.moved_to,
        "also_known_as": list(draft.also_known_as),
        "fetched_at": now_ms(),
    }
    try:
        async with unit():
            if known is None:
                await give_way(by, draft)
                known = Account(
                    id=new_id(),
                    uri=draft.uri,
                    name=draft.name,
                    name_key=draft.name.lower(),
                    domain=draft.domain,
                    created_at=draft.created or now_ms(),
                    **values,
                )
                await known.save(force_create=True)
            else:
                changed = any(getattr(known, name) != value for name, value in values.items() if name != "fetched_at")
                if known.civic != draft.civic:
                    await move_support(by, known.id, 1 if draft.civic else -1)
                known.update_from_dict(values)
                await known.save(update_fields=[*values])
                if changed:
                    await touch("accounts", known.id)
            await replace_keys(by, known.id, draft.keys)
            await place_picture(by, known, "avatar_id", draft.avatar_url)
            await place_picture(by, known, "header_id", draft.header_url)
    except IntegrityError:
        return (await Account.get(uri=draft.uri)).id
    return known.id


async def move_support(by: Principal, account_id: int, change: int) -> None:
    """An account turned out to belong to a civic instance (1), or no longer to (-1): its support counts there."""
    check_write(by) if by.standing != "operator" else check_administer(by)
    await execute(
        "UPDATE proposals SET support_civic = support_civic + ?, support_wider = support_wider - ?"
        " WHERE post_id IN (SELECT post_id FROM likes WHERE account_id = ?)",
        [change, change, account_id],
    )


async def give_way(by: Principal, draft: AccountDraft) -> None:
    """Another account held this handle before: its server gave the name to a new address, so the old one is gone."""
    check_write(by) if by.standing != "operator" else check_administer(by)
    old = await Account.get_or_none(name_key=draft.name.lower(), domain=draft.domain)
    if old is not None and old.uri != draft.uri:
        old.name_key = f"{old.name_key}#{old.id}"
        old.state = "gone"
        await old.save(update_fields=["name_key", "state"])


async def replace_keys(by: Principal, account_id: int, keys: Sequence[KeyDraft]) -> None:
    """The keys an account has now; those it no longer lists are forgotten."""
    check_write(by) if by.standing != "operator" else check_administer(by)
    known = {row.uri: row for row in await Key.filter(account_id=account_id)}
    fresh = {key.uri: key for key in keys}
    others = await Key.filter(uri__in=list(fresh) or [""]).exclude(account_id=account_id)
    for taken in others:  # a key belongs to whoever listed it first
        del fresh[taken.uri]
    if gone := [uri for uri in known if uri not in fresh]:
        await Key.filter(uri__in=gone, account_id=account_id).delete()
    for uri, key in fresh.items():
        if uri not in known:
            await Key.create(
                uri=uri, account_id=account_id, use=key.use, public=key.public, private="", first_seen=now_ms()
            )
        elif known[uri].public != key.public:
            await Key.filter(uri=uri, account_id=account_id).update(public=key.public, first_seen=now_ms())


async def place_picture(by: Principal, account: Account, column: str, url: str) -> None:
    """Note where the picture of somebody elsewhere stands; it is fetched when somebody looks at it."""
    check_write(by) if by.standing != "operator" else check_administer(by)
    before = await Media.get_or_none(id=getattr(account, column)) if getattr(account, column) else None
    if (before.remote_url if before else "") == url:
        return
    media_id = None
    if url:
        media_id = new_id()
        await Media.create(id=media_id, account_id=account.id, remote_url=url, created_at=now_ms())
    setattr(account, column, media_id)
    await account.save(update_fields=[column])
    await touch("accounts", account.id)


async def update_profile(by: Principal, draft: ProfileDraft) -> None:
    """Change one's own profile."""
    check_write(by)
    account = await Account.get(id=by.account_id)
    check_change(by, account.id)
    if draft.display_name is not None:
        if len(draft.display_name) > limits.DISPLAY_NAME:
            raise Invalid("display_name", f"A name can have up to {limits.DISPLAY_NAME} characters.")
        account.display_name = clean_name(draft.display_name, limits.DISPLAY_NAME)
    if draft.summary_source is not None:
        if len(draft.summary_source) > limits.BIO:
            raise Invalid("note", f"The text about you can have up to {limits.BIO} characters.")
        account.summary_source = draft.summary_source
        account.summary_html = markdown(by, draft.summary_source, draft)
    if draft.fields is not None:
        account.profile_fields = [
            {"name": clean_name(name, limits.FIELD_NAME), "source": value, "html": markdown(by, value, draft)}
            for name, value in draft.fields[: limits.FIELDS]
            if name.strip()
        ]
    for column in ("locked", "bot", "discoverable"):
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
    member = await Member.get(id=by.member_id)
    for column, limit in (("frontline_role", 120), ("place", 120), ("locale", 35)):
        if (value := getattr(draft, column)) is not None:
            setattr(member, column, clean_name(value, limit))
    if draft.settings:
        member.settings = {**member.settings, **draft.settings}
    await member.save()


async def suspend_account(by: Principal, account_id: int) -> None:
    """Hide an account and everything it said; a member can no longer sign in or post; its apps lose their tokens."""
    check_steward(by)
    account = await Account.get_or_none(id=account_id)
    if account is None:
        raise NotFound
    if account_id == by.account_id:
        raise Refused("You cannot suspend yourself.")
    member = await Member.get_or_none(account_id=account_id)
    if member is not None and member.role == "admin":
        check_administer(by)
    if account.state != "active":
        return
    async with unit() as u:
        if not await Account.filter(id=account_id, state="active").update(state="suspended"):
            return
        await touch("accounts", account_id)
        if member is not None:
            await LoginLink.filter(member_id=member.id).delete()
            await Session.filter(member_id=member.id).delete()
            await Token.filter(member_id=member.id).delete()
        u.emit(AccountSuspended(account_id, by.account_id))


async def restore_account(by: Principal, account_id: int) -> None:
    """Take a suspension back."""
    check_steward(by)
    account = await Account.get_or_none(id=account_id)
    if account is None:
        raise NotFound
    state = "blocked" if await covered(by, account.domain) else "active"
    async with unit() as u:
        if not await Account.filter(id=account_id, state="suspended").update(state=state):
            return
        await touch("accounts", account_id)
        u.emit(AccountRestored(account_id, by.account_id))


async def covered(by: Principal, domain: str) -> bool:
    """Whether the domain of an account, or one above it, is blocked here."""
    check_steward(by)
    return bool(domain) and await is_blocked(domain)


async def account_gone(by: Principal) -> None:
    """An account on another server was deleted by its owner."""
    check_write(by)
    async with unit() as u:
        if await Account.filter(id=by.account_id, state="active").exclude(domain="").update(state="gone"):
            u.emit(AccountGone(by.account_id))
