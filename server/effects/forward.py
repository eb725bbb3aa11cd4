"""Inbox forwarding (AP §7.1.2): what is answered to one of ours reaches those who follow the one who began the thread.

Whoever answers from elsewhere sends it to us and to their own followers. Only we know who else reads the thread.
"""

from federation.values import loads, type_of
from server.effects import relay
from server.effects.context import Context
from server.effects.sending import line_up
from server.ledger import receipts
from server.ledger.activities import forget_words, freeze
from server.queries import audiences, posts, topics
from server.queries.threads import begun_here_by
from server.rules.events.posts import ActivityTaken
from server.storage.unit import unit

LONGEST_ID = 512


async def taken(context: Context, event: ActivityTaken) -> None:
    """Send a reply that came from its author's own server, its edits and its deletion, byte for byte as they came. Only
    civic instances are sent it: they check it by its proof or at its origin, where others would refuse it. Linked
    chapters are told by the topic."""
    arrival, post = await receipts.load(event.receipt_id), await posts.tombstone(event.post_id)
    root_author = await begun_here_by(event.post_id)
    if arrival is None or post is None or root_author is None or len(arrival.activity_uri) > LONGEST_ID:
        return
    if post.visibility not in ("public", "unlisted"):
        return
    kind = type_of(loads(arrival.body))
    standing = await context.said(post.id)
    if kind not in ("Create", "Update", "Delete") or (standing is None) != (kind == "Delete"):
        return
    topic = await topics.by_account_id(post.topic.account_id) if post.topic is not None else None
    told = {post.account.domain} | (relay.linked_domains(topic) if topic is not None else set())
    inboxes = await audiences.of_civic_followers(root_author)
    async with unit():
        frozen = await freeze(
            arrival.activity_uri,
            account_id=root_author,
            object_uri=post.uri[:LONGEST_ID],
            post_id=post.id,
            body=arrival.body,
            public=False,
            now=context.clock(),
        )
        await line_up(
            context,
            frozen,
            account_id=root_author,
            object_uri=post.uri[:LONGEST_ID],
            inboxes={inbox: domain for inbox, domain in inboxes.items() if domain not in told},
        )
    if kind == "Delete":
        await forget_words(post.id, arrival.activity_uri)
