"""Letters in the organisation's name to one account, wherever it lives: what stewards decided, what waits for them,
what is asked of whoever can change a rule. Each is a direct message, so that any app shows it, and names no steward."""

import html
from typing import Any

from server.actions import writing
from server.queries import accounts, asks, instance, posts
from server.rules.drafts import KnownMention, PostDraft
from server.rules.events.posts import PostPublished
from server.rules.permissions import Principal, check_move
from server.storage import addresses
from server.storage.models.accounts import Account
from server.storage.models.instance import Setting
from server.storage.unit import unit
from server.templating import language_for, locale_for, render


async def message_account(by: Principal, account_id: int, source: str, *, key: str) -> int | None:
    """Write to an account. Returns the id of the message; None where it is gone, or nobody is there to write in whose
    name.

    Args:
        source: Markdown.
        key: the cause: the same one sends the same message once.
    """
    check_move(by)
    account, voice = await accounts.by_id(account_id), await _voice(by)
    if not source or account is None or voice is None or account.suspended or account.id == voice:
        return None
    mention = KnownMention(account.id, account.acct, account.uri, account.url or account.uri)
    draft = PostDraft(source=source, visibility="direct", mentions=(mention,), idempotency_key=key)
    writer = Principal("member", voice)
    if (before := await writing.already_here(writer, draft)) is not None:
        return before
    post = writing.new_row(writer, draft, "post", None, source=source, content_html=writing.shown(writer, draft))

    async def insert() -> None:
        async with unit() as u:
            await writing.insert_row(writer, post)
            await writing.attach(writer, post, draft, None)
            u.emit(PostPublished(post.id))

    return await writing.insert_once(writer, draft, insert) or post.id


async def _voice(by: Principal) -> int | None:
    """The organisation's account, or the instance's where none has been named."""
    check_move(by)
    setting = await Setting.get_or_none(name="organisation_id")
    if setting is not None and setting.value:
        return int(str(setting.value))
    known = await Account.get_or_none(uri=addresses.account_uri("instance", "")).only("id")
    return known.id if known else None


async def message_owner(by: Principal, proposal_id: int, source: str, *, key: str) -> int | None:
    """Write to whom the newest ask of a proposal goes to, joining the transaction of its cause. None also where they
    have no account."""
    check_move(by)
    prepared = await asks.of_proposal(proposal_id, sent_only=False)
    owner_id = prepared[-1].owner_account_id if prepared else None
    return await message_account(by, owner_id, source, key=key) if owner_id else None


async def message_ask(by: Principal, proposal_id: int, token: str, key: str) -> int | None:
    """Tell the owner's account what is asked: the ask first, where to read more, and the personal answer link. Joins
    the transaction that sends the proposal. `key` is that of the link."""
    source = await drawn(by, "messages/ask.md", proposal_id, link=f"{addresses.base()}/answer/{token}")
    return await message_owner(by, proposal_id, source, key=f"ask:{key}")


async def drawn(by: Principal, template: str, post_id: int, **values: Any) -> str:
    """A text about a proposal and its newest ask, if there is one, in the language it is written in; empty where it is
    gone."""
    check_move(by)
    post = await posts.by_id(post_id)
    if post is None:
        return ""
    prepared = await asks.of_proposal(post_id, sent_only=False)
    site = await instance.get()
    language = language_for(post.language, "", site.language)
    about = {
        "post": post,
        "ask": prepared[-1] if prepared else None,
        "site": site,
        "locale": locale_for(language),
        "page": f"{addresses.base()}/proposals/{post_id}",
    }
    return html.unescape(render(template, language, {**about, **values})).strip()
