"""In whose name somebody acts through the civic API: their own, or an organisation's that they may speak for."""

from typing import Final

from server.actions.organisations import speaking_for
from server.api.operations import ID, one_of
from server.http.bearer import Caller
from server.http.body import Params
from server.queries import organisations
from server.rules.accounts import MODES, Mode
from server.rules.identifying import details_in
from server.rules.permissions import Principal
from server.views.accounts import AccountView

# What a call can say about in whose name, and how, something is published.
NAMES: Final = {"organisation_id": ID, "mode": one_of(*MODES), "confirmed": {"type": "boolean"}}


async def speaker(me: Caller, params: Params) -> Principal:
    """The caller, in the name of the organisation that the call names."""
    wanted = params.number("organisation_id")
    return me.by if wanted in (None, me.by.account_id) else await speaking_for(me.by, wanted or 0)


async def principal_for(me: Caller, account: AccountView) -> Principal:
    """The caller, in the name of the author of something where that is an organisation they may speak for."""
    if not account.local or account.kind != "organisation":
        return me.by
    mine = {one.id for one in await organisations.voices_of(me.by.account_id)}
    return await speaking_for(me.by, account.id) if account.id in mine else me.by


def mode_of(params: Params) -> Mode:
    """Whether it is published under one's name."""
    return next((mode for mode in MODES if mode == params.text("mode")), "open")


def hold_for(params: Params, text: str) -> str:
    """Why a steward reads it first: it may say who somebody is, and nobody said that it is harmless."""
    return "details" if not params.flag("confirmed") and details_in(text) else ""
