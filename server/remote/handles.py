"""Handles, `@name@domain`: found here first, then by WebFinger."""

from typing import Final

from federation.errors import Malformed, ProtocolError, Unavailable
from federation.names import Acct, is_url, parse_acct
from server.queries import accounts
from server.remote.actors import actor_of_handle, known_or_fetched
from server.remote.gateway import Remote
from server.remote.objects import find
from server.rules import limits
from server.rules.drafts import KnownMention
from server.rules.text import find_mentions
from server.views.accounts import AccountView

UNKNOWN: Final = 10


async def find_account(remote: Remote, handle_or_url: str, *, fetch: bool = True) -> AccountView | None:
    """The account behind `@name`, `@name@domain`, `acct:…` or an address; None when there is none that can be had.

    Args:
        fetch: whether another server may be asked. For visitors who are not signed in it must not.
    """
    text = handle_or_url.strip()
    if is_url(text):
        if (known := await accounts.by_uri(text)) is not None or not fetch:
            return known
        found = await find(remote, text)
        return await accounts.by_id(found.id) if found is not None and found.kind == "account" else None
    try:
        acct = parse_acct(text, here=remote.settings.handle_domain)
    except Malformed:
        return None
    return await _by_acct(remote, acct, fetch=fetch)


async def resolve_mentions(remote: Remote, source: str) -> tuple[KnownMention, ...]:
    """Everyone whom a text typed here mentions and who can be found, at most fifty, of whom at most ten were unknown.

    Called before the transaction that publishes the text: nothing waits for the network inside one.
    """
    found: list[KnownMention] = []
    asked = 0
    for mention in find_mentions(source)[: limits.MENTIONS]:
        try:
            acct = parse_acct(mention, here=remote.settings.handle_domain)
        except Malformed:
            continue
        account = await _by_acct(remote, acct, fetch=False)
        if account is None and not _is_ours(remote, acct) and asked < UNKNOWN:
            asked += 1
            account = await _by_acct(remote, acct, fetch=True)
        if account is not None and not account.suspended:
            found.append(KnownMention(account.id, mention, account.uri, account.url))
    return tuple({mention.account_id: mention for mention in reversed(found)}.values())[::-1]


async def _by_acct(remote: Remote, acct: Acct, *, fetch: bool) -> AccountView | None:
    here = _is_ours(remote, acct)
    known = await accounts.by_acct(acct.name, "" if here else acct.domain)
    if known is not None or here or not fetch:
        return known
    try:
        uri = await actor_of_handle(remote, acct)
        if remote.is_here(uri):
            return None
        return await accounts.by_id((await known_or_fetched(remote, uri)).id)
    except (ProtocolError, Unavailable):
        return None


def _is_ours(remote: Remote, acct: Acct) -> bool:
    return acct.domain in (remote.settings.domain, remote.settings.handle_domain)
