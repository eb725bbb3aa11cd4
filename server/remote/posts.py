"""Posts of other servers, taken in through the same actions as our own.

`record_post` asks nothing about whether anyone here is interested: that is for whoever calls it to know.
"""

from dataclasses import dataclass, replace
from typing import Final

from federation.audience import visibility_of
from federation.errors import Forged, NotFetched, ProtocolError, Unavailable
from federation.names import same_origin
from federation.objects.policy import KIND as POLICY
from federation.objects.post import POST_TYPES, Post
from federation.objects.proposal import Proposal, is_proposal
from federation.parse import Activity
from federation.topic_sync import Item, version_of
from federation.values import Json, dumps, type_of
from server.actions import posts as post_actions
from server.actions import proposals as proposal_actions
from server.actions.steps import said_with_steps
from server.ledger import topic_items
from server.queries import actors, threads, topics
from server.queries.actors import WireAccount
from server.remote.actors import known_or_fetched
from server.remote.drafts import Setting, post_draft, proposal_draft, proposal_from_text, raises_proposal
from server.remote.gateway import Remote
from server.remote.policies import known_policies
from server.rules.drafts import KnownMention, PostDraft, ProposalDraft
from server.rules.errors import Conflict, NotFound, Refused
from server.rules.told import Told

UNKNOWN_MENTIONS: Final = 5
SAID: Final = 5
CO_AUTHORS: Final = 8


@dataclass(frozen=True, slots=True)
class Coming:
    """How a post came. `via` is the account id of the chapter that passed it on; `to` and `cc` are those of the
    activity, for objects that say nothing themselves; `sender` is who did the activity, mostly its author; `fetched`
    marks what nobody sent: we went and got it. `body` is the activity itself, for others to check."""

    via: int | None = None
    to: tuple[str, ...] = ()
    cc: tuple[str, ...] = ()
    sender: WireAccount | None = None
    fetched: bool = False
    body: Json | None = None


def coming_of(activity: Activity, via: int | None, sender: WireAccount) -> Coming:
    return Coming(via, activity.to, activity.cc, sender, body=activity.raw)


def is_post(document: Json) -> bool:
    """Whether this document is something that could be shown as a post. A policy never is."""
    return type_of(document, POST_TYPES) in POST_TYPES and document.get("civic:kind") != POLICY


async def record_post(remote: Remote, document: Json, coming: Coming) -> int | None:
    """Take in a post or proposal; returns its id here. None when it was deleted before, is not for us to keep, or its
    author may not write here. What it answers must be known already, or the answer stands alone.

    Raises `Forged` when it claims an author it cannot have, `ProtocolError` or `Unavailable` when that one cannot be
    had.
    """
    post = Post.parse(document)
    if (known := await actors.post_or_tombstone(post.id)) is not None:
        post_id, gone = known
        return await revive(remote, document, post, coming) if gone else post_id
    author = await known_or_fetched(remote, post.attributed_to, coming.sender)
    if author.local:
        raise Forged("a post of another server cannot be by an account of this one")
    if author.state != "active":
        return None
    draft = await _drafted(remote, document, post, author, coming)
    if draft is None:
        return None
    if coming.via is not None and isinstance(draft, PostDraft) and await _hangs_in_the_air(post, draft):
        raise NotFetched("what this answers has not come here yet; comparing brings it when it has")
    try:
        if isinstance(draft, ProposalDraft):
            post_id = await proposal_actions.publish_proposal(author.principal, draft)
            await fetch_said(remote, author, post_id, draft.told, coming)
        else:
            post_id = await post_actions.publish_post(author.principal, draft)
    except (NotFound, Refused, Conflict):
        return None
    if draft is not None and (draft.topic_id is not None or post.in_reply_to):
        await _log(remote, document, coming)
    return post_id


async def _log(remote: Remote, document: Json, coming: Coming) -> None:
    """Keep what is said in a topic of ours, for chapters that miss it; as it was sent, where it was."""
    uri = str(document["id"])
    body = dumps(coming.body) if coming.body is not None else None
    now = int(remote.clock() * 1000)
    await topic_items.note_said(Item(uri, uri, version_of(document)), body, now, coming.via)


async def revive(remote: Remote, document: Json, post: Post, coming: Coming) -> int | None:
    """Take in again what its author's server had deleted, and now shows again, such as after an appeal. Only one that
    says it was updated since: so an old Create that somebody sends again brings nothing back."""
    known = await actors.post_by_uri(post.id)
    author = await actors.by_id(known[1]) if known is not None else None
    if known is None or author is None or author.uri != post.attributed_to or post.updated is None:
        return None
    updated = int(post.updated.timestamp() * 1000)
    if author.state != "active" or not await post_actions.revive_post(author.principal, known[0], updated):
        return None
    return await renew_post(remote, document, coming)


