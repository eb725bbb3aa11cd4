"""What a post of another server quotes: the quoted post is fetched, and whether its author agreed is looked up where
that author's word counts (FEP-044f)."""

from federation.errors import ProtocolError
from federation.names import same_origin
from federation.objects.quote import QuoteAuthorization
from server.actions.quotes import settle_quote
from server.queries import actors, quotes
from server.queries.quotes import Quote
from server.remote.gateway import Remote
from server.remote.objects import fetch_post
from server.remote.posts import Coming
from server.rules.permissions import OPERATOR


async def look_up_quote(remote: Remote, post_id: int) -> None:
    """Find out what a post quotes and whether it may. What cannot be had stays as it is: a link in the text.

    Raises `Unavailable` when trying later may help.
    """
    quote = await quotes.pending(post_id)
    if quote is None:
        return
    try:
        quoted_id = await _quoted(remote, quote.quoted_uri)
        if quoted_id is None:
            return
        allowed = await _is_allowed(remote, quote, quoted_id)
    except ProtocolError:
        return
    await settle_quote(OPERATOR, post_id, quoted_id, "accepted" if allowed else "pending")


async def _quoted(remote: Remote, uri: str) -> int | None:
    if remote.is_here(uri):
        known = await actors.post_by_uri(uri)
        return known[0] if known is not None and not known[3] else None
    return await fetch_post(remote, uri, Coming(fetched=True))


async def _is_allowed(remote: Remote, quote: Quote, quoted_id: int) -> bool:
    if remote.is_here(quote.quoted_uri):
        return await quotes.has_stamp(quoted_id, quote.uri)
    known = await actors.post_by_uri(quote.quoted_uri)
    author = await actors.by_id(known[1]) if known is not None else None
    if author is None:
        return False
    if author.uri == quote.author_uri:
        return True
    if not quote.stamp_uri or not same_origin(quote.stamp_uri, author.uri):
        return False
    stamp = QuoteAuthorization.parse(await remote.read(quote.stamp_uri))
    return (stamp.author, stamp.quoting, stamp.quoted) == (author.uri, quote.uri, quote.quoted_uri)
