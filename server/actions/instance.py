"""What an admin sets for the whole instance, and the first set-up."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import orjson

from server.actions.accounts import create_account
from server.actions.members import create_member
from server.rules import limits
from server.rules.colours import check_accent
from server.rules.drafts import KeyPairs
from server.rules.errors import Conflict, Invalid, Refused
from server.rules.events.groups import InstanceChanged
from server.rules.events.people import AccountUpdated
from server.rules.ids import new_id, now_ms
from server.rules.permissions import Principal, check_administer
from server.rules.sanitise import clean_name
from server.rules.text import render_markdown
from server.rules.topics import check_name
from server.storage import addresses
from server.storage.counts import touch
from server.storage.models.accounts import Account
from server.storage.models.instance import Setting
from server.storage.models.media import Media
from server.storage.models.members import Member, Membership
from server.storage.sql import execute
from server.storage.unit import unit

SIGN_UPS = ("invite", "closed")
TEXTS = {
    "title": 120,
    "description": 500,
    "about": 20_000,
    "contact_email": 320,
    "contact_account": 128,
    "language": 35,
    "time_zone": 64,
    "privacy": 20_000,
    "accessibility": 20_000,
}

PRESENTED = ("display_name", "summary_source", "summary_html")


@dataclass(frozen=True, slots=True)
class FirstOrganisation:
    """The organisation of the set-up page; `name` is the last part of its address."""

    title: str
    name: str
    description: str
    keys: KeyPairs


@dataclass(frozen=True, slots=True)
class FirstAdmin:
    """Who fills in the set-up page and looks after the instance from then on."""

    name: str
    display_name: str
    email: str
    password_hash: str
    keys: KeyPairs


async def change(by: Principal, **values: object) -> None:
    """Set values of the instance; the names are those of `TEXTS`, and `accent`, `sign_up`, `hold_first`,
    `rules`.

    Raises:
        Invalid: a value that does not fit, named.
    """
    check_administer(by)
    clean: dict[str, object] = {}
    for name, value in values.items():
        if name == "accent":
            clean[name] = check_accent(str(value))
        elif name == "sign_up":
            if value not in SIGN_UPS:
                raise Invalid("sign_up", "Choose one of: %(choices)s.", choices=", ".join(SIGN_UPS))
            clean[name] = value
        elif name == "hold_first":
            if value not in ("no", "yes"):
                raise Invalid("hold_first", "Choose yes or no.")
            clean[name] = value
        elif name == "rules":
            lines = value if isinstance(value, list | tuple) else str(value).splitlines()
            clean[name] = [text for line in lines if (text := clean_name(str(line), 500))]
        elif name in TEXTS:
            text = str(value).replace("\x00", "").strip()
            if len(text) > TEXTS[name]:
                raise Invalid(name, "This can have up to %(most)s characters.", most=TEXTS[name])
            if name == "title" and not text:
                raise Invalid("title", "Give the name of the organisation.")
            clean[name] = text
            if name in ("about", "privacy", "accessibility"):
                clean[f"{name}_html"] = render_markdown(text, mentions={}, tag_url=addresses.tag_url)
        else:
            raise Invalid(name, "There is no setting “%(name)s”.", name=name)
    async with unit() as u:
        for name, value in clean.items():
            await put(by, name, value)
        organisation = await Setting.get_or_none(name="organisation_id")
        if organisation is not None and ("title" in clean or "description" in clean):
            account = await Account.get(id=int(str(organisation.value)))
            account.display_name = clean_name(str(clean.get("title", account.display_name)), limits.DISPLAY_NAME)
            if "description" in clean:
                account.summary_source = str(clean["description"])
                account.summary_html = render_markdown(account.summary_source, mentions={}, tag_url=addresses.tag_url)
            await account.save(update_fields=PRESENTED)
            await touch("accounts", account.id)
            u.emit(AccountUpdated(account.id))
        u.emit(InstanceChanged(by.account_id))


async def put(by: Principal, name: str, value: object) -> None:
    """Remember one value; inside a transaction."""
    check_administer(by)
    await execute(
        "INSERT INTO settings (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
        [name, orjson.dumps(value).decode()],
    )


async def first_set_up(by: Principal, organisation: FirstOrganisation, admin: FirstAdmin) -> int:
    """Name the organisation and make its first admin, both or neither. Returns the admin's member id.

    Raises:
        Conflict: there is an admin already, or a name is taken.
    """
    check_administer(by)
    async with unit():
        if await Member.exists(role="admin"):
            raise Conflict("This site has an admin, so the set-up page is closed.")
        member_id = await create_member(
            by,
            admin.name,
            keys=admin.keys,
            email=admin.email,
            password_hash=admin.password_hash,
            role="admin",
            display_name=admin.display_name,
        )
        await set_up(
            by,
            title=organisation.title,
            name=organisation.name,
            description=organisation.description,
            keys=organisation.keys,
        )
    return member_id


async def set_up(by: Principal, *, title: str, name: str, description: str, keys: KeyPairs, **values: object) -> int:
    """Give the organisation that runs this instance its name and its actor; members who are here already join it.
    Returns its account id. Once set up, this changes the title, description and `values` (see `change`) alone.

    Args:
        name: the last part of its address, `/organisations/NAME`.
    """
    check_administer(by)
    known = await Setting.get_or_none(name="organisation_id")
    if known is None:
        check_name(name)
        async with unit():
            account_id = await create_account(
                by, kind="organisation", name=name, display_name=title, keys=keys, summary=description
            )
            await put(by, "organisation_id", account_id)
            here = [(member.account_id, member.role) for member in await Member.all()]
            here += [(voice.id, "member") for voice in await Account.filter(kind="service", domain="")]
            for each, role in here:
                await Membership.create(
                    id=new_id(), organisation_id=account_id, account_id=each, role=role, since=now_ms()
                )
                await touch("accounts", each)
            await change(by, title=title, description=description, **values)
        return account_id
    await change(by, title=title, description=description, **values)
    return int(str(known.value))


async def set_logo(by: Principal, media_id: int | None) -> None:
    """The picture of the organisation that runs this instance: one the admin has just added, or None for none.

    Raises:
        Conflict: the organisation has no name yet.
        Invalid: the picture is not there, or somebody else's.
    """
    check_administer(by)
    known = await Setting.get_or_none(name="organisation_id")
    if known is None:
        raise Conflict("Give the organisation a name first.")
    account_id = int(str(known.value))
    async with unit() as u:
        if media_id is not None and not await Media.filter(id=media_id, account_id=by.account_id, post_id=None).update(
            account_id=account_id
        ):
            raise Invalid("logo", "This picture is no longer here. Add it again.")
        await Account.filter(id=account_id).update(avatar_id=media_id)
        await touch("accounts", account_id)
        u.emit(AccountUpdated(account_id))


async def ensure_instance_actor(by: Principal, make_keys: Callable[[], Awaitable[KeyPairs]]) -> int:
    """The instance's own actor at /actor, which signs what nobody in particular asks for. Returns its account id."""
    check_administer(by)
    uri = addresses.account_uri("instance", "")
    known = await Account.get_or_none(uri=uri)
    if known is not None:
        return known.id
    domain = addresses.base().partition("://")[2].partition(":")[0]
    keys = await make_keys()
    try:
        async with unit():
            return await create_account(by, kind="instance", name=domain, display_name=domain, keys=keys)
    except Conflict:
        known = await Account.get_or_none(uri=uri)
        if known is None:
            raise
        return known.id  # another process of this instance started at the same moment


async def remember_domain(by: Principal, domain: str) -> None:
    """The domain is in every address for good: it is kept at the first start.

    Raises:
        Refused: the data belongs to another domain.
    """
    check_administer(by)
    async with unit():
        known = await Setting.get_or_none(name="domain")
        if known is None:
            await put(by, "domain", domain)
        elif known.value != domain:
            raise Refused(
                "This data belongs to %(known)s, but FOLKMOOT_DOMAIN says %(domain)s. A domain can never change:"
                " set it back, or use another data folder for a new instance.",
                known=known.value,
                domain=domain,
            )