async def fetch_said(remote: Remote, author: WireAccount, post_id: int, told: Told, coming: Coming) -> None:
    """What a proposal's timeline refers to and nobody sent us yet, such as an answer: the newest few are fetched, and
    those they speak to are told as if it had been sent. One that cannot be had is no reason to wait."""
    uris = [step.post_uri for step in told.steps if step.post_uri and not remote.is_here(step.post_uri)]
    missing = [uri for uri in dict.fromkeys(uris) if await actors.post_by_uri(uri) is None]
    for uri in missing[-SAID:]:
        try:
            document = await remote.read(uri)
            if is_post(document):
                await record_post(remote, document, Coming(via=coming.via, fetched=coming.fetched))
        except (ProtocolError, Unavailable):
            continue
    if uris:
        await said_with_steps(author.principal, post_id, told)


async def renew_post(remote: Remote, document: Json, coming: Coming) -> int | None:
    """Take in what a known post says now; an unknown one is for `record_post`."""
    post = Post.parse(document)
    known = await actors.post_by_uri(post.id)
    if known is None:
        return None
    post_id, author_id, local, gone = known
    author = await actors.by_id(author_id)
    if local or gone or author is None:
        return None
    if author.uri != post.attributed_to:
        raise Forged("an update cannot change who wrote the post")
    draft = await _drafted(remote, document, post, author, coming)
    kind = await actors.kind_of(post_id)
    if kind == "proposal" and isinstance(draft, ProposalDraft):
        await proposal_actions.edit_proposal(author.principal, post_id, draft)
        await fetch_said(remote, author, post_id, draft.told, coming)
    elif kind in ("post", "comment") and isinstance(draft, PostDraft):
        await post_actions.edit_post(author.principal, post_id, draft)
    if draft is not None and (draft.topic_id is not None or post.in_reply_to):
        await _log(remote, document, coming)
    return post_id


async def topic_of(post: Post, coming: Coming) -> int | None:
    """Which of our topics a post is for: one it addresses or mentions, one whose shared id it names, the one it entered
    through a linked chapter, or the one whose chapter passed it on."""
    places = [post.audience, *post.to, *post.cc, *coming.to, *coming.cc, *(mention.href for mention in post.mentions)]
    return await topics.meant(sorted({place for place in places if place}), post.civic_topic_id or "", coming.via or 0)


async def _drafted(
    remote: Remote, document: Json, post: Post, author: WireAccount, coming: Coming
) -> PostDraft | ProposalDraft | None:
    to, cc = (post.to, post.cc) if post.to or post.cc else (coming.to, coming.cc)
    visibility = visibility_of(to, cc, author.followers_uri or None)
    if coming.fetched and visibility in ("private", "direct"):
        return None
    parent = await actors.post_by_uri(post.in_reply_to) if post.in_reply_to else None
    setting = Setting(
        visibility=visibility,
        now=int(remote.clock() * 1000),
        parent_id=await _hangs_on(post, parent),
        topic_id=await topic_of(post, coming),
        mentions=await _mentions(remote, post, author),
        fetched=coming.fetched,
    )
    if is_proposal(document) and post.in_reply_to is None:
        proposal = Proposal.parse(document)
        return replace(
            proposal_draft(proposal, replace(setting, policy_ids=await known_policies(remote, proposal.policies))),
            co_author_ids=await _co_authors(remote, proposal),
        )
    if raises_proposal(post, setting.topic_id) and visibility in ("public", "unlisted"):
        return proposal_from_text(post, setting)
    return post_draft(post, setting)


async def _hangs_on(post: Post, parent: tuple[int, int, bool, bool] | None) -> int | None:
    """What a post hangs on: what it answers; where that cannot be had, maybe because it was deleted before it ever
    came, the beginning of its conversation. So it is in the thread here as it is wherever it came in time."""
    if parent is not None and not parent[3]:
        return parent[0]
    return await threads.beginning_of(post.context) if post.in_reply_to and post.context else None


async def _hangs_in_the_air(post: Post, draft: PostDraft) -> bool:
    """Whether this is a contribution to something of which nothing at all is known here."""
    answers = post.in_reply_to if post.civic_kind and draft.in_reply_to_id is None else None
    return bool(answers) and await actors.post_by_uri(answers or "") is None


async def _co_authors(remote: Remote, proposal: Proposal) -> tuple[int, ...]:
    """Who wrote it too: people of its own instance, for nobody can name others as authors who live elsewhere."""
    named = proposal.co_authors if isinstance(proposal.co_authors, tuple) else ()
    found: list[int] = []
    for uri in [uri for uri in named if same_origin(uri, proposal.post.id)][:CO_AUTHORS]:
        try:
            found.append((await known_or_fetched(remote, uri)).id)
        except (ProtocolError, Unavailable):
            continue
    return tuple(found)


async def _mentions(remote: Remote, post: Post, author: WireAccount) -> tuple[KnownMention, ...]:
    """Those mentioned: all whom we know, and a few whom we get to know. One who cannot be had is no reason to wait."""
    hrefs = [mention.href for mention in post.mentions if mention.href != author.uri]
    known = await actors.by_uris(hrefs)
    unknown = [href for href in hrefs if href not in known and not remote.is_here(href)]
    for href in unknown[:UNKNOWN_MENTIONS]:
        try:
            known[href] = await known_or_fetched(remote, href)
        except (ProtocolError, Unavailable):
            continue
    found = [known[href] for href in hrefs if href in known]
    return tuple(
        KnownMention(one.id, one.name if one.local else f"{one.name}@{one.domain}", one.uri, one.uri) for one in found
    )
