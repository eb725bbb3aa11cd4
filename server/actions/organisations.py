"""Organisations and hosted groups: make one, change it, speak for it."""

from dataclasses import dataclass, replace

from server.actions.accounts import create_account
from server.queries.organisations import role_in, running
from server.rules.drafts import KeyPairs
from server.rules.errors import NotFound
from server.rules.events.groups import OrganisationChanged
from server.rules.events.people import AccountUpdated
from server.rules.ids import new_id, now_ms
from server.rules.organisations import check_words, kind_of
from server.rules.permissions import Principal, check_look_after, check_speak_for, check_steward
from server.rules.sanitise import clean_name
from server.rules.text import render_markdown
from server.rules.topics import check_name
from server.storage import addresses
from server.storage.counts import touch
from server.storage.models.accounts import Account
from server.storage.models.members import Membership
from server.storage.models.organisations import Organisation
from server.storage.sql import execute
from server.storage.unit import unit


@dataclass(frozen=True, slots=True)
class OrganisationDraft:
    """`title` is what people call it; `kind` organisation or group; `mandate` how it usually decides what it backs."""

    title: str
    kind: str = "group"
    description: str = ""
    mandate: str = ""


async def create_organisation(by: Principal, name: str, draft: OrganisationDraft, *, keys: KeyPairs) -> int:
    """A group or organisation that is hosted here. A member who makes one becomes its first steward. Returns its
    account id.

    Args:
        name: the last part of its address, `/organisations/NAME`; it never changes.

    Raises:
        Refused: stewards of this instance may.
        Invalid, Conflict: the name is not usable, or taken.
    """
    check_steward(by)
    check_name(name)
    check_words(draft.title, draft.description, draft.mandate)
    kind = kind_of(draft.kind)
    async with unit() as u:
        account_id = await create_account(
            by, kind="organisation", name=name, display_name=draft.title, keys=keys, summary=draft.description
        )
        await Organisation.create(
            account_id=account_id, kind=kind, mandate=clean_name(draft.mandate, 500), created_at=now_ms()
        )
        if by.standing == "member":
            await Membership.create(
                id=new_id(), organisation_id=account_id, account_id=by.account_id, role="steward", since=now_ms()
            )
        u.emit(OrganisationChanged(account_id, "created", by.account_id))
    return account_id


async def change_organisation(by: Principal, account_id: int, draft: OrganisationDraft) -> None:
    """New words about it. The name and description of the organisation that runs this instance are the instance's
    own, and changed there; here its mandate alone.

    Raises:
        Refused: only its stewards and the admins here.
    """
    account = await _hosted(by, account_id)
    check_look_after(by, await role_in(account_id, by.account_id))
    runs_this = account_id == await running()
    title = account.display_name if runs_this else draft.title
    check_words(title, "" if runs_this else draft.description, draft.mandate)
    async with unit() as u:
        await execute(
            "INSERT INTO organisations (account_id, mandate, created_at) VALUES (?, ?, ?)"
            " ON CONFLICT (account_id) DO UPDATE SET mandate = excluded.mandate",
            [account_id, clean_name(draft.mandate, 500), now_ms()],
        )
        if not runs_this:
            summary = render_markdown(draft.description, mentions={}, tag_url=addresses.tag_url)
            await Account.filter(id=account_id).update(
                display_name=clean_name(title, 120), summary_source=draft.description, summary_html=summary
            )
        await touch("accounts", account_id)
        u.emit(AccountUpdated(account_id))
        u.emit(OrganisationChanged(account_id, "changed", by.account_id))


async def speaking_for(by: Principal, organisation_id: int) -> Principal:
    """The same member, in the name of an organisation: what they publish stands under its account.

    Raises:
        NotFound: there is no such organisation of ours.
        Refused: they may not speak for it.
    """
    await _hosted(by, organisation_id)
    check_speak_for(by, await role_in(organisation_id, by.account_id))
    return replace(by, account_id=organisation_id, spoken_by=by.account_id)


async def _hosted(by: Principal, account_id: int) -> Account:
    account = await Account.get_or_none(id=account_id, kind="organisation", domain="", state="active")
    if account is None:
        raise NotFound
    return account
