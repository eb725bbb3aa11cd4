"""Quotes: permission to quote what stands here, and whether a quote that arrived has the permission it needs."""

from server.actions.writing import check_parent
from server.rules.drafts import PostDraft
from server.rules.errors import NotFound
from server.rules.events.posts import QuoteAnswered, QuoteNoted, QuoteRevoked
from server.rules.ids import new_id, now_ms
from server.rules.permissions import Principal, check_administer, check_change, check_write
from server.rules.quotes import QuoteState, may_quote
from server.storage.models.posts import Post
from server.storage.models.quotes import QuoteStamp
from server.storage.sql import rows
from server.storage.unit import Unit, unit


async def ask_to_quote(by: Principal, quoted_id: int, quoting_uri: str, request_uri: str) -> bool:
    """Somebody elsewhere asks to quote a post of ours. Answered at once; returns whether they may. The same wish again
    gives the same stamp.

    Raises:
        NotFound: there is no such post for them to see.
    """
    check_write(by)
    post = await check_parent(by, quoted_id)
    if post is None or not post.local:
        raise NotFound
    stamp_id = 0
    async with unit() as u:
        if may_quote(post.visibility, held=bool(post.held_reason)):
            kept = await rows(
                "INSERT INTO quote_stamps (id, quoted_id, quoting_uri, account_id, at) VALUES (?, ?, ?, ?, ?)"
                " ON CONFLICT (quoted_id, quoting_uri) DO UPDATE SET quoting_uri = excluded.quoting_uri"
                " RETURNING id, account_id, revoked_at",
                [new_id(), post.id, quoting_uri, by.account_id, now_ms()],
            )
            if kept[0]["account_id"] == by.account_id and kept[0]["revoked_at"] is None:
                stamp_id = kept[0]["id"]
        u.emit(QuoteAnswered(stamp_id, post.id, by.account_id, quoting_uri, request_uri))
    return stamp_id != 0


async def revoke_quote(by: Principal, stamp_id: int) -> None:
    """Take a permission to quote back; without one changes nothing."""
    check_write(by)
    stamp = await QuoteStamp.get_or_none(id=stamp_id)
    if stamp is None:
        raise NotFound
    check_change(by, (await Post.get(id=stamp.quoted_id).only("account_id")).account_id)
    async with unit() as u:
        await _revoke(by, u, "id = ?", stamp_id)


async def revoke_quotes_of(by: Principal, account_id: int, u: Unit) -> None:
    """Take back what somebody was given, such as after a block."""
    check_write(by)
    await _revoke(
        by, u, "account_id = ? AND quoted_id IN (SELECT id FROM posts WHERE account_id = ?)", account_id, by.account_id
    )


async def _revoke(by: Principal, u: Unit, condition: str, *values: int) -> None:
    check_write(by)
    for stamp in await rows(
        f"UPDATE quote_stamps SET revoked_at = ? WHERE {condition} AND revoked_at IS NULL"
        " RETURNING id, quoted_id, account_id",
        [now_ms(), *values],
    ):
        u.emit(QuoteRevoked(stamp["id"], stamp["quoted_id"], stamp["account_id"]))


async def settle_quote(by: Principal, post_id: int, quoted_id: int, state: QuoteState) -> None:
    """Keep what was found out about what a post from elsewhere quotes."""
    check_administer(by)
    await rows(
        "UPDATE posts SET quote_of_id = ?, quote_state = ?, rev = rev + 1 WHERE id = ? RETURNING id",
        [quoted_id, state, post_id],
    )


async def refresh_quote(by: Principal, post: Post, draft: PostDraft, u: Unit) -> None:
    """After an edit elsewhere: it quotes something else now, or its permission has come."""
    check_write(by)
    home = draft.elsewhere
    if home is None or (home.quotes, home.stamp) == (post.quote_uri, post.quote_stamp):
        return
    state: QuoteState = "pending" if home.quotes else ""
    await rows(
        "UPDATE posts SET quote_uri = ?, quote_stamp = ?, quote_state = ?, quote_of_id = NULL, rev = rev + 1"
        " WHERE id = ? RETURNING id",
        [home.quotes, home.stamp, state, post.id],
    )
    if home.quotes:
        u.emit(QuoteNoted(post.id))


async def stamp_withdrawn(by: Principal, stamp_uri: str) -> bool:
    """A permission of another server is gone. The server whose stamp it is says so; that it may was checked by its
    origin. Returns whether we knew it."""
    check_write(by)
    return bool(
        await rows(
            "UPDATE posts SET quote_state = 'revoked', rev = rev + 1 WHERE quote_stamp = ? AND NOT local RETURNING id",
            [stamp_uri],
        )
    )
